"""Look at a message. Every look at a restricted one is put on record before anything is shown, and whoever opens one ends
the reminders of its alert."""

from datetime import datetime

from triage.domain.people import Person
from triage.store import alerts, audit
from triage.store.detail import detail
from triage.store.detail import raw as raw_of
from triage.store.engine import Store
from triage.store.messages import standing
from triage.store.views import MessageDetail


def look(store: Store, *, viewer: Person, message_id: int, now: datetime, ahead: bool = False) -> MessageDetail:
    """Everything about one message. Raises NotFound also where the viewer may not see it.

    `ahead`: it is fetched while the one before is read, and nobody sees it yet: its reminders go on.
    """
    _record(store, viewer, message_id, now)
    if not ahead:
        end_reminders(store, viewer=viewer, message_id=message_id, now=now)
    with store.read() as tx:
        return detail(tx, viewer=viewer, message_id=message_id)


def look_raw(store: Store, *, viewer: Person, message_id: int, now: datetime) -> bytes:
    """The mail byte for byte. Raises NotFound also where the viewer may not see it."""
    _record(store, viewer, message_id, now)
    with store.read() as tx:
        return raw_of(tx, viewer=viewer, message_id=message_id)


def end_reminders(store: Store, *, viewer: Person, message_id: int, now: datetime) -> None:
    """Somebody who may see a message has it open: its alert is told to nobody any more."""
    with store.read() as tx:
        waiting = alerts.waiting_for_a_look(tx, message_id=message_id)
    if waiting:
        with store.begin() as tx:
            alerts.acknowledge(tx, waiting, actor=audit.actor_of(tx, viewer), now=now)


def _record(store: Store, viewer: Person, message_id: int, now: datetime) -> None:
    with store.read() as tx:
        restricted = standing(tx, message_id=message_id, cleared=viewer.cleared).restricted
    if restricted:
        with store.begin() as tx:
            actor = audit.actor_of(tx, viewer)
            audit.append(tx, at=now, actor=actor, act=audit.Act.VIEWED_RESTRICTED, objects=[f"message:{message_id}"])
