"""The audit record as auditors look through it: newest first, by person, message, act and period."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, select

from triage.store.audit import Act, Entry
from triage.store.engine import Tx
from triage.store.house_tables import audit

ABOUT_PEOPLE = (
    Act.ACCOUNT_ADDED,
    Act.ACCOUNT_CHANGED,
    Act.PASSWORD_SET,
    Act.RESET_LINK,
    Act.SIGN_OUT,
    Act.SECOND_FACTOR_SET,
    Act.SECOND_FACTOR_REMOVED,
)
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
    query = select(audit).where(*_conditions(wanted)).order_by(audit.c.id.desc()).limit(limit)
    if before_id is not None:
        query = query.where(audit.c.id < before_id)
    return [Entry(r.id, r.at, r.actor, r.action, tuple(r.objects.split())) for r in tx.connection.execute(query)]


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
    if wanted.person_id is not None:
        word = f"person:{wanted.person_id}"
        # What is done to a person stands under few acts; naming them spares a walk through all that officers decide.
        found.append(or_(audit.c.actor == word, and_(audit.c.action.in_(ABOUT_PEOPLE), _names(word))))
    if wanted.message_id is not None:
        found.append(_names(f"message:{wanted.message_id}"))
    if wanted.act is not None:
        found.append(audit.c.action == wanted.act)
    if wanted.since is not None:
        found.append(audit.c.at >= wanted.since)
    if wanted.until is not None:
        found.append(audit.c.at < wanted.until)
    return found


def _names(word: str) -> ColumnElement[bool]:
    return (" " + audit.c.objects + " ").contains(f" {word} ", autoescape=True)
