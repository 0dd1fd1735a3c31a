"""Notes between officers and a unit on one message, each seen by the other side or not yet."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, insert, select, update

from triage.domain.people import Person
from triage.store import blobs
from triage.store.engine import Tx
from triage.store.keys import KeyClass
from triage.store.member_tables import UNSEEN, unit_notes
from triage.store.tables import VISIBLE_TO_ALL, messages


@dataclass(frozen=True, slots=True)
class NewNote:
    """A note about to be kept. `code` is the unit's, whichever side writes."""

    message_id: int
    code: str
    from_unit: bool
    author: str
    person_id: int | None
    text: str


@dataclass(frozen=True, slots=True)
class Note:
    """A note; `text` is empty once it is erased."""

    id: int
    message_id: int
    code: str
    from_unit: bool
    author: str
    written_at: datetime
    seen_at: datetime | None
    text: str


def add(tx: Tx, *, new: NewNote, now: datetime) -> int:
    """Keeps a note and returns its number. Whoever writes has seen what the other side wrote before."""
    mark_seen(tx, message_id=new.message_id, code=new.code, from_unit=not new.from_unit, now=now)
    row = {
        "message_id": new.message_id,
        "code": new.code,
        "from_unit": new.from_unit,
        "author": new.author[:120],
        "person_id": new.person_id,
        "written_at": now,
        "blob_id": blobs.put(tx, new.text.encode(), KeyClass.ORDINARY),
    }
    return int(tx.connection.execute(insert(unit_notes).values(row).returning(unit_notes.c.id)).scalar_one())


def of_message(tx: Tx, *, message_id: int, codes: Iterable[str] | None = None) -> list[Note]:
    """The notes on a message, oldest first: with all units, or with some. The caller has asked who may see them."""
    query = select(unit_notes).where(unit_notes.c.message_id == message_id).order_by(unit_notes.c.id)
    if codes is not None:
        query = query.where(unit_notes.c.code.in_(set(codes)))
    rows = tx.connection.execute(query).all()
    texts = blobs.get_many(tx, [row.blob_id for row in rows])
    return [
        Note(r.id, r.message_id, r.code, r.from_unit, r.author, r.written_at, r.seen_at, texts.get(r.blob_id, b"").decode())
        for r in rows
    ]  # fmt: skip


def mark_seen(tx: Tx, *, message_id: int, code: str, from_unit: bool, now: datetime) -> int:
    """The notes of one side on a message have been seen by the other; returns how many had not been."""
    theirs = (
        (unit_notes.c.message_id == message_id) & (unit_notes.c.code == code) & unit_notes.c.from_unit.is_(from_unit)
    )
    return tx.connection.execute(update(unit_notes).where(theirs, UNSEEN).values(seen_at=now)).rowcount


def unseen_by_unit(tx: Tx, *, codes: Iterable[str]) -> dict[tuple[int, str], int]:
    """How many notes of officers a unit has not seen, by message and unit."""
    query = (
        select(unit_notes.c.message_id, unit_notes.c.code, func.count())
        .join(messages, messages.c.id == unit_notes.c.message_id)
        .where(UNSEEN, unit_notes.c.code.in_(set(codes)), unit_notes.c.from_unit.is_(False), VISIBLE_TO_ALL)
        .group_by(unit_notes.c.message_id, unit_notes.c.code)
    )
    return {(row[0], row[1]): int(row[2]) for row in tx.connection.execute(query)}


def unseen_by_officers(tx: Tx, *, viewer: Person, limit: int = 100) -> Sequence[tuple[int, str, datetime]]:
    """Notes of units that no officer has seen: message, unit and time of each, oldest first."""
    query = (
        select(unit_notes.c.message_id, unit_notes.c.code, unit_notes.c.written_at)
        .join(messages, messages.c.id == unit_notes.c.message_id)
        .where(UNSEEN, unit_notes.c.from_unit.is_(True))
        .order_by(unit_notes.c.id)
        .limit(limit)
    )
    if not viewer.cleared:
        query = query.where(VISIBLE_TO_ALL)
    return [(row.message_id, row.code, row.written_at) for row in tx.connection.execute(query)]
