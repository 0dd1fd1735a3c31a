"""What is said about a message: by the model (Prediction), by an officer (Decision), by a unit (Answer)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from triage.domain.taxonomy import Destination, Kind, SenderType


class Verdict(StrEnum):
    """What policy makes of a prediction. `FORWARD` means eligible: the gate in the store may only lower it."""

    FORWARD = "forward"
    REVIEW = "review"
    MACHINE = "machine"


class Field(StrEnum):
    """Where in the message an evidence span lies; offsets count characters of that field of `Message`."""

    SUBJECT = "subject"
    NEWEST = "newest_text"
    QUOTED = "quoted_text"
    SIGNATURE = "signature"
    SENDER = "sender"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Alternative:
    """One possible destination and its joint probability of route and country, 0 to 1."""

    destination: Destination
    probability: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """One word, phrase or non-word feature that decided.

    `weight` is its exact share of the winning route's linear score (for country evidence: the ranker's). `start` and
    `end` are character offsets in `field`, both 0 where the feature is no span (Field.OTHER).
    """

    field: Field
    start: int
    end: int
    text: str
    weight: float
    about: str  # "route" | "country" | "urgent" | "restricted"


@dataclass(frozen=True, slots=True)
class Similar:
    """A labelled message like this one: its id in the training set or store, cosine similarity, where it went."""

    id: str
    similarity: float
    destination: Destination
    subject: str


@dataclass(frozen=True, slots=True)
class Prediction:
    """The model's whole answer for one message. `out_of_scope` is the probability that nobody here is competent."""

    destination: Destination
    probability: float
    alternatives: tuple[Alternative, ...]
    kind: Kind
    sender_type: SenderType
    language: str
    urgent: bool
    restricted: bool
    out_of_scope: float
    model: str
    evidence: tuple[Evidence, ...] = ()
    similar: tuple[Similar, ...] = ()
    kind_probability: float = 0.0
    urgent_probability: float = 0.0
    restricted_probability: float = 0.0


@dataclass(frozen=True, slots=True)
class Policied:
    """A prediction with what policy makes of it: the verdict and its reason, a static word for screens and logs."""

    prediction: Prediction
    verdict: Verdict
    reason: str


class Action(StrEnum):
    """What an officer did with a message."""

    CONFIRM = "confirm"
    OVERRIDE = "override"
    KEEP = "keep"
    UNDO = "undo"
    REOPEN = "reopen"
    HAND_OVER = "hand_over"  # a report of misconduct, to oversight
    TO_INQUIRY = "to_inquiry"  # machine mail or quarantined mail that a person takes as an inquiry


@dataclass(frozen=True, slots=True)
class Decision:
    """An officer's decision, stored beside the suggestion and never over it."""

    message_id: int
    action: Action
    destination: Destination | None
    officer: str
    decided_at: datetime
    prediction_id: int | None
    note: str = ""


class UnitAnswer(StrEnum):
    """What a unit says of an inquiry that was forwarded to it."""

    ACCEPTED = "accepted"
    NOT_OURS = "not_ours"
    ANSWERED = "answered"
    NEEDS_MORE = "needs_more"
