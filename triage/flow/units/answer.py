"""What a unit says of an inquiry that was forwarded to it, whichever way it came: by link, by a plain reply, or told to
an officer. "Not ours" brings the message back to an officer with the next suggestion; "answered" closes the inquiry.

What a copy says is booked and moves nothing: the message is the lead's.
"""

from dataclasses import dataclass
from datetime import datetime

from triage.domain.decision import UnitAnswer
from triage.domain.errors import Refused
from triage.domain.lifecycle import DeliveryEvent, DeliveryState, MessageEvent, MessageState, Purpose
from triage.domain.people import Person
from triage.domain.reply import AnswerWay
from triage.domain.taxonomy import Destination
from triage.flow.desk.declined import without_declined
from triage.store import answers, assignments, audit, deliveries, inquiries, predictions, unit_side
from triage.store.engine import Store, Tx
from triage.store.messages import standing, transition
from triage.store.unit_side import UnitDelivery


@dataclass(frozen=True, slots=True)
class Saying:
    """An answer about to be booked. `actor` is the name shown; `proposed` is whom the unit names instead."""

    answer: UnitAnswer
    way: AnswerWay
    actor: str
    proposed: Destination | None = None
    note: str = ""


def answer(
    store: Store,
    *,
    message_id: int,
    answer: UnitAnswer,
    officer: Person,
    now: datetime,
    note: str = "",
    proposed: Destination | None = None,
) -> int:
    """An officer books what the lead unit said and gets the answer's id.

    Raises Refused where the message was not forwarded, Stale, NotFound.
    """
    with store.begin() as tx:
        at = standing(tx, message_id=message_id, cleared=officer.cleared, lock=True)
        if at.state is not MessageState.FORWARDED:
            raise Refused(f"a message that is {at.state} has no answer of a unit")
        actor = audit.actor_of(tx, officer)
        delivery = unit_side.lead_of(tx, message_id=message_id)
        saying = Saying(answer, AnswerWay.OFFICER, officer.name, proposed, note)
        answer_id = book(tx, delivery=delivery, saying=saying, actor=actor, now=now)
        put_on_record(tx, delivery=delivery, saying=saying, answer_id=answer_id, actor=actor, now=now)
        return answer_id


def book(tx: Tx, *, delivery: UnitDelivery, saying: Saying, actor: str, now: datetime) -> int:
    """Books an answer to one mail, read with `lock`, and lets its message follow; returns the answer's id.

    An answer to a mail of which nobody knew whether it arrived is the proof that it did. Raises Refused where the mail
    has not left or the message is no longer with this unit. The transaction must end with `put_on_record`.
    """
    if delivery.state is DeliveryState.UNKNOWN and delivery.current:
        deliveries.step(
            tx, delivery_id=delivery.id, event=DeliveryEvent.ARRIVED, expected=delivery.state, actor=actor, now=now
        )
        delivery = unit_side.unit_delivery(tx, delivery_id=delivery.id, lock=True) or delivery
    if delivery.state is not DeliveryState.SENT:
        raise Refused("this mail has not left for certain")
    if not delivery.current:
        raise Refused("the message is no longer with this unit")
    answer_id = answers.add(
        tx,
        message_id=delivery.message_id,
        delivery_id=delivery.id,
        answer=saying.answer,
        actor=saying.actor,
        now=now,
        note=saying.note,
        restricted=delivery.restricted,
    )
    unit_side.add_source(tx, answer_id=answer_id, way=saying.way, code=delivery.code, proposed=saying.proposed)
    if delivery.purpose is Purpose.LEAD:
        _follow(tx, delivery, saying, actor=actor, now=now)
    return answer_id


def _follow(tx: Tx, delivery: UnitDelivery, saying: Saying, *, actor: str, now: datetime) -> None:
    if saying.answer is UnitAnswer.NEEDS_MORE:
        unit_side.needs_more(tx, delivery_id=delivery.id, now=now)
        return
    unit_side.heard(tx, delivery_id=delivery.id)
    if saying.answer is UnitAnswer.ANSWERED:
        assignments.close(tx, inquiry_id=delivery.inquiry_id, reason=assignments.CloseReason.ANSWERED, now=now)
    if saying.answer is UnitAnswer.NOT_OURS:
        transition(
            tx,
            message_id=delivery.message_id,
            event=MessageEvent.NOT_OURS,
            expected=delivery.message_state,
            version=None,
            actor=actor,
            at=now,
            changes={"declined": True, "decision_id": None},
        )
        inquiries.set_unit(tx, {delivery.inquiry_id: None})
        _suggest_another(tx, delivery, saying.proposed, now)


def _suggest_another(tx: Tx, delivery: UnitDelivery, proposed: Destination | None, now: datetime) -> None:
    """The next suggestion, beside the older ones."""
    at = standing(tx, message_id=delivery.message_id, cleared=True)
    newest = None if at.prediction_id is None else predictions.view(tx, prediction_id=at.prediction_id)
    if newest is None:
        return
    declined = unit_side.declined(tx, [at.inquiry_id], on=now.date()).get(at.inquiry_id, frozenset())
    changed = without_declined(newest.policied, declined, proposed=proposed)
    if changed != newest.policied:
        predictions.renew(tx, message_id=at.id, policied=changed, restricted=at.restricted, now=now)


def put_on_record(tx: Tx, *, delivery: UnitDelivery, saying: Saying, answer_id: int, actor: str, now: datetime) -> None:
    """The audit row of an answer, the last write of its transaction."""
    words = [
        f"message:{delivery.message_id}",
        f"delivery:{delivery.id}",
        f"answer:{answer_id}",
        saying.answer.value,
        f"way:{saying.way}",
    ]
    audit.append(tx, at=now, actor=actor, act=audit.Act.ANSWERED, objects=words)


def unit_actor(code: str) -> str:
    """A unit or office on record."""
    return f"unit:{code}"
