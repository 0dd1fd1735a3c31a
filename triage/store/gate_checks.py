"""The mail that is judged blind: drawn before anything is decided, answered by an officer who sees no suggestion."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, insert, select, update

from triage.domain.decision import UnitAnswer
from triage.domain.gate import Checked
from triage.domain.gate_words import Drawn, Place, Scope
from triage.domain.message import Message
from triage.domain.taxonomy import Destination
from triage.store import blobs
from triage.store.decisions import NAMING
from triage.store.engine import Tx
from triage.store.gate_tables import CHECK_OPEN, gate_checks, gate_judgements
from triage.store.readings import decode_message
from triage.store.tables import answers, decisions, messages

CHUNK = 400


@dataclass(frozen=True, slots=True)
class NewCheck:
    """A message that was drawn."""

    message_id: int
    why: Drawn
    share: float
    gate_id: int | None
    language: str


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a model says of a drawn message. `may_go`: whether policy lets it go, its probability aside."""

    message_id: int
    destination: Destination
    probability: float
    may_go: bool


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A drawn message whose officer did not say what the model did, and that nobody has looked at again."""

    message_id: int
    said: Destination
    answered: Destination
    answered_at: datetime


def draw_many(tx: Tx, checks: Sequence[NewCheck], *, now: datetime) -> None:
    """Books drawn messages."""
    rows = [
        {
            "message_id": one.message_id,
            "drawn_at": now,
            "why": one.why,
            "share": one.share,
            "gate_id": one.gate_id,
            "language": one.language[:12],
            "declined": False,
            "void": False,
        }
        for one in checks
    ]
    if rows:
        tx.connection.execute(insert(gate_checks), rows)


def judge_many(tx: Tx, judgements: Sequence[Judgement], *, model: str) -> None:
    """Keeps what a model says of drawn messages; each message once for each model."""
    rows = [
        {
            "message_id": one.message_id,
            "model": model[:80],
            "route": one.destination.route,
            "country": one.destination.country,
            "probability": one.probability,
            "may_go": one.may_go,
        }
        for one in judgements
    ]
    if rows:
        tx.connection.execute(insert(gate_judgements), rows)


def blind_among(tx: Tx, message_ids: Collection[int]) -> set[int]:
    """Which of these are to be decided without a suggestion."""
    if not message_ids:
        return set()
    query = (
        select(gate_checks.c.message_id)
        .outerjoin(decisions, and_(decisions.c.message_id == gate_checks.c.message_id, decisions.c.action.in_(NAMING)))
        .where(
            gate_checks.c.message_id.in_(message_ids), CHECK_OPEN, ~gate_checks.c.void, decisions.c.id.is_(None)
        )
    )  # fmt: skip
    return set(tx.connection.execute(query).scalars())


def void(tx: Tx, message_ids: Collection[int]) -> None:
    """Takes messages out of the evidence: they were decided where the suggestion was not hidden."""
    if message_ids:
        tx.connection.execute(
            update(gate_checks).where(gate_checks.c.message_id.in_(message_ids), CHECK_OPEN).values(void=True)
        )


def settle(tx: Tx) -> int:
    """Takes over what officers have decided since: the first decision of each, and units that said it was not theirs.

    Returns how many were settled.
    """
    first = (
        select(func.min(decisions.c.id))
        .join(gate_checks, gate_checks.c.message_id == decisions.c.message_id)
        .where(CHECK_OPEN, ~gate_checks.c.void, decisions.c.action.in_(NAMING))
        .group_by(decisions.c.message_id)
    )
    found = tx.connection.execute(select(decisions).where(decisions.c.id.in_(first))).all()
    for row in found:
        tx.connection.execute(
            update(gate_checks)
            .where(gate_checks.c.message_id == row.message_id)
            .values(answered_at=row.decided_at, decision_id=row.id, route=row.route, country=row.country)
        )
    refused = select(answers.c.message_id).where(answers.c.answer == UnitAnswer.NOT_OURS)
    declined = tx.connection.execute(
        update(gate_checks)
        .where(~gate_checks.c.declined, ~CHECK_OPEN, gate_checks.c.message_id.in_(refused))
        .values(declined=True)
    )
    return len(found) + declined.rowcount


def sample(
    tx: Tx, *, model: str, since: datetime, place: Place, why: Drawn | None = None, least: float = 0.0
) -> list[Checked]:
    """The evidence for a model at a gate: what was drawn since a time, answered, and might have gone."""
    query = _answered(model, since).where(gate_judgements.c.may_go, gate_judgements.c.probability >= least)
    if why is not None:
        query = query.where(gate_checks.c.why == why)
    if place.scope is Scope.LANGUAGE:
        query = query.where(gate_checks.c.language == place.name)
    elif place.scope is Scope.ROUTE:
        query = query.where(gate_judgements.c.route == place.name)
    elif place.scope is Scope.UNIT:
        unit = Destination.parse(place.name)
        query = query.where(
            gate_judgements.c.route == unit.route, gate_judgements.c.country.is_not_distinct_from(unit.country)
        )
    return [Checked(row.probability, _right(row)) for row in tx.connection.execute(query)]


def unjudged(tx: Tx, *, model: str, since: datetime, limit: int) -> list[tuple[int, Message]]:
    """Drawn and answered messages of the window that a model has not judged, with their texts; erased ones are out."""
    query = (
        select(gate_checks.c.message_id, messages.c.reading_blob_id)
        .join(messages, messages.c.id == gate_checks.c.message_id)
        .outerjoin(
            gate_judgements,
            and_(gate_judgements.c.message_id == gate_checks.c.message_id, gate_judgements.c.model == model[:80]),
        )
        .where(gate_checks.c.drawn_at >= since, ~gate_checks.c.void, gate_judgements.c.message_id.is_(None))
        .where(messages.c.reading_blob_id.is_not(None), messages.c.erased_at.is_(None))
        .order_by(gate_checks.c.message_id)
        .limit(limit)
    )
    rows = tx.connection.execute(query).all()
    readings = blobs.get_many(tx, [row.reading_blob_id for row in rows])
    return [
        (row.message_id, decode_message(readings[row.reading_blob_id]))
        for row in rows
        if row.reading_blob_id in readings
    ]


def waiting(tx: Tx, *, since: datetime) -> tuple[int, int]:
    """(drawn since a time, of these answered)."""
    of_window = (gate_checks.c.drawn_at >= since) & ~gate_checks.c.void
    row = tx.connection.execute(
        select(func.count(), func.count(gate_checks.c.answered_at)).select_from(gate_checks).where(of_window)
    ).one()
    return int(row[0]), int(row[1])


def drawn_since(tx: Tx, *, since: datetime) -> set[int]:
    """The messages of the window: no model may be trained on their texts."""
    return set(tx.connection.execute(select(gate_checks.c.message_id).where(gate_checks.c.drawn_at >= since)).scalars())


def disagreements(tx: Tx, *, model: str, since: datetime, limit: int = 100) -> list[Disagreement]:
    """Where an officer and the hidden suggestion differ and nobody looked again, oldest first."""
    query = _answered(model, since).where(gate_judgements.c.may_go, gate_checks.c.second_at.is_(None))
    query = query.where(~_agree(), ~messages.c.restricted).order_by(gate_checks.c.message_id).limit(limit)
    query = query.join(messages, messages.c.id == gate_checks.c.message_id)
    return [
        Disagreement(
            row.message_id,
            Destination(row.said_route, row.said_country),
            Destination(row.route, row.country),
            row.answered_at,
        )
        for row in tx.connection.execute(query)
    ]


def look_again(tx: Tx, *, message_id: int, destination: Destination, actor: str, now: datetime) -> bool:
    """Another officer's answer, which holds from now on; False where nothing waits for one."""
    changed = tx.connection.execute(
        update(gate_checks)
        .where(gate_checks.c.message_id == message_id, ~CHECK_OPEN, gate_checks.c.second_at.is_(None))
        .values(second_at=now, second_by=actor, second_route=destination.route, second_country=destination.country)
    )
    return changed.rowcount == 1


def decided_by(tx: Tx, *, message_id: int) -> tuple[str, int | None] | None:
    """(name, id) of the officer who answered a drawn message."""
    query = (
        select(decisions.c.officer, decisions.c.officer_id)
        .join(gate_checks, gate_checks.c.decision_id == decisions.c.id)
        .where(gate_checks.c.message_id == message_id)
    )
    row = tx.connection.execute(query).one_or_none()
    return None if row is None else (row.officer, row.officer_id)


def _answered(model: str, since: datetime) -> Any:
    return (
        select(
            gate_checks,
            gate_judgements.c.probability,
            gate_judgements.c.route.label("said_route"),
            gate_judgements.c.country.label("said_country"),
        )
        .select_from(gate_checks)
        .join(
            gate_judgements,
            and_(gate_judgements.c.message_id == gate_checks.c.message_id, gate_judgements.c.model == model[:80]),
        )
        .where(gate_checks.c.drawn_at >= since, ~CHECK_OPEN, ~gate_checks.c.void)
    )


def _agree() -> Any:
    return and_(
        gate_checks.c.route == gate_judgements.c.route,
        gate_checks.c.country.is_not_distinct_from(gate_judgements.c.country),
    )


def _right(row: Any) -> bool:
    """Whether the officer's word, the second officer's where there is one, is the model's; never where the unit declined."""
    said = (row.said_route, row.said_country)
    answer = (row.route, row.country) if row.second_at is None else (row.second_route, row.second_country)
    return bool(said == answer) and not row.declined
