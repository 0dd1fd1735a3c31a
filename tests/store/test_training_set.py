"""Training sets over a real store: masked, validated, frozen; what leaves them, and what never enters."""

from pathlib import Path

import pytest

from tests.store.office import CLEARED, Office
from triage.classify.examples import parse_example
from triage.domain.errors import DataError
from triage.domain.protection import ContentClass
from triage.flow.learning.label_lines import store_lines, today_of
from triage.flow.learning.training_set import TrainingSet, Unseen, collect, freeze, opaque_ids, prune, thaw
from triage.flow.protection import person
from triage.flow.protection.retain import forget_learnt
from triage.mail.likeness import same_words
from triage.store import retention, trained, training

LONG = "DMM my name is Fatou Ndiaye and our school for returned migrants in the hills asks for books"


NOTHING = Unseen()


def the_set(office: Office, unseen: Unseen = NOTHING) -> TrainingSet:
    today = today_of(office.store, office.clock.now().date())
    with office.store.read() as tx:
        lines = store_lines(office.store, today)
        return collect([], lines, parse=parse_example, opaque=opaque_ids(tx), unseen=unseen)


def test_what_people_said_is_masked_validated_and_frozen(office: Office, tmp_path: Path) -> None:
    one = office.one(LONG)
    office.decide(one.id, "ICP")
    two = office.one("IML please send the summer course on migration law to our judges")
    office.decide(two.id, "IML")
    made = the_set(office)
    assert [(example.id, example.route) for example in made.examples] == [
        (f"officer-{one.id}", "ICP"), (f"officer-{two.id}", "IML"),
    ]  # fmt: skip
    assert "Ndiaye" not in repr(made.examples)
    assert "Diallo" not in repr(made.labelled)
    assert set(made.labelled.values()) == {next(iter(made.labelled.values()))}
    assert next(iter(made.labelled.values())).startswith("officer-")
    assert made.examples[0].author.startswith("sender-")
    now = office.clock.now()
    freeze(office.store, tmp_path, made, hash_="ab" * 32, now=now)
    (file,) = tmp_path.glob("*.jsonl")
    assert b"school" not in file.read_bytes()
    assert file.stat().st_mode & 0o777 == 0o600
    with office.store.read() as tx:
        snapshot = training.snapshot(tx, hash_="ab" * 32)
    assert snapshot is not None
    assert thaw(tmp_path, snapshot) == TrainingSet(made.examples, made.labelled, made.words)


def test_what_many_people_send_in_the_same_words_is_learnt_once(office: Office) -> None:
    first, again, other = office.one(LONG), office.one(f"{LONG.upper()} !"), office.one(f"{LONG} ")
    for message, unit in ((first, "ICP"), (again, "ICP"), (other, "MCD")):
        office.decide(message.id, unit)
    made = the_set(office)
    assert set(made.labelled) == {f"officer-{first.id}", f"officer-{other.id}"}, "what contradicts is kept for a person"
    assert made.left_out == {"same words": 1}


def test_audit_texts_and_their_copies_are_not_learnt(office: Office) -> None:
    drawn, copy, free = (
        office.one(LONG),
        office.one(f"{LONG.upper()} !"),
        office.one("MCD may we use the logo on our web site"),
    )
    for one in (drawn, copy, free):
        office.decide(one.id, "ICP")
    words = same_words(LONG)
    assert words is not None
    made = the_set(office, Unseen({drawn.id}, {words}))
    assert list(made.labelled) == [f"officer-{free.id}"]
    assert made.left_out == {"audit": 2}


def test_an_erased_message_leaves_the_snapshot_and_marks_the_model(office: Office, tmp_path: Path) -> None:
    gone, stays = office.one(LONG), office.one("MCD may we use the logo on our web site")
    for one in (gone, stays):
        office.decide(one.id, "ICP")
    freeze(office.store, tmp_path, the_set(office), hash_="cd" * 32, now=office.clock.now())
    with office.store.begin() as tx:
        retention.take_content(
            tx, message_ids=[gone.id], content=[ContentClass.TEXT], now=office.clock.now(), all_rows=True
        )
    learnt = {"m-1": frozenset({f"officer-{gone.id}", f"officer-{stays.id}"})}
    forget_learnt(office.store, learnt_from=learnt, training=tmp_path, actor="retention", now=office.clock.now())
    with office.store.read() as tx:
        snapshot = training.snapshot(tx, hash_="cd" * 32)
        assert trained.due_for_retraining(tx) == {"m-1": 1}
    assert snapshot is not None
    assert list(thaw(tmp_path, snapshot).labelled) == [f"officer-{stays.id}"]
    assert list(the_set(office).labelled) == [f"officer-{stays.id}"]


def test_old_snapshots_go_with_their_keys(office: Office, tmp_path: Path) -> None:
    for number in range(4):
        office.clock.pass_(60)
        freeze(office.store, tmp_path, TrainingSet([]), hash_=f"{number}" * 64, now=office.clock.now())
    assert prune(office.store, tmp_path, keep=2, needed={"0" * 64}) == 1
    assert sorted(path.name[-18:-6] for path in tmp_path.glob("*.jsonl")) == ["0" * 12, "2" * 12, "3" * 12]
    with office.store.read() as tx:
        dropped = training.snapshot(tx, hash_="1" * 64)
    assert dropped is not None
    with pytest.raises(DataError, match="dropped"):
        thaw(tmp_path, dropped)


def test_a_person_who_is_blocked_out_of_a_text_leaves_the_snapshot_too(office: Office, tmp_path: Path) -> None:
    mentions = office.one("DMM the teacher Ousmane Kouyate of the school asks for books for us")
    other = office.one("MCD may we use the logo on our web site")
    for one in (mentions, other):
        office.decide(one.id, "ICP")
    freeze(office.store, tmp_path, the_set(office), hash_="ef" * 32, now=office.clock.now())
    found = person.find(office.store, text="Ousmane Kouyate", officer=CLEARED, now=office.clock.now())
    learnt = {"m-1": frozenset({f"officer-{mentions.id}"})}
    person.erase(
        office.store, found=found, officer=CLEARED, now=office.clock.now(), learnt_from=lambda: learnt, training=tmp_path
    )  # fmt: skip
    with office.store.read() as tx:
        snapshot = training.snapshot(tx, hash_="ef" * 32)
        assert trained.due_for_retraining(tx) == {"m-1": 1}
    assert snapshot is not None
    assert list(thaw(tmp_path, snapshot).labelled) == [f"officer-{other.id}"]
