"""Several workers and pollers at once: each mail is stored once, thought about once, sent once."""

import threading
from collections import Counter
from collections.abc import Callable

import pytest

from tests.store.office import OFFICER, THRESHOLDS, UNDO_SECONDS, Office
from tests.store.parts import OWN, DirectReader, FirstWord, ListSource, mail
from triage.domain.lifecycle import DeliveryState, MessageState
from triage.flow.arriving.ingest import Ingest
from triage.flow.desk.bulk import decide_many
from triage.flow.desk.decide import Classify
from triage.store.engine import Store

WORKERS = 4
MAILS = 200


def at_once(*jobs: Callable[[], object]) -> None:
    """Runs jobs in threads that start together; the first error of any of them is raised."""
    gate = threading.Barrier(len(jobs))
    errors: list[BaseException] = []

    def run(job: Callable[[], object]) -> None:
        gate.wait()
        try:
            job()
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]


def _mails(number: int) -> list[bytes]:
    return [mail(f"DMM text {n}", message_id=f"<{n}@x.example>") for n in range(number)]


def test_each_delivery_is_sent_once(office: Office) -> None:
    office.arrive(*_mails(MAILS))
    many = decide_many(office.store, officer=OFFICER, now=office.clock.now(), undo_seconds=UNDO_SECONDS)
    assert many.queued == MAILS
    office.clock.pass_(UNDO_SECONDS)
    stores = [Store(office.store.url, office.store.keyring) for _ in range(WORKERS)]
    shares: Counter[str] = Counter()

    def work(place: int) -> None:
        sender = office.worker(f"worker-{place}")
        sender._store = stores[place]
        while done := sender.step(limit=7):
            shares[f"worker-{place}"] += done

    at_once(*(lambda place=place: work(place) for place in range(WORKERS)))
    for store in stores:
        store.dispose()
    left = Counter(outgoing.delivery_id for outgoing in office.outbox.sent)
    assert len(left) == MAILS and set(left.values()) == {1}
    assert sum(shares.values()) == MAILS
    assert {d.state for d in office.deliveries()} == {DeliveryState.SENT}
    books = office.books()
    assert books.balanced, books.differences
    assert books.messages[MessageState.FORWARDED] == MAILS


def test_each_message_is_classified_once(office: Office) -> None:
    office.source.mails = _mails(100)
    office.ingest.poll(office.source)
    moved: list[int] = []

    def work() -> None:
        worker = Classify(store=office.store, classifier=FirstWord(), clock=office.clock, thresholds=THRESHOLDS)
        while done := worker.step(limit=9):
            moved.append(done)

    at_once(work, work, work)
    assert sum(moved) == 100
    lines = office.messages()
    assert {line.state for line in lines} == {MessageState.IN_REVIEW}
    assert all(line.version == 2 for line in lines)


@pytest.mark.parametrize("same_source", [True, False], ids=["one mailbox", "two paths"])
def test_pollers_at_once_store_each_mail_once(office: Office, same_source: bool) -> None:
    mails = _mails(60)
    boxes = [ListSource(list(mails), name="box" if same_source else f"box-{n}") for n in range(3)]

    def poll(box: ListSource) -> None:
        Ingest(store=office.store, reader=DirectReader(), clock=office.clock, own=OWN, batch_size=7).poll(box)

    at_once(*(lambda box=box: poll(box) for box in boxes))
    office.ingest.resume()
    assert len(office.messages()) == 60
    books = office.books()
    assert books.balanced, books.differences
    assert (books.pending, books.stored) == (0, 60)
    assert books.duplicate == (0 if same_source else 120)


def test_one_poller_at_a_time_tells_the_source(office: Office) -> None:
    source = ListSource(mails=_mails(3))
    other = Store(office.store.url, office.store.keyring)
    ingest = Ingest(store=office.store, reader=DirectReader(), clock=office.clock, own=OWN)
    with other.alone_with(f"telling {source.name} {source.folder}"):
        assert ingest.poll(source).stored == 3
        assert source.told == ([] if office.store.many_workers else [1, 2, 3])
    assert ingest.poll(source).stored == 0
    assert source.told == [1, 2, 3], "the next poll tells the rest, and nothing twice"
    other.dispose()
