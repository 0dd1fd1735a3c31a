"""Units and offices: who stands behind a destination, in three languages, at a given time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

LANGUAGES = ("en", "fr", "es")


class OfficeStatus(StrEnum):
    """Whether a country has a mission of its own. UNKNOWN: the covering office acts and an officer confirms."""

    OWN = "own"
    COVERED = "covered"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Unit:
    """A department, division or unit at Headquarters. `names` and `remits` are keyed by language (en, fr, es)."""

    code: str
    names: Mapping[str, str]
    remits: Mapping[str, str]
    address: str
    language: str
    valid_from: date
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class Office:
    """The row of a country or territory: its names, and which office answers for it.

    `covered_by` is the code of the regional office where the country has no mission of its own (or none is known);
    regional offices are rows too, with a code such as `RO-DAKAR` in place of a country.
    """

    code: str
    names: Mapping[str, str]
    aliases: tuple[str, ...]
    status: OfficeStatus
    covered_by: str | None
    address: str
    language: str
    valid_from: date
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class Recipient:
    """Where a forward goes: the unit or office, its address and language. `to_confirm` asks the officer to look twice,
    because the country's own office is not known and the covering one is used. `deputy` names who stands in for a unit
    that is away, whose address it then is; `private`: a person's."""

    code: str
    names: Mapping[str, str]
    address: str
    language: str
    to_confirm: bool = False
    deputy: str = ""
    private: bool = False
