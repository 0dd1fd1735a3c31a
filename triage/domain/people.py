"""Who uses the service and what they may see."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a person may do; several per person."""

    OFFICER = "officer"
    UNIT_MEMBER = "unit_member"
    MODEL_KEEPER = "model_keeper"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"


@dataclass(frozen=True, slots=True)
class Person:
    """An account. `cleared` is a mark of its own, beside the roles: only the cleared see restricted messages.

    `id` is None for an officer named on the command line, who acts with the rights of the shell's owner. `unit` is the
    unit or mission of a unit's member as a destination (`DMM`, `MISSION:ML`), or a regional office's code; who
    `leads_unit` may change where its mail goes.
    """

    id: int | None
    name: str
    email: str = ""
    roles: frozenset[Role] = frozenset()
    cleared: bool = False
    language: str = "en"
    unit: str | None = None
    leads_unit: bool = False

    def has(self, *roles: Role) -> bool:
        """True where the person has at least one of `roles`."""
        return not self.roles.isdisjoint(roles)

    @property
    def unit_code(self) -> str | None:
        """The code under which mail goes to the person's unit (`DMM`, `ML`, `RO-DAKAR`); None where this is no member."""
        if self.unit is None or Role.UNIT_MEMBER not in self.roles:
            return None
        return self.unit.removeprefix("MISSION:")

    @property
    def needs_second_factor(self) -> bool:
        """Whether a password alone is too little for what this person may see or change."""
        return self.cleared or Role.ADMINISTRATOR in self.roles
