"""Polls, how far each folder has been read, and the arrivals: one row for every mail that a source ever showed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from triage.domain.ports import Fetched, FolderPosition
from triage.store import blobs, refetches
from triage.store.engine import Tx
from triage.store.keys import KeyClass
from triage.store.outcomes import Outcome
from triage.store.rows import insert_rows
from triage.store.tables import ARRIVAL_PENDING, ARRIVAL_UNACKNOWLEDGED, arrivals, cursors, polls
from triage.store.tables import blobs as stored

INTERRUPTED = "interrupted"
ABANDONED_AFTER = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Arrival:
    """A mail whose raw bytes are stored and which waits to be read."""

    id: int
    uid: int
    poll_id: int
    raw_blob_id: int
    size: int
    received_at: datetime | None
    stored_at: datetime


@dataclass(frozen=True, slots=True)
class Booked:
    """What a batch added to the books: how many mails were new to them, and which of these wait to be read."""

    seen: int
    waiting: Sequence[Arrival]


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of an arrival: the message it made, or the one that it repeats."""

    arrival: Arrival
    outcome: Outcome
    message_id: int


def start_poll(tx: Tx, *, source: str, folder: str, uidvalidity: int, now: datetime) -> int:
    """Opens a row in the books. One left open by a crash is closed as interrupted; its figures stand."""
    left = (polls.c.source == source) & (polls.c.folder == folder) & polls.c.finished_at.is_(None)
    if tx.postgres:  # another poller may be at work on it
        left &= polls.c.started_at < now - ABANDONED_AFTER
    tx.connection.execute(update(polls).where(left).values(finished_at=now, error=INTERRUPTED))
    row = {"source": source, "folder": folder, "uidvalidity": uidvalidity, "started_at": now}
    result = tx.connection.execute(
        insert(polls).values(**row, seen=0, stored=0, duplicate=0, failed=0).returning(polls.c.id)
    )
    return int(result.scalar_one())


def finish_poll(tx: Tx, *, poll_id: int, now: datetime, error: str | None = None) -> None:
    """Closes the row; `error` is a static word."""
    tx.connection.execute(update(polls).where(polls.c.id == poll_id).values(finished_at=now, error=error))


def position(tx: Tx, *, source: str, folder: str) -> FolderPosition | None:
    """How far the folder has been read."""
    query = select(cursors.c.uidvalidity, cursors.c.last_uid).where(
        cursors.c.source == source, cursors.c.folder == folder
    )
    row = tx.connection.execute(query).one_or_none()
    return None if row is None else FolderPosition(*row)


def store_raw(
    tx: Tx, *, poll_id: int, source: str, folder: str, uidvalidity: int, batch: Sequence[Fetched], now: datetime
) -> Booked:
    """Stores the raw bytes of a batch before anything is interpreted, and moves the cursor past it.

    A uid that is already in the books (a second poller was faster) is passed over, and not counted. Mails that the
    source could not hand over are booked as failed, and asked for again later (see `refetches`).
    """
    tx.lock(f"cursor {source} {folder}")
    mails = _unseen(tx, source=source, folder=folder, uidvalidity=uidvalidity, batch=batch)
    raw_ids = iter(blobs.put_many(tx, [(m.raw, KeyClass.ORDINARY) for m in mails if m.raw is not None]))
    rows = [
        {
            "poll_id": poll_id,
            "source": source,
            "folder": folder,
            "uidvalidity": uidvalidity,
            "uid": mail.uid,
            "received_at": mail.received_at,
            "stored_at": now,
            "outcome": Outcome.FAILED if mail.raw is None else Outcome.PENDING,
            "reason": (mail.failure or "not_handed_over") if mail.raw is None else None,
            "size": 0 if mail.raw is None else len(mail.raw),
            "raw_blob_id": None if mail.raw is None else next(raw_ids),
            "acknowledged": mail.raw is None,
        }
        for mail in mails
    ]
    waiting: list[Arrival] = []
    if rows:
        ids = insert_rows(tx, arrivals, rows)
        waiting = [_arrival(id_, row) for id_, row in zip(ids, rows, strict=True) if row["outcome"] is Outcome.PENDING]
        failed = [id_ for id_, row in zip(ids, rows, strict=True) if row["reason"] not in (None, refetches.VANISHED)]
        refetches.owe(tx, failed, now=now)
        count(tx, poll_id=poll_id, seen=len(rows), failed=len(rows) - len(waiting))
    _move_cursor(tx, source, folder, FolderPosition(uidvalidity, max(mail.uid for mail in batch)), now)
    return Booked(len(rows), waiting)


def store_again(tx: Tx, fetched: Sequence[tuple[refetches.Owed, Fetched]], *, now: datetime) -> list[Arrival]:
    """Stores the raw bytes of arrivals that failed in an earlier poll; they count for that poll, as not failed."""
    waiting: list[Arrival] = []
    for owed, mail in fetched:
        raw_blob_id = refetches.hand_over(tx, owed, mail, now=now)
        if raw_blob_id is not None and mail.raw is not None:
            waiting.append(
                Arrival(owed.arrival_id, owed.uid, owed.poll_id, raw_blob_id, len(mail.raw), mail.received_at, now)
            )
            count(tx, poll_id=owed.poll_id, failed=-1)
    return waiting


def _arrival(arrival_id: int, row: dict[str, Any]) -> Arrival:
    return Arrival(
        arrival_id, *(row[name] for name in ("uid", "poll_id", "raw_blob_id", "size", "received_at", "stored_at"))
    )


def _unseen(tx: Tx, *, source: str, folder: str, uidvalidity: int, batch: Sequence[Fetched]) -> list[Fetched]:
    place = (arrivals.c.source == source, arrivals.c.folder == folder, arrivals.c.uidvalidity == uidvalidity)
    span = arrivals.c.uid.between(min(m.uid for m in batch), max(m.uid for m in batch))
    seen = set(tx.connection.execute(select(arrivals.c.uid).where(*place, span)).scalars())
    unseen: list[Fetched] = []
    for mail in batch:
        if mail.uid not in seen:
            seen.add(mail.uid)
            unseen.append(mail)
    return unseen


def _move_cursor(tx: Tx, source: str, folder: str, to: FolderPosition, now: datetime) -> None:
    values = {"uidvalidity": to.uidvalidity, "last_uid": to.last_uid, "moved_at": now}
    dialect = postgresql if tx.postgres else sqlite
    statement = dialect.insert(cursors).values(source=source, folder=folder, **values)
    further = (cursors.c.uidvalidity != to.uidvalidity) | (cursors.c.last_uid < to.last_uid)
    tx.connection.execute(
        statement.on_conflict_do_update(index_elements=["source", "folder"], set_=values, where=further)
    )


def count(tx: Tx, *, poll_id: int, **more: int) -> None:
    """Adds to the figures of a poll: seen, stored, duplicate, failed."""
    values = {name: polls.c[name] + number for name, number in more.items() if number}
    if values:
        tx.connection.execute(update(polls).where(polls.c.id == poll_id).values(values))


def pending(tx: Tx, *, after_id: int, limit: int) -> list[Arrival]:
    """Arrivals that wait to be read, oldest first: after a crash there are some, or another worker is at them."""
    columns = (arrivals.c.id, arrivals.c.uid, arrivals.c.poll_id, arrivals.c.raw_blob_id, arrivals.c.size)
    query = select(*columns, arrivals.c.received_at, arrivals.c.stored_at).where(
        ARRIVAL_PENDING, arrivals.c.id > after_id
    )
    return [Arrival(*row) for row in tx.connection.execute(query.order_by(arrivals.c.id).limit(limit))]


def still_pending(tx: Tx, waiting: Sequence[Arrival]) -> set[int]:
    """Which of these arrivals are still to be read; the others another worker has done. Locks them on PostgreSQL."""
    query = select(arrivals.c.id).where(ARRIVAL_PENDING, arrivals.c.id.in_([a.id for a in waiting]))
    return set(tx.connection.execute(query.with_for_update()).scalars())


def settle(tx: Tx, settled: Sequence[Settled]) -> None:
    """Books what became of arrivals and counts it in their polls. The bytes of duplicates are not kept twice."""
    if not settled:
        return
    doubles = [one for one in settled if one.outcome is Outcome.DUPLICATE]
    tx.connection.execute(
        update(arrivals)
        .where(arrivals.c.id == bindparam("b_id"))
        .values(outcome=bindparam("b_outcome"), message_id=bindparam("b_message"), raw_blob_id=bindparam("b_raw")),
        [
            {
                "b_id": one.arrival.id,
                "b_outcome": one.outcome,
                "b_message": one.message_id,
                "b_raw": None if one.outcome is Outcome.DUPLICATE else one.arrival.raw_blob_id,
            }
            for one in settled
        ],
    )
    if doubles:
        tx.connection.execute(delete(stored).where(stored.c.id.in_([d.arrival.raw_blob_id for d in doubles])))
    for poll_id in {one.arrival.poll_id for one in settled}:
        mine = [one for one in settled if one.arrival.poll_id == poll_id]
        twice = sum(one.outcome is Outcome.DUPLICATE for one in mine)
        count(tx, poll_id=poll_id, stored=len(mine) - twice, duplicate=twice)


def unacknowledged(
    tx: Tx, *, source: str, folder: str, uidvalidity: int, limit: int, uids: Sequence[int] | None = None
) -> list[int]:
    """Uids, of these or of all, whose mail is safe here but which the source has not been told of."""
    place = (arrivals.c.source == source, arrivals.c.folder == folder, arrivals.c.uidvalidity == uidvalidity)
    query = select(arrivals.c.uid).where(ARRIVAL_UNACKNOWLEDGED, *place).order_by(arrivals.c.id).limit(limit)
    if uids is not None:
        query = query.where(arrivals.c.uid.in_(uids))
    return list(tx.connection.execute(query).scalars())


def acknowledged(tx: Tx, *, source: str, folder: str, uidvalidity: int, uids: Sequence[int]) -> None:
    """Books that the source has been told."""
    place = (arrivals.c.source == source, arrivals.c.folder == folder, arrivals.c.uidvalidity == uidvalidity)
    tx.connection.execute(update(arrivals).where(*place, arrivals.c.uid.in_(uids)).values(acknowledged=True))
