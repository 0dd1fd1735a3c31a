"""Training runs and snapshots as rows: who asked for a run, how far it is, what became of it.

There is at most one run at a time, however many workers there are; a run whose worker or process was lost is booked as
failed, never left running.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, insert, or_, select, update

from triage.domain.errors import Stale
from triage.domain.training import Failure, Outcome, Phase, RunReason, RunState, TrainingRun
from triage.store import blobs
from triage.store.decisions import MACHINE_OFFICER, NAMING
from triage.store.engine import Tx
from triage.store.keys import KeyClass
from triage.store.tables import decisions, messages, predictions
from triage.store.training_tables import RUN_OPEN, training_runs, training_snapshots

LEASE = timedelta(minutes=2)
"""A run of which its worker has not been heard for so long is lost."""
MOST_COUNTED = 5000


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A frozen training set: its hash is that of the model's card, `file` its name within TRIAGE_HOME/training.

    `key` opens its lines; None where the snapshot was dropped.
    """

    id: int
    hash: str
    file: str
    made_at: datetime
    messages: int
    labels: int
    key: bytes | None


def ask(tx: Tx, *, actor: str, reason: RunReason, now: datetime) -> int:
    """Books that a model is to be trained; returns the run's id, that of the one that waits where one does already."""
    tx.lock("training runs")
    waiting = select(func.min(training_runs.c.id)).where(training_runs.c.state == RunState.WAITING)
    held = tx.connection.execute(waiting).scalar_one_or_none()
    return int(held) if held is not None else _add(tx, actor=actor, reason=reason, now=now)


def start(tx: Tx, *, actor: str, reason: RunReason, worker: str, now: datetime) -> int:
    """Books a run that the caller makes itself, at once. Raises Stale where another one runs."""
    tx.lock("training runs")
    _lose(tx, now)
    if _running(tx):
        raise Stale("a model is being trained already; wait for it to end")
    run_id = _add(tx, actor=actor, reason=reason, now=now)
    _take(tx, run_id, worker=worker, now=now)
    return run_id


def claim(tx: Tx, *, worker: str, now: datetime) -> int | None:
    """The oldest waiting run, now this worker's; None where none waits or another one runs. Books lost ones first."""
    tx.lock("training runs")
    _lose(tx, now)
    waiting = select(func.min(training_runs.c.id)).where(training_runs.c.state == RunState.WAITING)
    run_id = tx.connection.execute(waiting).scalar_one_or_none()
    if run_id is None or _running(tx):
        return None
    _take(tx, int(run_id), worker=worker, now=now)
    return int(run_id)


def progress(tx: Tx, *, run_id: int, worker: str, phase: Phase, share: float, now: datetime) -> None:
    """Books how far a run is. Raises Stale where it is no longer this worker's."""
    values = {"phase": phase, "progress": min(1.0, max(0.0, share)), "beat_at": now}
    _change(tx, run_id, worker, values)


def collected(
    tx: Tx, *, run_id: int, worker: str, snapshot_id: int, left_out: Mapping[str, int], now: datetime
) -> None:
    """Books which snapshot a run learns from. Raises Stale where it is no longer this worker's."""
    _change(tx, run_id, worker, {"snapshot_id": snapshot_id, "left_out": dict(left_out), "beat_at": now})


def finish(
    tx: Tx,
    *,
    run_id: int,
    worker: str,
    model: str,
    outcome: Outcome,
    reasons: Sequence[str],
    comparison: Mapping[str, Any] | None,
    now: datetime,
) -> None:
    """Books what became of a run that brought about a candidate. Raises Stale where it is no longer this worker's."""
    values = {
        "state": RunState.REFUSED if outcome is Outcome.REFUSED else RunState.DONE,
        "phase": Phase.DONE,
        "progress": 1.0,
        "finished_at": now,
        "model": model[:80],
        "outcome": outcome,
        "reasons": list(reasons),
        "comparison": None if comparison is None else dict(comparison),
    }
    _change(tx, run_id, worker, values)


def fail(tx: Tx, *, run_id: int, worker: str, failure: Failure, now: datetime) -> None:
    """Books that nothing came of a run. Raises Stale where it is no longer this worker's."""
    values = {"state": RunState.FAILED, "finished_at": now, "reasons": [failure.value]}
    _change(tx, run_id, worker, values)


def give_back(tx: Tx, *, run_id: int, worker: str) -> None:
    """The worker ends in good order: the run waits again. Raises Stale where it is no longer this worker's."""
    values = {"state": RunState.WAITING, "phase": Phase.WAITING, "progress": 0.0, "worker": None, "beat_at": None}
    _change(tx, run_id, worker, values)


def settle(tx: Tx, *, model: str, outcome: Outcome) -> None:
    """Books what became of a candidate later: a person promoted it, even one that was refused."""
    over = ~training_runs.c.state.in_([RunState.WAITING, RunState.RUNNING])
    tx.connection.execute(update(training_runs).where(training_runs.c.model == model, over).values(outcome=outcome))


def run(tx: Tx, run_id: int) -> TrainingRun | None:
    """One run."""
    row = tx.connection.execute(_runs().where(training_runs.c.id == run_id)).one_or_none()
    return None if row is None else _as_run(row)


def runs(tx: Tx, *, limit: int = 50) -> list[TrainingRun]:
    """The newest runs, newest first."""
    query = _runs().order_by(training_runs.c.id.desc()).limit(limit)
    return [_as_run(row) for row in tx.connection.execute(query)]


def run_of(tx: Tx, *, model: str) -> TrainingRun | None:
    """The run that brought a model about."""
    query = _runs().where(training_runs.c.model == model).order_by(training_runs.c.id.desc()).limit(1)
    row = tx.connection.execute(query).one_or_none()
    return None if row is None else _as_run(row)


def open_run(tx: Tx) -> TrainingRun | None:
    """The run that waits or runs, the running one first."""
    query = _runs().where(RUN_OPEN).order_by(training_runs.c.started_at.is_(None), training_runs.c.id).limit(1)
    row = tx.connection.execute(query).one_or_none()
    return None if row is None else _as_run(row)


def asked_last(tx: Tx) -> datetime | None:
    """When a run was last asked for that was not lost."""
    query = select(func.max(training_runs.c.asked_at)).where(training_runs.c.state != RunState.FAILED)
    return tx.connection.execute(query).scalar_one_or_none()


def failed_last(tx: Tx) -> datetime | None:
    """When a run last failed."""
    query = select(func.max(training_runs.c.finished_at)).where(training_runs.c.state == RunState.FAILED)
    return tx.connection.execute(query).scalar_one_or_none()


def labels_since(tx: Tx, since: datetime | None) -> tuple[int, int, datetime | None]:
    """Of the standing decisions of people since a time: how many, how many of them differ from the suggestion that stood
    there (corrections), and when the first was made. Looks at the newest decisions alone: more need not be counted."""
    newest = select(decisions).order_by(decisions.c.id.desc()).limit(MOST_COUNTED).subquery()
    differs = or_(
        newest.c.prediction_id.is_(None),
        predictions.c.route != newest.c.route,
        predictions.c.country.is_distinct_from(newest.c.country),
    )
    query = (
        select(func.count(), func.count().filter(differs), func.min(newest.c.decided_at))
        .select_from(newest)
        .join(messages, messages.c.decision_id == newest.c.id)
        .outerjoin(predictions, predictions.c.id == newest.c.prediction_id)
        .where(newest.c.action.in_(NAMING), newest.c.officer != MACHINE_OFFICER, messages.c.erased_at.is_(None))
    )
    if since is not None:
        query = query.where(newest.c.decided_at > since)
    row = tx.connection.execute(query).one()
    return int(row[0]), int(row[1]), row[2]


def add_snapshot(tx: Tx, *, hash_: str, file: str, messages_number: int, labels: int, key: bytes, now: datetime) -> int:
    """Books a snapshot with the key of its lines."""
    row = {
        "hash": hash_,
        "file": file[:120],
        "made_at": now,
        "messages": messages_number,
        "labels": labels,
        "key_blob_id": blobs.put(tx, key, KeyClass.ORDINARY),
    }
    statement = insert(training_snapshots).values(row).returning(training_snapshots.c.id)
    return int(tx.connection.execute(statement).scalar_one())


def snapshot(tx: Tx, *, hash_: str) -> Snapshot | None:
    """The newest snapshot with this hash."""
    query = (
        select(training_snapshots)
        .where(training_snapshots.c.hash == hash_)
        .order_by(training_snapshots.c.id.desc())
        .limit(1)
    )
    row = tx.connection.execute(query).one_or_none()
    return None if row is None else _as_snapshot(tx, row)


def snapshots(tx: Tx) -> list[Snapshot]:
    """Every snapshot that has not been dropped, oldest first; without their keys."""
    query = (
        select(training_snapshots)
        .where(training_snapshots.c.key_blob_id.is_not(None))
        .order_by(training_snapshots.c.id)
    )
    return [
        Snapshot(row.id, row.hash, row.file, row.made_at, row.messages, row.labels, None)
        for row in tx.connection.execute(query)
    ]


def forget_snapshots(tx: Tx, files: Sequence[str]) -> None:
    """The files are gone: so are their keys, and whatever copy there is of a file cannot be read any more."""
    where = training_snapshots.c.file.in_(files) & training_snapshots.c.key_blob_id.is_not(None)
    ids = list(tx.connection.execute(select(training_snapshots.c.key_blob_id).where(where)).scalars())
    tx.connection.execute(update(training_snapshots).where(where).values(key_blob_id=None))
    blobs.erase(tx, ids)


def _add(tx: Tx, *, actor: str, reason: RunReason, now: datetime) -> int:
    row = {
        "asked_at": now,
        "asked_by": actor[:80],
        "reason": reason,
        "state": RunState.WAITING,
        "phase": Phase.WAITING,
        "progress": 0.0,
        "reasons": [],
    }
    return int(tx.connection.execute(insert(training_runs).values(row).returning(training_runs.c.id)).scalar_one())


def _take(tx: Tx, run_id: int, *, worker: str, now: datetime) -> None:
    values = {
        "state": RunState.RUNNING,
        "phase": Phase.COLLECTING,
        "worker": worker,
        "started_at": now,
        "beat_at": now,
    }
    tx.connection.execute(update(training_runs).where(training_runs.c.id == run_id).values(values))


def _running(tx: Tx) -> bool:
    query = select(func.count()).select_from(training_runs).where(training_runs.c.state == RunState.RUNNING)
    return bool(tx.connection.execute(query).scalar_one())


def _lose(tx: Tx, now: datetime) -> None:
    """Runs of which nobody hears any more have failed."""
    silent = (training_runs.c.state == RunState.RUNNING) & (training_runs.c.beat_at < now - LEASE)
    values = {"state": RunState.FAILED, "finished_at": now, "reasons": [Failure.LOST.value]}
    tx.connection.execute(update(training_runs).where(silent).values(values))


def _change(tx: Tx, run_id: int, worker: str, values: Mapping[str, Any]) -> None:
    mine = (
        (training_runs.c.id == run_id)
        & (training_runs.c.worker == worker)
        & (training_runs.c.state == RunState.RUNNING)
    )
    if tx.connection.execute(update(training_runs).where(mine).values(**values)).rowcount != 1:
        raise Stale("this training run is no longer this worker's")


def _runs() -> Any:
    return select(
        training_runs,
        training_snapshots.c.hash,
        training_snapshots.c.messages,
        training_snapshots.c.labels,
    ).outerjoin(training_snapshots, training_snapshots.c.id == training_runs.c.snapshot_id)


def _as_run(row: Any) -> TrainingRun:
    return TrainingRun(
        id=row.id,
        asked_at=row.asked_at,
        asked_by=row.asked_by,
        reason=row.reason,
        state=row.state,
        phase=row.phase,
        progress=row.progress,
        started_at=row.started_at,
        finished_at=row.finished_at,
        snapshot=row.hash,
        messages=row.messages or 0,
        labels=row.labels or 0,
        left_out=row.left_out,
        model=row.model,
        outcome=row.outcome,
        reasons=tuple(row.reasons),
        comparison=row.comparison,
    )


def _as_snapshot(tx: Tx, row: Any) -> Snapshot:
    key = None if row.key_blob_id is None else blobs.get_many(tx, [row.key_blob_id]).get(row.key_blob_id)
    return Snapshot(row.id, row.hash, row.file, row.made_at, row.messages, row.labels, key)
