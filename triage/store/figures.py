"""What the dashboards read: sums over the daily figures, and how old the work is that waits.

Restricted messages, and those that may still turn out to be, are counted for the cleared alone, and only in sums.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, and_, false, func, select

from triage.domain.people import Person
from triage.store.engine import Tx
from triage.store.figure_tables import daily_figures
from triage.store.tables import OPEN, RESTRICTED, messages
from triage.store.topics import Topic


@dataclass(frozen=True, slots=True)
class Period:
    """Days, both included."""

    first: date
    last: date


def totals(tx: Tx, *, viewer: Person, topic: Topic, period: Period) -> dict[str, int]:
    """By word, over the whole period."""
    query = (
        select(daily_figures.c.word, func.sum(daily_figures.c.number))
        .where(_within(viewer, topic, period))
        .group_by(daily_figures.c.word)
    )
    return {word: int(number) for word, number in tx.connection.execute(query)}


def by_day(tx: Tx, *, viewer: Person, topic: Topic, period: Period) -> dict[date, dict[str, int]]:
    """By day and word; days without any are left out."""
    query = (
        select(daily_figures.c.day, daily_figures.c.word, func.sum(daily_figures.c.number))
        .where(_within(viewer, topic, period))
        .group_by(daily_figures.c.day, daily_figures.c.word)
    )
    found: dict[date, dict[str, int]] = {}
    for day, word, number in tx.connection.execute(query):
        found.setdefault(day, {})[word] = int(number)
    return found


def ages(tx: Tx, *, viewer: Person, now: datetime, limits: Sequence[timedelta]) -> list[int]:
    """How many messages in review are younger than the first limit, between it and the second, ... and older than the
    last. Messages are numbered as they come in: each limit is one look for the first number that is young enough."""
    where = [OPEN, RESTRICTED] if viewer.cleared else [OPEN]
    edges = [_first_id(tx, now - limit) for limit in limits]
    counted = []
    above: int | None = None
    for edge in [*edges, 0]:
        number = sum(_count(tx, part, edge, above) for part in where)
        counted.append(number)
        above = edge
    return counted


def _first_id(tx: Tx, since: datetime) -> int:
    """The number of the first message stored since then; beyond all where there is none."""
    newest = select(messages.c.id).where(messages.c.stored_at < since).order_by(messages.c.stored_at.desc()).limit(1)
    found = tx.connection.execute(newest).scalar_one_or_none()
    return 0 if found is None else int(found) + 1


def _count(tx: Tx, where: ColumnElement[bool], since_id: int, below_id: int | None) -> int:
    condition = and_(where, messages.c.id >= since_id)
    if below_id is not None:
        condition = and_(condition, messages.c.id < below_id)
    return int(tx.connection.execute(select(func.count()).select_from(messages).where(condition)).scalar_one())


def _within(viewer: Person, topic: Topic, period: Period) -> ColumnElement[bool]:
    condition = and_(
        daily_figures.c.topic == topic, daily_figures.c.day >= period.first, daily_figures.c.day <= period.last
    )
    return condition if viewer.cleared else and_(condition, daily_figures.c.hidden == false())
