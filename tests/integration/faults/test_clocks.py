"""Clocks that jump: back an hour, forward a day, in the middle of the work. Nothing lost, nothing twice, nobody waits."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.store.office import CLEARED, OFFICER, Office
from tests.store.parts import ListSource, Outbox, SetClock, mail
from triage.domain.lifecycle import DeliveryState, MessageState
from triage.domain.ports import BodyStarts, Outgoing
from triage.flow.desk.bulk import decide_many
from triage.store import migrate, workers
from triage.store.engine import Store
from triage.store.keys import Keyring
from triage.worker.loop import Work, run
from triage.worker.loops import IngestLoop, TimedSource

HOUR, DAY = 3600.0, 86_400.0
MAILS = 12


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    url = f"sqlite:///{tmp_path}/triage.sqlite"
    migrate.upgrade(url)
    store = Store(url, Keyring.from_secret("a secret that only the tests know, long enough"))
    yield Office(store)
    store.dispose()


def mails(first: int, count: int) -> list[bytes]:
    return [mail(f"DMM text {n}", message_id=f"<{n}@x.example>") for n in range(first, first + count)]


class Jumping(Outbox):
    """A channel during whose every send the clock jumps, before the body or after it."""

    def __init__(self, clock: SetClock, jumps: list[float], *, before_body: bool) -> None:
        super().__init__()
        self.clock, self.jumps, self.before_body = clock, jumps, before_body

    def send(self, mail: Outgoing, body_starts: BodyStarts) -> None:
        jump = self.jumps.pop(0) if self.jumps else 0.0
        if self.before_body:
            self.clock.pass_(jump)
        super().send(mail, body_starts)
        if not self.before_body:
            self.clock.pass_(jump)


@pytest.mark.parametrize("before_body", [True, False], ids=["before the body", "after the body"])
@pytest.mark.parametrize("alone", [True, False], ids=["alone", "one of many"])
def test_no_jump_sends_twice_or_loses(office: Office, alone: bool, before_body: bool) -> None:
    office.arrive(*mails(0, MAILS))
    decide_many(office.store, officer=OFFICER, now=office.clock.now(), undo_seconds=60)
    office.clock.pass_(61)
    outbox = Jumping(office.clock, [-HOUR, DAY, 0, DAY, -HOUR, -HOUR, 0, DAY], before_body=before_body)
    office.outbox = outbox
    first, second = office.worker("one", alone=alone), office.worker("two", alone=alone)
    for _ in range(MAILS * 3):
        first.step(limit=2)
        if not alone:
            second.step(limit=2)
        office.clock.pass_(HOUR)
    sent = Counter(outgoing.delivery_id for outgoing in outbox.sent)
    assert not [one for one, number in sent.items() if number > 1]
    states = Counter(delivery.state for delivery in office.deliveries())
    assert set(states) <= {DeliveryState.SENT, DeliveryState.UNKNOWN, DeliveryState.FAILED}
    unknown = {delivery.id for delivery in office.deliveries(DeliveryState.UNKNOWN)}
    failed = {delivery.id for delivery in office.deliveries(DeliveryState.FAILED)}
    assert len(set(sent) | unknown | failed) == MAILS
    assert office.books().balanced


def test_a_clock_put_back_holds_up_no_poll(office: Office) -> None:
    box = ListSource(mails(0, 3), name="other")
    loop = IngestLoop(office.ingest, TimedSource(box, 30), office.clock)
    assert loop.once().stored == 3
    office.clock.pass_(-HOUR)
    box.mails += mails(3, 2)
    loop._turn()
    assert box.told == [1, 2, 3, 4, 5], "at once, not in an hour"
    office.clock.pass_(DAY)
    box.mails += mails(5, 1)
    loop._turn()
    assert box.told[-1] == 6
    assert office.books().balanced


def test_jumps_under_a_running_worker(office: Office) -> None:
    box = ListSource(mails(0, 2), name="other")
    work = Work(
        office.store, office.clock, "w", ingest=[IngestLoop(office.ingest, TimedSource(box, 0.2), office.clock)]
    )
    worker = threading.Thread(target=run, args=(work,))
    worker.start()
    try:
        for number, jump in enumerate((-HOUR, DAY, -DAY, HOUR), start=1):
            wait_for(lambda number=number: len(box.told) == 2 * number, office)
            box.mails += mails(2 * number, 2)
            office.clock.pass_(jump)
        wait_for(lambda: len(box.told) == 10, office)
    finally:
        work.stop.set()
        worker.join()
    while office.classify.step():
        pass
    assert [line.state for line in office.messages(CLEARED)] == [MessageState.IN_REVIEW] * 10
    with office.store.read() as tx:
        (seen,) = workers.list_workers(tx)
    assert seen.name == "w"
    assert office.books().balanced


def wait_for(fact: Callable[[], bool], office: Office) -> None:
    """The time that passes meanwhile passes on the clock that was set, too."""
    end = time.monotonic() + 240
    while not fact():
        assert time.monotonic() < end
        time.sleep(0.05)
        office.clock.pass_(0.05)
