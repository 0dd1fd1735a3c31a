"""Messages that a second officer labels without seeing what the first one said: how much officers agree."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, insert, or_, select, update

from triage.domain.errors import NotFound, Refused, Stale
from triage.domain.people import Person
from triage.domain.taxonomy import Destination
from triage.store.decisions import MACHINE_OFFICER, NAMING
from triage.store.engine import Tx
from triage.store.label_tables import DOUBLE_OPEN, double_labels
from triage.store.settings import get_setting, set_setting
from triage.store.tables import VISIBLE_TO_ALL, decisions, messages

SEEN = "labels.double_seen"
"""The setting that says up to which decision the draw has gone."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A decision of a person that may be drawn."""

    decision_id: int
    message_id: int
    destination: Destination
    officer: str
    officer_id: int | None
    language: str


@dataclass(frozen=True, slots=True)
class Pair:
    """Two officers' answers to the same message."""

    message_id: int
    first: Destination
    second: Destination
    first_officer: str
    second_officer: str
    language: str
    at: datetime


def candidates(tx: Tx, *, limit: int) -> list[Candidate]:
    """The decisions since the last draw, oldest first; each is offered once. Restricted and erased messages never are."""
    tx.lock("double labels")
    query = (
        select(
            decisions.c.id, decisions.c.message_id, decisions.c.route, decisions.c.country, decisions.c.officer,
            decisions.c.officer_id, messages.c.language,
        )
        .join(messages, messages.c.id == decisions.c.message_id)
        .where(
            decisions.c.id > int(get_setting(tx, SEEN, 0)), decisions.c.action.in_(NAMING), decisions.c.route.is_not(None),
            decisions.c.officer != MACHINE_OFFICER, ~messages.c.restricted, messages.c.erased_at.is_(None),
        )
        .order_by(decisions.c.id)
        .limit(limit)
    )  # fmt: skip
    return [
        Candidate(
            row.id, row.message_id, Destination(row.route, row.country), row.officer, row.officer_id, row.language
        )
        for row in tx.connection.execute(query)
    ]


def draw(tx: Tx, chosen: Sequence[Candidate], *, seen: int, actor: str, now: datetime) -> int:
    """Books the chosen ones and that everything up to the decision `seen` was offered. Returns how many are new."""
    ids = [one.message_id for one in chosen]
    there = set(
        tx.connection.execute(
            select(double_labels.c.message_id).where(double_labels.c.message_id.in_(ids))
        ).scalars()
    )  # fmt: skip
    new = {one.message_id: one for one in chosen if one.message_id not in there}
    rows = [
        {
            "message_id": one.message_id,
            "drawn_at": now,
            "first_route": one.destination.route,
            "first_country": one.destination.country,
            "first_officer": one.officer[:120],
            "first_officer_id": one.officer_id,
        }
        for one in new.values()
    ]
    if rows:
        tx.connection.execute(insert(double_labels), rows)
    set_setting(tx, SEEN, value=seen, actor=actor, now=now)
    return len(rows)


def waiting(tx: Tx, *, viewer: Person, limit: int = 50) -> list[int]:
    """The messages that this officer may label a second time, oldest first: never those that he or she decided."""
    query = (
        select(double_labels.c.message_id)
        .join(messages, messages.c.id == double_labels.c.message_id)
        .where(
            DOUBLE_OPEN, VISIBLE_TO_ALL, ~messages.c.restricted, messages.c.erased_at.is_(None), _not_by(viewer)
        )
        .order_by(double_labels.c.message_id)
        .limit(limit)
    )  # fmt: skip
    return list(tx.connection.execute(query).scalars())


def _not_by(viewer: Person) -> ColumnElement[bool]:
    by_id = or_(double_labels.c.first_officer_id.is_(None), double_labels.c.first_officer_id != viewer.id)
    return and_(double_labels.c.first_officer != viewer.name, by_id)


def answer(tx: Tx, *, message_id: int, destination: Destination, officer: Person, now: datetime) -> None:
    """Books the second officer's answer. Raises NotFound, Refused for the first officer, Stale where somebody was faster."""
    row = tx.connection.execute(select(double_labels).where(double_labels.c.message_id == message_id)).one_or_none()
    if row is None:
        raise NotFound("no message drawn to be labelled twice")
    if row.first_officer == officer.name or (officer.id is not None and row.first_officer_id == officer.id):
        raise Refused("somebody else must label it: you gave the first answer")
    values: dict[str, Any] = {
        "route": destination.route,
        "country": destination.country,
        "officer": officer.name[:120],
        "officer_id": officer.id,
        "at": now,
    }
    statement = update(double_labels).where(double_labels.c.message_id == message_id, DOUBLE_OPEN).values(values)
    if tx.connection.execute(statement).rowcount != 1:
        raise Stale("somebody has labelled it already")


def pairs(tx: Tx) -> list[Pair]:
    """All messages labelled twice, oldest answer first."""
    query = (
        select(double_labels, messages.c.language)
        .join(messages, messages.c.id == double_labels.c.message_id)
        .where(~DOUBLE_OPEN)
        .order_by(double_labels.c.at, double_labels.c.message_id)
    )
    return [
        Pair(
            row.message_id, Destination(row.first_route, row.first_country), Destination(row.route, row.country),
            row.first_officer, row.officer or "", row.language, row.at,
        )
        for row in tx.connection.execute(query)
    ]  # fmt: skip
