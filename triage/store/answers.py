"""What units say of inquiries that were forwarded to them: append-only."""

from datetime import datetime

from sqlalchemy import insert

from triage.domain.decision import UnitAnswer
from triage.store import blobs
from triage.store.engine import Tx
from triage.store.keys import KeyClass
from triage.store.tables import answers


def add(
    tx: Tx,
    *,
    message_id: int,
    delivery_id: str | None,
    answer: UnitAnswer,
    actor: str,
    now: datetime,
    note: str = "",
    restricted: bool = False,
) -> int:
    """Books a unit's answer and returns its id."""
    key_class = KeyClass.RESTRICTED if restricted else KeyClass.ORDINARY
    row = {
        "message_id": message_id,
        "delivery_id": delivery_id,
        "answer": answer,
        "actor": actor[:120],
        "answered_at": now,
        "note_blob_id": blobs.put(tx, note.encode(), key_class) if note else None,
    }
    return int(tx.connection.execute(insert(answers).values(row).returning(answers.c.id)).scalar_one())
