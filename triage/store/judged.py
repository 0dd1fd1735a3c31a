"""Suggestions that people have judged: how probable they were and whether they were right, for pictures of a model."""

from dataclasses import dataclass

from sqlalchemy import and_, select

from triage.domain.people import Person
from triage.domain.taxonomy import Route
from triage.store.decisions import MACHINE_OFFICER, NAMING
from triage.store.engine import Tx
from triage.store.gate_tables import CHECK_OPEN, gate_checks, gate_judgements
from triage.store.tables import VISIBLE_TO_ALL, decisions, messages, predictions


@dataclass(frozen=True, slots=True)
class JudgedSuggestion:
    """One suggestion: its probability, whether the person who decided said the same, what was suggested, the language."""

    probability: float
    right: bool
    route: Route
    language: str


def judged(tx: Tx, *, viewer: Person, model: str, limit: int = 5000) -> list[JudgedSuggestion]:
    """The newest standing decisions of people on suggestions of a model, newest first. Most of those who decided had seen
    the suggestion, which makes agreement a little more frequent than it would be."""
    query = (
        select(
            predictions.c.probability, predictions.c.route, predictions.c.country, predictions.c.language,
            decisions.c.route.label("said"), decisions.c.country.label("said_country"),
        )
        .select_from(decisions)
        .join(messages, messages.c.decision_id == decisions.c.id)
        .join(predictions, predictions.c.id == decisions.c.prediction_id)
        .where(
            decisions.c.action.in_(NAMING), decisions.c.officer != MACHINE_OFFICER, predictions.c.model == model,
            decisions.c.route.is_not(None),
        )
        .order_by(decisions.c.id.desc())
        .limit(limit)
    )  # fmt: skip
    if not viewer.cleared:
        query = query.where(VISIBLE_TO_ALL)
    return [
        JudgedSuggestion(
            row.probability, (row.route, row.country) == (row.said, row.said_country), row.route, row.language
        )
        for row in tx.connection.execute(query)
    ]


def blind(tx: Tx, *, model: str, limit: int = 5000) -> list[JudgedSuggestion]:
    """The same for messages that were judged without sight of the suggestion, by the model that is asked about."""
    query = (
        select(
            gate_judgements.c.probability, gate_judgements.c.route, gate_judgements.c.country, gate_checks.c.language,
            gate_checks.c.route.label("said"), gate_checks.c.country.label("said_country"),
        )
        .join(gate_judgements, and_(gate_judgements.c.message_id == gate_checks.c.message_id))
        .where(gate_judgements.c.model == model, ~CHECK_OPEN, ~gate_checks.c.void)
        .order_by(gate_checks.c.message_id.desc())
        .limit(limit)
    )  # fmt: skip
    return [
        JudgedSuggestion(
            row.probability, (row.route, row.country) == (row.said, row.said_country), row.route, row.language
        )
        for row in tx.connection.execute(query)
    ]
