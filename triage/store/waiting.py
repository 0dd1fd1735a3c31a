"""Units that are waited for: what is due of them, and what was done about it."""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import and_, delete, or_, select, update

from triage.domain.lifecycle import MessageState
from triage.domain.people import Role
from triage.domain.taxonomy import Destination
from triage.store import blobs
from triage.store.engine import Tx
from triage.store.house_tables import people
from triage.store.readings import UNREADABLE, Heading, decode_heading
from triage.store.tables import decisions, deliveries, inquiries, messages
from triage.store.unit_tables import awaited

NEVER = datetime(9999, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Due:
    """A lead whose unit has been silent. `stands`: the message is still with it and may be spoken of."""

    delivery_id: str
    message_id: int
    code: str
    address: str
    created_at: datetime
    sent_at: datetime
    due_at: datetime | None
    reminders: int
    stands: bool
    officer_id: int | None
    destination: Destination | None
    heading: Heading


def due(tx: Tx, *, now: datetime, limit: int) -> list[Due]:
    """What is due, or was never reckoned, the oldest first; several workers on PostgreSQL get different rows."""
    query = (
        select(
            awaited, deliveries.c.address, deliveries.c.created_at, messages.c.state, messages.c.delivery_id.label("lead"),
            messages.c.restricted, messages.c.erased_at, messages.c.heading_blob_id, inquiries.c.closed_at,
            decisions.c.officer_id, decisions.c.route, decisions.c.country,
        )
        .join(deliveries, deliveries.c.id == awaited.c.delivery_id)
        .join(messages, messages.c.id == awaited.c.message_id)
        .join(inquiries, inquiries.c.id == messages.c.inquiry_id)
        .outerjoin(decisions, decisions.c.id == deliveries.c.decision_id)
        .where(_DUE, or_(awaited.c.due_at.is_(None), awaited.c.due_at <= now))
        .order_by(awaited.c.sent_at, awaited.c.delivery_id)
        .limit(limit)
    )  # fmt: skip
    if tx.writes:
        query = query.with_for_update(of=awaited, skip_locked=True)
    rows = tx.connection.execute(query).all()
    headings = blobs.get_many(tx, [row.heading_blob_id for row in rows if row.heading_blob_id is not None])
    return [
        Due(
            row.delivery_id, row.message_id, row.code, row.address, row.created_at, row.sent_at, row.due_at, row.reminders,
            stands=row.state is MessageState.FORWARDED and row.lead == row.delivery_id and row.closed_at is None
            and not row.restricted and row.erased_at is None,
            officer_id=row.officer_id,
            destination=None if row.route is None else Destination(row.route, row.country),
            heading=decode_heading(headings[row.heading_blob_id]) if row.heading_blob_id in headings else UNREADABLE,
        )
        for row in rows
    ]  # fmt: skip


_DUE = and_(awaited.c.needs_more_at.is_(None), awaited.c.escalated_at.is_(None))


def any_due(tx: Tx, *, now: datetime) -> bool:
    """Whether there is anything to do."""
    query = select(awaited.c.delivery_id).where(_DUE, or_(awaited.c.due_at.is_(None), awaited.c.due_at <= now)).limit(1)
    return tx.connection.execute(query).first() is not None


def set_due(tx: Tx, *, delivery_id: str, at: datetime) -> None:
    """When the next step is due."""
    tx.connection.execute(update(awaited).where(awaited.c.delivery_id == delivery_id).values(due_at=at))


def reminded(tx: Tx, *, delivery_id: str, mail_id: str | None, next_at: datetime) -> None:
    """A reminder has been sent, or was held back by the brake."""
    values = {"reminders": awaited.c.reminders + 1, "reminder_id": mail_id, "due_at": next_at}
    tx.connection.execute(update(awaited).where(awaited.c.delivery_id == delivery_id).values(values))


def escalated(tx: Tx, *, delivery_id: str, now: datetime) -> None:
    """Officers have been told; it stays on their list until the unit speaks or the message moves."""
    values = {"escalated_at": now, "due_at": NEVER}
    tx.connection.execute(update(awaited).where(awaited.c.delivery_id == delivery_id).values(values))


def forget(tx: Tx, *, delivery_id: str) -> None:
    """Nobody waits any more."""
    tx.connection.execute(delete(awaited).where(awaited.c.delivery_id == delivery_id))


@dataclass(frozen=True, slots=True)
class Told:
    """An officer who is told of a silent unit."""

    id: int
    name: str
    email: str
    language: str


def whom_to_tell(tx: Tx, *, officer_id: int | None, limit: int = 20) -> list[Told]:
    """The officer who decided, where the account is open; else all officers."""
    query = select(people.c.id, people.c.name, people.c.email, people.c.language, people.c.roles).where(
        people.c.disabled_at.is_(None)
    )
    rows = [row for row in tx.connection.execute(query.order_by(people.c.id)) if Role.OFFICER.value in row.roles]
    mine = [row for row in rows if row.id == officer_id]
    return [Told(row.id, row.name, row.email, row.language) for row in (mine or rows)[:limit]]
