"""Accounts and signing in. Passwords are kept as argon2 hashes; wrong ones are counted per account and per remote
address, and too many close the door for a while. A wrong address costs as much time as a wrong password.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from triage.domain.errors import DataError, Refused
from triage.domain.people import Person
from triage.store import audit, changes, people, sessions
from triage.store.engine import Store, Tx

WINDOW = timedelta(minutes=15)
FAILURES_ALLOWED = 10
SHORTEST_PASSWORD = 10
SYSTEM = "system"


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher()


@cache
def _nobody() -> str:
    """A hash that no password fits, to spend the same time on addresses without an account."""
    return _hasher().hash("nobody has this password")


def sign_in(store: Store, *, email: str, password: str, now: datetime, remote_key: str) -> Person | None:
    """The person of these credentials, None where they are wrong or the account is closed.

    `remote_key` names the remote address (kept hashed). Raises Refused after too many failures in a quarter of an hour.
    """
    keys = (f"account {email.strip().lower()}", f"remote {remote_key}")
    with store.read() as tx:
        if sessions.failures(tx, keys=keys, since=now - WINDOW) >= FAILURES_ALLOWED:
            raise Refused("too many failed sign-ins; wait a quarter of an hour")
        account = people.account_by_email(tx, email=email)
    fits = _fits(account.password_hash if account is not None else None, password)
    with store.begin() as tx:
        if account is None or not fits or account.disabled_at is not None:
            sessions.add_failure(tx, keys=keys, now=now, forget_before=now - WINDOW)
            actor = audit.pseudonym(tx, email) if account is None else audit.actor_of(tx, account.person)
            audit.append(tx, at=now, actor=actor, act=audit.Act.SIGN_IN_FAILED, objects=[])
            return None
        if account.password_hash is not None and _hasher().check_needs_rehash(account.password_hash):
            people.set_password(tx, person_id=account.person.id or 0, password_hash=_hasher().hash(password))
        audit.append(tx, at=now, actor=audit.actor_of(tx, account.person), act=audit.Act.SIGN_IN, objects=[])
    return account.person


def _fits(password_hash: str | None, password: str) -> bool:
    try:
        return _hasher().verify(password_hash or _nobody(), password) and password_hash is not None
    except (VerificationError, InvalidHashError):
        return False


def open_session(store: Store, *, person: Person, now: datetime, seconds: float) -> str:
    """Opens a session and returns its token, for a cookie."""
    if person.id is None:
        raise Refused("only an account can have a session")
    with store.begin() as tx:
        return sessions.start_session(tx, person_id=person.id, now=now, seconds=seconds)


def person_of(store: Store, *, token: str, now: datetime, seconds: float, prolong: bool = True) -> Person | None:
    """Who is signed in; a session in use is prolonged, with a write at most once a minute.

    `prolong` False: it is not the person who asks, but a page left open.
    """
    with store.read() as tx:
        found = sessions.session_standing(tx, token=token, now=now)
    if found is None:
        return None
    if found.due and prolong:
        with store.begin() as tx:
            sessions.touch_session(tx, token=token, now=now, seconds=seconds)
    return found.person


def sign_out(store: Store, *, token: str, person: Person, now: datetime) -> None:
    """Ends a session."""
    with store.begin() as tx:
        sessions.end_session(tx, token=token)
        audit.append(tx, at=now, actor=audit.actor_of(tx, person), act=audit.Act.SIGN_OUT, objects=[])


def add_account(store: Store, *, person: Person, password: str | None, actor: Person | None, now: datetime) -> Person:
    """Adds an account and returns the person with its id. Without a password nobody can sign in until one is set by
    a link. Raises DataError for a short password or a doubled address."""
    hashed = None
    if password is not None:
        _check(password)
        hashed = _hasher().hash(password)
    with store.begin() as tx:
        added = people.add_person(tx, person=person, password_hash=hashed, now=now)
        changes.add(tx, about=f"person:{added.id}", before={}, after=_facts(added), actor=_name(tx, actor), now=now)
        _book(tx, actor, audit.Act.ACCOUNT_ADDED, added, now)
    return added


def change_account(store: Store, *, person: Person, actor: Person | None, now: datetime) -> None:
    """Stores name, roles, mark, language and unit of a person; the mail address stays. Where rights change, open
    sessions end: the new ones begin with a new sign-in."""
    with store.begin() as tx:
        old = people.get_person(tx, person_id=person.id or 0)
        people.change_person(tx, person=person)
        rights = [(one.roles, one.cleared, one.unit, one.leads_unit) for one in (old, person)]
        if rights[0] != rights[1]:
            sessions.end_sessions(tx, person_id=person.id or 0)
        about, actor_name = f"person:{person.id}", _name(tx, actor)
        changes.add(tx, about=about, before=_facts(old), after=_facts(person), actor=actor_name, now=now)
        _book(tx, actor, audit.Act.ACCOUNT_CHANGED, person, now)


def choose_language(store: Store, *, person: Person, language: str, now: datetime) -> Person:
    """A person's own choice of language."""
    changed = replace(person, language=language)
    change_account(store, person=changed, actor=person, now=now)
    return changed


def set_password(store: Store, *, person: Person, password: str, actor: Person | None, now: datetime) -> None:
    """Sets a password and ends all sessions of the person. Raises DataError for a short one."""
    _check(password)
    hashed = _hasher().hash(password)
    with store.begin() as tx:
        people.set_password(tx, person_id=person.id or 0, password_hash=hashed)
        sessions.end_sessions(tx, person_id=person.id or 0)
        _book(tx, actor, audit.Act.PASSWORD_SET, person, now)


def close_account(store: Store, *, person: Person, actor: Person | None, now: datetime, reopen: bool = False) -> None:
    """Closes an account and ends its sessions, or opens it again."""
    with store.begin() as tx:
        people.disable(tx, person_id=person.id or 0, at=None if reopen else now)
        sessions.end_sessions(tx, person_id=person.id or 0)
        was, is_now = {"open": reopen is False}, {"open": reopen}
        changes.add(tx, about=f"person:{person.id}", before=was, after=is_now, actor=_name(tx, actor), now=now)
        _book(tx, actor, audit.Act.ACCOUNT_CHANGED, person, now)


def _check(password: str) -> None:
    if len(password) < SHORTEST_PASSWORD:
        raise DataError(f"a password needs at least {SHORTEST_PASSWORD} characters")


def _facts(person: Person) -> dict[str, object]:
    """What a change of an account is told by."""
    return {
        "name": person.name,
        "roles": sorted(person.roles),
        "cleared": person.cleared,
        "language": person.language,
        "unit": person.unit or "",
        "leads_unit": person.leads_unit,
    }


def _name(tx: Tx, actor: Person | None) -> str:
    return SYSTEM if actor is None else audit.actor_of(tx, actor)


def _book(tx: Tx, actor: Person | None, act: audit.Act, about: Person, now: datetime) -> None:
    audit.append(tx, at=now, actor=_name(tx, actor), act=act, objects=[f"person:{about.id}"])
