"""Accounts, sessions and the rate limit; every sign-in on record."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from argon2 import PasswordHasher

from tests.store.office import Office
from triage.domain.errors import DataError, NotFound, Refused
from triage.domain.people import Person, Role
from triage.flow.people import people
from triage.store import audit
from triage.store import people as rows

PASSWORD = "correct horse battery"
AMINA = Person(None, "Amina Diallo", "Amina@Office.example", frozenset({Role.OFFICER, Role.AUDITOR}), True, "fr")


@pytest.fixture
def amina(office: Office, monkeypatch: pytest.MonkeyPatch) -> Iterator[Person]:
    """An account; hashing is as cheap as argon2 allows, because what it costs is not what is tested."""
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(people, "_hasher", lambda: cheap)
    people._nobody.cache_clear()
    yield people.add_account(office.store, person=AMINA, password=PASSWORD, actor=None, now=office.clock.now())
    people._nobody.cache_clear()


def test_an_account_is_what_was_added(office: Office, amina: Person) -> None:
    assert amina == replace(AMINA, id=amina.id, email="amina@office.example")
    with office.store.read() as tx:
        assert rows.number_of_people(tx) == 1
        assert [account.person for account in rows.list_people(tx)] == [amina]
        hashed = rows.account(tx, person_id=amina.id or 0).password_hash
    assert hashed is not None and PASSWORD not in hashed
    with pytest.raises(DataError, match="already"):
        people.add_account(office.store, person=AMINA, password=PASSWORD, actor=amina, now=office.clock.now())
    with pytest.raises(DataError, match="characters"):
        people.set_password(office.store, person=amina, password="short", actor=amina, now=office.clock.now())


def _sign_in(
    office: Office, password: str = PASSWORD, email: str = "AMINA@office.example", remote: str = "10.0.0.1"
) -> Person | None:
    return people.sign_in(office.store, email=email, password=password, now=office.clock.now(), remote_key=remote)


def test_only_the_right_password_of_an_open_account_signs_in(office: Office, amina: Person) -> None:
    assert _sign_in(office) == amina
    assert _sign_in(office, "wrong horse battery") is None
    assert _sign_in(office, email="nobody@office.example") is None
    people.close_account(office.store, person=amina, actor=None, now=office.clock.now())
    assert _sign_in(office) is None
    people.close_account(office.store, person=amina, actor=None, now=office.clock.now(), reopen=True)
    assert _sign_in(office) == amina
    with office.store.read() as tx:
        acts = [entry.act for entry in audit.entries(tx)]
        assert audit.verify(tx).whole
    assert acts.count(audit.Act.SIGN_IN) == 2 and acts.count(audit.Act.SIGN_IN_FAILED) == 3


def test_too_many_failures_close_the_door_for_a_while(office: Office, amina: Person) -> None:
    for _ in range(people.FAILURES_ALLOWED):
        assert _sign_in(office, "wrong horse battery") is None
    with pytest.raises(Refused, match="quarter"):
        _sign_in(office)
    with pytest.raises(Refused):
        _sign_in(office, email="other@office.example")
    with pytest.raises(Refused):
        _sign_in(office, remote="10.0.0.2")
    assert _sign_in(office, email="other@office.example", remote="10.0.0.2") is None, "others may still try"
    office.clock.pass_(people.WINDOW.total_seconds() + 1)
    assert _sign_in(office) == amina


def test_sessions_end_when_they_are_not_used(office: Office, amina: Person) -> None:
    token = people.open_session(office.store, person=amina, now=office.clock.now(), seconds=600)

    def who() -> Person | None:
        return people.person_of(office.store, token=token, now=office.clock.now(), seconds=600)

    assert who() == amina
    for _ in range(3):
        office.clock.pass_(500)
        assert who() == amina, "a session in use is prolonged"
    for _ in range(2):
        office.clock.pass_(290)
        unasked = people.person_of(office.store, token=token, now=office.clock.now(), seconds=600, prolong=False)
        assert unasked == amina, "a page left open may ask"
    office.clock.pass_(21)
    assert who() is None, "but it does not prolong"
    with pytest.raises(Refused):
        people.open_session(office.store, person=AMINA, now=office.clock.now(), seconds=600)


def test_signing_out_and_a_new_password_end_sessions(office: Office, amina: Person) -> None:
    now = office.clock.now()
    tokens = [people.open_session(office.store, person=amina, now=now, seconds=600) for _ in range(3)]
    people.sign_out(office.store, token=tokens[0], person=amina, now=now)

    def signed_in() -> list[bool]:
        return [people.person_of(office.store, token=t, now=now, seconds=600) is not None for t in tokens]

    assert signed_in() == [False, True, True]
    people.set_password(office.store, person=amina, password="another long one", actor=amina, now=now)
    assert signed_in() == [False, False, False]
    assert _sign_in(office, "another long one") is not None


def test_a_person_can_be_changed(office: Office, amina: Person) -> None:
    now = office.clock.now()
    changed = people.choose_language(office.store, person=amina, language="es", now=now)
    people.change_account(office.store, person=replace(changed, roles=frozenset(), cleared=False), actor=None, now=now)
    with office.store.read() as tx:
        after = rows.get_person(tx, person_id=amina.id or 0)
        assert (after.language, after.roles, after.cleared) == ("es", frozenset(), False)
        with pytest.raises(NotFound):
            rows.get_person(tx, person_id=99)
