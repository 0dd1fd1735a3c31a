"""Mail in, classified, an officer decides, mail out: the whole life once, on both databases."""

from email import message_from_bytes
from email.policy import default

from tests.store.office import CLEARED, OFFICER, Office
from tests.store.parts import mail
from triage.domain.decision import Action
from triage.domain.lifecycle import DeliveryState, MessageState
from triage.flow.desk.look import look
from triage.store.queues import Queue
from triage.store.views import HistoryKind


def test_one_mail_from_mailbox_to_unit(office: Office) -> None:
    raw = mail("DMM we need advice on recruitment fees for our members", subject="Fees for our members")
    result = office.arrive(raw)
    assert (result.seen, result.stored, result.duplicate, result.failed, result.error) == (1, 1, 0, 0, None)
    assert office.source.told == [1]
    (line,) = office.messages(OFFICER)
    assert (line.state, line.subject, line.message_id) == (
        MessageState.IN_REVIEW,
        "Fees for our members",
        "<1@ngo.example>",
    )
    assert line.sender is not None and line.sender.email == "fatou@ngo.example"
    assert line.prediction is not None and str(line.prediction.destination) == "DMM"
    assert office.queue(Queue.REVIEW) == [line.id]

    decided = office.decide(line.id, version=line.version, note="They wrote before")
    assert decided.action is Action.CONFIRM
    assert office.state(line.id) is MessageState.QUEUED
    assert office.forward.step() == 0, "nothing leaves within the undo window"
    assert office.send() == 1
    assert office.state(line.id) is MessageState.FORWARDED

    (sent,) = office.outbox.sent
    assert (sent.sender, sent.recipient) == ("ipd@office.example", "dmm@units.example")
    made = message_from_bytes(sent.data, policy=default)
    assert made["Message-ID"] == f"<{decided.delivery_id}@ipd.triage.office.example>"
    assert "fatou@ngo.example" in made["Reply-To"]
    assert raw in sent.data, "the original travels byte for byte"
    assert b"Amina Diallo" in sent.data and b"They wrote before" in sent.data

    detail = look(office.store, viewer=OFFICER, message_id=line.id, now=office.clock.now())
    assert detail.message is not None and detail.message.newest_text.startswith("DMM we need")
    assert detail.prediction is not None and detail.prediction.policied.prediction.similar[0].id == "t-1"
    kinds = {entry.kind for entry in detail.history}
    assert kinds == {
        HistoryKind.ARRIVED,
        HistoryKind.PREDICTED,
        HistoryKind.DECIDED,
        HistoryKind.MOVED,
        HistoryKind.DELIVERY,
    }
    assert [d.state for d in detail.deliveries] == [DeliveryState.SENT]
    books = office.books()
    assert books.balanced, books.differences
    assert books.messages[MessageState.FORWARDED] == 1


def test_what_ipd_keeps_does_not_leave(office: Office) -> None:
    line = office.one("IPD a sales letter that concerns nobody here")
    decided = office.decide(line.id, "IPD")
    assert (decided.action, decided.delivery_id) == (Action.KEEP, None)
    assert office.send() == 0
    assert office.state(line.id) is MessageState.KEPT
    assert office.queue(Queue.KEPT, CLEARED) == [line.id]
    assert office.books().balanced
