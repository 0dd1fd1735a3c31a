"""A round trip while the service is at work, on both databases."""

import shutil
import tarfile
import threading
from pathlib import Path

import pytest

from tests.rig.postgres import Postgres
from tests.store.conftest import SECRET
from tests.store.office import Office
from tests.store.parts import mail
from triage.domain.errors import ConfigError, DataError
from triage.store import migrate
from triage.store.backup import backup, backup_keys, read_manifest, restore, restore_keys
from triage.store.engine import Store
from triage.store.keys import Keyring


def _fresh(office: Office, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of another, empty place of the same kind."""
    if office.store.many_workers:
        server: Postgres = request.getfixturevalue("postgres")
        return server.database()
    return f"sqlite:///{tmp_path / 'restored' / 'store.sqlite'}"


def test_round_trip_while_mail_comes_in(office: Office, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    if office.store.many_workers and shutil.which("pg_dump") is None:
        pytest.skip("pg_dump is not installed (apt-get install postgresql-client)")
    office.arrive(*(mail(f"DMM text {n}", message_id=f"<{n}@a.example>") for n in range(10)))
    folder = tmp_path / "sources"
    (folder / "deep").mkdir(parents=True)
    (folder / "deep" / "uids").write_text("1 2 3")
    stop = threading.Event()

    def busy() -> None:
        number = 100
        while not stop.is_set():
            office.arrive(mail(f"DMM more {number}", message_id=f"<{number}@a.example>"))
            number += 1

    worker = threading.Thread(target=busy)
    worker.start()
    archive = tmp_path / "backup.tar"
    try:
        made = backup(office.store.url, archive, now=office.clock.now(), folders={"sources": folder})
    finally:
        stop.set()
        worker.join()
    assert read_manifest(archive) == made
    assert archive.stat().st_mode & 0o777 == 0o600
    assert not list(tmp_path.glob(".triage-*")), "no draft is left behind"
    with tarfile.open(archive) as tar:
        assert not [name for name in tar.getnames() if name.endswith(".key")]
    url = _fresh(office, request, tmp_path)
    target = tmp_path / "elsewhere"
    assert restore(url, archive, replace=False, folders={"sources": target}) == made
    assert (target / "deep" / "uids").read_text() == "1 2 3"
    assert migrate.is_current(url)
    restored = Store(url, Keyring.from_secret(SECRET))
    before = {line.id: line for line in office.messages()}
    there = Office(restored)
    lines = there.messages()
    assert 10 <= len(lines) <= len(before)
    assert all(before[line.id].subject == line.subject for line in lines)
    assert there.books().balanced
    restored.dispose()
    with pytest.raises((DataError, ConfigError)):
        restore(url, archive, replace=False)
    restore(url, archive, replace=True)
    again = Store(url, Keyring.from_secret(SECRET))
    assert len(Office(again).messages()) == len(lines)
    again.dispose()


def test_backup_refuses_to_overwrite_and_restore_what_is_none(office: Office, tmp_path: Path) -> None:
    archive = tmp_path / "there.tar"
    archive.write_text("something else")
    with pytest.raises(DataError, match="there already"):
        backup(office.store.url, archive, now=office.clock.now())
    with pytest.raises(DataError, match="not a backup"):
        restore(office.store.url, archive, replace=True)
    with pytest.raises(DataError):
        read_manifest(tmp_path / "missing.tar")


def test_keys_travel_in_a_file_of_their_own(tmp_path: Path) -> None:
    folder, file = tmp_path / "keys", tmp_path / "keys.tar"
    with pytest.raises(ConfigError):
        backup_keys(folder, file)
    made = Keyring.open(folder, create=True)
    assert backup_keys(folder, file) == 4
    assert file.stat().st_mode & 0o777 == 0o600
    with pytest.raises(DataError):
        backup_keys(folder, file)
    assert restore_keys(file, tmp_path / "new") == 4
    assert restore_keys(file, tmp_path / "new") == 0
    assert Keyring.open(tmp_path / "new", create=False).hash_key == made.hash_key
    (tmp_path / "new" / "hash.key").write_bytes(bytes(32))
    with pytest.raises(DataError, match="another key"):
        restore_keys(file, tmp_path / "new")
