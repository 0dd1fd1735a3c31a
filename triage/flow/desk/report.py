"""An officer sees that a message is a report of misconduct which the model took for an ordinary one.

From then on the cleared alone see it, it is encrypted under the key of reports, and nothing of it goes to a unit or mission:
what waits to leave is held back, and a worker that has just taken it up finds that it may not begin. What has left has left;
the screen says so.
"""

from datetime import datetime

from triage.domain.errors import Refused
from triage.domain.lifecycle import MessageState
from triage.domain.people import Person
from triage.flow.desk.review import again_after_undo
from triage.store import audit, deliveries
from triage.store.compact import compact
from triage.store.engine import Store
from triage.store.messages import restrict, standing

MARKABLE = frozenset({MessageState.IN_REVIEW, MessageState.QUEUED, MessageState.KEPT, MessageState.FORWARDED})


def mark_as_report(
    store: Store, *, message_id: int, version: int | None, officer: Person, now: datetime
) -> MessageState:
    """Marks a message as a report of misconduct, holds back its mail, and returns where the message stands then.

    FORWARDED means that units have it already; QUEUED that a mail is leaving at this moment. Raises NotFound, Stale, and
    Refused where it is marked already or is no inquiry.
    """
    with store.begin() as tx:
        at = standing(tx, message_id=message_id, cleared=officer.cleared, version=version, lock=True)
        if at.restricted:
            raise Refused("this message is marked as a report of misconduct already")
        if at.state not in MARKABLE:
            raise Refused(f"a message that is {at.state} cannot be marked as a report; take it as an inquiry first")
        actor = audit.actor_of(tx, officer)
        for delivery_id in deliveries.waiting_of(tx, message_id=message_id):
            deliveries.cancel(tx, delivery_id=delivery_id, actor=actor, now=now)
        after = standing(tx, message_id=message_id, cleared=True)
        if at.state is MessageState.QUEUED and after.state is MessageState.IN_REVIEW:
            again_after_undo(tx, at, officer, now)
        restrict(tx, message_id=message_id, by_officer=True)
        objects = [f"message:{message_id}", f"state:{after.state}"]
        audit.append(tx, at=now, actor=actor, act=audit.Act.RESTRICTED, objects=objects)
    compact(store, thorough=False)  # its words stood in the clear index until now: they leave the files, too
    return after.state
