"""Keep a message at IPD and close its inquiry with a reason: answered, spam, a duplicate, not for IOM."""

from datetime import datetime

from triage.domain.people import Person
from triage.domain.taxonomy import Destination, Route
from triage.flow.desk.review import Decided, decide_in, put_on_record
from triage.store import assignments, audit
from triage.store.assignments import CloseReason
from triage.store.engine import Store
from triage.store.messages import standing

KEPT = Destination(Route.IPD)


def keep_and_close(
    store: Store,
    *,
    message_id: int,
    version: int | None,
    reason: CloseReason,
    officer: Person,
    now: datetime,
    undo_seconds: float,
    note: str = "",
) -> Decided:
    """One decision: IPD keeps the message and nothing more is done. Undoing it opens the inquiry again.

    Raises Stale, NotFound and Refused as `review.decide`.
    """
    with store.begin() as tx:
        decided = decide_in(
            tx,
            message_id=message_id,
            version=version,
            destination=KEPT,
            officer=officer,
            now=now,
            undo_seconds=undo_seconds,
            note=note,
        )
        inquiry_id = standing(tx, message_id=message_id, cleared=officer.cleared).inquiry_id
        assignments.close(tx, inquiry_id=inquiry_id, reason=reason, now=now)
        put_on_record(tx, [decided], officer=officer, now=now)
        objects = [f"message:{message_id}", f"inquiry:{inquiry_id}", f"reason:{reason}"]
        audit.append(tx, at=now, actor=audit.actor_of(tx, officer), act=audit.Act.CLOSED, objects=objects)
        return decided


def close(store: Store, *, message_id: int, reason: CloseReason | None, officer: Person, now: datetime) -> None:
    """Closes the inquiry of a message with a reason, None opens it again. Raises NotFound."""
    with store.begin() as tx:
        at = standing(tx, message_id=message_id, cleared=officer.cleared)
        assignments.close(tx, inquiry_id=at.inquiry_id, reason=reason, now=now)
        objects = [f"message:{message_id}", f"inquiry:{at.inquiry_id}", f"reason:{reason or 'open'}"]
        audit.append(tx, at=now, actor=audit.actor_of(tx, officer), act=audit.Act.CLOSED, objects=objects)
