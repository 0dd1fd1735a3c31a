"""Plain replies by mail: booked where they are plain, else before an officer with the proposal."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from tests.store.office import CLEARED, OFFICER, Office
from tests.store.parts import OWN, DirectReader, mail
from triage.domain.decision import UnitAnswer
from triage.domain.errors import NotFound, Refused
from triage.domain.lifecycle import MessageState
from triage.domain.message import ReadResult
from triage.domain.reply import AnswerWay, ReplyReading
from triage.domain.taxonomy import Destination
from triage.flow.desk import review
from triage.flow.units.answer import Saying
from triage.flow.units.replies import accept_reading, set_reading_aside
from triage.mail.parse import read_message
from triage.store import detail, replies
from triage.store.messages import restrict
from triage.store.replies import ReplyView
from triage.store.views import MessageSummary


def sent(office: Office, to: str = "DMM", text: str = "DMM please help with this question of ours") -> MessageSummary:
    line = office.one(text)
    office.decide(line.id, to, CLEARED)
    office.send()
    return office.message(line.id)


def reply(
    office: Office, line: MessageSummary, text: str, *, sender: str = "dmm@units.example", **headers: str
) -> MessageSummary:
    """A unit answers the mail that it got."""
    number = len(office.source.mails) + 1
    ours = f"<{line.delivery_id}@{OWN.message_id_domain}>"
    office.arrive(
        mail(
            text,
            sender=sender,
            message_id=f"<u{number}@units.example>",
            subject="Re: A question",
            In_Reply_To=ours,
            **headers,
        )
    )
    return office.messages()[-1]


def said(office: Office, line: MessageSummary) -> list[UnitAnswer]:
    with office.store.read() as tx:
        return [a.answer for a in detail.detail(tx, viewer=CLEARED, message_id=line.id).answers]


def seen(office: Office, answer: MessageSummary) -> ReplyView:
    with office.store.read() as tx:
        found = replies.view(tx, viewer=OFFICER, message_id=answer.id)
    assert found is not None
    return found


def test_a_plain_acceptance_is_booked(office: Office) -> None:
    line = sent(office)
    answer = reply(office, line, "Thanks, we take this one.\n\nRegards\nLucy")
    assert answer.state is MessageState.ANSWER
    assert answer.inquiry_id == line.inquiry_id
    assert said(office, line) == [UnitAnswer.ACCEPTED]
    assert office.state(line.id) is MessageState.FORWARDED
    assert office.books().balanced


def test_not_ours_brings_the_inquiry_back_with_whom_they_name(office: Office) -> None:
    line = sent(office)
    reply(office, line, "Not ours, try the migration law people.")
    after = office.message(line.id)
    assert (after.state, after.declined) == (MessageState.IN_REVIEW, True)
    assert after.prediction is not None
    assert (str(after.prediction.destination), after.prediction.reason) == ("IML", "unit_proposes")
    assert office.books().balanced


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ("We could take it if ICP joins us for the second part.", None),
        ("I think this is ours but let me check with the director.", ReplyReading.ACCEPTED),
        ("On another note: when is the next briefing?", ReplyReading.NEW_QUESTION),
        ("We take it. There was misconduct", ReplyReading.ACCEPTED),
    ],
)
def test_a_doubt_goes_before_an_officer(office: Office, text: str, reading: ReplyReading | None) -> None:
    line = sent(office)
    answer = reply(office, line, text if "misconduct" not in text else f"misconduct {text}")
    assert answer.state is MessageState.IN_REVIEW
    assert said(office, line) == []
    with office.store.read() as tx:
        found = replies.view(tx, viewer=CLEARED, message_id=answer.id)
    assert found is not None and found.answer_id is None
    assert reading is None or found.reading is reading


def test_a_colleague_of_the_unit_is_believed_by_an_officer_only(office: Office) -> None:
    line = sent(office)
    answer = reply(office, line, "We take it.", sender="lucy@units.example")
    assert (answer.state, answer.inquiry_id) == (MessageState.IN_REVIEW, line.inquiry_id)
    assert (seen(office, answer).reading, seen(office, answer).exact) == (ReplyReading.ACCEPTED, False)
    assert said(office, line) == []


@pytest.fixture
def trusting(office: Office) -> Office:
    """The same office, with a mail server whose word counts."""
    office.ingest._reader = TrustingReader()
    return office


class TrustingReader(DirectReader):
    """The real mail layer of an office that names its mail server."""

    def read(self, raws: Sequence[bytes]) -> list[ReadResult]:
        own = replace(OWN, trusted_servers=frozenset({"mx.office.example"}))
        return [read_message(raw, own=own) for raw in raws]


PASS = "mx.office.example; dmarc=pass header.from=units.example"


@pytest.mark.parametrize("text", ["We take it.", "Not ours.", "We have answered the sender.", "Not ours, try IML."])
def test_a_forged_sender_without_the_id_of_our_mail_does_nothing(office: Office, text: str) -> None:
    """Anybody may write From; the id of the mail that we sent is what nobody can guess."""
    line = sent(office)
    guessed = f"<{'0' * 32}@{OWN.message_id_domain}>"
    for number, reference in enumerate((guessed, "<1@ngo.example>", "<x@units.example>", line.delivery_id), 1):
        office.arrive(
            mail(
                text, sender="dmm@units.example", message_id=f"<f{number}@evil.example>",
                subject="Re: [IPD DMM] Question 1", In_Reply_To=reference, References=reference,
            )
        )  # fmt: skip
    assert said(office, line) == []
    assert office.state(line.id) is MessageState.FORWARDED
    assert all(m.state is MessageState.IN_REVIEW for m in office.messages()[1:])


def test_another_units_id_is_of_no_use(office: Office) -> None:
    """One unit cannot answer what another was sent, though it knows an id of its own."""
    mine, other = sent(office), sent(office, "IML", "IML please help with this question of ours")
    answer = reply(office, other, "Not ours.", sender="dmm@units.example")
    assert said(office, other) == [] and said(office, mine) == []
    assert answer.state is MessageState.IN_REVIEW


@pytest.mark.parametrize(
    ("field", "booked"),
    [
        (PASS, True),
        ("mx.office.example; dmarc=fail header.from=units.example", False),
        ("mx.office.example; none", False),
        ("mx.evil.example; dmarc=pass header.from=units.example", False),
        (None, False),
    ],
)
def test_where_a_mail_server_is_trusted_the_sender_must_have_passed(
    trusting: Office, field: str | None, booked: bool
) -> None:
    line = sent(trusting)
    headers = {} if field is None else {"Authentication_Results": field}
    answer = reply(trusting, line, "We have answered the sender.", **headers)
    assert said(trusting, line) == ([UnitAnswer.ANSWERED] if booked else [])
    assert answer.state is (MessageState.ANSWER if booked else MessageState.IN_REVIEW)
    assert seen(trusting, answer).reading is ReplyReading.ANSWERED


def test_without_a_trusted_server_what_closes_an_inquiry_is_an_officers_to_book(office: Office) -> None:
    """A correspondent may learn the id, from a unit that answers and quotes; closing would silence that very person."""
    line = sent(office)
    answer = reply(office, line, "We have answered the sender.", Authentication_Results=PASS)
    assert said(office, line) == []
    assert (answer.state, seen(office, answer).reading) == (MessageState.IN_REVIEW, ReplyReading.ANSWERED)


def test_two_senders_are_none(trusting: Office) -> None:
    line = sent(trusting)
    answer = reply(
        trusting, line, "We take it.", sender="dmm@units.example, eve@evil.example", Authentication_Results=PASS
    )
    assert said(trusting, line) == []
    assert answer.state is MessageState.IN_REVIEW


def test_a_stranger_answers_for_nobody(office: Office) -> None:
    line = sent(office)
    answer = reply(office, line, "Not ours.", sender="eve@evil.example")
    assert answer.inquiry_id != line.inquiry_id
    with office.store.read() as tx:
        assert replies.view(tx, viewer=CLEARED, message_id=answer.id) is None
    assert office.state(line.id) is MessageState.FORWARDED


def test_an_absence_is_no_answer(office: Office) -> None:
    line = sent(office)
    answer = reply(office, line, "I am out of the office. We take it.", Auto_Submitted="auto-replied")
    assert answer.state is MessageState.MACHINE
    assert seen(office, answer).reading is ReplyReading.OUT_OF_OFFICE
    assert said(office, line) == []


def test_an_answer_that_comes_too_late_is_shown(office: Office) -> None:
    line = sent(office)
    review.reopen(office.store, message_id=line.id, version=None, officer=OFFICER, now=office.clock.now())
    answer = reply(office, line, "We take it.")
    assert answer.state is MessageState.IN_REVIEW
    assert seen(office, answer).answer_id is None


def test_the_same_answer_twice_is_booked_once(office: Office) -> None:
    line = sent(office)
    reply(office, line, "We take it.")
    assert reply(office, line, "We take it.\n").state is MessageState.IN_REVIEW
    assert said(office, line) == [UnitAnswer.ACCEPTED]


def test_a_restricted_matter_is_never_answered_by_mail_alone(office: Office) -> None:
    line = sent(office)
    with office.store.begin() as tx:
        restrict(tx, message_id=line.id)
    reply(office, line, "We take it.")
    assert said(office, line) == []


def test_an_officer_books_a_reading(office: Office) -> None:
    line = sent(office)
    answer = reply(office, line, "I think this is not ours, maybe IML?")
    proposal = seen(office, answer)
    assert proposal.reading is ReplyReading.NOT_OURS and str(proposal.proposed) == "IML"
    saying = Saying(UnitAnswer.NOT_OURS, AnswerWay.MAIL, "DMM", proposal.proposed)
    accept_reading(office.store, message_id=answer.id, saying=saying, officer=OFFICER, now=office.clock.now())
    assert office.state(answer.id) is MessageState.ANSWER
    assert office.state(line.id) is MessageState.IN_REVIEW
    assert seen(office, answer).settled_at is not None
    with pytest.raises(Refused):
        accept_reading(office.store, message_id=answer.id, saying=saying, officer=OFFICER, now=office.clock.now())
    assert office.books().balanced


def test_an_officer_sets_a_reading_aside(office: Office) -> None:
    line = sent(office)
    answer = reply(office, line, "Maybe we take it?")
    set_reading_aside(office.store, message_id=answer.id, officer=OFFICER, now=office.clock.now())
    assert seen(office, answer).settled_at is not None
    assert office.state(answer.id) is MessageState.IN_REVIEW
    with pytest.raises(NotFound):
        set_reading_aside(office.store, message_id=line.id, officer=OFFICER, now=office.clock.now())


def test_nobody_else_is_named_than_who_exists(office: Office) -> None:
    line = sent(office)
    reply(office, line, "Not ours: MCD.")
    prediction = office.message(line.id).prediction
    assert prediction is not None and prediction.destination == Destination.parse("MCD")
