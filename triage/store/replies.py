"""Plain replies of units: which mail answers which delivery, how it was read, and what became of the reading."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select, update

from triage.domain.people import Person
from triage.domain.reply import Reply, ReplyReading
from triage.domain.taxonomy import Destination
from triage.store.engine import Tx
from triage.store.tables import VISIBLE_TO_ALL, deliveries, messages
from triage.store.unit_tables import replies


@dataclass(frozen=True, slots=True)
class ReplyTo:
    """A message that answers a mail of ours. `exact`: it comes from the very address that we wrote to."""

    message_id: int
    delivery_id: str
    code: str
    exact: bool


@dataclass(frozen=True, slots=True)
class ReplyView:
    """A reply as an officer sees it: the message that it answers, its reading, and whether somebody dealt with it."""

    message_id: int
    about_message_id: int
    delivery_id: str
    code: str
    exact: bool
    reading: ReplyReading
    confidence: float
    proposed: Destination | None
    answer_id: int | None
    settled_at: datetime | None


def add_many(tx: Tx, found: Sequence[tuple[int, str, bool]]) -> None:
    """Books which messages answer which deliveries: (message, delivery, from the very address)."""
    if found:
        rows = [{"message_id": m, "delivery_id": d, "exact": exact} for m, d, exact in found]
        tx.connection.execute(insert(replies), rows)


def of_messages(tx: Tx, message_ids: Sequence[int]) -> dict[int, ReplyTo]:
    """Those of these messages that answer a mail of ours."""
    query = (
        select(replies.c.message_id, replies.c.delivery_id, deliveries.c.code, replies.c.exact)
        .join(deliveries, deliveries.c.id == replies.c.delivery_id)
        .where(replies.c.message_id.in_(message_ids))
    )
    return {row.message_id: ReplyTo(*row) for row in tx.connection.execute(query)}


def record(tx: Tx, *, message_id: int, reply: Reply, answer_id: int | None, now: datetime) -> None:
    """Keeps a reading; with `answer_id` it was booked at once."""
    values = {
        "reading": reply.reading,
        "confidence": reply.confidence,
        "proposed_route": None if reply.proposed is None else reply.proposed.route,
        "proposed_country": None if reply.proposed is None else reply.proposed.country,
        "answer_id": answer_id,
        "settled_at": None if answer_id is None else now,
    }
    tx.connection.execute(update(replies).where(replies.c.message_id == message_id).values(values))


def settle(tx: Tx, *, message_id: int, answer_id: int | None, now: datetime) -> None:
    """An officer has booked an answer from this reply, or says that it is none."""
    values = {"answer_id": answer_id, "settled_at": now}
    tx.connection.execute(update(replies).where(replies.c.message_id == message_id).values(values))


def view(tx: Tx, *, viewer: Person, message_id: int) -> ReplyView | None:
    """The reply that a message is, None where it is none or not for this viewer."""
    query = (
        select(replies, deliveries.c.code, deliveries.c.message_id.label("about"))
        .join(deliveries, deliveries.c.id == replies.c.delivery_id)
        .join(messages, messages.c.id == replies.c.message_id)
        .where(replies.c.message_id == message_id, replies.c.reading.is_not(None))
    )
    if not viewer.cleared:
        query = query.where(VISIBLE_TO_ALL)
    row = tx.connection.execute(query).one_or_none()
    if row is None:
        return None
    proposed = None if row.proposed_route is None else Destination(row.proposed_route, row.proposed_country)
    return ReplyView(
        row.message_id, row.about, row.delivery_id, row.code, row.exact, row.reading, row.confidence, proposed,
        row.answer_id, row.settled_at,
    )  # fmt: skip
