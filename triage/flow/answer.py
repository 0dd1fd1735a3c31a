"""What a unit says of an inquiry that was forwarded to it. "Not ours" brings the message back to an officer."""

from datetime import datetime

from triage.domain.decision import UnitAnswer
from triage.domain.errors import Refused
from triage.domain.lifecycle import MessageEvent, MessageState
from triage.domain.people import Person
from triage.store import answers, audit, inquiries
from triage.store.engine import Store
from triage.store.messages import standing, transition


def answer(store: Store, *, message_id: int, answer: UnitAnswer, officer: Person, now: datetime, note: str = "") -> int:
    """Books an answer and returns its id. Raises Refused where the message was not forwarded, Stale, NotFound."""
    with store.begin() as tx:
        at = standing(tx, message_id=message_id, cleared=officer.cleared, lock=True)
        if at.state is not MessageState.FORWARDED:
            raise Refused(f"a message that is {at.state} has no answer of a unit")
        actor = audit.actor_of(tx, officer)
        answer_id = answers.add(
            tx,
            message_id=message_id,
            delivery_id=at.delivery_id,
            answer=answer,
            actor=officer.name,
            now=now,
            note=note,
            restricted=at.restricted,
        )
        if answer is UnitAnswer.NOT_OURS:
            transition(
                tx,
                message_id=message_id,
                event=MessageEvent.NOT_OURS,
                expected=at.state,
                version=at.version,
                actor=actor,
                at=now,
                changes={"declined": True, "decision_id": None},
            )
            inquiries.set_unit(tx, {at.inquiry_id: None})
        objects = [f"message:{message_id}", f"answer:{answer_id}", answer.value]
        audit.append(tx, at=now, actor=actor, act=audit.Act.ANSWERED, objects=objects)
        return answer_id
