"""The second factor of signing in: a code from the person's phone, or one of ten recovery codes on paper.

Who guesses is stopped after five wrong codes in a quarter of an hour; a code that was taken is never taken again.
"""

import secrets
from datetime import datetime, timedelta

from triage.domain import totp
from triage.domain.errors import Refused
from triage.domain.people import Person
from triage.store import audit, second_factors, sessions
from triage.store.engine import Store, Tx

SECRET_BYTES = 20
RECOVERY_CODES = 10
WRONG_CODES_ALLOWED = 5
WINDOW = timedelta(minutes=15)
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_CODE_LETTERS = 12


def is_enrolled(store: Store, *, person: Person) -> bool:
    """Whether signing in asks this person for a code."""
    with store.read() as tx:
        found = second_factors.get(tx, person_id=_id(person))
    return found is not None and found.confirmed_at is not None


def prepare(store: Store, *, person: Person, now: datetime) -> bytes:
    """The secret to show to a person who sets up a second factor, the same until it is confirmed.

    Raises Refused where one is confirmed already: it must be removed first, which needs a code.
    """
    with store.begin() as tx:
        found = second_factors.get(tx, person_id=_id(person))
        if found is not None and found.confirmed_at is not None:
            raise Refused("there is a second factor already")
        if found is not None:
            return found.secret
        secret = secrets.token_bytes(SECRET_BYTES)
        second_factors.begin(tx, person_id=_id(person), secret=secret, now=now)
    return secret


def confirm(store: Store, *, person: Person, code: str, now: datetime) -> list[str] | None:
    """Takes a first code and switches the second factor on; returns the recovery codes, which are shown this once.

    None where the code does not fit. Raises Refused after too many wrong codes, or where nothing is being set up.
    """
    with store.begin() as tx:
        _stop_guessing(tx, person, now)
        found = second_factors.get(tx, person_id=_id(person))
        if found is None or found.confirmed_at is not None:
            raise Refused("no second factor is being set up")
        if not _take(tx, person, code, now):
            return None
        second_factors.confirm(tx, person_id=_id(person), now=now)
        codes = _new_codes(tx, person)
        _book(tx, person, audit.Act.SECOND_FACTOR_SET, now)
    return codes


def check(store: Store, *, person: Person, code: str, now: datetime) -> bool:
    """Whether this is the code of now, or an unused recovery code. Raises Refused after too many wrong ones."""
    with store.begin() as tx:
        _stop_guessing(tx, person, now)
        found = second_factors.get(tx, person_id=_id(person))
        if found is None or found.confirmed_at is None:
            return False
        if _take(tx, person, code, now) or second_factors.use_recovery_code(
            tx, person_id=_id(person), code=code, now=now
        ):
            _book(tx, person, audit.Act.CODE_ACCEPTED, now)
            return True
        _book(tx, person, audit.Act.CODE_REFUSED, now)
    return False


def renew_recovery_codes(store: Store, *, person: Person, code: str, now: datetime) -> list[str] | None:
    """New recovery codes in the place of the old ones; None where `code` is wrong."""
    if not check(store, person=person, code=code, now=now):
        return None
    with store.begin() as tx:
        codes = _new_codes(tx, person)
        _book(tx, person, audit.Act.SECOND_FACTOR_SET, now)
    return codes


def remove(store: Store, *, person: Person, code: str, now: datetime) -> bool:
    """A person's own removal; False where `code` is wrong."""
    if not check(store, person=person, code=code, now=now):
        return False
    with store.begin() as tx:
        second_factors.remove(tx, person_id=_id(person))
        _book(tx, person, audit.Act.SECOND_FACTOR_REMOVED, now)
    return True


def _take(tx: Tx, person: Person, code: str, now: datetime) -> bool:
    """Uses a code up; a wrong one is counted."""
    found = second_factors.get(tx, person_id=_id(person))
    if found is not None:
        step = totp.fitting_step(found.secret, code, now=now, after=found.last_step)
        if step is not None and second_factors.use_step(tx, person_id=_id(person), step=step):
            return True
    sessions.add_failure(tx, keys=(_key(person),), now=now, forget_before=now - WINDOW)
    return False


def _stop_guessing(tx: Tx, person: Person, now: datetime) -> None:
    if sessions.failures(tx, keys=(_key(person),), since=now - WINDOW) >= WRONG_CODES_ALLOWED:
        raise Refused("too many wrong codes; wait a quarter of an hour")


def _new_codes(tx: Tx, person: Person) -> list[str]:
    codes = ["".join(secrets.choice(_LETTERS) for _ in range(_CODE_LETTERS)) for _ in range(RECOVERY_CODES)]
    second_factors.set_recovery_codes(tx, person_id=_id(person), codes=codes)
    return [f"{code[:4]} {code[4:8]} {code[8:]}" for code in codes]


def _key(person: Person) -> str:
    return f"code {person.id}"


def _id(person: Person) -> int:
    if person.id is None:
        raise Refused("only an account can have a second factor")
    return person.id


def _book(tx: Tx, person: Person, act: audit.Act, now: datetime) -> None:
    audit.append(tx, at=now, actor=audit.actor_of(tx, person), act=act, objects=[f"person:{person.id}"])
