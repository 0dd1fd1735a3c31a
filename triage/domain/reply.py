"""What a unit says by link, by mail or to an officer, beyond the four answers of `decision.UnitAnswer`."""

from dataclasses import dataclass
from enum import StrEnum

from triage.domain.decision import UnitAnswer
from triage.domain.taxonomy import Destination


class AnswerWay(StrEnum):
    """How a unit's answer reached us."""

    LINK = "link"  # the signed link of the delivered mail
    SCREEN = "screen"  # a member of the unit, signed in
    MAIL = "mail"  # a plain reply that was read
    OFFICER = "officer"  # an officer books what the unit said by telephone or otherwise


class ReplyReading(StrEnum):
    """What a plain reply of a unit says. The first four are answers; the others never are."""

    ACCEPTED = "accepted"
    NOT_OURS = "not_ours"
    ANSWERED = "answered"
    NEEDS_MORE = "needs_more"
    OUT_OF_OFFICE = "out_of_office"
    NEW_QUESTION = "new_question"  # something else than an answer: a matter of its own
    UNCLEAR = "unclear"

    @property
    def answer(self) -> UnitAnswer | None:
        """The answer that it is, None where it is none."""
        return UnitAnswer(self.value) if self.value in set(UnitAnswer) else None


@dataclass(frozen=True, slots=True)
class Reply:
    """A reading with its confidence (0 to 1) and, for `not_ours`, whom the unit names instead.

    `safe`: plain enough to be booked without an officer; everything else is a proposal.
    """

    reading: ReplyReading
    confidence: float
    proposed: Destination | None = None
    safe: bool = False
