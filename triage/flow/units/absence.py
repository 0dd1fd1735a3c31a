"""A unit, or one of its members, is away for some days, and somebody stands in.

The whole unit's absence is its lead member's to say: forwards, reminders and digests then go to the deputy, a unit or a
person with an account, who sees the unit's open inquiries meanwhile. A single member's absence is the member's own: the
deputy is another member of the same unit and gets the digest.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from triage.domain.errors import DataError, NotFound, Refused
from triage.domain.people import Person, Role
from triage.store import absences, audit, people, stand_ins
from triage.store.absences import NewAbsence
from triage.store.engine import Store, Tx

LONGEST = timedelta(days=366)


class NoDays(DataError):
    """The days are missing, over, the wrong way round, or more than a year."""


class NoDeputy(DataError):
    """Nobody stands in, or somebody who cannot: oneself, a unit without an address, a person of another unit."""


class NotLead(Refused):
    """Only a lead member may say this for the whole unit."""


@dataclass(frozen=True, slots=True)
class Away:
    """What a member says: who is away (`whole_unit`, or the member), from when to when, and who stands in."""

    whole_unit: bool
    first_day: date | None
    last_day: date | None
    deputy_code: str | None = None
    deputy_id: int | None = None


def be_away(store: Store, *, member: Person, away: Away, now: datetime) -> int:
    """Keeps an absence and returns its number. Raises NotLead, NoDays, NoDeputy."""
    today, code = now.date(), _unit_of(member)
    if away.whole_unit and not member.leads_unit:
        raise NotLead("only a lead member may say that the unit is away")
    if away.first_day is None or away.last_day is None:
        raise NoDays("an absence needs its first and its last day")
    if away.last_day < max(away.first_day, today) or away.last_day - away.first_day > LONGEST:
        raise NoDays("the last day must not be over, nor before the first, nor more than a year after it")
    with store.begin() as tx:
        _check_deputy(tx, member, code, away, today)
        new = NewAbsence(
            code,
            away.first_day,
            away.last_day,
            person_id=None if away.whole_unit else member.id,
            deputy_code=away.deputy_code,
            deputy_id=away.deputy_id,
        )
        number = absences.add(tx, new=new, made_by=member.id or 0, now=now)
        _put_on_record(tx, member, code, number, now)
        return number


def come_back(store: Store, *, member: Person, absence_id: int, now: datetime) -> None:
    """Takes an absence back: one's own, or with the lead the unit's and every member's. Raises NotFound, NotLead."""
    code = _unit_of(member)
    with store.begin() as tx:
        mine = {one.id: one for one in absences.coming(tx, on=now.date(), codes=[code])}
        found = mine.get(absence_id)
        if found is None:
            raise NotFound("no such absence")
        if found.person_id != member.id and not member.leads_unit:
            raise NotLead("this absence is not yours")
        absences.end(tx, absence_id=absence_id, code=code, now=now)
        _put_on_record(tx, member, code, absence_id, now)


def _check_deputy(tx: Tx, member: Person, code: str, away: Away, today: date) -> None:
    if (away.deputy_code is None) == (away.deputy_id is None):
        raise NoDeputy("one unit or one person must stand in")
    if away.deputy_code is not None:
        known = stand_ins.addresses_of(tx, [away.deputy_code], on=today)
        if not away.whole_unit or away.deputy_code == code or away.deputy_code not in known:
            raise NoDeputy("this unit cannot stand in")
        return
    try:
        deputy = people.account(tx, person_id=away.deputy_id or 0)
    except NotFound:
        raise NoDeputy("no such person") from None
    person = deputy.person
    usable = deputy.disabled_at is None and Role.UNIT_MEMBER in person.roles and person.id != member.id
    if not usable or person.unit_code is None or (not away.whole_unit and person.unit_code != code):
        raise NoDeputy("this person cannot stand in")


def _unit_of(member: Person) -> str:
    if member.unit_code is None or member.id is None:
        raise Refused("only a member of a unit can be away")
    return member.unit_code


def _put_on_record(tx: Tx, member: Person, code: str, number: int, now: datetime) -> None:
    objects = [f"absence:{number}", f"unit:{code}"]
    audit.append(tx, at=now, actor=audit.actor_of(tx, member), act=audit.Act.AWAY, objects=objects)
