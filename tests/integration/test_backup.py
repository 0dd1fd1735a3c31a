"""Backup and restore through the command line, while a worker runs; the keys in a file of their own."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bench.mails import generate
from tests.rig.home import Installation, running
from tests.rig.postgres import Postgres

MAILS = 40


@pytest.fixture(params=["sqlite", "postgres"])
def urls(request: pytest.FixtureRequest) -> Iterator[tuple[str, str]]:
    """Two databases: one that is backed up and one that it is restored to."""
    if request.param == "sqlite":
        yield "", ""
        return
    server: Postgres = request.getfixturevalue("postgres")
    yield server.database(), server.database()


def office(base: Path, incoming: Path, url: str) -> Installation:
    made = Installation(base, models=base / "models", database_url=url)
    made.configure(
        f'[[sources]]\nkind = "folder"\nname = "in"\npath = "{incoming}"\npoll_seconds = 0.1\n'
        f'[channel]\nkind = "maildir"\npath = "{base}/out"\n'
    )
    return made


def test_round_trip_while_the_service_runs(tmp_path: Path, urls: tuple[str, str]) -> None:
    incoming = tmp_path / "in"
    incoming.mkdir()
    mails = list(generate(MAILS))
    for number, mail in enumerate(mails):
        (incoming / f"{number:03}.eml").write_bytes(mail)
    first = office(tmp_path / "first", incoming, urls[0])
    first.run("db", "upgrade")
    first.run("ingest", "--once")
    archive, keys = tmp_path / "store.tar", tmp_path / "keys.tar"
    with running(first.start("ingest")):
        first.run("backup", str(archive), "--keys", str(keys))
    content = archive.read_bytes()
    for key in (tmp_path / "first" / "keys").iterdir():
        assert key.read_bytes() not in content, "no key in the archive"
    assert b"Person 7" not in content, "no mail in clear in the archive"

    second = office(tmp_path / "second", incoming, urls[1])
    second.run("restore", str(archive), "--keys", str(keys))
    books = second.books()
    assert (books["balanced"], books["stored"]) == (True, MAILS)
    before = {row["id"]: row["message_id"] for row in first.rows("list")}
    assert {row["id"]: row["message_id"] for row in second.rows("list")} == before
    second.run("ingest", "--once")
    assert second.books()["stored"] == MAILS, "the cursor came back too"
    assert second.books()["duplicate"] == 0


def test_refusals(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    first = office(tmp_path / "first", tmp_path / "in", "")
    first.run("db", "upgrade")
    archive = tmp_path / "store.tar"
    first.run("backup", str(archive))
    first.run("restore", str(archive), code=2)  # a store is there already
    first.run("restore", str(archive), "--replace")
    shutil.copy(tmp_path / "first" / "config" / "triage.toml", tmp_path / "not-an-archive")
    first.run("restore", str(tmp_path / "not-an-archive"), "--replace", code=2)
