"""Units and missions as the screens name them, and the list behind type-to-search.

Read from the store's organisation rows and kept for a minute: they change a few times a year, and every line of a
list names one.
"""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from threading import Lock
from typing import Any

from flask import current_app

from triage.domain.organisation import LANGUAGES, Office, OfficeStatus, Unit
from triage.domain.taxonomy import Destination, Route
from triage.store import organisation
from triage.web.fold import fold
from triage.web.services import services

KEEP_SECONDS = 60.0
_EXTENSION = "triage-directory"


@dataclass(frozen=True, slots=True)
class Place:
    """A destination in one language. `value` is what forms send (`DMM`, `MISSION:ML`); `covering` names the office that
    answers where the country has no mission of its own; `to_confirm`: it is not known whether it has one."""

    value: str
    code: str
    name: str
    remit: str
    keep: bool = False
    covering: str = ""
    to_confirm: bool = False

    @property
    def short(self) -> str:
        """How a sentence names it: `DMM`, or `MISSION Mali`."""
        return f"MISSION {self.name}" if self.value.startswith("MISSION:") else self.code


@dataclass(frozen=True, slots=True)
class Choice:
    """One line of type-to-search: what is shown, and the folded words that find it, in all three languages."""

    value: str
    text: str
    find: str


@dataclass(frozen=True)
class Directory:
    """Units and offices valid today."""

    units: dict[str, Unit]
    offices: dict[str, Office]
    _places: dict[tuple[str, str], Place] = field(default_factory=dict)
    _choices: dict[str, tuple[list[Choice], list[Choice]]] = field(default_factory=dict)
    _texts: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, units: Iterable[Unit], offices: Iterable[Office]) -> "Directory":
        """From the rows of the store."""
        return cls({unit.code: unit for unit in units}, {office.code: office for office in offices})

    def place(self, destination: Destination, language: str) -> Place:
        """How `destination` is named in `language`. A code without a row is named by itself."""
        key = (str(destination), language)
        if key not in self._places:
            self._places[key] = self._make_place(destination, language)
        return self._places[key]

    def _make_place(self, destination: Destination, language: str) -> Place:
        unit = self.units.get(destination.route)
        remit = _named(unit.remits, language) if unit else ""
        if destination.country is None:
            name = _named(unit.names, language) if unit else str(destination.route)
            return Place(str(destination), str(destination), name, remit, keep=destination.route is Route.IPD)
        office = self.offices.get(destination.country)
        name = _named(office.names, language) if office else destination.country
        covering = ""
        if office and office.status is not OfficeStatus.OWN and office.covered_by in self.offices:
            covering = _named(self.offices[office.covered_by].names, language)
        unsure = office is None or office.status is OfficeStatus.UNKNOWN
        return Place(
            str(destination), f"MISSION {destination.country}", name, remit, covering=covering, to_confirm=unsure
        )

    def choices(self, language: str) -> tuple[list[Choice], list[Choice]]:
        """Units first, then missions in the alphabet of `language`; both for the plain select and type-to-search."""
        if language not in self._choices:
            self._choices[language] = (self._unit_choices(language), self._mission_choices(language))
        return self._choices[language]

    def _unit_choices(self, language: str) -> list[Choice]:
        result = []
        for code, unit in self.units.items():
            if code == Route.MISSION or code not in list(Route):
                continue
            names = [code, *(unit.names.get(each, "") for each in LANGUAGES)]
            result.append(Choice(code, f"{code} – {_named(unit.names, language)}", fold(" ".join(names))))
        return result

    def _mission_choices(self, language: str) -> list[Choice]:
        result = []
        for code, office in self.offices.items():
            if len(code) != 2:
                continue  # a regional office is reached through the countries that it covers
            text = f"{_named(office.names, language)} ({code})"
            words = [code, *(office.names.get(each, "") for each in LANGUAGES), *office.aliases]
            result.append(Choice(f"MISSION:{code}", text, fold(" ".join(words))))
        return sorted(result, key=lambda choice: fold(choice.text))

    def regional_choices(self, language: str) -> list[Choice]:
        """The regional offices, for accounts: no message is sent to one but through the countries that it covers."""
        those = [(code, office) for code, office in self.offices.items() if len(code) != 2]
        found = [Choice(code, f"{_named(office.names, language)} ({code})", "") for code, office in those]
        return sorted(found, key=lambda choice: fold(choice.text))

    def name_of(self, code: str, language: str) -> str:
        """The name of a unit or office by its own code, a regional office's as well; the code where it has none today."""
        found = self.units.get(code) or self.offices.get(code)
        return (_named(found.names, language) if found else "") or code

    def remember(self, key: str, make: Callable[[], str]) -> str:
        """Text that follows from the rows alone, made once for each `key`."""
        if key not in self._texts:
            self._texts[key] = make()
        return self._texts[key]


def _named(texts: Any, language: str) -> str:
    return str(texts.get(language) or texts.get("en") or "")


class _Kept:
    """The directory of one application, read anew every KEEP_SECONDS and at the turn of the day."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._read_at = float("-inf")
        self._on: date | None = None
        self._directory: Directory | None = None

    def get(self) -> Directory:
        today = services().clock.now().date()
        with self._lock:
            if self._directory is None or self._on != today or time.monotonic() - self._read_at > KEEP_SECONDS:
                with services().store.read() as tx:
                    self._directory = Directory.of(organisation.units(tx, on=today), organisation.offices(tx, on=today))
                self._read_at, self._on = time.monotonic(), today
            return self._directory

    def forget(self) -> None:
        with self._lock:
            self._directory = None


def forget_directory() -> None:
    """After a change on screen: this process reads anew at once, others within a minute."""
    kept: _Kept = current_app.extensions.setdefault(_EXTENSION, _Kept())
    kept.forget()


def directory() -> Directory:
    """Today's units and offices."""
    kept: _Kept = current_app.extensions.setdefault(_EXTENSION, _Kept())
    return kept.get()
