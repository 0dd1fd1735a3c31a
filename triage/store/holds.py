"""Legal holds: what must stay whatever its period and whoever asks, with the reason and who said so."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, insert, or_, select, update

from triage.domain.errors import NotFound
from triage.domain.protection import Hold
from triage.store import blobs
from triage.store.engine import Tx
from triage.store.keys import KeyClass
from triage.store.protection_tables import holds
from triage.store.tables import messages


def is_held() -> ColumnElement[bool]:
    """True of messages under a hold, their own or their inquiry's; for queries over `messages`."""
    of_it = or_(holds.c.message_id == messages.c.id, holds.c.inquiry_id == messages.c.inquiry_id)
    return select(holds.c.id).where(holds.c.lifted_at.is_(None), of_it).exists()


def held_among(tx: Tx, message_ids: Sequence[int]) -> set[int]:
    """Which of these messages are held."""
    query = select(messages.c.id).where(messages.c.id.in_(message_ids), is_held())
    return set(tx.connection.execute(query).scalars())


def place(
    tx: Tx, *, message_id: int, whole_inquiry: bool, restricted: bool, reason: str, actor: str, now: datetime
) -> int:
    """Holds a message or all of its inquiry; returns the hold's number. Raises NotFound."""
    inquiry_id = tx.connection.execute(
        select(messages.c.inquiry_id).where(messages.c.id == message_id)
    ).scalar_one_or_none()
    if inquiry_id is None:
        raise NotFound("no such message")
    key_class = KeyClass.RESTRICTED if restricted else KeyClass.ORDINARY
    row = {
        "message_id": None if whole_inquiry else message_id,
        "inquiry_id": inquiry_id if whole_inquiry else None,
        "reason_blob_id": blobs.put(tx, reason.encode(), key_class),
        "actor": actor,
        "placed_at": now,
    }
    return int(tx.connection.execute(insert(holds).values(row).returning(holds.c.id)).scalar_one())


def lift(tx: Tx, *, hold_id: int, actor: str, now: datetime) -> None:
    """Ends a hold; it stays on record without its reason. Raises NotFound where it is over or never was."""
    reason = tx.connection.execute(
        update(holds)
        .where(holds.c.id == hold_id, holds.c.lifted_at.is_(None))
        .values(lifted_at=now, lifted_by=actor)
        .returning(holds.c.reason_blob_id)
    ).scalar_one_or_none()
    if reason is None:
        raise NotFound("no such hold")
    blobs.erase(tx, [reason])


def list_holds(tx: Tx, *, message_id: int | None = None) -> list[Hold]:
    """Holds that stand, oldest first; those of one message and its inquiry where asked for."""
    query = select(holds).where(holds.c.lifted_at.is_(None)).order_by(holds.c.id)
    if message_id is not None:
        inquiry = select(messages.c.inquiry_id).where(messages.c.id == message_id).scalar_subquery()
        query = query.where(or_(holds.c.message_id == message_id, holds.c.inquiry_id == inquiry))
    rows = tx.connection.execute(query).all()
    reasons = blobs.get_many(tx, [row.reason_blob_id for row in rows])
    return [
        Hold(
            row.id,
            row.message_id,
            row.inquiry_id,
            reasons.get(row.reason_blob_id, b"").decode(),
            row.actor,
            row.placed_at,
            row.lifted_at,
        )
        for row in rows
    ]
