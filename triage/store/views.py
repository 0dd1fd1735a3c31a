"""What the store hands out about messages: frozen, decrypted, already limited to what the viewer may see."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from triage.domain.decision import Action, Policied, UnitAnswer, Verdict
from triage.domain.lifecycle import DeliveryState, MessageState, Purpose
from triage.domain.message import Address, MachineKind, Message
from triage.domain.taxonomy import Destination, Kind


@dataclass(frozen=True, slots=True)
class PredictionSummary:
    """The newest suggestion, as lists show it."""

    id: int
    destination: Destination
    probability: float
    kind: Kind
    verdict: Verdict
    reason: str


@dataclass(frozen=True, slots=True)
class DecisionSummary:
    """The newest decision that names or keeps (an undone one is not shown)."""

    id: int
    action: Action
    destination: Destination | None
    officer: str
    decided_at: datetime


@dataclass(frozen=True, slots=True)
class MessageSummary:
    """One line of a list. `subject` and `sender` are empty once the content is erased.

    `leaves_at`: when a queued message leaves at the earliest (the undo window); `delivery_state` is the lead's.
    """

    id: int
    inquiry_id: int
    state: MessageState
    version: int
    stored_at: datetime
    received_at: datetime | None
    language: str
    urgent: bool
    restricted: bool
    machine: MachineKind | None
    quarantine_reason: str | None
    declined: bool
    size: int
    subject: str
    sender: Address | None
    message_id: str
    has_attachments: bool
    prediction: PredictionSummary | None
    decision: DecisionSummary | None
    delivery_id: str | None
    delivery_state: DeliveryState | None
    leaves_at: datetime | None
    snoozed_until: datetime | None
    assigned_to: str | None
    erased_at: datetime | None
    blind: bool = False  # drawn to be judged without a suggestion, which is hidden until it is decided

    def age_seconds(self, now: datetime) -> float:
        """Seconds since it was stored."""
        return (now - self.stored_at).total_seconds()


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a list. `next` is the cursor of the page after it, None at the end."""

    messages: tuple[MessageSummary, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class PredictionView:
    """A suggestion with everything that an officer is shown of it: alternatives, evidence, similar messages."""

    id: int
    made_at: datetime
    policied: Policied


@dataclass(frozen=True, slots=True)
class DeliveryView:
    """A mail that leaves or left. `address` is a unit's or office's; empty where it is a private person's."""

    id: str
    message_id: int | None
    purpose: Purpose
    code: str
    address: str
    state: DeliveryState
    created_at: datetime
    leaves_at: datetime
    attempts: int
    data_started_at: datetime | None
    sent_at: datetime | None
    error_code: str | None
    header_message_id: str = ""
    subject: str = ""


@dataclass(frozen=True, slots=True)
class AnswerView:
    """What a unit said of the inquiry."""

    id: int
    delivery_id: str | None
    answer: UnitAnswer
    actor: str
    answered_at: datetime
    note: str


class HistoryKind(StrEnum):
    """What a line of a message's history tells."""

    ARRIVED = "arrived"
    PREDICTED = "predicted"
    DECIDED = "decided"
    MOVED = "moved"  # a step of the state machine
    DELIVERY = "delivery"
    ANSWERED = "answered"


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One line of history, oldest first. `word` is the value of an enum (state, action, delivery event, answer)."""

    at: datetime
    kind: HistoryKind
    word: str
    actor: str = ""
    destination: Destination | None = None
    note: str = ""
    delivery_id: str | None = None
    code: str = ""


@dataclass(frozen=True, slots=True)
class MessageDetail:
    """Everything about one message that its viewer may see.

    `message` is None where it could not be read or is erased; its `html` is filled. `thread` are the other messages of
    the inquiry, oldest first. `may_belong_to` names an inquiry that the mail claims to belong to without proof.
    """

    summary: MessageSummary
    message: Message | None
    prediction: PredictionView | None
    history: tuple[HistoryEntry, ...]
    thread: tuple[MessageSummary, ...]
    deliveries: tuple[DeliveryView, ...]
    answers: tuple[AnswerView, ...]
    may_belong_to: int | None
