"""The gate over a real store: drawn mail is blind, thin evidence opens nothing, what opens it and what closes it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.store.gated import WINDOW, Gated
from tests.store.office import CLEARED, OFFICER, UNDO_SECONDS, Office
from tests.store.parts import FirstWord, mail
from triage.domain.decision import Prediction, UnitAnswer
from triage.domain.errors import Refused
from triage.domain.gate import GateState
from triage.domain.gate_words import POOLED, Cause, Place, Scope
from triage.domain.lifecycle import DeliveryState, MessageState
from triage.domain.message import Message
from triage.domain.people import Person, Role
from triage.domain.taxonomy import Destination
from triage.flow.desk import bulk, review
from triage.flow.learning import gate
from triage.flow.units.answer import answer
from triage.store import audit, decisions, detail, gate_checks
from triage.store.queues import Queue

SECOND = Person(None, "Rosa Lima", roles=frozenset({Role.OFFICER}))


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


def test_waiting_queue_shows_what_is_about_to_go(gated: Gated) -> None:
    gated.opened()
    gone = gated.many(2)
    assert set(gone) <= set(gated.office.queue(Queue.WAITING))
