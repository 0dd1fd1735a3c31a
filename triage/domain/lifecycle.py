"""THE STATE MACHINES of messages and deliveries.

The tables below are the whole truth: `(state, event) -> state`. One function refuses the rest. Nothing else in the
service assigns a state; the store applies the result with compare-and-set.

A message:   received -> in_review | queued | machine | quarantined | answer ; in_review -> queued | kept | answer ;
             queued -> forwarded | in_review ; forwarded -> in_review ; kept -> in_review | queued ; machine -> in_review ;
             quarantined -> received | in_review | kept ; answer -> in_review
A delivery:  pending -> sending | cancelled ; sending -> sent | pending | failed | unknown ; unknown -> sent | pending ;
             sent -> bounced
"""

from collections.abc import Mapping
from enum import StrEnum

from triage.domain.errors import IllegalTransition


class MessageState(StrEnum):
    """Where a message stands. Every state but FORWARDED, KEPT, MACHINE and ANSWER is on somebody's screen as work."""

    RECEIVED = "received"  # stored, not yet classified
    IN_REVIEW = "in_review"  # an officer must decide
    QUEUED = "queued"  # decided, its lead delivery has not left for certain
    FORWARDED = "forwarded"  # the lead delivery was accepted by the next server
    KEPT = "kept"  # an officer's decision: IPD keeps it
    MACHINE = "machine"  # bounce, auto-reply, list mail ...: not a person's mail
    QUARANTINED = "quarantined"  # could not be read within the limits; raw bytes are safe
    ANSWER = "answer"  # a unit's reply, booked as its answer to the inquiry that it was sent


class MessageEvent(StrEnum):
    """What happens to a message."""

    CLASSIFIED = "classified"  # the suggestion goes before an officer
    AUTO_QUEUED = "auto_queued"  # forwarded automatically, under the measured bound
    RECOGNISED_MACHINE = "recognised_machine"
    UNREADABLE = "unreadable"
    DECIDED = "decided"  # an officer names a unit or mission
    KEPT = "kept"
    SENT = "sent"  # the lead delivery is sent
    RECALLED = "recalled"  # undone before it left
    GAVE_UP = "gave_up"  # the lead delivery failed for good
    BOUNCED = "bounced"
    NOT_OURS = "not_ours"  # the unit declined
    REOPENED = "reopened"  # an officer takes it up again
    REPLAYED = "replayed"  # quarantined mail is read anew
    BOOKED = "booked"  # a unit's reply is booked as its answer


class DeliveryState(StrEnum):
    """Where a delivery stands. UNKNOWN: the body may have left; only an officer decides on."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNKNOWN = "unknown"
    CANCELLED = "cancelled"
    BOUNCED = "bounced"


class DeliveryEvent(StrEnum):
    """What happens to a delivery."""

    CLAIMED = "claimed"
    CANCELLED = "cancelled"
    ACCEPTED = "accepted"  # the next server took it
    RETRY = "retry"  # a transient failure, or a worker lost before the body was begun
    REJECTED = "rejected"  # a permanent failure, or the attempts are used up
    LOST_TRACK = "lost_track"  # the body was begun and no answer came
    ARRIVED = "arrived"  # an officer: it arrived
    AGAIN = "again"  # an officer: send again
    BOUNCED = "bounced"


class Purpose(StrEnum):
    """Why a mail leaves. Only LEAD moves its message."""

    LEAD = "lead"
    COPY = "copy"
    REPLY = "reply"
    ACKNOWLEDGEMENT = "acknowledgement"
    ALERT = "alert"
    DIGEST = "digest"
    ACCOUNT = "account"


_S, _E = MessageState, MessageEvent
MESSAGE_STEPS: Mapping[tuple[MessageState, MessageEvent], MessageState] = {
    (_S.RECEIVED, _E.CLASSIFIED): _S.IN_REVIEW,
    (_S.RECEIVED, _E.AUTO_QUEUED): _S.QUEUED,
    (_S.RECEIVED, _E.RECOGNISED_MACHINE): _S.MACHINE,
    (_S.RECEIVED, _E.UNREADABLE): _S.QUARANTINED,
    (_S.RECEIVED, _E.BOOKED): _S.ANSWER,
    (_S.IN_REVIEW, _E.BOOKED): _S.ANSWER,
    (_S.ANSWER, _E.REOPENED): _S.IN_REVIEW,
    (_S.IN_REVIEW, _E.DECIDED): _S.QUEUED,
    (_S.IN_REVIEW, _E.KEPT): _S.KEPT,
    (_S.QUEUED, _E.SENT): _S.FORWARDED,
    (_S.QUEUED, _E.RECALLED): _S.IN_REVIEW,
    (_S.QUEUED, _E.GAVE_UP): _S.IN_REVIEW,
    (_S.FORWARDED, _E.BOUNCED): _S.IN_REVIEW,
    (_S.FORWARDED, _E.NOT_OURS): _S.IN_REVIEW,
    (_S.FORWARDED, _E.REOPENED): _S.IN_REVIEW,
    (_S.KEPT, _E.REOPENED): _S.IN_REVIEW,
    (_S.KEPT, _E.DECIDED): _S.QUEUED,
    (_S.MACHINE, _E.REOPENED): _S.IN_REVIEW,
    (_S.QUARANTINED, _E.REPLAYED): _S.RECEIVED,
    (_S.QUARANTINED, _E.REOPENED): _S.IN_REVIEW,
    (_S.QUARANTINED, _E.KEPT): _S.KEPT,
}

_D, _V = DeliveryState, DeliveryEvent
DELIVERY_STEPS: Mapping[tuple[DeliveryState, DeliveryEvent], DeliveryState] = {
    (_D.PENDING, _V.CLAIMED): _D.SENDING,
    (_D.PENDING, _V.CANCELLED): _D.CANCELLED,
    (_D.SENDING, _V.ACCEPTED): _D.SENT,
    (_D.SENDING, _V.RETRY): _D.PENDING,
    (_D.SENDING, _V.REJECTED): _D.FAILED,
    (_D.SENDING, _V.LOST_TRACK): _D.UNKNOWN,
    (_D.UNKNOWN, _V.ARRIVED): _D.SENT,
    (_D.UNKNOWN, _V.AGAIN): _D.PENDING,
    (_D.SENT, _V.BOUNCED): _D.BOUNCED,
}


def next_message_state(state: MessageState, event: MessageEvent) -> MessageState:
    """The state after `event`. Raises IllegalTransition where the table has no such step."""
    try:
        return MESSAGE_STEPS[state, event]
    except KeyError:
        raise IllegalTransition(f"a message that is {state} cannot be {event}") from None


def next_delivery_state(state: DeliveryState, event: DeliveryEvent) -> DeliveryState:
    """The state after `event`. Raises IllegalTransition where the table has no such step."""
    try:
        return DELIVERY_STEPS[state, event]
    except KeyError:
        raise IllegalTransition(f"a delivery that is {state} cannot be {event}") from None
