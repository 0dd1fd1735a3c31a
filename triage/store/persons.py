"""Everything about one person: found by walking through all content, because content at rest is encrypted.

That takes about a second for some thousands of messages, and is asked for rarely. Whoever calls has asked whether the
viewer is cleared: restricted messages are walked through like all others.
"""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from html import unescape
from typing import Any

from sqlalchemy import JSON, Column, String, delete, func, or_, select, update

from triage.domain.message import Message
from triage.domain.person_request import Hit, Part, Sought
from triage.domain.protection import ContentClass
from triage.store import blobs
from triage.store.engine import Tx
from triage.store.holders import HOLDERS, INDEXES, Holder, blob_ids, holders
from triage.store.holds import held_among
from triage.store.house_tables import people, sign_in_attempts
from triage.store.inquiries import address_hash
from triage.store.readings import decode_heading, decode_message, encode_heading, encode_message
from triage.store.schema import metadata
from triage.store.tables import correspondents, deliveries, messages

CHUNK = 500
NO_HASH = b""
SHORTEST_COLUMN = 40
ORGANISATION = frozenset({"units", "offices", "audit", "audit_head", "holidays", "calendars"})
"""Tables of the organisation's own data, and the audit record, which nobody may change: pseudonyms stand there."""


def hits(tx: Tx, sought: Sought) -> Iterator[Hit]:
    """Every message that has to do with the person, by rising id."""
    after = 0
    while True:
        query = (
            select(
                messages.c.id, messages.c.state, messages.c.restricted, messages.c.stored_at, messages.c.raw_blob_id,
                messages.c.reading_blob_id, messages.c.html_blob_id,
            )
            .where(messages.c.id > after)
            .order_by(messages.c.id)
            .limit(CHUNK)
        )  # fmt: skip
        rows = tx.connection.execute(query).all()
        if not rows:
            return
        wanted = {b for r in rows for b in (r.reading_blob_id, r.html_blob_id) if b is not None}
        wanted |= {r.raw_blob_id for r in rows if r.reading_blob_id is None and r.raw_blob_id is not None}
        contents = blobs.get_many(tx, wanted)
        found: list[tuple[Any, Part, frozenset[str]]] = []
        for row in rows:
            reading, html = contents.get(row.reading_blob_id), contents.get(row.html_blob_id, b"")
            if reading is None:
                part, names = _in_raw(contents.get(row.raw_blob_id, b""), sought), frozenset[str]()
            else:
                part, names = _in_message(decode_message(reading), html.decode(errors="replace"), sought)
            if part is not None:
                found.append((row, part, names))
        held = held_among(tx, [row.id for row, _, _ in found]) if found else set()
        for row, part, names in found:
            yield Hit(row.id, part, row.state, row.restricted, row.id in held, row.stored_at, names)
        after = rows[-1].id


def sent_names(tx: Tx, sought: Sought) -> set[str]:
    """The names under which an address has written; walks through headings alone."""
    found: set[str] = set()
    after = 0
    while sought.address:
        query = select(messages.c.id, messages.c.heading_blob_id).where(messages.c.id > after)
        rows = tx.connection.execute(query.order_by(messages.c.id).limit(CHUNK * 4)).all()
        if not rows:
            break
        contents = blobs.get_many(tx, [row.heading_blob_id for row in rows if row.heading_blob_id is not None])
        for data in contents.values():
            sender = decode_heading(data).sender
            if sender is not None and sender.email.lower() == sought.address and sender.name:
                found.add(sender.name)
        after = rows[-1].id
    return found


def _in_message(message: Message, html: str, sought: Sought) -> tuple[Part | None, frozenset[str]]:
    senders = (*((message.sender,) if message.sender is not None else ()), *message.reply_to)
    mine = [a for a in senders if a.email.lower() == sought.address or (a.name and sought.pattern.fullmatch(a.name))]
    if mine:
        return Part.SENT, frozenset(a.name for a in mine if a.name)
    others = (*message.to, *message.cc)
    theirs = [a for a in others if a.email.lower() == sought.address or (a.name and sought.pattern.fullmatch(a.name))]
    if theirs:
        return Part.CORRESPONDENT, frozenset(a.name for a in theirs if a.name)
    texts = (
        message.subject, message.text, message.newest_text, message.quoted_text, message.signature, message.message_id,
        message.attachment_text, " ".join(a.name for a in message.attachments), " ".join(message.bounced_recipients),
        " ".join(message.references), message.in_reply_to, " ".join(f"{a.name} <{a.email}>" for a in (*senders, *others)),
        html, unescape(html) if "&" in html else "",
    )  # fmt: skip
    return (Part.MENTIONED if any(sought.pattern.search(text) for text in texts) else None), frozenset()


def _in_raw(raw: bytes, sought: Sought) -> Part | None:
    """A mail that nobody could read: its bare bytes are looked through."""
    texts = (raw.decode("utf-8", "replace"), raw.decode("latin-1"))
    return Part.MENTIONED if raw and any(sought.pattern.search(text) for text in texts) else None


def notes(tx: Tx, sought: Sought) -> dict[int, int | None]:
    """Contents beside the mails that name the person: by content the message that each belongs to, None for no message."""
    found: dict[int, int | None] = {}
    for holder in HOLDERS:
        if holder.content in (ContentClass.NOTES, ContentClass.LOGS):
            found |= _in_holder(tx, holder, sought)
    return found


def _in_holder(tx: Tx, holder: Holder, sought: Sought) -> dict[int, int | None]:
    found: dict[int, int | None] = {}
    column, after = holder.column, 0
    message_id = column if holder.message_id is None else holder.message_id
    while True:
        query = select(column.label("blob"), message_id.label("message")).where(column > after)
        rows = tx.connection.execute(query.order_by(column).limit(CHUNK)).all()
        if not rows:
            return found
        contents = blobs.get_many(tx, [row.blob for row in rows])
        for row in rows:
            if sought.pattern.search(_text(contents.get(row.blob, b""))):
                found[row.blob] = None if holder.message_id is None else row.message
        after = rows[-1].blob


def _text(data: bytes) -> str:
    """A content as text; JSON with its escapes undone, so that a name with a line break in it is found."""
    text = data.decode("utf-8", "replace")
    if text[:1] in ("{", "["):
        try:
            return "\n".join(_strings(json.loads(text)))
        except ValueError:
            return text
    return text


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner)


def redact_blob(tx: Tx, blob_id: int, sought: Sought) -> bool:
    """Blocks the person out of one content; True where that changed it. Text in JSON keeps its shape."""
    data = blobs.get_many(tx, [blob_id]).get(blob_id)
    if data is None:
        return False
    text = data.decode("utf-8", "replace")
    changed = _redacted(text, sought)
    if changed == text:
        return False
    blobs.rewrite(tx, blob_id, data=changed.encode())
    return True


def _redacted(text: str, sought: Sought) -> str:
    if text[:1] in ("{", "["):
        try:
            return json.dumps(_redact_in(json.loads(text), sought), ensure_ascii=False, separators=(",", ":"))
        except ValueError:
            pass
    changed = sought.redact(text)
    # Names written with HTML's own words for letters are not worth guessing at: such a text goes as a whole.
    return "" if "&" in changed and sought.pattern.search(unescape(changed)) else changed


def _redact_in(value: Any, sought: Sought) -> Any:
    if isinstance(value, str):
        return sought.redact(value)
    if isinstance(value, Mapping):
        return {key: _redact_in(inner, sought) for key, inner in value.items()}
    return [_redact_in(inner, sought) for inner in value] if isinstance(value, list) else value


def deliveries_to(tx: Tx, address: str) -> list[str]:
    """Mail of ours to a private person's address. What goes to a unit or office is the organisation's own data."""
    query = select(deliveries.c.id).where(
        deliveries.c.address_hash == address_hash(tx, address), deliveries.c.address == ""
    )
    return list(tx.connection.execute(query.order_by(deliveries.c.created_at)).scalars())


def accounts_of(tx: Tx, sought: Sought) -> list[int]:
    """Accounts with the address; where only a name is known, those with the name. (A correspondent may well be called
    like one of the officers.)"""
    same = [people.c.email == sought.address] if sought.address else []
    same = same or [func.lower(people.c.name) == name.lower() for name in sought.names]
    return list(tx.connection.execute(select(people.c.id).where(or_(*same))).scalars()) if same else []


def account_names(tx: Tx, person_ids: Sequence[int]) -> list[str]:
    """Names and addresses of accounts, by which officers are called beside their decisions."""
    rows = tx.connection.execute(select(people.c.name, people.c.email).where(people.c.id.in_(person_ids)))
    return [word for row in rows for word in row]


def forget_address(tx: Tx, address: str) -> int:
    """Drops the keyed hashes that say where an address has written, what it was sent and that it tried to sign in."""
    hashed = address_hash(tx, address)
    connection = tx.connection
    number = connection.execute(delete(correspondents).where(correspondents.c.address_hash == hashed)).rowcount
    connection.execute(
        delete(sign_in_attempts).where(sign_in_attempts.c.key_hash == tx.hash("sign_in", f"account {address}"))
    )
    for table in metadata.sorted_tables:
        for column in table.columns:
            if column.name in ("address_hash", "sender_hash") and table is not correspondents:
                values = {column.name: None if column.nullable else NO_HASH}
                number += connection.execute(update(table).where(column == hashed).values(values)).rowcount
    return number


def redact_columns(tx: Tx, words: Sequence[str], *, mark: str) -> int:
    """Puts `mark` in the place of a person in every clear column of the house (officers' names beside decisions, actors of
    answers, what was changed in accounts); returns how many rows changed."""
    number = 0
    for table in metadata.sorted_tables:
        if table.name in ORGANISATION or table.name in INDEXES or table is people:
            continue
        for column in table.columns:
            if isinstance(column.type, JSON):
                number += _redact_json(tx, column, words, mark)
            elif isinstance(column.type, String) and not column.primary_key and _holds_names(column.type):
                for word in words:
                    same = func.lower(column) == word.lower()
                    number += tx.connection.execute(update(table).where(same).values({column.name: mark})).rowcount
    return number


def _holds_names(type_: String) -> bool:
    """Codes of countries, languages and the like are too short for a name."""
    return type_.length is None or type_.length >= SHORTEST_COLUMN


def _redact_json(tx: Tx, column: Column[Any], words: Sequence[str], mark: str) -> int:
    table, number = column.table, 0
    keys = list(table.primary_key)
    wanted = {word.lower() for word in words}
    for row in tx.connection.execute(select(*keys, column).where(column.is_not(None))).all():
        value = row[-1]
        if any(text.lower() in wanted for text in _strings(value)):
            where = [key == part for key, part in zip(keys, row[:-1], strict=True)]
            changed = _replaced(value, wanted, mark)
            tx.connection.execute(update(table).where(*where).values({column.name: changed}))
            number += 1
    return number


def _replaced(value: Any, wanted: Collection[str], mark: str) -> Any:
    if isinstance(value, str):
        return mark if value.lower() in wanted else value
    if isinstance(value, Mapping):
        return {key: _replaced(inner, wanted, mark) for key, inner in value.items()}
    return [_replaced(inner, wanted, mark) for inner in value] if isinstance(value, list) else value


def anonymise_account(tx: Tx, *, person_id: int, at: Any) -> None:
    """Closes an account and takes everything of the person out of it; its number stays, for what it did."""
    row = tx.connection.execute(select(people).where(people.c.id == person_id)).one()
    if row.second_factor_blob_id is not None:
        blobs.erase(tx, [row.second_factor_blob_id])
    values = {
        "email": f"erased-{person_id}@account.invalid",
        "name": f"erased-{person_id}",
        "password_hash": None,
        "roles": [],
        "cleared": False,
        "unit": None,
        "disabled_at": row.disabled_at or at,
        "second_factor_blob_id": None,
    }
    tx.connection.execute(update(people).where(people.c.id == person_id).values(values))


def replace_reading(tx: Tx, *, message_id: int, message: Message) -> None:
    """Puts another reading, and the heading that follows from it, in the place of what a message has."""
    query = select(messages.c.heading_blob_id, messages.c.reading_blob_id).where(messages.c.id == message_id)
    heading_id, reading_id = tx.connection.execute(query).one()
    for blob_id, data in ((heading_id, encode_heading(message)), (reading_id, encode_message(message))):
        if blob_id is not None:
            blobs.rewrite(tx, blob_id, data=data)


def redact_message(tx: Tx, *, message_id: int, sought: Sought) -> None:
    """Blocks the person out of everything that was read of somebody else's message or derived from it."""
    for holder in holders(ContentClass.TEXT):
        for blob_id in blob_ids(tx, holder, [message_id]):
            redact_blob(tx, blob_id, sought)


def empty_deliveries(tx: Tx, delivery_ids: Sequence[str]) -> int:
    """Takes address and words out of mail of ours to a private person; that it left stays."""
    where = deliveries.c.id.in_(delivery_ids)
    rows = tx.connection.execute(select(deliveries.c.address_blob_id, deliveries.c.content_blob_id).where(where)).all()
    blobs.erase(tx, [blob_id for row in rows for blob_id in row if blob_id is not None])
    nothing = {"address_blob_id": None, "content_blob_id": None, "address_hash": NO_HASH}
    tx.connection.execute(update(deliveries).where(where).values(nothing))
    return len(rows)
