"""Suggestions: append-only. What a model said of a message and what policy made of it, with the evidence encrypted."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, insert, select, update

from triage.domain.decision import Policied, Prediction
from triage.domain.errors import Stale
from triage.domain.lifecycle import MessageEvent, MessageState, next_message_state
from triage.domain.message import Message
from triage.domain.taxonomy import Destination
from triage.domain.teaching import teaches
from triage.store import blobs
from triage.store.engine import Tx
from triage.store.evidence import decode_evidence, encode_evidence
from triage.store.keys import KeyClass
from triage.store.messages import restrict
from triage.store.readings import decode_message
from triage.store.rows import insert_rows
from triage.store.tables import IN_STATE, inquiries, message_events, messages, predictions
from triage.store.trained import erased_among
from triage.store.unit_side import declined
from triage.store.views import PredictionView


@dataclass(frozen=True, slots=True)
class Unclassified:
    """A received message that waits for a suggestion. `unit` is the destination that has its inquiry, `declined` are
    those whose unit has said that it is not theirs."""

    id: int
    version: int
    message: Message
    inquiry_restricted: bool
    unit: str | None
    bounced_delivery_id: str | None
    declined: frozenset[Destination] = frozenset()


@dataclass(frozen=True, slots=True)
class Classified:
    """A message with what was made of it. `policied` is None for machine mail, which no model is asked about, and where
    the model failed over a message: it goes before an officer without a suggestion."""

    id: int
    version: int
    policied: Policied | None
    machine: bool
    urgent: bool
    restricted: bool
    booked: bool = False  # a unit's reply that was booked as its answer
    gate_id: int | None = None  # the gate that lets it go without an officer

    @property
    def event(self) -> MessageEvent:
        if self.booked:
            return MessageEvent.BOOKED
        if self.gate_id is not None:
            return MessageEvent.AUTO_QUEUED
        return MessageEvent.RECOGNISED_MACHINE if self.machine else MessageEvent.CLASSIFIED


def unclassified(tx: Tx, *, limit: int, on: date) -> list[Unclassified]:
    """The oldest received messages; several workers on PostgreSQL get different ones, locked until the end of `tx`.

    `on` is the day whose organisation tells which countries a unit that declined answers for.
    """
    query = (
        select(
            messages.c.id, messages.c.version, messages.c.reading_blob_id, messages.c.bounced_delivery_id,
            inquiries.c.restricted, inquiries.c.unit, messages.c.inquiry_id,
        )
        .join(inquiries, inquiries.c.id == messages.c.inquiry_id)
        .where(IN_STATE[MessageState.RECEIVED])
        .order_by(messages.c.id)
        .limit(limit)
    )  # fmt: skip
    if tx.writes:
        query = query.with_for_update(of=messages, skip_locked=True)
    rows = tx.connection.execute(query).all()
    readings = blobs.get_many(tx, [row.reading_blob_id for row in rows if row.reading_blob_id is not None])
    refused = declined(tx, {row.inquiry_id for row in rows}, on=on)
    return [
        Unclassified(
            row.id, row.version, decode_message(readings.get(row.reading_blob_id, b"{}")), row.restricted, row.unit,
            row.bounced_delivery_id, refused.get(row.inquiry_id, frozenset()),
        )
        for row in rows
    ]  # fmt: skip


def record(tx: Tx, classified: Sequence[Classified], *, worker: str, now: datetime) -> None:
    """Stores suggestions and moves their messages to an officer or to machine mail, in one go.

    Raises Stale, and nothing must be committed, where one of the messages was moved by somebody else meanwhile.
    """
    if not classified:
        return
    suggested = [(one, one.policied) for one in classified if one.policied is not None]
    ids = dict(zip((one.id for one, _ in suggested), _add(tx, suggested, now=now), strict=True))
    moved = tx.connection.execute(
        update(messages)
        .where(
            messages.c.id == bindparam("b_id"),
            messages.c.state == MessageState.RECEIVED,
            messages.c.version == bindparam("b_version"),
        )
        .values(
            state=bindparam("b_state"),
            version=bindparam("b_version") + 1,
            prediction_id=bindparam("b_prediction"),
            probability=bindparam("b_probability"),
            teaches=bindparam("b_teaches"),
            language=bindparam("b_language"),
            urgent=bindparam("b_urgent"),
        ),
        [_move(one, ids.get(one.id)) for one in classified],
    )
    if moved.rowcount != len(classified):
        raise Stale("another worker has classified some of these messages")
    steps = [
        {
            "message_id": one.id,
            "version": one.version + 1,
            "event": one.event,
            "state": next_message_state(MessageState.RECEIVED, one.event),
            "at": now,
            "actor": worker,
        }
        for one in classified
    ]
    tx.connection.execute(insert(message_events), steps)
    for one in classified:
        if one.restricted:
            restrict(tx, message_id=one.id)


def _move(one: Classified, prediction_id: int | None) -> dict[str, Any]:
    prediction = one.policied.prediction if one.policied is not None else None
    return {
        "b_id": one.id,
        "b_version": one.version,
        "b_state": next_message_state(MessageState.RECEIVED, one.event),
        "b_prediction": prediction_id,
        "b_probability": 0.0 if prediction is None else prediction.probability,
        "b_teaches": 0.0 if prediction is None else teaches(prediction),
        "b_language": "und" if prediction is None else prediction.language[:12],
        "b_urgent": one.urgent,
    }


def _add(tx: Tx, suggested: Sequence[tuple[Classified, Policied]], *, now: datetime) -> list[int]:
    if not suggested:
        return []
    gone = _erased(tx, [policied.prediction for _, policied in suggested])
    blob_ids = blobs.put_many(
        tx,
        [
            (
                encode_evidence(_without(policied.prediction, gone)),
                KeyClass.RESTRICTED if one.restricted else KeyClass.ORDINARY,
            )
            for one, policied in suggested
        ],
    )
    rows = [
        {
            "message_id": one.id,
            "made_at": now,
            "model": policied.prediction.model[:80],
            "route": policied.prediction.destination.route,
            "country": policied.prediction.destination.country,
            "probability": policied.prediction.probability,
            "kind": policied.prediction.kind,
            "sender_type": policied.prediction.sender_type,
            "language": policied.prediction.language[:12],
            "urgent": policied.prediction.urgent,
            "restricted": policied.prediction.restricted,
            "out_of_scope": policied.prediction.out_of_scope,
            "verdict": policied.verdict,
            "reason": policied.reason[:40],
            "evidence_blob_id": blob_id,
        }
        for (one, policied), blob_id in zip(suggested, blob_ids, strict=True)
    ]
    return insert_rows(tx, predictions, rows)


def renew(tx: Tx, *, message_id: int, policied: Policied, restricted: bool, now: datetime) -> int:
    """Another suggestion for a message that has one already, in the same state; the older ones stay on record."""
    one = Classified(message_id, 0, policied, machine=False, urgent=False, restricted=restricted)
    (prediction_id,) = _add(tx, [(one, policied)], now=now)
    said = policied.prediction
    values = {"prediction_id": prediction_id, "probability": said.probability, "teaches": teaches(said)}
    tx.connection.execute(update(messages).where(messages.c.id == message_id).values(values))
    return prediction_id


def as_prediction(row: Any, evidence: bytes | None) -> Prediction:
    """A row of `predictions` as it was made; without `evidence`, where that is erased or nobody asks for it."""
    return Prediction(
        destination=Destination(row.route, row.country),
        probability=row.probability,
        kind=row.kind,
        sender_type=row.sender_type,
        language=row.language,
        urgent=row.urgent,
        restricted=row.restricted,
        out_of_scope=row.out_of_scope,
        model=row.model,
        **decode_evidence(evidence),
    )


def view(tx: Tx, *, prediction_id: int) -> PredictionView | None:
    """One suggestion with its evidence."""
    row = tx.connection.execute(select(predictions).where(predictions.c.id == prediction_id)).one_or_none()
    if row is None:
        return None
    data = blobs.get_many(tx, [row.evidence_blob_id]).get(row.evidence_blob_id)
    prediction = as_prediction(row, data)
    shown = _without(prediction, _erased(tx, [prediction]))
    return PredictionView(row.id, row.made_at, Policied(shown, row.verdict, row.reason))


def _erased(tx: Tx, said: Sequence[Prediction]) -> set[str]:
    """Which of the similar messages are gone: a model keeps them until it is trained anew, nobody may see them."""
    return erased_among(tx, {one.id for prediction in said for one in prediction.similar})


def _without(prediction: Prediction, gone: Collection[str]) -> Prediction:
    if not gone:
        return prediction
    return replace(prediction, similar=tuple(one for one in prediction.similar if one.id not in gone))


def suggested(tx: Tx, *, prediction_ids: Sequence[int]) -> dict[int, Destination]:
    """What suggestions named, by their ids."""
    query = select(predictions.c.id, predictions.c.route, predictions.c.country).where(
        predictions.c.id.in_(prediction_ids)
    )
    return {row.id: Destination(row.route, row.country) for row in tx.connection.execute(query)}
