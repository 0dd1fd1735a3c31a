"""What erasure means for models: which of them learnt from texts that are gone, and their traces beside other messages.

A model names the messages that it learnt from by the ids of its training lines; those of officers' corrections are
`officer-N`, those that a unit named `unit-N`, N being the message. The models themselves are files and none of the store's business.
"""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import select

from triage.store import blobs
from triage.store.engine import Tx
from triage.store.evidence import without_similar
from triage.store.settings import get_setting, set_setting
from triage.store.tables import messages, predictions

PREFIX = "officer-"
PREFIXES = (PREFIX, "unit-")
SETTING = "models.learnt_from_erased"


def line_id(message_id: int) -> str:
    """The id of the training line that a message's correction became."""
    return f"{PREFIX}{message_id}"


def line_ids(message_id: int) -> list[str]:
    """Every id that a training line of a message may have."""
    return [f"{prefix}{message_id}" for prefix in PREFIXES]


def erased_among(tx: Tx, line_ids: Collection[str]) -> set[str]:
    """Which of these training lines stem from messages whose text is gone."""
    lines: dict[int, set[str]] = {}
    for one in line_ids:
        prefix, _, number = one.rpartition("-")
        if f"{prefix}-" in PREFIXES and number.isdecimal():
            lines.setdefault(int(number), set()).add(one)
    found: set[str] = set()
    wanted = sorted(lines)
    for start in range(0, len(wanted), 500):
        query = select(messages.c.id).where(
            messages.c.id.in_(wanted[start : start + 500]), messages.c.erased_at.is_not(None)
        )
        for message_id in tx.connection.execute(query).scalars():
            found |= lines[message_id]
    return found


def due_for_retraining(tx: Tx) -> dict[str, int]:
    """Models that learnt from erased texts, with how many such texts."""
    return dict(get_setting(tx, SETTING, {}))


def mark_for_retraining(tx: Tx, *, models: Mapping[str, int], actor: str, now: datetime) -> None:
    """Names models that learnt from erased texts; nothing is written where nothing has changed."""
    if dict(models) != due_for_retraining(tx):
        set_setting(tx, SETTING, value=dict(models), actor=actor, now=now)


def forget_similar(tx: Tx, *, models: Collection[str], line_ids: Collection[str], after: int, limit: int) -> int | None:
    """Takes erased messages out of the lists of similar ones that these models gave other messages.

    Walks by rising id of suggestion; returns where to go on, None at the end.
    """
    query = (
        select(predictions.c.id, predictions.c.evidence_blob_id)
        .where(predictions.c.id > after, predictions.c.model.in_(models), predictions.c.evidence_blob_id.is_not(None))
        .order_by(predictions.c.id)
        .limit(limit)
    )
    rows = tx.connection.execute(query).all()
    contents = blobs.get_many(tx, [row.evidence_blob_id for row in rows])
    for blob_id, data in contents.items():
        changed = without_similar(data, line_ids)
        if changed is not None:
            blobs.rewrite(tx, blob_id, data=changed)
    return rows[-1].id if len(rows) == limit else None
