"""Several officers side by side: the next message, who looks at what, assignment, batches, closing."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from tests.store.office import CLEARED, OFFICER, UNDO_SECONDS, Office
from tests.store.parts import START, mail
from triage.domain.errors import DataError, NotFound, Refused, Stale
from triage.domain.lifecycle import DeliveryEvent, DeliveryState, MessageState
from triage.domain.people import Person, Role
from triage.domain.taxonomy import Destination, Route
from triage.flow.desk import batch, close, desk, review, search
from triage.flow.sending.oversight import lift_restriction
from triage.store import (
    acquaintances,
    assignments,
    audit,
    deliveries,
    listing,
    messages,
    openings,
    people,
    preferences,
    recent,
    search_index,
    tables,
)
from triage.store import search as finding
from triage.store.assignments import CloseReason
from triage.store.queues import Order, Queue

DMM = Destination.parse("DMM")


def person(office: Office, name: str, **fields: object) -> Person:
    made = replace(OFFICER, name=name, email=f"{name.lower()}@x.example", **fields)  # type: ignore[arg-type]
    with office.store.begin() as tx:
        return people.add_person(tx, person=made, password_hash=None, now=START)


def take(
    office: Office, who: Person, queue: Queue = Queue.REVIEW, order: Order = Order.OLDEST, **more: int
) -> int | None:
    return desk.take_next(office.store, officer=who, queue=queue, order=order, now=office.clock.now(), **more)


def test_nobody_is_handed_what_another_has_open(office: Office) -> None:
    ana, bo = person(office, "Ana"), person(office, "Bo")
    for _ in range(3):
        office.one()
    assert take(office, ana) == 1
    assert take(office, bo) == 2
    assert take(office, bo) == 2, "who asks again without going on gets the same"
    assert take(office, bo, beyond=2) == 3
    with office.store.read() as tx:
        seen = openings.lookers(tx, viewer=ana, message_ids=[1, 2, 3], now=office.clock.now())
    assert seen == {2: ["Bo"], 3: ["Bo"]}


def test_an_opening_lapses_and_a_beat_keeps_it(office: Office) -> None:
    ana, bo = person(office, "Ana"), person(office, "Bo")
    office.one()
    assert take(office, ana) == 1
    assert take(office, bo) is None
    office.clock.pass_(openings.LASTS.total_seconds() * 0.9)
    desk.note_opening(office.store, officer=ana, message_id=1, now=office.clock.now())
    office.clock.pass_(openings.LASTS.total_seconds() * 0.9)
    assert take(office, bo) is None
    office.clock.pass_(openings.LASTS.total_seconds())
    assert take(office, bo) == 1


def test_two_who_ask_at_once_get_two_messages(office: Office) -> None:
    who = [person(office, f"P{number}") for number in range(4)]
    for _ in range(4):
        office.one()
    got: list[int | None] = []
    threads = [threading.Thread(target=lambda one=one: got.append(take(office, one))) for one in who]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(message_id or 0 for message_id in got) == [1, 2, 3, 4]


def test_restricted_messages_are_handed_out_to_the_cleared_alone(office: Office) -> None:
    ana, jo = person(office, "Ana"), person(office, "Jo", cleared=True)
    office.one("misconduct by a colleague")
    assert take(office, ana, Queue.RESTRICTED) is None
    assert take(office, jo) is None, "a list to review has none"
    assert take(office, jo, Queue.RESTRICTED) == 1
    with pytest.raises(NotFound):
        desk.note_opening(office.store, officer=ana, message_id=1, now=START)


def test_what_is_given_to_one_is_on_the_desk_of_that_one(office: Office) -> None:
    ana, bo = person(office, "Ana"), person(office, "Bo")
    unit = person(office, "Udo", roles=frozenset({Role.UNIT_MEMBER}))
    for _ in range(2):
        office.one()
    desk.assign(office.store, message_id=1, person_id=bo.id, officer=ana, now=START)
    assert office.message(1).assigned_to == "Bo"
    assert office.queue(Queue.MINE, bo) == [1]
    assert office.queue(Queue.MINE, ana) == []
    assert take(office, ana) == 2
    assert take(office, bo) == 1
    with office.store.read() as tx:
        assert listing.counts(tx, viewer=bo, now=START)[Queue.MINE] == 1
    with pytest.raises(DataError):
        desk.assign(office.store, message_id=1, person_id=unit.id, officer=ana, now=START)
    desk.assign(office.store, message_id=1, person_id=None, officer=ana, now=START)
    assert office.message(1).assigned_to is None


def test_assignment_by_language_goes_to_the_least_busy_who_reads_it(office: Office) -> None:
    ana, bo = person(office, "Ana"), person(office, "Bo")
    jo = person(office, "Jo", cleared=True)
    for _ in range(3):
        office.one()
    office.one("misconduct by a colleague")
    for who in (ana, bo):
        desk.prefer_languages(office.store, officer=who, languages=["ar", "en"])
    given = [
        desk.assign_by_language(office.store, message_id=number, language="ar", officer=ana, now=START).name
        for number in (1, 2)
    ]
    assert given == ["Ana", "Bo"]
    with pytest.raises(NotFound):
        desk.assign_by_language(office.store, message_id=3, language="zh", officer=ana, now=START)
    with pytest.raises(NotFound):
        desk.assign_by_language(office.store, message_id=4, language="ar", officer=CLEARED, now=START)
    desk.prefer_languages(office.store, officer=jo, languages=["ar"])
    assert desk.assign_by_language(office.store, message_id=4, language="ar", officer=CLEARED, now=START).name == "Jo"
    with pytest.raises(DataError):
        desk.prefer_languages(office.store, officer=jo, languages=["<b>"])


@pytest.mark.parametrize("order", [Order.URGENT_FIRST, Order.UNCERTAIN_OLDEST])
def test_orders_in_two_parts_walk_on_and_back_and_page(office: Office, order: Order) -> None:
    for text in ("DMM a", "urgent b", "DMM c", "urgent d", "DMM e"):
        office.one(text)
    with office.store.begin() as tx:
        rows = tables.messages.c
        for message_id, probability in enumerate((0.9, 0.59, 0.6, 0.1, 0.95), 1):
            change = update(tables.messages).where(rows.id == message_id).values(probability=probability)
            tx.connection.execute(change)
    walk = [2, 4, 1, 3, 5]
    got: list[int] = []
    after = None
    with office.store.read() as tx:
        while True:
            page = listing.list_page(
                tx, viewer=OFFICER, queue=Queue.REVIEW, order=order, after=after, limit=2, now=START
            )
            got += [line.id for line in page.messages]
            after = page.next
            if after is None:
                break
        assert got == walk
        for place, message_id in enumerate(walk):
            before, following = listing.neighbours(
                tx, viewer=OFFICER, queue=Queue.REVIEW, order=order, message_id=message_id, now=START
            )
            assert before == (walk[place - 1] if place else None)
            assert following == (walk[place + 1] if place < 4 else None)
    assert take(office, person(office, "Ana"), order=order) == 2


def test_choices_are_kept_by_person(office: Office) -> None:
    ana, bo = person(office, "Ana"), person(office, "Bo")
    for order in (Order.NEWEST, Order.LEAST_CERTAIN):
        desk.prefer_order(office.store, officer=ana, queue=Queue.REVIEW, order=order)
    with office.store.read() as tx:
        name = preferences.order_name(Queue.REVIEW)
        assert preferences.preferred(tx, person_id=ana.id, name=name) == Order.LEAST_CERTAIN
        assert preferences.preferred(tx, person_id=bo.id, name=name) is None


def test_a_batch_is_decided_once_and_undone_at_once(office: Office) -> None:
    ana, bo = person(office, "Ana"), person(office, "Bo")
    for text in ("DMM a", "MISSION:ML b", "urgent c", "DMM d", "DMM e"):
        office.one(text)
    versions = {number: office.message(number).version for number in range(1, 6)}
    office.decide(4)
    made = batch.decide_batch(
        office.store,
        versions=versions,
        destination=None,
        officer=ana,
        now=office.clock.now(),
        undo_seconds=UNDO_SECONDS,
    )
    assert (made.queued, made.kept, made.changed, made.left_out) == (3, 0, [4], [3])
    assert str(office.message(2).decision.destination) == "MISSION:ML"  # type: ignore[union-attr]
    assert made.word is not None
    with pytest.raises(NotFound):
        batch.undo_batch(office.store, word=made.word, officer=bo, now=office.clock.now())
    review.undo(office.store, message_id=5, officer=ana, now=office.clock.now())
    done = batch.undo_batch(office.store, word=made.word, officer=ana, now=office.clock.now())
    assert (done.undone, done.too_late) == (2, 1)
    assert [office.state(number) for number in (1, 2, 5)] == [MessageState.IN_REVIEW] * 3
    assert office.state(4) is MessageState.QUEUED
    assert office.books().balanced


def test_a_batch_for_one_place_and_too_late_to_undo(office: Office) -> None:
    ana = person(office, "Ana")
    office.one()
    made = batch.decide_batch(
        office.store, versions={1: office.message(1).version}, destination=Destination.parse("IML"), officer=ana,
        now=office.clock.now(), undo_seconds=UNDO_SECONDS,
    )  # fmt: skip
    office.send()
    assert made.word is not None
    done = batch.undo_batch(office.store, word=made.word, officer=ana, now=office.clock.now())
    assert (done.undone, done.too_late) == (0, 1)
    assert office.state(1) is MessageState.FORWARDED
    with pytest.raises(Refused):
        batch.decide_batch(
            office.store, versions=dict.fromkeys(range(batch.MOST + 1), 1), destination=None, officer=ana, now=START,
            undo_seconds=1,
        )  # fmt: skip


def test_the_last_decisions_newest_first(office: Office) -> None:
    ana = person(office, "Ana")
    for _ in range(12):
        office.one()
    for number in range(1, 13):
        office.decide(number, officer=ana)
    review.undo(office.store, message_id=12, officer=ana, now=office.clock.now())
    with office.store.read() as tx:
        last = [line.id for line in recent.last_decided(tx, viewer=ana)]
        assert last == list(range(11, 1, -1))
        assert recent.last_decided(tx, viewer=OFFICER) == []


def test_keeping_with_a_reason_closes_and_undoing_opens(office: Office) -> None:
    office.one()
    made = close.keep_and_close(
        office.store, message_id=1, version=None, reason=CloseReason.SPAM, officer=OFFICER, now=START, undo_seconds=60,
        note="lottery",
    )  # fmt: skip
    inquiry = office.message(1).inquiry_id
    with office.store.read() as tx:
        assert assignments.closed(tx, inquiry_id=inquiry) == (START, CloseReason.SPAM)
        acts = [entry.act for entry in audit.entries(tx)]
        assert acts[-2:] == [audit.Act.DECIDED, audit.Act.CLOSED]
    assert made.delivery_id is None
    with pytest.raises(Stale):
        close.keep_and_close(
            office.store, message_id=1, version=1, reason=CloseReason.SPAM, officer=OFFICER, now=START, undo_seconds=60
        )
    review.undo(office.store, message_id=1, officer=OFFICER, now=START)
    with office.store.read() as tx:
        assert assignments.closed(tx, inquiry_id=inquiry) is None
    close.close(office.store, message_id=1, reason=CloseReason.DUPLICATE, officer=OFFICER, now=START)
    with office.store.read() as tx:
        assert assignments.closed(tx, inquiry_id=inquiry) == (START, CloseReason.DUPLICATE)


def test_the_sender_and_the_organisation_stand_beside_a_message(office: Office) -> None:
    office.arrive(
        mail("DMM a", message_id="<1@x.example>", sender="Ana <ana@ngo.example>"),
        mail("DMM b", message_id="<2@x.example>", sender="Ana M <ANA@ngo.example>"),
        mail("DMM c", message_id="<3@x.example>", sender="Bo <bo@ngo.example>"),
        mail("DMM d", message_id="<4@x.example>", sender="Cy <cy@gmail.com>"),
        mail("DMM e", message_id="<5@x.example>", sender="Di <di@gmail.com>"),
        mail("misconduct f", message_id="<6@x.example>", sender="Bo <bo@ngo.example>"),
    )
    with office.store.read() as tx:
        seen = acquaintances.acquaintances(tx, viewer=OFFICER, message_id=1)
        assert [line.id for line in seen.sender] == [2]
        assert [line.id for line in seen.organisation] == [3]
        cleared = acquaintances.acquaintances(tx, viewer=CLEARED, message_id=1)
        assert [line.id for line in cleared.organisation] == [6, 3]
        private = acquaintances.acquaintances(tx, viewer=OFFICER, message_id=4)
        assert private == acquaintances.Acquaintances((), ())


def test_the_index_is_filled_for_messages_of_before(office: Office) -> None:
    office.arrive(mail("DMM wombat", message_id="<1@x.example>"), mail("misconduct quokka", message_id="<2@x.example>"))
    with office.store.begin() as tx:
        search_index.remove(tx, [1])
        search_index.forget_senders(tx, [1, 2])
    assert search.fill_index(office.store) == 2
    assert search.fill_index(office.store) == 0
    from tests.store.test_search import found

    assert found(office, text="wombat") == [1]
    assert found(office, CLEARED, text="quokka") == []


def test_a_snoozed_message_returns(office: Office) -> None:
    office.one()
    until = office.clock.now() + timedelta(days=1)
    review.snooze(office.store, message_id=1, until=until, officer=OFFICER, now=office.clock.now())
    assert office.queue(Queue.REVIEW) == []
    assert office.queue(Queue.SNOOZED) == [1]
    assert take(office, person(office, "Ana")) is None
    office.clock.pass_(86400)
    assert office.queue(Queue.REVIEW) == [1]
    assert office.queue(Queue.SNOOZED) == []


def routed(office: Office, route: Route) -> list[int]:
    with office.store.read() as tx:
        return [line.id for line in finding.find(tx, viewer=OFFICER, query=finding.Query(route=route)).messages]


@pytest.mark.parametrize("ending", ["permanent", "bounced"])
def test_what_comes_back_is_found_under_its_suggestion_again(office: Office, ending: str) -> None:
    line = office.one()
    decided = office.decide(line.id, "MCD")
    assert routed(office, Route.MCD) == [line.id] and routed(office, Route.DMM) == []
    office.outbox.script = [ending] if ending == "permanent" else []
    office.send()
    if ending == "bounced":
        with office.store.begin() as tx:
            deliveries.step(
                tx, delivery_id=decided.delivery_id or "", event=DeliveryEvent.BOUNCED, expected=DeliveryState.SENT,
                actor="worker", now=office.clock.now(),
            )  # fmt: skip
    assert office.queue(Queue.REVIEW) == [line.id]
    assert routed(office, Route.DMM) == [line.id] and routed(office, Route.MCD) == []


def test_a_restriction_takes_out_of_the_index_and_lifting_it_puts_back(office: Office) -> None:
    from tests.store.test_search import found

    office.arrive(mail("misconduct quokka", message_id="<2@x.example>"))
    assert found(office, CLEARED, text="quokka") == []
    lift_restriction(office.store, message_id=1, version=None, officer=CLEARED, now=START)
    assert found(office, text="quokka") == [1]
    assert search.fill_index(office.store) == 0
    with office.store.begin() as tx:
        messages.restrict(tx, message_id=1)
    assert found(office, CLEARED, text="quokka") == []
