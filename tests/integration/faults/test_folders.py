"""Several folders of one account at once, the Junk folder among them, each with its own place in the books."""

from contextlib import closing
from pathlib import Path

import pytest

from tests.rig.dovecot import Dovecot
from tests.store.parts import OWN, DirectReader, SetClock, mail
from triage.config import load_settings
from triage.flow.arriving.ingest import Ingest, PollResult
from triage.sources import open_source
from triage.store import ledger
from triage.store.engine import Store


def settings(dovecot: Dovecot, folder: Path, *folders: str) -> Path:
    secret = dovecot.base / "secret"
    secret.write_text(dovecot.password)
    tables = [
        f'[[sources]]\nkind = "imap"\nhost = "127.0.0.1"\nport = {dovecot.port}\nsecurity = "plain"\n'
        f'user = "{dovecot.user}"\npassword_file = "{secret}"\nfolder = "{name}"\nafter = "move:Stored"\n'
        for name in folders
    ]
    (folder / "triage.toml").write_text("\n".join(tables) + f'\n[channel]\npath = "{folder}/out"\n')
    return folder


def poll_all(store: Store, config: Path, tmp_path: Path) -> dict[str, PollResult]:
    results: dict[str, PollResult] = {}
    for each in load_settings(config, {}).sources:
        with closing(open_source(each, state_folder=tmp_path / "state")) as source:
            ingest = Ingest(store=store, reader=DirectReader(), clock=SetClock(), own=OWN, batch_size=3)
            results[source.name] = ingest.poll(source)
    return results


def numbered(first: int, count: int) -> list[bytes]:
    return [mail(f"DMM text {n}", message_id=f"<{n}@x.example>") for n in range(first, first + count)]


@pytest.mark.dovecot
def test_inbox_junk_and_a_deep_folder_are_watched_beside_each_other(
    store: Store, dovecot: Dovecot, tmp_path: Path
) -> None:
    config = settings(dovecot, tmp_path, "INBOX", "Junk", "Archive.Old")
    dovecot.fill(numbered(0, 4))
    dovecot.fill(numbered(4, 5), folder="Junk")
    dovecot.fill(numbered(8, 2), folder="Archive.Old")  # number 8 lies in Junk too
    results = poll_all(store, config, tmp_path)
    assert {name: (r.stored, r.duplicate, r.error) for name, r in results.items()} == {
        "imap:INBOX": (4, 0, None),
        "imap:Junk": (5, 0, None),
        "imap:Archive.Old": (1, 1, None),
    }
    again = poll_all(store, config, tmp_path)
    assert [r.seen for r in again.values()] == [0, 0, 0]
    with store.read() as tx:
        books = ledger.books(tx)
    assert books.balanced, books.differences
    assert (books.seen, books.stored, books.duplicate) == (11, 10, 1)
    assert {line.folder: line.seen for line in books.polls if line.seen} == {"INBOX": 4, "Junk": 5, "Archive.Old": 2}
    assert len(dovecot.files("Stored")) == 11
    assert not any(dovecot.files(folder) for folder in ("", "Junk", "Archive.Old"))


@pytest.mark.dovecot
def test_a_mail_that_people_move_out_of_junk_is_no_second_inquiry(
    store: Store, dovecot: Dovecot, tmp_path: Path
) -> None:
    config = settings(dovecot, tmp_path, "INBOX", "Junk")
    (config / "triage.toml").write_text((config / "triage.toml").read_text().replace("move:Stored", "leave"))
    raw = numbered(1, 1)
    dovecot.fill(raw, folder="Junk")
    dovecot.fill([])
    assert poll_all(store, config, tmp_path)["imap:Junk"].stored == 1
    dovecot.fill(raw)
    result = poll_all(store, config, tmp_path)["imap:INBOX"]
    assert (result.seen, result.stored, result.duplicate) == (1, 0, 1)


@pytest.mark.dovecot
def test_a_folder_that_is_not_there_keeps_no_other_from_its_turn(
    store: Store, dovecot: Dovecot, tmp_path: Path
) -> None:
    config = settings(dovecot, tmp_path, "Junk", "INBOX")
    dovecot.fill(numbered(0, 2))
    results = poll_all(store, config, tmp_path)
    assert (results["imap:Junk"].error, results["imap:INBOX"].stored) == ("imap_refused", 2)
    dovecot.fill(numbered(2, 1), folder="Junk")
    assert poll_all(store, config, tmp_path)["imap:Junk"].stored == 1
