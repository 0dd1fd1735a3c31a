"""Administration of accounts: rules, links to set a password, second factors; who changed what is on record."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from argon2 import PasswordHasher

from tests.store.office import Office
from triage.domain import totp
from triage.domain.errors import DataError, Refused
from triage.domain.lifecycle import DeliveryState, Purpose
from triage.domain.people import Person, Role
from triage.flow.people import accounts, people, reset, second_factor
from triage.store import audit, changes, second_factors, sessions
from triage.store import people as rows

PASSWORD = "correct horse battery"


@pytest.fixture(autouse=True)
def cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What hashing costs is not what is tested."""
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(people, "_hasher", lambda: cheap)
    people._nobody.cache_clear()
    yield
    people._nobody.cache_clear()


@pytest.fixture
def ada(office: Office) -> Person:
    """An administrator."""
    person = Person(None, "Ada Min", "ada@office.example", frozenset({Role.ADMINISTRATOR}))
    return people.add_account(office.store, person=person, password=PASSWORD, actor=None, now=office.clock.now())


@pytest.fixture
def amina(office: Office, ada: Person) -> Person:
    """An officer without a password yet."""
    person = Person(None, "Amina Diallo", "amina@office.example", frozenset({Role.OFFICER}), language="fr")
    return people.add_account(office.store, person=person, password=None, actor=ada, now=office.clock.now())


def session(office: Office, person: Person) -> str:
    return people.open_session(office.store, person=person, now=office.clock.now(), seconds=600)


def is_open(office: Office, token: str) -> bool:
    with office.store.read() as tx:
        return sessions.session_person(tx, token=token, now=office.clock.now()) is not None


def acts(office: Office) -> list[str]:
    with office.store.read() as tx:
        assert audit.verify(tx).whole
        return [entry.act for entry in audit.entries(tx)]


def test_new_rights_end_sessions_and_are_told_apart(office: Office, ada: Person, amina: Person) -> None:
    token = session(office, amina)
    accounts.change(office.store, person=replace(amina, language="es"), actor=ada, now=office.clock.now())
    assert is_open(office, token)
    accounts.change(office.store, person=replace(amina, cleared=True), actor=ada, now=office.clock.now())
    assert not is_open(office, token)
    with office.store.read() as tx:
        told = changes.history(tx, about=[f"person:{amina.id}"])
    assert [change.fields for change in told] == [
        ("cleared", "language"),
        ("language",),
        ("cleared", "language", "leads_unit", "name", "roles", "unit"),
    ]
    assert told[0].after["cleared"] is True and told[0].before["cleared"] is False
    assert {change.actor for change in told} == {f"person:{ada.id}"}


def test_nobody_changes_their_own_rights(office: Office, ada: Person) -> None:
    now = office.clock.now()
    with pytest.raises(accounts.OwnRights):
        accounts.change(office.store, person=replace(ada, cleared=True), actor=ada, now=now)
    with pytest.raises(accounts.OwnRights):
        accounts.close(office.store, person=ada, actor=ada, now=now)
    accounts.change(office.store, person=replace(ada, name="Ada Minne"), actor=ada, now=now)
    with office.store.read() as tx:
        assert rows.get_person(tx, person_id=ada.id or 0).name == "Ada Minne"


def test_there_is_always_an_administrator(office: Office, ada: Person, amina: Person) -> None:
    now = office.clock.now()
    plain = replace(ada, roles=frozenset({Role.AUDITOR}))
    for attempt in (lambda: accounts.change(office.store, person=plain, actor=amina, now=now),
                    lambda: accounts.close(office.store, person=ada, actor=amina, now=now)):  # fmt: skip
        with pytest.raises(accounts.LastAdministrator):
            attempt()
    second = replace(amina, roles=frozenset({Role.ADMINISTRATOR}))
    accounts.change(office.store, person=second, actor=ada, now=now)
    accounts.close(office.store, person=ada, actor=second, now=now)
    with office.store.read() as tx:
        assert rows.account(tx, person_id=ada.id or 0).disabled_at == now
    with pytest.raises(accounts.LastAdministrator):
        accounts.change(office.store, person=replace(second, roles=frozenset()), actor=ada, now=now)


def test_a_link_sets_one_password(office: Office, ada: Person, amina: Person) -> None:
    now = office.clock.now()
    assert people.sign_in(office.store, email=amina.email, password="", now=now, remote_key="x") is None
    token = reset.make_link(office.store, person=amina, actor=ada, now=now)
    second = reset.make_link(office.store, person=amina, actor=ada, now=now + timedelta(minutes=1))
    assert reset.person_of_link(office.store, token=token, now=now) == amina
    opened = session(office, amina)
    with pytest.raises(DataError):
        reset.use_link(office.store, token=token, password="short", now=now)
    assert reset.use_link(office.store, token=token, password=PASSWORD, now=now) == amina
    assert not is_open(office, opened)
    assert people.sign_in(office.store, email=amina.email, password=PASSWORD, now=now, remote_key="x") == amina
    assert reset.use_link(office.store, token=token, password=PASSWORD + "2", now=now) is None, "used"
    assert reset.use_link(office.store, token=second, password=PASSWORD + "2", now=now) is None, "of before"
    assert acts(office).count(audit.Act.RESET_LINK) == 2


def test_a_link_ends_and_cannot_be_forged(office: Office, ada: Person, amina: Person) -> None:
    now = office.clock.now()
    token = reset.make_link(office.store, person=amina, actor=ada, now=now)
    number, ends, signature = token.split("-")
    forged = [f"{ada.id}-{ends}-{signature}", f"{number}-{int(ends) + 9}-{signature}", f"{number}-{ends}-{'0' * 32}",
              token[:-1], token + "0", "", "0" * 300, f"999999-{ends}-{signature}"]  # fmt: skip
    assert [reset.person_of_link(office.store, token=each, now=now) for each in forged] == [None] * len(forged)
    assert reset.person_of_link(office.store, token=token, now=now + reset.LINK_LIVES) is None
    accounts.close(office.store, person=amina, actor=ada, now=now)
    assert reset.person_of_link(office.store, token=token, now=now) is None


def test_a_link_leaves_by_mail_in_the_persons_language(office: Office, ada: Person, amina: Person) -> None:
    now = office.clock.now()
    reset.send_link(office.store, person=amina, url_of="https://triage.office.example/p/{}".format, actor=ada, now=now)
    office.send()
    (mail,) = office.outbox.sent
    text = mail.data.decode()
    assert mail.recipient == amina.email
    assert "Choisissez votre mot de passe" in text
    sent = [d for d in office.deliveries(DeliveryState.SENT) if d.purpose is Purpose.ACCOUNT]
    assert len(sent) == 1


def enrol(office: Office, person: Person) -> tuple[bytes, list[str]]:
    secret = second_factor.prepare(office.store, person=person, now=office.clock.now())
    assert second_factor.prepare(office.store, person=person, now=office.clock.now()) == secret
    codes = second_factor.confirm(office.store, person=person, code=now_code(office, secret), now=office.clock.now())
    assert codes is not None and len(set(codes)) == 10
    return secret, codes


def now_code(office: Office, secret: bytes) -> str:
    return totp.code_at(secret, totp.step_of(office.clock.now()))


def test_a_code_is_taken_once(office: Office, ada: Person) -> None:
    secret = second_factor.prepare(office.store, person=ada, now=office.clock.now())
    assert not second_factor.is_enrolled(office.store, person=ada)
    assert not second_factor.check(office.store, person=ada, code=now_code(office, secret), now=office.clock.now())
    secret, _ = enrol(office, ada)
    assert second_factor.is_enrolled(office.store, person=ada)
    used = now_code(office, secret)
    assert not second_factor.check(office.store, person=ada, code=used, now=office.clock.now()), "used to confirm"
    office.clock.pass_(60)
    fresh = now_code(office, secret)
    assert second_factor.check(office.store, person=ada, code=fresh, now=office.clock.now())
    assert not second_factor.check(office.store, person=ada, code=fresh, now=office.clock.now())
    with pytest.raises(Refused):
        second_factor.prepare(office.store, person=ada, now=office.clock.now())


def test_guessing_is_stopped(office: Office, ada: Person) -> None:
    secret, codes = enrol(office, ada)
    for _ in range(second_factor.WRONG_CODES_ALLOWED):
        assert not second_factor.check(office.store, person=ada, code="000 000", now=office.clock.now())
    for code in (now_code(office, secret), codes[0]):
        with pytest.raises(Refused, match="quarter"):
            second_factor.check(office.store, person=ada, code=code, now=office.clock.now())
    office.clock.pass_(second_factor.WINDOW.total_seconds() + 1)
    assert second_factor.check(office.store, person=ada, code=now_code(office, secret), now=office.clock.now())
    assert acts(office).count(audit.Act.CODE_REFUSED) == second_factor.WRONG_CODES_ALLOWED


def test_a_recovery_code_works_once_and_renewing_ends_the_old_ones(office: Office, ada: Person) -> None:
    secret, codes = enrol(office, ada)

    def opens(code: str) -> bool:
        return second_factor.check(office.store, person=ada, code=code, now=office.clock.now())

    assert opens(codes[0].upper()) and not opens(codes[0])
    office.clock.pass_(60)
    code, now = now_code(office, secret), office.clock.now()
    renewed = second_factor.renew_recovery_codes(office.store, person=ada, code=code, now=now)
    assert renewed is not None and not set(renewed) & set(codes)
    assert not opens(codes[1]) and opens(renewed[1])
    with office.store.read() as tx:
        assert second_factors.recovery_codes_left(tx, person_id=ada.id or 0) == 9
        assert second_factors.enrolled(tx) == {ada.id}


def test_removing_needs_a_code_or_another_administrator(office: Office, ada: Person, amina: Person) -> None:
    _, codes = enrol(office, amina)
    now = office.clock.now()
    assert not second_factor.remove(office.store, person=amina, code="123456", now=now)
    assert second_factor.remove(office.store, person=amina, code=codes[3], now=now)
    enrol(office, amina)
    token = session(office, amina)
    accounts.remove_second_factor(office.store, person=amina, actor=ada, now=now)
    assert not is_open(office, token)
    assert not second_factor.is_enrolled(office.store, person=amina)
    with pytest.raises(accounts.OwnRights):
        accounts.remove_second_factor(office.store, person=ada, actor=ada, now=now)
    with office.store.read() as tx:
        assert second_factors.enrolled(tx) == frozenset()


def test_the_secret_is_never_in_clear(office: Office, ada: Person) -> None:
    secret, codes = enrol(office, ada)
    with office.store.read() as tx:
        kept = "".join(
            repr(tuple(row)) for name in ("blobs", "second_factors", "recovery_codes", "people", "audit")
            for row in tx.connection.exec_driver_sql(f"SELECT * FROM {name}")
        )  # fmt: skip
    assert repr(secret)[2:-1] not in kept and codes[0] not in kept and codes[0].replace(" ", "") not in kept
