"""The tables of retraining, private to `store`: runs, snapshots of training sets, and what a challenger says beside the
model that serves. Ids, words and numbers; the texts of a snapshot lie encrypted in a file, their key is a blob."""

from sqlalchemy import JSON, Column, Float, ForeignKey, Index, Integer, String, Table, UniqueConstraint

from triage.domain.taxonomy import Route
from triage.domain.training import Outcome, Phase, RunReason, RunState
from triage.store.columns import UtcTime, Word
from triage.store.schema import Id, metadata

training_snapshots = Table(
    "training_snapshots",
    metadata,
    Column("id", Id, primary_key=True),
    Column("hash", String(64), nullable=False),  # SHA-256 over the examples, as in the model's card
    Column("file", String(120), nullable=False),  # its name within TRIAGE_HOME/training
    Column("made_at", UtcTime, nullable=False),
    Column("messages", Integer, nullable=False),
    Column("labels", Integer, nullable=False),  # how many of them came from the store
    Column("key_blob_id", Id, ForeignKey("blobs.id")),  # the key of the file's lines; erased with the file
    sqlite_autoincrement=True,
)
Index("ix_training_snapshots_hash", training_snapshots.c.hash)

training_runs = Table(
    "training_runs",
    metadata,
    Column("id", Id, primary_key=True),
    Column("asked_at", UtcTime, nullable=False),
    Column("asked_by", String(80), nullable=False),
    Column("reason", Word(RunReason), nullable=False),
    Column("state", Word(RunState), nullable=False),
    Column("phase", Word(Phase), nullable=False),
    Column("progress", Float, nullable=False),
    Column("worker", String(80)),
    Column("started_at", UtcTime),
    Column("beat_at", UtcTime),  # of the worker that runs it
    Column("finished_at", UtcTime),
    Column("snapshot_id", Id, ForeignKey("training_snapshots.id")),
    Column("left_out", JSON),  # by a word, how many labels were not learnt from
    Column("model", String(80)),
    Column("outcome", Word(Outcome)),
    Column("reasons", JSON, nullable=False),
    Column("comparison", JSON),
    sqlite_autoincrement=True,
)
RUN_OPEN = training_runs.c.state.in_([RunState.WAITING, RunState.RUNNING])
Index("ix_training_runs_state", training_runs.c.state, training_runs.c.id)
Index("ix_training_runs_model", training_runs.c.model)

challenger_answers = Table(
    "challenger_answers",
    metadata,
    Column("id", Id, primary_key=True),
    Column("message_id", Id, ForeignKey("messages.id"), nullable=False),
    Column("model", String(80), nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("route", Word(Route), nullable=False),
    Column("country", String(2)),
    Column("probability", Float, nullable=False),
    Column("prediction_id", Id, ForeignKey("predictions.id"), nullable=False),  # the suggestion that it is beside
    UniqueConstraint("model", "message_id"),
    sqlite_autoincrement=True,
)
Index("ix_challenger_answers_message_id", challenger_answers.c.message_id)
