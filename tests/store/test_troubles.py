"""Alerts about the service: raised once, told, and resolved by themselves."""

import pytest

from tests.store.guarded import OFFICER_ROLE, URL, Guarded
from tests.store.office import SERVICE, Office
from tests.store.parts import OWN, ListSource, mail
from triage.domain.alert import AlertKind
from triage.domain.errors import Permanent
from triage.domain.lifecycle import DeliveryState, Purpose
from triage.domain.people import Person, Role
from triage.flow.sending.brake import Brake
from triage.flow.watching.alert import Tell, Telling, take_note
from triage.flow.watching.reach import Reach
from triage.store import outside, people


@pytest.fixture
def guarded(office: Office) -> Guarded:
    return Guarded(office)


@pytest.mark.parametrize(
    ("codes", "kind"),
    [
        (["imap_unreachable"], None),
        (["imap_unreachable", "imap_unreachable"], AlertKind.MAILBOX),
        (["imap_unreachable", None, "imap_unreachable"], None),
        (["imap_sign_in_refused"], AlertKind.CREDENTIALS),
        (["oauth_expired"], AlertKind.CREDENTIALS),
        (["configuration"], AlertKind.CREDENTIALS),
    ],
)
def test_a_mailbox_that_cannot_be_read(guarded: Guarded, codes: list[str | None], kind: AlertKind | None) -> None:
    guarded.person("admin", roles=frozenset({Role.ADMINISTRATOR})), guarded.person("amina")
    for code in codes:
        guarded.reach.source("box", code)
    guarded.turn()
    assert guarded.kinds() == ([kind] if kind else [])
    assert guarded.told() == (["admin"] if kind else [])
    guarded.pass_(1)
    guarded.turn()
    assert guarded.open() == [], "resolved by the next success"
    assert guarded.mails() == []


def test_a_mailbox_that_is_no_longer_configured_is_no_trouble(guarded: Guarded) -> None:
    for _ in range(3):
        guarded.reach.source("former", "imap_unreachable")
    guarded.turn()
    assert guarded.kinds() == []


def test_the_way_out_is_broken_and_the_webhook_says_so(guarded: Guarded) -> None:
    guarded.person("amina")
    office = guarded.office
    office.forward = office.worker("w", reach=guarded.reach)
    office.outbox.script = ["transient"] * 20
    office.decide(office.one().id, "DMM")
    for _ in range(4):
        office.clock.pass_(600)
        guarded.turn()
    guarded.reach.source("box", None)
    assert AlertKind.CHANNEL in guarded.kinds()
    assert "channel" in [payload["kind"] for payload in guarded.hook.taken]
    office.outbox.script = []
    for _ in range(5):
        guarded.pass_(60)
        guarded.turn()
    assert AlertKind.CHANNEL not in guarded.kinds()
    assert "amina" in guarded.told()


def test_a_refused_recipient_says_nothing_of_the_way_out(guarded: Guarded) -> None:
    office = guarded.office
    office.forward = office.worker("w", reach=guarded.reach)
    office.outbox.refused = {"dmm@units.example"}
    for _ in range(3):
        office.decide(office.one().id, "DMM")
    office.send()
    guarded.turn()
    (alert,) = guarded.open()
    assert (alert.kind, alert.count) == (AlertKind.FAILED, 3)


def test_deliveries_unknown_and_failed_are_one_alert_each_told_again_when_they_grow(guarded: Guarded) -> None:
    guarded.person("amina")
    office = guarded.office
    office.outbox.script = ["silent", "permanent", "permanent"]
    for _ in range(3):
        office.decide(office.one().id, "DMM")
    office.send()
    guarded.turn()
    assert {alert.kind: alert.count for alert in guarded.open()} == {AlertKind.UNKNOWN: 1, AlertKind.FAILED: 2}
    guarded.mails()
    amina = Person(1, "amina", roles=OFFICER_ROLE)
    take_note(office.store, alert_ids=[alert.id for alert in guarded.open()], officer=amina, now=office.clock.now())
    office.outbox.script = ["permanent"]
    office.decide(office.one().id, "MCD")
    office.send()
    guarded.pass_(1)
    guarded.turn()
    ((_, _, text),) = guarded.mails()
    assert "(3)" in text and f"{URL}/alerts" in text
    for line in office.messages():
        if line.state == "in_review":
            office.decide(line.id, "IPD")
    guarded.pass_(1)
    guarded.turn()
    assert guarded.kinds() == [AlertKind.UNKNOWN]


def test_disk_quarantine_backlog_silence(office: Office) -> None:
    guarded = Guarded(office, disk_free_bytes=10**9, quarantine_per_day=2, backlog_minutes=15, silence_minutes=10)
    guarded.free = 10**8
    office.source.mails += [mail("x", message_id=f"<{n}@x.example>", X_Unreadable="1") for n in range(2)]
    office.source.mails.append(mail("DMM not yet sorted", message_id="<w@x.example>"))
    office.ingest.poll(office.source)
    guarded.turn()
    assert guarded.kinds() == [AlertKind.DISK, AlertKind.QUARANTINE]
    office.clock.pass_(16 * 60)
    guarded.turn()
    assert guarded.kinds() == sorted([AlertKind.DISK, AlertKind.QUARANTINE, AlertKind.BACKLOG, AlertKind.WORKER])
    guarded.free = 10**10
    office.classify.step()
    guarded.pass_(60 * 24)
    guarded.turn()
    assert guarded.open() == []


def test_books_that_do_not_balance(guarded: Guarded) -> None:
    from sqlalchemy import update

    from triage.store.tables import polls

    guarded.office.arrive(mail())
    with guarded.office.store.begin() as tx:
        tx.connection.execute(update(polls).values(seen=7))
    guarded.turn()
    assert guarded.kinds() == [AlertKind.BOOKS]
    with guarded.office.store.begin() as tx:
        tx.connection.execute(update(polls).values(seen=1))
    guarded.pass_(16)
    guarded.turn()
    assert guarded.open() == []


def test_what_the_brake_holds_back_is_an_alert_and_alerts_are_braked_too(office: Office) -> None:
    guarded = Guarded(office)
    guarded.tell = Tell(office.store, office.clock, Brake(OWN, 3, 200), Telling(URL, remind_minutes=15))
    guarded.person("amina")
    office.arrive(mail("urgent help"))
    sent = 0
    for _ in range(30):
        guarded.turn()
        sent += len(guarded.mails())
        guarded.pass_(31)
    assert sent <= 3
    assert any(payload["kind"] == "brake" for payload in guarded.hook.taken)


def test_a_webhook_that_is_away_is_called_later_and_nothing_is_lost(guarded: Guarded) -> None:
    guarded.person("amina")
    guarded.hook.broken = True
    guarded.office.arrive(mail("urgent help"))
    for _ in range(3):
        guarded.turn()
        guarded.pass_(4)
    assert AlertKind.WEBHOOK in guarded.kinds()
    assert guarded.told(), "mail goes out meanwhile"
    guarded.hook.broken = False
    guarded.pass_(60)
    guarded.turn()
    guarded.pass_(1)
    guarded.turn()
    assert {payload["kind"] for payload in guarded.hook.taken} >= {"urgent"}
    assert AlertKind.WEBHOOK not in guarded.kinds()


def test_nobody_is_told_at_an_address_that_the_service_reads(guarded: Guarded) -> None:
    with guarded.office.store.begin() as tx:
        person = Person(None, "shared box", "ipd@office.example", OFFICER_ROLE)
        people.add_person(tx, person=person, password_hash=None, now=guarded.office.clock.now())
    guarded.office.arrive(mail("urgent help"))
    guarded.turn()
    assert guarded.mails() == []
    guarded.pass_(1)
    guarded.turn()
    assert AlertKind.BRAKE in guarded.kinds()


def test_alert_mails_are_deliveries_like_all_others(guarded: Guarded) -> None:
    guarded.person("amina")
    guarded.office.arrive(mail("urgent help"))
    guarded.turn()
    (delivery,) = guarded.office.deliveries()
    assert (delivery.purpose, delivery.state, delivery.message_id) == (Purpose.ALERT, DeliveryState.SENT, None)
    assert guarded.office.outbox.sent[0].sender == SERVICE.from_address


def test_two_watches_at_once_raise_once(guarded: Guarded) -> None:
    other = Guarded(guarded.office)
    guarded.office.arrive(mail("urgent help"))
    guarded.free = other.free = 0
    assert guarded.watch.step() == 2
    assert other.watch.step() == 0
    assert len(guarded.open()) == 2


def test_polls_are_noted_whatever_ends_them(office: Office) -> None:
    from triage.worker.loops import IngestLoop, TimedSource

    class Refusing(ListSource):
        def uidvalidity(self) -> int:
            raise Permanent("imap_sign_in_refused")

    reach = Reach(office.store, office.clock)
    loop = IngestLoop(office.ingest, TimedSource(Refusing(), 30), office.clock, note=reach.source)
    loop.once()
    with office.store.read() as tx:
        assert outside.known(tx)["source box"].code == "imap_sign_in_refused"
    IngestLoop(office.ingest, TimedSource(office.source, 30), office.clock, note=reach.source).once()
    with office.store.read() as tx:
        assert outside.known(tx)["source box"].failures == 0
