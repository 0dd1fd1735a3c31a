"""Suggest: received messages go before an officer with a suggestion, or aside as machine mail. Where an office has opened
the gate, what it lets through is decided here too (see `automatic`).

A follow-up is proposed to the unit that has its inquiry, unless the model is sure of another one. A message of a
restricted inquiry is restricted, whatever the model says of it.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

from triage.domain.decision import Alternative, Policied, Prediction, Verdict
from triage.domain.errors import OutsideError, Refused, Stale, UserError
from triage.domain.labels import LabelMapping
from triage.domain.lifecycle import DeliveryEvent, DeliveryState
from triage.domain.policy import Thresholds
from triage.domain.policy import decide as apply_policy
from triage.domain.ports import Classifier, Clock
from triage.domain.taxonomy import Destination, Route
from triage.flow.desk.declined import without_declined
from triage.flow.learning.automatic import Automatic, put_on_record
from triage.flow.learning.taxonomy import renamed
from triage.flow.units.replies import ReplyReader, book_reading, record_booked
from triage.log import get_logger
from triage.store import acknowledgements, audit, deliveries, label_mappings, predictions
from triage.store.engine import Store, Tx
from triage.store.gate_checks import NewCheck
from triage.store.predictions import Classified, Unclassified
from triage.store.search_index import Entry, put_many

FOLLOW_UP = "follow_up"
BOUNCE_REPORTED = "bounce_reported"


class Classify:
    """Puts suggestions on received messages. One object per worker."""

    def __init__(
        self,
        *,
        store: Store,
        classifier: Classifier,
        clock: Clock,
        thresholds: Thresholds | Callable[[], Thresholds],
        worker: str = "worker",
        acknowledges: bool = False,
        automatic: Automatic | None = None,
    ) -> None:
        self._store = store
        self._classifier = classifier
        self._clock = clock
        self._thresholds = thresholds if callable(thresholds) else lambda: thresholds
        self._worker = worker
        self._acknowledges = acknowledges
        self._automatic = automatic
        self._replies = ReplyReader()

    def step(self, limit: int = 100) -> int:
        """Takes up to `limit` received messages and returns how many were moved; 0 means that none waits.

        With many workers the batch stays locked while the model thinks, so that each message is thought about once; on
        SQLite the one writer is not held up, and the step is repeated where somebody was faster.
        """
        if self._store.many_workers:
            with self._store.begin() as tx:
                return self._book(tx, self._think(predictions.unclassified(tx, limit=limit, on=self._today())))
        while True:
            with self._store.read() as tx:
                waiting = predictions.unclassified(tx, limit=limit, on=self._today())
            thought = self._think(waiting)
            try:
                with self._store.begin() as tx:
                    return self._book(tx, thought)
            except Stale:
                continue

    def _think(self, waiting: Sequence[Unclassified]) -> list[tuple[Unclassified, Classified]]:
        people = [one for one in waiting if one.message.machine is None]
        if not people:
            return [(one, _classified(one, None)) for one in waiting]
        changed, thresholds = self._changes(), self._thresholds()  # once for all of them: both are asked of the store
        policied = {
            one.id: self._policied(one, prediction, thresholds, changed)
            for one, prediction in zip(people, self._predict(people), strict=True)
            if prediction is not None
        }
        return [(one, _classified(one, policied.get(one.id))) for one in waiting]

    def _predict(self, people: Sequence[Unclassified]) -> list[Prediction | None]:
        """One prediction for each; None where the model fails over that very message, which must not stop the others."""
        try:
            return list(self._classifier.predict([one.message for one in people]))
        except (UserError, OutsideError):
            raise  # the model itself is missing or away: everything waits
        except Exception as error:
            if len(people) > 1:
                return [prediction for one in people for prediction in self._predict([one])]
            get_logger().error("not_classified", message_id=people[0].id, error=type(error).__name__)
            return [None]

    def _changes(self) -> list[LabelMapping]:
        """What labels mean today that a model may have learnt under other names."""
        with self._store.read() as tx:
            return label_mappings.mappings(tx)

    def _policied(
        self, one: Unclassified, prediction: Prediction, thresholds: Thresholds, changed: Sequence[LabelMapping]
    ) -> Policied:
        policied = renamed(apply_policy(prediction, one.message, thresholds), changed, on=self._today())
        if one.unit is None or prediction.urgent or prediction.restricted or policied.verdict is Verdict.FORWARD:
            return without_declined(policied, one.declined)
        return follow_up(policied, Destination.parse(one.unit))

    def _today(self) -> date:
        return self._clock.now().date()

    def _book(self, tx: Tx, thought: Sequence[tuple[Unclassified, Classified]]) -> int:
        now = self._clock.now()
        read = self._replies.read(tx, [(one.id, one.message) for one, _ in thought], now=now)
        answers = {
            one.id: booked
            for one, classified in thought
            if one.id in read
            and (booked := book_reading(tx, read[one.id], may_book=_may_book(classified), now=now)) is not None
        }
        thought = [(one, replace(each, booked=True) if one.id in answers else each) for one, each in thought]
        gate = self._automatic
        drawn: dict[int, NewCheck] = {}
        if gate is not None:
            thought, drawn = gate.sort(tx, thought, model=self._classifier.name, now=now)
        predictions.record(tx, [classified for _, classified in thought], worker=self._worker, now=now)
        put_many(tx, [_indexed(waiting, classified) for waiting, classified in thought])
        sent = [] if gate is None else gate.book(tx, thought, drawn, classifier=self._classifier, now=now)
        if self._acknowledges:
            acknowledgements.owe(
                tx, [one.id for _, one in thought if one.id not in read and _may_be_acknowledged(one)], now=now
            )
        bounced = [
            (one.id, one.bounced_delivery_id)
            for one, _ in thought
            if one.bounced_delivery_id is not None and self._bounce(tx, one.bounced_delivery_id)
        ]
        put_on_record(tx, sent, model=self._classifier.name, now=now)
        for booked in answers.values():  # the audit record comes last in every transaction
            record_booked(tx, booked, now=now)
        for message_id, delivery_id in bounced:
            objects = [f"delivery:{delivery_id}", f"message:{message_id}"]
            audit.append(tx, at=now, actor=self._worker, act=audit.Act.BOUNCED, objects=objects)
        return len(thought)

    def _bounce(self, tx: Tx, delivery_id: str) -> bool:
        """A bounce of what we sent returns the inquiry to an officer; of anything not sent for certain it only shows."""
        now = self._clock.now()
        try:
            deliveries.step(
                tx,
                delivery_id=delivery_id,
                event=DeliveryEvent.BOUNCED,
                expected=DeliveryState.SENT,
                actor=self._worker,
                now=now,
                error_code=BOUNCE_REPORTED,
            )
        except Refused:
            return False
        return True


def _may_book(one: Classified) -> bool:
    """Whether a unit's reply may be booked without an officer: nobody is in danger by it, and nobody is reported."""
    return not one.machine and not one.urgent and not one.restricted


def follow_up(policied: Policied, unit: Destination) -> Policied:
    """The same prediction with the unit that has the inquiry in front; the others stay as alternatives."""
    prediction = policied.prediction
    if prediction.destination == unit:
        return policied
    others = [a for a in prediction.alternatives if a.destination != unit]
    known = next((a.probability for a in prediction.alternatives if a.destination == unit), 0.0)
    moved = replace(
        prediction, destination=unit, probability=known, alternatives=(Alternative(unit, known), *others[:4])
    )
    return Policied(moved, Verdict.REVIEW, FOLLOW_UP)


def _may_be_acknowledged(one: Classified) -> bool:
    """Whether `acknowledge` is to look at it at all: not where a person may be in danger, nor what IPD may keep."""
    if one.machine or one.booked or one.urgent or one.restricted or one.policied is None:
        return False
    return one.policied.prediction.destination.route is not Route.IPD


def _indexed(one: Unclassified, classified: Classified) -> Entry:
    said = None if classified.policied is None else classified.policied.prediction
    return Entry(
        message_id=one.id,
        message=one.message,
        language=one.message.language if said is None else said.language,
        destination=None if said is None else said.destination,
        kind=None if said is None else said.kind,
        restricted=classified.restricted,
    )


def _classified(one: Unclassified, policied: Policied | None) -> Classified:
    return Classified(
        id=one.id,
        version=one.version,
        policied=policied,
        machine=one.message.machine is not None,
        urgent=policied is not None and policied.prediction.urgent,
        restricted=one.inquiry_restricted or (policied is not None and policied.prediction.restricted),
    )
