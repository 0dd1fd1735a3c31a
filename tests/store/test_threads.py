"""Who may join an inquiry: its own correspondents, and whom we wrote to, by a Message-ID that cannot be guessed. No other."""

import pytest

from tests.store.office import OFFICER, Office
from tests.store.parts import OWN, FirstWord, mail
from triage.domain.lifecycle import MessageState
from triage.domain.policy import Thresholds
from triage.flow.desk.decide import Classify
from triage.store import detail
from triage.store.views import MessageSummary

FATOU = "Fatou Ndiaye <fatou@ngo.example>"
EVE = "Eve <eve@evil.example>"


def inquiry(office: Office) -> MessageSummary:
    """An inquiry of Fatou's that DMM has."""
    line = office.one("DMM please help with this question of ours")
    office.decide(line.id)
    office.send()
    return office.message(line.id)


def last(office: Office, *mails: bytes) -> MessageSummary:
    office.arrive(*mails)
    return office.messages()[-1]


def ours(office: Office, line: MessageSummary) -> str:
    """The Message-ID of the mail that we sent about it."""
    return f"<{line.delivery_id}@{OWN.message_id_domain}>"


def suggested(line: MessageSummary) -> tuple[str, str]:
    assert line.prediction is not None
    return str(line.prediction.destination), line.prediction.reason


def test_a_reply_of_the_correspondent_goes_to_the_unit_that_has_it(office: Office) -> None:
    first = inquiry(office)
    reply = last(
        office, mail("IPD thank you, one thing more", message_id="<r1@ngo.example>", In_Reply_To=first.message_id)
    )
    assert reply.inquiry_id == first.inquiry_id
    assert suggested(reply) == ("DMM", "follow_up")


@pytest.mark.parametrize("text", ["urgent a person is in danger now", "misconduct of a staff member, I report it here"])
def test_a_reply_that_asks_for_something_that_cannot_wait_is_judged_by_itself(office: Office, text: str) -> None:
    first = inquiry(office)
    reply = last(office, mail(text, message_id="<r2@ngo.example>", In_Reply_To=first.message_id))
    assert reply.inquiry_id == first.inquiry_id
    assert suggested(reply)[1] != "follow_up"
    assert reply.urgent or reply.restricted


def test_a_reply_whose_newest_text_asks_for_something_else_gets_its_own_suggestion(office: Office) -> None:
    """The model is sure of another unit: it goes before an officer with that suggestion, in the inquiry all the same."""
    first = inquiry(office)
    office.classify = Classify(
        store=office.store, classifier=FirstWord(), clock=office.clock,
        thresholds=Thresholds(0.5, 0.5, 0.5, frozenset({"en"})),
    )  # fmt: skip
    quoted = "\n\nOn Mon, 2 Mar 2026 at 07:00, Fatou Ndiaye wrote:\n> DMM please help with this question of ours\n"
    reply = last(
        office,
        mail("MCD another matter altogether, about the press " + quoted, message_id="<r3@ngo.example>",
             In_Reply_To=first.message_id),
    )  # fmt: skip
    assert reply.inquiry_id == first.inquiry_id
    assert suggested(reply)[0] == "MCD"
    assert reply.state is MessageState.IN_REVIEW


@pytest.mark.parametrize("header", ["In_Reply_To", "References"])
def test_our_own_message_id_counts_for_whom_we_wrote_to_alone(office: Office, header: str) -> None:
    first = inquiry(office)
    token = ours(office, first)
    unit = last(
        office,
        mail("we have a question back", sender="dmm@units.example", message_id="<u@units.example>", **{header: token}),
    )
    eve = last(office, mail("me too", sender=EVE, message_id="<e1@evil.example>", **{header: token}))
    assert unit.inquiry_id == first.inquiry_id
    assert eve.inquiry_id != first.inquiry_id
    assert thread(office, eve) == [], "and she sees nothing of it, nor do officers see her mail in it"


def test_a_correspondent_who_answers_our_own_mail_joins(office: Office) -> None:
    """Fatou was in copy and answers the forward itself: she is known in the inquiry."""
    first = inquiry(office)
    reply = last(
        office, mail("and also this", message_id="<r4@ngo.example>", References=f"<x@y.example> {ours(office, first)}")
    )
    assert reply.inquiry_id == first.inquiry_id


@pytest.mark.parametrize(
    "forged",
    [
        "<0123456789abcdef0123456789abcdef@ipd.triage.office.example>",  # a token of the right form that we never gave
        "<1@ipd.triage.office.example>",  # a number of a message
        "<{delivery}@evil.example>",  # a true token under a foreign domain
        "<{delivery}x@ipd.triage.office.example>",
    ],
)
@pytest.mark.parametrize("sender", [EVE, "dmm@units.example"])
def test_a_forged_token_joins_nothing(office: Office, forged: str, sender: str) -> None:
    first = inquiry(office)
    token = forged.replace("{delivery}", first.delivery_id or "")
    line = last(
        office, mail("let me in", sender=sender, message_id="<f@x.example>", In_Reply_To=token, References=token)
    )
    assert line.inquiry_id != first.inquiry_id


def test_a_number_in_the_subject_joins_nothing(office: Office) -> None:
    first = inquiry(office)
    for place, subject in enumerate(
        (f"Re: [IPD #{first.id}] A question", f"Re: inquiry {first.inquiry_id}", f"[{first.delivery_id}]")
    ):
        line = last(office, mail("let me in", sender=EVE, subject=subject, message_id=f"<n{place}@evil.example>"))
        assert line.inquiry_id != first.inquiry_id


def test_a_stranger_who_quotes_a_message_id_only_claims(office: Office) -> None:
    first = inquiry(office)
    eve = last(
        office,
        mail("DMM I write for her", sender=EVE, message_id="<e2@evil.example>", In_Reply_To=first.message_id,
             References=first.message_id),
    )  # fmt: skip
    assert eve.inquiry_id != first.inquiry_id
    with office.store.read() as tx:
        assert detail.detail(tx, viewer=OFFICER, message_id=eve.id).may_belong_to == first.inquiry_id
    assert suggested(eve)[1] != "follow_up", "what she claims is proposed to nobody"


def test_what_a_stranger_opened_is_not_joined_by_writing_into_it(office: Office) -> None:
    """Eve writes a mail with a Message-ID of Fatou's form first; Fatou, who refers to another, is not drawn into it."""
    eve = last(office, mail("DMM a trap", sender=EVE, message_id="<trap@ngo.example>"))
    fatou = last(office, mail("DMM my question", message_id="<own@ngo.example>", In_Reply_To="<trap@ngo.example>"))
    assert fatou.inquiry_id != eve.inquiry_id


def test_a_copied_from_line_needs_the_message_id_too(office: Office) -> None:
    """Whoever writes under Fatou's name without a Message-ID of hers opens an inquiry of his own."""
    first = inquiry(office)
    line = last(office, mail("DMM in her name", sender=FATOU, message_id="<spoof@evil.example>"))
    assert line.inquiry_id != first.inquiry_id


def thread(office: Office, line: MessageSummary) -> list[int]:
    with office.store.read() as tx:
        return [other.id for other in detail.detail(tx, viewer=OFFICER, message_id=line.id).thread]
