"""The tables of signed-in unit members, private to `store`: notes between officers and units, absences, proposed addresses.

What somebody wrote in a note lies in `blobs`; the rest is ids, days and the organisation's own data.
"""

from sqlalchemy import Boolean, Column, Date, ForeignKey, Index, String, Table, Text

from triage.store.columns import UtcTime
from triage.store.house_tables import people
from triage.store.schema import Id, metadata
from triage.store.tables import blobs, deliveries, messages

unit_notes = Table(
    "unit_notes",
    metadata,
    Column("id", Id, primary_key=True),
    Column("message_id", Id, ForeignKey(messages.c.id), nullable=False),
    Column("code", String(40), nullable=False),  # of the unit or office that it is written to, or comes from
    Column("from_unit", Boolean, nullable=False),
    Column("author", String(120), nullable=False),
    Column("person_id", Id, ForeignKey(people.c.id)),
    Column("written_at", UtcTime, nullable=False),
    Column("seen_at", UtcTime),  # by the other side
    Column("blob_id", Id, ForeignKey(blobs.c.id), nullable=False),
    sqlite_autoincrement=True,
)
Index("ix_unit_notes_message_id", unit_notes.c.message_id)
UNSEEN = unit_notes.c.seen_at.is_(None)
Index("ix_unit_notes_unseen", unit_notes.c.code, sqlite_where=UNSEEN, postgresql_where=UNSEEN)

absences = Table(
    "absences",
    metadata,
    Column("id", Id, primary_key=True),
    Column("code", String(40), nullable=False),  # of the unit or office
    Column("person_id", Id, ForeignKey(people.c.id)),  # one member of it; empty: the whole unit
    Column("first_day", Date, nullable=False),
    Column("last_day", Date, nullable=False),
    Column("deputy_code", String(40)),  # either a unit or office,
    Column("deputy_id", Id, ForeignKey(people.c.id)),  # or a person
    Column("made_at", UtcTime, nullable=False),
    Column("made_by", Id, ForeignKey(people.c.id), nullable=False),
    Column("ended_at", UtcTime),  # taken back before its last day
    sqlite_autoincrement=True,
)
Index("ix_absences_last_day", absences.c.last_day)

address_proposals = Table(
    "address_proposals",
    metadata,
    Column("id", Id, primary_key=True),
    Column("code", String(40), nullable=False),
    Column("address", Text, nullable=False),
    Column("made_at", UtcTime, nullable=False),
    Column("made_by", Id, ForeignKey(people.c.id), nullable=False),
    Column("settled_at", UtcTime),
    Column("settled_by", Id, ForeignKey(people.c.id)),
    Column("accepted", Boolean),
    sqlite_autoincrement=True,
)
Index("ix_address_proposals_code", address_proposals.c.code)

Index("ix_deliveries_code", deliveries.c.code, deliveries.c.created_at)
