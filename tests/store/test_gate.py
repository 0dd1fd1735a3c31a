"""The gate over a real store: drawn mail is blind, thin evidence opens nothing, what opens it and what closes it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.store.office import CLEARED, OFFICER, THRESHOLDS, UNDO_SECONDS, Office
from tests.store.parts import FirstWord, mail
from triage.domain.alert import ABOUT_THE_MODEL, AlertKind
from triage.domain.decision import Prediction, UnitAnswer
from triage.domain.drift import BUCKETS, Figure, Numbers, Snapshot, summarise
from triage.domain.errors import Refused
from triage.domain.gate import GateState
from triage.domain.gate_words import POOLED, Cause, Place, Scope
from triage.domain.gatekeeper import Rules
from triage.domain.lifecycle import DeliveryState, MessageState
from triage.domain.message import Message
from triage.domain.people import Person, Role
from triage.domain.protection import ContentClass
from triage.domain.taxonomy import Destination
from triage.flow.desk import bulk, review
from triage.flow.desk.decide import Classify
from triage.flow.learning import gate
from triage.flow.learning.automatic import Automatic
from triage.flow.units.answer import answer
from triage.flow.watching.alert import Telling, letter_of, stages
from triage.flow.watching.watch import Watch as Watching
from triage.flow.watching.watch import Watched
from triage.store import alerts, audit, decisions, detail, drift, gate_checks
from triage.store import gate as gate_rows
from triage.store.alerts import Alert
from triage.store.holders import take
from triage.store.queues import Queue

WINDOW = timedelta(days=30)
RULES = Rules(limit=0.3, confidence=0.8, audit_share=1.0, keep_share=0.25)
SECOND = Person(None, "Rosa Lima", roles=frozenset({Role.OFFICER}))


class Measured(FirstWord):
    """The same classifier with numbers: `strange` messages are all unknown words."""

    @property
    def reference(self) -> Snapshot:
        return summarise([Numbers("en", "DMM", 0.8, 0.01, 0.05, bytes([3] * BUCKETS))] * 300)

    def numbers(self, messages: Sequence[Message], predictions: Sequence[Prediction]) -> list[Numbers]:
        return [
            Numbers("en", "DMM", 0.8, 0.01, 0.9 if "strange" in m.newest_text else 0.05, bytes([3] * BUCKETS))
            for m in messages
        ]


class Gated:
    """An office with a gate; `chances` are drawn in turn, the last one for ever."""

    def __init__(self, office: Office, *, automatic: bool = True, model: FirstWord | None = None) -> None:
        self.office = office
        self.model = model or FirstWord()
        self.chance = 0.0
        self.automatic = automatic
        self.wire()

    def wire(self, name: str | None = None) -> None:
        """A worker anew, with another model where one is named."""
        if name is not None:
            self.model.name = name
        office = self.office
        office.classify = Classify(
            store=office.store,
            classifier=self.model,
            clock=office.clock,
            thresholds=THRESHOLDS,
            automatic=Automatic(lambda: RULES, self.automatic, lambda: UNDO_SECONDS, lambda: self.chance),
        )
        self.watch = gate.Watch(
            store=office.store,
            classifier=self.model,
            clock=office.clock,
            rules=lambda: RULES,
            window=WINDOW,
            automatic=self.automatic,
            thresholds=lambda: THRESHOLDS,
        )

    def many(self, number: int, text: str = "DMM please help with this question of ours") -> list[int]:
        """So many mails arrive; returns their ids."""
        before = {line.id for line in self.office.messages()}
        start = len(self.office.source.mails)
        self.office.arrive(
            *(
                mail(text, message_id=f"<{start + n}@ngo.example>", subject=f"Question {start + n}")
                for n in range(number)
            )
        )
        return sorted({line.id for line in self.office.messages()} - before)

    def audited(self, number: int, answer: str = "DMM") -> list[int]:
        """So many mails are drawn and answered."""
        self.chance = 0.0
        ids = self.many(number)
        for message_id in ids:
            self.office.decide(message_id, answer)
        return ids

    def open(self, place: Place = POOLED) -> None:
        gate.open_gate(
            self.office.store,
            place=place,
            model=self.model.name,
            rules=RULES,
            window=WINDOW,
            automatic=self.automatic,
            officer=OFFICER,
            now=self.office.clock.pass_(1),
        )

    def state(self, place: Place = POOLED) -> tuple[GateState, Cause]:
        with self.office.store.read() as tx:
            held = gate_rows.states(tx)[place]
        return held.state, held.cause

    def look(self) -> None:
        self.office.clock.pass_(61)
        self.watch.step()

    def opened(self) -> "Gated":
        """Open, and nothing is drawn from now on."""
        self.audited(30)
        self.open()
        self.chance = 0.99
        return self


@pytest.fixture
def gated(office: Office) -> Gated:
    return Gated(office)


def test_drawn_mail_is_judged_blind(gated: Gated) -> None:
    (drawn,) = gated.many(1)
    line = gated.office.message(drawn)
    assert line.blind
    assert line.prediction is None
    with gated.office.store.read() as tx:
        page = detail.detail(tx, viewer=OFFICER, message_id=drawn)
    assert page.prediction is None
    assert "predicted" not in {entry.kind for entry in page.history}
    gated.office.decide(drawn, "DOE")
    shown = gated.office.message(drawn)
    assert not shown.blind
    assert shown.prediction is not None
    assert shown.prediction.destination == Destination.parse("DMM")


def test_what_never_goes_is_never_drawn(gated: Gated) -> None:
    for text in ("urgent please help me now, my brother is gone", "misconduct by a person of that office is known",
                 "hello I would like to know something about you", "unsure what this is about, can you tell me"):  # fmt: skip
        (one,) = gated.many(1, text)
        assert not gated.office.message(one).blind
        assert gated.office.state(one) is MessageState.IN_REVIEW


def test_thin_evidence_opens_nothing_and_says_how_much_is_missing(gated: Gated) -> None:
    gated.audited(3)
    with pytest.raises(Refused, match=r"\d+ more checked messages without a misroute are needed \(3 so far\)"):
        gated.open()
    gated.audited(30, "DOE")
    with pytest.raises(Refused, match="only a better model can help"):
        gated.open()


def test_nothing_opens_where_the_office_has_not_switched_it_on(office: Office) -> None:
    gated = Gated(office, automatic=False)
    gated.audited(30)
    with pytest.raises(Refused, match="automatic = true"):
        gated.open()


def test_an_open_gate_lets_mail_go_after_the_undo_window(gated: Gated) -> None:
    gated.opened()
    office = gated.office
    (sent,) = gated.many(1)
    line = office.message(sent)
    assert line.state is MessageState.QUEUED
    assert line.decision is not None
    assert line.decision.officer == decisions.MACHINE_OFFICER
    assert line.delivery_state is DeliveryState.PENDING
    assert line.leaves_at == office.clock.now() + timedelta(seconds=UNDO_SECONDS)
    office.send()
    assert office.state(sent) is MessageState.FORWARDED
    assert office.books().balanced
    with office.store.read() as tx:
        (entry,) = audit.entries(tx, about=f"message:{sent}")[:1]
        assert (entry.actor, entry.act) == ("model:first-word-1", "sent_on")
        assert any(word.startswith("gate:") for word in entry.objects)
        assert sent not in {one.message_id for one in decisions.corrections(tx)}, "never a label"
        assert audit.verify(tx).whole


def test_an_officer_may_take_back_what_went_by_itself(gated: Gated) -> None:
    gated.opened()
    (sent,) = gated.many(1)
    review.undo(gated.office.store, message_id=sent, officer=OFFICER, now=gated.office.clock.now())
    assert gated.office.state(sent) is MessageState.IN_REVIEW
    gated.office.send()
    assert gated.office.state(sent) is MessageState.IN_REVIEW


@pytest.mark.parametrize(
    "text",
    [
        "urgent please help me now, my brother is gone",
        "misconduct by a person of that office is known to us",
        "hello I would like to know something about your work",
        "MISSION:CV please tell us whom to ask in this country",  # an officer confirms the office
        "DMM",
    ],
)
def test_what_never_goes_automatically(gated: Gated, text: str) -> None:
    gated.opened()
    (one,) = gated.many(1, text)
    assert gated.office.state(one) is MessageState.IN_REVIEW


def test_an_unknown_language_never_goes(gated: Gated) -> None:
    gated.opened()
    gated.model.language = "zh"
    (one,) = gated.many(1)
    assert gated.office.state(one) is MessageState.IN_REVIEW


def test_a_follow_up_goes_only_to_the_unit_that_has_its_inquiry(gated: Gated) -> None:
    gated.opened()
    office = gated.office
    (first,) = gated.many(1, "DOE please help with this question of ours")
    office.send()
    first_id = f"<{len(office.source.mails) - 1}@ngo.example>"
    office.arrive(mail("DMM and what about this other question", message_id="<f1@ngo.example>", In_Reply_To=first_id))
    assert office.messages()[-1].inquiry_id == office.message(first).inquiry_id
    assert office.messages()[-1].state is MessageState.IN_REVIEW


def test_a_share_of_what_would_go_is_kept_and_judged_blind(gated: Gated) -> None:
    gated.opened()
    gated.chance = 0.2
    (kept,) = gated.many(1)
    assert gated.office.message(kept).blind
    assert gated.office.state(kept) is MessageState.IN_REVIEW


def test_a_closed_route_or_language_holds_its_mail_back(gated: Gated) -> None:
    gated.opened()
    office = gated.office
    gate.close_gate(
        office.store, place=Place(Scope.ROUTE, "DMM"), model=gated.model.name, officer=OFFICER, now=office.clock.now()
    )
    (held,) = gated.many(1)
    (gone,) = gated.many(1, "DOE please help with this question of ours")
    assert (office.state(held), office.state(gone)) == (MessageState.IN_REVIEW, MessageState.QUEUED)
    gate.close_gate(
        office.store, place=Place(Scope.LANGUAGE, "en"), model=gated.model.name, officer=OFFICER, now=office.clock.now()
    )
    (held,) = gated.many(1, "DOE please help with this question of ours")
    assert office.state(held) is MessageState.IN_REVIEW


def test_a_route_opens_on_its_own_evidence_alone(gated: Gated) -> None:
    gated.audited(30)
    with pytest.raises(Refused, match="more checked messages"):
        gated.open(Place(Scope.ROUTE, "DOE"))
    gated.open(Place(Scope.ROUTE, "DMM"))
    gated.chance = 0.99
    (gone,) = gated.many(1)
    (held,) = gated.many(1, "DOE please help with this question of ours")
    assert (gated.office.state(gone), gated.office.state(held)) == (MessageState.QUEUED, MessageState.IN_REVIEW)
    moved = gate.close_gate(
        gated.office.store, place=POOLED, model=gated.model.name, officer=OFFICER, now=gated.office.clock.now()
    )
    assert Place(Scope.ROUTE, "DMM") in moved, "closing the pooled gate closes everything"


def test_misroutes_among_the_kept_close_it(gated: Gated) -> None:
    gated.opened()
    gated.chance = 0.2
    for kept in gated.many(5):
        gated.office.decide(kept, "DOE")
    gated.look()
    assert gated.state() == (GateState.CLOSED, Cause.MISROUTES)
    gated.chance = 0.99
    (held,) = gated.many(1)
    assert gated.office.state(held) is MessageState.IN_REVIEW
    with pytest.raises(Refused, match=r"\(0 so far\)"):
        gated.open()


def test_units_that_decline_close_it(gated: Gated) -> None:
    gated.opened()
    office = gated.office
    gone = gated.many(4)
    office.send()
    for message_id in gone:
        answer(office.store, message_id=message_id, answer=UnitAnswer.NOT_OURS, officer=OFFICER, now=office.clock.now())
    gated.look()
    assert gated.state() == (GateState.CLOSED, Cause.MISROUTES)


def test_a_unit_that_declines_later_makes_an_agreement_wrong(gated: Gated) -> None:
    (one, *_) = gated.audited(5)
    office = gated.office
    office.send()
    answer(office.store, message_id=one, answer=UnitAnswer.NOT_OURS, officer=OFFICER, now=office.clock.now())
    gated.look()
    with office.store.read() as tx:
        sample = gate_checks.sample(tx, model=gated.model.name, since=office.clock.now() - WINDOW, place=POOLED)
    assert sorted(check.right for check in sample) == [False, True, True, True, True]


def test_another_model_is_certified_anew_or_nothing_goes(gated: Gated) -> None:
    gated.opened()
    gated.wire("first-word-2")
    (held,) = gated.many(1)
    assert gated.office.state(held) is MessageState.IN_REVIEW, "not certified yet"
    gated.look()
    assert gated.state() == (GateState.AUTOMATIC, Cause.CERTIFIED)
    (gone,) = gated.many(1)
    assert gated.office.state(gone) is MessageState.QUEUED


def test_a_worse_model_is_not_certified(gated: Gated) -> None:
    gated.opened()

    class Worse(FirstWord):
        name = "worse-1"

        def predict(self, messages: Sequence[Message]) -> list[Prediction]:
            return [replace(one, destination=Destination.parse("ICP")) for one in super().predict(messages)]

    gated.model = Worse()
    gated.wire()
    gated.look()
    assert gated.state() == (GateState.SUGGEST, Cause.MODEL)


def test_evidence_grows_old(gated: Gated) -> None:
    gated.opened()
    gated.office.clock.pass_(WINDOW.total_seconds() + 60)
    gated.look()
    assert gated.state() == (GateState.SUGGEST, Cause.THIN)
    gated.audited(30)
    gated.look()
    assert gated.state() == (GateState.AUTOMATIC, Cause.CERTIFIED), "an officer wanted it open"


def test_a_switch_in_the_configuration_ends_it(gated: Gated) -> None:
    gated.opened()
    gated.automatic = False
    gated.wire()
    (held,) = gated.many(1)
    assert gated.office.state(held) is MessageState.IN_REVIEW
    gated.look()
    assert gated.state() == (GateState.SUGGEST, Cause.SETTINGS)


def test_a_second_look_settles_a_disagreement(gated: Gated) -> None:
    (one,) = gated.audited(1, "DOE")
    office = gated.office
    gated.look()
    since = office.clock.now() - WINDOW
    with office.store.read() as tx:
        (waiting,) = gate_checks.disagreements(tx, model=gated.model.name, since=since)
    assert (waiting.message_id, str(waiting.said), str(waiting.answered)) == (one, "DMM", "DOE")
    dmm, now = Destination.parse("DMM"), office.clock.now()
    with pytest.raises(Refused, match="somebody else"):
        gate.look_again(office.store, message_id=one, destination=dmm, officer=OFFICER, now=now)
    gate.look_again(office.store, message_id=one, destination=dmm, officer=SECOND, now=now)
    with office.store.read() as tx:
        assert gate_checks.disagreements(tx, model=gated.model.name, since=since) == []
        (check,) = gate_checks.sample(tx, model=gated.model.name, since=since, place=POOLED)
    assert check.right


def test_confirming_many_unseen_is_no_evidence(gated: Gated) -> None:
    gated.many(3)
    office = gated.office
    many = bulk.decide_many(office.store, officer=CLEARED, now=office.clock.now(), undo_seconds=UNDO_SECONDS)
    assert many.queued == 3
    gated.look()
    with office.store.read() as tx:
        since = office.clock.now() - WINDOW
        assert gate_checks.sample(tx, model=gated.model.name, since=since, place=POOLED) == []


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


def test_waiting_queue_shows_what_is_about_to_go(gated: Gated) -> None:
    gated.opened()
    gone = gated.many(2)
    assert set(gone) <= set(gated.office.queue(Queue.WAITING))
