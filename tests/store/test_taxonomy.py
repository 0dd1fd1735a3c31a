"""Units merged, split and closed: labels follow, decisions stay as they were made."""

from datetime import date, timedelta

import pytest

from tests.store.office import Office
from tests.store.test_labels import DMM, ICP, IML, KEEPER, forwarded, history
from triage.domain.decision import Alternative, Policied, Prediction, Verdict
from triage.domain.errors import DataError, NotFound
from triage.domain.labels import TaxonomyChange, map_label
from triage.domain.taxonomy import Destination, Kind, SenderType
from triage.domain.training import RunReason
from triage.flow.learning import taxonomy
from triage.store import audit, changes, label_mappings, organisation, training


def change(
    office: Office, kind: TaxonomyChange, old: str, *new: Destination, day: date | None = None
) -> taxonomy.Changed:
    now = office.clock.now()
    return taxonomy.change(
        office.store, kind=kind, old=old, new=new, valid_from=day or now.date(), reason="decided in 2024", actor=KEEPER,
        now=now,
    )  # fmt: skip


def test_a_merged_unit_ends_its_labels_follow_and_its_decisions_stay(office: Office) -> None:
    message_id = forwarded(office, "IML")
    office.clock.pass_(86_400)
    made = change(office, TaxonomyChange.MERGED, "IML", DMM)
    assert made.decisions == 1
    assert history(office, message_id)[0][:2] == ("officer", "IML")
    today = office.clock.now().date()
    with office.store.read() as tx:
        assert "IML" not in {unit.code for unit in organisation.units(tx, today)}
        assert "IML" in {unit.code for unit in organisation.units(tx, today - timedelta(days=1))}
        held = label_mappings.mappings(tx)
        assert map_label("IML", held, on=today, since=today - timedelta(days=1)).destination == DMM
        waiting = training.open_run(tx)
        assert waiting is not None
        assert (waiting.id, waiting.reason) == (made.run_id, RunReason.TAXONOMY)
        assert changes.history(tx, about=["label:IML"])[0].after["now"] == "DMM"
        assert audit.entries(tx, after_id=0, limit=1000)[-1].act == audit.Act.TAXONOMY_CHANGED
    assert office.message(message_id).decision is not None


def test_a_change_can_be_taken_back_and_stays_on_record(office: Office) -> None:
    made = change(office, TaxonomyChange.SPLIT, "MCD", ICP, DMM)
    taxonomy.take_back(office.store, mapping_id=made.mapping_id, actor=KEEPER, now=office.clock.now())
    with office.store.read() as tx:
        assert label_mappings.mappings(tx) == []
    with pytest.raises(NotFound):
        taxonomy.take_back(office.store, mapping_id=made.mapping_id, actor=KEEPER, now=office.clock.now())


def test_changes_that_make_no_sense_are_refused(office: Office) -> None:
    for kind, old, new in (
        (TaxonomyChange.SPLIT, "MCD", (ICP,)),
        (TaxonomyChange.MERGED, "IML", (IML,)),
        (TaxonomyChange.MERGED, "IML", (DMM, ICP)),
        (TaxonomyChange.CLOSED, "IPD", (DMM,)),
        (TaxonomyChange.RENAMED, "not a label", (DMM,)),
    ):
        with pytest.raises(DataError):
            change(office, kind, old, *new)
    with pytest.raises(DataError, match="future"):
        change(office, TaxonomyChange.MERGED, "IML", DMM, day=office.clock.now().date() + timedelta(days=1))
    change(office, TaxonomyChange.MERGED, "IML", DMM)
    with pytest.raises(DataError, match="leads back"):
        change(office, TaxonomyChange.MERGED, "DMM", IML)
    with office.store.read() as tx:
        assert len(label_mappings.mappings(tx)) == 1


def suggestion(*chances: tuple[Destination, float], model: str = "m") -> Policied:
    first = chances[0]
    prediction = Prediction(
        destination=first[0], probability=first[1], alternatives=tuple(Alternative(*one) for one in chances),
        kind=Kind.QUESTION, sender_type=SenderType.NGO, language="en", urgent=False, restricted=False, out_of_scope=0.0,
        model=model,
    )  # fmt: skip
    return Policied(prediction, Verdict.FORWARD, "confident")


def test_a_model_of_before_suggests_what_its_labels_mean_now(office: Office) -> None:
    change(office, TaxonomyChange.MERGED, "IML", DMM)
    with office.store.read() as tx:
        held = label_mappings.mappings(tx)
    on = office.clock.now().date()
    moved = taxonomy.renamed(suggestion((IML, 0.5), (DMM, 0.3), (ICP, 0.2)), held, on=on)
    assert (moved.prediction.destination, round(moved.prediction.probability, 6)) == (DMM, 0.8)
    assert (moved.verdict, moved.reason) == (Verdict.REVIEW, taxonomy.CHANGED_UNIT)
    still = taxonomy.renamed(suggestion((ICP, 0.9), (IML, 0.1)), held, on=on)
    assert (still.verdict, still.prediction.destination) == (Verdict.FORWARD, ICP)
    assert [str(one.destination) for one in still.prediction.alternatives] == ["ICP", "DMM"]
    other = suggestion((ICP, 0.9), (DMM, 0.1))
    assert taxonomy.renamed(other, held, on=on) is other


def test_only_a_model_of_before_does_not_know_the_parts_of_a_split(office: Office) -> None:
    change(office, TaxonomyChange.SPLIT, "DMM", DMM, IML)
    with office.store.read() as tx:
        held = label_mappings.mappings(tx)
    on = office.clock.now().date()
    old = taxonomy.renamed(suggestion((DMM, 0.8), (ICP, 0.2), model="m-20260301-120000-abcd"), held, on=on)
    assert (old.verdict, old.reason, old.prediction.probability) == (Verdict.REVIEW, taxonomy.CHANGED_UNIT, 0.4)
    new = suggestion((DMM, 0.8), (ICP, 0.2), model="m-20270301-120000-abcd")
    assert taxonomy.renamed(new, held, on=on) is new


def test_a_message_is_suggested_to_what_its_unit_became(office: Office) -> None:
    change(office, TaxonomyChange.MERGED, "IML", DMM)
    line = office.one("IML how is the convention to be read here please")
    assert line.prediction is not None
    assert (line.prediction.destination, line.prediction.reason) == (DMM, taxonomy.CHANGED_UNIT)
    assert office.message(line.id).decision is None
