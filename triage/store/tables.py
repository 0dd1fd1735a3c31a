"""The tables of mail, private to `store`; those of the house itself are in `house_tables`, and made with these.

What they hold in clear is ids, states, times, labels, keyed hashes and the organisation's own data; everything that a
correspondent wrote lies in `blobs`, encrypted.

Partial indexes serve one queue each: their conditions are written here once and used by `listing`, because a database
takes such an index only where the query states the very same condition.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    and_,
    false,
    literal_column,
    true,
)

from triage.domain.decision import Action, UnitAnswer, Verdict
from triage.domain.lifecycle import DeliveryEvent, DeliveryState, MessageEvent, MessageState, Purpose
from triage.domain.message import MachineKind
from triage.domain.taxonomy import Kind, Route, SenderType
from triage.store.columns import UtcTime, Word
from triage.store.house_tables import people
from triage.store.keys import KeyClass
from triage.store.outcomes import Outcome
from triage.store.schema import Id, keyed_hash
from triage.store.schema import metadata as metadata  # `migrate` gets it here, with all tables in it

blobs = Table(
    "blobs",
    metadata,
    Column("id", Id, primary_key=True),
    Column("key_class", Word(KeyClass), nullable=False),
    Column("key_version", SmallInteger, nullable=False),
    Column("codec", SmallInteger, nullable=False),
    Column("data", LargeBinary, nullable=False),
    sqlite_autoincrement=True,
)

polls = Table(
    "polls",
    metadata,
    Column("id", Id, primary_key=True),
    Column("source", Text, nullable=False),
    Column("folder", Text, nullable=False),
    Column("uidvalidity", BigInteger, nullable=False),
    Column("started_at", UtcTime, nullable=False),
    Column("finished_at", UtcTime),
    Column("error", String(60)),
    Column("seen", Integer, nullable=False),
    Column("stored", Integer, nullable=False),
    Column("duplicate", Integer, nullable=False),
    Column("failed", Integer, nullable=False),
    sqlite_autoincrement=True,
)
Index(
    "ix_polls_open",
    polls.c.source,
    polls.c.folder,
    sqlite_where=polls.c.finished_at.is_(None),
    postgresql_where=polls.c.finished_at.is_(None),
)

cursors = Table(
    "cursors",
    metadata,
    Column("source", Text, primary_key=True),
    Column("folder", Text, primary_key=True),
    Column("uidvalidity", BigInteger, nullable=False),
    Column("last_uid", BigInteger, nullable=False),
    Column("moved_at", UtcTime, nullable=False),
)

arrivals = Table(
    "arrivals",
    metadata,
    Column("id", Id, primary_key=True),
    Column("poll_id", Id, ForeignKey("polls.id"), nullable=False),
    Column("source", Text, nullable=False),
    Column("folder", Text, nullable=False),
    Column("uidvalidity", BigInteger, nullable=False),
    Column("uid", BigInteger, nullable=False),
    Column("received_at", UtcTime),
    Column("stored_at", UtcTime, nullable=False),
    Column("outcome", Word(Outcome), nullable=False),
    Column("reason", String(60)),
    Column("size", Integer, nullable=False),
    Column("raw_blob_id", Id, ForeignKey("blobs.id")),
    Column("message_id", Id, ForeignKey("messages.id")),
    Column("acknowledged", Boolean, nullable=False),
    UniqueConstraint("source", "folder", "uidvalidity", "uid"),
    sqlite_autoincrement=True,
)
ARRIVAL_PENDING = arrivals.c.outcome == literal_column("'pending'")
ARRIVAL_UNACKNOWLEDGED = arrivals.c.acknowledged == false()
Index("ix_arrivals_pending", arrivals.c.id, sqlite_where=ARRIVAL_PENDING, postgresql_where=ARRIVAL_PENDING)
Index(
    "ix_arrivals_unacknowledged",
    arrivals.c.id,
    sqlite_where=ARRIVAL_UNACKNOWLEDGED,
    postgresql_where=ARRIVAL_UNACKNOWLEDGED,
)
Index("ix_arrivals_message_id", arrivals.c.message_id)

inquiries = Table(
    "inquiries",
    metadata,
    Column("id", Id, primary_key=True),
    Column("opened_at", UtcTime, nullable=False),
    Column("unit", String(40)),  # the destination that has it, as `DMM` or `MISSION:ML`
    Column("officer_id", Id, ForeignKey(people.c.id)),
    Column("restricted", Boolean, nullable=False),
    Column("closed_at", UtcTime),
    Column("close_reason", String(24)),
    sqlite_autoincrement=True,
)

correspondents = Table(
    "correspondents",
    metadata,
    Column("inquiry_id", Id, ForeignKey("inquiries.id"), primary_key=True),
    Column("address_hash", keyed_hash(), primary_key=True),
    sqlite_with_rowid=False,
)
Index("ix_correspondents_address_hash", correspondents.c.address_hash)

messages = Table(
    "messages",
    metadata,
    Column("id", Id, primary_key=True),
    Column("inquiry_id", Id, ForeignKey("inquiries.id"), nullable=False),
    Column("state", Word(MessageState), nullable=False),
    Column("version", Integer, nullable=False),
    Column("stored_at", UtcTime, nullable=False),
    Column("received_at", UtcTime),
    Column("sent_at", UtcTime),
    Column("message_id_hash", keyed_hash(), nullable=False),  # empty where the mail has no Message-ID
    Column("fingerprint", keyed_hash(), nullable=False),
    Column("language", String(12), nullable=False),
    Column("machine", Word(MachineKind)),
    Column("quarantine_reason", String(60)),
    Column("urgent", Boolean, nullable=False),
    Column("restricted", Boolean, nullable=False),
    Column("declined", Boolean, nullable=False),
    Column("size", Integer, nullable=False),
    Column("has_attachments", Boolean, nullable=False),
    Column("probability", Float, nullable=False),  # of the newest suggestion; 0 where there is none
    Column("teaches", Float, nullable=False, default=0.0, server_default="0"),  # how much a label of it would teach
    Column("snoozed_until", UtcTime),
    Column("erased_at", UtcTime),
    Column("raw_blob_id", Id, ForeignKey("blobs.id")),
    Column("heading_blob_id", Id, ForeignKey("blobs.id")),
    Column("reading_blob_id", Id, ForeignKey("blobs.id")),
    Column("html_blob_id", Id, ForeignKey("blobs.id")),
    Column("prediction_id", Id),  # newest of each; the rows point back with foreign keys
    Column("decision_id", Id),
    Column("delivery_id", String(32)),  # the lead
    Column("delivery_state", Word(DeliveryState)),  # the lead's, kept equal by `deliveries`; the books compare
    Column("may_belong_to", Id, ForeignKey("inquiries.id")),
    Column("bounced_delivery_id", String(32)),  # the delivery of ours that this bounce answers
    UniqueConstraint("fingerprint", "message_id_hash"),
    sqlite_autoincrement=True,
)
_state = messages.c.state
IN_STATE = {state: _state == literal_column(f"'{state.value}'") for state in MessageState}
IN_REVIEW = IN_STATE[MessageState.IN_REVIEW]
OPEN = and_(IN_REVIEW, messages.c.restricted == false())
URGENT = and_(OPEN, messages.c.urgent == true())
UNSURE = 0.6
"""A suggestion that is less likely than this is uncertain."""
UNCERTAIN = and_(OPEN, messages.c.probability < literal_column(str(UNSURE)))
RESTRICTED = and_(IN_REVIEW, messages.c.restricted == true())
DECLINED = messages.c.declined == true()  # set when a unit declines, cleared by the next decision: always in review
TROUBLED = messages.c.delivery_state.in_(literal_column(f"'{s}'") for s in ("failed", "unknown", "bounced"))
SNOOZED = messages.c.snoozed_until.is_not(None)
# `id` is what pages go by; the columns after it let a count be answered from the index alone.
_asked = (messages.c.snoozed_until, messages.c.state, messages.c.restricted)
for _name, _columns, _where in (
    ("open", (messages.c.id, *_asked), OPEN),
    ("open_probability", (messages.c.probability, messages.c.id), OPEN),
    ("open_teaches", (messages.c.teaches, messages.c.id), OPEN),
    ("uncertain", (messages.c.id, *_asked, messages.c.probability), UNCERTAIN),
    ("urgent", (messages.c.id, *_asked, messages.c.urgent), URGENT),
    ("restricted", (messages.c.id, *_asked), RESTRICTED),
    ("declined", (messages.c.id,), DECLINED),
    ("troubled", (messages.c.id,), TROUBLED),
    ("snoozed", (messages.c.id,), SNOOZED),
):
    Index(f"ix_messages_{_name}", *_columns, sqlite_where=_where, postgresql_where=_where)
# One index a state instead of one over all: a planner without statistics cannot mistake it for the way into a queue.
for _one, _where in IN_STATE.items():
    if _one is not MessageState.IN_REVIEW:
        Index(
            f"ix_messages_{_one}",
            messages.c.id,
            messages.c.restricted,
            _state,
            sqlite_where=_where,
            postgresql_where=_where,
        )
Index("ix_messages_inquiry_id", messages.c.inquiry_id)
Index("ix_messages_message_id_hash", messages.c.message_id_hash)

message_events = Table(
    "message_events",
    metadata,
    Column("message_id", Id, ForeignKey("messages.id"), primary_key=True),
    Column("version", Integer, primary_key=True),  # the version that the step made: two steps cannot start from one
    Column("event", Word(MessageEvent), nullable=False),
    Column("state", Word(MessageState), nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("actor", String(80), nullable=False),
    sqlite_with_rowid=False,
)

predictions = Table(
    "predictions",
    metadata,
    Column("id", Id, primary_key=True),
    Column("message_id", Id, ForeignKey("messages.id"), nullable=False),
    Column("made_at", UtcTime, nullable=False),
    Column("model", String(80), nullable=False),
    Column("route", Word(Route), nullable=False),
    Column("country", String(2)),
    Column("probability", Float, nullable=False),
    Column("kind", Word(Kind), nullable=False),
    Column("sender_type", Word(SenderType), nullable=False),
    Column("language", String(12), nullable=False),
    Column("urgent", Boolean, nullable=False),
    Column("restricted", Boolean, nullable=False),
    Column("out_of_scope", Float, nullable=False),
    Column("verdict", Word(Verdict), nullable=False),
    Column("reason", String(40), nullable=False),
    Column("evidence_blob_id", Id, ForeignKey("blobs.id")),
    sqlite_autoincrement=True,
)
Index("ix_predictions_message_id", predictions.c.message_id)

decisions = Table(
    "decisions",
    metadata,
    Column("id", Id, primary_key=True),
    Column("message_id", Id, ForeignKey("messages.id"), nullable=False),
    Column("action", Word(Action), nullable=False),
    Column("route", Word(Route)),
    Column("country", String(2)),
    Column("officer", String(120), nullable=False),
    Column("officer_id", Id, ForeignKey(people.c.id)),
    Column("decided_at", UtcTime, nullable=False),
    Column("prediction_id", Id, ForeignKey("predictions.id")),
    Column("undoes_id", Id, ForeignKey("decisions.id")),
    Column("note_blob_id", Id, ForeignKey("blobs.id")),
    sqlite_autoincrement=True,
)
Index("ix_decisions_message_id", decisions.c.message_id)
Index("ix_decisions_officer", decisions.c.officer, decisions.c.id)

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("message_id", Id, ForeignKey("messages.id")),
    Column("decision_id", Id, ForeignKey("decisions.id")),
    Column("purpose", Word(Purpose), nullable=False),
    Column("code", String(40), nullable=False),  # of the unit or office; empty for a private person
    Column("address", Text, nullable=False),  # organisation data; empty for a private person
    Column("address_blob_id", Id, ForeignKey("blobs.id")),  # a private person's
    Column("address_hash", keyed_hash(), nullable=False),
    Column("content_blob_id", Id, ForeignKey("blobs.id")),  # subject and text of a mail that is no forward
    Column("state", Word(DeliveryState), nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("leaves_at", UtcTime, nullable=False),
    Column("due_at", UtcTime, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("worker", String(80)),
    Column("leased_until", UtcTime),
    Column("data_started_at", UtcTime),
    Column("repeatable", Boolean, nullable=False),  # begun through a channel that may be repeated
    Column("sent_at", UtcTime),
    Column("error_code", String(60)),
)
DELIVERY_PENDING = deliveries.c.state == literal_column("'pending'")
DELIVERY_SENDING = deliveries.c.state == literal_column("'sending'")
DELIVERY_TROUBLED = deliveries.c.state.in_(literal_column(f"'{s}'") for s in ("failed", "unknown", "bounced"))
Index(
    "ix_deliveries_pending",
    deliveries.c.due_at,
    deliveries.c.id,
    sqlite_where=DELIVERY_PENDING,
    postgresql_where=DELIVERY_PENDING,
)
Index(
    "ix_deliveries_sending", deliveries.c.leased_until, sqlite_where=DELIVERY_SENDING, postgresql_where=DELIVERY_SENDING
)
Index(
    "ix_deliveries_troubled",
    deliveries.c.created_at,
    sqlite_where=DELIVERY_TROUBLED,
    postgresql_where=DELIVERY_TROUBLED,
)
Index("ix_deliveries_message_id", deliveries.c.message_id)

delivery_events = Table(
    "delivery_events",
    metadata,
    Column("id", Id, primary_key=True),
    Column("delivery_id", String(32), ForeignKey("deliveries.id"), nullable=False),
    Column("event", Word(DeliveryEvent), nullable=False),
    Column("state", Word(DeliveryState), nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("actor", String(80), nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("error_code", String(60)),
    sqlite_autoincrement=True,
)
Index("ix_delivery_events_delivery_id", delivery_events.c.delivery_id)

answers = Table(
    "answers",
    metadata,
    Column("id", Id, primary_key=True),
    Column("message_id", Id, ForeignKey("messages.id"), nullable=False),
    Column("delivery_id", String(32), ForeignKey("deliveries.id")),
    Column("answer", Word(UnitAnswer), nullable=False),
    Column("actor", String(120), nullable=False),
    Column("answered_at", UtcTime, nullable=False),
    Column("note_blob_id", Id, ForeignKey("blobs.id")),
    sqlite_autoincrement=True,
)
Index("ix_answers_message_id", answers.c.message_id)

VISIBLE_TO_ALL = and_(messages.c.restricted == false(), _state != literal_column(f"'{MessageState.RECEIVED.value}'"))
"""What a person who is not cleared may see: mail not yet classified may still turn out to be restricted."""
