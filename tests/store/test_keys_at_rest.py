"""Secrecy at rest: keys change while everything runs, and a stolen disk gives nothing away."""

import base64
import os
import quopri
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.store.office import CLEARED, Office
from tests.store.parts import mail
from tests.store.test_retention import with_attachment
from triage.domain.errors import ConfigError
from triage.domain.people import Person
from triage.flow.desk.look import look, look_raw
from triage.flow.desk.report import mark_as_report
from triage.flow.protection.rotate import FinishRotation, finish, key_states, rotate
from triage.store import blobs as contents
from triage.store import drafts, people, saved_searches, search_index, snapshot_files
from triage.store.drafts import Draft
from triage.store.engine import Store
from triage.store.keys import KeyClass, Keyring
from triage.store.search import Query
from triage.store.tables import blobs


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    return tmp_path / "keys"


@pytest.fixture
def office(url: str, keys: Path) -> Iterator[Office]:
    """An office whose keys lie in files."""
    store = Store(url, Keyring.open(keys, create=True))
    yield Office(store)
    store.dispose()


def turn(office: Office, *classes: KeyClass) -> None:
    rotate(office.store, classes=classes or list(KeyClass), officer=CLEARED, now=office.clock.now(), grace_seconds=0.0)


def test_everything_is_read_as_before_and_old_keys_are_gone(office: Office, keys: Path) -> None:
    office.arrive(
        mail(message_id="<1@x.example>"), with_attachment(), mail("misconduct here", message_id="<3@x.example>")
    )
    office.decide(1, "DMM", note="a note")
    before = [look_raw(office.store, viewer=CLEARED, message_id=n, now=office.clock.now()) for n in (1, 2, 3)]
    turn(office)
    assert [look_raw(office.store, viewer=CLEARED, message_id=n, now=office.clock.now()) for n in (1, 2, 3)] == before
    assert sorted(path.name for path in keys.iterdir()) == [
        "audit.key",
        "hash.key",
        "ordinary-2.key",
        "restricted-2.key",
    ]
    assert [(state.current, state.older, state.left) for state in key_states(office.store)] == [(2, (), 0), (2, (), 0)]
    fresh = Store(office.store.url, Keyring.open(keys, create=False))
    assert look(fresh, viewer=CLEARED, message_id=2, now=office.clock.now()).summary.subject == "With a file"
    fresh.dispose()


def test_one_class_alone(office: Office) -> None:
    office.arrive(mail(), mail("misconduct here", message_id="<3@x.example>"))
    turn(office, KeyClass.RESTRICTED)
    assert [state.current for state in key_states(office.store)] == [1, 2]


def test_another_process_goes_on_without_a_pause(office: Office, keys: Path) -> None:
    """A second keyring, opened before, stands for a process that runs all the time: it reads what was encrypted anew and
    writes with the new key at once."""
    other = Store(office.store.url, Keyring.open(keys, create=False))
    office.arrive(mail())
    turn(office)
    assert look_raw(other, viewer=CLEARED, message_id=1, now=office.clock.now())
    with other.begin() as tx:
        blob_id = contents.put(tx, b"written by the other process", KeyClass.ORDINARY)
        version = tx.connection.execute(select(blobs.c.key_version).where(blobs.c.id == blob_id)).scalar_one()
    assert version == 2
    with office.store.read() as tx:
        assert contents.get(tx, blob_id) == b"written by the other process"
    other.dispose()


def test_an_old_key_stays_while_anything_needs_it_and_the_worker_finishes(office: Office, keys: Path) -> None:
    office.arrive(*(mail(message_id=f"<{n}@x.example>") for n in range(5)))
    office.store.keyring.add_version(KeyClass.ORDINARY)  # a rotation that was interrupted right after its first step
    assert key_states(office.store)[0].left > 5
    assert (keys / "ordinary-1.key").exists()
    os.utime(keys / "ordinary-2.key", (0, 0))
    worker = FinishRotation(store=office.store, clock=office.clock)
    turns = 0
    while worker.step(limit=4):
        turns += 1
        assert turns < 50
    assert turns > 2
    assert not (keys / "ordinary-1.key").exists()
    assert worker.step() == 0
    assert look_raw(office.store, viewer=CLEARED, message_id=5, now=office.clock.now())


def test_a_young_key_lets_the_old_one_wait(office: Office, keys: Path) -> None:
    waited: list[float] = []
    office.arrive(mail())
    rotate(
        office.store, classes=[KeyClass.ORDINARY], officer=CLEARED, now=office.clock.now(), grace_seconds=60.0,
        wait=waited.append,
    )  # fmt: skip
    assert len(waited) == 1 and 0 < waited[0] <= 60
    assert (keys / "ordinary-1.key").exists(), "the clock has not moved in truth"
    os.utime(keys / "ordinary-2.key", (0, 0))
    finish(office.store, grace_seconds=60.0, wait=waited.append)
    assert not (keys / "ordinary-1.key").exists()


def test_keys_of_the_environment_cannot_be_rotated(url: str, keyring: Keyring) -> None:
    store = Store(url, keyring)
    with pytest.raises(ConfigError, match="TRIAGE_KEY"):
        rotate(store, classes=[KeyClass.ORDINARY], officer=CLEARED, now=Office(store).clock.now())
    store.dispose()


def test_erased_content_stays_erased_through_a_rotation(office: Office) -> None:
    office.arrive(mail())
    with office.store.begin() as tx:
        ids = list(tx.connection.execute(select(blobs.c.id)).scalars())
        contents.erase(tx, ids)
    turn(office)
    with office.store.read() as tx:
        assert contents.get_many(tx, ids) == {}


ORDINARY_PHRASES = ("zebrafinch over wombats", "Quokka and Bilby", "secret plan secret plan", "Zenaida Quixote")
RESTRICTED_WORDS = ("xylophonist", "embezzlement", "whistle.blower@ngo.example")


def forms(word: str) -> Iterator[bytes]:
    """A phrase as it may stand in a file."""
    for codec in ("utf-8", "utf-16-le", "utf-16-be"):
        for text in (word, word.lower()):
            data = text.encode(codec)
            yield from (data, quopri.encodestring(data), data.hex().encode())
            yield from (base64.b64encode(b" " * shift + data)[4:-4] for shift in range(3))


def files_with(folder: Path, words: tuple[str, ...]) -> list[str]:
    found = []
    for path in folder.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            found += [f"{path.name}: {word}" for word in words for form in forms(word) if form in data]
    return found


def fill(home: Path, template: Path, keys: Path) -> Office:
    """A home with ordinary and restricted mail, decided with notes, sent, and nothing tidied up: the log is still there."""
    home.mkdir()
    shutil.copyfile(template, home / "store.sqlite")
    office = Office(Store(f"sqlite:///{home / 'store.sqlite'}", Keyring.open(keys, create=True)))
    ordinary = mail(
        "DMM about the zebrafinch over wombats", subject="Quokka and Bilby", sender="Zenaida Quixote <z.q@ngo.example>"
    )
    report = mail(
        "misconduct of the xylophonist: embezzlement", subject="embezzlement", message_id="<r@ngo.example>",
        sender="W <whistle.blower@ngo.example>",
    )  # fmt: skip
    office.arrive(ordinary, with_attachment(), report)
    office.decide(1, "DMM", note="ask Zenaida Quixote")
    office.decide(3, "IPD", officer=CLEARED, note="tell of the embezzlement")
    office.send()
    with office.store.begin() as tx:
        now = office.clock.now()
        person = people.add_person(tx, person=Person(None, "P", "p@office.example"), password_hash=None, now=now)
        draft = Draft("Quokka and Bilby", "secret plan secret plan")
        assert person.id is not None
        drafts.save(tx, message_id=2, person_id=person.id, draft=draft, restricted=False, now=now)
        saved_searches.save(tx, query=Query(text="zebrafinch over wombats"), person_id=person.id, now=now)
    row = {"id": "officer-1", "subject": "Quokka and Bilby", "body": "the zebrafinch over wombats"}
    snapshot_files.write(home / "training" / "s.jsonl", [row], key=snapshot_files.new_key())
    return office


def test_what_becomes_a_report_leaves_the_clear_index_and_its_files(
    migrated_sqlite: Path, tmp_path: Path, keys: Path
) -> None:
    """An officer marks a message whose words stood in the index of ordinary mail."""
    home = tmp_path / "home"
    office = fill(home, migrated_sqlite, keys)
    office.arrive(mail("DMM the harpsichordist takes money", subject="Harpsichord", message_id="<h@ngo.example>"))
    with office.store.begin() as tx:
        search_index.settle(tx)
    assert files_with(home, ("harpsichordist",)), "before: the ordinary index is in clear"
    mark_as_report(
        office.store, message_id=office.messages()[-1].id, version=None, officer=CLEARED, now=office.clock.now()
    )
    assert files_with(home, ("harpsichordist", "harpsichord", *RESTRICTED_WORDS)) == []
    office.store.dispose()


def test_a_stolen_disk_gives_nothing_away(migrated_sqlite: Path, tmp_path: Path, keys: Path) -> None:
    home = tmp_path / "home"
    office = fill(home, migrated_sqlite, keys)
    assert (home / "store.sqlite-wal").stat().st_size > 0
    assert files_with(home, ORDINARY_PHRASES + RESTRICTED_WORDS) == []
    office.store.dispose()
    with pytest.raises(ConfigError, match="no such folder"):
        Keyring.open(tmp_path / "other-keys", create=False)
    thief = Store(office.store.url, Keyring.open(tmp_path / "thief", create=True))
    with pytest.raises(ConfigError, match="do not open"):
        look_raw(thief, viewer=CLEARED, message_id=1, now=office.clock.now())
    thief.dispose()


def test_the_search_itself_would_find_clear_text(tmp_path: Path) -> None:
    """The test above proves nothing unless its search finds what is there."""
    (tmp_path / "a").write_bytes(mail("DMM about the zebrafinch over wombats"))
    (tmp_path / "b").write_bytes(base64.b64encode(b"xx Quokka and Bilby yy"))
    assert len({line.partition(":")[0] for line in files_with(tmp_path, ORDINARY_PHRASES)}) == 2


KILLED = """
import os, signal, sys, tarfile
from datetime import UTC, datetime
from pathlib import Path
from triage.store import backup
tarfile.TarFile.add = lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL)
backup.backup(sys.argv[1], Path(sys.argv[2]), now=datetime.now(UTC))
"""


def test_a_backup_killed_in_the_middle_leaves_nothing_in_clear(
    migrated_sqlite: Path, tmp_path: Path, keys: Path
) -> None:
    home = tmp_path / "home"
    office = fill(home, migrated_sqlite, keys)
    done = subprocess.run([sys.executable, "-c", KILLED, office.store.url, str(home / "b.tar")], check=False)
    assert done.returncode == -signal.SIGKILL
    assert [path for path in home.iterdir() if path.name.startswith(".triage-")], "its scratch is still there"
    assert files_with(home, ORDINARY_PHRASES + RESTRICTED_WORDS) == []
    office.store.dispose()
