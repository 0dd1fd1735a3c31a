"""Mails that a source could not hand over: asked for again, later and later, a bounded number of times.

The arrival stays booked as failed until its bytes are there; then it counts for the poll that first saw it, so that the
books balance at every moment. What vanished is not asked for: nobody has it any more.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, insert, select, update

from triage.domain.ports import Fetched
from triage.store import blobs
from triage.store.engine import Tx
from triage.store.fetch_tables import refetches
from triage.store.keys import KeyClass
from triage.store.outcomes import Outcome
from triage.store.tables import arrivals

VANISHED = "vanished"
MOST_ATTEMPTS = 8
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Owed:
    """A failed arrival that is due to be fetched again."""

    arrival_id: int
    uid: int
    poll_id: int


def owe(tx: Tx, arrival_ids: Sequence[int], *, now: datetime) -> None:
    """Books that these failed arrivals are to be fetched again."""
    if arrival_ids:
        rows = [{"arrival_id": id_, "attempts": 0, "due_at": now + FIRST_PAUSE} for id_ in arrival_ids]
        tx.connection.execute(insert(refetches), rows)


def take_due(tx: Tx, *, source: str, folder: str, uidvalidity: int, now: datetime, limit: int) -> list[Owed]:
    """What is due of one folder, each attempt counted before it is made: a mail over which the line dies must not be
    tried for ever. After the last attempt an arrival stays failed. A folder numbered anew is read anew anyway."""
    tx.lock(f"cursor {source} {folder}")
    place = (arrivals.c.source == source, arrivals.c.folder == folder)
    older = select(arrivals.c.id).where(*place, arrivals.c.uidvalidity != uidvalidity)
    tx.connection.execute(delete(refetches).where(refetches.c.arrival_id.in_(older)))
    query = (
        select(arrivals.c.id, arrivals.c.uid, arrivals.c.poll_id, refetches.c.attempts)
        .join(arrivals, arrivals.c.id == refetches.c.arrival_id)
        .where(*place, refetches.c.due_at <= now)
        .order_by(refetches.c.due_at, refetches.c.arrival_id)
        .limit(limit)
    )
    rows = tx.connection.execute(query).all()
    last = [row.id for row in rows if row.attempts + 1 >= MOST_ATTEMPTS]
    if last:
        tx.connection.execute(delete(refetches).where(refetches.c.arrival_id.in_(last)))
    more = [
        {"b_id": row.id, "b_attempts": row.attempts + 1, "b_due": now + _pause(row.attempts + 1)}
        for row in rows
        if row.id not in last
    ]
    if more:
        tx.connection.execute(
            update(refetches)
            .where(refetches.c.arrival_id == bindparam("b_id"))
            .values(attempts=bindparam("b_attempts"), due_at=bindparam("b_due", type_=refetches.c.due_at.type)),
            more,
        )
    return [Owed(row.id, row.uid, row.poll_id) for row in rows]


def _pause(attempts: int) -> timedelta:
    return min(FIRST_PAUSE * (1 << 2 * attempts), LONGEST_PAUSE)


def hand_over(tx: Tx, owed: Owed, mail: Fetched, *, now: datetime) -> int | None:
    """Stores the bytes that came at last and returns their blob id; the arrival then waits to be read as any other.

    None where the mail still did not come, or another poller has booked it.
    """
    still = (arrivals.c.id == owed.arrival_id) & (arrivals.c.outcome == Outcome.FAILED)
    if mail.raw is None:
        tx.connection.execute(update(arrivals).where(still).values(reason=mail.failure))
        if mail.failure == VANISHED:
            tx.connection.execute(delete(refetches).where(refetches.c.arrival_id == owed.arrival_id))
        return None
    if tx.connection.execute(select(arrivals.c.id).where(still).with_for_update()).first() is None:
        return None
    raw_blob_id = blobs.put(tx, mail.raw, KeyClass.ORDINARY)
    tx.connection.execute(
        update(arrivals)
        .where(still)
        .values(
            outcome=Outcome.PENDING, reason=None, size=len(mail.raw), raw_blob_id=raw_blob_id, stored_at=now,
            received_at=mail.received_at, acknowledged=False,
        )
    )  # fmt: skip
    tx.connection.execute(delete(refetches).where(refetches.c.arrival_id == owed.arrival_id))
    return raw_blob_id
