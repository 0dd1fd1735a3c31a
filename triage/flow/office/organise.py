"""Units and offices changed by people: valid from today, on record with who changed what."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from triage.domain.errors import DataError
from triage.domain.organisation import LANGUAGES, Office, OfficeStatus, Unit
from triage.domain.people import Person
from triage.domain.taxonomy import Route
from triage.store import audit, changes, organisation
from triage.store.engine import Store, Tx

_WITHOUT_ADDRESS = frozenset({Route.IPD.value, Route.MISSION.value})
_MOST_HOPS = 8


class NoAddress(DataError):
    """Mail goes there, so it needs an address."""


class NoCover(DataError):
    """Without a mission of its own, a country needs an office with an address that answers for it."""


class NoName(DataError):
    """A name is needed in every language."""


def amend(store: Store, *, item: Unit | Office, actor: Person, now: datetime) -> bool:
    """Lets a unit or office hold as it stands in `item` from today; False where nothing differs.

    Raises NoName, NoAddress or NoCover where mail could not be delivered afterwards.
    """
    return amend_all(store, items=[item], actor=actor, now=now) == 1


def amend_all(store: Store, *, items: Sequence[Unit | Office], actor: Person, now: datetime) -> int:
    """The same for many at once, all or nothing: they may depend on one another. Returns how many differed."""
    changed: list[str] = []
    with store.begin() as tx:
        valid = _Valid.read(tx, now)
        name = audit.actor_of(tx, actor)
        for item in items:
            old = valid.put(item)
            if organisation.amend(tx, item=item, today=now.date()):
                about = f"{'unit' if isinstance(item, Unit) else 'office'}:{item.code}"
                changes.add(
                    tx, about=about, before={} if old is None else _facts(old), after=_facts(item), actor=name, now=now
                )
                changed.append(about)
        for item in items:
            _check(item, valid.offices)
        for about in changed:  # the record comes last in every transaction
            audit.append(tx, at=now, actor=name, act=audit.Act.CONFIGURED, objects=[about])
    return len(changed)


@dataclass(frozen=True, slots=True)
class _Valid:
    """What is valid today, with what is being changed."""

    units: dict[str, Unit]
    offices: dict[str, Office]

    @classmethod
    def read(cls, tx: Tx, now: datetime) -> "_Valid":
        units, offices = organisation.units(tx, now.date()), organisation.offices(tx, now.date())
        return cls({unit.code: unit for unit in units}, {office.code: office for office in offices})

    def put(self, item: Unit | Office) -> Unit | Office | None:
        """Puts one in the place of the one of before, which is returned."""
        if isinstance(item, Unit):
            before_unit = self.units.get(item.code)
            self.units[item.code] = item
            return before_unit
        before = self.offices.get(item.code)
        self.offices[item.code] = item
        return before


def check_address(address: str, *, code: str) -> None:
    """Raises NoAddress where mail to this unit could not be addressed."""
    if not _is_address(address):
        raise NoAddress(f"{code} needs one bare mail address")


def _check(item: Unit | Office, offices: Mapping[str, Office]) -> None:
    if not all(item.names.get(language, "").strip() for language in LANGUAGES):
        raise NoName("a name is needed in English, French and Spanish")
    if isinstance(item, Unit):
        if item.code not in _WITHOUT_ADDRESS and not _is_address(item.address):
            raise NoAddress(f"{item.code} needs one bare mail address")
        return
    if item.address and not _is_address(item.address):
        raise NoAddress(f"{item.code} needs one bare mail address")
    if item.status is OfficeStatus.OWN and not item.address:
        raise NoAddress(f"{item.code}: a mission of its own needs an address")
    dependants = [office for office in offices.values() if office.covered_by == item.code]
    for office in (item, *dependants):
        if office.status is not OfficeStatus.OWN and not _answered(office, offices):
            raise NoCover(f"no office with an address answers for {office.code}")


def _answered(office: Office, offices: Mapping[str, Office]) -> bool:
    """Whether following who covers whom ends at an address."""
    code = office.covered_by
    for _ in range(_MOST_HOPS):
        found = offices.get(code or "")
        if found is None or found.code == office.code:
            return False
        if found.address and (found.status is OfficeStatus.OWN or found.covered_by is None):
            return True
        code = found.covered_by
    return False


def _is_address(text: str) -> bool:
    local, _, domain = text.rpartition("@")
    return bool(local and "." in domain and text.isascii() and not any(c.isspace() or c in "<>,;" for c in text))


def _facts(item: Unit | Office) -> dict[str, Any]:
    """What a change is told by."""
    facts: dict[str, Any] = {"names": dict(item.names), "address": item.address, "language": item.language}
    if isinstance(item, Unit):
        return facts | {"remits": dict(item.remits)}
    return facts | {
        "aliases": list(item.aliases),
        "status": item.status.value,
        "covered_by": item.covered_by or "",
    }
