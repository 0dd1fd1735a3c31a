"""The tables of labels, private to `store`: those that came from outside, what people said of doubts, the second look of
other officers, what old labels mean today, and what models doubt. Words and ids; texts lie in `blobs`."""

from sqlalchemy import JSON, Column, Date, Float, ForeignKey, Index, String, Table, UniqueConstraint

from triage.domain.labels import Doubt, LabelSource, TaxonomyChange
from triage.domain.taxonomy import Route
from triage.store.columns import UtcTime, Word
from triage.store.house_tables import people
from triage.store.schema import Id, keyed_hash, metadata

imported_labels = Table(
    "imported_labels",
    metadata,
    Column("id", Id, primary_key=True),
    Column("source", Word(LabelSource), nullable=False),
    Column("origin", String(120), nullable=False),  # the file or folder, without its path
    Column("fingerprint", keyed_hash(), nullable=False),  # of the labelled text: nothing is imported twice
    Column("message_id", Id, ForeignKey("messages.id")),  # where the text is a message of ours
    Column("line_blob_id", Id, ForeignKey("blobs.id")),  # else: the training line, masked
    Column("label", String(40), nullable=False),  # as it was said, perhaps by a name that is no longer in use
    Column("language", String(12), nullable=False),
    Column("who", String(120), nullable=False),
    Column("labelled_at", UtcTime),
    Column("way", String(24), nullable=False),  # how it was found
    Column("imported_at", UtcTime, nullable=False),
    Column("imported_by", String(80), nullable=False),
    UniqueConstraint("fingerprint", "label"),
    sqlite_autoincrement=True,
)
Index("ix_imported_labels_message_id", imported_labels.c.message_id)

label_reviews = Table(
    "label_reviews",
    metadata,
    Column("id", Id, primary_key=True),
    Column("doubt", Word(Doubt), nullable=False),
    Column("line_id", String(80), nullable=False),  # of the training line: `officer-12`, `ten-a-001`
    Column("message_id", Id, ForeignKey("messages.id")),
    Column("before", String(40), nullable=False),  # the label that was doubted
    Column("route", Word(Route), nullable=False),  # what holds
    Column("country", String(2)),
    Column("actor", String(80), nullable=False),
    Column("at", UtcTime, nullable=False),
    sqlite_autoincrement=True,
)
Index("ix_label_reviews_line_id", label_reviews.c.line_id, label_reviews.c.id)
Index("ix_label_reviews_message_id", label_reviews.c.message_id)

double_labels = Table(
    "double_labels",
    metadata,
    Column("message_id", Id, ForeignKey("messages.id"), primary_key=True, autoincrement=False),
    Column("drawn_at", UtcTime, nullable=False),
    Column("first_route", Word(Route), nullable=False),  # of the first officer, as it stood when it was drawn
    Column("first_country", String(2)),
    Column("first_officer", String(120), nullable=False),
    Column("first_officer_id", Id, ForeignKey(people.c.id)),
    Column("route", Word(Route)),
    Column("country", String(2)),
    Column("officer", String(120)),
    Column("officer_id", Id, ForeignKey(people.c.id)),
    Column("at", UtcTime),
)
DOUBLE_OPEN = double_labels.c.at.is_(None)
Index("ix_double_labels_open", double_labels.c.message_id, sqlite_where=DOUBLE_OPEN, postgresql_where=DOUBLE_OPEN)

label_mappings = Table(
    "label_mappings",
    metadata,
    Column("id", Id, primary_key=True),
    Column("kind", Word(TaxonomyChange), nullable=False),
    Column("old_label", String(40), nullable=False),
    Column("new_labels", JSON, nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("reason", String(200), nullable=False),
    Column("actor", String(80), nullable=False),
    Column("made_at", UtcTime, nullable=False),
    Column("revoked_at", UtcTime),
    Column("revoked_by", String(80)),
    sqlite_autoincrement=True,
)

label_suspects = Table(
    "label_suspects",
    metadata,
    Column("model", String(80), primary_key=True),
    Column("line_id", String(80), primary_key=True),
    Column("other_id", String(80), primary_key=True),  # of the twin; empty for a label that models contradict
    Column("place", Id, nullable=False),  # in the list, the most doubtful first
    Column("language", String(12), nullable=False),
    Column("labelled", String(40), nullable=False),
    Column("likely", String(40), nullable=False),
    Column("labelled_probability", Float, nullable=False),
    Column("likely_probability", Float, nullable=False),
)
