"""Administration of accounts, with the rules that keep a service from locking itself out or being taken over quietly:
there is always an administrator, and nobody changes their own rights."""

from datetime import datetime

from triage.domain.errors import Refused
from triage.domain.people import Person, Role
from triage.flow.people import people as flow_people
from triage.store import audit, people, second_factors, sessions
from triage.store.engine import Store, Tx


class OwnRights(Refused):
    """Nobody changes their own roles, mark or account's end; another administrator does."""


class LastAdministrator(Refused):
    """There would be no administrator left."""


def change(store: Store, *, person: Person, actor: Person, now: datetime) -> None:
    """Stores what an administrator has changed of a person. Raises OwnRights, LastAdministrator, NotFound."""
    with store.read() as tx:
        old = people.get_person(tx, person_id=person.id or 0)
        if person.id == actor.id and (old.roles, old.cleared) != (person.roles, person.cleared):
            raise OwnRights("another administrator must change your rights")
        if Role.ADMINISTRATOR in old.roles and Role.ADMINISTRATOR not in person.roles:
            _another_administrator(tx, person)
    flow_people.change_account(store, person=person, actor=actor, now=now)


def close(store: Store, *, person: Person, actor: Person, now: datetime, reopen: bool = False) -> None:
    """Closes an account and ends its sessions, or opens it again. Raises OwnRights, LastAdministrator."""
    if person.id == actor.id:
        raise OwnRights("another administrator must close your account")
    if not reopen:
        with store.read() as tx:
            if Role.ADMINISTRATOR in person.roles:
                _another_administrator(tx, person)
    flow_people.close_account(store, person=person, actor=actor, now=now, reopen=reopen)


def end_sessions(store: Store, *, person: Person, actor: Person, now: datetime) -> None:
    """Signs a person out everywhere."""
    with store.begin() as tx:
        sessions.end_sessions(tx, person_id=person.id or 0)
        objects = [f"person:{person.id}"]
        audit.append(tx, at=now, actor=audit.actor_of(tx, actor), act=audit.Act.SIGN_OUT, objects=objects)


def remove_second_factor(store: Store, *, person: Person, actor: Person, now: datetime) -> None:
    """For somebody whose phone is lost: sessions end, and the next sign-in sets up a new one. Raises OwnRights."""
    if person.id == actor.id:
        raise OwnRights("remove your own on your settings page, with a code")
    with store.begin() as tx:
        if not second_factors.remove(tx, person_id=person.id or 0):
            return
        sessions.end_sessions(tx, person_id=person.id or 0)
        act = audit.Act.SECOND_FACTOR_REMOVED
        audit.append(tx, at=now, actor=audit.actor_of(tx, actor), act=act, objects=[f"person:{person.id}"])


def _another_administrator(tx: Tx, person: Person) -> None:
    others = [
        account
        for account in people.list_people(tx)
        if account.disabled_at is None and account.person.id != person.id and account.person.has(Role.ADMINISTRATOR)
    ]
    if not others:
        raise LastAdministrator("make somebody else an administrator first")
