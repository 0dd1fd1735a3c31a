"""After an erasure the files themselves are searched: the clear index, pages of the database that were freed, the log."""

import shutil
from pathlib import Path

import pytest

from tests.store.office import CLEARED, Office
from tests.store.test_keys_at_rest import forms
from tests.store.test_person import ADDRESS, NAME, populate
from triage.domain.protection import Periods
from triage.flow.person import erase, find
from triage.flow.retain import Retain
from triage.store import search_index
from triage.store.engine import Store
from triage.store.keys import Keyring

WORDS = (NAME, ADDRESS, "zenaida", "quixote")


def files_that_hold(folder: Path) -> list[str]:
    found = []
    for path in folder.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            found += [f"{path.name}: {word}" for word in WORDS for form in forms(word) if form in data]
    return found


@pytest.fixture
def home(migrated_sqlite: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    folder.mkdir()
    shutil.copyfile(migrated_sqlite, folder / "store.sqlite")
    return folder


def test_nothing_under_the_home_holds_the_name_or_the_address(home: Path, keyring: Keyring) -> None:
    store = Store(f"sqlite:///{home / 'store.sqlite'}", keyring)
    office = Office(store)
    populate(office)
    training = home / "training"
    training.mkdir()
    (training / "a.jsonl").write_text(f'{{"id": "officer-1", "from_email": "{ADDRESS}"}}\n', encoding="utf-8")
    with store.begin() as tx:
        search_index.settle(tx)
    assert files_that_hold(home), "before: the training copy at least, and the index of words in clear"
    found = find(store, text=ADDRESS, officer=CLEARED, now=office.clock.now())
    erase(
        store, found=found, officer=CLEARED, now=office.clock.now(), training=training,
        learnt_from=lambda: {"m-1": frozenset({"officer-1"})},
    )  # fmt: skip
    assert files_that_hold(home) == []
    store.dispose()
    assert files_that_hold(home) == []


def test_what_retention_took_leaves_the_files_too(home: Path, keyring: Keyring) -> None:
    store = Store(f"sqlite:///{home / 'store.sqlite'}", keyring)
    office = Office(store)
    populate(office)
    for message in (2, 3, 6):
        office.decide(message, "DMM")
    office.send()
    office.decide(5, "IPD", officer=CLEARED)
    office.clock.pass_(400 * 86400)
    Retain(store=store, clock=office.clock, periods=Periods(text=30, notes=30)).run()
    store.dispose()
    assert files_that_hold(home) == []
