"""Who stands in for a unit that is away: where its mail goes, and whose inquiries a member sees beside those of the own unit.

An absence in force names a unit or a person; where that unit is away itself, its own deputy is asked. A circle, a closed
account or an office without an address leads nowhere: then the unit's own address stays.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import or_, select

from triage.domain.organisation import Recipient
from triage.domain.people import Person
from triage.store.engine import Tx
from triage.store.house_tables import offices, people, units
from triage.store.member_tables import absences


@dataclass(frozen=True, slots=True)
class StandIn:
    """Who has a unit's mail until a day: a unit or office by its `code`, or a person. `private`: the address is a
    person's."""

    absent: str
    last_day: date
    code: str | None
    person_id: int | None
    name: str
    address: str
    private: bool


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose inquiries a person sees: the own unit's, and the open ones of units that the person or unit stands in for."""

    own: str | None
    deputised: frozenset[str] = frozenset()

    @property
    def codes(self) -> frozenset[str]:
        """All of them."""
        return self.deputised | ({self.own} if self.own is not None else set())


def stand_ins(tx: Tx, codes: Iterable[str], *, on: date) -> dict[str, StandIn]:
    """By code of a unit that is away on a day: who stands in for it. Two queries, or one where nobody is away."""
    away = _in_force(tx, on)
    if not away:
        return {}
    addresses = addresses_of(tx, {row.deputy_code for row in away.values() if row.deputy_code}, on=on)
    found = {code: _follow(code, away, addresses) for code in set(codes) & set(away)}
    return {code: one for code, one in found.items() if one is not None}


def away_on(tx: Tx, *, on: date) -> list[StandIn]:
    """Every unit that somebody stands in for on a day, by code."""
    away = _in_force(tx, on)
    return [one for _, one in sorted(stand_ins(tx, away, on=on).items())]


def deputise(tx: Tx, recipient: Recipient, *, on: date) -> Recipient:
    """The recipient with the address of who stands in for it, where it is away."""
    one = stand_ins(tx, [recipient.code], on=on).get(recipient.code)
    if one is None:
        return recipient
    return replace(recipient, address=one.address, deputy=one.code or one.name, private=one.private)


def scope_of(tx: Tx, person: Person, *, on: date) -> Scope:
    """What a person may see as a unit's member; nothing where the person is none."""
    own = person.unit_code
    if own is None:
        return Scope(None)
    away = _in_force(tx, on)
    reached, found = {own}, set[str]()
    while True:
        more = {
            code
            for code, row in away.items()
            if code not in reached and (row.deputy_id == person.id or row.deputy_code in reached)
        }
        if not more:
            return Scope(own, frozenset(found))
        reached |= more
        found |= more


def addresses_of(tx: Tx, codes: Iterable[str], *, on: date) -> dict[str, str]:
    """Today's address of units and offices, those that have one."""
    wanted, found = set(codes), dict[str, str]()
    if not wanted:
        return {}
    for table in (units, offices):
        valid = or_(table.c.valid_to.is_(None), table.c.valid_to > on) & (table.c.valid_from <= on)
        query = select(table.c.code, table.c.address).where(table.c.code.in_(wanted), valid, table.c.address != "")
        found |= {row.code: row.address for row in tx.connection.execute(query)}
    return found


def _in_force(tx: Tx, on: date) -> dict[str, Any]:
    """The absence of each unit that is away, the newest where there are two."""
    query = (
        select(absences, people.c.email, people.c.name, people.c.disabled_at)
        .outerjoin(people, people.c.id == absences.c.deputy_id)
        .where(
            absences.c.person_id.is_(None),
            absences.c.ended_at.is_(None),
            absences.c.first_day <= on,
            absences.c.last_day >= on,
        )
        .order_by(absences.c.id)
    )
    return {row.code: row for row in tx.connection.execute(query)}


def _follow(code: str, away: Mapping[str, Any], addresses: Mapping[str, str]) -> StandIn | None:
    row, seen = away[code], {code}
    last_day = row.last_day
    while True:
        if row.deputy_id is not None:
            if row.disabled_at is not None:
                return None
            return StandIn(code, last_day, None, row.deputy_id, row.name, row.email, private=True)
        deputy = row.deputy_code
        if deputy is None or deputy in seen:
            return None
        seen.add(deputy)
        if deputy not in away:
            address = addresses.get(deputy)
            return None if address is None else StandIn(code, last_day, deputy, None, deputy, address, private=False)
        row = away[deputy]
        last_day = min(last_day, row.last_day)
