"""Dated absences of units and of single members, each with a deputy. What follows from them is in `stand_ins`."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import insert, select, update

from triage.domain.errors import NotFound
from triage.store.engine import Tx
from triage.store.house_tables import people
from triage.store.member_tables import absences


@dataclass(frozen=True, slots=True)
class NewAbsence:
    """An absence about to be kept: of the whole unit, or of `person_id`. The deputy is a unit or a person."""

    code: str
    first_day: date
    last_day: date
    person_id: int | None = None
    deputy_code: str | None = None
    deputy_id: int | None = None


@dataclass(frozen=True, slots=True)
class Absence:
    """An absence with the names of those whom it is about; `who` is empty for the whole unit."""

    id: int
    code: str
    person_id: int | None
    who: str
    first_day: date
    last_day: date
    deputy_code: str | None
    deputy_id: int | None
    deputy: str

    def in_force(self, on: date) -> bool:
        """Whether it holds on a day."""
        return self.first_day <= on <= self.last_day


def add(tx: Tx, *, new: NewAbsence, made_by: int, now: datetime) -> int:
    """Keeps an absence and returns its number."""
    row = {name: getattr(new, name) for name in NewAbsence.__slots__} | {"made_by": made_by, "made_at": now}
    return int(tx.connection.execute(insert(absences).values(row).returning(absences.c.id)).scalar_one())


def end(tx: Tx, *, absence_id: int, code: str, now: datetime) -> None:
    """Takes an absence of this unit back. Raises NotFound where there is none, or it is over already."""
    mine = (absences.c.id == absence_id) & (absences.c.code == code) & absences.c.ended_at.is_(None)
    if tx.connection.execute(update(absences).where(mine).values(ended_at=now)).rowcount != 1:
        raise NotFound("no such absence")


def coming(tx: Tx, *, on: date, codes: Iterable[str] | None = None) -> list[Absence]:
    """Absences that hold on a day or later, of all units or some, the soonest first."""
    who, deputy = people.alias("who"), people.alias("deputy")
    query = (
        select(absences, who.c.name.label("who"), deputy.c.name.label("deputy_name"))
        .outerjoin(who, who.c.id == absences.c.person_id)
        .outerjoin(deputy, deputy.c.id == absences.c.deputy_id)
        .where(absences.c.ended_at.is_(None), absences.c.last_day >= on)
        .order_by(absences.c.first_day, absences.c.id)
    )
    if codes is not None:
        query = query.where(absences.c.code.in_(set(codes)))
    return [
        Absence(
            row.id, row.code, row.person_id, row.who or "", row.first_day, row.last_day, row.deputy_code, row.deputy_id,
            row.deputy_name or row.deputy_code or "",
        )
        for row in tx.connection.execute(query)
    ]  # fmt: skip


def deputies_of_people(tx: Tx, *, on: date) -> dict[int, int]:
    """By member who is away on a day: the member who stands in."""
    query = select(absences.c.person_id, absences.c.deputy_id).where(
        absences.c.person_id.is_not(None),
        absences.c.deputy_id.is_not(None),
        absences.c.ended_at.is_(None),
        absences.c.first_day <= on,
        absences.c.last_day >= on,
    )
    return {row.person_id: row.deputy_id for row in tx.connection.execute(query.order_by(absences.c.id))}
