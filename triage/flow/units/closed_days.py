"""When a unit or office is closed, kept on screen by administrators: holidays and the days of the weekend."""

from collections.abc import Sequence
from datetime import date, datetime

from triage.domain.errors import DataError
from triage.domain.organisation import Office, Unit
from triage.domain.people import Person
from triage.store import audit, calendars, changes, organisation
from triage.store.calendars import HEADQUARTERS, Holiday
from triage.store.engine import Store, Tx


def known_codes(tx: Tx, *, on: date) -> dict[str, dict[str, str]]:
    """Whose days can be kept, with their names by language: all units together, each unit, each office."""
    places: list[Unit | Office] = [*organisation.units(tx, on), *organisation.offices(tx, on)]
    return {HEADQUARTERS: {}} | {place.code: dict(place.names) for place in places}


def add_holiday(store: Store, *, code: str, day: date, name: str, actor: Person, now: datetime) -> None:
    """A day on which an office is closed, in the place of what stood under that day. Raises DataError without a name
    or for an unknown code."""
    name = " ".join(name.split())[:120]
    if not name:
        raise DataError("a holiday needs a name")
    with store.begin() as tx:
        _check(tx, code, now)
        before = calendars.holidays_of(tx, code=code)
        calendars.add_holiday(tx, Holiday(code, day, name))
        _put_on_record(tx, code, before, actor, now)


def remove_holiday(store: Store, *, code: str, day: date, actor: Person, now: datetime) -> None:
    """The office works on that day after all; a day that is none is no error."""
    with store.begin() as tx:
        before = calendars.holidays_of(tx, code=code)
        calendars.remove_holiday(tx, code=code, day=day)
        _put_on_record(tx, code, before, actor, now)


def keep_weekend(store: Store, *, code: str, days: Sequence[int] | None, actor: Person, now: datetime) -> None:
    """The weekend of an office: days from 0 (Monday) to 6; None: that of its country. Raises DataError for other days."""
    with store.begin() as tx:
        _check(tx, code, now)
        before = calendars.own_weekend(tx, code=code)
        calendars.set_weekend(tx, code=code, weekend=days)
        actor_name = audit.actor_of(tx, actor)
        was, is_now = {"weekend": list(before or ())}, {"weekend": sorted(days or ())}
        if changes.add(tx, about=f"calendar:{code}", before=was, after=is_now, actor=actor_name, now=now):
            audit.append(tx, at=now, actor=actor_name, act=audit.Act.CONFIGURED, objects=[f"calendar:{code}"])


def _check(tx: Tx, code: str, now: datetime) -> None:
    if code not in known_codes(tx, on=now.date()):
        raise DataError("no such unit or office")


def _put_on_record(tx: Tx, code: str, before: Sequence[Holiday], actor: Person, now: datetime) -> None:
    actor_name = audit.actor_of(tx, actor)
    was, is_now = _facts(before), _facts(calendars.holidays_of(tx, code=code))
    if changes.add(tx, about=f"calendar:{code}", before=was, after=is_now, actor=actor_name, now=now):
        audit.append(tx, at=now, actor=actor_name, act=audit.Act.CONFIGURED, objects=[f"calendar:{code}"])


def _facts(days: Sequence[Holiday]) -> dict[str, list[str]]:
    """What a change is told by."""
    return {"holidays": [f"{one.day.isoformat()} {one.name}" for one in days]}
