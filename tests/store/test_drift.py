"""Strange mail raises an alarm with examples, closes the gate, and reaches people as ids alone."""

import pytest

from tests.store.gated import Gated, Measured
from tests.store.office import OFFICER, Office
from triage.domain.alert import ABOUT_THE_MODEL, AlertKind
from triage.domain.drift import Figure
from triage.domain.errors import Refused
from triage.domain.gate import GateState
from triage.domain.gate_words import Cause
from triage.domain.people import Person, Role
from triage.domain.protection import ContentClass
from triage.flow.learning import gate
from triage.flow.watching.alert import Telling, letter_of, stages
from triage.flow.watching.watch import Watch as Watching
from triage.flow.watching.watch import Watched
from triage.store import alerts, drift
from triage.store.alerts import Alert
from triage.store.holders import take


def test_strange_mail_raises_an_alarm_and_closes_the_gate(office: Office) -> None:
    gated = Gated(office, model=Measured())
    gated.opened()
    gated.many(170)
    gated.look()
    assert gated.state()[0] is GateState.AUTOMATIC
    strange = gated.many(40, "DMM strange words that nobody has ever seen")
    gated.look()
    assert gated.state() == (GateState.CLOSED, Cause.DRIFT)
    with office.store.read() as tx:
        (alarm,) = drift.open_alarms(tx)
    assert alarm.figure is Figure.UNKNOWN_WORDS
    assert set(alarm.examples) <= set(strange)
    with pytest.raises(Refused, match="drift"):
        gated.open()
    assert gate.settle_drift(office.store, model=gated.model.name, officer=OFFICER, now=office.clock.now()) == 1
    gated.look()
    with office.store.read() as tx:
        assert drift.open_alarms(tx) == [], "what a person called usual raises no alarm again"


def kinds_told(office: Office) -> dict[AlertKind, Alert]:
    """What the watch has raised about the model, after one look."""
    Watching(office.store, office.clock, Watched(), lambda: 10**12).step()
    with office.store.read() as tx:
        return {one.kind: one for one in alerts.open_alerts(tx, about_messages=False) if one.kind in ABOUT_THE_MODEL}


def test_drift_and_a_gate_that_closed_reach_people_as_ids_alone(office: Office) -> None:
    gated = Gated(office, model=Measured())
    gated.opened()
    assert kinds_told(office) == {}
    strange = gated.many(175, "DMM strange words that nobody has ever seen")
    gated.look()
    told = kinds_told(office)
    assert set(told) == {AlertKind.DRIFT, AlertKind.GATE}
    assert (told[AlertKind.GATE].object, told[AlertKind.GATE].code) == ("all", "drift")
    with office.store.read() as tx:
        (alarm,) = drift.standing_alarms(tx)
    shown = {AlertKind.DRIFT: {alarm.figure.value: alarm.examples}}
    letter = letter_of([told[AlertKind.DRIFT]], "en", Telling("https://triage.office.example"), shown)
    assert f"unknown_words: messages {', '.join(map(str, alarm.examples))}" in letter.text
    assert set(alarm.examples) <= set(strange)
    assert not any(word in letter.text for word in ("strange", "nobody has ever seen"))
    gate.settle_drift(office.store, model=gated.model.name, officer=OFFICER, now=office.clock.now())
    office.clock.pass_(31)
    assert set(kinds_told(office)) == {AlertKind.GATE}, "closed until somebody opens it"


def test_who_keeps_the_models_is_told_of_drift() -> None:
    keeper = Person(1, "Keeper", "keeper@office.example", frozenset({Role.MODEL_KEEPER}))
    boss = Person(2, "Boss", "boss@office.example", frozenset({Role.ADMINISTRATOR}))
    assert stages(AlertKind.DRIFT, [keeper, boss], ()) == [[keeper, boss]]
    assert stages(AlertKind.DISK, [keeper, boss], ()) == [[boss]]


def test_what_was_called_usual_holds_for_the_next_model_as_it_sees_it(office: Office) -> None:
    gated = Gated(office, model=Measured())
    strange = "DMM strange words that nobody has ever seen"
    gated.many(200, strange)
    gated.look()
    gate.settle_drift(office.store, model=gated.model.name, officer=OFFICER, now=office.clock.now())
    gated.wire("measured-2")
    gated.many(200, strange)
    gated.look()
    with office.store.read() as tx:
        assert drift.open_alarms(tx, model="measured-2") == [], "the reference of its training would have raised one"
        stated = drift.baseline(tx)
    assert stated is not None
    assert stated[0] != "measured-2", "too little mail seen as yet"
    gated.many(200, strange)
    gated.look()
    with office.store.read() as tx:
        carried = drift.baseline(tx)
    assert carried is not None
    assert (carried[0], carried[1].unknown_share) == ("measured-2", pytest.approx(0.9))


def test_numbers_of_erased_messages_go_too(office: Office) -> None:
    gated = Gated(office, model=Measured())
    ids = gated.many(205, "DMM strange words that nobody has ever seen")
    gated.look()
    with office.store.begin() as tx:
        (alarm,) = drift.open_alarms(tx)
        take(tx, message_ids=ids[:100], content=[ContentClass.TEXT], all_rows=True)
        left = {message_id for message_id, _ in drift.newest(tx, model=gated.model.name, limit=1_000)}
        (after,) = drift.open_alarms(tx)
    assert left == set(ids[100:])
    assert set(after.examples) == set(alarm.examples) - set(ids[:100])
