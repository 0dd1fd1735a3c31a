"""Accounts of the people who use the service."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.engine import Row

from triage.domain.errors import DataError, NotFound
from triage.domain.people import Person, Role
from triage.store.engine import Tx
from triage.store.house_tables import people


@dataclass(frozen=True, slots=True)
class Account:
    """A person with what signing in needs. `password_hash` is None where no password was ever set."""

    person: Person
    password_hash: str | None
    created_at: datetime
    disabled_at: datetime | None


def add_person(tx: Tx, *, person: Person, password_hash: str | None, now: datetime) -> Person:
    """Adds an account and returns the person with its id. Raises DataError where the mail address has one already."""
    email = person.email.strip().lower()
    if not email or "@" not in email:
        raise DataError("an account needs a mail address")
    if tx.connection.execute(select(people.c.id).where(people.c.email == email)).first() is not None:
        raise DataError("there is already an account with this mail address")
    row = _values(person) | {"email": email, "password_hash": password_hash, "created_at": now}
    person_id = int(tx.connection.execute(insert(people).values(row).returning(people.c.id)).scalar_one())
    return get_person(tx, person_id=person_id)


def get_person(tx: Tx, *, person_id: int) -> Person:
    """One person, disabled or not. Raises NotFound."""
    return account(tx, person_id=person_id).person


def account(tx: Tx, *, person_id: int) -> Account:
    """One account. Raises NotFound."""
    row = tx.connection.execute(select(people).where(people.c.id == person_id)).one_or_none()
    if row is None:
        raise NotFound("no such person")
    return _account(row)


def account_by_email(tx: Tx, *, email: str) -> Account | None:
    """The account of a mail address, in upper or lower case."""
    row = tx.connection.execute(select(people).where(people.c.email == email.strip().lower())).one_or_none()
    return None if row is None else _account(row)


def list_people(tx: Tx) -> list[Account]:
    """All accounts by name."""
    return [
        _account(row) for row in tx.connection.execute(select(people).order_by(func.lower(people.c.name), people.c.id))
    ]


def units_with_members(tx: Tx) -> frozenset[str]:
    """The codes of units and offices that somebody with an open account belongs to."""
    rows = tx.connection.execute(select(people).where(people.c.unit.is_not(None), people.c.disabled_at.is_(None)))
    codes = {_account(row).person.unit_code for row in rows}
    return frozenset(code for code in codes if code is not None)


def number_of_people(tx: Tx) -> int:
    """How many accounts there are."""
    return int(tx.connection.execute(select(func.count()).select_from(people)).scalar_one())


def change_person(tx: Tx, *, person: Person) -> None:
    """Stores name, roles, mark, language and unit of a person. Raises NotFound."""
    _change(tx, person.id, _values(person))


def set_password(tx: Tx, *, person_id: int, password_hash: str) -> None:
    """Stores a new password hash. Raises NotFound."""
    _change(tx, person_id, {"password_hash": password_hash})


def disable(tx: Tx, *, person_id: int, at: datetime | None) -> None:
    """Closes an account, or with None opens it again. Raises NotFound."""
    _change(tx, person_id, {"disabled_at": at})


def _change(tx: Tx, person_id: int | None, values: dict[str, Any]) -> None:
    if tx.connection.execute(update(people).where(people.c.id == person_id).values(values)).rowcount != 1:
        raise NotFound("no such person")


def _values(person: Person) -> dict[str, Any]:
    return {
        "name": person.name,
        "roles": sorted(role.value for role in person.roles),
        "cleared": person.cleared,
        "language": person.language,
        "unit": person.unit,
        "leads_unit": person.leads_unit,
    }


def _account(row: Row[Any]) -> Account:
    return Account(person_of(row), row.password_hash, row.created_at, row.disabled_at)


def person_of(row: Row[Any]) -> Person:
    """The person in a row with the columns of `people`."""
    roles = frozenset(Role(role) for role in row.roles)
    return Person(row.id, row.name, row.email, roles, row.cleared, row.language, row.unit, row.leads_unit)
