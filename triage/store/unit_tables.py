"""The tables of the units' side, private to `store`: how answers came, replies that were read, who is waited for, calendars.

Clear columns hold ids, words, times and organisation data; what a unit wrote is in the blob of its answer or its mail.
"""

from sqlalchemy import JSON, Boolean, Column, Date, Float, ForeignKey, Index, SmallInteger, String, Table

from triage.domain.reply import AnswerWay, ReplyReading
from triage.domain.taxonomy import Route
from triage.store.columns import UtcTime, Word
from triage.store.schema import Id, metadata

answer_sources = Table(
    "answer_sources",
    metadata,
    Column("answer_id", Id, ForeignKey("answers.id"), primary_key=True, autoincrement=False),
    Column("way", Word(AnswerWay), nullable=False),
    Column("code", String(40), nullable=False),  # of the unit or office that said so
    Column("proposed_route", Word(Route)),  # whom it names instead
    Column("proposed_country", String(2)),
)

replies = Table(
    "replies",
    metadata,
    Column("message_id", Id, ForeignKey("messages.id"), primary_key=True, autoincrement=False),
    Column("delivery_id", String(32), ForeignKey("deliveries.id"), nullable=False),  # the mail of ours that it answers
    Column("exact", Boolean, nullable=False),  # from the very address that we wrote to; else from its domain
    Column("reading", Word(ReplyReading)),  # empty until it is read
    Column("confidence", Float),
    Column("proposed_route", Word(Route)),
    Column("proposed_country", String(2)),
    Column("answer_id", Id, ForeignKey("answers.id")),  # booked from it
    Column("settled_at", UtcTime),  # booked, or an officer said that it is none
)
Index("ix_replies_delivery_id", replies.c.delivery_id)

awaited = Table(
    "awaited",
    metadata,
    Column("delivery_id", String(32), ForeignKey("deliveries.id"), primary_key=True),
    Column("message_id", Id, ForeignKey("messages.id"), nullable=False),
    Column("code", String(40), nullable=False),
    Column("sent_at", UtcTime, nullable=False),
    Column("due_at", UtcTime),  # of the next reminder or the escalation; empty until it is reckoned
    Column("reminders", SmallInteger, nullable=False),
    Column("reminder_id", String(32), ForeignKey("deliveries.id")),  # the newest reminder's mail
    Column("escalated_at", UtcTime),
    Column("needs_more_at", UtcTime),  # the unit waits for us
)
Index("ix_awaited_due_at", awaited.c.due_at)
Index("ix_awaited_code_sent_at", awaited.c.code, awaited.c.sent_at)
Index("ix_awaited_message_id", awaited.c.message_id)

calendars = Table(
    "calendars",
    metadata,
    Column("code", String(40), primary_key=True),  # of a unit or office
    Column("country", String(2)),  # whose weekend it keeps
    Column("weekend", JSON),  # days from 0 (Monday) to 6, in the place of the country's
)

holidays = Table(
    "holidays",
    metadata,
    Column("code", String(40), primary_key=True),  # of a unit or office
    Column("day", Date, primary_key=True),
    Column("name", String(120), nullable=False),
)
