"""Figures that the watch looks at every half minute: each is answered from a small index."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Table, func, select

from triage.domain.lifecycle import DeliveryState, MessageState, Purpose
from triage.store.alert_tables import COPY_DUE, sent_copies
from triage.store.engine import Tx
from triage.store.tables import (
    ARRIVAL_PENDING,
    DELIVERY_TROUBLED,
    IN_STATE,
    TROUBLED,
    arrivals,
    cursors,
    deliveries,
    messages,
)

DAY = timedelta(days=1)
STUBBORN_ATTEMPTS = 3
UNKNOWN = deliveries.c.state == DeliveryState.UNKNOWN
REFUSED = deliveries.c.state.in_((DeliveryState.FAILED, DeliveryState.BOUNCED))


@dataclass(frozen=True, slots=True)
class Figures:
    """What stands where it should not, and since when."""

    unknown: int
    failed: int
    quarantined_today: int
    oldest_unsorted_at: datetime | None
    folder_moved_at: datetime | None
    copies_not_filed: int


def figures(tx: Tx, *, now: datetime) -> Figures:
    """The figures of this moment. `failed`: messages that came back and wait for an officer, and other mail of today."""
    others = (DELIVERY_TROUBLED, REFUSED, deliveries.c.purpose != Purpose.LEAD, deliveries.c.created_at > now - DAY)
    leads = (
        TROUBLED,
        messages.c.state != MessageState.KEPT,
        messages.c.delivery_state.in_((DeliveryState.FAILED, DeliveryState.BOUNCED)),
    )
    in_quarantine = (IN_STATE[MessageState.QUARANTINED], messages.c.stored_at > now - DAY)
    unsorted = [
        tx.connection.execute(select(func.min(messages.c.stored_at)).where(IN_STATE[MessageState.RECEIVED])).scalar(),
        tx.connection.execute(select(func.min(arrivals.c.stored_at)).where(ARRIVAL_PENDING)).scalar(),
    ]
    stubborn = (COPY_DUE, sent_copies.c.attempts >= STUBBORN_ATTEMPTS)
    given_up = (sent_copies.c.due_at.is_(None), sent_copies.c.filed_at.is_(None), sent_copies.c.owed_at > now - DAY)
    return Figures(
        unknown=_count(tx, deliveries, DELIVERY_TROUBLED, UNKNOWN),
        failed=_count(tx, deliveries, *others) + _count(tx, messages, *leads),
        quarantined_today=_count(tx, messages, *in_quarantine),
        oldest_unsorted_at=min(filter(None, unsorted), default=None),
        folder_moved_at=tx.connection.execute(select(func.max(cursors.c.moved_at))).scalar(),
        copies_not_filed=_count(tx, sent_copies, *stubborn) + _count(tx, sent_copies, *given_up),
    )


def _count(tx: Tx, table: Table, *where: ColumnElement[bool]) -> int:
    return int(tx.connection.execute(select(func.count()).select_from(table).where(*where)).scalar_one())
