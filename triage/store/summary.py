"""Daily figures: what the messages of each day came to. Derived from the messages, and kept up by looking at what was
written since the last time, so that a dashboard costs the same at a thousand messages and at a million.

New rows of messages, suggestions, decisions, deliveries and answers name the days to sum up anew. A little overlap with
what was seen before catches rows that another transaction committed late.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, func, insert, select, update

from triage.domain.decision import Action, UnitAnswer
from triage.domain.lifecycle import DeliveryState, MessageState
from triage.domain.spans import span_class
from triage.store.decisions import MACHINE_OFFICER, NAMING
from triage.store.engine import Tx
from triage.store.figure_tables import daily_figures, figure_marks
from triage.store.tables import answers, decisions, deliveries, delivery_events, messages, predictions
from triage.store.topics import Topic

OVERLAP = 200
ROWS_AT_ONCE = 20_000
INSERT_AT_ONCE = 1000
NOT_FROM_PEOPLE = {
    MessageState.MACHINE: "machine",
    MessageState.QUARANTINED: "quarantined",
    MessageState.ANSWER: "answer",
}

Figures = Counter[tuple[Topic, str, bool]]


@dataclass(frozen=True, slots=True)
class News:
    """What is new since the last summing up: the days to sum up, and how far each table was read. `cut`: there is more."""

    days: frozenset[date]
    marks: Mapping[str, int]
    before: Mapping[str, int]
    cut: bool


def news(tx: Tx) -> News:
    """The days touched by at most ROWS_AT_ONCE new rows of each table; no days where nothing is new."""
    before = {row.name: row.value for row in tx.connection.execute(select(figure_marks))}
    days: set[date] = set()
    marks: dict[str, int] = {}
    cut = False
    for name, (column, query) in _sources().items():
        seen = before.get(name, 0)
        newest = tx.connection.execute(select(func.max(column))).scalar_one() or 0
        marks[name] = min(newest, seen + ROWS_AT_ONCE)
        cut = cut or marks[name] < newest
        if newest > seen:
            new = query.where(column > seen - OVERLAP, column <= marks[name])
            days.update(at.astimezone(UTC).date() for at in tx.connection.execute(new).scalars())
    return News(frozenset(days), marks, before, cut)


def _sources() -> dict[str, tuple[ColumnElement[int], Select[Any]]]:
    """By table: the id that grows, and the query of the times at which the messages concerned came in."""
    by_message = {
        "predictions": (predictions.c.id, predictions.c.message_id),
        "decisions": (decisions.c.id, decisions.c.message_id),
        "answers": (answers.c.id, answers.c.message_id),
    }
    found: dict[str, tuple[ColumnElement[int], Select[Any]]] = {
        "messages": (messages.c.id, select(messages.c.stored_at)),
        "delivery_events": (
            delivery_events.c.id,
            select(messages.c.stored_at)
            .select_from(delivery_events)
            .join(deliveries, deliveries.c.id == delivery_events.c.delivery_id)
            .join(messages, messages.c.id == deliveries.c.message_id),
        ),
    }
    for name, (column, owner) in by_message.items():
        query = select(messages.c.stored_at).select_from(column.table).join(messages, messages.c.id == owner)
        found[name] = (column, query)
    return found


def sum_up(tx: Tx, *, day: date) -> Figures:
    """The figures of one day's messages."""
    begins = datetime.combine(day, time(), UTC)
    within = (messages.c.stored_at >= begins) & (messages.c.stored_at < begins + timedelta(days=1))
    firsts, changed = _decided(tx, within)
    declined = _declined(tx, within)
    figures: Figures = Counter()
    for row in tx.connection.execute(_day_query().where(within)):
        _count(figures, row, firsts.get(row.id), row.id in changed, row.id in declined)
    return figures


def keep(tx: Tx, *, found: News, figures: Mapping[date, Figures], now: datetime) -> bool:
    """Puts new figures in the place of the old ones; False, and nothing is kept, where another process was faster."""
    tx.lock("daily figures")
    marks = {row.name: row.value for row in tx.connection.execute(select(figure_marks))}
    if marks != dict(found.before):
        return False
    tx.connection.execute(delete(daily_figures).where(daily_figures.c.day.in_(sorted(figures))))
    rows = [
        {"topic": topic, "day": day, "word": word, "hidden": hidden, "number": number}
        for day, counted in figures.items()
        for (topic, word, hidden), number in counted.items()
    ]
    for start in range(0, len(rows), INSERT_AT_ONCE):
        tx.connection.execute(insert(daily_figures), rows[start : start + INSERT_AT_ONCE])
    for name, value in found.marks.items():
        mine = figure_marks.c.name == name
        if name in marks:
            tx.connection.execute(update(figure_marks).where(mine).values(value=value, moved_at=now))
        else:
            tx.connection.execute(insert(figure_marks).values(name=name, value=value, moved_at=now))
    return True


def last_moved(tx: Tx) -> datetime | None:
    """When the figures were last brought up to date."""
    moved: datetime | None = tx.connection.execute(select(func.max(figure_marks.c.moved_at))).scalar_one()
    return moved


def forget(tx: Tx) -> None:
    """Empties the figures; they are summed up from the beginning."""
    tx.connection.execute(delete(daily_figures))
    tx.connection.execute(delete(figure_marks))


def _decided(tx: Tx, within: ColumnElement[bool]) -> tuple[dict[int, datetime], set[int]]:
    """When each message was first decided, and which were decided otherwise after a confirmation."""
    query = (
        select(
            decisions.c.id, decisions.c.message_id, decisions.c.action, decisions.c.route, decisions.c.country,
            decisions.c.decided_at, decisions.c.undoes_id, messages.c.decision_id,
        )
        .join(messages, messages.c.id == decisions.c.message_id)
        .where(within)
        .order_by(decisions.c.id)
    )  # fmt: skip
    rows = tx.connection.execute(query).all()
    undone = {row.undoes_id for row in rows if row.undoes_id is not None}
    firsts: dict[int, datetime] = {}
    confirmed: dict[int, tuple[Any, Any]] = {}
    changed: set[int] = set()
    for row in rows:
        if row.action not in NAMING or row.id in undone:
            continue
        firsts.setdefault(row.message_id, row.decided_at)
        if row.id == row.decision_id and confirmed.get(row.message_id, (row.route, row.country)) != (
            row.route,
            row.country,
        ):
            changed.add(row.message_id)
        if row.action is Action.CONFIRM:
            confirmed[row.message_id] = (row.route, row.country)
    return firsts, changed


def _declined(tx: Tx, within: ColumnElement[bool]) -> set[int]:
    query = (
        select(answers.c.message_id)
        .join(messages, messages.c.id == answers.c.message_id)
        .where(within, answers.c.answer == UnitAnswer.NOT_OURS)
    )
    return set(tx.connection.execute(query).scalars())


def _day_query() -> Select[Any]:
    said = predictions.alias("said")  # the suggestion that the officer had before them
    return (
        select(
            messages.c.id, messages.c.stored_at, messages.c.state, messages.c.restricted, messages.c.language,
            messages.c.delivery_state, predictions.c.route.label("p_route"), predictions.c.country.label("p_country"),
            predictions.c.kind, predictions.c.verdict, decisions.c.action, decisions.c.officer,
            decisions.c.route.label("d_route"), decisions.c.country.label("d_country"), said.c.model,
            said.c.route.label("s_route"), said.c.country.label("s_country"), deliveries.c.sent_at,
        )
        .select_from(messages)
        .outerjoin(predictions, predictions.c.id == messages.c.prediction_id)
        .outerjoin(decisions, decisions.c.id == messages.c.decision_id)
        .outerjoin(said, said.c.id == decisions.c.prediction_id)
        .outerjoin(deliveries, deliveries.c.id == messages.c.delivery_id)
    )  # fmt: skip


def _count(figures: Figures, row: Any, first: datetime | None, changed: bool, declined: bool) -> None:
    hidden = row.restricted or row.state is MessageState.RECEIVED
    kind = NOT_FROM_PEOPLE.get(row.state)
    figures[Topic.ARRIVED, kind or "person", hidden] += 1
    if kind is not None:
        return
    for topic, word in _words(row, first, changed, declined):
        figures[topic, word, hidden] += 1


def _words(row: Any, first: datetime | None, changed: bool, declined: bool) -> Iterable[tuple[Topic, str]]:
    """What one message of a person counts for."""
    route, country = (row.d_route, row.d_country) if row.d_route is not None else (row.p_route, row.p_country)
    yield Topic.LANGUAGE, row.language
    if route is not None:
        yield Topic.ROUTE, route.value
    if country is not None:
        yield Topic.COUNTRY, country
    if row.kind is not None:
        yield Topic.KIND, row.kind.value
    if row.verdict is not None:
        yield Topic.COVERAGE, row.verdict.value
    if first is not None:
        yield Topic.TO_DECISION, str(span_class((first - row.stored_at).total_seconds()))
    if row.sent_at is not None:
        yield Topic.TO_FORWARDING, str(span_class((row.sent_at - row.stored_at).total_seconds()))
        yield Topic.OUTCOME, "forwarded"
    if row.s_route is not None and row.action in NAMING and row.officer != MACHINE_OFFICER:
        agreed = (row.s_route, row.s_country) == (row.d_route, row.d_country)
        yield Topic.AGREEMENT, f"{row.model}|{row.s_route.value}|{row.language}|{'yes' if agreed else 'no'}"
    if changed:
        yield Topic.OUTCOME, "changed"
    if declined:
        yield Topic.OUTCOME, "not_ours"
    if row.delivery_state is DeliveryState.BOUNCED:
        yield Topic.OUTCOME, "bounced"
