"""Drafts of replies: one for each person and message, encrypted like the message itself, gone once the reply is sent."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite

from triage.domain.lifecycle import DeliveryState, Purpose
from triage.store import blobs
from triage.store.desk_tables import drafts
from triage.store.engine import Tx
from triage.store.keys import KeyClass
from triage.store.letters import Letter
from triage.store.tables import deliveries


@dataclass(frozen=True, slots=True)
class Draft:
    """What has been written so far."""

    subject: str
    text: str


def save(tx: Tx, *, message_id: int, person_id: int, draft: Draft, restricted: bool, now: datetime) -> None:
    """Keeps a draft in the place of the one before."""
    discard(tx, message_id=message_id, person_id=person_id)
    key_class = KeyClass.RESTRICTED if restricted else KeyClass.ORDINARY
    blob_id = blobs.put(tx, json.dumps(asdict(draft), ensure_ascii=False).encode(), key_class)
    dialect = postgresql if tx.postgres else sqlite
    row = {"message_id": message_id, "person_id": person_id, "blob_id": blob_id, "saved_at": now}
    tx.connection.execute(dialect.insert(drafts).values(row))


def get(tx: Tx, *, message_id: int, person_id: int | None) -> Draft | None:
    """The person's draft; None where there is none."""
    query = select(drafts.c.blob_id).where(drafts.c.message_id == message_id, drafts.c.person_id == person_id)
    blob_id = tx.connection.execute(query).scalar_one_or_none()
    data = blobs.get_many(tx, [blob_id]).get(blob_id) if blob_id is not None else None
    return None if data is None else Draft(**json.loads(data))


def discard(tx: Tx, *, message_id: int, person_id: int | None) -> None:
    """Takes a draft away, content and all."""
    mine = (drafts.c.message_id == message_id) & (drafts.c.person_id == person_id)
    blob_id = tx.connection.execute(select(drafts.c.blob_id).where(mine)).scalar_one_or_none()
    if blob_id is not None:
        tx.connection.execute(delete(drafts).where(mine))
        blobs.erase(tx, [blob_id])


@dataclass(frozen=True, slots=True)
class ReplyView:
    """A reply to the sender and where it stands; `letter` is None once its words are erased."""

    delivery_id: str
    state: DeliveryState
    leaves_at: datetime
    sent_at: datetime | None
    letter: Letter | None


def replies(tx: Tx, *, message_id: int) -> list[ReplyView]:
    """The replies to a message, oldest first, without those taken back. The caller has asked who may see them."""
    query = (
        select(deliveries)
        .where(
            deliveries.c.message_id == message_id,
            deliveries.c.purpose == Purpose.REPLY,
            deliveries.c.state != DeliveryState.CANCELLED,
        )
        .order_by(deliveries.c.created_at)
    )
    rows = tx.connection.execute(query).all()
    contents = blobs.get_many(tx, [row.content_blob_id for row in rows if row.content_blob_id is not None])
    return [
        ReplyView(
            row.id,
            row.state,
            row.leaves_at,
            row.sent_at,
            Letter.decode(contents[row.content_blob_id]) if row.content_blob_id in contents else None,
        )
        for row in rows
    ]
