"""What may be forwarded without an officer, and why not: prediction and message in, verdict and reason out.

`forward` means eligible by the thresholds of the model's card; the gate in the store may only lower it. The order of
the checks is the order of importance to an officer: a misconduct report or a person in danger is named as such even
where the mail would have gone to review for a lesser reason too.
"""

from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

from triage.domain.decision import Policied, Prediction, Verdict
from triage.domain.message import Message
from triage.domain.taxonomy import Route

MINIMUM_LETTERS = 25
MINIMUM_WORDS = 4


class Reason(StrEnum):
    """Why a message is forwarded, reviewed or set aside: static words for screens, logs and counters."""

    MACHINE = "machine"  # no person wrote it
    RESTRICTED = "restricted"  # perhaps a report of misconduct: cleared officers only
    URGENT = "urgent"  # perhaps a person in danger
    ENCRYPTED = "encrypted"  # the text cannot be read here
    ATTACHMENT_ONLY = "attachment_only"  # what is meant stands in an attachment
    NEAR_EMPTY = "near_empty"  # too little text to say anything
    UNKNOWN_LANGUAGE = "unknown_language"  # a language in which the model has no evidence of being right
    KEEP = "keep"  # nobody else's: an officer of IPD decides
    OUT_OF_SCOPE = "out_of_scope"  # unlike anything that units or missions deal with
    LOW_CONFIDENCE = "low_confidence"
    CONFIDENT = "confident"  # eligible for forwarding


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Chosen on messages that the model was not fitted on, and kept in its card.

    `forward_probability`: joint probability of route and country at or above which a message is eligible;
    `mission_probability`: the same where a country was to be found as well;
    `out_of_scope`: highest probability of being nobody's with which it still is;
    `languages`: ISO 639-1 codes in which the model has shown what it can do.
    """

    forward_probability: float
    mission_probability: float
    out_of_scope: float
    languages: frozenset[str]


def decide(prediction: Prediction, message: Message, thresholds: Thresholds) -> Policied:
    """The verdict on one message with its reason."""
    reason = _reason(prediction, message, thresholds)
    verdict = {Reason.MACHINE: Verdict.MACHINE, Reason.CONFIDENT: Verdict.FORWARD}.get(reason, Verdict.REVIEW)
    return Policied(prediction, verdict, str(reason))


def _reason(prediction: Prediction, message: Message, thresholds: Thresholds) -> Reason:
    if message.machine is not None:
        return Reason.MACHINE
    if prediction.restricted:
        return Reason.RESTRICTED
    if prediction.urgent:
        return Reason.URGENT
    unreadable = _unreadable(message)
    if unreadable is not None:
        return unreadable
    if prediction.language not in thresholds.languages:
        return Reason.UNKNOWN_LANGUAGE
    if prediction.destination.route is Route.IPD:
        return Reason.KEEP
    if prediction.out_of_scope > thresholds.out_of_scope:
        return Reason.OUT_OF_SCOPE
    mission = prediction.destination.route is Route.MISSION
    needed = thresholds.mission_probability if mission else thresholds.forward_probability
    return Reason.CONFIDENT if prediction.probability >= needed else Reason.LOW_CONFIDENCE


def _unreadable(message: Message) -> Reason | None:
    """Why the words of this message are too few to be judged, if they are."""
    if message.encrypted:
        return Reason.ENCRYPTED
    text = f"{message.newest_text} {message.quoted_text}"
    letters = sum(1 for _ in islice(filter(str.isalpha, text), MINIMUM_LETTERS))
    if letters >= MINIMUM_LETTERS and (len(text.split(maxsplit=MINIMUM_WORDS)) >= MINIMUM_WORDS or not text.isascii()):
        return None
    shown = any(not attachment.inline for attachment in message.attachments)
    return Reason.ATTACHMENT_ONLY if shown else Reason.NEAR_EMPTY
