"""The office's words for the domain's enums, in the language of the request."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l

from triage.domain.decision import Action, UnitAnswer
from triage.domain.lifecycle import DeliveryState, MessageState
from triage.domain.message import MachineKind
from triage.domain.people import Role
from triage.domain.policy import Reason
from triage.domain.protection import Cause, ContentClass
from triage.domain.taxonomy import Kind, SenderType
from triage.flow.desk.declined import DECLINED, UNIT_PROPOSES
from triage.flow.learning.taxonomy import CHANGED_UNIT
from triage.store.assignments import CloseReason
from triage.store.queues import Order, Queue
from triage.web.translate import gettext

QUEUES = {
    Queue.REVIEW: _l("To review"),
    Queue.URGENT: _l("Urgent"),
    Queue.MINE: _l("Given to me"),
    Queue.RESTRICTED: _l("Restricted"),
    Queue.WAITING: _l("Waiting to leave"),
    Queue.PROBLEMS: _l("Delivery problems"),
    Queue.DECLINED: _l("Declined by a unit"),
    Queue.SNOOZED: _l("Put off"),
    Queue.QUARANTINE: _l("Quarantine"),
    Queue.MACHINE: _l("Machine mail"),
    Queue.KEPT: _l("Kept at IPD"),
    Queue.FORWARDED: _l("Forwarded"),
    Queue.ALL: _l("All"),
}
EMPTY = {
    Queue.REVIEW: _l("Nothing to review. New messages will be here when you load the page again."),
    Queue.URGENT: _l("No urgent message. A message is urgent when a person may be in danger."),
    Queue.MINE: _l("Nothing has been given to you."),
    Queue.RESTRICTED: _l("No report of misconduct is waiting."),
    Queue.WAITING: _l(
        "Nothing is waiting. A decision rests here for a moment, so that it can be undone, and then leaves."
    ),
    Queue.PROBLEMS: _l(
        "No problem. A message comes here when its mail was refused, or when nobody knows whether it arrived."
    ),
    Queue.DECLINED: _l("No unit has sent a message back."),
    Queue.SNOOZED: _l("Nothing is put off."),
    Queue.QUARANTINE: _l("Nothing is in quarantine. Mail that cannot be read safely comes here and is never lost."),
    Queue.MACHINE: _l("No machine mail. Bounces, automatic replies and list mail come here."),
    Queue.KEPT: _l("Nothing has been kept at IPD yet."),
    Queue.FORWARDED: _l("Nothing has been forwarded yet."),
    Queue.ALL: _l("No message has arrived yet. Once the mailbox is connected, every message appears here."),
}
ORDERS = {
    Order.OLDEST: _l("Oldest first"),
    Order.NEWEST: _l("Newest first"),
    Order.LEAST_CERTAIN: _l("Least certain first"),
    Order.TEACHES_MOST: _l("What teaches most first"),
    Order.URGENT_FIRST: _l("Urgent first"),
    Order.UNCERTAIN_OLDEST: _l("Uncertain and old first"),
}
CLOSINGS = {
    CloseReason.ANSWERED: _l("answered"),
    CloseReason.SPAM: _l("spam"),
    CloseReason.DUPLICATE: _l("a duplicate"),
    CloseReason.NOT_FOR_IOM: _l("not for IOM"),
}
STATES = {
    MessageState.RECEIVED: _l("Received, suggestion on its way"),
    MessageState.IN_REVIEW: _l("To review"),
    MessageState.QUEUED: _l("Waiting to leave"),
    MessageState.FORWARDED: _l("Forwarded"),
    MessageState.KEPT: _l("Kept at IPD"),
    MessageState.MACHINE: _l("Machine mail"),
    MessageState.QUARANTINED: _l("In quarantine"),
    MessageState.ANSWER: _l("Answer of a unit, booked"),
}
DELIVERIES = {
    DeliveryState.PENDING: _l("waiting to leave"),
    DeliveryState.SENDING: _l("leaving now"),
    DeliveryState.SENT: _l("taken by the next server"),
    DeliveryState.FAILED: _l("refused"),
    DeliveryState.UNKNOWN: _l("not known whether it arrived"),
    DeliveryState.CANCELLED: _l("undone before it left"),
    DeliveryState.BOUNCED: _l("came back"),
}
ACTIONS = {
    Action.CONFIRM: _l("confirmed the suggestion"),
    Action.OVERRIDE: _l("chose another destination"),
    Action.KEEP: _l("kept it at IPD"),
    Action.UNDO: _l("undid the decision"),
    Action.REOPEN: _l("took it up again"),
    Action.HAND_OVER: _l("handed it to oversight"),
    Action.TO_INQUIRY: _l("took it as an inquiry"),
}
ANSWERS = {
    UnitAnswer.ACCEPTED: _l("accepted"),
    UnitAnswer.NOT_OURS: _l("not ours"),
    UnitAnswer.ANSWERED: _l("answered"),
    UnitAnswer.NEEDS_MORE: _l("needs more information"),
}
MACHINES = {
    MachineKind.BOUNCE: _l("Undeliverable mail (bounce)"),
    MachineKind.AUTO_REPLY: _l("Automatic reply"),
    MachineKind.RECEIPT: _l("Receipt"),
    MachineKind.COMPLAINT: _l("Spam report"),
    MachineKind.OWN: _l("Our own mail"),
    MachineKind.LIST: _l("List mail"),
}
KINDS = {
    Kind.QUESTION: _l("Question"),
    Kind.INFORMATION: _l("Information"),
    Kind.INVITATION: _l("Invitation"),
}
SENDERS = {
    SenderType.NGO: _l("Non-governmental organisation"),
    SenderType.ADVOCACY: _l("Advocacy group"),
    SenderType.MIGRANT_ASSOCIATION: _l("Migrants' association"),
    SenderType.UNION_PROFESSIONAL: _l("Union or professional body"),
    SenderType.MEDIA: _l("Media"),
    SenderType.RESEARCH: _l("Research"),
    SenderType.FOUNDATION: _l("Foundation"),
    SenderType.GOVERNMENT: _l("Government"),
    SenderType.IGO: _l("Intergovernmental organisation"),
    SenderType.BUSINESS: _l("Business"),
    SenderType.INDIVIDUAL: _l("Private person"),
    SenderType.UNKNOWN: _l("Sender not known"),
}
ROLES = {
    Role.OFFICER: _l("Officer"),
    Role.UNIT_MEMBER: _l("Member of a unit"),
    Role.MODEL_KEEPER: _l("Model keeper"),
    Role.ADMINISTRATOR: _l("Administrator"),
    Role.AUDITOR: _l("Auditor"),
}
CONTENTS = {
    ContentClass.ATTACHMENTS: _l("Attachments"),
    ContentClass.RAW: _l("Original mails"),
    ContentClass.TEXT: _l("Texts and what follows from them"),
    ContentClass.NOTES: _l("Notes and our letters"),
    ContentClass.TRAINING: _l("Copies for training"),
    ContentClass.LOGS: _l("Traces of the service"),
    ContentClass.BACKUPS: _l("Backups"),
    ContentClass.ACCOUNT: _l("Accounts"),
}
CAUSES = {Cause.RETENTION: _l("its period is over"), Cause.PERSON: _l("a person asked for it")}
ABOUT = {
    "route": _l("Counted for the unit"),
    "country": _l("Counted for the country"),
    "urgent": _l("Counted for urgent"),
    "restricted": _l("Counted for restricted"),
}
QUARANTINES = {
    "too_big": _l("The message is too big."),
    "too_deep": _l("The message is nested too deeply."),
    "too_many_parts": _l("The message has too many parts."),
    "too_slow": _l("Reading the message took too long."),
    "too_much_memory": _l("Reading the message took too much memory."),
    "crashed": _l("Reading the message failed."),
    "empty": _l("The message is empty."),
}
# What speaks for a country beside the places named; the keys are the classifier's own words.
FACTS = {
    "the sender's domain is of this country": _l("the sender's domain is of this country"),
    "the sender writes from a domain of its government": _l("the sender writes from a domain of its government"),
    "the sender's domain agrees with the text": _l("the sender's domain agrees with the text"),
    "a telephone number of this country": _l("a telephone number of this country"),
    "the message is in a language of this country": _l("the message is in a language of this country"),
    "no other country is named": _l("no other country is named"),
}
# Reasons of policy that an officer should know; the others stand on the page anyway.
REASONS = {
    Reason.ATTACHMENT_ONLY: _l("What is meant stands in an attachment. Open it before you decide."),
    Reason.NEAR_EMPTY: _l("There is too little text to be sure. Please read before you confirm."),
    Reason.UNKNOWN_LANGUAGE: _l("The service knows little of this language. Please read before you confirm."),
    Reason.OUT_OF_SCOPE: _l("Unusual: this message is unlike what units and missions deal with."),
    Reason.LOW_CONFIDENCE: _l("Not sure: please read before you confirm."),
}
UNIT_REASONS = {
    CHANGED_UNIT: _l("The unit has changed since the model learnt. Please read before you confirm."),
    DECLINED: _l("A unit said that it is not theirs. This is the next suggestion."),
    UNIT_PROPOSES: _l("A unit said that it is not theirs and named this one."),
}
# By type: members of different enums with the same text are equal to Python ("kept" the state, "kept" the queue).
_BY_TYPE: Mapping[type, Mapping[Any, Any]] = {
    type(next(iter(table))): table
    for table in (
        QUEUES,
        ORDERS,
        STATES,
        DELIVERIES,
        ACTIONS,
        ANSWERS,
        MACHINES,
        KINDS,
        SENDERS,
        ROLES,
        CLOSINGS,
        CONTENTS,
        CAUSES,
    )
}


def word(value: StrEnum | None) -> str:
    """The office's word for `value`; the bare value where the office has none."""
    table = _BY_TYPE.get(type(value), {})
    return str(table.get(value, value or ""))


def quarantine_word(reason: str | None) -> str:
    """Why a mail is in quarantine, as a sentence."""
    found = QUARANTINES.get(reason or "")
    return str(found) if found else gettext("The message could not be read safely.")


def reason_word(reason: str) -> str:
    """What an officer should know of the reason why policy asks for review, as a sentence; often nothing."""
    return str(REASONS.get(Reason(reason), "")) if reason in set(Reason) else str(UNIT_REASONS.get(reason, ""))


def evidence_word(about: str) -> str:
    """What a highlighted word counted for."""
    return str(ABOUT.get(about, ""))
