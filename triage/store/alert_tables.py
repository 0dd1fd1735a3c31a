"""The tables of alerts, brakes, acknowledgements and filed copies, private to `store`. Ids, words and keyed hashes only."""

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table

from triage.domain.alert import AlertKind
from triage.domain.lifecycle import Purpose
from triage.store.columns import UtcTime, Word
from triage.store.house_tables import people
from triage.store.schema import Id, keyed_hash
from triage.store.schema import metadata as metadata  # `migrate` gets it here, with all tables in it
from triage.store.tables import deliveries, messages

alerts = Table(
    "alerts",
    metadata,
    Column("id", Id, primary_key=True),
    Column("kind", Word(AlertKind), nullable=False),
    Column("object", String(80), nullable=False),  # `message:12`, a source's name, `channel` ...
    Column("message_id", Id, ForeignKey(messages.c.id)),
    Column("code", String(60)),
    Column("count", Integer, nullable=False),
    Column("raised_at", UtcTime, nullable=False),
    Column("rounds", Integer, nullable=False),  # how often people were told
    Column("notified_at", UtcTime),
    Column("next_at", UtcTime),  # when to tell people (again)
    Column("called", Integer, nullable=False),  # the round of which the webhook was told
    Column("acknowledged_at", UtcTime),
    Column("acknowledged_by", String(80)),
    Column("resolved_at", UtcTime),
    sqlite_autoincrement=True,
)
ALERT_OPEN = alerts.c.resolved_at.is_(None)
Index(
    "uq_alerts_open",
    alerts.c.kind,
    alerts.c.object,
    unique=True,
    sqlite_where=ALERT_OPEN,
    postgresql_where=ALERT_OPEN,
)
Index("ix_alerts_message_id", alerts.c.message_id)

alert_notices = Table(
    "alert_notices",
    metadata,
    Column("id", Id, primary_key=True),
    Column("alert_id", Id, ForeignKey(alerts.c.id), nullable=False),
    Column("round", Integer, nullable=False),
    Column("person_id", Id, ForeignKey(people.c.id), nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("delivery_id", String(32), ForeignKey(deliveries.c.id)),  # none where the brake held it back
    sqlite_autoincrement=True,
)
Index("ix_alert_notices_alert_id", alert_notices.c.alert_id)

outside = Table(
    "outside",
    metadata,
    Column("name", String(120), primary_key=True),  # `source NAME`, `channel`, `webhook`, `watch`
    Column("failures", Integer, nullable=False),  # in a row, 0 since the last success
    Column("code", String(60)),
    Column("looked_at", UtcTime, nullable=False),
    Column("good_at", UtcTime),
)

automatic_mails = Table(
    "automatic_mails",
    metadata,
    Column("id", Id, primary_key=True),
    Column("at", UtcTime, nullable=False),
    Column("purpose", Word(Purpose), nullable=False),
    Column("address_hash", keyed_hash(), nullable=False),
    Column("message_id", Id, ForeignKey(messages.c.id)),
    Column("delivery_id", String(32), ForeignKey(deliveries.c.id)),
    Column("refused", String(24)),  # why the brake held it back
    sqlite_autoincrement=True,
)
Index("ix_automatic_mails_address_hash", automatic_mails.c.address_hash, automatic_mails.c.at)
Index("ix_automatic_mails_at", automatic_mails.c.at)

acknowledgements = Table(
    "acknowledgements",
    metadata,
    Column("message_id", Id, ForeignKey(messages.c.id), primary_key=True, autoincrement=False),
    Column("owed_at", UtcTime, nullable=False),
    Column("decided_at", UtcTime),
    Column("outcome", String(24)),  # `sent`, or why not
    Column("sender_hash", keyed_hash()),
    Column("delivery_id", String(32), ForeignKey(deliveries.c.id)),
)
ACKNOWLEDGEMENT_OWED = acknowledgements.c.decided_at.is_(None)
Index(
    "ix_acknowledgements_owed",
    acknowledgements.c.message_id,
    sqlite_where=ACKNOWLEDGEMENT_OWED,
    postgresql_where=ACKNOWLEDGEMENT_OWED,
)
Index("ix_acknowledgements_sender_hash", acknowledgements.c.sender_hash, acknowledgements.c.decided_at)

sent_copies = Table(
    "sent_copies",
    metadata,
    Column("delivery_id", String(32), ForeignKey(deliveries.c.id), primary_key=True),
    Column("owed_at", UtcTime, nullable=False),
    Column("due_at", UtcTime),  # none once it is filed or given up
    Column("attempts", Integer, nullable=False),
    Column("filed_at", UtcTime),
    Column("code", String(60)),
)
COPY_DUE = sent_copies.c.due_at.is_not(None)
Index("ix_sent_copies_due", sent_copies.c.due_at, sqlite_where=COPY_DUE, postgresql_where=COPY_DUE)
