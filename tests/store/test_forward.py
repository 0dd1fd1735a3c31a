"""Mail out: nothing twice by itself, every failure with a person."""

import pytest
from sqlalchemy import select, update

from tests.store.office import CLEARED, OFFICER, Office
from tests.store.parts import OWN, mail
from triage.domain.errors import NotFound, Stale
from triage.domain.lifecycle import DeliveryState, MessageState
from triage.domain.people import Person
from triage.flow.desk import review
from triage.flow.sending.forward import settle
from triage.store import audit, leases, organisation
from triage.store.queues import Queue
from triage.store.tables import blobs, messages


def _decided(office: Office) -> tuple[int, str]:
    line = office.one()
    decided = office.decide(line.id)
    assert decided.delivery_id is not None
    return line.id, decided.delivery_id


@pytest.mark.parametrize("word", ["transient", "busy"])
def test_a_transient_failure_is_tried_again_later(office: Office, word: str) -> None:
    message_id, _ = _decided(office)
    office.outbox.script = [word]
    assert office.send() == 1
    (delivery,) = office.deliveries()
    assert (delivery.state, delivery.attempts, delivery.data_started_at) == (DeliveryState.PENDING, 1, None)
    assert office.state(message_id) is MessageState.QUEUED
    assert office.forward.step() == 0, "not before its pause is over"
    office.clock.pass_(61)
    assert office.forward.step() == 1
    assert office.state(message_id) is MessageState.FORWARDED


def test_attempts_end_with_a_person(office: Office) -> None:
    message_id, _ = _decided(office)
    office.outbox.script = ["transient"] * 3
    for _ in range(5):
        office.send()
        office.clock.pass_(4 * 3600)
    (delivery,) = office.deliveries()
    assert (delivery.state, delivery.attempts, delivery.error_code) == (DeliveryState.FAILED, 3, "smtp_unreachable")
    assert office.state(message_id) is MessageState.IN_REVIEW
    assert office.queue(Queue.PROBLEMS) == [message_id]
    office.decide(message_id, "MCD")
    assert office.queue(Queue.PROBLEMS) == []
    office.send()
    assert office.state(message_id) is MessageState.FORWARDED
    assert office.books().balanced


def test_a_permanent_failure_comes_back_at_once(office: Office) -> None:
    message_id, _ = _decided(office)
    office.outbox.script = ["permanent"]
    office.send()
    assert office.state(message_id) is MessageState.IN_REVIEW
    assert office.deliveries(DeliveryState.FAILED)[0].error_code == "smtp_recipient_refused"
    assert office.books().balanced


def test_a_way_out_that_is_shut_hands_no_mail_back(office: Office) -> None:
    message_id, _ = _decided(office)
    office.outbox.script = ["shut"]
    office.send()
    assert office.state(message_id) is MessageState.QUEUED
    assert office.deliveries()[0].error_code == "smtp_sign_in_refused"
    office.clock.pass_(61)
    office.send()
    assert office.state(message_id) is MessageState.FORWARDED


@pytest.mark.parametrize(("word", "code"), [("silent", "smtp_no_answer"), ("lost", "unexpected_fault")])
def test_what_may_have_left_is_unknown_until_an_officer_says(office: Office, word: str, code: str) -> None:
    message_id, delivery_id = _decided(office)
    office.outbox.script = [word]
    office.send()
    (delivery,) = office.deliveries()
    assert (delivery.state, delivery.error_code) == (DeliveryState.UNKNOWN, code)
    assert (office.state(message_id), office.queue(Queue.PROBLEMS)) == (MessageState.QUEUED, [message_id])
    office.clock.pass_(10**6)
    assert office.forward.step() == 0, "never by itself"
    with pytest.raises(Stale):
        review.undo(office.store, message_id=message_id, officer=OFFICER, now=office.clock.now())
    assert settle(office.store, delivery_ids=[delivery_id], arrived=True, officer=OFFICER, now=office.clock.now()) == 1
    assert office.state(message_id) is MessageState.FORWARDED
    with pytest.raises(Stale):
        settle(office.store, delivery_ids=[delivery_id], arrived=False, officer=OFFICER, now=office.clock.now())
    assert office.books().balanced


def test_an_officer_has_it_sent_again_under_the_same_id(office: Office) -> None:
    message_id, delivery_id = _decided(office)
    office.outbox.script = ["silent"]
    office.send()
    settle(office.store, delivery_ids=[delivery_id], arrived=False, officer=OFFICER, now=office.clock.now())
    assert office.forward.step() == 1
    assert [m.delivery_id for m in office.outbox.sent] == [delivery_id] * 2
    assert office.state(message_id) is MessageState.FORWARDED


def test_settling_is_all_or_none(office: Office) -> None:
    _, first = _decided(office)
    _, second = _decided(office)
    office.outbox.script = ["silent"]
    office.send()
    states = {d.id: d.state for d in office.deliveries()}
    assert sorted(states.values()) == [DeliveryState.SENT, DeliveryState.UNKNOWN]
    with pytest.raises(Stale):
        settle(office.store, delivery_ids=[first, second], arrived=True, officer=OFFICER, now=office.clock.now())
    assert {d.id: d.state for d in office.deliveries()} == states
    with pytest.raises(NotFound):
        settle(office.store, delivery_ids=["no such"], arrived=True, officer=OFFICER, now=office.clock.now())


def test_a_worker_lost_before_the_body_is_repeated(office: Office) -> None:
    message_id, delivery_id = _decided(office)
    office.clock.pass_(60)
    with office.store.begin() as tx:
        claims = leases.claim(tx, worker="dead", now=office.clock.now(), lease_seconds=60, limit=5)
    assert [c.delivery_id for c in claims] == [delivery_id]
    assert office.forward.step() == 0, "its lease still holds"
    office.clock.pass_(61)
    assert office.forward.step() == 1
    assert office.state(message_id) is MessageState.FORWARDED
    assert len(office.outbox.sent) == 1


def test_a_worker_lost_in_the_body_leaves_it_unknown(office: Office) -> None:
    message_id, _ = _decided(office)
    _begun(office)
    office.clock.pass_(61)
    assert office.forward.step() == 0
    (delivery,) = office.deliveries()
    assert (delivery.state, delivery.error_code) == (DeliveryState.UNKNOWN, "worker_lost")
    assert office.state(message_id) is MessageState.QUEUED
    assert office.outbox.sent == []


def _begun(office: Office, *, repeatable: bool = False) -> leases.Claim:
    office.clock.pass_(60)
    with office.store.begin() as tx:
        (claim,) = leases.claim(tx, worker="dead", now=office.clock.now(), lease_seconds=60, limit=5)
    with office.store.begin() as tx:
        leases.body_starts(tx, claim=claim, now=office.clock.now(), lease_seconds=60, repeatable=repeatable)
    return claim


def test_a_repeatable_channel_is_repeated_unless_the_channel_changed(office: Office) -> None:
    first, _ = _decided(office)
    _begun(office, repeatable=True)
    office.clock.pass_(61)
    assert office.forward.step() == 0, "the channel of now is not repeatable"
    assert office.deliveries()[0].state is DeliveryState.UNKNOWN
    office.outbox.idempotent = True
    second, _ = _decided(office)
    _begun(office, repeatable=True)
    office.clock.pass_(61)
    assert office.forward.step() == 1
    assert (office.state(first), office.state(second)) == (MessageState.QUEUED, MessageState.FORWARDED)
    third, _ = _decided(office)
    office.outbox.script = ["lost"]
    office.send()
    office.clock.pass_(61)
    office.forward.step()
    assert office.state(third) is MessageState.FORWARDED, "a fault over a repeatable channel is tried again"


def test_alone_takes_back_at_once_what_a_dead_worker_held(office: Office) -> None:
    _decided(office)
    office.clock.pass_(60)
    with office.store.begin() as tx:
        leases.claim(tx, worker="dead", now=office.clock.now(), lease_seconds=10**6, limit=5)
    alone = office.worker("next", alone=True)
    assert alone.step() == 1
    assert len(office.outbox.sent) == 1


def test_a_worker_that_slept_past_its_lease_starts_no_body(office: Office) -> None:
    message_id, _ = _decided(office)
    office.clock.pass_(60)
    with office.store.begin() as tx:
        (late,) = leases.claim(tx, worker="sleeper", now=office.clock.now(), lease_seconds=60, limit=5)
    office.clock.pass_(61)
    with office.store.begin() as tx, pytest.raises(Stale):
        leases.body_starts(tx, claim=late, now=office.clock.now(), lease_seconds=60, repeatable=False)
    assert office.forward.step() == 1
    with office.store.begin() as tx, pytest.raises(Stale):
        leases.body_starts(tx, claim=late, now=office.clock.now(), lease_seconds=60, repeatable=False)
    assert office.state(message_id) is MessageState.FORWARDED


def test_a_stale_claim_stops_the_channel_before_the_body(office: Office) -> None:
    message_id, _ = _decided(office)
    real = office.outbox.send

    def slow(outgoing: object, body_starts: object) -> None:
        office.clock.pass_(10**4)
        rival = office.worker("rival")
        office.outbox.send = real  # type: ignore[method-assign]
        assert rival.step() == 1
        real(outgoing, body_starts)  # type: ignore[arg-type]

    office.outbox.send = slow  # type: ignore[method-assign]
    office.send()
    assert len(office.outbox.sent) == 1
    assert office.state(message_id) is MessageState.FORWARDED
    assert office.books().balanced


def test_nothing_is_sent_to_an_address_that_the_service_reads(office: Office) -> None:
    message_id, _ = _decided(office)
    with office.store.begin() as tx:
        unit = next(u for u in organisation.units(tx, office.clock.now().date()) if u.code == "DMM")
    assert unit.address == "dmm@units.example"
    line = office.one("MCD press")
    with office.store.begin() as tx:
        from dataclasses import replace

        unit = next(u for u in organisation.units(tx, office.clock.now().date()) if u.code == "MCD")
        own = next(iter(OWN.addresses)).upper()
        assert organisation.amend(tx, item=replace(unit, address=own), today=office.clock.now().date())
    office.decide(line.id, "MCD")
    office.send()
    assert office.state(message_id) is MessageState.FORWARDED
    assert office.state(line.id) is MessageState.IN_REVIEW
    assert office.deliveries(DeliveryState.FAILED)[0].error_code == "own_address"


def test_the_head_speaks_the_language_of_the_recipient(office: Office) -> None:
    line = office.one("MISSION:ML merci")
    office.decide(line.id, "MISSION:ML")
    office.send()
    (sent,) = office.outbox.sent
    assert sent.recipient == "ml@missions.example"
    assert b"Transmis" in sent.data or b"transmet" in sent.data


def test_deliveries_of_restricted_messages_are_for_the_cleared(office: Office) -> None:
    from triage.flow.sending.oversight import Oversight, hand_over
    from triage.store import deliveries

    line = office.one("misconduct of a staff member")
    delivery_id = hand_over(
        office.store,
        message_id=line.id,
        version=None,
        officer=CLEARED,
        now=office.clock.now(),
        undo_seconds=60.0,
        to=Oversight("oversight@justice.example", "https://triage.office.example"),
    )
    with office.store.read() as tx:
        assert deliveries.list_page(tx, viewer=OFFICER) == []
        assert len(deliveries.list_page(tx, viewer=CLEARED)) == 1
    office.outbox.script = ["silent"]
    office.send()
    with pytest.raises(NotFound):
        settle(
            office.store,
            delivery_ids=[delivery_id],
            arrived=True,
            officer=OFFICER,
            now=office.clock.now(),
        )


def test_sends_and_settles_are_on_record_without_names(office: Office) -> None:
    _, delivery_id = _decided(office)
    office.outbox.script = ["silent"]
    office.send()
    officer = Person(None, "Amina Diallo")
    settle(office.store, delivery_ids=[delivery_id], arrived=True, officer=officer, now=office.clock.now())
    with office.store.read() as tx:
        record = audit.entries(tx)
        assert audit.verify(tx).whole
    assert [entry.act for entry in record] == [audit.Act.DECIDED, audit.Act.SETTLED]
    assert all("Amina" not in entry.actor and entry.actor.startswith("name:") for entry in record)


def test_mail_without_a_readable_sender_is_forwarded_too(office: Office) -> None:
    office.arrive(mail(sender="undisclosed"))
    (line,) = office.messages()
    office.decide(line.id)
    office.send()
    assert office.state(line.id) is MessageState.FORWARDED


def test_content_that_cannot_be_opened_keeps_nobody_else_waiting(office: Office) -> None:
    broken, _ = _decided(office)
    whole, _ = _decided(office)
    with office.store.begin() as tx:
        raw = select(messages.c.raw_blob_id).where(messages.c.id == broken).scalar_subquery()
        tx.connection.execute(update(blobs).where(blobs.c.id == raw).values(data=b"damaged by a failing disk, alas"))
    for _ in range(4):
        office.send()
        office.clock.pass_(4 * 3600)
    assert office.state(whole) is MessageState.FORWARDED
    assert office.state(broken) is MessageState.IN_REVIEW
    assert office.deliveries(DeliveryState.FAILED)[0].error_code == "content_unreadable"


def test_erased_content_is_not_sent(office: Office) -> None:
    from triage.store import blobs as contents

    message_id, _ = _decided(office)
    with office.store.begin() as tx:
        raw = tx.connection.execute(select(messages.c.raw_blob_id).where(messages.c.id == message_id)).scalar_one()
        contents.erase(tx, [raw])
    office.send()
    assert office.state(message_id) is MessageState.IN_REVIEW
    assert office.deliveries(DeliveryState.FAILED)[0].error_code == "cannot_be_composed"
