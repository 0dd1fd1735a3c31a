"""What officers do with messages: decide, undo, reopen, take as an inquiry, snooze. Each is one transaction, by
compare-and-set, with its audit row; whoever comes second is told so and changes nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from triage.domain.decision import Action, Decision
from triage.domain.errors import Refused
from triage.domain.lifecycle import MessageEvent, MessageState, Purpose
from triage.domain.organisation import Recipient
from triage.domain.people import Person
from triage.domain.taxonomy import Destination, Route
from triage.store import assignments, audit, decisions, deliveries, inquiries, organisation, predictions
from triage.store.deliveries import NewDelivery
from triage.store.engine import Store, Tx
from triage.store.messages import Standing, standing, transition
from triage.store.messages import snooze as store_snooze


@dataclass(frozen=True, slots=True)
class Decided:
    """What a decision made. `leaves_at` is when the mail leaves at the earliest; None where IPD keeps it."""

    message_id: int
    decision_id: int
    action: Action
    destination: Destination
    version: int
    delivery_id: str | None
    leaves_at: datetime | None
    to_confirm: bool


def decide(
    store: Store,
    *,
    message_id: int,
    version: int | None,
    destination: Destination,
    officer: Person,
    now: datetime,
    undo_seconds: float,
    note: str = "",
    copies: Sequence[Destination] = (),
) -> Decided:
    """An officer names where a message goes; IPD keeps it. `version` is what the officer's screen showed (None: any).

    Raises Stale where the message changed since, NotFound where it is not for this officer or nobody stands behind the
    destination, Refused where its state allows no decision.
    """
    with store.begin() as tx:
        decided = decide_in(
            tx,
            message_id=message_id,
            version=version,
            destination=destination,
            officer=officer,
            now=now,
            undo_seconds=undo_seconds,
            note=note,
            copies=copies,
        )
        put_on_record(tx, [decided], officer=officer, now=now)
        return decided


def decide_in(
    tx: Tx,
    *,
    message_id: int,
    version: int | None,
    destination: Destination,
    officer: Person,
    now: datetime,
    undo_seconds: float,
    note: str = "",
    copies: Sequence[Destination] = (),
) -> Decided:
    """The same within a transaction, which must end with `put_on_record`. All that may refuse comes before the first
    write, so that a caller with many may go on after a refusal."""
    at = standing(tx, message_id=message_id, cleared=officer.cleared, version=version, lock=True)
    keeps = destination.route is Route.IPD
    if at.restricted and not keeps:
        raise Refused("a report of misconduct goes to no unit or mission: keep it at IPD, or hand it to oversight")
    if not keeps:
        deliveries.refuse_in_shadow(tx)
    if keeps and copies:
        raise Refused("what IPD keeps is not sent in copy")
    on = now.date()
    recipient = None if keeps else organisation.resolve(tx, destination, on)
    others = [organisation.resolve(tx, copy, on) for copy in dict.fromkeys(copies) if copy != destination]
    actor = audit.actor_of(tx, officer)
    reached = transition(
        tx,
        message_id=message_id,
        event=MessageEvent.KEPT if keeps else MessageEvent.DECIDED,
        expected=at.state,
        version=at.version,
        actor=actor,
        at=now,
        changes={"declined": False, "snoozed_until": None},
    )
    action = _action(tx, at, destination)
    decision = Decision(message_id, action, destination, officer.name, now, at.prediction_id, note)
    decision_id = decisions.add(tx, decision=decision, officer=officer, restricted=at.restricted)
    inquiries.set_unit(tx, {at.inquiry_id: None if keeps else str(destination)})
    leaves_at = now + timedelta(seconds=undo_seconds)
    lead = None if recipient is None else _send(tx, at, decision_id, Purpose.LEAD, recipient, leaves_at, now)
    for other in others:
        if recipient is None or other.address != recipient.address:
            _send(tx, at, decision_id, Purpose.COPY, other, leaves_at, now)
    to_confirm = recipient is not None and recipient.to_confirm
    return Decided(message_id, decision_id, action, destination, reached, lead, leaves_at if lead else None, to_confirm)


def put_on_record(tx: Tx, decided: Sequence[Decided], *, officer: Person, now: datetime) -> None:
    """The audit rows of decisions. They come last in a transaction: the head of the chain is one lock for everybody,
    and whoever took other locks after it could wait in a ring."""
    actor = audit.actor_of(tx, officer)
    for one in decided:
        words = {
            "message": one.message_id, "decision": one.decision_id, "destination": one.destination, "action": one.action
        }  # fmt: skip
        objects = [f"{name}:{value}" for name, value in words.items()]
        audit.append(tx, at=now, actor=actor, act=audit.Act.DECIDED, objects=objects)


def _action(tx: Tx, at: Standing, destination: Destination) -> Action:
    if destination.route is Route.IPD:
        return Action.KEEP
    suggested = predictions.suggested(tx, prediction_ids=[at.prediction_id]) if at.prediction_id is not None else {}
    return Action.CONFIRM if destination in suggested.values() else Action.OVERRIDE


def _send(
    tx: Tx, at: Standing, decision_id: int, purpose: Purpose, to: Recipient, leaves_at: datetime, now: datetime
) -> str:
    new = NewDelivery.of_message(
        to,
        purpose=purpose,
        message_id=at.id,
        decision_id=decision_id,
        leaves_at=leaves_at,
        restricted=at.restricted,
    )
    return deliveries.create(tx, new=new, now=now)


def undo(store: Store, *, message_id: int, officer: Person, now: datetime) -> int:
    """Takes back the newest decision while its mail has not left; returns the message's new version.

    Raises Stale where the mail is leaving or has left (reopen it then), Refused where there is nothing to take back.
    """
    with store.begin() as tx:
        at = standing(tx, message_id=message_id, cleared=officer.cleared)
        actor = audit.actor_of(tx, officer)
        if at.state is MessageState.QUEUED and at.delivery_id is not None:
            for delivery_id in deliveries.pending_of(tx, message_id=message_id, lead=at.delivery_id):
                deliveries.cancel(tx, delivery_id=delivery_id, actor=actor, now=now)
        elif at.state is MessageState.KEPT:
            transition(
                tx,
                message_id=message_id,
                event=MessageEvent.REOPENED,
                expected=at.state,
                version=at.version,
                actor=actor,
                at=now,
            )
        else:
            raise Refused("there is no decision to take back; the message can be reopened")
        again_after_undo(tx, at, officer, now)
        objects = [f"message:{message_id}", f"decision:{at.decision_id}"]
        audit.append(tx, at=now, actor=actor, act=audit.Act.UNDONE, objects=objects)
        return standing(tx, message_id=message_id, cleared=officer.cleared).version


def again_after_undo(tx: Tx, at: Standing, officer: Person, now: datetime) -> None:
    """Books that the decision of a message, as it stood before, is taken back; its mail is cancelled already."""
    _again_in_review(tx, at, Action.UNDO, officer, now, undoes_id=at.decision_id)


def reopen(
    store: Store, *, message_id: int, version: int | None, officer: Person, now: datetime, note: str = ""
) -> int:
    """Takes a forwarded or kept message up again; returns its new version. Raises Stale, Refused, NotFound."""
    allowed = (MessageState.FORWARDED, MessageState.KEPT)
    return _take_up(store, message_id, version, officer, now, allowed, Action.REOPEN, note)


def take_as_inquiry(
    store: Store, *, message_id: int, version: int | None, officer: Person, now: datetime, note: str = ""
) -> int:
    """Takes machine or quarantined mail as an inquiry; returns its new version. Raises Stale, Refused, NotFound."""
    allowed = (MessageState.MACHINE, MessageState.QUARANTINED)
    return _take_up(store, message_id, version, officer, now, allowed, Action.TO_INQUIRY, note)


def _take_up(
    store: Store,
    message_id: int,
    version: int | None,
    officer: Person,
    now: datetime,
    allowed: tuple[MessageState, ...],
    action: Action,
    note: str,
) -> int:
    with store.begin() as tx:
        at = standing(tx, message_id=message_id, cleared=officer.cleared, lock=True)
        if at.state not in allowed:
            raise Refused(f"a message that is {at.state} cannot be taken up this way")
        actor = audit.actor_of(tx, officer)
        reached = transition(
            tx,
            message_id=message_id,
            event=MessageEvent.REOPENED,
            expected=at.state,
            version=at.version if version is None else version,
            actor=actor,
            at=now,
        )
        _again_in_review(tx, at, action, officer, now, note=note)
        act = audit.Act.REOPENED if action is Action.REOPEN else audit.Act.TAKEN
        audit.append(tx, at=now, actor=actor, act=act, objects=[f"message:{message_id}"])
        return reached


def _again_in_review(
    tx: Tx,
    at: Standing,
    action: Action,
    officer: Person,
    now: datetime,
    *,
    note: str = "",
    undoes_id: int | None = None,
) -> None:
    decision = Decision(at.id, action, None, officer.name, now, at.prediction_id, note)
    decisions.add(tx, decision=decision, officer=officer, restricted=at.restricted, undoes_id=undoes_id)
    assignments.close(tx, inquiry_id=at.inquiry_id, reason=None, now=now)
    if action is not Action.TO_INQUIRY:
        inquiries.set_unit(tx, {at.inquiry_id: None})


def snooze(store: Store, *, message_id: int, until: datetime | None, officer: Person, now: datetime) -> None:
    """Hides a message from the work queues until a time; None wakes it. Raises NotFound."""
    with store.begin() as tx:
        standing(tx, message_id=message_id, cleared=officer.cleared, lock=True)
        store_snooze(tx, message_id=message_id, until=until)
        actor = audit.actor_of(tx, officer)
        audit.append(tx, at=now, actor=actor, act=audit.Act.SNOOZED, objects=[f"message:{message_id}"])
