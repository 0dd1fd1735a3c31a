"""The tables of the house itself, private to `store`: organisation, people, audit, settings, workers."""

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
)

from triage.domain.organisation import OfficeStatus
from triage.store.columns import UtcTime, Word
from triage.store.schema import Id, keyed_hash, metadata

units = Table(
    "units",
    metadata,
    Column("id", Id, primary_key=True),
    Column("code", String(40), nullable=False),
    Column("names", JSON, nullable=False),
    Column("remits", JSON, nullable=False),
    Column("address", Text, nullable=False),
    Column("language", String(12), nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date),
    UniqueConstraint("code", "valid_from"),
)

offices = Table(
    "offices",
    metadata,
    Column("id", Id, primary_key=True),
    Column("code", String(40), nullable=False),
    Column("names", JSON, nullable=False),
    Column("aliases", JSON, nullable=False),
    Column("status", Word(OfficeStatus), nullable=False),
    Column("covered_by", String(40)),
    Column("address", Text, nullable=False),
    Column("language", String(12), nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date),
    UniqueConstraint("code", "valid_from"),
)

people = Table(
    "people",
    metadata,
    Column("id", Id, primary_key=True),
    Column("email", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("password_hash", Text),
    Column("roles", JSON, nullable=False),
    Column("cleared", Boolean, nullable=False),
    Column("language", String(12), nullable=False),
    Column("unit", String(40)),
    Column("leads_unit", Boolean, nullable=False, server_default=false()),
    Column("created_at", UtcTime, nullable=False),
    Column("disabled_at", UtcTime),
    Column("second_factor_blob_id", Id, ForeignKey("blobs.id")),
    CheckConstraint("email = lower(email)", name="email_lower"),
    sqlite_autoincrement=True,
)

sessions = Table(
    "sessions",
    metadata,
    Column("token_hash", LargeBinary(32), primary_key=True),
    Column("person_id", Id, ForeignKey("people.id"), nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("seen_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
)
Index("ix_sessions_expires_at", sessions.c.expires_at)
Index("ix_sessions_person_id", sessions.c.person_id)

sign_in_attempts = Table(
    "sign_in_attempts",
    metadata,
    Column("id", Id, primary_key=True),
    Column("key_hash", keyed_hash(), nullable=False),  # of the account or of the remote address, keyed
    Column("at", UtcTime, nullable=False),
)
Index("ix_sign_in_attempts_key_hash", sign_in_attempts.c.key_hash, sign_in_attempts.c.at)

audit = Table(
    "audit",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("at", UtcTime, nullable=False),
    Column("actor", String(80), nullable=False),
    Column("action", String(40), nullable=False),
    Column("objects", Text, nullable=False),
    Column("previous", LargeBinary(32), nullable=False),
    Column("link", LargeBinary(32), nullable=False),
)
audit_objects = Table(  # follows from `audit`: the way to the entries about one message or person
    "audit_objects",
    metadata,
    Column("object", String(80), primary_key=True),
    Column("entry_id", Id, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)
audit_head = Table(
    "audit_head",
    metadata,
    Column("id", SmallInteger, primary_key=True, autoincrement=False),
    Column("entries", Id, nullable=False),
    Column("link", LargeBinary(32), nullable=False),
    Column("seal", LargeBinary(32), nullable=False),  # keyed over both: a chain cut at its end shows
)

settings = Table(
    "settings",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", String(80), nullable=False),
    Column("value", JSON, nullable=False),
    Column("set_at", UtcTime, nullable=False),
    Column("actor", String(80), nullable=False),
)
Index("ix_settings_name", settings.c.name, settings.c.id)

workers = Table(
    "workers",
    metadata,
    Column("name", String(80), primary_key=True),
    Column("started_at", UtcTime, nullable=False),
    Column("beat_at", UtcTime, nullable=False),
    Column("stopped_at", UtcTime),
    Column("pid", Integer, nullable=False),
)

credentials = Table(
    "credentials",
    metadata,
    Column("name", String(40), primary_key=True),  # of the [oauth.NAME] table
    Column("version", Integer, nullable=False),
    Column("blob_id", Id, ForeignKey("blobs.id"), nullable=False),
    Column("seed_hash", keyed_hash(), nullable=False),  # of the token in the file that this chain began with
    Column("changed_at", UtcTime, nullable=False),
    Column("holder", String(80)),  # who exchanges the token right now
    Column("leased_until", UtcTime),
)
