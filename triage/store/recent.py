"""A person's last decisions, and those of one batch: what can still be taken back."""

import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import insert, select, update

from triage.domain.errors import NotFound
from triage.domain.people import Person
from triage.store.decisions import NAMING
from triage.store.desk_tables import batch_decisions, batches
from triage.store.engine import Tx
from triage.store.listing import summaries
from triage.store.tables import VISIBLE_TO_ALL, decisions, messages
from triage.store.views import MessageSummary

LAST = 10
SEEN = 200


def last_decided(tx: Tx, *, viewer: Person, limit: int = LAST) -> list[MessageSummary]:
    """The messages that this person decided last and whose decision still stands, newest decision first."""
    newest = (
        select(decisions.c.id, decisions.c.message_id, decisions.c.action)
        .where(decisions.c.officer == viewer.name, decisions.c.officer_id == viewer.id)
        .order_by(decisions.c.id.desc())
        .limit(SEEN)
        .subquery()
    )
    query = (
        select(newest.c.message_id)
        .join(messages, messages.c.id == newest.c.message_id)
        .where(newest.c.action.in_(NAMING), messages.c.decision_id == newest.c.id)
        .order_by(newest.c.id.desc())
        .limit(limit)
    )
    if not viewer.cleared:
        query = query.where(VISIBLE_TO_ALL)
    ids = list(tx.connection.execute(query).scalars())
    lines = summaries(tx, message_ids=ids)
    return [lines[key] for key in ids if key in lines]


def add_batch(tx: Tx, *, person_id: int, decision_ids: Sequence[int], now: datetime) -> str:
    """Books decisions that were taken together; returns the word by which they are undone together."""
    word = secrets.token_hex(16)
    tx.connection.execute(insert(batches).values(id=word, person_id=person_id, made_at=now))
    rows = [{"batch_id": word, "decision_id": decision_id} for decision_id in decision_ids]
    if rows:
        tx.connection.execute(insert(batch_decisions), rows)
    return word


def batch_messages(tx: Tx, *, word: str, person_id: int | None) -> list[int]:
    """The messages of a person's batch whose decision still stands. Raises NotFound where it is not theirs."""
    owner = select(batches.c.person_id).where(batches.c.id == word)
    if person_id is None or tx.connection.execute(owner).scalar_one_or_none() != person_id:
        raise NotFound("no such batch")
    query = (
        select(messages.c.id)
        .join(batch_decisions, batch_decisions.c.decision_id == messages.c.decision_id)
        .where(batch_decisions.c.batch_id == word)
        .order_by(messages.c.id)
    )
    return list(tx.connection.execute(query).scalars())


def batch_size(tx: Tx, *, word: str) -> int:
    """How many decisions were taken together."""
    query = select(batch_decisions.c.decision_id).where(batch_decisions.c.batch_id == word)
    return len(tx.connection.execute(query).all())


def batch_undone(tx: Tx, *, word: str, now: datetime) -> None:
    """Books that the batch was taken back."""
    tx.connection.execute(update(batches).where(batches.c.id == word).values(undone_at=now))
