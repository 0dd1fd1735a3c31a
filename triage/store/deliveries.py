"""Deliveries: one row for every mail that leaves, to one recipient. The id makes the Message-ID and is never used twice.

Only the lead moves its message; `messages.delivery_state` repeats the lead's state for the lists and is written here
alone. Claims and leases are in `leases`.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from sqlalchemy import insert, or_, select, update

from triage.domain.errors import NotFound, Refused, Stale
from triage.domain.lifecycle import (
    DeliveryEvent,
    DeliveryState,
    MessageEvent,
    MessageState,
    Purpose,
    next_delivery_state,
)
from triage.domain.organisation import Recipient
from triage.domain.people import Person
from triage.domain.protection import OVERSIGHT
from triage.store import blobs
from triage.store.engine import Tx
from triage.store.inquiries import address_hash
from triage.store.keys import KeyClass
from triage.store.messages import transition
from triage.store.readings import UNREADABLE, decode_heading
from triage.store.tables import DELIVERY_PENDING, VISIBLE_TO_ALL, deliveries, delivery_events, messages
from triage.store.unit_side import await_unit
from triage.store.views import DeliveryView

JUMP = timedelta(days=30)
"""How far a mail that goes first jumps ahead in the line, which is ordered by when mails are due."""
LEAD_EVENTS = {
    DeliveryState.SENT: (MessageState.QUEUED, MessageEvent.SENT),
    DeliveryState.FAILED: (MessageState.QUEUED, MessageEvent.GAVE_UP),
    DeliveryState.CANCELLED: (MessageState.QUEUED, MessageEvent.RECALLED),
    DeliveryState.BOUNCED: (MessageState.FORWARDED, MessageEvent.BOUNCED),
}
"""What a step of the lead does to its message: the state it must be in, and the event."""


ABOUT_INQUIRIES = frozenset({Purpose.LEAD, Purpose.COPY, Purpose.REPLY, Purpose.ACKNOWLEDGEMENT})
"""Mail to units and correspondents; the rest goes to the service's own people."""


MAY_CARRY_A_REPORT = or_(deliveries.c.purpose.not_in((Purpose.LEAD, Purpose.COPY)), deliveries.c.code == OVERSIGHT)
"""What may leave although its message is a report of misconduct: nothing to units and missions."""


@dataclass(frozen=True, slots=True)
class NewDelivery:
    """A mail that is to leave. `address` of a private person goes into a blob: set `private`. `first`: before all
    others that wait."""

    purpose: Purpose
    code: str
    address: str
    leaves_at: datetime
    message_id: int | None = None
    decision_id: int | None = None
    private: bool = False
    restricted: bool = False
    content: bytes | None = None
    first: bool = False

    @classmethod
    def of_message(
        cls,
        to: Recipient,
        *,
        purpose: Purpose,
        message_id: int,
        decision_id: int,
        leaves_at: datetime,
        restricted: bool,
    ) -> Self:
        """A message as it was decided upon, to the unit or mission that gets it."""
        return cls(
            purpose, to.code, to.address, leaves_at, message_id, decision_id, private=to.private, restricted=restricted
        )


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a delivery, for its history."""

    delivery_id: str
    event: DeliveryEvent
    state: DeliveryState
    actor: str
    attempt: int
    error_code: str | None = None


def refuse_in_shadow(tx: Tx) -> None:
    """Raises Refused where this installation only looks on: nothing about an inquiry leaves it."""
    if tx.shadow():
        raise Refused("this installation runs in shadow: it looks on and sends nothing")


def create(tx: Tx, *, new: NewDelivery, now: datetime) -> str:
    """Books a mail that is to leave and returns its id. A lead becomes its message's. Raises Refused in a shadow."""
    if new.purpose in ABOUT_INQUIRIES:
        refuse_in_shadow(tx)
    delivery_id = uuid.uuid4().hex
    key_class = KeyClass.RESTRICTED if new.restricted else KeyClass.ORDINARY
    tx.connection.execute(
        insert(deliveries).values(
            id=delivery_id,
            message_id=new.message_id,
            decision_id=new.decision_id,
            purpose=new.purpose,
            code=new.code,
            address="" if new.private else new.address,
            address_blob_id=blobs.put(tx, new.address.encode(), key_class) if new.private else None,
            address_hash=address_hash(tx, new.address),
            content_blob_id=None if new.content is None else blobs.put(tx, new.content, key_class),
            state=DeliveryState.PENDING,
            created_at=now,
            leaves_at=new.leaves_at,
            due_at=new.leaves_at - JUMP if new.first else new.leaves_at,
            attempts=0,
            repeatable=False,
        )
    )
    if new.purpose is Purpose.LEAD:
        lead = {"delivery_id": delivery_id, "delivery_state": DeliveryState.PENDING}
        tx.connection.execute(update(messages).where(messages.c.id == new.message_id).values(lead))
    return delivery_id


def book(tx: Tx, steps: Sequence[Step], *, now: datetime) -> None:
    """Writes steps into the deliveries' history."""
    rows = [
        {
            "delivery_id": step.delivery_id,
            "event": step.event,
            "state": step.state,
            "at": now,
            "actor": step.actor,
            "attempt": step.attempt,
            "error_code": step.error_code,
        }
        for step in steps
    ]
    if rows:
        tx.connection.execute(insert(delivery_events), rows)


def move_lead(
    tx: Tx,
    *,
    delivery_id: str,
    message_id: int | None,
    purpose: Purpose,
    state: DeliveryState,
    actor: str,
    now: datetime,
) -> None:
    """Lets the message follow its lead. A delivery that is no lead, or no longer its message's, moves nothing."""
    if purpose is not Purpose.LEAD or message_id is None:
        return
    followed = tx.connection.execute(
        update(messages)
        .where(messages.c.id == message_id, messages.c.delivery_id == delivery_id)
        .values(delivery_state=state)
        .returning(messages.c.state)
    ).scalar_one_or_none()
    if followed is not None and state is DeliveryState.SENT:
        await_unit(tx, delivery_id=delivery_id, message_id=message_id, now=now)
    expected, event = LEAD_EVENTS.get(state, (None, None))
    if expected is None or event is None or followed is None:
        return
    if followed is not expected and state is DeliveryState.BOUNCED:
        return  # an officer has it already
    changes = None if state is DeliveryState.SENT else {"decision_id": None}
    transition(
        tx, message_id=message_id, event=event, expected=expected, version=None, actor=actor, at=now, changes=changes
    )


def step(
    tx: Tx,
    *,
    delivery_id: str,
    event: DeliveryEvent,
    expected: DeliveryState,
    actor: str,
    now: datetime,
    error_code: str | None = None,
) -> DeliveryState:
    """A step that no worker's claim is behind: cancel, settle, bounce. Raises Stale or NotFound; compare-and-set."""
    state = next_delivery_state(expected, event)
    values: dict[str, object] = {"state": state}
    if error_code is not None:
        values["error_code"] = error_code
    if state is DeliveryState.SENT:
        values["sent_at"] = now
    if state is DeliveryState.PENDING:
        values |= {"due_at": now, "data_started_at": None, "repeatable": False, "error_code": None}
    statement = (
        update(deliveries)
        .where(deliveries.c.id == delivery_id, deliveries.c.state == expected)
        .values(values)
        .returning(deliveries.c.message_id, deliveries.c.purpose, deliveries.c.attempts)
    )
    row = tx.connection.execute(statement).one_or_none()
    if row is None:
        exists = tx.connection.execute(select(deliveries.c.id).where(deliveries.c.id == delivery_id)).first()
        raise NotFound("no such delivery") if exists is None else Stale(f"this delivery is no longer {expected}")
    book(tx, [Step(delivery_id, event, state, actor, row.attempts, error_code)], now=now)
    move_lead(
        tx, delivery_id=delivery_id, message_id=row.message_id, purpose=row.purpose, state=state, actor=actor, now=now
    )
    return state


def cancel(tx: Tx, *, delivery_id: str, actor: str, now: datetime, error_code: str | None = None) -> None:
    """Takes back what waits to leave. Raises Stale where it waits no longer, NotFound."""
    step(
        tx, delivery_id=delivery_id, event=DeliveryEvent.CANCELLED, expected=DeliveryState.PENDING, actor=actor, now=now,
        error_code=error_code,
    )  # fmt: skip


def list_page(
    tx: Tx, *, viewer: Person, states: Sequence[DeliveryState] = (), message_id: int | None = None, limit: int = 1000
) -> list[DeliveryView]:
    """Deliveries, newest first, of the given states (all where none is given), with the subject of what they carry."""
    query = (
        select(deliveries, messages.c.heading_blob_id)
        .outerjoin(messages, messages.c.id == deliveries.c.message_id)
        .order_by(deliveries.c.created_at.desc(), deliveries.c.id)
        .limit(limit)
    )
    if states:
        query = query.where(deliveries.c.state.in_(states))
    if message_id is not None:
        query = query.where(deliveries.c.message_id == message_id)
    if not viewer.cleared:
        query = query.where(deliveries.c.message_id.is_(None) | VISIBLE_TO_ALL)
    rows = tx.connection.execute(query).all()
    headings = blobs.get_many(tx, {row.heading_blob_id for row in rows if row.heading_blob_id is not None})
    views: list[DeliveryView] = []
    for row in rows:
        heading = decode_heading(headings[row.heading_blob_id]) if row.heading_blob_id in headings else UNREADABLE
        views.append(
            DeliveryView(
                row.id, row.message_id, row.purpose, row.code, row.address, row.state, row.created_at, row.leaves_at,
                row.attempts, row.data_started_at, row.sent_at, row.error_code, heading.message_id, heading.subject,
            )
        )  # fmt: skip
    return views


def pending_of(tx: Tx, *, message_id: int, lead: str) -> list[str]:
    """What an undo has to cancel: the lead, whatever its state, and the copies that still wait."""
    query = select(deliveries.c.id).where(
        deliveries.c.message_id == message_id,
        (deliveries.c.id == lead) | (deliveries.c.state == DeliveryState.PENDING),
        deliveries.c.purpose.in_((Purpose.LEAD, Purpose.COPY)),
    )
    return sorted(tx.connection.execute(query).scalars(), key=lambda delivery_id: delivery_id != lead)


def waiting_of(tx: Tx, *, message_id: int) -> list[str]:
    """Mail to units about a message that has not begun to leave, the lead first."""
    query = (
        select(deliveries.c.id, deliveries.c.purpose)
        .where(
            deliveries.c.message_id == message_id,
            deliveries.c.state == DeliveryState.PENDING,
            deliveries.c.purpose.in_((Purpose.LEAD, Purpose.COPY)),
            deliveries.c.code != OVERSIGHT,
        )
        .order_by(deliveries.c.id)
    )
    return [row.id for row in sorted(tx.connection.execute(query), key=lambda row: row.purpose is not Purpose.LEAD)]


def held_back(tx: Tx, *, due_by: datetime) -> list[str]:
    """Mail to units that is due although its message has become a report of misconduct; leads first."""
    query = (
        select(deliveries.c.id, deliveries.c.purpose)
        .join(messages, messages.c.id == deliveries.c.message_id)
        .where(DELIVERY_PENDING, deliveries.c.due_at <= due_by, messages.c.restricted, ~MAY_CARRY_A_REPORT)
    )
    return [row.id for row in sorted(tx.connection.execute(query), key=lambda row: row.purpose is not Purpose.LEAD)]


def is_visible(tx: Tx, *, delivery_id: str, viewer: Person) -> bool:
    """Whether there is such a delivery and its message, if any, is for this viewer."""
    query = (
        select(deliveries.c.id)
        .outerjoin(messages, messages.c.id == deliveries.c.message_id)
        .where(deliveries.c.id == delivery_id)
    )
    if not viewer.cleared:
        query = query.where(deliveries.c.message_id.is_(None) | VISIBLE_TO_ALL)
    return tx.connection.execute(query).first() is not None
