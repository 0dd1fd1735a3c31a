"""What is due for erasure by its age, and taking it, in batches. Message rows stay: content goes, the row keeps its state.

Only settled messages are due (forwarded, kept at IPD, machine mail): what somebody still has to work on is counted and
shown, not taken. The age is that of the message's arrival here.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, Table, and_, delete, exists, func, insert, or_, select, true, update

from triage.domain.lifecycle import MessageState
from triage.domain.message import Message
from triage.domain.protection import Cause, ContentClass, Proof
from triage.store import blobs
from triage.store.engine import Tx
from triage.store.holders import HOLDERS, holders, take
from triage.store.holds import is_held
from triage.store.house_tables import sessions, sign_in_attempts
from triage.store.keys import KeyClass
from triage.store.protection_tables import RAW_THERE, TEXT_THERE, proofs, shortened
from triage.store.readings import decode_message, encode_message
from triage.store.tables import deliveries, messages, polls

SETTLED = messages.c.state.in_((MessageState.FORWARDED, MessageState.KEPT, MessageState.MACHINE))
MESSAGE_CLASSES = (ContentClass.ATTACHMENTS, ContentClass.RAW, ContentClass.TEXT, ContentClass.NOTES)


@dataclass(frozen=True, slots=True)
class Due:
    """How many messages (or rows) are past their period: to be taken, held back, or still somebody's work."""

    due: int
    held: int = 0
    open: int = 0


def _past(content: ContentClass, before: datetime) -> ColumnElement[bool]:
    old = messages.c.stored_at < before
    if content is ContentClass.RAW:
        return and_(RAW_THERE, old)
    if content is ContentClass.TEXT:
        return and_(TEXT_THERE, old)
    if content is ContentClass.ATTACHMENTS:
        may_have = or_(messages.c.has_attachments, messages.c.html_blob_id.is_not(None))
        done = exists().where(shortened.c.message_id == messages.c.id)
        return and_(RAW_THERE, TEXT_THERE, old, may_have, ~done)
    return and_(old, or_(*(_has(one.column, one.message_id, one.ready) for one in holders(content))))


def _has(
    column: ColumnElement[int], message_id: ColumnElement[int] | None, ready: ColumnElement[bool] | None
) -> ColumnElement[bool]:
    where = [column.is_not(None), true() if ready is None else ready]
    return exists().where(messages.c.id == message_id, *where)


def count(tx: Tx, *, content: ContentClass, before: datetime) -> Due:
    """What a run would find of one class."""
    past = _past(content, before)
    held = is_held()
    query = select(
        func.count().filter(SETTLED, ~held), func.count().filter(held), func.count().filter(~SETTLED, ~held)
    ).where(past)
    return Due(*tx.connection.execute(query.select_from(messages)).one())


def due_ids(
    tx: Tx,
    *,
    content: ContentClass,
    before: datetime,
    limit: int,
    after: int = 0,
    among: Sequence[int] | None = None,
) -> list[int]:
    """Messages beyond `after` whose content of this class is due, by rising id. In a transaction that writes they are
    locked on PostgreSQL, and those that another worker has are left out."""
    query = select(messages.c.id).where(_past(content, before), SETTLED, ~is_held(), messages.c.id > after)
    if among is not None:
        query = query.where(messages.c.id.in_(among))
    query = query.order_by(messages.c.id).limit(limit)
    if tx.writes:
        query = query.with_for_update(of=messages, skip_locked=True)
    return list(tx.connection.execute(query).scalars())


def take_content(
    tx: Tx, *, message_ids: Sequence[int], content: Sequence[ContentClass], now: datetime, all_rows: bool = False
) -> dict[ContentClass, int]:
    """Takes content of messages; with TEXT the row says when. Returns how many contents of each class went."""
    taken = take(tx, message_ids=message_ids, content=content, all_rows=all_rows)
    if ContentClass.TEXT in content:
        changes = update(messages).where(messages.c.id.in_(message_ids), messages.c.erased_at.is_(None))
        tx.connection.execute(changes.values(erased_at=now))
    return taken


def readings(tx: Tx, *, message_ids: Sequence[int]) -> dict[int, Message]:
    """What was read of messages, by id."""
    query = select(messages.c.id, messages.c.reading_blob_id).where(messages.c.id.in_(message_ids), TEXT_THERE)
    rows = tx.connection.execute(query).all()
    found = blobs.get_many(tx, [row.reading_blob_id for row in rows])
    return {row.id: decode_message(found[row.reading_blob_id]) for row in rows if row.reading_blob_id in found}


def text_alone(message: Message) -> Message:
    """A reading without what was read out of attachments; their names stay, marked as holding nothing."""
    empty = tuple(replace(attachment, size=0) for attachment in message.attachments)
    return replace(message, attachments=empty, attachment_text="")


def shorten(tx: Tx, *, message_id: int, raw: bytes, reading: Message, cause: Cause, now: datetime) -> None:
    """Puts a shorter mail in the place of the original one, and a shorter reading in the place of its reading."""
    query = select(messages.c.raw_blob_id, messages.c.reading_blob_id, messages.c.restricted)
    row = tx.connection.execute(query.where(messages.c.id == message_id)).one()
    key_class = KeyClass.RESTRICTED if row.restricted else KeyClass.ORDINARY
    if row.raw_blob_id is not None:
        blobs.replace(tx, row.raw_blob_id, data=raw, key_class=key_class)
    if row.reading_blob_id is not None:
        blobs.replace(tx, row.reading_blob_id, data=encode_message(reading), key_class=key_class)
    note_shortened(tx, message_ids=[message_id], cause=cause, now=now)


def note_shortened(tx: Tx, *, message_ids: Sequence[int], cause: Cause, now: datetime) -> None:
    """Books that messages no longer have their original mail, or that there was nothing in it to shorten."""
    known = set(
        tx.connection.execute(select(shortened.c.message_id).where(shortened.c.message_id.in_(message_ids))).scalars()
    )
    rows = [{"message_id": one, "at": now, "cause": cause} for one in message_ids if one not in known]
    if rows:
        tx.connection.execute(insert(shortened), rows)


def prove(
    tx: Tx, *, cause: Cause, content: ContentClass, number: int, actor: str, now: datetime, add_to: int | None = None
) -> int:
    """Books how much of a class went, in a row of its own or added to one of the same run; returns the row's number."""
    if add_to is not None:
        more = update(proofs).where(proofs.c.id == add_to).values(number=proofs.c.number + number, at=now)
        tx.connection.execute(more)
        return add_to
    row = {"at": now, "cause": cause, "content": content, "number": number, "actor": actor}
    return int(tx.connection.execute(insert(proofs).values(row).returning(proofs.c.id)).scalar_one())


def list_proofs(tx: Tx, *, limit: int = 100) -> list[Proof]:
    """What went, newest first."""
    query = select(proofs).order_by(proofs.c.id.desc()).limit(limit)
    return [Proof(r.id, r.at, r.cause, r.content, r.number, r.actor) for r in tx.connection.execute(query)]


_EMPTY_POLL = and_(polls.c.seen == 0, polls.c.finished_at.is_not(None))
_LOOSE_LETTER = and_(
    deliveries.c.message_id.is_(None),
    deliveries.c.content_blob_id.is_not(None),
    *(one.ready for one in HOLDERS if one.column is deliveries.c.content_blob_id and one.ready is not None),
)


def count_logs(tx: Tx, *, before: datetime) -> Due:
    """Rows of the service's own doings that are past their period."""
    number = 0
    for table, where in _logs(before):
        number += int(tx.connection.execute(select(func.count()).select_from(table).where(where)).scalar_one())
    return Due(number)


def take_logs(tx: Tx, *, before: datetime, limit: int) -> int:
    """Takes up to `limit` of each kind: polls that saw nothing (the books do not need them), ended sessions, failed
    sign-ins; and the words of letters to people of the house. Returns how many went."""
    number = 0
    for table, where in _logs(before):
        key = next(iter(table.primary_key))
        chosen = list(tx.connection.execute(select(key).where(where).limit(limit)).scalars())
        if table is deliveries:
            both = select(deliveries.c.content_blob_id, deliveries.c.address_blob_id).where(key.in_(chosen))
            blobs.erase(tx, [b for row in tx.connection.execute(both) for b in row if b is not None])
            nothing = {"content_blob_id": None, "address_blob_id": None}
            tx.connection.execute(update(deliveries).where(key.in_(chosen)).values(nothing))
        else:
            tx.connection.execute(delete(table).where(key.in_(chosen)))
        number += len(chosen)
    return number


def _logs(before: datetime) -> tuple[tuple[Table, ColumnElement[bool]], ...]:
    return (
        (polls, and_(_EMPTY_POLL, polls.c.started_at < before)),
        (sessions, sessions.c.expires_at < before),
        (sign_in_attempts, sign_in_attempts.c.at < before),
        (deliveries, and_(_LOOSE_LETTER, deliveries.c.created_at < before)),
    )
