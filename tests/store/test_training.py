"""Training runs, promotion with the gate, and a challenger beside, over real stores."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.rig.shelf import add_model
from tests.store.office import OFFICER, THRESHOLDS, Office
from tests.store.parts import START, FirstWord
from triage.classify.shelf import Shelf
from triage.domain.alert import AlertKind
from triage.domain.decision import Prediction
from triage.domain.drift import Numbers
from triage.domain.errors import DataError, Refused, Stale
from triage.domain.gate import Certificate, GateState
from triage.domain.gate_words import POOLED, Cause, Drawn
from triage.domain.gatekeeper import Move, Rules
from triage.domain.message import Message
from triage.domain.promotion import Check, CheckName, Comparison
from triage.domain.taxonomy import Destination, Route
from triage.domain.training import Failure, Phase, RunReason, RunState
from triage.flow.learning import beside, promote, retrain
from triage.flow.learning.promote import Evidence
from triage.flow.learning.retrain import Retrain, Rhythm
from triage.flow.learning.serving import PickUp, Serving
from triage.flow.learning.what_if import Change, units_of, what_if
from triage.flow.watching.watch import Watch, Watched
from triage.store import alerts, audit, challengers, gate, gate_checks, outside, trained, training
from triage.store.engine import Store
from triage.store.gate_checks import Judgement, NewCheck

KEEPER = OFFICER


def compared(version: str, *, passed: bool = True) -> dict[str, Any]:
    return Comparison("m-1", version, START, (Check(CheckName.TEST, passed),)).as_json()


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    folder = tmp_path / "models"
    add_model(folder, "m-1")
    add_model(folder, "m-2", comparison=compared("m-2"))
    add_model(folder, "m-3", comparison=compared("m-3", passed=False))
    add_model(folder, "m-4")
    found = Shelf(folder)
    found.point("m-1")
    return found


def state_of(store: Store, run_id: int) -> tuple[RunState, tuple[str, ...]]:
    with store.read() as tx:
        run = training.run(tx, run_id)
    assert run is not None
    return run.state, run.reasons


def test_one_run_at_a_time_and_asking_twice_is_asking_once(office: Office) -> None:
    store, clock = office.store, office.clock
    first = retrain.ask(store, KEEPER, RunReason.SCREEN, clock)
    assert retrain.ask(store, KEEPER, RunReason.BY_HAND, clock) == first
    with store.begin() as tx:
        assert training.claim(tx, worker="w", now=clock.now()) == first
    second = retrain.ask(store, KEEPER, RunReason.SCREEN, clock)
    assert second != first
    with store.begin() as tx:
        assert training.claim(tx, worker="other", now=clock.now()) is None
        with pytest.raises(Stale):
            training.progress(tx, run_id=first, worker="other", phase=Phase.ROUTES, share=0.5, now=clock.now())
        training.progress(tx, run_id=first, worker="w", phase=Phase.ROUTES, share=0.5, now=clock.now())
    with store.read() as tx:
        open_run = training.open_run(tx)
        assert open_run is not None
        assert (open_run.id, open_run.phase, open_run.progress) == (first, Phase.ROUTES, 0.5)
        assert [entry.act for entry in audit.entries(tx)] == ["training_asked"] * 3


def test_a_run_whose_process_is_silent_has_failed_and_the_next_one_goes(office: Office) -> None:
    store, clock = office.store, office.clock
    lost = retrain.ask(store, KEEPER, RunReason.SCREEN, clock)
    with store.begin() as tx:
        training.claim(tx, worker="w", now=clock.now())
    waiting = retrain.ask(store, KEEPER, RunReason.SCREEN, clock)
    later = clock.pass_(training.LEASE.total_seconds() + 1)
    with store.begin() as tx:
        assert training.claim(tx, worker="other", now=later) == waiting
    assert state_of(store, lost) == (RunState.FAILED, (Failure.LOST,))


class Finished:
    """A training process that ends when it is told to."""

    code: int | None = None
    killed = False

    def ended(self, patience_seconds: float) -> int | None:
        return self.code

    def kill(self) -> None:
        self.killed = True


def worker(office: Office, shelf: Shelf, child: Finished, **rhythm: Any) -> tuple[Retrain, list[int]]:
    begun: list[int] = []

    def start(run_id: int, name: str) -> Finished:
        begun.append(run_id)
        return child

    return Retrain(office.store, office.clock, shelf, Rhythm(**rhythm), start, "w"), begun


def test_after_so_many_corrections_a_run_begins_by_itself(office: Office, shelf: Shelf) -> None:
    step, begun = worker(office, shelf, Finished(), corrections=2, every=timedelta(0))
    for text, said in (("DMM is it yours or not", "DMM"), ("DMM one for the others then", "ICP")):
        office.decide(office.one(text).id, said)
    assert step.step() == 0
    office.decide(office.one("DMM and another one for them").id, "MCD")
    office.clock.pass_(60)
    assert step.step() == 1
    with office.store.read() as tx:
        run = training.run(tx, begun[0])
    assert run is not None
    assert (run.reason, run.state) == (RunReason.CORRECTIONS, RunState.RUNNING)


def test_by_time_only_where_there_is_something_new(office: Office, shelf: Shelf) -> None:
    step, begun = worker(office, shelf, Finished(), corrections=0, every=timedelta(days=7))
    office.clock.pass_(30 * 86400)
    assert step.step() == 0
    office.decide(office.one().id, "DMM")
    assert step.step() == 0
    office.clock.pass_(8 * 86400)
    assert step.step() == 1
    with office.store.read() as tx:
        run = training.run(tx, begun[0])
    assert run is not None
    assert run.reason is RunReason.SCHEDULE


def test_a_model_that_learnt_from_erased_texts_is_trained_anew(office: Office, shelf: Shelf) -> None:
    step, begun = worker(office, shelf, Finished(), corrections=0, every=timedelta(0))
    with office.store.begin() as tx:
        trained.mark_for_retraining(tx, models={"m-1": 3}, actor="retention", now=office.clock.now())
    assert step.step() == 1
    with office.store.read() as tx:
        run = training.run(tx, begun[0])
    assert run is not None
    assert run.reason is RunReason.ERASURE


def test_a_killed_process_is_a_lost_run_and_a_worker_that_ends_gives_it_back(office: Office, shelf: Shelf) -> None:
    child = Finished()
    step, begun = worker(office, shelf, child)
    retrain.ask(office.store, KEEPER, RunReason.SCREEN, office.clock)
    assert step.step() == 1
    child.code = -9
    assert step.step() == 1
    assert state_of(office.store, begun[0]) == (RunState.FAILED, (Failure.LOST,))
    child.code = None
    retrain.ask(office.store, KEEPER, RunReason.SCREEN, office.clock)
    assert step.step() == 1
    step.close()
    assert child.killed
    assert state_of(office.store, begun[1]) == (RunState.WAITING, ())
    assert shelf.serving() == "m-1"


def test_a_candidate_serves_only_where_it_passed(office: Office, shelf: Shelf) -> None:
    store, now = office.store, office.clock.now()
    for version, why in (("m-3", "did not pass"), ("m-4", "never compared")):
        with pytest.raises(Refused, match=why):
            promote.promote(store, shelf, version=version, actor=KEEPER, now=now)
    assert promote.promote(store, shelf, version="m-2", actor=KEEPER, now=now).before == "m-1"
    assert promote.promote(store, shelf, version="m-3", actor=KEEPER, now=now, force=True).model == "m-3"
    assert promote.roll_back(store, shelf, actor=KEEPER, now=now, why="regretted").model == "m-2"
    assert [(one["what"], one.get("forced")) for one in shelf.card("m-3")["history"]] == [
        ("promoted", True), ("rolled_back", None),
    ]  # fmt: skip
    with store.read() as tx:
        acts = [(entry.act, entry.objects) for entry in audit.entries(tx)]
    assert acts == [
        ("model_promoted", ("model:m-2", "before:m-1")),
        ("model_promoted", ("model:m-3", "before:m-2", "against:test")),
        ("model_rolled_back", ("model:m-2", "before:m-3")),
    ]


def test_a_pointer_that_was_moved_by_hand_is_put_on_record_once(office: Office, shelf: Shelf) -> None:
    now = office.clock.now()
    assert promote.put_on_record(office.store, model="m-1", worker="w", now=now)
    assert not promote.put_on_record(office.store, model="m-1", worker="w", now=now)
    promote.promote(office.store, shelf, version="m-2", actor=KEEPER, now=now)
    assert not promote.put_on_record(office.store, model="m-2", worker="w", now=now)


@pytest.mark.parametrize(("right", "state"), [(True, GateState.AUTOMATIC), (False, GateState.SUGGEST)])
def test_an_open_gate_is_certified_anew_at_promotion(
    office: Office, shelf: Shelf, right: bool, state: GateState
) -> None:
    store, now = office.store, office.clock.now()
    said = [office.one(f"DMM question number {number} of many").id for number in range(12)]
    with store.begin() as tx:
        gate_checks.draw_many(tx, [NewCheck(one, Drawn.AUDIT, 1.0, None, "en") for one in said], now=now)
    for one in said:
        office.decide(one, "DMM")
    truth = Destination(Route.DMM if right else Route.ICP)
    with store.begin() as tx:
        gate_checks.settle(tx)
        gate_checks.judge_many(tx, [Judgement(one, truth, 0.99, True) for one in said], model="m-2")
        opened = Move(GateState.AUTOMATIC, Cause.OFFICER, Certificate(0.5, 12, 0, 0.2, 1.0))
        gate.add_state(tx, place=POOLED, move=opened, model="m-1", actor="x", now=now)
    evidence = Evidence(Rules(limit=0.3, confidence=0.8), timedelta(days=30))
    served = promote.promote(store, shelf, version="m-2", actor=KEEPER, now=now, evidence=evidence)
    assert (served.reopened, served.shut) == (((POOLED,), ()) if right else ((), (POOLED,)))
    with store.read() as tx:
        assert gate.states(tx)[POOLED].standing("m-2").state is state


class Other(FirstWord):
    """The same, but that it calls everything ICP's."""

    name = "m-2"
    thresholds = THRESHOLDS

    def predict(self, messages: Sequence[Message]) -> list[Prediction]:
        return [Prediction(Destination(Route.ICP), 0.7, (), one.kind, one.sender_type, "en", False, False, 0.0, "m-2")
                for one in super().predict(messages)]  # fmt: skip


def test_a_challenger_answers_beside_and_is_compared(office: Office, shelf: Shelf) -> None:
    office.one("DMM this was there before it ran")
    office.clock.pass_(60)
    beside.choose(office.store, shelf, "m-2", KEEPER, office.clock)
    mine, theirs, hidden = (
        office.one(text) for text in ("DMM one question", "ICP another question", "DMM judged blind")
    )
    with office.store.begin() as tx:
        gate_checks.draw_many(tx, [NewCheck(hidden.id, Drawn.AUDIT, 1.0, None, "en")], now=office.clock.now())
    step = beside.Beside(office.store, office.clock, lambda _: Other())
    assert step.step() == 3
    assert step.step() == 0
    office.decide(mine.id, "ICP")
    office.decide(theirs.id, "ICP")
    with office.store.read() as tx:
        found = challengers.differences(tx, model="m-2")
        tally = challengers.tally(tx, model="m-2")
    assert [(one.message_id, str(one.served), str(one.challenger), str(one.decided)) for one in found] == [
        (mine.id, "DMM", "ICP", "ICP")
    ]
    assert tally == challengers.Tally(2, 1, 2, 1, 2)
    promote.promote(office.store, shelf, version="m-2", actor=KEEPER, now=office.clock.now())
    with office.store.read() as tx:
        assert challengers.current(tx) is None


def test_what_would_have_been_changes_nothing(office: Office) -> None:
    one, two = (
        office.one("DMM one question of ours about remittances"),
        office.one("MISSION:ML a question about Bamako"),
    )
    office.decide(one.id, "ICP")
    since, now = START - timedelta(days=1), office.clock.now()
    under = what_if(office.store, Change(model=Other()), since=since, now=now)
    assert (under.messages, under.changed, under.readdressed) == (2, 2, 2)
    assert (under.decided, under.right_before, under.right_now) == (1, 0, 1)
    assert under.moves == {("DMM", "ICP"): 1, ("MISSION:ML", "ICP"): 1}
    low = replace(THRESHOLDS, forward_probability=0.5, mission_probability=0.9)
    sure = what_if(office.store, Change(thresholds=low), since=since, now=now)
    assert (sure.changed, sure.forward_before, sure.forward_now) == (0, 0, 1)
    units = what_if(office.store, Change(units=units_of(["MISSION:ML=MISSION:SN"])), since=since, now=now)
    assert [(moved.message_id, str(moved.now)) for moved in units.examples] == [(two.id, "MISSION:SN")]
    assert units.as_json()["moves"] == [{"from": "MISSION:ML", "to": "MISSION:SN", "messages": 1}]
    for empty in (Change(), Change(units=units_of([]))):
        with pytest.raises(DataError, match="name a model"):
            what_if(office.store, empty, since=since, now=now)
    with pytest.raises(DataError, match="OLD=NEW"):
        units_of(["DOE>DMM"])


def wrong_now(office: Office) -> list[str | None]:
    """What the watch would raise an alert of."""
    with office.store.read() as tx:
        held = outside.known(tx)[outside.MODEL]
    watch = Watch(office.store, office.clock, Watched(), lambda: 10**12)
    watch.step()
    office.clock.pass_(60)
    with office.store.read() as tx:
        raised = [one.code for one in alerts.open_alerts(tx, about_messages=False) if one.kind is AlertKind.MODEL]
    assert bool(held.failures) == bool(raised)
    return raised


class Loaded(Other):
    """A model that says its name and measures nothing."""

    reference = None

    def __init__(self, name: str) -> None:
        self.name = name

    def numbers(self, messages: Sequence[Message], predictions: Sequence[Prediction]) -> list[Numbers]:
        return []


def test_the_worker_follows_the_pointer_and_alerts_where_a_model_does_not_load(office: Office, shelf: Shelf) -> None:
    broken: set[str] = set()

    def load() -> Loaded:
        return Loaded(
            next(n for n in (shelf.serving(), *reversed(shelf.before())) if n is not None and n not in broken)
        )

    serving = Serving(shelf, load)
    step = PickUp(serving, office.store, office.clock, "w")
    assert step.step() == 0
    assert (serving.name, wrong_now(office)) == ("m-1", [])
    broken.add("m-2")
    shelf.point("m-2")
    assert step.step() == 0
    assert (serving.name, wrong_now(office)) == ("m-1", ["model_not_loaded"])
    shelf.step_back()
    shelf.point("m-4")
    assert step.step() == 0
    assert (serving.name, serving.predict([])) == ("m-4", [])
    assert wrong_now(office) == []
    with office.store.read() as tx:
        assert [entry.objects[0] for entry in audit.entries(tx) if entry.act == "model_serves"] == [
            "model:m-1",
            "model:m-4",
        ]
