"""Everything that holds content, in one list: which column refers to a blob, of what class it is, whose message it is.

Retention and erasure know no table but through this list, and a test fails where a column refers to `blobs` and is not
in it. What holds words of mail outside `blobs` (an index for searching) stands in `INDEXES`.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, ColumnElement, Table, delete, select, update

from triage.domain.lifecycle import DeliveryState
from triage.domain.protection import ContentClass
from triage.store import blobs, drift, search_index
from triage.store.desk_tables import drafts, saved_searches, search_texts, senders
from triage.store.engine import Tx
from triage.store.gate_tables import drift_figures
from triage.store.house_tables import credentials, people
from triage.store.label_tables import imported_labels
from triage.store.member_tables import unit_notes
from triage.store.protection_tables import holds
from triage.store.tables import answers, arrivals, decisions, deliveries, messages, predictions
from triage.store.training_tables import training_snapshots

CHUNK = 400


@dataclass(frozen=True, slots=True)
class Holder:
    """A column that refers to content. `message_id` is None where the content belongs to no message.

    `ready`: what must be true of a row before retention may take from it; `rows_go`: without its content the row is
    nothing and goes too.
    """

    column: Column[Any]
    content: ContentClass
    message_id: Column[Any] | None
    ready: ColumnElement[bool] | None = None
    rows_go: bool = False

    @property
    def table(self) -> Table:
        return self.column.table


_LEFT = deliveries.c.state.not_in((DeliveryState.PENDING, DeliveryState.SENDING))
HOLDERS = (
    Holder(messages.c.raw_blob_id, ContentClass.RAW, messages.c.id),
    Holder(arrivals.c.raw_blob_id, ContentClass.RAW, arrivals.c.message_id),
    Holder(messages.c.heading_blob_id, ContentClass.TEXT, messages.c.id),
    Holder(messages.c.reading_blob_id, ContentClass.TEXT, messages.c.id),
    Holder(messages.c.html_blob_id, ContentClass.TEXT, messages.c.id),
    Holder(predictions.c.evidence_blob_id, ContentClass.TEXT, predictions.c.message_id),
    Holder(decisions.c.note_blob_id, ContentClass.NOTES, decisions.c.message_id),
    Holder(answers.c.note_blob_id, ContentClass.NOTES, answers.c.message_id),
    Holder(deliveries.c.address_blob_id, ContentClass.NOTES, deliveries.c.message_id, ready=_LEFT),
    Holder(deliveries.c.content_blob_id, ContentClass.NOTES, deliveries.c.message_id, ready=_LEFT),
    Holder(drafts.c.blob_id, ContentClass.NOTES, drafts.c.message_id, rows_go=True),
    Holder(unit_notes.c.blob_id, ContentClass.NOTES, unit_notes.c.message_id, rows_go=True),
    Holder(holds.c.reason_blob_id, ContentClass.NOTES, None),
    Holder(imported_labels.c.line_blob_id, ContentClass.TEXT, imported_labels.c.message_id),
    Holder(saved_searches.c.blob_id, ContentClass.LOGS, None, rows_go=True),
    Holder(people.c.second_factor_blob_id, ContentClass.ACCOUNT, None),
    Holder(credentials.c.blob_id, ContentClass.SECRET, None),
    Holder(training_snapshots.c.key_blob_id, ContentClass.SECRET, None),
)


INDEXES: dict[str, Callable[[Tx, Sequence[int]], None]] = {
    search_texts.name: search_index.remove,
    senders.name: search_index.forget_senders,
    drift_figures.name: drift.forget,
}
"""Tables that hold words, names or counts of words out of mail beside `blobs`, each with how it forgets messages."""


def holders(*content: ContentClass) -> tuple[Holder, ...]:
    """The holders of some classes that belong to messages."""
    return tuple(one for one in HOLDERS if one.content in content and one.message_id is not None)


def blob_ids(tx: Tx, holder: Holder, message_ids: Sequence[int]) -> list[int]:
    """The contents that a holder has of these messages."""
    if holder.message_id is None:
        return []
    query = select(holder.column).where(holder.message_id.in_(message_ids), holder.column.is_not(None))
    return list(tx.connection.execute(query).scalars())


def take(
    tx: Tx, *, message_ids: Sequence[int], content: Collection[ContentClass], all_rows: bool
) -> dict[ContentClass, int]:
    """Takes content of these classes from messages for good and says how many contents of each went.

    `all_rows` False leaves rows that are not ready (mail about to leave). With TEXT every index forgets the messages.
    """
    taken = dict.fromkeys(content, 0)
    for start in range(0, len(message_ids), CHUNK):
        part = message_ids[start : start + CHUNK]
        seen: set[int] = set()
        for holder in holders(*content):
            ids = _take_from(tx, holder, part, all_rows=all_rows)
            taken[holder.content] += len(ids - seen)
            seen |= ids
        blobs.erase(tx, seen)
        if ContentClass.TEXT in content:
            forget_in_indexes(tx, part)
    return taken


def _take_from(tx: Tx, holder: Holder, message_ids: Sequence[int], *, all_rows: bool) -> set[int]:
    if holder.message_id is None:
        return set()
    where: list[ColumnElement[bool]] = [holder.message_id.in_(message_ids), holder.column.is_not(None)]
    if holder.ready is not None and not all_rows:
        where.append(holder.ready)
    ids = set(tx.connection.execute(select(holder.column).where(*where)).scalars())
    if ids and holder.rows_go:
        tx.connection.execute(delete(holder.table).where(*where))
    elif ids and holder.column.nullable:
        tx.connection.execute(update(holder.table).where(*where).values({holder.column.name: None}))
    return ids


def forget_in_indexes(tx: Tx, message_ids: Sequence[int]) -> None:
    """Takes messages out of every index."""
    for forget in INDEXES.values():
        forget(tx, message_ids)
