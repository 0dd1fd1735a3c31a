"""Two pollers on one real mailbox and three workers at once on PostgreSQL, over a line that is cut again and again."""

import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from tests.bench.mails import generate
from tests.integration.faults.test_lines import imap_through
from tests.rig import leaks_forgiven
from tests.rig.dovecot import Dovecot
from tests.rig.postgres import Postgres
from tests.rig.proxy import Fault, Plan, Proxy, proxy_to
from tests.rig.smtp import Sink
from tests.store.office import OFFICER, THRESHOLDS
from tests.store.parts import OFFICES, OWN, START, UNITS, DirectReader, FirstWord, SetClock
from triage.channels.smtp import SmtpChannel
from triage.config import Channel
from triage.domain.lifecycle import DeliveryState
from triage.domain.taxonomy import Destination, Route
from triage.flow.arriving.ingest import Ingest
from triage.flow.desk.bulk import decide_many
from triage.flow.desk.decide import Classify
from triage.flow.sending.forward import Forward, ServiceAddress
from triage.store import deliveries, ledger, migrate, organisation
from triage.store.engine import Store
from triage.store.keys import Keyring

MAILS = 60
# The lines break for so many turns; then what is left goes over good ones, so that a slow machine comes to an end, too.
TURNS_WITH_FAULTS = 40
PATIENCE_SECONDS = 270


@pytest.fixture
def url(postgres: Postgres) -> Iterator[str]:
    made = postgres.database()
    migrate.upgrade(made)
    yield made


@pytest.fixture
def open_store(url: str) -> Iterator[Callable[[], Store]]:
    """Opens stores of the one database, each with lines of its own, and closes them whatever happens."""
    keyring = Keyring.from_secret("a secret that only the tests know, long enough")
    with ExitStack() as stack:

        def opened() -> Store:
            store = Store(url, keyring)
            stack.callback(store.dispose)
            return store

        yield opened


def books(store: Store) -> ledger.Books:
    with store.read() as tx:
        return ledger.books(tx)


class Crowd:
    """Threads that repeat a step, each with a store of its own, until told to stop. What they raise is kept."""

    def __init__(self) -> None:
        self.stop = threading.Event()
        self.errors: list[BaseException] = []
        self._threads: list[threading.Thread] = []

    def add(self, step: object) -> None:
        def work() -> None:
            while not self.stop.is_set():
                try:
                    moved = step()  # type: ignore[operator]
                except BaseException as error:
                    self.errors.append(error)
                    return
                if not moved:
                    self.stop.wait(0.05)

        self._threads.append(threading.Thread(target=work))
        self._threads[-1].start()

    def end(self) -> None:
        self.stop.set()
        for thread in self._threads:
            thread.join(60)


def cut(proxy: Proxy, chance: random.Random, *, reach: int) -> None:
    """Lines opened from now on break somewhere."""
    proxy.plan = Plan(chance.choice((Fault.CUT, Fault.CUT, Fault.NONE)), chance.randrange(reach), chance.random() < 0.5)


@pytest.mark.dovecot
@pytest.mark.postgres
def test_two_pollers_and_three_workers_over_lines_that_break(
    open_store: Callable[[], Store], dovecot: Dovecot, smtp_sink: Sink
) -> None:
    chance, clock = random.Random(31), SetClock()
    mails = list(generate(MAILS, seed=31))
    dovecot.fill(mails)
    store = open_store()
    with store.begin() as tx:
        organisation.seed(tx, UNITS, OFFICES)
    stores = [open_store() for _ in range(5)]
    crowd = Crowd()
    channels: list[SmtpChannel] = []
    with leaks_forgiven(), proxy_to(dovecot.port) as imap, proxy_to(smtp_sink.port) as smtp:
        sources = [imap_through(imap, dovecot, timeout_seconds=5.0) for _ in range(2)]
        try:
            for own, source in zip(stores[:2], sources, strict=True):
                ingest = Ingest(store=own, reader=DirectReader(), clock=clock, own=OWN, batch_size=7)
                crowd.add(lambda ingest=ingest, source=source: ingest.poll(source).seen)
            settings = Channel(
                kind="smtp", host="127.0.0.1", port=smtp.port, security="plain", timeout_seconds=5.0,
                **{"from": "ipd@office.example"},
            )  # fmt: skip
            for place, own in enumerate(stores[2:]):
                classify = Classify(store=own, classifier=FirstWord(), clock=clock, thresholds=THRESHOLDS)
                channels.append(SmtpChannel(settings))
                sender = Forward(
                    store=own, channel=channels[-1], clock=clock, worker_name=f"w{place}",
                    service=ServiceAddress("ipd@office.example", OWN), alone=False, attempts=50,
                )  # fmt: skip
                crowd.add(lambda classify=classify, sender=sender: classify.step(9) + sender.step(3))
            end = time.monotonic() + PATIENCE_SECONDS
            turns = 0
            while not settled(store) or dovecot.files():
                turns += 1
                assert time.monotonic() < end, books(store)
                assert not crowd.errors, crowd.errors
                decide_many(store, officer=OFFICER, now=clock.now(), undo_seconds=0, destination=Destination(Route.DMM))
                if turns <= TURNS_WITH_FAULTS:
                    cut(imap, chance, reach=200_000)
                    cut(smtp, chance, reach=60_000)
                else:
                    imap.plan = smtp.plan = Plan()
                clock.pass_(600)
                time.sleep(0.2)
        finally:
            crowd.end()
            for part in (*sources, *channels):
                part.close()
    assert not crowd.errors, crowd.errors
    standing = books(store)
    assert standing.balanced, standing.differences
    assert (standing.stored, standing.pending, standing.duplicate) == (MAILS, 0, 0)
    assert dovecot.files() == [] and len(dovecot.files("Stored")) == MAILS
    ids = Counter(raw.partition(b"Message-ID: <")[2].partition(b"@")[0].decode() for _, _, raw in smtp_sink.mails)
    assert [one for one, number in ids.items() if number > 1] == []
    with store.read() as tx:
        unsure = {
            view.id
            for view in deliveries.list_page(
                tx, viewer=OFFICER, states=[DeliveryState.UNKNOWN, DeliveryState.FAILED], limit=MAILS
            )
        }
    assert len(set(ids) | unsure) == MAILS
    assert clock.now() > START


def settled(store: Store) -> bool:
    standing = books(store)
    waiting = (DeliveryState.PENDING, DeliveryState.SENDING)
    return sum(standing.deliveries.values()) >= MAILS and not any(standing.deliveries[state] for state in waiting)
