"""The tables behind the dashboards, private to `store`: what each day's messages came to, summed up.

`daily_figures` is derived: it can be emptied at any time and is filled again from the messages, see `summary`.
"""

from sqlalchemy import BigInteger, Boolean, Column, Date, Index, Integer, String, Table

from triage.store.columns import UtcTime, Word
from triage.store.house_tables import audit
from triage.store.schema import metadata
from triage.store.tables import messages
from triage.store.topics import Topic

daily_figures = Table(
    "daily_figures",
    metadata,
    Column("topic", Word(Topic), primary_key=True),
    Column("day", Date, primary_key=True),  # UTC, on which the messages came in
    Column("word", String(160), primary_key=True),
    Column("hidden", Boolean, primary_key=True),  # of messages that only the cleared may know of
    Column("number", Integer, nullable=False),
    sqlite_with_rowid=False,
)
Index("ix_daily_figures_day", daily_figures.c.day)

figure_marks = Table(
    "figure_marks",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("value", BigInteger, nullable=False),
    Column("moved_at", UtcTime, nullable=False),
)

Index("ix_messages_stored_at", messages.c.stored_at)
Index("ix_audit_actor", audit.c.actor, audit.c.id)
Index("ix_audit_action", audit.c.action, audit.c.id)
Index("ix_audit_at", audit.c.at)
