"""A unit's own figures: what reached it as the lead, how soon it spoke, what it said. Numbers and labels, no content;
restricted messages are not counted."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import select

from triage.domain.decision import UnitAnswer
from triage.domain.lifecycle import DeliveryState, Purpose
from triage.domain.taxonomy import Destination, Kind, SenderType
from triage.store.engine import Tx
from triage.store.figures import Period
from triage.store.tables import VISIBLE_TO_ALL, answers, decisions, deliveries, messages, predictions
from triage.store.unit_tables import answer_sources


@dataclass(frozen=True, slots=True)
class Handled:
    """One inquiry that reached a unit, and when it first said what. `instead` is whom it named with "not ours"."""

    message_id: int
    day: date
    sent_at: datetime
    country: str | None
    language: str
    kind: Kind | None
    sender_type: SenderType | None
    said: dict[UnitAnswer, datetime]
    instead: Destination | None

    @property
    def first_word_seconds(self) -> float | None:
        """From its leaving to the unit's first word; None while there is none."""
        return (min(self.said.values()) - self.sent_at).total_seconds() if self.said else None

    @property
    def answer_seconds(self) -> float | None:
        """From its leaving to the unit's answer to the sender; None while there is none."""
        at = self.said.get(UnitAnswer.ANSWERED)
        return None if at is None else (at - self.sent_at).total_seconds()


def handled(tx: Tx, *, code: str, period: Period) -> list[Handled]:
    """What reached a unit as the lead within these days (UTC), oldest first. Two queries."""
    first = datetime.combine(period.first, time(), UTC)
    beyond = datetime.combine(period.last, time(), UTC) + timedelta(days=1)
    mine = (
        deliveries.c.code == code,
        deliveries.c.purpose == Purpose.LEAD,
        deliveries.c.state.in_((DeliveryState.SENT, DeliveryState.UNKNOWN)),
        deliveries.c.created_at >= first - timedelta(days=30),  # the index goes by it; mail waits a few days at most
        deliveries.c.sent_at >= first,
        deliveries.c.sent_at < beyond,
        VISIBLE_TO_ALL,
    )
    query = (
        select(
            deliveries.c.id, deliveries.c.message_id, deliveries.c.sent_at, decisions.c.country, messages.c.language,
            predictions.c.kind, predictions.c.sender_type,
        )
        .join(messages, messages.c.id == deliveries.c.message_id)
        .outerjoin(decisions, decisions.c.id == deliveries.c.decision_id)
        .outerjoin(predictions, predictions.c.id == decisions.c.prediction_id)
        .where(*mine)
        .order_by(deliveries.c.sent_at, deliveries.c.id)
    )  # fmt: skip
    words = (
        select(
            answers.c.delivery_id, answers.c.answer, answers.c.answered_at, answer_sources.c.proposed_route,
            answer_sources.c.proposed_country,
        )
        .join(deliveries, deliveries.c.id == answers.c.delivery_id)
        .join(messages, messages.c.id == deliveries.c.message_id)
        .outerjoin(answer_sources, answer_sources.c.answer_id == answers.c.id)
        .where(*mine)
        .order_by(answers.c.id)
    )  # fmt: skip
    said: dict[str, dict[UnitAnswer, datetime]] = {}
    instead: dict[str, Destination] = {}
    for row in tx.connection.execute(words):
        said.setdefault(row.delivery_id, {}).setdefault(row.answer, row.answered_at)
        if row.proposed_route is not None:
            instead[row.delivery_id] = Destination(row.proposed_route, row.proposed_country)
    return [
        Handled(
            row.message_id, row.sent_at.date(), row.sent_at, row.country, row.language, row.kind, row.sender_type,
            said.get(row.id, {}), instead.get(row.id),
        )
        for row in tx.connection.execute(query)
    ]  # fmt: skip
