"""One message with everything that is known of it, for a viewer who may see it."""

from sqlalchemy import select

from triage.domain.errors import Erased
from triage.domain.message import Message
from triage.domain.people import Person
from triage.domain.taxonomy import Destination
from triage.store import blobs
from triage.store.deliveries import list_page as list_deliveries
from triage.store.engine import Tx
from triage.store.listing import summaries
from triage.store.messages import standing
from triage.store.predictions import view
from triage.store.readings import decode_message
from triage.store.tables import (
    VISIBLE_TO_ALL,
    answers,
    arrivals,
    decisions,
    delivery_events,
    inquiries,
    message_events,
    messages,
    predictions,
)
from triage.store.views import AnswerView, DeliveryView, HistoryEntry, HistoryKind, MessageDetail

THREAD_LIMIT = 100


def detail(tx: Tx, *, viewer: Person, message_id: int) -> MessageDetail:
    """Everything about one message. Raises NotFound also where the viewer may not see it."""
    at = standing(tx, message_id=message_id, cleared=viewer.cleared)
    siblings = select(messages.c.id).where(messages.c.inquiry_id == at.inquiry_id, messages.c.id != message_id)
    if not viewer.cleared:
        siblings = siblings.where(VISIBLE_TO_ALL)
    thread = list(tx.connection.execute(siblings.order_by(messages.c.id).limit(THREAD_LIMIT)).scalars())
    lines = summaries(tx, message_ids=[message_id, *thread])
    mails = tuple(list_deliveries(tx, viewer=viewer, message_id=message_id))
    said = answers_of(tx, message_id)
    line = lines[message_id]
    history = _history(tx, message_id, mails, said)
    if line.blind:
        history = tuple(entry for entry in history if entry.kind is not HistoryKind.PREDICTED)
    return MessageDetail(
        summary=line,
        message=message_of(tx, message_id),
        prediction=None if at.prediction_id is None or line.blind else view(tx, prediction_id=at.prediction_id),
        history=history,
        thread=tuple(lines[key] for key in thread),
        deliveries=mails,
        answers=said,
        may_belong_to=_hint(tx, viewer, message_id),
    )


def raw(tx: Tx, *, viewer: Person, message_id: int) -> bytes:
    """The mail byte for byte as it came. Raises NotFound where it is not for this viewer, Erased where it is gone."""
    at = standing(tx, message_id=message_id, cleared=viewer.cleared)
    if at.raw_blob_id is None:
        raise Erased("the original of this message was deleted")
    return blobs.get(tx, at.raw_blob_id)


def message_of(tx: Tx, message_id: int) -> Message | None:
    """What was read of a message, its HTML with it; None where it could not be read or is erased. The caller has asked
    who may see it."""
    query = select(messages.c.reading_blob_id, messages.c.html_blob_id).where(messages.c.id == message_id)
    reading_id, html_id = tx.connection.execute(query).one()
    parts = blobs.get_many(tx, [key for key in (reading_id, html_id) if key is not None])
    if reading_id not in parts:
        return None
    return decode_message(parts[reading_id], html=parts[html_id].decode() if html_id in parts else "")


def _hint(tx: Tx, viewer: Person, message_id: int) -> int | None:
    """The inquiry that the mail claims to belong to, where the viewer may know of it."""
    query = (
        select(inquiries.c.id)
        .join(messages, messages.c.may_belong_to == inquiries.c.id)
        .where(messages.c.id == message_id)
    )
    if not viewer.cleared:
        query = query.where(~inquiries.c.restricted)
    return tx.connection.execute(query).scalar_one_or_none()


def answers_of(tx: Tx, message_id: int) -> tuple[AnswerView, ...]:
    """What units said of a message, oldest first. The caller has asked who may see it."""
    rows = tx.connection.execute(select(answers).where(answers.c.message_id == message_id).order_by(answers.c.id)).all()
    notes = blobs.get_many(tx, [row.note_blob_id for row in rows if row.note_blob_id is not None])
    return tuple(
        AnswerView(r.id, r.delivery_id, r.answer, r.actor, r.answered_at, notes.get(r.note_blob_id, b"").decode())
        for r in rows
    )


def _history(
    tx: Tx, message_id: int, mails: tuple[DeliveryView, ...], said: tuple[AnswerView, ...]
) -> tuple[HistoryEntry, ...]:
    connection = tx.connection
    entries = [
        HistoryEntry(row.stored_at, HistoryKind.ARRIVED, row.outcome.value, actor=row.source)
        for row in connection.execute(select(arrivals).where(arrivals.c.message_id == message_id))
    ]
    for row in connection.execute(select(predictions).where(predictions.c.message_id == message_id)):
        named = Destination(row.route, row.country)
        entries.append(
            HistoryEntry(row.made_at, HistoryKind.PREDICTED, row.verdict.value, row.model, named, code=row.reason)
        )
    made = connection.execute(
        select(decisions).where(decisions.c.message_id == message_id).order_by(decisions.c.id)
    ).all()
    notes = blobs.get_many(tx, [row.note_blob_id for row in made if row.note_blob_id is not None])
    for row in made:
        destination = None if row.route is None else Destination(row.route, row.country)
        note = notes.get(row.note_blob_id, b"").decode()
        entries.append(
            HistoryEntry(row.decided_at, HistoryKind.DECIDED, row.action.value, row.officer, destination, note)
        )
    for row in connection.execute(select(message_events).where(message_events.c.message_id == message_id)):
        entries.append(HistoryEntry(row.at, HistoryKind.MOVED, row.state.value, row.actor, code=row.event.value))
    steps = select(delivery_events).where(delivery_events.c.delivery_id.in_([mail.id for mail in mails]))
    for row in connection.execute(steps.order_by(delivery_events.c.id)) if mails else ():
        entries.append(
            HistoryEntry(
                row.at,
                HistoryKind.DELIVERY,
                row.event.value,
                row.actor,
                delivery_id=row.delivery_id,
                code=row.error_code or "",
            )
        )
    entries += [
        HistoryEntry(
            a.answered_at, HistoryKind.ANSWERED, a.answer.value, a.actor, note=a.note, delivery_id=a.delivery_id
        )
        for a in said
    ]
    return tuple(sorted(entries, key=lambda entry: entry.at))
