"""Copies of what was sent, owed to the mailbox's Sent folder: booked with the sending, filed later, retried with an end."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite

from triage.domain.lifecycle import Purpose
from triage.store.alert_tables import COPY_DUE, sent_copies
from triage.store.engine import Tx
from triage.store.leases import Claim
from triage.store.tables import deliveries, messages

FILED = frozenset({Purpose.LEAD, Purpose.COPY, Purpose.REPLY, Purpose.ACKNOWLEDGEMENT})
"""Mail of the mailbox. Alerts and account mail are the service's own; restricted mail is nobody else's to read."""


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy to be filed now."""

    claim: Claim
    sent_at: datetime
    attempts: int


def owe(tx: Tx, *, claim: Claim, now: datetime) -> None:
    """Books that a copy of this delivery is to be filed; not of restricted messages."""
    if claim.purpose not in FILED:
        return
    query = select(messages.c.restricted).where(messages.c.id == claim.message_id)
    if claim.message_id is not None and tx.connection.execute(query).scalar_one():
        return
    row = {"delivery_id": claim.delivery_id, "owed_at": now, "due_at": now, "attempts": 0}
    dialect = postgresql if tx.postgres else sqlite
    tx.connection.execute(dialect.insert(sent_copies).values(**row).on_conflict_do_nothing())


def due(tx: Tx, *, now: datetime, limit: int) -> list[Copy]:
    """Copies to be filed now, the oldest first; none of what was found to be a report since it was sent."""
    query = (
        select(
            deliveries.c.id, deliveries.c.message_id, deliveries.c.decision_id, deliveries.c.purpose, deliveries.c.code,
            deliveries.c.address, deliveries.c.address_blob_id, deliveries.c.content_blob_id, deliveries.c.worker,
            deliveries.c.attempts, deliveries.c.created_at, deliveries.c.sent_at, sent_copies.c.owed_at,
            sent_copies.c.attempts.label("tries"),
        )
        .join(sent_copies, sent_copies.c.delivery_id == deliveries.c.id)
        .outerjoin(messages, messages.c.id == deliveries.c.message_id)
        .where(COPY_DUE, sent_copies.c.due_at <= now, messages.c.restricted.is_not(True))
        .order_by(sent_copies.c.due_at, sent_copies.c.delivery_id)
        .limit(limit)
    )  # fmt: skip
    return [Copy(Claim(*row[:11]), row.sent_at or row.owed_at, row.tries) for row in tx.connection.execute(query)]


def filed(tx: Tx, delivery_ids: Iterable[str], *, now: datetime) -> None:
    """Books that copies lie in the folder."""
    values = {"filed_at": now, "due_at": None, "code": None, "attempts": sent_copies.c.attempts + 1}
    tx.connection.execute(update(sent_copies).where(sent_copies.c.delivery_id.in_(list(delivery_ids))).values(**values))


def put_off(tx: Tx, *, delivery_id: str, code: str, until: datetime | None) -> None:
    """Books a failure, to be tried again then; None gives it up."""
    values = {"due_at": until, "code": code[:60], "attempts": sent_copies.c.attempts + 1}
    tx.connection.execute(update(sent_copies).where(sent_copies.c.delivery_id == delivery_id).values(**values))
