"""The tables of the officers' workspace, private to `store`: the search index, who has what open, drafts, batches.

`search_texts` holds words of mail in clear, see `search`; everything else that somebody wrote lies in `blobs`.
"""

from sqlalchemy import Column, ForeignKey, Index, String, Table, Text, literal_column
from sqlalchemy.dialects.postgresql import TSVECTOR

from triage.store.columns import UtcTime
from triage.store.house_tables import people
from triage.store.schema import Id, keyed_hash, metadata
from triage.store.tables import blobs, decisions, inquiries, messages

search_texts = Table(
    "search_texts",
    metadata,
    Column("message_id", Id, ForeignKey(messages.c.id), primary_key=True, autoincrement=False),
    Column("words", Text().with_variant(TSVECTOR(), "postgresql"), nullable=False),  # folded, sorted, each once
)
# SQLite has FTS5 for this; there the condition keeps the index empty, so that both databases have the same indexes.
_NO_WORDS = search_texts.c.words == literal_column("''")
Index("ix_search_texts_words", search_texts.c.words, postgresql_using="gin", sqlite_where=_NO_WORDS)
SQLITE_INDEX = "search_index"
"""SQLite only: an FTS5 index over `search_texts`, made by the migration. Its shadow tables begin with the same word."""

senders = Table(
    "senders",
    metadata,
    Column("message_id", Id, ForeignKey(messages.c.id), primary_key=True, autoincrement=False),
    Column("address_hash", keyed_hash(), nullable=False),
    Column("domain_hash", keyed_hash()),  # none for providers of mail to everybody
)
Index("ix_senders_address_hash", senders.c.address_hash, senders.c.message_id)
Index("ix_senders_domain_hash", senders.c.domain_hash, senders.c.message_id)

saved_searches = Table(
    "saved_searches",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("person_id", Id, ForeignKey(people.c.id), nullable=False),
    Column("blob_id", Id, ForeignKey(blobs.c.id), nullable=False),  # names of people are searched for: content
    Column("made_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
)
Index("ix_saved_searches_expires_at", saved_searches.c.expires_at)
Index("ix_saved_searches_person_id", saved_searches.c.person_id)

openings = Table(
    "openings",
    metadata,
    Column("message_id", Id, ForeignKey(messages.c.id), primary_key=True, autoincrement=False),
    Column("person_id", Id, ForeignKey(people.c.id), primary_key=True, autoincrement=False),
    Column("since_at", UtcTime, nullable=False),
    Column("until_at", UtcTime, nullable=False),  # lapses by itself
)
Index("ix_openings_until_at", openings.c.until_at)

preferences = Table(
    "preferences",
    metadata,
    Column("person_id", Id, ForeignKey(people.c.id), primary_key=True, autoincrement=False),
    Column("name", String(40), primary_key=True),
    Column("value", String(200), nullable=False),
)

batches = Table(
    "batches",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("person_id", Id, ForeignKey(people.c.id), nullable=False),
    Column("made_at", UtcTime, nullable=False),
    Column("undone_at", UtcTime),
)

batch_decisions = Table(
    "batch_decisions",
    metadata,
    Column("batch_id", String(32), ForeignKey(batches.c.id), primary_key=True),
    Column("decision_id", Id, ForeignKey(decisions.c.id), primary_key=True, autoincrement=False),
)

drafts = Table(
    "drafts",
    metadata,
    Column("message_id", Id, ForeignKey(messages.c.id), primary_key=True, autoincrement=False),
    Column("person_id", Id, ForeignKey(people.c.id), primary_key=True, autoincrement=False),
    Column("blob_id", Id, ForeignKey(blobs.c.id), nullable=False),
    Column("saved_at", UtcTime, nullable=False),
)

ASSIGNED = inquiries.c.officer_id.is_not(None)
Index("ix_inquiries_officer_id", inquiries.c.officer_id, sqlite_where=ASSIGNED, postgresql_where=ASSIGNED)
