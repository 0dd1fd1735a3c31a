"""The audit record as auditors look through it: newest first, by person, message, act and period."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, CompoundSelect, Select, select, union

from triage.store.audit import Entry, names
from triage.store.engine import Tx
from triage.store.house_tables import audit

CHUNK = 2000


@dataclass(frozen=True, slots=True)
class Filter:
    """What is looked for; None: everything. `person_id`: done by, or to, this account. `until` itself is left out."""

    person_id: int | None = None
    message_id: int | None = None
    act: str | None = None
    since: datetime | None = None
    until: datetime | None = None

    @property
    def empty(self) -> bool:
        return self == Filter()


def search(tx: Tx, *, wanted: Filter, before_id: int | None = None, limit: int = 100) -> list[Entry]:
    """The newest entries that fit, below `before_id` where one is given."""
    conditions = _conditions(wanted)
    if before_id is not None:
        conditions.append(audit.c.id < before_id)
    ids: Select[tuple[int]] | CompoundSelect[int] = _newest(conditions, limit)
    if wanted.person_id is not None:  # each half by an index of its own
        word = f"person:{wanted.person_id}"
        halves = [_newest([*conditions, half], limit).subquery() for half in (audit.c.actor == word, names(word))]
        ids = union(*(select(half.c.id) for half in halves))
    query = select(audit).where(audit.c.id.in_(ids)).order_by(audit.c.id.desc()).limit(limit)
    return [Entry(r.id, r.at, r.actor, r.action, tuple(r.objects.split())) for r in tx.connection.execute(query)]


def _newest(conditions: list[ColumnElement[bool]], limit: int) -> Select[tuple[int]]:
    return select(audit.c.id).where(*conditions).order_by(audit.c.id.desc()).limit(limit)


def walk(tx: Tx, *, wanted: Filter) -> Iterator[Entry]:
    """All entries that fit, newest first, in constant memory."""
    before_id: int | None = None
    while True:
        found = search(tx, wanted=wanted, before_id=before_id, limit=CHUNK)
        yield from found
        if len(found) < CHUNK:
            return
        before_id = found[-1].id


def _conditions(wanted: Filter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.message_id is not None:
        found.append(names(f"message:{wanted.message_id}"))
    if wanted.act is not None:
        found.append(audit.c.action == wanted.act)
    if wanted.since is not None:
        found.append(audit.c.at >= wanted.since)
    if wanted.until is not None:
        found.append(audit.c.at < wanted.until)
    return found
