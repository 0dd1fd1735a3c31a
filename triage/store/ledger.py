"""The books: what came in is where it is. Any difference is a fault of this service, and named.

Per poll, seen = stored + duplicate + failed (+ pending, while it is being read), once as the poll counted and once as
the arrivals stand. In total, the stored arrivals are the messages, each in one state; and each queued message has a
lead that has not left for certain.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlalchemy import ColumnElement, and_, func, select

from triage.domain.lifecycle import DeliveryState, MessageState, Purpose
from triage.store.engine import Tx
from triage.store.outcomes import Outcome
from triage.store.tables import IN_STATE, OPEN, RESTRICTED, arrivals, deliveries, messages, polls

W = TypeVar("W")
OPEN_STATES = (DeliveryState.PENDING, DeliveryState.SENDING, DeliveryState.UNKNOWN)


@dataclass(frozen=True, slots=True)
class PollLine:
    """One poll in the books. `pending` are arrivals stored raw and not yet read."""

    id: int
    source: str
    folder: str
    started_at: datetime
    finished_at: datetime | None
    error: str | None
    seen: int
    stored: int
    duplicate: int
    failed: int
    pending: int


@dataclass(frozen=True, slots=True)
class Books:
    """The books at one moment. `differences` are sentences with ids and figures only; empty when they balance."""

    seen: int
    stored: int
    duplicate: int
    failed: int
    pending: int
    messages: dict[MessageState, int]
    deliveries: dict[DeliveryState, int]
    polls: tuple[PollLine, ...]
    differences: tuple[str, ...]

    @property
    def balanced(self) -> bool:
        return not self.differences


def books(tx: Tx, *, newest_polls: int = 50) -> Books:
    """Adds up everything and compares; lists the newest polls. Reads whole tables: some seconds at a million messages."""
    outcomes = _group(tx, arrivals.c.outcome)
    counted = states(tx)
    sent = _group(tx, deliveries.c.state)
    seen = int(tx.connection.execute(select(func.coalesce(func.sum(polls.c.seen), 0))).scalar_one())
    by_outcome = {outcome: outcomes.get(outcome, 0) for outcome in Outcome}
    return Books(
        seen=seen,
        stored=by_outcome[Outcome.STORED],
        duplicate=by_outcome[Outcome.DUPLICATE],
        failed=by_outcome[Outcome.FAILED],
        pending=by_outcome[Outcome.PENDING],
        messages=counted,
        deliveries={state: sent.get(state, 0) for state in DeliveryState},
        polls=tuple(_newest(tx, newest_polls)),
        differences=tuple(_differences(tx, seen, by_outcome, sum(counted.values()))),
    )


def _group(tx: Tx, column: ColumnElement[W]) -> dict[W, int]:
    return {row[0]: row[1] for row in tx.connection.execute(select(column, func.count()).group_by(column))}


def states(tx: Tx) -> dict[MessageState, int]:
    """Each state counted through the index that serves it."""
    wheres = [(MessageState.IN_REVIEW, OPEN), (MessageState.IN_REVIEW, RESTRICTED)]
    wheres += [(state, where) for state, where in IN_STATE.items() if state is not MessageState.IN_REVIEW]
    counted = dict.fromkeys(MessageState, 0)
    for state, where in wheres:
        counted[state] += tx.connection.execute(select(func.count()).select_from(messages).where(where)).scalar_one()
    return counted


def _newest(tx: Tx, limit: int) -> Iterable[PollLine]:
    newest = select(polls).order_by(polls.c.id.desc()).limit(limit).subquery()
    waiting = (
        select(arrivals.c.poll_id, func.count().label("pending"))
        .where(arrivals.c.outcome == Outcome.PENDING)
        .group_by(arrivals.c.poll_id)
        .subquery()
    )
    query = (
        select(newest, func.coalesce(waiting.c.pending, 0).label("pending"))
        .outerjoin(waiting, waiting.c.poll_id == newest.c.id)
        .order_by(newest.c.id.desc())
    )
    for r in tx.connection.execute(query):
        yield PollLine(
            r.id,
            r.source,
            r.folder,
            r.started_at,
            r.finished_at,
            r.error,
            r.seen,
            r.stored,
            r.duplicate,
            r.failed,
            r.pending,
        )


def _differences(tx: Tx, seen: int, outcomes: dict[Outcome, int], number_of_messages: int) -> Iterable[str]:
    if seen != sum(outcomes.values()):
        yield f"the polls saw {seen} mails, {sum(outcomes.values())} arrivals are booked"
    if outcomes[Outcome.STORED] != number_of_messages:
        yield f"{outcomes[Outcome.STORED]} mails are booked as stored, there are {number_of_messages} messages"
    yield from _poll_differences(tx)
    orphans = (
        select(func.count())
        .select_from(messages)
        .where(
            ~select(arrivals.c.id)
            .where(arrivals.c.message_id == messages.c.id, arrivals.c.outcome == Outcome.STORED)
            .exists()
        )
    )
    if number := tx.connection.execute(orphans).scalar_one():
        yield f"{number} messages have no arrival"
    yield from _delivery_differences(tx)


def _poll_differences(tx: Tx) -> Iterable[str]:
    columns = (polls.c.seen, polls.c.stored, polls.c.duplicate, polls.c.failed)
    named = (Outcome.STORED, Outcome.DUPLICATE, Outcome.FAILED)
    booked = [func.count().filter(arrivals.c.outcome == outcome).label(outcome.value) for outcome in named]
    per_poll = select(arrivals.c.poll_id, func.count().label("seen"), *booked).group_by(arrivals.c.poll_id).subquery()
    query = (
        select(
            polls.c.id,
            *columns,
            *(func.coalesce(per_poll.c[column.name], 0).label(f"b_{column.name}") for column in columns),
        )
        .outerjoin(per_poll, per_poll.c.poll_id == polls.c.id)
        .where(
            (polls.c.seen != func.coalesce(per_poll.c.seen, 0))
            | (polls.c.stored != func.coalesce(per_poll.c.stored, 0))
            | (polls.c.duplicate != func.coalesce(per_poll.c.duplicate, 0))
            | (polls.c.failed != func.coalesce(per_poll.c.failed, 0))
        )
        .limit(100)
    )
    for row in tx.connection.execute(query):
        counted = f"{row.seen} = {row.stored} + {row.duplicate} + {row.failed}"
        standing = f"{row.b_seen} = {row.b_stored} + {row.b_duplicate} + {row.b_failed}"
        yield f"poll {row.id} counted {counted}, its arrivals are {standing} (seen = stored + duplicate + failed)"


def _delivery_differences(tx: Tx) -> Iterable[str]:
    lead = and_(deliveries.c.id == messages.c.delivery_id, deliveries.c.purpose == Purpose.LEAD)
    unequal = (
        select(func.count())
        .select_from(messages.join(deliveries, lead))
        .where(deliveries.c.state != messages.c.delivery_state)
    )
    if number := tx.connection.execute(unequal).scalar_one():
        yield f"{number} messages show another state of their delivery than it has"
    for state, fitting in ((MessageState.QUEUED, OPEN_STATES), (MessageState.FORWARDED, (DeliveryState.SENT,))):
        without = (
            select(func.count())
            .select_from(messages)
            .where(
                IN_STATE[state],
                ~select(deliveries.c.id)
                .where(lead, deliveries.c.message_id == messages.c.id, deliveries.c.state.in_(fitting))
                .exists(),
            )
        )
        if number := tx.connection.execute(without).scalar_one():
            yield f"{number} messages are {state} without a delivery that fits"
