"""Hold content back from every period and request, with the reason, and let it go again. Both are put on record."""

from datetime import datetime

from triage.domain.errors import DataError
from triage.domain.people import Person
from triage.store import audit, holds
from triage.store.engine import Store
from triage.store.messages import standing

LONGEST_REASON = 1000


def hold(
    store: Store,
    *,
    message_id: int,
    reason: str,
    officer: Person,
    now: datetime,
    whole_inquiry: bool = False,
) -> int:
    """Holds a message, or all of its inquiry; returns the hold's number. Raises NotFound where it is not for this
    officer, DataError without a reason."""
    reason = reason.strip()[:LONGEST_REASON]
    if not reason:
        raise DataError("a hold needs a reason")
    with store.begin() as tx:
        at = standing(tx, message_id=message_id, cleared=officer.cleared)
        actor = audit.actor_of(tx, officer)
        number = holds.place(
            tx,
            message_id=message_id,
            whole_inquiry=whole_inquiry,
            restricted=at.restricted,
            reason=reason,
            actor=actor,
            now=now,
        )
        about = f"inquiry:{at.inquiry_id}" if whole_inquiry else f"message:{message_id}"
        audit.append(tx, at=now, actor=actor, act=audit.Act.HELD, objects=[f"hold:{number}", about])
    return number


def lift(store: Store, *, hold_id: int, officer: Person, now: datetime) -> None:
    """Ends a hold. Raises NotFound where it is over or never was."""
    with store.begin() as tx:
        actor = audit.actor_of(tx, officer)
        holds.lift(tx, hold_id=hold_id, actor=actor, now=now)
        audit.append(tx, at=now, actor=actor, act=audit.Act.HOLD_LIFTED, objects=[f"hold:{hold_id}"])
