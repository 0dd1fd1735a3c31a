"""The table of mails to ask a source for once more, private to `store`. Ids, numbers and times only."""

from sqlalchemy import Column, ForeignKey, Index, SmallInteger, Table

from triage.store.columns import UtcTime
from triage.store.schema import Id, metadata
from triage.store.tables import arrivals

refetches = Table(
    "refetches",
    metadata,
    Column("arrival_id", Id, ForeignKey(arrivals.c.id), primary_key=True, autoincrement=False),
    Column("attempts", SmallInteger, nullable=False),
    Column("due_at", UtcTime, nullable=False),
)
Index("ix_refetches_due_at", refetches.c.due_at)
