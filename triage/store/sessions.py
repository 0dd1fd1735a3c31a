"""Signed-in sessions, kept by the hash of their token, and failed sign-ins, kept by keyed hashes for the rate limit."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, func, insert, select, update

from triage.domain.people import Person
from triage.store.engine import Tx
from triage.store.house_tables import people, sessions, sign_in_attempts
from triage.store.people import person_of

TOUCH_AFTER = timedelta(seconds=60)
_FOUND = (  # made once: every request asks it
    select(people, sessions.c.seen_at)
    .join(sessions, sessions.c.person_id == people.c.id)
    .where(
        sessions.c.token_hash == bindparam("token_hash"),
        sessions.c.expires_at > bindparam("now"),
        people.c.disabled_at.is_(None),
    )
)


@dataclass(frozen=True, slots=True)
class Standing:
    """A session that holds. `due`: it was prolonged so long ago that doing so again is worth a write."""

    person: Person
    due: bool


def start_session(tx: Tx, *, person_id: int, now: datetime, seconds: float) -> str:
    """Opens a session that ends after `seconds` without use; returns its token, which is stored nowhere."""
    tx.connection.execute(delete(sessions).where(sessions.c.expires_at <= now))
    token = secrets.token_urlsafe(32)
    row = {"token_hash": _token_hash(token), "person_id": person_id, "created_at": now, "seen_at": now}
    tx.connection.execute(insert(sessions).values(**row, expires_at=now + timedelta(seconds=seconds)))
    return token


def session_standing(tx: Tx, *, token: str, now: datetime) -> Standing | None:
    """Who is signed in with this token; None where it has expired, was ended, or the account is disabled. Only reads."""
    row = tx.connection.execute(_FOUND, {"token_hash": _token_hash(token), "now": now}).one_or_none()
    return None if row is None else Standing(person_of(row), row.seen_at < now - TOUCH_AFTER)


def session_person(tx: Tx, *, token: str, now: datetime) -> Person | None:
    """The person of `session_standing`."""
    found = session_standing(tx, token=token, now=now)
    return None if found is None else found.person


def touch_session(tx: Tx, *, token: str, now: datetime, seconds: float) -> None:
    """Prolongs a session that is in use."""
    values = {"seen_at": now, "expires_at": now + timedelta(seconds=seconds)}
    live = (sessions.c.token_hash == _token_hash(token)) & (sessions.c.expires_at > now)
    tx.connection.execute(update(sessions).where(live).values(values))


def end_session(tx: Tx, *, token: str) -> None:
    """Ends one session; an unknown token is no error."""
    tx.connection.execute(delete(sessions).where(sessions.c.token_hash == _token_hash(token)))


def end_sessions(tx: Tx, *, person_id: int) -> None:
    """Ends all sessions of a person."""
    tx.connection.execute(delete(sessions).where(sessions.c.person_id == person_id))


def failures(tx: Tx, *, keys: tuple[str, ...], since: datetime) -> int:
    """The most failed sign-ins since then under any of these keys (an account, a remote address)."""
    hashes = [tx.hash("sign_in", key) for key in keys]
    query = (
        select(func.count())
        .where(sign_in_attempts.c.key_hash.in_(hashes), sign_in_attempts.c.at > since)
        .group_by(sign_in_attempts.c.key_hash)
    )
    return max(tx.connection.execute(query).scalars(), default=0)


def add_failure(tx: Tx, *, keys: tuple[str, ...], now: datetime, forget_before: datetime) -> None:
    """Books a failed sign-in under each key and forgets those of long ago."""
    tx.connection.execute(delete(sign_in_attempts).where(sign_in_attempts.c.at < forget_before))
    tx.connection.execute(insert(sign_in_attempts), [{"key_hash": tx.hash("sign_in", key), "at": now} for key in keys])


def _token_hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
