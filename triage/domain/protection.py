"""The words of data protection: what kinds of content there are, why it went, what is held back from going."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

OVERSIGHT = "OVERSIGHT"
"""The code of the recipient of reports of misconduct: no unit, no office, and nobody waits for its answer."""


INFECTED, NOT_SCANNED = "infected", "not_scanned"
"""Why a forward did not leave: the words of its failed delivery."""


class Scanner(Protocol):
    """Looks at an original before it leaves."""

    def scan(self, data: bytes) -> None:
        """Returns where nothing is wrong. Raises Permanent with INFECTED or, for what cannot be looked at, NOT_SCANNED;
        Transient (NOT_SCANNED) where the scanner is away."""
        ...


class ContentClass(StrEnum):
    """What a period of retention is given for.

    ATTACHMENTS go out of a mail whose text stays; with RAW goes the mail byte for byte; with TEXT everything that was
    read of it or derived from it: heading, reading, HTML, evidence, similar lists, index rows.
    """

    ATTACHMENTS = "attachments"
    RAW = "raw"
    TEXT = "text"
    NOTES = "notes"  # what officers and units wrote beside decisions and answers, and letters of ours
    TRAINING = "training"  # copies of texts made for training
    LOGS = "logs"  # polls that saw nothing, ended sessions, failed sign-ins
    BACKUPS = "backups"
    ACCOUNT = "account"  # accounts of people who use the service; only a person's request takes them
    SECRET = "secret"  # noqa: S105 - a word: tokens of the service itself, no content of people


class Cause(StrEnum):
    """Why content was taken."""

    RETENTION = "retention"  # its period is over
    PERSON = "person"  # a person asked for it


@dataclass(frozen=True, slots=True)
class Hold:
    """Content that must stay, whatever period or request: one message, or all of one inquiry."""

    id: int
    message_id: int | None
    inquiry_id: int | None
    reason: str
    actor: str
    placed_at: datetime
    lifted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Proof:
    """That content went: how much of what, when and why. Nothing of the content."""

    id: int
    at: datetime
    cause: Cause
    content: ContentClass
    number: int
    actor: str


@dataclass(frozen=True, slots=True)
class Periods:
    """How many days each class is kept; 0: until somebody asks. What holds a text never outlives the text: the original
    goes with the text at the latest, and its attachments with the original."""

    attachments: int = 0
    raw: int = 0
    text: int = 0
    notes: int = 0
    training: int = 0
    logs: int = 0
    backups: int = 0

    def days(self, content: ContentClass) -> int:
        """The days of a class; 0 where nothing is due."""
        sooner = {
            ContentClass.ATTACHMENTS: (self.attachments, self.raw, self.text),
            ContentClass.RAW: (self.raw, self.text),
            ContentClass.TEXT: (self.text,),
            ContentClass.NOTES: (self.notes,),
            ContentClass.TRAINING: (self.training, self.text),
            ContentClass.LOGS: (self.logs,),
            ContentClass.BACKUPS: (self.backups,),
        }
        return min((days for days in sooner.get(content, ()) if days), default=0)

    def before(self, content: ContentClass, now: datetime) -> datetime | None:
        """What is older than this is due; None where nothing of the class ever is."""
        days = self.days(content)
        return now - timedelta(days=days) if days else None
