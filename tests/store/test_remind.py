"""Silent units are reminded once, after their own working days; then officers are told, once."""

import email
from datetime import date
from email.message import EmailMessage
from email.policy import default

import pytest

from tests.store.office import CLEARED, OFFICER, SERVICE, Office
from tests.store.parts import OWN, START, mail
from tests.store.unit import links_in, parts, received, says, token_in
from triage.domain.decision import UnitAnswer
from triage.domain.errors import DataError
from triage.domain.people import Person, Role
from triage.flow.desk import review
from triage.flow.sending.brake import Brake
from triage.flow.units.remind import Patience, Remind
from triage.store import calendars, people, unit_side
from triage.store.calendars import Holiday
from triage.store.messages import restrict
from triage.store.queues import Queue

DAY = 86_400
PATIENCE = Patience(reminder_days=2, escalation_days=4)


def remind(office: Office, patience: Patience = PATIENCE) -> int:
    """The worker's step until nothing is left to do, and what it booked is sent."""
    step = Remind(
        store=office.store,
        clock=office.clock,
        brake=Brake(OWN, 50, 500),
        service=SERVICE,
        patience=patience,
        worker="worker-1",
    )
    done = 0
    while step.step():
        done += 1
        assert done < 20, "a step that never ends"
    office.forward.step()
    return done


def forwarded(office: Office, to: str = "DMM") -> int:
    """A message that left on Monday."""
    line = office.one()
    office.decide(line.id, to, CLEARED)
    office.send()
    assert START.weekday() == 0
    return line.id


def letters(office: Office, address: str) -> list[EmailMessage]:
    """What an address got beside forwards."""
    found = [
        email.message_from_bytes(m.data, _class=EmailMessage, policy=default)
        for m in office.outbox.sent
        if m.recipient == address
    ]
    return [one for one in found if not list(one.iter_attachments())]


def test_a_silent_unit_is_reminded_once_and_then_officers_are_told_once(office: Office) -> None:
    officer = Person(None, "Amina Diallo", "amina@office.example", frozenset({Role.OFFICER}), language="fr")
    with office.store.begin() as tx:
        people.add_person(tx, person=officer, password_hash=None, now=START)
    message_id = forwarded(office)
    remind(office)
    assert letters(office, "dmm@units.example") == []
    office.clock.pass_(DAY)
    remind(office)
    assert letters(office, "dmm@units.example") == [], "one working day is not two"
    office.clock.pass_(DAY)
    remind(office)
    remind(office)
    (reminder,) = letters(office, "dmm@units.example")
    text, html = parts(reminder)
    assert links_in(html) == links_in(text), "the same links, laid out for mail programs"
    assert "<table" in html and "Fatou Ndiaye" in html
    assert "Fatou Ndiaye" in text and set(links_in(text)) == set(UnitAnswer)
    assert links_in(text)[UnitAnswer.ACCEPTED].split("/")[4] == token_in(received(office, "dmm@units.example")[0])
    with office.store.read() as tx:
        assert unit_side.attention(tx, viewer=OFFICER) == []
    office.clock.pass_(2 * DAY)
    remind(office)
    remind(office)
    assert len(letters(office, "dmm@units.example")) == 1
    (told,) = letters(office, "amina@office.example")
    assert f"/messages/{message_id}" in told.get_content() and "a rien dit depuis" in told.get_content()
    assert "Fatou" not in told.get_content() + told["Subject"], "no content in word to officers"
    with office.store.read() as tx:
        (one,) = unit_side.attention(tx, viewer=OFFICER)
    assert (one.message_id, one.reminders) == (message_id, 1)
    assert office.books().balanced


@pytest.mark.parametrize("said", [UnitAnswer.ACCEPTED, UnitAnswer.NOT_OURS, UnitAnswer.ANSWERED, UnitAnswer.NEEDS_MORE])
def test_whoever_has_spoken_is_left_in_peace(office: Office, said: UnitAnswer) -> None:
    forwarded(office)
    says(office, token_in(received(office, "dmm@units.example")[0]), said)
    for _ in range(6):
        office.clock.pass_(DAY)
        remind(office)
    assert letters(office, "dmm@units.example") == []
    with office.store.read() as tx:
        shown = unit_side.attention(tx, viewer=OFFICER)
    assert [one.needs_more_at is not None for one in shown] == ([True] if said is UnitAnswer.NEEDS_MORE else [])


def test_whoever_has_it_no_longer_is_left_in_peace(office: Office) -> None:
    message_id = forwarded(office)
    review.reopen(office.store, message_id=message_id, version=None, officer=OFFICER, now=office.clock.now())
    office.clock.pass_(9 * DAY)
    remind(office)
    assert letters(office, "dmm@units.example") == []


def test_restricted_matters_are_never_reminded_of(office: Office) -> None:
    message_id = forwarded(office)
    with office.store.begin() as tx:
        restrict(tx, message_id=message_id)
    office.clock.pass_(9 * DAY)
    remind(office)
    assert letters(office, "dmm@units.example") == []


def test_each_office_has_its_own_calendar(office: Office) -> None:
    with office.store.begin() as tx:
        calendars.set_holidays(
            tx, [Holiday("HQ", date(2026, 3, 3), "A feast"), Holiday("HQ", date(2026, 3, 4), "Another")]
        )
        calendars.set_calendar(tx, code="SN", weekend=[1])
        assert len(calendars.list_holidays(tx)) == 2
        found = calendars.calendars_of(tx, ["DMM", "SN", "ML", "RO-DAKAR"])
        with pytest.raises(DataError):
            calendars.set_calendar(tx, code="SN", weekend=[9])
    assert found["DMM"].after(START.date(), 2) == date(2026, 3, 6)
    assert found["SN"].after(START.date(), 2) == date(2026, 3, 5)
    assert found["ML"].after(START.date(), 2) == date(2026, 3, 4), "the feasts of Headquarters are not theirs"
    assert found["RO-DAKAR"].after(START.date(), 2) == date(2026, 3, 4)
    forwarded(office)
    office.clock.pass_(3 * DAY)
    remind(office)
    assert letters(office, "dmm@units.example") == []
    office.clock.pass_(DAY)
    remind(office)
    assert len(letters(office, "dmm@units.example")) == 1


@pytest.mark.parametrize(
    ("patience", "units", "shown"), [(Patience(0, 0), 0, 0), (Patience(2, 0), 1, 0), (Patience(0, 2), 0, 1)]
)
def test_either_may_be_left_out(office: Office, patience: Patience, units: int, shown: int) -> None:
    forwarded(office)
    for _ in range(12):
        remind(office, patience)
        office.clock.pass_(DAY)
    assert len(letters(office, "dmm@units.example")) == units
    with office.store.read() as tx:
        assert len(unit_side.attention(tx, viewer=OFFICER)) == shown


def test_an_answer_to_the_reminder_is_an_answer_to_the_forward(office: Office) -> None:
    message_id = forwarded(office)
    office.clock.pass_(2 * DAY)
    remind(office)
    (reminder,) = letters(office, "dmm@units.example")
    references = f"{reminder['References']} {reminder['Message-ID']}"
    answer = mail(
        "Not ours, try the migration law people.",
        sender="dmm@units.example",
        message_id="<a1@units.example>",
        In_Reply_To=reminder["Message-ID"],
        References=references,
    )
    office.arrive(answer)
    assert office.queue(Queue.DECLINED) == [message_id]
