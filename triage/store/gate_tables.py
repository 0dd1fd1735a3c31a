"""The tables of the gate, private to `store`: its dated states, the mail drawn to be judged blind, what models say of it,
and the numbers that drift is seen in. Ids, words and numbers only."""

from sqlalchemy import JSON, Boolean, Column, Float, ForeignKey, Index, LargeBinary, String, Table

from triage.domain.gate import GateState
from triage.domain.gate_words import Cause, Drawn, Scope
from triage.domain.taxonomy import Route
from triage.store.columns import UtcTime, Word
from triage.store.schema import Id, metadata

gate_states = Table(
    "gate_states",
    metadata,
    Column("id", Id, primary_key=True),
    Column("scope", Word(Scope), nullable=False),
    Column("name", String(40), nullable=False),  # of the route, language or unit; empty for the pooled gate
    Column("state", Word(GateState), nullable=False),
    Column("cause", Word(Cause), nullable=False),
    Column("certificate", JSON),  # threshold, checked, wrong, upper, coverage, limit, confidence
    Column("model", String(80), nullable=False),
    Column("actor", String(80), nullable=False),
    Column("at", UtcTime, nullable=False),
    sqlite_autoincrement=True,
)
Index("ix_gate_states_scope_name", gate_states.c.scope, gate_states.c.name, gate_states.c.id)

gate_checks = Table(
    "gate_checks",
    metadata,
    Column("message_id", Id, ForeignKey("messages.id"), primary_key=True, autoincrement=False),
    Column("drawn_at", UtcTime, nullable=False),
    Column("why", Word(Drawn), nullable=False),
    Column("share", Float, nullable=False),  # the chance with which it was drawn
    Column("gate_id", Id, ForeignKey("gate_states.id")),  # the state under which it would have gone; empty for an audit
    Column("language", String(12), nullable=False),
    Column("answered_at", UtcTime),  # of the first decision, which alone was blind
    Column("decision_id", Id, ForeignKey("decisions.id")),
    Column("route", Word(Route)),  # the officer's answer
    Column("country", String(2)),
    Column("second_at", UtcTime),  # another officer's look where officer and suggestion differ
    Column("second_by", String(80)),
    Column("second_route", Word(Route)),
    Column("second_country", String(2)),
    Column("declined", Boolean, nullable=False),  # the unit said later that it was not theirs
    Column("void", Boolean, nullable=False),  # decided where the suggestion was not hidden: no evidence
)
CHECK_OPEN = gate_checks.c.answered_at.is_(None)
Index("ix_gate_checks_open", gate_checks.c.message_id, sqlite_where=CHECK_OPEN, postgresql_where=CHECK_OPEN)
Index("ix_gate_checks_drawn_at", gate_checks.c.drawn_at)

gate_judgements = Table(
    "gate_judgements",
    metadata,
    Column("message_id", Id, ForeignKey("gate_checks.message_id"), primary_key=True, autoincrement=False),
    Column("model", String(80), primary_key=True),
    Column("route", Word(Route), nullable=False),
    Column("country", String(2)),
    Column("probability", Float, nullable=False),
    Column("may_go", Boolean, nullable=False),  # whether policy, the probability aside, lets it go automatically
)

gate_forwards = Table(
    "gate_forwards",
    metadata,
    Column("message_id", Id, ForeignKey("messages.id"), primary_key=True, autoincrement=False),
    Column("gate_id", Id, ForeignKey("gate_states.id"), nullable=False),
    Column("decision_id", Id, ForeignKey("decisions.id"), nullable=False),
    Column("at", UtcTime, nullable=False),
)
Index("ix_gate_forwards_gate_id", gate_forwards.c.gate_id)

drift_figures = Table(
    "drift_figures",
    metadata,
    Column("message_id", Id, ForeignKey("messages.id"), primary_key=True, autoincrement=False),
    Column("at", UtcTime, nullable=False),
    Column("model", String(80), nullable=False),
    Column("language", String(12), nullable=False),
    Column("route", Word(Route), nullable=False),
    Column("probability", Float, nullable=False),
    Column("out_of_scope", Float, nullable=False),
    Column("unknown_share", Float, nullable=False),  # words that the model has never seen
    Column("buckets", LargeBinary, nullable=False),  # how many words fell into each of a few hash buckets
)
Index("ix_drift_figures_model", drift_figures.c.model, drift_figures.c.message_id)

drift_alarms = Table(
    "drift_alarms",
    metadata,
    Column("id", Id, primary_key=True),
    Column("at", UtcTime, nullable=False),
    Column("model", String(80), nullable=False),
    Column("figure", String(24), nullable=False),
    Column("value", Float, nullable=False),
    Column("limit", Float, nullable=False),
    Column("examples", JSON, nullable=False),  # ids of messages that stand for the change
    Column("settled_at", UtcTime),
    Column("settled_by", String(80)),
    sqlite_autoincrement=True,
)
