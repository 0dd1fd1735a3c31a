"""Mail in: nothing lost, nothing doubled, nothing joined by force."""

import pytest

from tests.store.office import CLEARED, OFFICER, Office
from tests.store.parts import OWN, DirectReader, ListSource, mail
from triage.domain.errors import Transient
from triage.domain.lifecycle import DeliveryState, MessageState
from triage.domain.message import ReadResult
from triage.flow.arriving.ingest import Ingest
from triage.store import detail, listing
from triage.store.outcomes import Outcome
from triage.store.queues import Queue


def test_a_batch_is_booked_message_by_message(office: Office) -> None:
    mails = [mail(f"DMM question number {n} about recruitment", message_id=f"<{n}@ngo.example>") for n in range(25)]
    result = office.arrive(*mails)
    assert (result.seen, result.stored) == (25, 25)
    assert office.source.told == list(range(1, 26))
    books = office.books()
    assert books.balanced, books.differences
    assert (books.seen, books.stored, books.messages[MessageState.IN_REVIEW]) == (25, 25, 25)
    again = office.arrive()
    assert (again.seen, again.stored) == (0, 0)


def test_the_same_mail_by_another_path_is_a_duplicate(office: Office) -> None:
    raw = mail()
    office.arrive(raw, b"Received: from elsewhere by here\r\n" + raw)
    other = ListSource([raw], name="other")
    result = office.ingest.poll(other)
    assert (result.seen, result.stored, result.duplicate) == (1, 0, 1)
    assert len(office.messages()) == 1
    books = office.books()
    assert (books.stored, books.duplicate, books.balanced) == (1, 2, True)


def test_a_new_uidvalidity_brings_everything_again_and_stores_nothing_twice(office: Office) -> None:
    office.arrive(*(mail(f"DMM text {n}", message_id=f"<{n}@ngo.example>") for n in range(12)))
    office.source.validity = 2
    result = office.arrive()
    assert (result.seen, result.duplicate, len(office.messages())) == (12, 12, 12)
    assert office.books().balanced


def test_without_a_message_id_the_content_decides(office: Office) -> None:
    office.arrive(mail(message_id=None), mail(message_id=None), mail(), mail(message_id=None, subject="Another"))
    assert len(office.messages()) == 2, "a gateway that adds a Message-ID makes no second message"


def test_the_same_message_id_over_other_content_is_a_message_of_its_own(office: Office) -> None:
    office.arrive(mail("DMM the first text"), mail("MCD quite another text"))
    assert [line.message_id for line in office.messages()] == ["<1@ngo.example>"] * 2


def test_mail_that_cannot_be_fetched_is_booked_as_failed(office: Office) -> None:
    result = office.arrive(mail(), None)
    assert (result.seen, result.stored, result.failed) == (2, 1, 1)
    assert office.source.told == [1]
    assert office.books().balanced


def test_unreadable_mail_is_quarantined_with_its_bytes(office: Office) -> None:
    raw = b"X-Unreadable: yes\r\n" + mail()
    office.arrive(raw)
    (line,) = office.messages(OFFICER)
    assert (line.state, line.quarantine_reason) == (MessageState.QUARANTINED, "too_deep")
    assert office.queue(Queue.QUARANTINE) == [line.id]
    with office.store.read() as tx:
        assert detail.raw(tx, viewer=OFFICER, message_id=line.id) == raw


class _Dying(DirectReader):
    """A reader under which the worker dies."""

    def read(self, raws: object) -> list[ReadResult]:
        raise KeyboardInterrupt


def test_a_worker_lost_between_the_two_commits_is_made_good(office: Office) -> None:
    office.source.mails = [mail(f"DMM text {n}", message_id=f"<{n}@ngo.example>") for n in range(3)]
    dying = Ingest(store=office.store, reader=_Dying(), clock=office.clock, own=OWN)
    with pytest.raises(KeyboardInterrupt):
        dying.poll(office.source)
    books = office.books()
    assert (books.pending, books.stored, books.balanced) == (3, 0, True), "what waits to be read is in the books"
    result = office.arrive()
    assert (result.seen, len(office.messages())) == (0, 3)
    assert office.source.told == [1, 2, 3], "the source is told at last"
    books = office.books()
    assert (books.pending, books.stored, books.balanced) == (0, 3, True)


def test_a_source_that_cannot_be_told_is_told_later(office: Office) -> None:
    office.source.deaf = True
    result = office.arrive(mail())
    assert (result.stored, result.error) == (1, "line_lost")
    office.source.deaf = False
    assert office.arrive().error is None
    assert office.source.told == [1]


def test_a_mail_that_breaks_the_booking_goes_alone_into_quarantine(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    from triage.flow.arriving import ingest as module

    real = module.book

    def breaks(tx: object, mails: list, *, domain: str) -> list[Outcome]:
        if any(m.result.message is not None and "poison" in m.result.message.text for m in mails):
            raise ValueError("no one foresaw this mail")
        return real(tx, mails, domain=domain)

    monkeypatch.setattr(module, "book", breaks)
    office.arrive(*(mail(f"DMM {word} text", message_id=f"<{word}@x.example>") for word in ("one", "poison", "three")))
    states = [line.state for line in office.messages()]
    assert sorted(states) == [MessageState.IN_REVIEW, MessageState.IN_REVIEW, MessageState.QUARANTINED]
    assert office.books().balanced


def test_a_source_that_is_away_is_no_error_of_ours(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> int:
        raise Transient("imap_unreachable")

    monkeypatch.setattr(office.source, "uidvalidity", away)
    assert office.arrive().error == "imap_unreachable"
    assert office.books().balanced


def test_a_reply_of_a_correspondent_joins_the_inquiry(office: Office) -> None:
    office.arrive(mail())
    office.arrive(mail("DMM one more thing", message_id="<2@ngo.example>", In_Reply_To="<1@ngo.example>"))
    first, second = office.messages()
    assert first.inquiry_id == second.inquiry_id
    with office.store.read() as tx:
        seen = detail.detail(tx, viewer=OFFICER, message_id=second.id)
    assert [line.id for line in seen.thread] == [first.id]


def test_a_reply_joins_within_one_batch_too(office: Office) -> None:
    office.arrive(mail(), mail("DMM also", message_id="<2@ngo.example>", References="<x@y.example> <1@ngo.example>"))
    first, second = office.messages()
    assert first.inquiry_id == second.inquiry_id


def test_a_stranger_who_names_a_message_id_joins_nothing(office: Office) -> None:
    office.arrive(mail())
    stranger = mail(
        "DMM add me", sender="eve@evil.example", message_id="<9@evil.example>", In_Reply_To="<1@ngo.example>"
    )
    office.arrive(stranger)
    first, second = office.messages()
    assert first.inquiry_id != second.inquiry_id
    with office.store.read() as tx:
        assert detail.detail(tx, viewer=OFFICER, message_id=second.id).may_belong_to == first.inquiry_id


def test_a_unit_that_answers_our_forward_joins_and_is_proposed_its_own(office: Office) -> None:
    line = office.one()
    decided = office.decide(line.id)
    office.send()
    ours = f"<{decided.delivery_id}@{OWN.message_id_domain}>"
    office.arrive(
        mail("IPD we took it up", sender="dmm@units.example", message_id="<u1@units.example>", In_Reply_To=ours),
        mail("IPD me too", sender="eve@evil.example", message_id="<e1@evil.example>", In_Reply_To=ours),
    )
    _, unit, eve = office.messages()
    assert unit.inquiry_id == line.inquiry_id != eve.inquiry_id
    assert unit.prediction is not None
    assert (str(unit.prediction.destination), unit.prediction.reason) == ("DMM", "follow_up")


def test_a_bounce_of_our_forward_brings_the_message_back(office: Office) -> None:
    line = office.one()
    decided = office.decide(line.id)
    office.send()
    office.arrive(bounce(f"<{decided.delivery_id}@{OWN.message_id_domain}>", "dmm@units.example"))
    returned, report = office.messages()
    assert (returned.state, returned.delivery_state) == (MessageState.IN_REVIEW, DeliveryState.BOUNCED)
    assert (report.state, report.inquiry_id) == (MessageState.MACHINE, line.inquiry_id)
    assert office.queue(Queue.PROBLEMS) == [line.id]
    assert office.books().balanced


def test_a_bounce_that_names_somebody_else_moves_nothing(office: Office) -> None:
    line = office.one()
    decided = office.decide(line.id)
    office.send()
    office.arrive(bounce(f"<{decided.delivery_id}@{OWN.message_id_domain}>", "other@units.example"))
    office.arrive(bounce("<0123456789abcdef0123456789abcdef@" + OWN.message_id_domain + ">", "dmm@units.example"))
    assert office.state(line.id) is MessageState.FORWARDED


def bounce(message_id: str, recipient: str) -> bytes:
    """A delivery report as mail servers write it."""
    text = (
        "Return-Path: <>\nFrom: Mail Delivery System <MAILER-DAEMON@mx.units.example>\nTo: ipd@office.example\n"
        f"Subject: Undelivered Mail Returned to Sender\nMessage-ID: <b-{hash(recipient + message_id)}@mx.units.example>\n"
        "Auto-Submitted: auto-replied\nMIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n'
        "--b\nContent-Type: text/plain\n\nThe mail could not be delivered.\n\n"
        "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.units.example\n\n"
        f"Final-Recipient: rfc822; {recipient}\nAction: failed\nStatus: 5.1.1\n\n"
        f"--b\nContent-Type: text/rfc822-headers\n\nMessage-ID: {message_id}\nSubject: [IPD DMM] A question\n\n--b--\n"
    )
    return text.replace("\n", "\r\n").encode()


def test_restricted_mail_is_invisible_to_others_everywhere(office: Office) -> None:
    office.one()
    hidden = office.one("misconduct of a staff member, I report it here")
    assert hidden.restricted
    assert [line.id for line in office.messages(CLEARED)] == [1, hidden.id]
    assert [line.id for line in office.messages(OFFICER)] == [1]
    now = office.clock.now()
    with office.store.read() as tx:
        for queue in Queue:
            page = listing.list_page(tx, viewer=OFFICER, queue=queue, now=now)
            assert hidden.id not in [line.id for line in page.messages], queue
        assert listing.counts(tx, viewer=OFFICER, now=now)[Queue.ALL] == 1
        assert Queue.RESTRICTED not in listing.counts(tx, viewer=OFFICER, now=now)
        assert listing.counts(tx, viewer=CLEARED, now=now)[Queue.RESTRICTED] == 1
        assert listing.neighbours(tx, viewer=OFFICER, queue=Queue.ALL, now=now, message_id=1) == (None, None)
        assert listing.neighbours(tx, viewer=CLEARED, queue=Queue.ALL, now=now, message_id=1) == (None, hidden.id)


def test_mail_not_yet_classified_is_for_the_cleared(office: Office) -> None:
    office.source.mails = [mail("misconduct of a staff member")]
    office.ingest.poll(office.source)
    assert office.messages(OFFICER) == []
    assert len(office.messages(CLEARED)) == 1


def test_a_follow_up_of_a_restricted_inquiry_is_restricted_from_the_start(office: Office) -> None:
    first = office.one("misconduct of a staff member, I report it here")
    office.source.mails.append(mail("DMM thanks", message_id="<2@ngo.example>", In_Reply_To=first.message_id))
    office.ingest.poll(office.source)
    follow_up = office.messages(CLEARED)[-1]
    assert (follow_up.inquiry_id, follow_up.restricted) == (first.inquiry_id, True)
    office.classify.step()
    assert office.messages(OFFICER) == []
    assert office.state(follow_up.id) is MessageState.IN_REVIEW
