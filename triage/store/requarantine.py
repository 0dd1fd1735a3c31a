"""A new reading of a quarantined mail, put in the place of the one that was cut short."""

from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from triage.domain.lifecycle import MessageEvent, MessageState
from triage.domain.message import ReadResult
from triage.store import blobs
from triage.store.engine import Tx
from triage.store.keys import KeyClass
from triage.store.messages import message_contents, standing, transition
from triage.store.tables import messages


def reread(tx: Tx, *, message_id: int, result: ReadResult, actor: str, now: datetime) -> None:
    """Stores what can be read now; a mail read whole goes on as received, any other keeps its quarantine with the new
    reason. Raises Stale where the message has left the quarantine."""
    at = standing(tx, message_id=message_id, cleared=True, lock=True)
    key_class = KeyClass.RESTRICTED if at.restricted else KeyClass.ORDINARY
    old = select(messages.c.heading_blob_id, messages.c.reading_blob_id, messages.c.html_blob_id)
    blobs.erase(tx, [b for b in tx.connection.execute(old.where(messages.c.id == message_id)).one() if b is not None])
    values: dict[str, Any] = {
        name: None if data is None else blobs.put(tx, data, key_class)
        for name, data in message_contents(result).items()
    }
    message = result.message
    values["quarantine_reason"] = result.quarantined
    if message is not None:
        values |= {
            "sent_at": message.date,
            "language": message.language[:12],
            "machine": message.machine,
            "has_attachments": any(not attachment.inline for attachment in message.attachments),
        }
    if result.quarantined is not None:
        tx.connection.execute(update(messages).where(messages.c.id == message_id).values(values))
        return
    transition(
        tx,
        message_id=message_id,
        event=MessageEvent.REPLAYED,
        expected=MessageState.QUARANTINED,
        version=at.version,
        actor=actor,
        at=now,
        changes=values,
    )
