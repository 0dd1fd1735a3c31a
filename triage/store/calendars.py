"""When offices are closed, as organisation data: a weekend by country or of their own, and dated holidays."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, func, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from triage.domain.errors import DataError
from triage.domain.working_days import Calendar, weekend_of
from triage.store.engine import Tx
from triage.store.unit_tables import calendars, holidays

HEADQUARTERS = "HQ"
"""Holidays under this code are those of all units; missions and regional offices have their own."""
REGIONAL = "RO-"


@dataclass(frozen=True, slots=True)
class Holiday:
    """A day on which an office is closed."""

    code: str
    day: date
    name: str


def calendars_of(tx: Tx, codes: Iterable[str]) -> dict[str, Calendar]:
    """The calendar of each unit or office, in two queries. A mission keeps its country's weekend."""
    wanted = set(codes)
    own = {row.code: row for row in tx.connection.execute(select(calendars).where(calendars.c.code.in_(wanted)))}
    closed: dict[str, set[date]] = {}
    query = select(holidays.c.code, holidays.c.day).where(holidays.c.code.in_(wanted | {HEADQUARTERS}))
    for code, day in tx.connection.execute(query):
        closed.setdefault(code, set()).add(day)
    found = {}
    for code in wanted:
        row = own.get(code)
        country = row.country if row is not None and row.country else code if len(code) == 2 else None
        weekend = frozenset(row.weekend) if row is not None and row.weekend is not None else weekend_of(country)
        at_headquarters = len(code) != 2 and not code.startswith(REGIONAL)
        shared = closed.get(HEADQUARTERS, set()) if at_headquarters else set()
        found[code] = Calendar(weekend, frozenset(closed.get(code, set()) | shared))
    return found


def set_holidays(tx: Tx, days: Sequence[Holiday]) -> int:
    """Puts holidays in the place of those of the same codes and years; returns how many there are."""
    for code, year in {(one.code, one.day.year) for one in days}:
        within = holidays.c.day.between(date(year, 1, 1), date(year, 12, 31))
        tx.connection.execute(delete(holidays).where(holidays.c.code == code, within))
    rows = {(one.code, one.day): {"code": one.code, "day": one.day, "name": one.name[:120]} for one in days}
    if rows:
        tx.connection.execute(insert(holidays), list(rows.values()))
    return len(rows)


def set_calendar(tx: Tx, *, code: str, country: str | None = None, weekend: Sequence[int] | None = None) -> None:
    """Whose weekend an office keeps, or one of its own (days from 0, Monday, to 6). Raises DataError for other days."""
    if weekend is not None and not set(weekend) < set(range(7)):
        raise DataError("a weekend is days from 0 (Monday) to 6 (Sunday), and not all of them")
    values: Mapping[str, object] = {"country": country, "weekend": None if weekend is None else sorted(set(weekend))}
    dialect = postgresql if tx.postgres else sqlite
    statement = dialect.insert(calendars).values(code=code, **values)
    tx.connection.execute(statement.on_conflict_do_update(index_elements=["code"], set_=dict(values)))


def list_holidays(tx: Tx) -> list[Holiday]:
    """All holidays by office and day."""
    return [Holiday(*row) for row in tx.connection.execute(select(holidays).order_by(holidays.c.code, holidays.c.day))]


def holidays_of(tx: Tx, *, code: str) -> list[Holiday]:
    """The holidays kept under one code, by day."""
    query = select(holidays).where(holidays.c.code == code).order_by(holidays.c.day)
    return [Holiday(*row) for row in tx.connection.execute(query)]


def numbers_by_code(tx: Tx, *, since: date) -> dict[str, int]:
    """How many holidays each code has from a day on."""
    query = select(holidays.c.code, func.count()).where(holidays.c.day >= since).group_by(holidays.c.code)
    return {row[0]: int(row[1]) for row in tx.connection.execute(query)}


def add_holiday(tx: Tx, holiday: Holiday) -> None:
    """Keeps one holiday in the place of another of the same day."""
    dialect = postgresql if tx.postgres else sqlite
    statement = dialect.insert(holidays).values(code=holiday.code, day=holiday.day, name=holiday.name)
    tx.connection.execute(
        statement.on_conflict_do_update(index_elements=["code", "day"], set_={"name": statement.excluded.name})
    )


def remove_holiday(tx: Tx, *, code: str, day: date) -> None:
    """Takes one holiday away."""
    tx.connection.execute(delete(holidays).where(holidays.c.code == code, holidays.c.day == day))


def own_weekend(tx: Tx, *, code: str) -> Sequence[int] | None:
    """The weekend that was set for an office; None where it keeps its country's."""
    found: Sequence[int] | None = tx.connection.execute(
        select(calendars.c.weekend).where(calendars.c.code == code)
    ).scalar_one_or_none()
    return found


def set_weekend(tx: Tx, *, code: str, weekend: Sequence[int] | None) -> None:
    """The weekend of an office, its country left as it is. Raises DataError for days that are none."""
    country = tx.connection.execute(select(calendars.c.country).where(calendars.c.code == code)).scalar_one_or_none()
    set_calendar(tx, code=code, country=country, weekend=weekend)
