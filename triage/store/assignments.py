"""Who is to deal with an inquiry, and how much everybody has on the desk. Closing an inquiry with a reason is here, too."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import func, select, update

from triage.store.engine import Tx
from triage.store.tables import IN_REVIEW, inquiries, messages


class CloseReason(StrEnum):
    """Why nothing more is done about an inquiry."""

    ANSWERED = "answered"
    SPAM = "spam"
    DUPLICATE = "duplicate"
    NOT_FOR_IOM = "not_for_iom"


def assign(tx: Tx, *, inquiry_id: int, person_id: int | None) -> None:
    """Gives an inquiry to an officer; None to nobody."""
    tx.connection.execute(update(inquiries).where(inquiries.c.id == inquiry_id).values(officer_id=person_id))


def loads(tx: Tx) -> dict[int, int]:
    """How many messages in review each officer has been given."""
    query = (
        select(inquiries.c.officer_id, func.count())
        .join(messages, messages.c.inquiry_id == inquiries.c.id)
        .where(IN_REVIEW, inquiries.c.officer_id.is_not(None))
        .group_by(inquiries.c.officer_id)
    )
    return {row[0]: int(row[1]) for row in tx.connection.execute(query)}


def close(tx: Tx, *, inquiry_id: int, reason: CloseReason | None, now: datetime) -> None:
    """Closes an inquiry with a reason; None opens it again."""
    values = {"closed_at": None if reason is None else now, "close_reason": reason and reason.value}
    tx.connection.execute(update(inquiries).where(inquiries.c.id == inquiry_id).values(values))


def closed(tx: Tx, *, inquiry_id: int) -> tuple[datetime, CloseReason] | None:
    """When and why an inquiry was closed; None where it is open."""
    query = select(inquiries.c.closed_at, inquiries.c.close_reason).where(inquiries.c.id == inquiry_id)
    row = tx.connection.execute(query).one()
    return None if row.closed_at is None else (row.closed_at, CloseReason(row.close_reason))
