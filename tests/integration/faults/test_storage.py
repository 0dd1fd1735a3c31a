"""The disk full and the database away: nothing is lost, no source is told too early, and the work goes on by itself."""

import os
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.bench.mails import generate
from tests.rig.postgres import Postgres, binaries
from tests.store.parts import OWN, DirectReader, FirstWord, ListSource, SetClock
from triage.domain.errors import Transient
from triage.domain.lifecycle import MessageState
from triage.domain.policy import Thresholds
from triage.flow.arriving.ingest import Ingest
from triage.flow.desk.decide import Classify
from triage.store import ledger, migrate
from triage.store.engine import Store
from triage.store.keys import Keyring
from triage.worker.loop import Work, run
from triage.worker.loops import IngestLoop, TimedSource, WorkLoop

MAILS = 200
PATIENCE_SECONDS = 120
KEYS = Keyring.from_secret("a secret that only the tests know, long enough")
THRESHOLDS = Thresholds(0.99, 0.99, 0.5, frozenset({"en", "fr", "es"}))


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Path]:
    """A file system of its own; only root may mount one."""
    folder.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if done.returncode:
        text = "a small tmpfs cannot be mounted here (needs root with CAP_SYS_ADMIN)"
        if os.environ.get("CI"):
            pytest.fail(text)
        pytest.skip(text)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def books(store: Store) -> ledger.Books:
    with store.read() as tx:
        found = ledger.books(tx)
    assert found.balanced, found.differences
    return found


def test_sqlite_full_in_the_middle_of_ingest(tmp_path: Path) -> None:
    source = ListSource(list(generate(MAILS, seed=5)))
    with small_disk(tmp_path / "disk", 12) as disk:
        url = f"sqlite:///{disk}/triage.sqlite"
        migrate.upgrade(url)
        ballast = disk / "ballast"
        ballast.write_bytes(b"x" * 8_500_000)
        store = Store(url, KEYS)
        ingest = Ingest(store=store, reader=DirectReader(), clock=SetClock(), own=OWN, batch_size=10)
        troubles = 0
        for _ in range(3):
            try:
                troubles += ingest.poll(source).error == "database_away"
            except Transient:
                troubles += 1
            standing = books(store)
            assert standing.stored + standing.pending < MAILS
            assert len(source.told) == len(set(source.told)) <= standing.stored, "nothing is told that is not stored"
        assert troubles == 3
        ballast.unlink()
        assert ingest.poll(source).error is None
        standing = books(store)
        assert (standing.seen, standing.stored, standing.pending) == (MAILS, MAILS, 0)
        assert sorted(set(source.told)) == list(range(1, MAILS + 1))
        store.dispose()


@pytest.fixture
def fragile_postgres() -> Iterator[Postgres]:
    """A server of this test's own, which may be stopped."""
    programs = binaries()
    if programs is None:
        if os.environ.get("CI"):
            pytest.fail("PostgreSQL is not installed")
        pytest.skip("PostgreSQL is not installed (apt-get install postgresql)")
    server = Postgres(programs)
    yield server
    server.stop()


def until(fact: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while not fact():
        assert time.monotonic() < end, "not in time"
        time.sleep(0.1)


class _Slow(ListSource):
    """A mailbox that takes its time, so that the database goes away in the middle."""

    def poll(self, *arguments: object) -> Iterator[object]:  # type: ignore[override]
        for batch in super().poll(*arguments):  # type: ignore[arg-type]
            time.sleep(0.05)
            yield batch


@pytest.mark.postgres
def test_a_worker_outlives_a_database_that_goes_away(fragile_postgres: Postgres) -> None:
    url = fragile_postgres.database()
    migrate.upgrade(url)
    store, clock = Store(url, KEYS), SetClock()
    source = _Slow(list(generate(MAILS, seed=6)))
    ingest = Ingest(store=store, reader=DirectReader(), clock=clock, own=OWN, batch_size=10)
    classify = Classify(store=store, classifier=FirstWord(), clock=clock, thresholds=THRESHOLDS)
    work = Work(
        store, clock, "w", ingest=[IngestLoop(ingest, TimedSource(source, 0.1), clock)], work=WorkLoop([classify])
    )
    worker = threading.Thread(target=run, args=(work,))
    worker.start()
    try:
        until(lambda: len(source.told) >= 30)
        fragile_postgres.halt()
        told = len(source.told)
        assert told < MAILS
        time.sleep(4)
        assert worker.is_alive()
        assert len(source.told) <= told + 10
        fragile_postgres.resume()
        clock.pass_(3600)
        until(lambda: sorted(set(source.told)) == list(range(1, MAILS + 1)))
        until(lambda: books(store).messages[MessageState.RECEIVED] == 0)
    finally:
        work.stop.set()
        worker.join(30)
    assert not worker.is_alive()
    standing = books(store)
    assert (standing.seen, standing.stored, standing.pending, standing.duplicate) == (MAILS, MAILS, 0, 0)
    store.dispose()
