"""Message rows: inserted once, never deleted, moved only through the state machine by compare-and-set."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update

from triage.domain.errors import NotFound, Stale
from triage.domain.lifecycle import MessageEvent, MessageState, next_message_state
from triage.domain.message import ReadResult
from triage.store import blobs, search_index
from triage.store.desk_tables import drafts
from triage.store.engine import Tx
from triage.store.indexing import entries
from triage.store.keys import KeyClass
from triage.store.member_tables import unit_notes
from triage.store.readings import encode_heading, encode_message
from triage.store.rows import insert_rows
from triage.store.tables import answers, decisions, deliveries, inquiries, message_events, messages, predictions

_FASTER = "somebody else was faster; look at the message again"
INGEST = "ingest"


@dataclass(frozen=True, slots=True)
class NewMessage:
    """A mail about to become a row. `restricted` is inherited from its inquiry."""

    inquiry_id: int
    stored_at: datetime
    received_at: datetime | None
    raw_blob_id: int
    size: int
    result: ReadResult
    message_id_hash: bytes
    fingerprint: bytes
    restricted: bool = False
    may_belong_to: int | None = None
    bounced_delivery_id: str | None = None


def insert_many(tx: Tx, new: Sequence[NewMessage]) -> list[int]:
    """Stores messages with what was read of them, as received or, where they could not be read, as quarantined."""
    if not new:
        return []
    restricted_raws = [one.raw_blob_id for one in new if one.restricted]
    blobs.reclass(tx, restricted_raws, KeyClass.RESTRICTED)
    contents: list[tuple[bytes, KeyClass]] = []
    rows = [_row(one, contents) for one in new]
    ids = blobs.put_many(tx, contents)
    for row in rows:
        for name in ("heading_blob_id", "reading_blob_id", "html_blob_id"):
            row[name] = None if row[name] is None else ids[row[name]]
    message_ids = insert_rows(tx, messages, rows)
    unreadable = [
        {
            "message_id": message_id,
            "version": row["version"],
            "event": MessageEvent.UNREADABLE,
            "state": row["state"],
            "at": row["stored_at"],
            "actor": INGEST,
        }
        for message_id, row in zip(message_ids, rows, strict=True)
        if row["state"] is MessageState.QUARANTINED
    ]
    if unreadable:
        tx.connection.execute(insert(message_events), unreadable)
    return message_ids


def _row(one: NewMessage, contents: list[tuple[bytes, KeyClass]]) -> dict[str, Any]:
    """The columns of a message; its contents go to the end of `contents`, the blob columns hold their places there."""
    key_class = KeyClass.RESTRICTED if one.restricted else KeyClass.ORDINARY
    message = one.result.message
    state = MessageState.RECEIVED
    if one.result.quarantined is not None:
        state = next_message_state(state, MessageEvent.UNREADABLE)
    row: dict[str, Any] = {
        "inquiry_id": one.inquiry_id,
        "state": state,
        "version": 1 if state is MessageState.RECEIVED else 2,
        "stored_at": one.stored_at,
        "received_at": one.received_at,
        "sent_at": None if message is None else message.date,
        "message_id_hash": one.message_id_hash,
        "fingerprint": one.fingerprint,
        "language": "und" if message is None else message.language[:12],
        "machine": None if message is None else message.machine,
        "quarantine_reason": one.result.quarantined and one.result.quarantined[:60],
        "urgent": False,
        "restricted": one.restricted,
        "declined": False,
        "size": one.size,
        "has_attachments": message is not None and any(not a.inline for a in message.attachments),
        "probability": 0.0,
        "raw_blob_id": one.raw_blob_id,
        "may_belong_to": one.may_belong_to,
        "bounced_delivery_id": one.bounced_delivery_id,
    } | _reading(message_contents(one.result), contents, key_class)
    return row


def message_contents(result: ReadResult) -> dict[str, bytes | None]:
    """The contents of what was read, by the column that will point to each."""
    message = result.message
    return {
        "heading_blob_id": None if message is None else encode_heading(message),
        "reading_blob_id": None if message is None else encode_message(message),
        "html_blob_id": message.html.encode() if message is not None and message.html else None,
    }


def _reading(
    parts: Mapping[str, bytes | None], contents: list[tuple[bytes, KeyClass]], key_class: KeyClass
) -> dict[str, int | None]:
    places: dict[str, int | None] = {}
    for name, data in parts.items():
        places[name] = None if data is None else len(contents)
        if data is not None:
            contents.append((data, key_class))
    return places


def transition(
    tx: Tx,
    *,
    message_id: int,
    event: MessageEvent,
    expected: MessageState,
    version: int | None,
    actor: str,
    at: datetime,
    changes: Mapping[str, Any] | None = None,
) -> int:
    """Moves a message by compare-and-set and books the step; returns the new version.

    `version` is what the officer's screen showed (None: any). Raises IllegalTransition where the state machine has no
    such step, Stale where the message is no longer as expected, NotFound where there is none.
    """
    state = next_message_state(expected, event)
    conditions = [messages.c.id == message_id, messages.c.state == expected]
    if version is not None:
        conditions.append(messages.c.version == version)
    statement = (
        update(messages)
        .where(*conditions)
        .values(state=state, version=messages.c.version + 1, **(changes or {}))
        .returning(messages.c.version)
    )
    reached = tx.connection.execute(statement).scalar_one_or_none()
    if reached is None:
        exists = tx.connection.execute(select(messages.c.id).where(messages.c.id == message_id)).first()
        raise NotFound("no such message") if exists is None else Stale(_FASTER)
    step = {"message_id": message_id, "version": reached, "event": event, "state": state, "at": at, "actor": actor}
    tx.connection.execute(insert(message_events), [step])
    if changes is not None and "decision_id" in changes:
        search_index.remark(tx, message_id=message_id)
    return int(reached)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a message stands, for a decision: what compare-and-set compares with."""

    id: int
    inquiry_id: int
    state: MessageState
    version: int
    urgent: bool
    restricted: bool
    erased: bool
    raw_blob_id: int | None
    prediction_id: int | None
    decision_id: int | None
    delivery_id: str | None


def standing(tx: Tx, *, message_id: int, cleared: bool, version: int | None = None, lock: bool = False) -> Standing:
    """One message's standing. Raises NotFound also where only the cleared may see it, and Stale where it is no longer at
    `version`, which is what an officer's screen showed (None: any)."""
    columns = (
        messages.c.id, messages.c.inquiry_id, messages.c.state, messages.c.version, messages.c.urgent, messages.c.restricted,
        messages.c.erased_at.is_not(None), messages.c.raw_blob_id, messages.c.prediction_id, messages.c.decision_id,
        messages.c.delivery_id,
    )  # fmt: skip
    query = select(*columns).where(messages.c.id == message_id)
    row = tx.connection.execute(query.with_for_update() if lock else query).one_or_none()
    if row is None or not (cleared or (not row.restricted and row.state is not MessageState.RECEIVED)):
        raise NotFound("no such message")
    if version is not None and row.version != version:
        raise Stale(_FASTER)
    return Standing(*row)


def restrict(tx: Tx, *, message_id: int, by_officer: bool = False) -> None:
    """Makes a message and its inquiry restricted: everything said in it and about it is encrypted anew, and no search
    finds it any more. `by_officer`: somebody else may have it open, so its version goes up."""
    search_index.remove(tx, [message_id])
    blobs.reclass(tx, content_ids(tx, message_id=message_id), KeyClass.RESTRICTED)
    inquiry = select(messages.c.inquiry_id).where(messages.c.id == message_id).scalar_subquery()
    tx.connection.execute(
        update(messages)
        .where(messages.c.id == message_id)
        .values(restricted=True, version=messages.c.version + (1 if by_officer else 0))
    )
    tx.connection.execute(update(inquiries).where(inquiries.c.id == inquiry).values(restricted=True))


def release(tx: Tx, *, message_id: int) -> None:
    """A message is no report after all: it is encrypted like all others and may be found again. Its inquiry is released
    where no other message of it is restricted."""
    blobs.reclass(tx, content_ids(tx, message_id=message_id), KeyClass.ORDINARY)
    values = {"restricted": False, "version": messages.c.version + 1}
    tx.connection.execute(update(messages).where(messages.c.id == message_id).values(values))
    inquiry = select(messages.c.inquiry_id).where(messages.c.id == message_id).scalar_subquery()
    others = select(messages.c.id).where(messages.c.inquiry_id == inquiry, messages.c.restricted)
    if tx.connection.execute(others.limit(1)).first() is None:
        tx.connection.execute(update(inquiries).where(inquiries.c.id == inquiry).values(restricted=False))
    search_index.put_many(tx, entries(tx, message_ids=[message_id]))


def content_ids(tx: Tx, *, message_id: int) -> list[int]:
    """The blobs of a message: mail, readings, evidence, notes, and what was sent about it."""
    own = select(
        messages.c.raw_blob_id, messages.c.heading_blob_id, messages.c.reading_blob_id, messages.c.html_blob_id
    )
    found = list(tx.connection.execute(own.where(messages.c.id == message_id)).one())
    for column in (
        predictions.c.evidence_blob_id,
        decisions.c.note_blob_id,
        deliveries.c.address_blob_id,
        deliveries.c.content_blob_id,
        answers.c.note_blob_id,
        drafts.c.blob_id,
        unit_notes.c.blob_id,
    ):
        owner = column.table.c.message_id
        found += tx.connection.execute(select(column).where(owner == message_id, column.is_not(None))).scalars()
    return [blob_id for blob_id in found if blob_id is not None]


def snooze(tx: Tx, *, message_id: int, until: datetime | None) -> None:
    """Hides a message from the work queues until a time; None wakes it."""
    tx.connection.execute(update(messages).where(messages.c.id == message_id).values(snoozed_until=until))
