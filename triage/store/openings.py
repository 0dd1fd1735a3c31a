"""Who has which message open. An opening lapses by itself after some minutes; nobody has to close anything.

`take_next` hands an officer the first message of a list that no other officer has open and that is not assigned to
somebody else, and opens it for him in the same transaction: no two officers are handed one message.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import and_, delete, exists, or_, select
from sqlalchemy.dialects import postgresql, sqlite

from triage.domain.people import Person
from triage.store.desk_tables import openings
from triage.store.engine import Tx
from triage.store.house_tables import people
from triage.store.listing import condition, list_ids
from triage.store.queues import Order, Queue
from triage.store.tables import inquiries, messages

LASTS = timedelta(minutes=5)
LOCK = "take_next"


def take_next(
    tx: Tx, *, viewer: Person, queue: Queue, order: Order, now: datetime, beyond: int | None = None
) -> int | None:
    """Opens the next free message of a queue for `viewer` and returns its id; None where there is none. `beyond`: not
    this one, which the officer wants to leave."""
    tx.lock(LOCK)
    others = exists().where(
        openings.c.message_id == messages.c.id, openings.c.person_id != viewer.id, openings.c.until_at > now
    )
    foreign = exists().where(
        inquiries.c.id == messages.c.inquiry_id,
        and_(inquiries.c.officer_id.is_not(None), inquiries.c.officer_id != viewer.id),
    )
    free = and_(condition(queue, viewer=viewer, now=now), ~others, ~foreign, messages.c.id != (beyond or 0))
    found = list_ids(tx, where=free, queue=queue, order=order, limit=1)
    if not found:
        return None
    message_id = found[0]
    open_one(tx, message_id=message_id, person_id=viewer.id, now=now)
    return message_id


def open_one(tx: Tx, *, message_id: int, person_id: int | None, now: datetime) -> None:
    """Books that a person looks at a message from now on, or still does."""
    if person_id is None:
        return
    tx.connection.execute(delete(openings).where(openings.c.until_at < now - LASTS))
    dialect = postgresql if tx.postgres else sqlite
    row = {"message_id": message_id, "person_id": person_id, "since_at": now, "until_at": now + LASTS}
    statement = dialect.insert(openings).values(row)
    tx.connection.execute(
        statement.on_conflict_do_update(index_elements=["message_id", "person_id"], set_={"until_at": now + LASTS})
    )


def close_all(tx: Tx, *, person_id: int | None, but: int | None = None) -> None:
    """A person has gone on: nothing but `but` is open any more."""
    condition_ = openings.c.person_id == person_id
    tx.connection.execute(
        delete(openings).where(condition_ if but is None else condition_ & (openings.c.message_id != but))
    )


def fresh(tx: Tx, *, message_id: int, person_id: int | None, now: datetime) -> bool:
    """Whether the person's opening of a message has most of its time left, so that nothing needs to be written."""
    query = select(openings.c.until_at).where(openings.c.message_id == message_id, openings.c.person_id == person_id)
    until = tx.connection.execute(query).scalar_one_or_none()
    return until is not None and until > now + LASTS / 2


def lookers(tx: Tx, *, viewer: Person, message_ids: Sequence[int], now: datetime) -> dict[int, list[str]]:
    """The names of the other people who have these messages open, by message. The caller has asked who may see them."""
    if not message_ids:
        return {}
    query = (
        select(openings.c.message_id, people.c.name)
        .join(people, people.c.id == openings.c.person_id)
        .where(
            openings.c.message_id.in_(message_ids),
            openings.c.until_at > now,
            or_(openings.c.person_id != viewer.id) if viewer.id is not None else openings.c.person_id.is_not(None),
        )
        .order_by(openings.c.since_at)
    )
    found: dict[int, list[str]] = {}
    for message_id, name in tx.connection.execute(query):
        found.setdefault(message_id, []).append(name)
    return found
