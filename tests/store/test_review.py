"""What officers do, and what two of them at once cannot do."""

import threading
from datetime import timedelta

import pytest

from tests.store.office import CLEARED, OFFICER, UNDO_SECONDS, Office
from tests.store.parts import mail
from triage.domain.decision import Action, UnitAnswer
from triage.domain.errors import NotFound, Refused, Stale
from triage.domain.lifecycle import DeliveryState, MessageState, Purpose
from triage.domain.taxonomy import Destination
from triage.flow.arriving.quarantine import replay
from triage.flow.desk import review
from triage.flow.desk.bulk import decide_many
from triage.flow.desk.look import look, look_raw
from triage.flow.learning.export import corrections
from triage.flow.units.answer import answer
from triage.store import audit, detail
from triage.store.queues import Order, Queue


def test_another_destination_than_suggested_is_an_override(office: Office) -> None:
    line = office.one()
    decided = office.decide(line.id, "MISSION:GM")
    assert (decided.action, decided.to_confirm) == (Action.OVERRIDE, False)
    assert office.deliveries()[0].code == "SN", "the office that covers the country receives it"
    after = office.message(line.id)
    assert after.decision is not None and str(after.decision.destination) == "MISSION:GM"
    assert after.leaves_at == decided.leaves_at


def test_a_country_of_unknown_office_asks_for_a_second_look(office: Office) -> None:
    decided = office.decide(office.one().id, "MISSION:CV")
    assert decided.to_confirm
    assert office.deliveries()[0].code == "RO-DAKAR"


def test_a_country_without_any_office_changes_nothing(office: Office) -> None:
    line = office.one()
    with pytest.raises(NotFound):
        office.decide(line.id, "MISSION:XK")
    assert office.message(line.id) == line


def test_the_second_of_two_decisions_is_stopped(office: Office) -> None:
    line = office.one()
    office.decide(line.id, version=line.version)
    with pytest.raises(Stale):
        office.decide(line.id, "MCD", version=line.version)
    with pytest.raises(Refused):
        office.decide(line.id, "MCD")
    assert len(office.deliveries()) == 1


def test_officers_racing_on_one_message_make_one_forward(office: Office) -> None:
    for _ in range(5):
        line = office.one()
        gate = threading.Barrier(4)
        won: list[str] = []
        lost: list[type[Exception]] = []

        def try_it(destination: str, line=line, gate=gate, won=won, lost=lost) -> None:
            gate.wait()
            try:
                office.decide(line.id, destination, version=line.version)
                won.append(destination)
            except Refused as error:
                lost.append(type(error))

        threads = [threading.Thread(target=try_it, args=(d,)) for d in ("DMM", "MCD", "IML", "IPD")]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(won) == 1 and len(lost) == 3
        sent = [d for d in office.deliveries() if d.message_id == line.id]
        assert len(sent) == (0 if won == ["IPD"] else 1)


def test_undo_before_it_leaves(office: Office) -> None:
    line = office.one()
    office.decide(line.id, "DMM", copies=[Destination.parse("MCD")])
    version = review.undo(office.store, message_id=line.id, officer=OFFICER, now=office.clock.now())
    after = office.message(line.id)
    assert (after.state, after.version, after.decision) == (MessageState.IN_REVIEW, version, None)
    assert office.send() == 0
    assert {d.state for d in office.deliveries()} == {DeliveryState.CANCELLED}
    office.decide(line.id, "IML")
    assert office.send() == 1
    assert [m.recipient for m in office.outbox.sent] == ["iml@units.example"]
    assert office.books().balanced


def test_what_is_leaving_cannot_be_undone(office: Office) -> None:
    line = office.one()
    office.decide(line.id)
    office.send()
    with pytest.raises(Refused):
        review.undo(office.store, message_id=line.id, officer=OFFICER, now=office.clock.now())
    version = review.reopen(office.store, message_id=line.id, version=None, officer=OFFICER, now=office.clock.now())
    assert office.message(line.id).version == version
    office.decide(line.id, "MCD")
    office.send()
    assert [m.recipient for m in office.outbox.sent] == ["dmm@units.example", "mcd@units.example"]
    assert office.state(line.id) is MessageState.FORWARDED
    assert office.books().balanced


def test_undo_of_keeping(office: Office) -> None:
    line = office.one()
    office.decide(line.id, "IPD")
    review.undo(office.store, message_id=line.id, officer=OFFICER, now=office.clock.now())
    assert office.state(line.id) is MessageState.IN_REVIEW
    office.decide(line.id, "IPD")
    office.decide(line.id, "DMM")
    assert office.state(line.id) is MessageState.QUEUED, "what was kept may still be forwarded"
    with pytest.raises(Refused):
        review.reopen(office.store, message_id=line.id, version=None, officer=OFFICER, now=office.clock.now())


def test_copies_go_to_others_once_and_move_nothing(office: Office) -> None:
    line = office.one()
    copies = [Destination.parse(text) for text in ("MCD", "MCD", "DMM", "MISSION:SN", "MISSION:GM")]
    office.decide(line.id, "DMM", copies=copies)
    made = {(d.purpose, d.address) for d in office.deliveries()}
    assert made >= {(Purpose.LEAD, "dmm@units.example"), (Purpose.COPY, "mcd@units.example")}
    assert len([d for d in office.deliveries() if d.purpose is Purpose.LEAD]) == 1
    office.outbox.refused = {"mcd@units.example"}
    office.send()
    assert office.state(line.id) is MessageState.FORWARDED
    with pytest.raises(Refused):
        office.decide(office.one().id, "IPD", copies=copies)


def test_a_unit_that_declines_brings_it_back(office: Office) -> None:
    line = office.one()
    with pytest.raises(Refused):
        answer(office.store, message_id=line.id, answer=UnitAnswer.NOT_OURS, officer=OFFICER, now=office.clock.now())
    office.decide(line.id)
    office.send()
    now = office.clock.now()
    answer(office.store, message_id=line.id, answer=UnitAnswer.ACCEPTED, officer=OFFICER, now=now)
    answer(office.store, message_id=line.id, answer=UnitAnswer.NOT_OURS, officer=OFFICER, now=now, note="Ask the press")
    assert office.queue(Queue.DECLINED) == [line.id]
    with office.store.read() as tx:
        answers = detail.detail(tx, viewer=OFFICER, message_id=line.id).answers
    assert [(a.answer, a.note) for a in answers] == [(UnitAnswer.ACCEPTED, ""), (UnitAnswer.NOT_OURS, "Ask the press")]
    office.decide(line.id, "MCD")
    assert office.queue(Queue.DECLINED) == []


def test_machine_mail_can_be_taken_as_an_inquiry(office: Office) -> None:
    office.arrive(mail("DMM I am away until Monday", Auto_Submitted="auto-replied", subject="Automatic reply"))
    (line,) = office.messages()
    assert line.state is MessageState.MACHINE
    assert office.queue(Queue.MACHINE) == [line.id]
    now = office.clock.now()
    review.take_as_inquiry(office.store, message_id=line.id, version=line.version, officer=OFFICER, now=now)
    assert office.queue(Queue.REVIEW) == [line.id]
    assert office.decide(line.id, "DMM").action is Action.OVERRIDE


def test_snoozed_messages_come_back(office: Office) -> None:
    line = office.one()
    until = office.clock.now() + timedelta(hours=1)
    review.snooze(office.store, message_id=line.id, until=until, officer=OFFICER, now=office.clock.now())
    assert (office.queue(Queue.REVIEW), office.queue(Queue.SNOOZED)) == ([], [line.id])
    office.clock.pass_(3601)
    assert (office.queue(Queue.REVIEW), office.queue(Queue.SNOOZED)) == ([line.id], [])


def test_quarantine_is_read_anew(office: Office) -> None:
    office.arrive(b"X-Unreadable: yes\r\n" + mail())
    (line,) = office.messages()
    reader = office.ingest._reader
    now = office.clock.now()
    assert replay(office.store, reader, message_ids=None, officer=OFFICER, now=now).still == 1

    class Mended:
        def read(self, raws):
            from triage.mail.parse import read_message

            return [read_message(raw) for raw in raws]

        def close(self) -> None: ...

    done = replay(office.store, Mended(), message_ids=[line.id], officer=OFFICER, now=now)
    assert (done.read, done.still) == (1, 0)
    office.classify.step()
    after = office.message(line.id)
    assert (after.state, after.subject, after.quarantine_reason) == (MessageState.IN_REVIEW, "A question", None)
    with pytest.raises(Refused):
        replay(office.store, Mended(), message_ids=[line.id], officer=OFFICER, now=now)
    assert office.books().balanced


def test_deciding_many_leaves_urgent_and_restricted_to_people_who_look(office: Office) -> None:
    texts = ("DMM a", "IPD b", "urgent c", "misconduct d", "MISSION:ML e")
    office.arrive(*(mail(text, message_id=f"<{n}@x.example>") for n, text in enumerate(texts)))
    many = decide_many(office.store, officer=OFFICER, now=office.clock.now(), undo_seconds=UNDO_SECONDS)
    assert (many.queued, many.kept, many.urgent, many.restricted, many.refused) == (2, 1, 1, 1, [])
    named = decide_many(
        office.store, officer=OFFICER, now=office.clock.now(), undo_seconds=0, message_ids=[3, 4, 1, 99]
    )
    assert named.queued == 1, "an urgent message named by its id is looked at"
    assert [number for number, _ in named.refused] == [1, 4, 99]
    assert office.books().balanced


def test_a_restricted_message_is_not_there_for_others(office: Office) -> None:
    line = office.one("misconduct of a staff member")
    now = office.clock.now()
    for attempt in (
        lambda: office.decide(line.id, "DMM"),
        lambda: review.undo(office.store, message_id=line.id, officer=OFFICER, now=now),
        lambda: review.snooze(office.store, message_id=line.id, until=None, officer=OFFICER, now=now),
        lambda: look(office.store, viewer=OFFICER, message_id=line.id, now=now),
        lambda: look_raw(office.store, viewer=OFFICER, message_id=line.id, now=now),
        lambda: answer(office.store, message_id=line.id, answer=UnitAnswer.ACCEPTED, officer=OFFICER, now=now),
    ):
        with pytest.raises(NotFound):
            attempt()
    seen = look(office.store, viewer=CLEARED, message_id=line.id, now=now)
    assert seen.message is not None and seen.message.text.startswith("misconduct")
    office.decide(line.id, "IPD", CLEARED, note="for the investigators")
    with office.store.read() as tx:
        acts = [entry.act for entry in audit.entries(tx, about=f"message:{line.id}")]
    assert acts == [audit.Act.VIEWED_RESTRICTED, audit.Act.DECIDED]


def test_every_decision_is_a_training_line(office: Office) -> None:
    office.decide(office.one("DMM one").id, "MCD")
    office.decide(office.one("MISSION:ML two").id, "MISSION:ML")
    office.decide(office.one("misconduct three").id, "IPD", CLEARED)
    undone = office.one("IML four")
    office.decide(undone.id, "IML")
    review.undo(office.store, message_id=undone.id, officer=OFFICER, now=office.clock.now())
    lines = list(corrections(office.store))
    assert [(line["route"], line["country"], line["body"].split()[0]) for line in lines] == [
        ("MCD", None, "DMM"),
        ("MISSION", "ML", "MISSION:ML"),
    ]
    assert lines[0]["why"].endswith("suggested DMM")
    assert [line["restricted"] for line in corrections(office.store, restricted=True)] == [False, False, True]


def test_pages_go_on_where_they_ended(office: Office) -> None:
    from triage.store import listing

    texts = ["unsure a", "DMM b", "DMM c", "unsure d", "DMM e", "urgent f", "DMM g"]
    office.arrive(*(mail(text, message_id=f"<{n}@x.example>") for n, text in enumerate(texts)))
    for order, expected in (
        (Order.OLDEST, [1, 2, 3, 4, 5, 6, 7]),
        (Order.NEWEST, [7, 6, 5, 4, 3, 2, 1]),
        (Order.LEAST_CERTAIN, [1, 4, 2, 3, 5, 6, 7]),
    ):
        with office.store.read() as tx:
            asked = {"viewer": OFFICER, "queue": Queue.REVIEW, "order": order, "now": office.clock.now()}
            found: list[int] = []
            after: str | None = None
            while True:
                page = listing.list_page(tx, **asked, after=after, limit=2)
                found += [line.id for line in page.messages]
                after = page.next
                if after is None:
                    break
            assert found == expected, order
            for place, number in enumerate(expected):
                before = expected[place - 1] if place else None
                following = expected[place + 1] if place + 1 < len(expected) else None
                assert listing.neighbours(tx, **asked, message_id=number) == (before, following), (order, number)
            assert [m.id for m in listing.list_page(tx, **asked, after="nonsense").messages] == expected
