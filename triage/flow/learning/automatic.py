"""What may leave without an officer, at the moment of classification: drawn to be judged blind, let through, or neither.

The draw comes before anything is decided, so that what officers judge is a fair sample of what would go. What is let
through is decided by "policy", with the suggestion and the gate on record, and leaves after the undo window like any
other mail; an officer may take it back until then.
"""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from triage.domain.decision import Action, Decision, Policied, Verdict
from triage.domain.drift import Measures
from triage.domain.errors import NotFound
from triage.domain.gate import GateState
from triage.domain.gate_words import Place
from triage.domain.gatekeeper import Rules, Standing, draw, may_go, opener
from triage.domain.lifecycle import Purpose
from triage.domain.organisation import Recipient
from triage.domain.people import Person
from triage.domain.policy import Reason
from triage.domain.ports import Classifier
from triage.domain.taxonomy import Destination
from triage.store import audit, decisions, deliveries, drift, gate, gate_checks, inquiries, organisation
from triage.store.deliveries import NewDelivery
from triage.store.engine import Tx
from triage.store.gate_checks import Judgement, NewCheck
from triage.store.messages import standing
from triage.store.predictions import Classified, Unclassified

POLICY = Person(None, decisions.MACHINE_OFFICER)
Thought = Sequence[tuple[Unclassified, Classified]]


@dataclass(frozen=True, slots=True)
class Sent:
    """A message that was decided automatically."""

    message_id: int
    decision_id: int
    delivery_id: str
    gate_id: int
    destination: Destination


@dataclass(frozen=True, slots=True)
class Automatic:
    """The gate as a classifying worker asks it. `automatic` False: nothing leaves, whatever the gate says, and the
    audit goes on. `chance` gives fair numbers from 0 to 1."""

    rules: Callable[[], Rules]
    automatic: bool
    undo_seconds: Callable[[], float]
    chance: Callable[[], float] = random.SystemRandom().random

    def sort(self, tx: Tx, thought: Thought, *, model: str, now: datetime) -> tuple[Thought, dict[int, NewCheck]]:
        """The same messages, those that may leave marked so, and what was drawn among them. Writes nothing."""
        rules = self.rules()
        standings = {place: state.standing(model) for place, state in gate.states(tx).items()}
        if not self.automatic:
            standings = {place: _shut(one) for place, one in standings.items()}
        sorted_: list[tuple[Unclassified, Classified]] = []
        drawn: dict[int, NewCheck] = {}
        for waiting, one in thought:
            policied = one.policied
            if policied is None or not _free(waiting, one, policied):
                sorted_.append((waiting, one))
                continue
            said = policied.prediction
            opened = self._opener(tx, standings, policied, now)
            why, share = draw(
                rules, opened=opened is not None, probability=said.probability, chance=self.chance()
            )  # fmt: skip
            if why is not None:
                drawn[one.id] = NewCheck(one.id, why, share, opened.id if opened is not None else None, said.language)
            elif opened is not None:
                sure = Policied(said, Verdict.FORWARD, Reason.CONFIDENT)
                one = replace(one, policied=sure, gate_id=opened.id)
            sorted_.append((waiting, one))
        return sorted_, drawn

    def _opener(
        self, tx: Tx, standings: Mapping[Place, Standing], policied: Policied, now: datetime
    ) -> Standing | None:
        said = policied.prediction
        opened = opener(
            standings, destination=said.destination, language=said.language, probability=said.probability
        )  # fmt: skip
        if opened is None or tx.shadow() or _recipient(tx, said.destination, now) is None:
            return None
        return opened

    def book(
        self, tx: Tx, thought: Thought, drawn: Mapping[int, NewCheck], *, classifier: Classifier, now: datetime
    ) -> list[Sent]:
        """Decides what was let through, books what was drawn and the numbers of all. The suggestions are stored already;
        the audit records of the result are the caller's to write last, by `put_on_record`."""
        gate_checks.draw_many(tx, list(drawn.values()), now=now)
        judged = [_judgement(one) for _, one in thought if one.id in drawn]
        gate_checks.judge_many(tx, [one for one in judged if one is not None], model=classifier.name)
        going = [one for _, one in thought if one.gate_id is not None]
        leaves_at = now + timedelta(seconds=self.undo_seconds()) if going else now
        sent = [_send(tx, one, now, leaves_at) for one in going]
        gate.add_forwards(tx, [(one.message_id, one.gate_id, one.decision_id) for one in sent], now=now)
        if isinstance(classifier, Measures):
            _measure(tx, thought, classifier, classifier.name, now)
        return sent


def _send(tx: Tx, one: Classified, now: datetime, leaves_at: datetime) -> Sent:
    assert one.policied is not None
    assert one.gate_id is not None
    destination = one.policied.prediction.destination
    at = standing(tx, message_id=one.id, cleared=True)
    recipient = organisation.resolve(tx, destination, now.date())
    made = Decision(one.id, Action.CONFIRM, destination, POLICY.name, now, at.prediction_id)
    decision_id = decisions.add(tx, decision=made, officer=POLICY, restricted=False)
    inquiries.set_unit(tx, {at.inquiry_id: str(destination)})
    new = NewDelivery.of_message(
        recipient,
        purpose=Purpose.LEAD,
        message_id=one.id,
        decision_id=decision_id,
        leaves_at=leaves_at,
        restricted=False,
    )
    return Sent(one.id, decision_id, deliveries.create(tx, new=new, now=now), one.gate_id, destination)


def put_on_record(tx: Tx, sent: Sequence[Sent], *, model: str, now: datetime) -> None:
    """The audit records of automatic decisions: the actor is the model, the gate row says by what right."""
    for one in sent:
        objects = [
            f"message:{one.message_id}",
            f"decision:{one.decision_id}",
            f"destination:{one.destination}",
            f"gate:{one.gate_id}",
        ]
        audit.append(tx, at=now, actor=f"model:{model}"[:80], act=audit.Act.SENT_ON, objects=objects)


def _free(waiting: Unclassified, one: Classified, policied: Policied) -> bool:
    """Whether neither policy nor the inquiry that it belongs to keeps it with a person."""
    said = policied.prediction
    held = one.machine or one.urgent or one.restricted or one.booked or waiting.bounced_delivery_id is not None
    elsewhere = waiting.unit is not None and waiting.unit != str(said.destination)
    return may_go(policied) and not held and not elsewhere and said.destination not in waiting.declined


def _shut(one: Standing) -> Standing:
    return replace(one, state=GateState.SUGGEST, threshold=None) if one.state is GateState.AUTOMATIC else one


def _recipient(tx: Tx, destination: Destination, now: datetime) -> Recipient | None:
    """Who gets it, None where nobody stands behind it or an officer must confirm the office."""
    try:
        recipient = organisation.resolve(tx, destination, now.date())
    except NotFound:
        return None
    return None if recipient.to_confirm else recipient


def _judgement(one: Classified) -> Judgement | None:
    if one.policied is None:
        return None
    said = one.policied.prediction
    return Judgement(one.id, said.destination, said.probability, may_go(one.policied))


def _measure(tx: Tx, thought: Thought, classifier: Measures, model: str, now: datetime) -> None:
    pairs = [(waiting.message, one) for waiting, one in thought if one.policied is not None]
    said = [one.policied.prediction for _, one in pairs if one.policied is not None]
    numbers = classifier.numbers([message for message, _ in pairs], said)
    rows = [(one.id, each) for (_, one), each in zip(pairs, numbers, strict=True)]
    drift.add_many(tx, rows, model=model, now=now)
