"""Second factors: the secret encrypted in a blob, the last step used, recovery codes as keyed hashes."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, insert, select, update

from triage.domain.errors import NotFound
from triage.store import blobs
from triage.store.account_tables import recovery_codes, second_factors
from triage.store.engine import Tx
from triage.store.house_tables import people
from triage.store.keys import KeyClass


@dataclass(frozen=True, slots=True)
class SecondFactor:
    """A person's secret. `confirmed_at` is None while it is being set up; `last_step`: see `domain.totp`."""

    secret: bytes
    confirmed_at: datetime | None
    last_step: int


def begin(tx: Tx, *, person_id: int, secret: bytes, now: datetime) -> None:
    """Keeps a new secret, to be confirmed; one of before is gone, with its recovery codes."""
    remove(tx, person_id=person_id)
    blob_id = blobs.put(tx, secret, KeyClass.RESTRICTED)
    tx.connection.execute(update(people).where(people.c.id == person_id).values(second_factor_blob_id=blob_id))
    row = {"person_id": person_id, "begun_at": now, "confirmed_at": None, "last_step": 0}
    tx.connection.execute(insert(second_factors).values(row))


def get(tx: Tx, *, person_id: int) -> SecondFactor | None:
    """What a person has set up, or is setting up."""
    query = (
        select(second_factors, people.c.second_factor_blob_id)
        .join(people, people.c.id == second_factors.c.person_id)
        .where(second_factors.c.person_id == person_id)
    )
    row = tx.connection.execute(query).one_or_none()
    if row is None or row.second_factor_blob_id is None:
        return None
    try:
        secret = blobs.get(tx, row.second_factor_blob_id)
    except NotFound:
        return None
    return SecondFactor(secret, row.confirmed_at, row.last_step)


def enrolled(tx: Tx) -> frozenset[int]:
    """The ids of all people whose second factor is confirmed."""
    query = select(second_factors.c.person_id).where(second_factors.c.confirmed_at.is_not(None))
    return frozenset(tx.connection.execute(query).scalars())


def use_step(tx: Tx, *, person_id: int, step: int) -> bool:
    """Marks a time step as used; False where it, or a later one, was used already: two at once cannot both win."""
    unused = (second_factors.c.person_id == person_id) & (second_factors.c.last_step < step)
    return tx.connection.execute(update(second_factors).where(unused).values(last_step=step)).rowcount == 1


def confirm(tx: Tx, *, person_id: int, now: datetime) -> None:
    """From now on signing in asks for a code."""
    mine = second_factors.c.person_id == person_id
    tx.connection.execute(update(second_factors).where(mine).values(confirmed_at=now))


def remove(tx: Tx, *, person_id: int) -> bool:
    """Takes secret and recovery codes away; False where there was nothing."""
    blob_id = tx.connection.execute(
        select(people.c.second_factor_blob_id).where(people.c.id == person_id)
    ).scalar_one_or_none()
    if blob_id is not None:
        blobs.erase(tx, [blob_id])
        tx.connection.execute(update(people).where(people.c.id == person_id).values(second_factor_blob_id=None))
    tx.connection.execute(delete(recovery_codes).where(recovery_codes.c.person_id == person_id))
    gone = tx.connection.execute(delete(second_factors).where(second_factors.c.person_id == person_id)).rowcount
    return gone > 0


def set_recovery_codes(tx: Tx, *, person_id: int, codes: list[str]) -> None:
    """Puts new recovery codes in the place of the old ones."""
    tx.connection.execute(delete(recovery_codes).where(recovery_codes.c.person_id == person_id))
    rows = [{"person_id": person_id, "code_hash": _hash(tx, person_id, code)} for code in codes]
    tx.connection.execute(insert(recovery_codes), rows)


def use_recovery_code(tx: Tx, *, person_id: int, code: str, now: datetime) -> bool:
    """Uses up a recovery code; False where it is none or was used."""
    unused = (
        (recovery_codes.c.person_id == person_id)
        & (recovery_codes.c.code_hash == _hash(tx, person_id, code))
        & recovery_codes.c.used_at.is_(None)
    )
    return tx.connection.execute(update(recovery_codes).where(unused).values(used_at=now)).rowcount == 1


def recovery_codes_left(tx: Tx, *, person_id: int) -> int:
    """How many are unused."""
    query = select(func.count()).where(recovery_codes.c.person_id == person_id, recovery_codes.c.used_at.is_(None))
    return int(tx.connection.execute(query).scalar_one())


def _hash(tx: Tx, person_id: int, code: str) -> bytes:
    return tx.hash("recovery code", f"{person_id} {''.join(code.lower().split())}")
