"""Signing in with an identity that a provider vouches for. Nobody gets an account that way: an administrator adds it
first, and the first sign-in links the identity with the account of the same, verified mail address."""

from datetime import datetime

from triage.domain.people import Person
from triage.store import audit, identities, people
from triage.store.engine import Store
from triage.store.people import Account


def sign_in(
    store: Store, *, issuer: str, subject: str, email: str, email_verified: bool, now: datetime
) -> Person | None:
    """The person of an identity; None where there is no open account for it."""
    with store.begin() as tx:
        person_id = identities.person_id_of(tx, issuer=issuer, subject=subject)
        account: Account | None
        if person_id is not None:
            account = people.account(tx, person_id=person_id)
        else:
            account = people.account_by_email(tx, email=email) if email and email_verified else None
            # An address may come to belong to somebody else at the provider: an account is linked once.
            if account is not None and identities.has_identity(tx, issuer=issuer, person_id=account.person.id or 0):
                account = None
        if account is None or account.disabled_at is not None:
            actor = (
                audit.pseudonym(tx, f"{issuer} {subject}") if account is None else audit.actor_of(tx, account.person)
            )
            audit.append(tx, at=now, actor=actor, act=audit.Act.SIGN_IN_FAILED, objects=[])
            return None
        if person_id is None:
            identities.link(tx, issuer=issuer, subject=subject, person_id=account.person.id or 0, now=now)
        audit.append(tx, at=now, actor=audit.actor_of(tx, account.person), act=audit.Act.SIGN_IN, objects=[])
    return account.person
