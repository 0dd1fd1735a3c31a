"""Acknowledgements: which messages may still get one, what was decided, and who got one when (keyed)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite

from triage.domain.lifecycle import MessageState
from triage.domain.message import Message
from triage.store import blobs
from triage.store.alert_tables import ACKNOWLEDGEMENT_OWED, acknowledgements
from triage.store.engine import Tx
from triage.store.inquiries import address_hash
from triage.store.readings import decode_message
from triage.store.tables import messages

SENT = "sent"


@dataclass(frozen=True, slots=True)
class Owed:
    """A message whose sender may get an acknowledgement. `raw` and `message` are None where the content is erased."""

    message_id: int
    state: MessageState
    language: str
    urgent: bool
    restricted: bool
    raw: bytes | None
    message: Message | None


def owe(tx: Tx, message_ids: Iterable[int], *, now: datetime) -> None:
    """Books that these messages are to be looked at for an acknowledgement."""
    rows = [{"message_id": message_id, "owed_at": now} for message_id in message_ids]
    if rows:
        dialect = postgresql if tx.postgres else sqlite
        tx.connection.execute(dialect.insert(acknowledgements).on_conflict_do_nothing(), rows)


def any_owed(tx: Tx) -> bool:
    """Whether any are still to be looked at; asked often, answered from a small index."""
    return (
        tx.connection.execute(select(acknowledgements.c.message_id).where(ACKNOWLEDGEMENT_OWED).limit(1)).first()
        is not None
    )


def owed(tx: Tx, *, limit: int) -> list[Owed]:
    """Those still to be looked at, oldest first; several workers on PostgreSQL get different ones."""
    query = (
        select(
            messages.c.id, messages.c.state, messages.c.language, messages.c.urgent, messages.c.restricted,
            messages.c.raw_blob_id, messages.c.reading_blob_id,
        )
        .join(acknowledgements, acknowledgements.c.message_id == messages.c.id)
        .where(ACKNOWLEDGEMENT_OWED)
        .order_by(acknowledgements.c.message_id)
        .limit(limit)
        .with_for_update(of=acknowledgements, skip_locked=True)
    )  # fmt: skip
    rows = tx.connection.execute(query).all()
    contents = blobs.get_many(tx, {b for r in rows for b in (r.raw_blob_id, r.reading_blob_id) if b is not None})
    found: list[Owed] = []
    for row in rows:
        reading = contents.get(row.reading_blob_id)
        message = None if reading is None else decode_message(reading)
        standing = (row.id, row.state, row.language, row.urgent, row.restricted)
        found.append(Owed(*standing, contents.get(row.raw_blob_id), message))
    return found


def sent_since(tx: Tx, *, sender: str, since: datetime) -> bool:
    """Whether this sender got an acknowledgement since then. Serialised, so that two workers cannot both say no."""
    tx.lock("acknowledgements")
    query = select(acknowledgements.c.message_id).where(
        acknowledgements.c.sender_hash == address_hash(tx, sender),
        acknowledgements.c.decided_at > since,
        acknowledgements.c.outcome == SENT,
    )
    return tx.connection.execute(query.limit(1)).first() is not None


def settle(
    tx: Tx, *, message_id: int, outcome: str, now: datetime, sender: str | None = None, delivery_id: str | None = None
) -> None:
    """Books what was decided: SENT, or the static word of why not."""
    values = {
        "decided_at": now,
        "outcome": outcome,
        "delivery_id": delivery_id,
        "sender_hash": None if sender is None else address_hash(tx, sender),
    }
    tx.connection.execute(update(acknowledgements).where(acknowledgements.c.message_id == message_id).values(**values))


def outcomes(tx: Tx, *, message_ids: Iterable[int]) -> dict[int, str | None]:
    """What was decided for these messages; None where it is still to be."""
    query = select(acknowledgements.c.message_id, acknowledgements.c.outcome).where(
        acknowledgements.c.message_id.in_(list(message_ids))
    )
    return {row[0]: row[1] for row in tx.connection.execute(query)}
