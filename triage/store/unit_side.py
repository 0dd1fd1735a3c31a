"""What stands between us and a unit over one delivery, and what a unit said: for links, replies, reminders and officers."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, delete, func, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from triage.domain.decision import UnitAnswer
from triage.domain.errors import NotFound
from triage.domain.lifecycle import DeliveryState, MessageState, Purpose
from triage.domain.message import Message
from triage.domain.organisation import OfficeStatus
from triage.domain.people import Person
from triage.domain.protection import OVERSIGHT
from triage.domain.reply import AnswerWay
from triage.domain.taxonomy import Destination, Route
from triage.store import blobs
from triage.store.decisions import Corrected
from triage.store.engine import Tx
from triage.store.house_tables import offices as office_rows
from triage.store.readings import decode_message
from triage.store.tables import (
    DECLINED,
    VISIBLE_TO_ALL,
    answers,
    decisions,
    deliveries,
    inquiries,
    messages,
    predictions,
)
from triage.store.unit_tables import answer_sources, awaited

TO_UNITS = (Purpose.LEAD, Purpose.COPY)


@dataclass(frozen=True, slots=True)
class UnitDelivery:
    """A mail to a unit with everything that decides what may still be said to it.

    `current`: the message is still with this unit (for a lead), or the decision that made this copy still stands.
    """

    id: str
    message_id: int
    inquiry_id: int
    purpose: Purpose
    code: str
    state: DeliveryState
    created_at: datetime
    message_state: MessageState
    restricted: bool
    erased: bool
    closed: bool
    current: bool
    reading_blob_id: int | None
    received_at: datetime
    answers: tuple[UnitAnswer, ...]


def unit_delivery(tx: Tx, *, delivery_id: str, lock: bool = False) -> UnitDelivery | None:
    """One mail to a unit, None where there is none or it went to nobody's unit. `lock` keeps others from answering."""
    query = (
        select(
            deliveries.c.id, deliveries.c.message_id, deliveries.c.purpose, deliveries.c.code, deliveries.c.state,
            deliveries.c.created_at, deliveries.c.decision_id, messages.c.inquiry_id, messages.c.state.label("message_state"),
            messages.c.restricted, messages.c.erased_at, messages.c.delivery_id.label("lead"),
            messages.c.decision_id.label("standing"), messages.c.reading_blob_id, messages.c.received_at,
            messages.c.stored_at, inquiries.c.closed_at,
        )
        .join(messages, messages.c.id == deliveries.c.message_id)
        .join(inquiries, inquiries.c.id == messages.c.inquiry_id)
        .where(deliveries.c.id == delivery_id, deliveries.c.purpose.in_(TO_UNITS))
    )  # fmt: skip
    row = tx.connection.execute(query.with_for_update(of=messages) if lock else query).one_or_none()
    if row is None:
        return None
    said = select(answers.c.answer).where(answers.c.delivery_id == delivery_id).order_by(answers.c.id)
    with_unit = row.message_state in (MessageState.FORWARDED, MessageState.QUEUED)
    stands = row.lead == row.id if row.purpose is Purpose.LEAD else row.standing == row.decision_id
    return UnitDelivery(
        id=row.id,
        message_id=row.message_id,
        inquiry_id=row.inquiry_id,
        purpose=row.purpose,
        code=row.code,
        state=row.state,
        created_at=row.created_at,
        message_state=row.message_state,
        restricted=row.restricted,
        erased=row.erased_at is not None,
        closed=row.closed_at is not None,
        current=with_unit and stands,
        reading_blob_id=row.reading_blob_id,
        received_at=row.received_at or row.stored_at,
        answers=tuple(tx.connection.execute(said).scalars()),
    )


def held_by(tx: Tx, *, message_id: int) -> frozenset[str]:
    """The codes of the units that a message is with now: of its lead, and of the copies of the standing decision."""
    query = (
        select(deliveries.c.code)
        .join(messages, messages.c.id == deliveries.c.message_id)
        .where(
            messages.c.id == message_id,
            messages.c.state.in_((MessageState.FORWARDED, MessageState.QUEUED)),
            deliveries.c.state.in_((DeliveryState.SENT, DeliveryState.UNKNOWN)),
            or_(
                and_(deliveries.c.purpose == Purpose.LEAD, messages.c.delivery_id == deliveries.c.id),
                and_(deliveries.c.purpose == Purpose.COPY, messages.c.decision_id == deliveries.c.decision_id),
            ),
        )
    )
    return frozenset(tx.connection.execute(query).scalars())


def message_of(tx: Tx, delivery: UnitDelivery) -> Message | None:
    """What was read of the message that this mail carried; None where it could not be read or is erased."""
    if delivery.reading_blob_id is None:
        return None
    data = blobs.get_many(tx, [delivery.reading_blob_id]).get(delivery.reading_blob_id)
    return None if data is None else decode_message(data)


def add_source(tx: Tx, *, answer_id: int, way: AnswerWay, code: str, proposed: Destination | None) -> None:
    """Books how an answer came, from which unit, and whom it named instead."""
    row = {
        "answer_id": answer_id,
        "way": way,
        "code": code,
        "proposed_route": None if proposed is None else proposed.route,
        "proposed_country": None if proposed is None else proposed.country,
    }
    tx.connection.execute(insert(answer_sources).values(row))


@dataclass(frozen=True, slots=True)
class Said:
    """An answer as a label: which unit said what of which message, when, how, and whom it named instead."""

    message_id: int
    answer: UnitAnswer
    code: str
    at: datetime
    way: AnswerWay
    destination: Destination | None
    proposed: Destination | None


def said_of(tx: Tx, message_ids: Iterable[int]) -> dict[int, list[Said]]:
    """What units said of each of these messages, oldest first. One query."""
    query = (
        select(
            answers.c.message_id, answers.c.answer, answers.c.answered_at, answer_sources.c.code, deliveries.c.code.label("to"),
            answer_sources.c.way, answer_sources.c.proposed_route, answer_sources.c.proposed_country, decisions.c.route,
            decisions.c.country,
        )
        .outerjoin(answer_sources, answer_sources.c.answer_id == answers.c.id)
        .outerjoin(deliveries, deliveries.c.id == answers.c.delivery_id)
        .outerjoin(decisions, decisions.c.id == deliveries.c.decision_id)
        .where(answers.c.message_id.in_(set(message_ids)))
        .order_by(answers.c.id)
    )  # fmt: skip
    found: dict[int, list[Said]] = {}
    for row in tx.connection.execute(query):
        found.setdefault(row.message_id, []).append(
            Said(
                row.message_id,
                row.answer,
                row.code or row.to or "",
                row.answered_at,
                row.way or AnswerWay.OFFICER,
                None if row.route is None else Destination(row.route, row.country),
                None if row.proposed_route is None else Destination(row.proposed_route, row.proposed_country),
            )
        )
    return found


def proposals(tx: Tx, *, restricted: bool = False) -> Iterator[Corrected]:
    """Messages that came back from a unit which named another one, and on which no officer has decided since."""
    all_answers = answers.alias("all_answers")
    newest = (
        select(func.max(all_answers.c.id))
        .where(all_answers.c.message_id == messages.c.id, all_answers.c.answer == UnitAnswer.NOT_OURS)
        .correlate(messages)
        .scalar_subquery()
    )
    query = (
        select(
            messages.c.id, messages.c.reading_blob_id, messages.c.urgent, messages.c.restricted, answers.c.actor,
            answers.c.answered_at, answer_sources.c.proposed_route, answer_sources.c.proposed_country,
            predictions.c.kind, predictions.c.sender_type,
        )
        .select_from(messages)
        .join(answers, answers.c.id == newest)
        .join(answer_sources, answer_sources.c.answer_id == answers.c.id)
        .outerjoin(predictions, predictions.c.id == messages.c.prediction_id)
        .where(DECLINED, messages.c.erased_at.is_(None), answer_sources.c.proposed_route.is_not(None))
        .order_by(messages.c.id)
    )  # fmt: skip
    if not restricted:
        query = query.where(~messages.c.restricted)
    for row in tx.connection.execute(query):
        reading = blobs.get_many(tx, [row.reading_blob_id]).get(row.reading_blob_id)
        if reading is not None:
            yield Corrected(
                message_id=row.id,
                message=decode_message(reading),
                destination=Destination(row.proposed_route, row.proposed_country),
                suggested=None,
                kind=row.kind or "question",
                sender_type=row.sender_type or "unknown",
                urgent=row.urgent,
                restricted=row.restricted,
                officer=row.actor,
                decided_at=row.answered_at,
            )


def declined(tx: Tx, inquiry_ids: Iterable[int], *, on: date) -> dict[int, frozenset[Destination]]:
    """By inquiry: the destinations whose unit or office has said "not ours" of it as its lead. They are not proposed
    again. Where an office declined, so are all countries that it answers for."""
    query = (
        select(messages.c.inquiry_id, deliveries.c.code, decisions.c.route, decisions.c.country)
        .join(answers, answers.c.message_id == messages.c.id)
        .join(deliveries, deliveries.c.id == answers.c.delivery_id)
        .outerjoin(decisions, decisions.c.id == deliveries.c.decision_id)
        .where(
            messages.c.inquiry_id.in_(set(inquiry_ids)),
            answers.c.answer == UnitAnswer.NOT_OURS,
            deliveries.c.purpose == Purpose.LEAD,
        )
    )
    rows = tx.connection.execute(query).all()
    if not rows:
        return {}
    covered = _covered(tx, {row.code for row in rows}, on)
    found: dict[int, set[Destination]] = {}
    for row in rows:
        out = found.setdefault(row.inquiry_id, set())
        if row.route is not None:
            out.add(Destination(row.route, row.country))
        if row.code in set(Route) and row.code != Route.MISSION:
            out.add(Destination(Route(row.code)))
        out |= {Destination(Route.MISSION, country) for country in covered.get(row.code, ())}
    return {inquiry_id: frozenset(destinations) for inquiry_id, destinations in found.items()}


def _covered(tx: Tx, codes: set[str], on: date) -> dict[str, list[str]]:
    """The countries that each office answers for, its own included."""
    query = select(office_rows.c.code, office_rows.c.status, office_rows.c.covered_by).where(
        or_(office_rows.c.valid_to.is_(None), office_rows.c.valid_to > on),
        office_rows.c.valid_from <= on,
        or_(
            and_(office_rows.c.covered_by.in_(codes), office_rows.c.status != OfficeStatus.OWN),
            office_rows.c.code.in_(codes),
        ),
        func.length(office_rows.c.code) == 2,
    )
    found: dict[str, list[str]] = {}
    for row in tx.connection.execute(query):
        owner = row.code if row.code in codes and row.status is OfficeStatus.OWN else row.covered_by
        if owner in codes:
            found.setdefault(owner, []).append(row.code)
    return found


def await_unit(tx: Tx, *, delivery_id: str, message_id: int, now: datetime) -> None:
    """From now on the unit of this lead is waited for, unless it says something."""
    lead = select(deliveries.c.code).where(deliveries.c.id == delivery_id)
    code = tx.connection.execute(lead).scalar_one()
    if code == OVERSIGHT:
        return
    row = {
        "delivery_id": delivery_id,
        "message_id": message_id,
        "code": code,
        "sent_at": now,
        "reminders": 0,
    }
    dialect = postgresql if tx.postgres else sqlite
    tx.connection.execute(dialect.insert(awaited).on_conflict_do_nothing(), [row])


def heard(tx: Tx, *, delivery_id: str) -> None:
    """The unit has spoken, or has it no longer: nobody waits for it."""
    tx.connection.execute(delete(awaited).where(awaited.c.delivery_id == delivery_id))


def needs_more(tx: Tx, *, delivery_id: str, now: datetime) -> None:
    """The unit waits for us: it is not reminded, and officers see it."""
    values = {"needs_more_at": now, "due_at": None, "escalated_at": None}
    tx.connection.execute(update(awaited).where(awaited.c.delivery_id == delivery_id).values(values))


def lead_of(tx: Tx, *, message_id: int) -> UnitDelivery:
    """The lead that has a message now. Raises NotFound where none has."""
    query = select(messages.c.delivery_id).where(messages.c.id == message_id)
    delivery_id = tx.connection.execute(query).scalar_one_or_none()
    found = None if delivery_id is None else unit_delivery(tx, delivery_id=delivery_id, lock=True)
    if found is None:
        raise NotFound("no unit has this message")
    return found


@dataclass(frozen=True, slots=True)
class Awaited:
    """A lead that has left, and whose unit has said nothing or needs more."""

    delivery_id: str
    message_id: int
    code: str
    sent_at: datetime
    due_at: datetime | None
    reminders: int
    escalated_at: datetime | None
    needs_more_at: datetime | None


_STANDS = and_(
    messages.c.id == awaited.c.message_id,
    messages.c.delivery_id == awaited.c.delivery_id,
    messages.c.state == MessageState.FORWARDED,
)
_AWAITED = (
    awaited.c.delivery_id, awaited.c.message_id, awaited.c.code, awaited.c.sent_at, awaited.c.due_at,
    awaited.c.reminders, awaited.c.escalated_at, awaited.c.needs_more_at,
)  # fmt: skip


def awaited_of(tx: Tx, *, message_id: int) -> Awaited | None:
    """Whether the unit that has a message is waited for."""
    row = tx.connection.execute(
        select(*_AWAITED).join(messages, _STANDS).where(awaited.c.message_id == message_id)
    ).one_or_none()
    return None if row is None else Awaited(*row)


def attention(tx: Tx, *, viewer: Person, limit: int = 200) -> list[Awaited]:
    """What officers must look at, the longest waiting first: units that need more, and units that stay silent."""
    query = (
        select(*_AWAITED)
        .join(messages, _STANDS)
        .where(or_(awaited.c.escalated_at.is_not(None), awaited.c.needs_more_at.is_not(None)))
        .order_by(awaited.c.sent_at, awaited.c.delivery_id)
        .limit(limit)
    )
    if not viewer.cleared:
        query = query.where(VISIBLE_TO_ALL)
    return [Awaited(*row) for row in tx.connection.execute(query)]


def silent(tx: Tx, *, viewer: Person, limit: int = 200) -> list[Awaited]:
    """Units that are waited for, the longest waiting first."""
    query = (
        select(*_AWAITED)
        .join(messages, _STANDS)
        .where(awaited.c.escalated_at.is_(None), awaited.c.needs_more_at.is_(None))
        .order_by(awaited.c.sent_at, awaited.c.delivery_id)
        .limit(limit)
    )
    if not viewer.cleared:
        query = query.where(VISIBLE_TO_ALL)
    return [Awaited(*row) for row in tx.connection.execute(query)]
