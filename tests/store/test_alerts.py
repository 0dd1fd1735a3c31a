"""Alerts: raised once, told at once and again until somebody looks, resolved by themselves, free of content."""

import email
import email.policy
from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest

from tests.store.office import CLEARED, SERVICE, UNDO_SECONDS, Office
from tests.store.parts import OWN, ListSource, mail
from triage.domain.alert import AlertKind
from triage.domain.errors import NotFound, Permanent, Transient
from triage.domain.lifecycle import DeliveryState, Purpose
from triage.domain.people import Person, Role
from triage.flow.desk.look import look
from triage.flow.sending.brake import Brake
from triage.flow.watching.alert import Call, Tell, Telling, take_note
from triage.flow.watching.reach import Reach
from triage.flow.watching.watch import Watch, Watched
from triage.store import alerts, outside, people
from triage.store.alerts import Alert

URL = "https://triage.office.example"
OFFICER_ROLE = frozenset({Role.OFFICER})


@dataclass
class Hook:
    """A webhook that remembers what it took."""

    broken: bool = False
    taken: list[Mapping[str, str | int | None]] = field(default_factory=list)

    def call(self, payload: Mapping[str, str | int | None]) -> None:
        if self.broken:
            raise Transient("webhook_unreachable")
        self.taken.append(payload)


class Guarded:
    """An office with people, a watch and its voices."""

    def __init__(self, office: Office, *, order: tuple[str, ...] = (), **watched: float) -> None:
        self.office = office
        self.free = 10**12
        self.hook = Hook()
        self.reach = Reach(office.store, office.clock)
        telling = Telling(URL, order=order, remind_minutes=15)
        settings = Watched(sources=("box",), **watched)  # type: ignore[arg-type]
        self.watch = Watch(office.store, office.clock, settings, lambda: self.free)
        self.tell = Tell(office.store, office.clock, Brake(OWN, 40, 200), telling)
        self.call = Call(office.store, office.clock, self.hook, self.reach, telling)
        self.reach.source("box", None)

    def person(
        self, name: str, *, roles: frozenset[Role] = OFFICER_ROLE, cleared: bool = False, language: str = "en"
    ) -> Person:
        with self.office.store.begin() as tx:
            person = Person(None, name, f"{name}@office.example", roles, cleared, language)
            return people.add_person(tx, person=person, password_hash=None, now=self.office.clock.now())

    def turn(self) -> None:
        """What the watch's thread and the sender do."""
        self.watch.step()
        self.tell.step()
        self.call.step()
        while self.office.forward.step():
            pass

    def pass_(self, minutes: float) -> None:
        """Time passes, the mailbox is polled meanwhile."""
        self.office.clock.pass_(minutes * 60)
        self.reach.source("box", None)

    def mails(self) -> list[tuple[str, str, str]]:
        """What left as alerts, since the last time: to whom, subject, text."""
        found = [
            (one.recipient.partition("@")[0], parsed["Subject"], parsed.get_content())
            for one in self.office.outbox.sent
            if (parsed := email.message_from_bytes(one.data, policy=email.policy.default))["Auto-Submitted"]
            == "auto-generated"
        ]
        self.office.outbox.sent.clear()
        return sorted(found)

    def told(self) -> list[str]:
        return [name for name, _, _ in self.mails()]

    def open(self, viewer: Person = CLEARED) -> list[Alert]:
        with self.office.store.read() as tx:
            return alerts.list_page(tx, viewer=viewer)

    def kinds(self) -> list[AlertKind]:
        return sorted(alert.kind for alert in self.open())


@pytest.fixture
def guarded(office: Office) -> Guarded:
    return Guarded(office)


def test_urgent_mail_reaches_the_officers_at_once_with_nothing_of_its_content(guarded: Guarded) -> None:
    guarded.person("amina"), guarded.person("luc", language="fr")
    guarded.person("admin", roles=frozenset({Role.ADMINISTRATOR}))
    gone = guarded.person("gone")
    with guarded.office.store.begin() as tx:
        people.disable(tx, person_id=gone.id or 0, at=guarded.office.clock.now())
    guarded.office.arrive(mail("urgent she is locked in a house in Xanadu", subject="Quokka"))
    guarded.turn()
    (first, second) = guarded.mails()
    assert first[0] == "amina" and second[0] == "luc"
    assert first[1] == "[IPD] Urgent message 1 waits for an officer"
    assert second[1] == "[IPD] Le message urgent 1 attend un agent"
    for _, subject, text in (first, second):
        assert f"{URL}/messages/1" in text
        assert not any(word in subject + text for word in ("Quokka", "Xanadu", "locked", "fatou", "Fatou", "ngo"))
    (payload,) = guarded.hook.taken
    assert payload["kind"] == "urgent" and payload["url"] == f"{URL}/messages/1"
    assert not any(word in repr(payload) for word in ("Quokka", "Xanadu", "fatou"))
    guarded.turn()
    assert guarded.mails() == [], "raised once"
    assert guarded.office.books().balanced


def test_an_alert_goes_before_everything_that_waits(guarded: Guarded) -> None:
    guarded.person("amina")
    for _ in range(30):
        guarded.office.decide(guarded.office.one().id, "DMM")
    guarded.office.clock.pass_(UNDO_SECONDS)
    guarded.office.arrive(mail("urgent help", message_id="<u@x.example>"))
    guarded.watch.step()
    guarded.tell.step()
    guarded.office.forward.step(1)
    assert guarded.told() == ["amina"]


def test_restricted_mail_reaches_the_cleared_officers_alone(guarded: Guarded) -> None:
    guarded.person("amina"), guarded.person("jo", cleared=True)
    guarded.person("boss", roles=frozenset({Role.ADMINISTRATOR}), cleared=True)
    guarded.office.arrive(mail("misconduct of a member of staff"))
    guarded.turn()
    ((name, subject, text),) = guarded.mails()
    assert name == "jo" and subject == "[IPD] Message 1 waits for a cleared officer"
    assert "misconduct" not in subject + text
    assert guarded.hook.taken == [], "others may read the webhook"
    assert [alert.kind for alert in guarded.open()] == [AlertKind.RESTRICTED]
    assert guarded.open(Person(9, "amina")) == []
    with pytest.raises(NotFound):
        take_note(guarded.office.store, alert_ids=[1], officer=Person(9, "amina"), now=guarded.office.clock.now())


def test_again_and_to_the_next_person_until_somebody_opens_the_message(office: Office) -> None:
    guarded = Guarded(office, order=("zoe@office.example", "LUC@office.example", "nobody@office.example"))
    guarded.person("amina")
    luc, _ = guarded.person("luc"), guarded.person("zoe")
    office.arrive(mail("urgent help"))
    told = []
    for _ in range(5):
        guarded.turn()
        told.append(guarded.told())
        guarded.pass_(15.1)
    assert told == [["zoe"], ["luc", "zoe"], ["amina", "luc", "zoe"], ["amina", "luc", "zoe"], []]
    look(office.store, viewer=luc, message_id=1, now=office.clock.now())
    for _ in range(40):
        guarded.pass_(60)
        guarded.turn()
    assert guarded.mails() == []
    (alert,) = guarded.open()
    assert alert.acknowledged_by == f"person:{luc.id}" and alert.rounds == 4
    office.decide(1, "DMM", officer=luc)
    guarded.turn()
    assert guarded.open() == []


def test_reminders_say_that_they_are_some(guarded: Guarded) -> None:
    guarded.person("amina")
    guarded.office.arrive(mail("urgent help"))
    guarded.turn()
    guarded.mails()
    guarded.pass_(16)
    guarded.turn()
    assert [subject for _, subject, _ in guarded.mails()] == ["[IPD] Reminder 1: Urgent message 1 waits for an officer"]
    assert [payload["round"] for payload in guarded.hook.taken] == [1, 2]


def test_many_at_once_make_one_mail_a_person(guarded: Guarded) -> None:
    guarded.person("amina")
    guarded.office.arrive(*(mail(f"urgent help {n}", message_id=f"<{n}@x.example>") for n in range(7)))
    guarded.turn()
    ((_, subject, text),) = guarded.mails()
    assert subject == "[IPD] 7 alerts" and text.count(URL) == 7


def test_a_decision_ends_the_reminders_too(guarded: Guarded) -> None:
    guarded.person("amina")
    guarded.office.arrive(mail("urgent help"))
    guarded.turn()
    guarded.office.decide(1, "DMM")
    guarded.turn()
    assert guarded.open() == []
    review_again = guarded.office
    review_again.outbox.script = ["permanent"]
    review_again.send()
    guarded.turn()
    assert AlertKind.URGENT not in guarded.kinds(), "told once in its life"


def test_an_urgent_message_that_becomes_restricted_is_the_cleareds_alone(guarded: Guarded) -> None:
    guarded.person("amina"), guarded.person("jo", cleared=True)
    guarded.office.arrive(mail("urgent help"))
    guarded.turn()
    guarded.mails()
    guarded.office.arrive(mail("misconduct too", message_id="<2@ngo.example>", In_Reply_To="<1@ngo.example>"))
    guarded.turn()
    guarded.pass_(16)
    guarded.turn()
    assert set(guarded.told()) <= {"jo", "amina"}
    restricted = [alert for alert in guarded.open() if alert.kind is AlertKind.RESTRICTED]
    assert restricted


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
