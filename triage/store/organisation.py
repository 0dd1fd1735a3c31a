"""Units and offices as dated rows: the Organisation renames, merges and splits; what was decided under the old names
must stay readable. A row is valid from its first day to the day before `valid_to`.
"""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Table, insert, or_, select, update

from triage.domain.errors import NotFound, Refused
from triage.domain.organisation import Office, OfficeStatus, Recipient, Unit
from triage.domain.taxonomy import Destination, Route
from triage.store.engine import Tx
from triage.store.house_tables import offices as office_rows
from triage.store.house_tables import units as unit_rows
from triage.store.stand_ins import deputise


def seed(tx: Tx, units: Sequence[Unit], offices: Sequence[Office]) -> int:
    """Adds the units and offices whose code the store has never had; the others stay as they are. Returns how many."""
    tx.lock("organisation")
    added = 0
    pairs: tuple[tuple[Table, Sequence[Unit] | Sequence[Office]], ...] = ((unit_rows, units), (office_rows, offices))
    for table, items in pairs:
        known = set(tx.connection.execute(select(table.c.code)).scalars())
        rows = [_row(item) for item in items if item.code not in known]
        if rows:
            tx.connection.execute(insert(table), rows)
        added += len(rows)
    return added


def amend(tx: Tx, *, item: Unit | Office, today: date) -> bool:
    """Lets `item` hold from today: the row of before ends, unless it began today and is replaced. False: no change."""
    tx.lock("organisation")
    table = unit_rows if isinstance(item, Unit) else office_rows
    new = _row(item) | {"valid_from": today, "valid_to": None}
    old = tx.connection.execute(select(table).where(table.c.code == item.code, _valid(table, today))).one_or_none()
    if old is not None:
        if all(old._mapping[name] == value for name, value in new.items() if name != "valid_from"):
            return False
        if old.valid_from == today:
            tx.connection.execute(update(table).where(table.c.id == old.id).values(new))
            return True
        tx.connection.execute(update(table).where(table.c.id == old.id).values(valid_to=today))
    tx.connection.execute(insert(table).values(new))
    return True


def close(tx: Tx, *, code: str, today: date) -> None:
    """Ends a unit or office today. Raises NotFound where none is valid."""
    changed = 0
    for table in (unit_rows, office_rows):
        statement = update(table).where(table.c.code == code, _valid(table, today)).values(valid_to=today)
        changed += tx.connection.execute(statement).rowcount
    if not changed:
        raise NotFound(f"no unit or office {code} is valid today")


def units(tx: Tx, on: date) -> list[Unit]:
    """The units valid on a day, by code."""
    return [_unit(row) for row in tx.connection.execute(_on(unit_rows, on))]


def offices(tx: Tx, on: date) -> list[Office]:
    """The countries, territories and regional offices valid on a day, by code."""
    return [_office(row) for row in tx.connection.execute(_on(office_rows, on))]


def resolve(tx: Tx, destination: Destination, on: date) -> Recipient:
    """Who gets a forward. A country without a mission goes to the office that covers it, mail of a unit that is away to
    whoever stands in for it.

    Raises Refused for IPD, which keeps its mail; NotFound where the organisation data names nobody for it.
    """
    if destination.route is Route.IPD:
        raise Refused("what IPD keeps is not forwarded")
    if destination.route is not Route.MISSION:
        row = tx.connection.execute(_on(unit_rows, on).where(unit_rows.c.code == destination.route.value)).one_or_none()
        if row is None or not row.address:
            raise NotFound(f"no unit {destination} with an address is valid on {on}; see the organisation data")
        return deputise(tx, Recipient(row.code, row.names, row.address, row.language), on=on)
    code, seen, to_confirm = destination.country, set[str](), False
    while code is not None and code not in seen:
        seen.add(code)
        row = tx.connection.execute(_on(office_rows, on).where(office_rows.c.code == code)).one_or_none()
        if row is None:
            break
        to_confirm = to_confirm or row.status is OfficeStatus.UNKNOWN
        if row.address and (row.status is OfficeStatus.OWN or row.covered_by is None):
            found = Recipient(row.code, row.names, row.address, row.language, to_confirm)
            return deputise(tx, found, on=on)
        code = row.covered_by
    raise NotFound(f"no office with an address answers for {destination} on {on}; see the organisation data")


def _valid(table: Table, on: date) -> ColumnElement[bool]:
    ends: ColumnElement[bool] = or_(table.c.valid_to.is_(None), table.c.valid_to > on)
    return ends & (table.c.valid_from <= on)


def _on(table: Table, on: date) -> Any:
    return select(table).where(_valid(table, on)).order_by(table.c.code)


def _row(item: Unit | Office) -> dict[str, Any]:
    row = asdict(item)
    for name in ("names", "remits"):
        if name in row:
            row[name] = dict(row[name])
    if "aliases" in row:
        row["aliases"] = list(row["aliases"])
    return row


def _unit(row: Any) -> Unit:
    return Unit(row.code, row.names, row.remits, row.address, row.language, row.valid_from, row.valid_to)


def _office(row: Any) -> Office:
    return Office(
        row.code, row.names, tuple(row.aliases), row.status, row.covered_by, row.address, row.language, row.valid_from,
        row.valid_to,
    )  # fmt: skip
