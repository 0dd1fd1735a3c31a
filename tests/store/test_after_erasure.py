"""After an erasure the files themselves are searched: the clear index, pages of the database that were freed, the log."""

import shutil
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from tests.store.office import CLEARED, Office
from tests.store.parts import FirstWord
from tests.store.test_keys_at_rest import forms
from tests.store.test_person import ADDRESS, NAME, populate
from tests.unit.classify.test_learnt_from import model
from triage.classify.learnt_from import forget_lines, learnt_from
from triage.domain.decision import Prediction, Similar
from triage.domain.message import Message
from triage.domain.protection import Periods
from triage.flow.protection.person import erase, find
from triage.flow.protection.retain import Retain
from triage.store import search_index
from triage.store.detail import detail
from triage.store.engine import Store
from triage.store.keys import Keyring
from triage.store.trained import due_for_retraining

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
    models = home / "models"
    model(models, "m-1", [["officer-1", "DMM", f"Boats of {NAME} <{ADDRESS}>"], ["en-1", "ICP", "A forum"]])
    (training / "a.jsonl").write_text(f'{{"id": "officer-1", "from_email": "{ADDRESS}"}}\n', encoding="utf-8")
    with store.begin() as tx:
        search_index.settle(tx)
    assert files_that_hold(home), "before: the training copy at least, and the index of words in clear"
    found = find(store, text=ADDRESS, officer=CLEARED, now=office.clock.now())
    erase(
        store, found=found, officer=CLEARED, now=office.clock.now(), training=training,
        learnt_from=lambda: learnt_from(models), forget_lines=partial(forget_lines, models),
    )  # fmt: skip
    assert files_that_hold(home) == []
    with store.read() as tx:
        assert due_for_retraining(tx) == {"m-1": 1}
    store.dispose()
    assert files_that_hold(home) == []


def test_a_model_of_before_shows_nobody_who_is_gone(home: Path, keyring: Keyring) -> None:
    """A worker keeps the model that it has loaded: what it finds similar is asked about before it is kept or shown."""
    store = Store(f"sqlite:///{home / 'store.sqlite'}", keyring)
    office = Office(store)
    populate(office)
    office.classify._classifier = Remembers()
    before = office.one("DMM more boats, please")
    assert similar_of(office, before.id) == {"officer-1", "t-1"}
    erase(
        store, found=find(store, text=ADDRESS, officer=CLEARED, now=office.clock.now()), officer=CLEARED,
        now=office.clock.now(),
    )  # fmt: skip
    assert similar_of(office, before.id) == {"t-1"}, "no model says that it learnt from it, and still it is not shown"
    after = office.one("DMM still more boats, please")
    assert similar_of(office, after.id) == {"t-1"}
    store.dispose()


class Remembers(FirstWord):
    """A model that finds everything like message 1."""

    def predict(self, messages: Sequence[Message]) -> Sequence[Prediction]:
        return [
            replace(said, similar=(*said.similar, Similar("officer-1", 0.9, said.destination, f"Boats of {NAME}")))
            for said in super().predict(messages)
        ]


def similar_of(office: Office, message_id: int) -> set[str]:
    with office.store.read() as tx:
        found = detail(tx, viewer=CLEARED, message_id=message_id).prediction
    assert found is not None
    return {one.id for one in found.policied.prediction.similar}


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
