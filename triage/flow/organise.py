"""Units and offices changed by people: valid from today, on record with who changed what."""

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
    today = now.date()
    with store.begin() as tx:
        _check(tx, item, now)
        old = _old(tx, item, now)
        if not organisation.amend(tx, item=item, today=today):
            return False
        about = f"{'unit' if isinstance(item, Unit) else 'office'}:{item.code}"
        name = audit.actor_of(tx, actor)
        changes.add(tx, about=about, before=old, after=_facts(item), actor=name, now=now)
        audit.append(tx, at=now, actor=name, act=audit.Act.CONFIGURED, objects=[about])
    return True


def check_address(address: str, *, code: str) -> None:
    """Raises NoAddress where mail to this unit could not be addressed."""
    if not _is_address(address):
        raise NoAddress(f"{code} needs one bare mail address")


def _check(tx: Tx, item: Unit | Office, now: datetime) -> None:
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
    offices = {office.code: office for office in organisation.offices(tx, now.date())} | {item.code: item}
    dependants = [office for office in offices.values() if office.covered_by == item.code]
    for office in (item, *dependants):
        if office.status is not OfficeStatus.OWN and not _answered(office, offices):
            raise NoCover(f"no office with an address answers for {office.code}")


def _answered(office: Office, offices: dict[str, Office]) -> bool:
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


def _old(tx: Tx, item: Unit | Office, now: datetime) -> dict[str, Any]:
    valid: list[Unit] | list[Office] = (
        organisation.units(tx, now.date()) if isinstance(item, Unit) else organisation.offices(tx, now.date())
    )
    return next((_facts(row) for row in valid if row.code == item.code), {})


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
