"""Numbers of single messages and the alarms drawn from them. No text, no word of any."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select, update

from triage.domain.drift import Compared, Figure, Numbers, Snapshot
from triage.store.engine import Tx
from triage.store.gate_tables import drift_alarms, drift_figures
from triage.store.settings import get_setting, set_setting

BASELINE = "drift.baseline"


@dataclass(frozen=True, slots=True)
class DriftAlarm:
    """A figure that went out of bounds, with messages that stand for the change."""

    id: int
    at: datetime
    model: str
    figure: Figure
    value: float
    limit: float
    examples: tuple[int, ...]
    settled_at: datetime | None


def add_many(tx: Tx, numbers: Sequence[tuple[int, Numbers]], *, model: str, now: datetime) -> None:
    """Keeps the numbers of messages; those of an earlier reading of the same message go."""
    if not numbers:
        return
    ids = [message_id for message_id, _ in numbers]
    tx.connection.execute(delete(drift_figures).where(drift_figures.c.message_id.in_(ids)))
    rows = [
        {
            "message_id": message_id,
            "at": now,
            "model": model[:80],
            "language": one.language[:12],
            "route": one.route,
            "probability": one.probability,
            "out_of_scope": one.out_of_scope,
            "unknown_share": one.unknown_share,
            "buckets": one.buckets,
        }
        for message_id, one in numbers
    ]
    tx.connection.execute(insert(drift_figures), rows)


def newest(tx: Tx, *, model: str, limit: int) -> list[tuple[int, Numbers]]:
    """The numbers of the last messages that a model classified, newest first."""
    query = (
        select(drift_figures)
        .where(drift_figures.c.model == model[:80])
        .order_by(drift_figures.c.message_id.desc())
        .limit(limit)
    )
    return [
        (r.message_id, Numbers(r.language, r.route.value, r.probability, r.out_of_scope, r.unknown_share, r.buckets))
        for r in tx.connection.execute(query)
    ]


def raise_alarm(tx: Tx, compared: Compared, *, model: str, examples: Sequence[int], now: datetime) -> int:
    """Books an alarm and returns its id."""
    row = {
        "at": now,
        "model": model[:80],
        "figure": compared.figure.value,
        "value": compared.value,
        "limit": compared.limit,
        "examples": list(examples),
    }
    return int(tx.connection.execute(insert(drift_alarms).values(row).returning(drift_alarms.c.id)).scalar_one())


def open_alarms(tx: Tx, *, model: str | None = None) -> list[DriftAlarm]:
    """Alarms that nobody has settled, of one model or of all."""
    query = select(drift_alarms).where(drift_alarms.c.settled_at.is_(None)).order_by(drift_alarms.c.id)
    if model is not None:
        query = query.where(drift_alarms.c.model == model[:80])
    return [
        DriftAlarm(r.id, r.at, r.model, Figure(r.figure), r.value, r.limit, tuple(r.examples), r.settled_at)
        for r in tx.connection.execute(query)
    ]


def standing_alarms(tx: Tx) -> list[DriftAlarm]:
    """The open alarms of the model that judged the newest message: those of one that serves no longer are history."""
    newest_model = select(drift_figures.c.model).order_by(drift_figures.c.message_id.desc()).limit(1)
    model = tx.connection.execute(newest_model).scalar_one_or_none()
    return [] if model is None else open_alarms(tx, model=model)


def forget(tx: Tx, message_ids: Sequence[int]) -> None:
    """Takes the numbers of messages whose text went, and their names as examples of alarms."""
    tx.connection.execute(delete(drift_figures).where(drift_figures.c.message_id.in_(message_ids)))
    gone = set(message_ids)
    for alarm in tx.connection.execute(select(drift_alarms.c.id, drift_alarms.c.examples)).all():
        if gone.intersection(alarm.examples):
            left = [one for one in alarm.examples if one not in gone]
            tx.connection.execute(update(drift_alarms).where(drift_alarms.c.id == alarm.id).values(examples=left))


def settle_alarms(tx: Tx, *, model: str, baseline: Snapshot, actor: str, now: datetime) -> int:
    """A person says that this is what mail is like now: the alarms are settled, and later mail is compared with that."""
    settled = tx.connection.execute(
        update(drift_alarms)
        .where(drift_alarms.c.settled_at.is_(None), drift_alarms.c.model == model[:80])
        .values(settled_at=now, settled_by=actor)
    )
    set_setting(tx, BASELINE, value={"model": model, "snapshot": baseline.as_json()}, actor=actor, now=now)
    return settled.rowcount


def baseline(tx: Tx) -> tuple[str, Snapshot] | None:
    """(the model that saw it so, what a person called usual), None where nobody did."""
    stated = get_setting(tx, BASELINE)
    return None if stated is None else (stated["model"], Snapshot.from_json(stated["snapshot"]))


def carry_baseline(tx: Tx, *, model: str, baseline: Snapshot, actor: str, now: datetime) -> None:
    """What was called usual, as another model sees it."""
    set_setting(tx, BASELINE, value={"model": model, "snapshot": baseline.as_json()}, actor=actor, now=now)
