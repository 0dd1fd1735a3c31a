"""Who a provider's subject is here."""

from datetime import datetime

from sqlalchemy import delete, insert, select

from triage.store.account_tables import identities
from triage.store.engine import Tx


def person_id_of(tx: Tx, *, issuer: str, subject: str) -> int | None:
    """The account that this identity was linked with."""
    query = select(identities.c.person_id).where(identities.c.issuer == issuer, identities.c.subject == subject)
    found = tx.connection.execute(query).scalar_one_or_none()
    return None if found is None else int(found)


def has_identity(tx: Tx, *, issuer: str, person_id: int) -> bool:
    """Whether an account is linked with some identity of this provider."""
    query = select(identities.c.subject).where(identities.c.issuer == issuer, identities.c.person_id == person_id)
    return tx.connection.execute(query.limit(1)).first() is not None


def link(tx: Tx, *, issuer: str, subject: str, person_id: int, now: datetime) -> None:
    """Links an identity with an account, once."""
    row = {"issuer": issuer, "subject": subject, "person_id": person_id, "linked_at": now}
    tx.connection.execute(insert(identities).values(row))


def unlink(tx: Tx, *, person_id: int) -> None:
    """Forgets all identities of an account."""
    tx.connection.execute(delete(identities).where(identities.c.person_id == person_id))
