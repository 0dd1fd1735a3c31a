"""What a challenger says beside the model that serves: kept apart, shown to model keepers, never to an officer at work."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, insert, or_, select

from triage.domain.message import Message
from triage.domain.taxonomy import Destination
from triage.store import blobs
from triage.store.decisions import MACHINE_OFFICER
from triage.store.engine import Tx
from triage.store.gate_tables import CHECK_OPEN, gate_checks
from triage.store.readings import decode_message
from triage.store.settings import get_setting, set_setting
from triage.store.tables import VISIBLE_TO_ALL, decisions, messages, predictions
from triage.store.training_tables import challenger_answers

SETTING = "models.challenger"


@dataclass(frozen=True, slots=True)
class Challenger:
    """The model that runs beside, and since when."""

    model: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Said:
    """What a challenger says of a message; `prediction_id` is the suggestion that it is beside."""

    message_id: int
    prediction_id: int
    destination: Destination
    probability: float


@dataclass(frozen=True, slots=True)
class Difference:
    """A message on which the two differ. `decided` is what a person said of it, None where nobody has."""

    message_id: int
    served: Destination
    served_probability: float
    challenger: Destination
    challenger_probability: float
    decided: Destination | None


@dataclass(frozen=True, slots=True)
class Tally:
    """How the two did beside each other. The last two are of those that a person has decided."""

    messages: int
    differing: int
    decided: int
    served_right: int
    challenger_right: int


def current(tx: Tx) -> Challenger | None:
    """The model that runs beside now."""
    held = get_setting(tx, SETTING)
    return None if not held else Challenger(held["model"], datetime.fromisoformat(held["since"]))


def choose(tx: Tx, *, model: str | None, actor: str, now: datetime) -> None:
    """Which model runs beside from now on; None for none. What was said so far stays."""
    value = {} if model is None else {"model": model, "since": now.isoformat()}
    set_setting(tx, SETTING, value=value, actor=actor, now=now)


def waiting(tx: Tx, *, challenger: Challenger, limit: int) -> list[tuple[int, int, Message]]:
    """(message, suggestion, text) of messages with a suggestion since it was chosen, that it has not answered, oldest
    first. Reports of misconduct are left out."""
    said = and_(challenger_answers.c.message_id == messages.c.id, challenger_answers.c.model == challenger.model[:80])
    query = (
        select(messages.c.id, messages.c.prediction_id, messages.c.reading_blob_id)
        .join(predictions, predictions.c.id == messages.c.prediction_id)
        .outerjoin(challenger_answers, said)
        .where(predictions.c.made_at >= challenger.since, challenger_answers.c.id.is_(None), ~messages.c.restricted)
        .where(predictions.c.model != challenger.model[:80])
        .where(messages.c.reading_blob_id.is_not(None), messages.c.erased_at.is_(None))
        .order_by(predictions.c.id)
        .limit(limit)
    )
    rows = tx.connection.execute(query).all()
    readings = blobs.get_many(tx, [row.reading_blob_id for row in rows])
    return [
        (row.id, row.prediction_id, decode_message(readings[row.reading_blob_id]))
        for row in rows
        if row.reading_blob_id in readings
    ]


def add(tx: Tx, said: Sequence[Said], *, model: str, now: datetime) -> None:
    """Keeps what it says; a message that it has answered meanwhile keeps its first answer."""
    there = select(challenger_answers.c.message_id).where(
        challenger_answers.c.model == model[:80], challenger_answers.c.message_id.in_([one.message_id for one in said])
    )
    known = set(tx.connection.execute(there).scalars())
    rows = [
        {
            "message_id": one.message_id,
            "model": model[:80],
            "at": now,
            "route": one.destination.route,
            "country": one.destination.country,
            "probability": one.probability,
            "prediction_id": one.prediction_id,
        }
        for one in said
        if one.message_id not in known
    ]
    if rows:
        tx.connection.execute(insert(challenger_answers), rows)


def differences(tx: Tx, *, model: str, limit: int = 100) -> list[Difference]:
    """Where the two differ, newest first. What is to be judged without a suggestion is not shown before it is."""
    query = _beside(model).where(_differ()).order_by(challenger_answers.c.message_id.desc()).limit(limit)
    return [
        Difference(
            row.message_id,
            Destination(row.served_route, row.served_country),
            row.served_probability,
            Destination(row.route, row.country),
            row.probability,
            None if row.decided_route is None else Destination(row.decided_route, row.decided_country),
        )
        for row in tx.connection.execute(query)
    ]


def tally(tx: Tx, *, model: str) -> Tally:
    """How the two did beside each other so far."""
    rows = _beside(model).add_columns(_differ().label("differ")).subquery()
    decided = rows.c.decided_route.is_not(None)

    def same(route: ColumnElement[Any], country: ColumnElement[Any]) -> ColumnElement[bool]:
        return and_(route == rows.c.decided_route, country.is_not_distinct_from(rows.c.decided_country))

    query = select(
        func.count(),
        func.count().filter(rows.c.differ),
        func.count().filter(decided),
        func.count().filter(decided, same(rows.c.served_route, rows.c.served_country)),
        func.count().filter(decided, same(rows.c.route, rows.c.country)),
    )
    return Tally(*(int(number) for number in tx.connection.execute(query.select_from(rows)).one()))


def _beside(model: str) -> Any:
    hidden = select(gate_checks.c.message_id).where(CHECK_OPEN, ~gate_checks.c.void)
    human = and_(decisions.c.id == messages.c.decision_id, decisions.c.officer != MACHINE_OFFICER)
    return (
        select(
            challenger_answers.c.message_id,
            challenger_answers.c.route,
            challenger_answers.c.country,
            challenger_answers.c.probability,
            predictions.c.route.label("served_route"),
            predictions.c.country.label("served_country"),
            predictions.c.probability.label("served_probability"),
            decisions.c.route.label("decided_route"),
            decisions.c.country.label("decided_country"),
        )
        .join(predictions, predictions.c.id == challenger_answers.c.prediction_id)
        .join(messages, messages.c.id == challenger_answers.c.message_id)
        .outerjoin(decisions, human)
        .where(challenger_answers.c.model == model[:80], VISIBLE_TO_ALL, messages.c.id.not_in(hidden))
    )


def _differ() -> ColumnElement[bool]:
    return or_(
        challenger_answers.c.route != predictions.c.route,
        challenger_answers.c.country.is_distinct_from(predictions.c.country),
    )
