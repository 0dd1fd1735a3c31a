"""Pages of queues, their counts and neighbours: by keyset over partial indexes, so that time does not grow with the store.

A page costs one query over the messages with what is joined to them by primary key, and one for its headings; only the
headings of the page are decrypted. What the viewer may not see is left out in the same condition everywhere.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, false, func, literal_column, or_, select, true
from sqlalchemy.engine import Row

from triage.domain.lifecycle import MessageState
from triage.domain.people import Person
from triage.domain.taxonomy import Destination
from triage.store import blobs
from triage.store.columns import UtcTime
from triage.store.engine import Tx
from triage.store.gate_checks import blind_among
from triage.store.house_tables import people
from triage.store.queues import COUNT_CAP, Order, Position, Queue
from triage.store.readings import UNREADABLE, decode_heading
from triage.store.schema import Id
from triage.store.tables import (
    DECLINED,
    IN_REVIEW,
    IN_STATE,
    OPEN,
    RESTRICTED,
    SNOOZED,
    TROUBLED,
    UNCERTAIN,
    UNSURE,
    URGENT,
    VISIBLE_TO_ALL,
    decisions,
    deliveries,
    inquiries,
    messages,
    predictions,
)
from triage.store.views import DecisionSummary, MessageSummary, Page, PredictionSummary

REVIEW_ORDERS = frozenset({Order.LEAST_CERTAIN, Order.URGENT_FIRST, Order.UNCERTAIN_OLDEST, Order.TEACHES_MOST})
"""Orders that only the list to review has: its indexes serve them."""
_SCORES: dict[Order, ColumnElement[float]] = {
    Order.LEAST_CERTAIN: messages.c.probability,
    Order.TEACHES_MOST: messages.c.teaches,
}
_FALLING = frozenset({Order.NEWEST, Order.TEACHES_MOST})
_PARTS = {
    Order.URGENT_FIRST: (URGENT, and_(OPEN, messages.c.urgent == false())),
    Order.UNCERTAIN_OLDEST: (UNCERTAIN, and_(OPEN, messages.c.probability >= literal_column(str(UNSURE)))),
}
"""Orders in two parts, each from the oldest on, the first one through an index of its own."""


_WORK: dict[Queue, ColumnElement[bool]] = {
    Queue.REVIEW: OPEN,
    Queue.URGENT: URGENT,
    Queue.RESTRICTED: RESTRICTED,
}
_SETTLED: dict[Queue, ColumnElement[bool]] = {
    Queue.WAITING: IN_STATE[MessageState.QUEUED],
    Queue.PROBLEMS: TROUBLED,
    Queue.DECLINED: DECLINED,
    Queue.QUARANTINE: IN_STATE[MessageState.QUARANTINED],
    Queue.MACHINE: IN_STATE[MessageState.MACHINE],
    Queue.KEPT: IN_STATE[MessageState.KEPT],
    Queue.FORWARDED: IN_STATE[MessageState.FORWARDED],
    Queue.ALL: true(),
}


def condition(queue: Queue, *, viewer: Person, now: datetime) -> ColumnElement[bool]:
    """Which messages are in a queue for this viewer. Snoozed ones are out of the work queues until their time."""
    return _within(queue, cleared=viewer.cleared, viewer_id=viewer.id, now=now)


def _within(queue: Queue, *, cleared: bool, viewer_id: Any, now: Any) -> ColumnElement[bool]:
    """The same for values or parameters."""
    if queue is Queue.MINE:
        given = select(inquiries.c.id).where(inquiries.c.officer_id == viewer_id, inquiries.c.officer_id.is_not(None))
        found = and_(IN_REVIEW, _awake(now), messages.c.inquiry_id.in_(given))
    elif queue is Queue.SNOOZED:
        found = and_(SNOOZED, messages.c.snoozed_until > now)
    elif queue in _WORK:
        found = and_(_WORK[queue], _awake(now))
    else:
        found = _SETTLED[queue]
    return found if cleared else and_(found, VISIBLE_TO_ALL)


def _awake(now: Any) -> ColumnElement[bool]:
    return or_(messages.c.snoozed_until.is_(None), messages.c.snoozed_until <= now)


def list_page(
    tx: Tx,
    *,
    viewer: Person,
    queue: Queue,
    now: datetime,
    order: Order = Order.OLDEST,
    after: str | None = None,
    limit: int = 50,
) -> Page:
    """One page of a queue. `after` is the `next` of the page before; anything unreadable starts at the beginning."""
    start = Position.decode(after) if after else None
    found = _positions(
        tx,
        where=condition(queue, viewer=viewer, now=now),
        order=_order(queue, order),
        start=start,
        limit=limit + 1,
    )
    ids = [position.message_id for position in found[:limit]]
    by_id = summaries(tx, message_ids=ids)
    return Page(
        tuple(by_id[message_id] for message_id in ids if message_id in by_id),
        found[limit - 1].encode() if len(found) > limit else None,
    )


def list_ids(tx: Tx, *, where: ColumnElement[bool], queue: Queue, order: Order, limit: int) -> list[int]:
    """The first ids of those that `where` names, a condition that begins with that of `queue`."""
    found = _positions(tx, where=where, order=_order(queue, order), start=None, limit=limit)
    return [position.message_id for position in found]


def _positions(
    tx: Tx, *, where: ColumnElement[bool], order: Order, start: Position | None, limit: int
) -> list[Position]:
    if order in _PARTS:
        return _in_parts(tx, where=where, order=order, start=start, limit=limit)
    query = select(messages.c.id, _score(order).label("score")).where(where)
    if start is not None:
        query = query.where(_beyond(order, start))
    rows = tx.connection.execute(query.order_by(*_ordering(order)).limit(limit))
    return [Position(row.id, row.score) for row in rows]


def _in_parts(
    tx: Tx, *, where: ColumnElement[bool], order: Order, start: Position | None, limit: int
) -> list[Position]:
    found: list[Position] = []
    for part, within in enumerate(_PARTS[order]):
        if start is not None and start.probability > part:
            continue
        query = select(messages.c.id).where(where, within)
        if start is not None and start.probability == part:
            query = query.where(messages.c.id > start.message_id)
        rows = tx.connection.execute(query.order_by(messages.c.id).limit(limit - len(found))).scalars()
        found += [Position(message_id, float(part)) for message_id in rows]
        if len(found) >= limit:
            break
    return found


def counts(tx: Tx, *, viewer: Person, now: datetime) -> dict[Queue, int]:
    """How many messages each queue holds, at most COUNT_CAP + 1: it never counts further. RESTRICTED only for the cleared."""
    query, shown = _count_query(viewer.cleared)
    row = tx.connection.execute(query, {"viewer_id": viewer.id, "now": now}).one()
    return dict(zip(shown, row, strict=True))


@lru_cache
def _count_query(cleared: bool) -> tuple[Select[Any], tuple[Queue, ...]]:
    """One query for all counts. Made once: every page of a list asks it, and so does each open page all the time."""
    shown = tuple(queue for queue in Queue if cleared or queue is not Queue.RESTRICTED)
    viewer_id, now = bindparam("viewer_id", type_=Id), bindparam("now", type_=UtcTime())
    parts = [
        select(func.count())
        .select_from(
            select(messages.c.id)
            .where(_within(queue, cleared=cleared, viewer_id=viewer_id, now=now))
            .limit(COUNT_CAP + 1)
            .subquery(queue.value)
        )
        .scalar_subquery()
        .label(queue.value)
        for queue in shown
    ]
    return select(*parts), shown


def neighbours(
    tx: Tx, *, viewer: Person, queue: Queue, now: datetime, order: Order = Order.OLDEST, message_id: int
) -> tuple[int | None, int | None]:
    """The ids before and after a message in a queue, also where the message itself has left it meanwhile."""
    order = _order(queue, order)
    place = select(_score(order).label("score"), messages.c.urgent).where(messages.c.id == message_id)
    row = tx.connection.execute(place).one_or_none()
    within = condition(queue, viewer=viewer, now=now)
    if order in _PARTS:
        first = row is not None and (row.urgent if order is Order.URGENT_FIRST else row.score < UNSURE)
        return _neighbours_in_parts(tx, within, order, Position(message_id, 0.0 if first else 1.0))
    here = Position(message_id, 0.0 if row is None else row.score)
    following = select(messages.c.id).where(within, _beyond(order, here)).order_by(*_ordering(order)).limit(1)
    backwards = [column.asc() if order in _FALLING else column.desc() for column in _columns(order)]
    before = select(messages.c.id).where(within, _beyond(order, here, back=True)).order_by(*backwards).limit(1)
    return tx.connection.execute(before).scalar_one_or_none(), tx.connection.execute(following).scalar_one_or_none()


def _neighbours_in_parts(
    tx: Tx, within: ColumnElement[bool], order: Order, here: Position
) -> tuple[int | None, int | None]:
    following = _in_parts(tx, where=within, order=order, start=here, limit=1)
    before = None
    for part in (1, 0):
        if part > here.probability or before is not None:
            continue
        query = select(messages.c.id).where(within, _PARTS[order][part])
        if part == here.probability:
            query = query.where(messages.c.id < here.message_id)
        before = tx.connection.execute(query.order_by(messages.c.id.desc()).limit(1)).scalar_one_or_none()
    return before, following[0].message_id if following else None


def by_state(
    tx: Tx, *, viewer: Person, states: Sequence[MessageState] = (), after_id: int = 0, limit: int = 500
) -> list[MessageSummary]:
    """Messages of the given states (all where none is given) by rising id, for scripts that walk through everything."""
    query = select(messages.c.id).where(messages.c.id > after_id).order_by(messages.c.id).limit(limit)
    if states:
        query = query.where(messages.c.state.in_(states))
    if not viewer.cleared:
        query = query.where(VISIBLE_TO_ALL)
    return list(summaries(tx, message_ids=tx.connection.execute(query).scalars().all()).values())


def _order(queue: Queue, order: Order) -> Order:
    return Order.OLDEST if order in REVIEW_ORDERS and queue is not Queue.REVIEW else order


def _score(order: Order) -> ColumnElement[float]:
    """What an order goes by beside the id."""
    return _SCORES.get(order, messages.c.probability)


def _columns(order: Order) -> tuple[ColumnElement[Any], ...]:
    return (_score(order), messages.c.id) if order in _SCORES else (messages.c.id,)


def _ordering(order: Order) -> list[ColumnElement[Any]]:
    return [column.desc() if order in _FALLING else column.asc() for column in _columns(order)]


def _beyond(order: Order, start: Position, *, back: bool = False) -> ColumnElement[bool]:
    falling, place = (order in _FALLING) != back, messages.c.id
    if order not in _SCORES:
        return place < start.message_id if falling else place > start.message_id
    score = _score(order)
    # The first part alone lets the index find the place; the second settles ties.
    if falling:
        return and_(score <= start.probability, or_(score < start.probability, place < start.message_id))
    return and_(score >= start.probability, or_(score > start.probability, place > start.message_id))


def summaries(tx: Tx, *, message_ids: Sequence[int], unveil: bool = False) -> dict[int, MessageSummary]:
    """The lines of these messages by id, in the given order. The caller has asked who may see them.

    A message that is judged blind comes without its suggestion, but for `unveil`: what is decided then is no evidence.
    """
    if not message_ids:
        return {}
    found = tx.connection.execute(_summary_query(), {"message_ids": list(message_ids)})
    rows = {row.id: row for row in found}
    headings = blobs.get_many(tx, [r.heading_blob_id for r in rows.values() if r.heading_blob_id is not None])
    lines = {key: _summary(rows[key], headings.get(rows[key].heading_blob_id)) for key in message_ids if key in rows}
    for key in set() if unveil else blind_among(tx, list(lines)):
        lines[key] = replace(lines[key], prediction=None, blind=True)
    return lines


@lru_cache
def _summary_query() -> Select[Any]:
    return (
        select(
            *messages.c,
            predictions.c.route.label("p_route"),
            predictions.c.country.label("p_country"),
            predictions.c.kind.label("p_kind"),
            predictions.c.verdict.label("p_verdict"),
            predictions.c.reason.label("p_reason"),
            predictions.c.probability.label("p_probability"),
            decisions.c.action.label("d_action"),
            decisions.c.route.label("d_route"),
            decisions.c.country.label("d_country"),
            decisions.c.officer.label("d_officer"),
            decisions.c.decided_at.label("d_at"),
            deliveries.c.leaves_at,
            people.c.name.label("assigned_to"),
        )
        .select_from(messages)
        .join(inquiries, inquiries.c.id == messages.c.inquiry_id)
        .outerjoin(predictions, predictions.c.id == messages.c.prediction_id)
        .outerjoin(decisions, decisions.c.id == messages.c.decision_id)
        .outerjoin(deliveries, deliveries.c.id == messages.c.delivery_id)
        .outerjoin(people, people.c.id == inquiries.c.officer_id)
        .where(messages.c.id.in_(bindparam("message_ids", expanding=True)))
    )


def _summary(row: Row[Any], heading_data: bytes | None) -> MessageSummary:
    heading = UNREADABLE if heading_data is None else decode_heading(heading_data)
    prediction = decision = None
    if row.p_route is not None:
        said = Destination(row.p_route, row.p_country)
        prediction = PredictionSummary(
            row.prediction_id, said, row.p_probability, row.p_kind, row.p_verdict, row.p_reason
        )
    if row.d_action is not None:
        named = None if row.d_route is None else Destination(row.d_route, row.d_country)
        decision = DecisionSummary(row.decision_id, row.d_action, named, row.d_officer, row.d_at)
    return MessageSummary(
        id=row.id,
        inquiry_id=row.inquiry_id,
        state=row.state,
        version=row.version,
        stored_at=row.stored_at,
        received_at=row.received_at,
        language=row.language,
        urgent=row.urgent,
        restricted=row.restricted,
        machine=row.machine,
        quarantine_reason=row.quarantine_reason,
        declined=row.declined,
        size=row.size,
        subject=heading.subject,
        sender=heading.sender,
        message_id=heading.message_id,
        has_attachments=row.has_attachments,
        prediction=prediction,
        decision=decision,
        delivery_id=row.delivery_id,
        delivery_state=row.delivery_state,
        leaves_at=row.leaves_at if row.state is MessageState.QUEUED else None,
        snoozed_until=row.snoozed_until,
        assigned_to=row.assigned_to,
        erased_at=row.erased_at,
    )


def ids_by_state(tx: Tx, *, state: MessageState, after_id: int, limit: int) -> list[int]:
    """The ids of all messages in a state by rising id. Restricted ones in review are left out: see `number_restricted`."""
    where = OPEN if state is MessageState.IN_REVIEW else IN_STATE[state]
    query = select(messages.c.id).where(where, messages.c.id > after_id).order_by(messages.c.id).limit(limit)
    return list(tx.connection.execute(query).scalars())


def number_restricted(tx: Tx) -> int:
    """How many restricted messages are in review; the figure alone is no secret."""
    return int(tx.connection.execute(select(func.count()).select_from(messages).where(RESTRICTED)).scalar_one())
