"""Claims on deliveries: who is sending what, until when, and what becomes of a claim whose worker is lost.

Every step of a claim compares state, worker and attempt, so that a worker that slept past its lease can neither start a
body nor book a result any more.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, exists, or_, select, update

from triage.domain.errors import Stale
from triage.domain.lifecycle import DeliveryEvent, DeliveryState, Purpose, next_delivery_state
from triage.store.deliveries import ABOUT_INQUIRIES, MAY_CARRY_A_REPORT, Step, book, cancel, held_back, move_lead
from triage.store.engine import Tx
from triage.store.tables import DELIVERY_PENDING, DELIVERY_SENDING, deliveries, messages

HELD_BACK = "restricted"


@dataclass(frozen=True, slots=True)
class Claim:
    """A delivery that this worker is to send. `attempt` is the fence: a later claim has a higher one."""

    delivery_id: str
    message_id: int | None
    decision_id: int | None
    purpose: Purpose
    code: str
    address: str
    address_blob_id: int | None
    content_blob_id: int | None
    worker: str
    attempt: int
    created_at: datetime


def claim(tx: Tx, *, worker: str, now: datetime, lease_seconds: float, limit: int) -> list[Claim]:
    """Takes up to `limit` due deliveries, oldest first. Several workers on PostgreSQL never get the same one."""
    due = (
        select(deliveries.c.id)
        .where(DELIVERY_PENDING, deliveries.c.due_at <= now, *_allowed(tx))
        .order_by(deliveries.c.due_at, deliveries.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    ids = list(tx.connection.execute(due).scalars())
    if not ids:
        return []
    state = next_delivery_state(DeliveryState.PENDING, DeliveryEvent.CLAIMED)
    statement = (
        update(deliveries)
        .where(deliveries.c.id.in_(ids), DELIVERY_PENDING)
        .values(
            state=state,
            worker=worker,
            attempts=deliveries.c.attempts + 1,
            leased_until=now + timedelta(seconds=lease_seconds),
        )
        .returning(
            deliveries.c.id, deliveries.c.message_id, deliveries.c.decision_id, deliveries.c.purpose, deliveries.c.code,
            deliveries.c.address, deliveries.c.address_blob_id, deliveries.c.content_blob_id, deliveries.c.worker,
            deliveries.c.attempts, deliveries.c.created_at,
        )
    )  # fmt: skip
    claims = sorted((Claim(*row) for row in tx.connection.execute(statement)), key=lambda c: ids.index(c.delivery_id))
    steps = [Step(c.delivery_id, DeliveryEvent.CLAIMED, state, worker, c.attempt) for c in claims]
    book(tx, steps, now=now)
    for one in claims:
        move_lead(
            tx,
            delivery_id=one.delivery_id,
            message_id=one.message_id,
            purpose=one.purpose,
            state=state,
            actor=worker,
            now=now,
        )
    return claims


def _allowed(tx: Tx) -> list[ColumnElement[bool]]:
    """In a shadow what was queued before stays where it is."""
    return [deliveries.c.purpose.not_in(ABOUT_INQUIRIES)] if tx.shadow() else []


def body_starts(tx: Tx, *, claim: Claim, now: datetime, lease_seconds: float, repeatable: bool) -> None:
    """Commits the fact that the body is about to leave, and renews the lease. Raises Stale where the claim has lapsed:
    then nothing must be sent."""
    statement = (
        update(deliveries)
        .where(_held(claim), deliveries.c.leased_until > now, or_(MAY_CARRY_A_REPORT, ~_of_a_report(claim)))
        .values(data_started_at=now, repeatable=repeatable, leased_until=now + timedelta(seconds=lease_seconds))
    )
    if tx.connection.execute(statement).rowcount != 1:
        raise Stale("the lease of this delivery has run out, or it must not leave any more")


def _of_a_report(claim: Claim) -> ColumnElement[bool]:
    return exists().where(messages.c.id == claim.message_id, messages.c.restricted)


def hold_back(tx: Tx, *, now: datetime, actor: str) -> list[str]:
    """Cancels mail to units that became part of a report of misconduct after it was decided: the message is an officer's
    again. Returns the deliveries."""
    found = held_back(tx, due_by=now)
    for delivery_id in found:
        cancel(tx, delivery_id=delivery_id, actor=actor, now=now, error_code=HELD_BACK)
    return found


def record(
    tx: Tx,
    *,
    claim: Claim,
    event: DeliveryEvent,
    now: datetime,
    error_code: str | None = None,
    retry_at: datetime | None = None,
) -> DeliveryState:
    """Books what became of a claim and moves the message of a lead. Raises Stale where the claim has lapsed."""
    state = next_delivery_state(DeliveryState.SENDING, event)
    values: dict[str, object] = {"state": state, "worker": None, "leased_until": None, "error_code": error_code}
    if state is DeliveryState.SENT:
        values["sent_at"] = now
    if state is DeliveryState.PENDING:
        values |= {"data_started_at": None, "due_at": retry_at or now, "repeatable": False}
    if tx.connection.execute(update(deliveries).where(_held(claim)).values(values)).rowcount != 1:
        raise Stale("the lease of this delivery has run out; another worker has it")
    book(tx, [Step(claim.delivery_id, event, state, claim.worker, claim.attempt, error_code)], now=now)
    move_lead(
        tx, delivery_id=claim.delivery_id, message_id=claim.message_id, purpose=claim.purpose, state=state,
        actor=claim.worker, now=now,
    )  # fmt: skip
    return state


def _held(claim: Claim) -> ColumnElement[bool]:
    return and_(
        DELIVERY_SENDING,
        deliveries.c.id == claim.delivery_id,
        deliveries.c.worker == claim.worker,
        deliveries.c.attempts == claim.attempt,
    )


@dataclass(frozen=True, slots=True)
class Recovered:
    """What became of deliveries whose worker was lost."""

    retried: Sequence[str]
    unknown: Sequence[str]


def recover(tx: Tx, *, now: datetime, channel_repeatable: bool, alone: bool) -> Recovered:
    """Takes back deliveries whose lease has run out; with `alone` (the only worker there can be), all of them.

    Before the body was begun it is safe to try again; after it nobody knows, unless both the channel that began it and
    the one of now put a delivery id at its place only once.
    """
    lapsed = DELIVERY_SENDING if alone else DELIVERY_SENDING & (deliveries.c.leased_until <= now)
    rows = tx.connection.execute(select(deliveries).where(lapsed).with_for_update(skip_locked=True)).all()
    retried: list[str] = []
    unknown: list[str] = []
    for row in rows:
        safe = row.data_started_at is None or (row.repeatable and channel_repeatable)
        lost = Claim(
            row.id, row.message_id, row.decision_id, row.purpose, row.code, row.address, row.address_blob_id,
            row.content_blob_id, row.worker, row.attempts, row.created_at,
        )  # fmt: skip
        record(
            tx,
            claim=lost,
            event=DeliveryEvent.RETRY if safe else DeliveryEvent.LOST_TRACK,
            now=now,
            error_code="worker_lost",
        )
        (retried if safe else unknown).append(row.id)
    return Recovered(retried, unknown)
