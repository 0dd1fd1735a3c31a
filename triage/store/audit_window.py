"""The texts of the audit window: what a challenger must not have learnt from, and is judged by."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, select

from triage.domain.message import Message
from triage.domain.taxonomy import Destination
from triage.store import blobs
from triage.store.engine import Tx
from triage.store.gate_tables import gate_checks, gate_judgements
from triage.store.readings import decode_message
from triage.store.tables import messages

CHUNK = 200


@dataclass(frozen=True, slots=True)
class Drawn:
    """A drawn message. `answer` is what people say of it, None where nobody has yet, where it was no evidence, or where
    the unit said that it was not theirs and nobody has said whose."""

    message_id: int
    message: Message
    language: str
    answer: Destination | None


def drawn(tx: Tx, *, since: datetime, limit: int) -> Iterator[Drawn]:
    """The newest drawn messages of the window that still have a text, newest first, in constant memory."""
    after: int | None = None
    left = limit
    while left > 0:
        query = (
            select(gate_checks, messages.c.reading_blob_id)
            .join(messages, messages.c.id == gate_checks.c.message_id)
            .where(gate_checks.c.drawn_at >= since, messages.c.reading_blob_id.is_not(None))
            .where(messages.c.erased_at.is_(None))
            .order_by(gate_checks.c.message_id.desc())
            .limit(min(CHUNK, left))
        )
        if after is not None:
            query = query.where(gate_checks.c.message_id < after)
        rows = tx.connection.execute(query).all()
        if not rows:
            return
        readings = blobs.get_many(tx, [row.reading_blob_id for row in rows])
        for row in rows:
            if row.reading_blob_id in readings:
                said = (row.route, row.country) if row.second_at is None else (row.second_route, row.second_country)
                known = row.answered_at is not None and not row.void and not (row.declined and row.second_at is None)
                answer = Destination(*said) if known and said[0] is not None else None
                yield Drawn(row.message_id, decode_message(readings[row.reading_blob_id]), row.language, answer)
        after = rows[-1].message_id
        left -= len(rows)


def judged_by(tx: Tx, *, model: str, since: datetime) -> set[int]:
    """The drawn messages of the window that a model has judged already."""
    query = select(gate_judgements.c.message_id).join(
        gate_checks,
        and_(gate_checks.c.message_id == gate_judgements.c.message_id, gate_checks.c.drawn_at >= since),
    )
    return set(tx.connection.execute(query.where(gate_judgements.c.model == model[:80])).scalars())
