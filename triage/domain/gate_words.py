"""The gate's own words: what it is open for, why it moved, why a message was drawn."""

from dataclasses import dataclass
from enum import StrEnum

from triage.domain.taxonomy import Destination


class Scope(StrEnum):
    """What a gate row speaks of. ALL is the pooled gate; the others may be closed, or opened, on their own."""

    ALL = "all"
    ROUTE = "route"
    LANGUAGE = "language"
    UNIT = "unit"  # a destination: `MISSION:ML`, or a unit where it stands for its route


class Cause(StrEnum):
    """Why the gate moved, a static word for screens, logs and the audit record."""

    OFFICER = "officer"  # somebody opened or closed it
    CERTIFIED = "certified"  # another threshold on fresh evidence, or open again after a new model was certified
    MISROUTES = "misroutes"  # what was audited since it opened speaks against the limit
    THIN = "thin"  # the window no longer holds evidence enough
    MODEL = "model"  # another model serves, not certified yet
    DRIFT = "drift"  # mail is no longer what the evidence was about
    BOOKS = "books"  # the books do not balance
    SETTINGS = "settings"  # the configuration no longer wants automatic forwarding


class Drawn(StrEnum):
    """Why a message is judged blind."""

    AUDIT = "audit"  # of what might go automatically one day
    KEPT = "kept"  # of what would have gone automatically


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """One gate: the pooled one, or that of a route, a language or a unit."""

    scope: Scope = Scope.ALL
    name: str = ""

    def __str__(self) -> str:
        return self.scope.value if self.scope is Scope.ALL else f"{self.scope}:{self.name}"

    def holds(self, destination: Destination, language: str) -> bool:
        """Whether mail in this language for this destination passes through this gate."""
        return {
            Scope.ALL: True,
            Scope.ROUTE: destination.route.value == self.name,
            Scope.LANGUAGE: language == self.name,
            Scope.UNIT: str(destination) == self.name,
        }[self.scope]


POOLED = Place()
