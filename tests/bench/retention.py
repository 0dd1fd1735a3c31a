"""`python -m tests.bench.retention [--messages N]`: how long a round of retention takes on SQLite.

Fills a store through the real ingest with N mails, lets a year pass, and runs a whole round over all of them but 100.
Prints JSON: for each stage the seconds on the clock and of CPU (which other work on the machine does not touch), the
longest that one batch holds the writer, the milliseconds in which pages of the screens are there before and after, the
peak memory of the process in megabytes and the size of the file.
"""

import argparse
import json
import resource
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import update

from tests.store.office import CLEARED, Office
from tests.store.parts import OWN, DirectReader, mail
from triage.domain.lifecycle import MessageState
from triage.domain.protection import Periods
from triage.flow.arriving.ingest import Ingest
from triage.flow.desk.look import look
from triage.flow.protection.retain import Retain
from triage.store import listing
from triage.store.engine import Store
from triage.store.keys import Keyring
from triage.store.migrate import upgrade
from triage.store.queues import Queue
from triage.store.tables import messages

KEPT_BACK = 100
YEAR_SECONDS = 400 * 86400


def main() -> None:
    """Measures and prints."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--messages", type=int, default=100_000)
    chosen = arguments.parse_args()
    stages: dict[str, dict[str, float]] = {}
    folder = Path(tempfile.mkdtemp(prefix="triage-bench-"))
    try:
        path = folder / "store.sqlite"
        upgrade(f"sqlite:///{path}")
        store = Store(f"sqlite:///{path}", Keyring.open(folder / "keys", create=True))
        office = Office(store)
        with stage(stages, "ingest"):
            _fill(office, chosen.messages)
        before = screens(office)
        office.clock.pass_(YEAR_SECONDS)
        worker = Retain(store=store, clock=office.clock, periods=Periods(raw=30, text=60, notes=90))
        with stage(stages, "dry_run"):
            worker.plan()
        batches: list[float] = []
        with stage(stages, "round"):
            while True:
                begun = time.perf_counter()
                if not worker.step():
                    break
                batches.append(time.perf_counter() - begun)
        after = screens(office)
        books = office.books().balanced
        store.dispose()
        report = {
            "messages": chosen.messages,
            "stages": stages,
            "batches": len(batches),
            "longest_batch_seconds": round(max(batches), 2),
            "screens_before_ms": before,
            "screens_after_ms": after,
            "books_balance": books,
            "peak_memory_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
            "file_mb": round(path.stat().st_size / 1e6),
        }
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(json.dumps(report, indent=1))


def _fill(office: Office, number: int) -> None:
    office.ingest = Ingest(store=office.store, reader=DirectReader(), clock=office.clock, own=OWN, batch_size=500)
    for start in range(0, number, 5000):
        office.source.mails += [
            mail(f"DMM zebrafinch {n} asks about boat {n * 7919 % 10_007}", subject=f"Quokka {n}", message_id=f"<{n}@x.example>")
            for n in range(start, min(start + 5000, number))
        ]  # fmt: skip
        office.ingest.poll(office.source)
    with office.store.begin() as tx:
        settled = update(messages).where(messages.c.id > KEPT_BACK).values(state=MessageState.KEPT)
        tx.connection.execute(settled)
        waiting = update(messages).where(messages.c.id <= KEPT_BACK).values(state=MessageState.IN_REVIEW)
        tx.connection.execute(waiting)


def screens(office: Office) -> dict[str, float]:
    """Milliseconds for what the screens ask of the store: counts, the queue, the kept ones, one message."""
    now, found = office.clock.now(), {}
    with office.store.read() as tx:
        for name, ask in (
            ("counts", lambda: listing.counts(tx, viewer=CLEARED, now=now)),
            ("review", lambda: listing.list_page(tx, viewer=CLEARED, queue=Queue.REVIEW, now=now)),
            ("kept", lambda: listing.list_page(tx, viewer=CLEARED, queue=Queue.KEPT, now=now)),
        ):
            begun = time.perf_counter()
            ask()
            found[name] = round((time.perf_counter() - begun) * 1000, 1)
    begun = time.perf_counter()
    look(office.store, viewer=CLEARED, message_id=KEPT_BACK + 1, now=now)
    found["message"] = round((time.perf_counter() - begun) * 1000, 1)
    return found


@contextmanager
def stage(stages: dict[str, dict[str, float]], name: str) -> Iterator[None]:
    """Books the time of one stage."""
    begun, worked = time.perf_counter(), time.process_time()
    yield
    stages[name] = {
        "seconds": round(time.perf_counter() - begun, 1),
        "cpu_seconds": round(time.process_time() - worked, 1),
    }


if __name__ == "__main__":
    main()
