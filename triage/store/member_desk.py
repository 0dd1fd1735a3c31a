"""A unit's inquiries as its signed-in members see them: mails that reached the unit, with what the unit said of each.

Everything here is asked within a `Scope`, and the scope stands in the SQL itself: nothing that went to another unit is
read, counted or searched, restricted messages never. A unit that a member stands in for shows its open inquiries alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, not_, or_, select, true

from triage.domain.decision import UnitAnswer
from triage.domain.errors import NotFound
from triage.domain.lifecycle import DeliveryState, MessageState, Purpose
from triage.domain.message import Address
from triage.domain.taxonomy import Kind
from triage.store import blobs, unit_notes
from triage.store.engine import Tx
from triage.store.queues import COUNT_CAP
from triage.store.readings import UNREADABLE, decode_heading
from triage.store.search import Query, found_in_index
from triage.store.stand_ins import Scope
from triage.store.tables import VISIBLE_TO_ALL, answers, decisions, deliveries, inquiries, messages, predictions
from triage.store.unit_side import TO_UNITS

LAST_WORDS = (UnitAnswer.NOT_OURS, UnitAnswer.ANSWERED)


class Shelf(StrEnum):
    """Where an inquiry stands for a unit."""

    WAITING = "waiting"  # it is with the unit, which has said nothing
    TAKEN = "taken"  # the unit takes it, or needs more from IPD
    DONE = "done"  # answered, or closed by IPD
    GONE = "gone"  # not theirs, or no longer with them
    ALL = "all"


_ARRIVED = and_(
    deliveries.c.purpose.in_(TO_UNITS), deliveries.c.state.in_((DeliveryState.SENT, DeliveryState.UNKNOWN)), VISIBLE_TO_ALL
)  # fmt: skip
CURRENT = and_(
    messages.c.state.in_((MessageState.FORWARDED, MessageState.QUEUED)),
    or_(
        and_(deliveries.c.purpose == Purpose.LEAD, messages.c.delivery_id == deliveries.c.id),
        and_(deliveries.c.purpose == Purpose.COPY, messages.c.decision_id == deliveries.c.decision_id),
    ),
)
"""The message is still with the unit of this mail; for a copy: the decision that made it still stands."""
_CLOSED = inquiries.c.closed_at.is_not(None)


def _said(*which: UnitAnswer) -> ColumnElement[bool]:
    mine = [answers.c.message_id == messages.c.id, answers.c.delivery_id == deliveries.c.id]
    return exists().where(*mine, answers.c.answer.in_(which) if which else true())


_DECLINED = _said(UnitAnswer.NOT_OURS)
_DONE = and_(CURRENT, or_(_CLOSED, _said(UnitAnswer.ANSWERED)), not_(_DECLINED))
_OPEN = and_(CURRENT, ~_CLOSED, not_(_said(*LAST_WORDS)))
SHELVES: dict[Shelf, ColumnElement[bool]] = {
    Shelf.WAITING: and_(_OPEN, not_(_said())),
    Shelf.TAKEN: and_(_OPEN, _said()),
    Shelf.DONE: _DONE,
    Shelf.GONE: or_(not_(CURRENT), _DECLINED),
    Shelf.ALL: true(),
}


@dataclass(frozen=True, slots=True)
class Case:
    """One mail that reached a unit. `current`: the message is still with it, so that its text may be read here; `said`
    is what the unit has said, oldest first; `notes` are those of officers that nobody of the unit has seen."""

    delivery_id: str
    message_id: int
    inquiry_id: int
    code: str
    purpose: Purpose
    sent_at: datetime
    message_state: MessageState
    current: bool
    closed: bool
    erased: bool
    urgent: bool
    language: str
    size: int
    has_attachments: bool
    kind: Kind | None
    subject: str
    sender: Address | None
    received_at: datetime
    said: tuple[UnitAnswer, ...]
    said_at: datetime | None
    notes: int

    @property
    def shelf(self) -> Shelf:
        """Where it stands."""
        if not self.current or UnitAnswer.NOT_OURS in self.said:
            return Shelf.GONE
        if self.closed or UnitAnswer.ANSWERED in self.said:
            return Shelf.DONE
        return Shelf.TAKEN if self.said else Shelf.WAITING


@dataclass(frozen=True, slots=True)
class CasePage:
    """A page of cases, newest first; `next` is the cursor of the page after it."""

    cases: tuple[Case, ...]
    next: str | None


def within(scope: Scope) -> ColumnElement[bool]:
    """Which mails a scope holds."""
    own = false() if scope.own is None else deliveries.c.code == scope.own
    if scope.deputised:
        own = or_(own, and_(deliveries.c.code.in_(sorted(scope.deputised)), _OPEN))
    return and_(_ARRIVED, own)


def page(tx: Tx, *, scope: Scope, shelf: Shelf, after: str | None = None, limit: int = 50) -> CasePage:
    """One page of a shelf. `after` is the `next` of the page before."""
    return _page(tx, scope, SHELVES[shelf], after, limit)


def find(tx: Tx, *, scope: Scope, query: Query, after: str | None = None, limit: int = 50) -> CasePage:
    """A page of what matches among the mails whose message is still with the unit: words, sender, kind and days."""
    found = found_in_index(tx, query=query)
    if found is None:
        return CasePage((), None)
    where = [CURRENT, messages.c.id.in_(found)]
    if query.since is not None:
        where.append(deliveries.c.sent_at >= datetime.combine(query.since, time(), UTC))
    if query.until is not None:
        where.append(deliveries.c.sent_at < datetime.combine(query.until, time(), UTC) + timedelta(days=1))
    return _page(tx, scope, and_(*where), after, limit)


def counts(tx: Tx, *, scope: Scope) -> dict[Shelf, int]:
    """How many mails wait for a word of the unit, and how many it has taken; at most COUNT_CAP + 1 of each."""
    shelves = (Shelf.WAITING, Shelf.TAKEN)
    parts = [
        select(func.count())
        .select_from(_from(select(deliveries.c.id)).where(within(scope), SHELVES[one]).limit(COUNT_CAP + 1).subquery(one.value))
        .scalar_subquery()
        .label(one.value)
        for one in shelves
    ]  # fmt: skip
    return dict(zip(shelves, tx.connection.execute(select(*parts)).one(), strict=True))


def case(tx: Tx, *, scope: Scope, delivery_id: str) -> Case:
    """One mail. Raises NotFound also where it went to another unit, or its message is restricted."""
    rows = tx.connection.execute(_query(scope).where(deliveries.c.id == delivery_id)).all()
    if not rows:
        raise NotFound("no such inquiry")
    return _cases(tx, rows)[0]


def siblings(tx: Tx, *, scope: Scope, of: Case, limit: int = 20) -> list[Case]:
    """Other mails of the same inquiry that reached the unit, newest first."""
    query = _query(scope).where(messages.c.inquiry_id == of.inquiry_id, deliveries.c.id != of.delivery_id)
    rows = tx.connection.execute(query.order_by(deliveries.c.created_at.desc(), deliveries.c.id.desc()).limit(limit))
    return _cases(tx, rows.all())


def cover_note(tx: Tx, *, delivery_id: str) -> tuple[str, str]:
    """What the officer wrote to the unit with the decision, and who decided; empty where nothing was written."""
    query = (
        select(decisions.c.note_blob_id, decisions.c.officer)
        .join(deliveries, deliveries.c.decision_id == decisions.c.id)
        .where(deliveries.c.id == delivery_id)
    )
    row = tx.connection.execute(query).one_or_none()
    if row is None:
        return "", ""
    note = blobs.get_many(tx, [row.note_blob_id]).get(row.note_blob_id, b"") if row.note_blob_id is not None else b""
    return note.decode(), row.officer


def open_cases(tx: Tx, *, codes: Sequence[str], limit: int = 5000) -> list[Case]:
    """All open mails of several units, oldest first, for digests: no headings are opened."""
    query = _query(Scope(None), where=and_(_ARRIVED, deliveries.c.code.in_(sorted(codes)), _OPEN))
    rows = tx.connection.execute(query.order_by(deliveries.c.created_at, deliveries.c.id).limit(limit)).all()
    return _cases(tx, rows, headings=False)


def _from(query: Select[Any]) -> Select[Any]:
    return (
        query.select_from(deliveries)
        .join(messages, messages.c.id == deliveries.c.message_id)
        .join(inquiries, inquiries.c.id == messages.c.inquiry_id)
    )


def _query(scope: Scope, *, where: ColumnElement[bool] | None = None) -> Select[Any]:
    columns = (
        deliveries.c.id, deliveries.c.message_id, deliveries.c.code, deliveries.c.purpose, deliveries.c.sent_at,
        deliveries.c.created_at, messages.c.inquiry_id, messages.c.state, messages.c.erased_at, messages.c.urgent,
        messages.c.language, messages.c.size, messages.c.has_attachments, messages.c.heading_blob_id,
        messages.c.received_at, messages.c.stored_at, inquiries.c.closed_at, predictions.c.kind,
        CURRENT.label("current"),
    )  # fmt: skip
    query = _from(select(*columns)).outerjoin(decisions, decisions.c.id == deliveries.c.decision_id)
    query = query.outerjoin(predictions, predictions.c.id == decisions.c.prediction_id)
    return query.where(within(scope) if where is None else where)


def _page(tx: Tx, scope: Scope, where: ColumnElement[bool], after: str | None, limit: int) -> CasePage:
    query = _query(scope).where(where)
    if after is not None:
        start = select(deliveries.c.created_at).where(deliveries.c.id == after)
        at = tx.connection.execute(start).scalar_one_or_none()
        if at is not None:
            older = or_(deliveries.c.created_at < at, and_(deliveries.c.created_at == at, deliveries.c.id < after))
            query = query.where(deliveries.c.created_at <= at, older)
    rows = tx.connection.execute(
        query.order_by(deliveries.c.created_at.desc(), deliveries.c.id.desc()).limit(limit + 1)
    ).all()
    return CasePage(tuple(_cases(tx, rows[:limit])), rows[limit - 1].id if len(rows) > limit else None)


def _cases(tx: Tx, rows: Sequence[Any], *, headings: bool = True) -> list[Case]:
    if not rows:
        return []
    wanted = {row.heading_blob_id for row in rows if row.heading_blob_id is not None} if headings else set[int]()
    contents = blobs.get_many(tx, wanted)
    said: dict[str, list[tuple[UnitAnswer, datetime]]] = {}
    query = select(answers.c.delivery_id, answers.c.answer, answers.c.answered_at).where(
        answers.c.message_id.in_({row.message_id for row in rows}), answers.c.delivery_id.in_([row.id for row in rows])
    )
    for one in tx.connection.execute(query.order_by(answers.c.id)):
        said.setdefault(one.delivery_id, []).append((one.answer, one.answered_at))
    notes = unit_notes.unseen_by_unit(tx, codes={row.code for row in rows})
    found = []
    for row in rows:
        heading = decode_heading(contents[row.heading_blob_id]) if row.heading_blob_id in contents else UNREADABLE
        words = said.get(row.id, [])
        found.append(
            Case(
                delivery_id=row.id,
                message_id=row.message_id,
                inquiry_id=row.inquiry_id,
                code=row.code,
                purpose=row.purpose,
                sent_at=row.sent_at or row.created_at,
                message_state=row.state,
                current=bool(row.current),
                closed=row.closed_at is not None,
                erased=row.erased_at is not None,
                urgent=row.urgent,
                language=row.language,
                size=row.size,
                has_attachments=row.has_attachments,
                kind=row.kind,
                subject=heading.subject,
                sender=heading.sender,
                received_at=row.received_at or row.stored_at,
                said=tuple(answer for answer, _ in words),
                said_at=words[-1][1] if words else None,
                notes=notes.get((row.message_id, row.code), 0),
            )
        )
    return found
