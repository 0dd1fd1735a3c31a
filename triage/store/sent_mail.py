"""Mail of ours that has left, with its words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from triage.domain.lifecycle import Purpose
from triage.store import blobs
from triage.store.engine import Tx
from triage.store.letters import Letter
from triage.store.tables import deliveries


@dataclass(frozen=True, slots=True)
class SentLetter:
    """A letter of ours; its words are empty once they are erased."""

    delivery_id: str
    purpose: Purpose
    sent_at: datetime | None
    subject: str
    text: str


def sent_letters(tx: Tx, *, delivery_ids: Sequence[str]) -> list[SentLetter]:
    """Letters by their deliveries, oldest first."""
    rows = tx.connection.execute(
        select(deliveries).where(deliveries.c.id.in_(delivery_ids)).order_by(deliveries.c.created_at)
    ).all()
    contents = blobs.get_many(tx, [row.content_blob_id for row in rows if row.content_blob_id is not None])
    found: list[SentLetter] = []
    for row in rows:
        data = contents.get(row.content_blob_id)
        letter = Letter("", "") if data is None else Letter.decode(data)
        found.append(SentLetter(row.id, row.purpose, row.sent_at, letter.subject, letter.text))
    return found
