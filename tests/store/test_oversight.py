"""Reports of misconduct: to oversight alone, never to a unit or mission, by cleared officers, on record."""

from email import message_from_bytes
from email.policy import default

import pytest

from tests.store.office import CLEARED, OFFICER, Office
from tests.store.parts import UNITS, mail
from triage.domain.decision import Action
from triage.domain.errors import NotFound, Refused, Stale
from triage.domain.lifecycle import MessageState
from triage.flow.desk import review
from triage.flow.desk.bulk import decide_many
from triage.flow.desk.look import look
from triage.flow.sending.oversight import Oversight, hand_over, lift_restriction
from triage.store import audit
from triage.store.keys import KeyClass
from triage.store.tables import blobs

TO = Oversight("oversight@justice.example", "https://triage.office.example/")
REPORT = "misconduct of staff: the driver asks for money, says Xylophia"


def report(office: Office, text: str = REPORT) -> int:
    office.arrive(mail(text, subject="Secret subject", message_id="<r@x.example>", sender="W B <wb@ngo.example>"))
    message = office.messages()[-1]
    assert message.restricted
    return message.id


def hand(office: Office, message_id: int, to: Oversight = TO, **more: object) -> str:
    given: dict[str, object] = {"version": None, "officer": CLEARED} | more
    return hand_over(
        office.store,
        message_id=message_id,
        now=office.clock.now(),
        undo_seconds=60.0,
        to=to,
        **given,  # type: ignore[arg-type]
    )


@pytest.mark.parametrize("destination", ["DMM", "MISSION:ML", "ICP"])
def test_no_unit_and_no_mission_gets_a_report(office: Office, destination: str) -> None:
    number = report(office)
    with pytest.raises(Refused, match="no unit or mission"):
        office.decide(number, destination, officer=CLEARED)
    assert office.state(number) is MessageState.IN_REVIEW and not office.deliveries()
    many = decide_many(office.store, officer=CLEARED, now=office.clock.now(), undo_seconds=0, message_ids=[number])
    assert many.queued == 0 and office.state(number) is not MessageState.QUEUED


def test_keeping_it_is_allowed(office: Office) -> None:
    number = report(office)
    assert office.decide(number, "IPD", officer=CLEARED).action is Action.KEEP


@pytest.mark.parametrize(("language", "word"), [("en", "report"), ("fr", "signalement"), ("es", "denuncia")])
def test_the_mail_to_oversight_holds_a_link_and_no_word_of_it(office: Office, language: str, word: str) -> None:
    number = report(office)
    hand(office, number, Oversight(TO.address, TO.public_url, language))
    assert office.state(number) is MessageState.QUEUED
    office.send()
    assert office.state(number) is MessageState.FORWARDED
    (sent,) = office.outbox.sent
    read = message_from_bytes(sent.data, policy=default)
    body = read.get_body()
    assert body is not None
    text = f"{read['Subject']}\n{body.get_content()}"
    assert sent.recipient == TO.address and word in text
    assert f"https://triage.office.example/messages/{number}" in text
    for secret in (b"Xylophia", b"driver", b"Secret subject", b"wb@ngo", b"W B"):
        assert secret not in sent.data and secret.decode() not in text
    assert not list(read.iter_attachments())
    assert office.books().balanced
    seen = look(office.store, viewer=CLEARED, message_id=number, now=office.clock.now())
    assert any(entry.word == Action.HAND_OVER.value for entry in seen.history)


def test_the_original_goes_along_only_where_the_office_says_so(office: Office) -> None:
    number = report(office)
    hand(office, number, Oversight(TO.address, TO.public_url, include_original=True))
    office.send()
    assert b"Xylophia" in office.outbox.sent[0].data


def test_only_cleared_officers_and_only_reports(office: Office) -> None:
    number = report(office)
    with pytest.raises(NotFound):
        hand(office, number, officer=OFFICER)
    ordinary = office.one().id
    with pytest.raises(Refused, match="not marked"):
        hand(office, ordinary)
    with pytest.raises(Stale):
        hand(office, number, version=99)
    with pytest.raises(Refused, match="no oversight address"):
        hand(office, number, Oversight("", TO.public_url))


def test_never_to_a_unit_nor_to_whom_the_report_names(office: Office) -> None:
    number = report(office, f"misconduct of the person at {TO.address}, please")
    with pytest.raises(Refused, match="names the oversight address"):
        hand(office, number)
    with pytest.raises(Refused, match="unit's or mission's"):
        hand(office, number, Oversight(UNITS[0].address.upper(), TO.public_url))
    assert office.state(number) is MessageState.IN_REVIEW


def test_it_can_be_undone_while_it_has_not_left(office: Office) -> None:
    number = report(office)
    hand(office, number)
    review.undo(office.store, message_id=number, officer=CLEARED, now=office.clock.now())
    assert office.state(number) is MessageState.IN_REVIEW
    office.send()
    assert not office.outbox.sent


def test_every_step_is_on_record(office: Office) -> None:
    number = report(office)
    hand(office, number)
    with office.store.read() as tx:
        acts = [entry.act for entry in audit.entries(tx, about=f"message:{number}")]
        assert audit.verify(tx).whole
    assert acts == ["handed_over"]


def test_the_mark_can_be_taken_off_by_the_cleared(office: Office) -> None:
    number = report(office)
    with pytest.raises(NotFound):
        lift_restriction(office.store, message_id=number, version=None, officer=OFFICER, now=office.clock.now())
    lift_restriction(office.store, message_id=number, version=None, officer=CLEARED, now=office.clock.now())
    message = office.message(number)
    assert not message.restricted
    with office.store.read() as tx:
        classes = set(tx.connection.execute(blobs.select().with_only_columns(blobs.c.key_class)).scalars())
        assert classes == {KeyClass.ORDINARY}
        assert [e.act for e in audit.entries(tx, about=f"message:{number}")] == ["restriction_lifted"]
    office.decide(number, "DMM", officer=OFFICER)
    with pytest.raises(Refused):
        lift_restriction(office.store, message_id=number, version=None, officer=CLEARED, now=office.clock.now())
