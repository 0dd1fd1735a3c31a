"""The queues that officers see, their orders, and the opaque cursors between pages."""

from dataclasses import dataclass
from enum import StrEnum

COUNT_CAP = 1000
"""`counts` never counts further: a value above it means "more than COUNT_CAP"."""


class Queue(StrEnum):
    """A list of messages. REVIEW and URGENT leave restricted messages out: these are opened on purpose only."""

    REVIEW = "review"
    URGENT = "urgent"
    MINE = "mine"  # given to the viewer, to be decided
    RESTRICTED = "restricted"  # to be decided, by cleared officers
    WAITING = "waiting"  # decided, not yet gone
    PROBLEMS = "problems"  # the lead delivery failed, bounced, or nobody knows
    DECLINED = "declined"  # a unit said that it is not theirs
    SNOOZED = "snoozed"
    QUARANTINE = "quarantine"
    MACHINE = "machine"
    KEPT = "kept"
    FORWARDED = "forwarded"
    ALL = "all"


class Order(StrEnum):
    """The named orders. LEAST_CERTAIN is by the probability of the suggestion, TEACHES_MOST by what an answer would teach
    the model; UNCERTAIN_OLDEST has those first whose suggestion is less likely than UNSURE, each part from the oldest on.
    These and URGENT_FIRST are for REVIEW only (others: OLDEST)."""

    OLDEST = "oldest"
    NEWEST = "newest"
    LEAST_CERTAIN = "least_certain"
    URGENT_FIRST = "urgent_first"
    UNCERTAIN_OLDEST = "uncertain_oldest"
    TEACHES_MOST = "teaches_most"


@dataclass(frozen=True, slots=True)
class Position:
    """Where a page ended: the id of its last message and, in LEAST_CERTAIN and TEACHES_MOST, what they go by; in
    URGENT_FIRST and UNCERTAIN_OLDEST the second number is 1 once those that go first are through."""

    message_id: int
    probability: float = 0.0

    def encode(self) -> str:
        """As an opaque word for a URL."""
        return f"{self.message_id}.{self.probability.hex()}"

    @classmethod
    def decode(cls, text: str) -> "Position | None":
        """The other way; None for anything that `encode` did not make."""
        number, _, probability = text.partition(".")
        try:
            position = cls(int(number), float.fromhex(probability))
        except (ValueError, OverflowError):
            return None
        return position if position.encode() == text else None
