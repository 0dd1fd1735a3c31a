"""Alerts about messages: told at once and again until somebody looks, free of content."""

import pytest

from tests.store.guarded import URL, Guarded
from tests.store.office import UNDO_SECONDS, Office
from tests.store.parts import mail
from triage.domain.alert import AlertKind
from triage.domain.errors import NotFound
from triage.domain.people import Person, Role
from triage.flow.desk.look import look
from triage.flow.watching.alert import take_note
from triage.store import people


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
