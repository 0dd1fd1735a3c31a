"""An officer marks an ordinary message as a report of misconduct: nothing more of it leaves, and the cleared alone see it."""

import pytest

from tests.store.office import CLEARED, OFFICER, Office
from triage.domain.errors import NotFound, Refused, Stale
from triage.domain.lifecycle import DeliveryState, MessageState
from triage.domain.taxonomy import Destination
from triage.flow.desk import review
from triage.flow.desk.look import look
from triage.flow.desk.report import mark_as_report
from triage.store import audit, leases
from triage.store.messages import restrict
from triage.store.queues import Queue


def mark(office: Office, message_id: int, **more: object) -> MessageState:
    given: dict[str, object] = {"version": None, "officer": OFFICER} | more
    return mark_as_report(office.store, message_id=message_id, now=office.clock.now(), **given)  # type: ignore[arg-type]


def sent_bodies(office: Office) -> int:
    return len(office.outbox.sent)


def acts(office: Office) -> list[str]:
    with office.store.read() as tx:
        assert audit.verify(tx).whole
        return [entry.act for entry in audit.entries(tx)]


def test_what_waits_to_leave_is_held_back(office: Office) -> None:
    line = office.one()
    office.decide(line.id, "DMM", copies=[Destination.parse("IML")])
    assert mark(office, line.id) is MessageState.IN_REVIEW
    assert {one.state for one in office.deliveries()} == {DeliveryState.CANCELLED}
    office.send()
    assert sent_bodies(office) == 0
    after = office.message(line.id)
    assert (after.state, after.restricted) == (MessageState.IN_REVIEW, True)
    assert office.queue(Queue.REVIEW) == [] and line.id in office.queue(Queue.RESTRICTED, CLEARED)
    with pytest.raises(NotFound):
        look(office.store, viewer=OFFICER, message_id=line.id, now=office.clock.now())
    with pytest.raises(Refused, match="no unit or mission"):
        office.decide(line.id, "DMM", officer=CLEARED)
    assert audit.Act.RESTRICTED in acts(office)
    assert office.books().balanced


def test_a_mail_that_is_tried_again_later_is_held_back_by_the_worker(office: Office) -> None:
    """However it became a report: the worker itself looks before it takes mail up."""
    line = office.one()
    office.decide(line.id, "DMM")
    office.outbox.script = ["transient"]
    office.send()
    assert office.deliveries()[0].state is DeliveryState.PENDING
    with office.store.begin() as tx:
        restrict(tx, message_id=line.id)
    office.clock.pass_(86400)
    office.send()
    assert sent_bodies(office) == 0
    assert office.deliveries()[0].state is DeliveryState.CANCELLED
    assert office.state(line.id) is MessageState.IN_REVIEW
    assert audit.Act.HELD_BACK in acts(office)
    assert office.books().balanced


def test_a_worker_that_has_it_in_hand_may_not_begin(office: Office) -> None:
    line = office.one()
    office.decide(line.id, "DMM")
    office.clock.pass_(60)
    now = office.clock.now()
    with office.store.begin() as tx:
        (claim,) = leases.claim(tx, worker="worker-2", now=now, lease_seconds=60, limit=5)
    assert mark(office, line.id) is MessageState.QUEUED  # it is leaving at this moment, as far as the officer can know
    with pytest.raises(Stale), office.store.begin() as tx:
        leases.body_starts(tx, claim=claim, now=now, lease_seconds=60, repeatable=False)
    office.clock.pass_(120)
    office.forward.step()
    office.forward.step()
    assert sent_bodies(office) == 0
    assert office.state(line.id) is MessageState.IN_REVIEW


def test_what_units_have_stays_with_them_and_the_officer_learns_it(office: Office) -> None:
    line = office.one()
    office.decide(line.id, "DMM")
    office.send()
    assert mark(office, line.id) is MessageState.FORWARDED
    assert office.message(line.id).restricted


def test_it_can_be_marked_once_and_by_whoever_has_the_newest_view(office: Office) -> None:
    line = office.one()
    with pytest.raises(Stale):
        mark(office, line.id, version=line.version + 1)
    mark(office, line.id, version=line.version)
    with pytest.raises(NotFound):
        mark(office, line.id)
    with pytest.raises(Refused, match="already"):
        mark(office, line.id, officer=CLEARED)
    with pytest.raises(Stale):  # a colleague who had it open before
        review.decide(
            office.store, message_id=line.id, version=line.version, destination=Destination.parse("IPD"), officer=CLEARED,
            now=office.clock.now(), undo_seconds=0,
        )  # fmt: skip


def test_machine_mail_is_not_marked(office: Office) -> None:
    office.one()
    with office.store.begin() as tx:
        tx.connection.exec_driver_sql("UPDATE messages SET state = 'machine'")
    with pytest.raises(Refused):
        mark(office, 1)
