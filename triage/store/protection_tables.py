"""The tables of data protection, private to `store`: holds, proofs of erasure, keys of pseudonyms, shortened mails.

They hold ids, times, words, figures and keyed hashes; the reason of a hold is in a blob.
"""

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, String, Table

from triage.domain.protection import Cause, ContentClass
from triage.store.columns import UtcTime, Word
from triage.store.schema import Id, keyed_hash, metadata
from triage.store.tables import arrivals, messages

holds = Table(
    "holds",
    metadata,
    Column("id", Id, primary_key=True),
    Column("message_id", Id, ForeignKey("messages.id")),
    Column("inquiry_id", Id, ForeignKey("inquiries.id")),  # either this or the message
    Column("reason_blob_id", Id, ForeignKey("blobs.id"), nullable=False),
    Column("actor", String(80), nullable=False),
    Column("placed_at", UtcTime, nullable=False),
    Column("lifted_at", UtcTime),
    Column("lifted_by", String(80)),
    sqlite_autoincrement=True,
)
Index("ix_holds_message_id", holds.c.message_id)
Index("ix_holds_inquiry_id", holds.c.inquiry_id)

proofs = Table(
    "proofs",
    metadata,
    Column("id", Id, primary_key=True),
    Column("at", UtcTime, nullable=False),
    Column("cause", Word(Cause), nullable=False),
    Column("content", Word(ContentClass), nullable=False),
    Column("number", Integer, nullable=False),
    Column("actor", String(80), nullable=False),
    sqlite_autoincrement=True,
)
Index("ix_proofs_at", proofs.c.at)

pseudonym_keys = Table(
    "pseudonym_keys",
    metadata,
    Column("name_hash", keyed_hash(), primary_key=True),
    Column("key", LargeBinary(32), nullable=False),  # without it nobody can tell the pseudonym of the name
    sqlite_with_rowid=False,
)

shortened = Table(
    "shortened",
    metadata,
    Column("message_id", Id, ForeignKey("messages.id"), primary_key=True, autoincrement=False),
    Column("at", UtcTime, nullable=False),
    Column("cause", Word(Cause), nullable=False),
)
"""Messages whose raw mail was put in the place of the original one, without attachments or without a person's name."""

RAW_THERE = messages.c.raw_blob_id.is_not(None)
TEXT_THERE = messages.c.reading_blob_id.is_not(None)
for _name, _where in (("raw_there", RAW_THERE), ("text_there", TEXT_THERE)):
    Index(f"ix_messages_{_name}", messages.c.stored_at, messages.c.id, sqlite_where=_where, postgresql_where=_where)
# Polls that saw nothing go by age; the database asks for their arrivals each time.
Index("ix_arrivals_poll_id", arrivals.c.poll_id)
