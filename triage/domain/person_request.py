"""A person's request: who is meant, what there is about that person, what was done, and what legally stays."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cached_property

from triage.domain.lifecycle import MessageState
from triage.domain.protection import ContentClass

BLOCK = "\u2588"
SHORTEST_NAME = 3


class Part(StrEnum):
    """What a person has to do with a message."""

    SENT = "sent"
    CORRESPONDENT = "correspondent"  # it was also sent to that person
    MENTIONED = "mentioned"  # somewhere in what somebody else wrote


@dataclass(frozen=True)
class Sought:
    """A person as text is searched for: one address (may be empty) and names. Upper and lower case are one; the words of
    a name may stand on two lines, and a name of two words the other way round with a comma."""

    address: str
    names: tuple[str, ...] = ()

    @classmethod
    def of(cls, text: str) -> "Sought":
        """An address, or else a name."""
        text = " ".join(text.split())
        return cls(text.lower()) if "@" in text else cls("", (text,))

    def with_names(self, names: Iterable[str]) -> "Sought":
        """The same person with further names; words too short to mean one person are left out."""
        found = dict.fromkeys([*self.names, *(" ".join(name.split()) for name in names)])
        return Sought(self.address, tuple(n for n in found if len(n) >= SHORTEST_NAME and n.lower() != self.address))

    def with_found(self, names: Iterable[str]) -> "Sought":
        """The same person with names under which the address has written. A single word may mean anybody ("Info", "Maria")
        and is sought only where somebody asks for it."""
        return self.with_names(sorted(name for name in names if len(name.split()) > 1))

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Finds the person in a text."""
        forms = [rf"(?<![\w.+-]){re.escape(self.address)}(?![\w-]|\.\w)"] if self.address else []
        for name in self.names:
            words = [re.escape(word) for word in name.split()]
            forms.append(rf"(?<!\w){_SPACE.join(words)}(?!\w)")
            if len(words) == 2:
                forms.append(rf"(?<!\w){words[1]},?{_SPACE}{words[0]}(?!\w)")
        return re.compile("|".join(forms) or r"(?!)", re.IGNORECASE)

    def redact(self, text: str) -> str:
        """The text with the person blocked out; its length stays, so that marks in it still fit."""
        return self.pattern.sub(lambda match: BLOCK * len(match.group()), text)


_SPACE = r"[\s\u00a0]+"


@dataclass(frozen=True, slots=True)
class Hit:
    """A message that has to do with the person. `held`: it must stay; `work`: an officer or the service has it in hand."""

    message_id: int
    part: Part
    state: MessageState
    restricted: bool
    held: bool
    stored_at: datetime
    names: frozenset[str] = frozenset()

    @property
    def work(self) -> bool:
        return self.state in (
            MessageState.RECEIVED,
            MessageState.IN_REVIEW,
            MessageState.QUEUED,
            MessageState.QUARANTINED,
        )


@dataclass(frozen=True, slots=True)
class Found:
    """Everything about a person, by ids. `deliveries`: mail that we sent to the person; `notes`: contents that officers or
    units wrote and that name the person, with the message that each belongs to."""

    sought: Sought
    hits: tuple[Hit, ...]
    deliveries: tuple[str, ...]
    notes: Mapping[int, int | None]
    accounts: tuple[int, ...]

    def of(self, part: Part) -> tuple[Hit, ...]:
        """The messages of one kind."""
        return tuple(hit for hit in self.hits if hit.part is part)

    @property
    def nothing(self) -> bool:
        return not (self.hits or self.deliveries or self.notes or self.accounts)


class Stays(StrEnum):
    """Why something stays after an erasure."""

    HELD = "held"  # a legal hold
    RESTRICTED = "restricted"  # a report of misconduct, evidence until the case is closed
    ROW = "row"  # the row of a message: that it came, when, and where it went
    AUDIT = "audit"  # entries under pseudonyms that nobody can resolve any more
    BACKUPS = "backups"  # until their period is over
    UNITS = "units"  # what has left to units and missions, in their mailboxes
    SOURCE = "source"  # the mailbox that the mail was read from
    MODELS = "models"  # models that learnt from it, until they are retrained
    LOG = "log"  # the database's log could not be emptied now, since others read it


@dataclass(slots=True)
class Report:
    """What an erasure did: how much of each class went, what was blocked out, and what stays with the ids concerned."""

    at: datetime
    taken: dict[ContentClass, int] = field(default_factory=dict)
    messages: int = 0
    blocked_out: int = 0
    deliveries: int = 0
    accounts: int = 0
    pseudonyms: int = 0
    columns: int = 0
    open: Sequence[int] = ()
    stays: dict[Stays, list[str]] = field(default_factory=dict)
