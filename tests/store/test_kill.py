"""SIGKILL at every step and at random moments, over real channels: nothing lost, no delivery twice by itself."""

import json
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_bytes
from pathlib import Path
from typing import Any

import pytest

from tests.rig.smtp import Sink
from tests.store.conftest import SECRET
from tests.store.office import CLEARED, OFFICER, Office
from tests.store.parts import OWN, mail
from tests.store.worker_program import wire
from triage.domain.lifecycle import DeliveryState, MessageState
from triage.flow.desk.bulk import decide_many
from triage.flow.sending.forward import settle
from triage.worker.lock import worker_lock
from triage.worker.loop import locks, run_once

LEASE_SECONDS = 1.5
PATIENCE_SECONDS = 60


class Place:
    """An inbox folder, an outbox, and workers over one store."""

    def __init__(self, office: Office, folder: Path, sink: Sink | None) -> None:
        self.office, self.folder, self.sink = office, folder, sink
        (folder / "inbox").mkdir()
        self.running: list[subprocess.Popen[str]] = []

    def fill(self, number: int) -> list[bytes]:
        """Mails lie in the inbox."""
        raws = [mail(f"DMM text {n}", message_id=f"<{n}@x.example>", subject=f"Mail {n}") for n in range(number)]
        for n, raw in enumerate(raws):
            (self.folder / "inbox" / f"{n:04}.eml").write_bytes(raw)
        return raws

    def _spec(self, **more: object) -> dict[str, Any]:
        return {
            "url": self.office.store.url, "secret": SECRET, "folder": str(self.folder), "lease_seconds": LEASE_SECONDS,
            "channel": "smtp" if self.sink else "maildir", "port": self.sink.port if self.sink else 0,
        } | more  # fmt: skip

    def start(self, **more: object) -> subprocess.Popen[str]:
        """A worker process that has come up."""
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.store.worker_program", json.dumps(self._spec(**more))],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[2],
        )
        self.running.append(process)
        assert process.stdout is not None
        assert process.stdout.readline().strip() == "ready", process.stderr and process.stderr.read()
        return process

    def dies(self, point: str) -> bool:
        """A worker process that is to die at a point."""
        process = self.start(die=point)
        process.communicate(timeout=PATIENCE_SECONDS)
        return process.returncode == -signal.SIGKILL

    def work(self) -> None:
        """A worker in this process, until there is nothing left to do."""
        with locks(self.office.store, ingest=True, work=True) as alone:
            work, channel = wire(self._spec(), self.office.store, alone=alone)
            run_once(work)
            channel.close()

    def decide_all(self) -> int:
        """Everything in review is confirmed, to leave at once."""
        return decide_many(self.office.store, officer=OFFICER, now=datetime.now(UTC), undo_seconds=0).queued

    def arrived(self) -> list[bytes]:
        """What is at the far end."""
        if self.sink is not None:
            return [data for _, _, data in self.sink.mails]
        return [path.read_bytes() for path in sorted((self.folder / "outbox" / "new").glob("*"))]

    def arrived_ids(self) -> Counter[str]:
        """The delivery ids at the far end."""
        ids = (str(message_from_bytes(data)["Message-ID"]).strip("<>").partition("@")[0] for data in self.arrived())
        return Counter(ids)

    def stop(self) -> None:
        """Ends what this object started."""
        for process in self.running:
            if process.poll() is None:
                process.kill()
            process.communicate()


@pytest.fixture
def place(office: Office, tmp_path: Path) -> Iterator[Place]:
    """The store on both databases, with a Maildir outbox."""
    made = Place(office, tmp_path, None)
    yield made
    made.stop()


@pytest.fixture(params=["smtp", "maildir"])
def sending(request: pytest.FixtureRequest, place: Place) -> Place:
    """The same with either channel."""
    if request.param == "smtp":
        place.sink = request.getfixturevalue("smtp_sink")
    return place


@pytest.mark.parametrize("point", ["reader", "acknowledge", "classifier"])
def test_killed_on_the_way_in(place: Place, point: str) -> None:
    raws = place.fill(30)
    assert place.dies(point)
    place.work()
    lines = place.office.messages()
    assert len(lines) == len(raws)
    assert {line.state for line in lines} == {MessageState.IN_REVIEW}
    books = place.office.books()
    assert books.balanced, books.differences
    assert books.pending == 0


@pytest.mark.parametrize("point", ["before_body", "in_body", "after_body"])
def test_killed_on_the_way_out(sending: Place, point: str) -> None:
    sending.fill(1)
    sending.work()
    assert sending.decide_all() == 1
    assert sending.dies(point)
    time.sleep(LEASE_SECONDS)
    sending.work()
    (delivery,) = sending.office.deliveries()
    (line,) = sending.office.messages()
    if sending.sink is None or point == "before_body":
        assert (delivery.state, line.state) == (DeliveryState.SENT, MessageState.FORWARDED)
        assert sending.arrived_ids() == {delivery.id: 1}
    else:
        assert (delivery.state, line.state) == (DeliveryState.UNKNOWN, MessageState.QUEUED)
        assert sending.arrived_ids() == ({delivery.id: 1} if point == "after_body" else {})
    assert sending.office.books().balanced


def test_killed_at_random_moments(sending: Place) -> None:
    """Kills are triggered by progress at the far end, so that they fall into the sending on any machine."""
    number, chance = 40, random.Random(7)
    raws = sending.fill(number)
    sending.work()
    assert sending.decide_all() == number
    for _ in range(5):
        worker = sending.start()
        goal, end = len(sending.arrived()) + chance.randint(1, 6), time.monotonic() + PATIENCE_SECONDS
        while len(sending.arrived()) < min(goal, number - 2) and time.monotonic() < end:
            time.sleep(0.002)
        time.sleep(chance.random() * 0.01)
        worker.kill()
        worker.communicate()
    time.sleep(LEASE_SECONDS)
    sending.work()
    states = Counter(delivery.state for delivery in sending.office.deliveries())
    unknown = {delivery.id for delivery in sending.office.deliveries(DeliveryState.UNKNOWN)}
    ids = sending.arrived_ids()
    assert set(ids.values()) == {1}, "no delivery id twice"
    assert len(set(ids) | unknown) == number, "arrived + unknown = confirmed"
    if sending.sink is None:
        assert states == {DeliveryState.SENT: number}
    books = sending.office.books()
    assert books.balanced, books.differences

    there = unknown & set(ids)
    for some, arrived in ((there, True), (unknown - there, False)):
        settle(sending.office.store, delivery_ids=sorted(some), arrived=arrived, officer=CLEARED, now=datetime.now(UTC))
    sending.work()
    assert sending.arrived_ids() == Counter({delivery.id: 1 for delivery in sending.office.deliveries()})
    assert {line.state for line in sending.office.messages()} == {MessageState.FORWARDED}
    arrived = b"".join(sending.arrived())
    assert all(arrived.count(raw) == 1 for raw in raws), "each original once, byte for byte"
    assert sending.office.books().balanced
    assert OWN.message_id_domain.encode() in arrived


def test_a_second_worker_on_sqlite_says_so_in_one_line(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'store.sqlite'}"
    program = (
        "import sys\nfrom triage.domain.errors import ConfigError\nfrom triage.worker.lock import worker_lock\n"
        "try:\n    worker_lock(sys.argv[1], sys.argv[2]).__enter__()\n"
        "except ConfigError as error:\n    sys.exit(str(error))"
    )

    def second(task: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", program, url, task]
        return subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parents[2])

    with worker_lock(url, "work") as alone:
        assert alone
        refused = second("work")
        assert (refused.returncode, refused.stderr.count("\n")) == (1, 1)
        assert "another process" in refused.stderr
        assert second("ingest").returncode == 0, "another task is not locked"
    assert second("work").returncode == 0, "the lock goes with its holder"
    with worker_lock("postgresql+psycopg://x/y", "work") as alone:
        assert not alone


def test_a_worker_ends_in_good_order_when_asked(place: Place) -> None:
    from triage.store import workers

    place.fill(3)
    process = place.start()
    end = time.monotonic() + PATIENCE_SECONDS
    while len(place.office.messages()) < 3 and time.monotonic() < end:
        time.sleep(0.05)
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 0
    with place.office.store.read() as tx:
        (worker,) = workers.list_workers(tx)
    assert worker.stopped_at is not None and worker.pid == process.pid
    assert len(place.office.messages()) == 3
