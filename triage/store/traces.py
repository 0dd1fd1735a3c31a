"""Finds stored messages again from what is left of them elsewhere: a Message-ID, a fingerprint, a text."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from triage.domain.decision import Verdict
from triage.domain.message import Message
from triage.domain.taxonomy import Destination
from triage.store import blobs
from triage.store.engine import Tx
from triage.store.inquiries import duplicates, message_id_hash
from triage.store.readings import decode_message
from triage.store.tables import messages, predictions

CHUNK = 500


@dataclass(frozen=True, slots=True)
class Stored:
    """A person's message as it was read."""

    id: int
    message: Message


@dataclass(frozen=True, slots=True)
class Suggested:
    """What was suggested for a message, whether or not officers may see it yet (some are to be judged blind)."""

    destination: Destination
    probability: float
    eligible: bool
    language: str


def suggestions(tx: Tx, message_ids: Sequence[int]) -> dict[int, Suggested]:
    """The newest suggestion of each message that has one. One query."""
    query = (
        select(
            messages.c.id, messages.c.language, predictions.c.route, predictions.c.country, predictions.c.probability,
            predictions.c.verdict,
        )
        .join(predictions, predictions.c.id == messages.c.prediction_id)
        .where(messages.c.id.in_(message_ids))
    )  # fmt: skip
    return {
        row.id: Suggested(
            Destination(row.route, row.country), row.probability, row.verdict is Verdict.FORWARD, row.language
        )
        for row in tx.connection.execute(query)
    }


def by_message_id(tx: Tx, message_ids: Iterable[str]) -> dict[str, int]:
    """The oldest message of each Message-ID (bare, without angle brackets) that we have."""
    hashes = {message_id_hash(tx, one): one for one in message_ids if one}
    wanted, found = list(hashes), dict[str, int]()
    for start in range(0, len(wanted), CHUNK):
        query = select(messages.c.message_id_hash, messages.c.id).where(
            messages.c.message_id_hash.in_(wanted[start : start + CHUNK])
        )
        for hashed, id_ in tx.connection.execute(query.order_by(messages.c.id)):
            found.setdefault(hashes[hashed], id_)
    return found


def by_fingerprint(tx: Tx, fingerprints: Iterable[bytes]) -> dict[bytes, int]:
    """The oldest message of each fingerprint that we have."""
    return {one: min(id_ for _, id_ in rows) for one, rows in duplicates(tx, fingerprints).items()}


def page(tx: Tx, *, since: datetime, after_id: int, limit: int) -> list[Stored]:
    """Messages of people stored since then, by id; erased and unreadable ones are left out."""
    query = (
        select(messages.c.id, messages.c.reading_blob_id)
        .where(
            messages.c.id > after_id, messages.c.stored_at >= since, messages.c.machine.is_(None),
            messages.c.reading_blob_id.is_not(None), messages.c.erased_at.is_(None),
        )
        .order_by(messages.c.id)
        .limit(limit)
    )  # fmt: skip
    rows = tx.connection.execute(query).all()
    contents = blobs.get_many(tx, [row.reading_blob_id for row in rows])
    return [
        Stored(row.id, decode_message(contents[row.reading_blob_id])) for row in rows if row.reading_blob_id in contents
    ]
