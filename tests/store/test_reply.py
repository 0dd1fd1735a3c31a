"""Replies to senders: a letter of ours in the thread, through the same state machine, taken back while it waits."""

from dataclasses import replace
from email import message_from_bytes, policy

import pytest

from tests.store.office import CLEARED, OFFICER, UNDO_SECONDS, Office
from tests.store.parts import OWN, START, mail
from triage.domain.errors import DataError, NotFound, Refused, Stale
from triage.domain.lifecycle import DeliveryState, MessageState, Purpose
from triage.domain.people import Person
from triage.flow.desk import reply, reply_templates
from triage.store import assignments, drafts, people, settings
from triage.store.assignments import CloseReason
from triage.store.drafts import Draft
from triage.store.messages import restrict

LETTER = Draft("Re: A question", "Dear Fatou,\n\nthe word numbat is here.")


def officer_of(office: Office, person: Person = OFFICER) -> Person:
    with office.store.begin() as tx:
        return people.add_person(tx, person=replace(person, email="o@x.example"), password_hash=None, now=START)


def answer(office: Office, who: Person, *, message_id: int = 1, draft: Draft = LETTER, **more: object) -> reply.Replied:
    given = {"version": office.message(message_id).version, "closes": True} | more
    return reply.reply(
        office.store, message_id=message_id, draft=draft, own=OWN, officer=who, now=office.clock.now(),
        undo_seconds=UNDO_SECONDS, **given,  # type: ignore[arg-type]
    )  # fmt: skip


def test_a_reply_leaves_in_the_thread_and_its_answer_joins_the_inquiry(office: Office) -> None:
    ana = officer_of(office)
    office.arrive(mail("IPD a matter of ours", message_id="<one@ngo.example>", References="<zero@ngo.example>"))
    made = answer(office, ana)
    assert office.state(1) is MessageState.KEPT
    assert office.send() == 1
    sent = message_from_bytes(office.outbox.sent[0].data, policy=policy.default)
    assert office.outbox.sent[0].recipient == "fatou@ngo.example"
    assert sent["In-Reply-To"] == "<one@ngo.example>"
    assert sent["References"].split() == ["<zero@ngo.example>", "<one@ngo.example>"]
    assert sent["Subject"] == "Re: A question"
    assert sent["Auto-Submitted"] == "no"
    assert "numbat" in sent.get_content()
    with office.store.read() as tx:
        known = assignments.closed(tx, inquiry_id=office.message(1).inquiry_id)
        assert known is not None and known[1] is CloseReason.ANSWERED
    assert office.books().balanced
    office.arrive(mail("DMM thank you", message_id="<two@ngo.example>", In_Reply_To=str(sent["Message-ID"])))
    assert office.message(2).inquiry_id == office.message(1).inquiry_id
    assert made.delivery_id in str(sent["Message-ID"])


def test_a_reply_is_taken_back_while_it_waits_and_is_a_draft_again(office: Office) -> None:
    ana = officer_of(office)
    office.one()
    made = answer(office, ana)
    with office.store.read() as tx:
        assert drafts.get(tx, message_id=1, person_id=ana.id) is None
        assert [one.delivery_id for one in drafts.replies(tx, message_id=1)] == [made.delivery_id]
    reply.undo_reply(office.store, message_id=1, delivery_id=made.delivery_id, officer=ana, now=office.clock.now())
    assert office.send() == 0
    with office.store.read() as tx:
        draft = drafts.get(tx, message_id=1, person_id=ana.id)
        assert draft is not None and "numbat" in draft.text
        assert drafts.replies(tx, message_id=1) == []
    again = answer(office, ana)
    office.send()
    with pytest.raises(Stale):
        reply.undo_reply(office.store, message_id=1, delivery_id=again.delivery_id, officer=ana, now=office.clock.now())
    with pytest.raises(NotFound):
        reply.undo_reply(office.store, message_id=1, delivery_id="0" * 32, officer=ana, now=office.clock.now())


def test_what_cannot_be_answered_is_refused_and_nothing_leaves(office: Office) -> None:
    ana = officer_of(office)
    office.one()
    office.arrive(mail("DMM from ourselves", message_id="<9@x.example>", Reply_To="ipd@office.example"))
    with pytest.raises(DataError):
        answer(office, ana, draft=Draft("", "  \n"))
    with pytest.raises(Stale):
        answer(office, ana, version=99)
    with pytest.raises(Refused):
        answer(office, ana, message_id=2)
    office.decide(1)
    with pytest.raises(Refused):
        answer(office, ana)
    assert [line.purpose for line in office.deliveries(DeliveryState.PENDING)] == [Purpose.LEAD]


def test_restricted_messages_are_answered_by_the_cleared_alone(office: Office) -> None:
    ana = officer_of(office)
    jo = replace(CLEARED, id=ana.id)
    office.one("misconduct by a colleague")
    with pytest.raises(NotFound):
        answer(office, ana)
    with pytest.raises(NotFound):
        reply.save_draft(office.store, message_id=1, draft=LETTER, officer=ana, now=START)
    answer(office, jo)
    assert office.send() == 1


def test_a_draft_is_its_writers_and_becomes_restricted_with_its_message(office: Office) -> None:
    ana = officer_of(office)
    office.one()
    for text in ("first", "second"):
        reply.save_draft(office.store, message_id=1, draft=Draft("s", text), officer=ana, now=START)
    with office.store.begin() as tx:
        restrict(tx, message_id=1)
    with office.store.read() as tx:
        assert drafts.get(tx, message_id=1, person_id=ana.id) == Draft("s", "second")
        assert drafts.get(tx, message_id=1, person_id=99) is None
        classes = tx.connection.exec_driver_sql(
            "SELECT key_class FROM blobs JOIN drafts ON drafts.blob_id = blobs.id"
        ).scalars()
        assert list(classes) == ["restricted"]


def test_templates_speak_three_languages_and_can_be_replaced(office: Office) -> None:
    with office.store.begin() as tx:
        settings.set_setting(
            tx,
            reply_templates.SETTING,
            value={"answer": {"en": "Hello {name}"}, "own": {"fr": "Salut"}},
            actor="a",
            now=START,
        )
    with office.store.read() as tx:
        known = reply_templates.templates(tx)
    assert reply_templates.filled(known["answer"], language="en", name="Bo", officer="A") == "Hello Bo"
    assert "Estimado/a Bo" in reply_templates.filled(known["answer"], language="es", name="Bo", officer="A")
    assert reply_templates.filled(known["own"], language="fr", name="", officer="A") == "Salut"
    for name, texts in reply_templates.HOUSE.items():
        assert set(texts) == {"en", "fr", "es"}, name
        assert all("{officer}" in text for text in texts.values())
