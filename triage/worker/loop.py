"""A worker process: its loops as threads, its signals, its signs of life, its locks."""

import os
import secrets
import signal
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Event
from types import FrameType

from triage.domain.errors import OutsideError
from triage.domain.ports import Clock
from triage.log import get_logger
from triage.store import workers
from triage.store.engine import Store
from triage.worker.lock import worker_lock
from triage.worker.loops import IngestLoop, WorkLoop

BEAT_SECONDS = 15
FORGET_AFTER = timedelta(days=7)
INGEST, WORK = "ingest", "work"


def worker_name() -> str:
    """A name that no other process ever has: host, process id and chance."""
    return f"{socket.gethostname()[:40]}-{os.getpid()}-{secrets.token_hex(4)}"


@dataclass
class Work:
    """What a worker is to do: a loop for each source, one that classifies and forwards, and more of those that must not
    wait for it (alerts, copies); each may be missing. Make them under `locks`, so that `alone` is known."""

    store: Store
    clock: Clock
    name: str
    ingest: Sequence[IngestLoop] = ()
    work: WorkLoop | None = None
    more: Sequence[WorkLoop] = ()
    stop: Event = field(default_factory=Event)


@contextmanager
def locks(store: Store, *, ingest: bool, work: bool) -> Iterator[bool]:
    """Holds the locks of the tasks; yields whether this process is alone by them (SQLite).

    Raises ConfigError where another process does one of them.
    """
    with ExitStack() as stack:
        alone = [
            stack.enter_context(worker_lock(store.url, task))
            for task, wanted in ((INGEST, ingest), (WORK, work))
            if wanted
        ]
        yield all(alone)


def run_once(work: Work) -> int:
    """Polls every source one time, then classifies and sends until nothing is left to do now.

    Returns how many mails were stored and steps were made.
    """
    done = 0
    try:
        done += sum(loop.once().stored for loop in work.ingest)
        if work.work is not None:
            done += work.work.once()
        others = sum(loop.once() for loop in work.more)
        if work.work is not None and others:
            done += others + work.work.once()
    finally:
        for loop in work.ingest:
            loop.close()
    return done


def run(work: Work) -> None:
    """Runs the loops until SIGTERM or SIGINT; what is in hand is finished, the rest waits for the next start."""
    loops: list[IngestLoop | WorkLoop] = [*work.ingest, *([work.work] if work.work is not None else []), *work.more]
    beat = _Beat(work)
    for loop in loops:
        loop.stop = work.stop
    threads = [threading.Thread(target=loop.run, args=(beat,), name=type(loop).__name__) for loop in loops]
    with _signals(work.stop):
        get_logger().info("worker_started", worker=work.name, pid=os.getpid())
        for thread in threads:
            thread.start()
        while not work.stop.wait(1.0):
            if not all(thread.is_alive() for thread in threads):
                work.stop.set()
        for thread in threads:
            thread.join()
    for source_loop in work.ingest:
        source_loop.close()
    with suppress(OutsideError), work.store.begin() as tx:  # a database that is away keeps nobody from ending
        workers.stop(tx, name=work.name, now=work.clock.now())
    get_logger().info("worker_stopped", worker=work.name)


class _Beat:
    """Books a sign of life at most every BEAT_SECONDS, whichever loop calls."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._guard = threading.Lock()
        self._next = 0.0  # of the clock that nobody puts back: a worker must not look dead for an hour

    def __call__(self) -> None:
        now = self._work.clock.now()
        with self._guard:
            if time.monotonic() < self._next:
                return
            self._next = time.monotonic() + BEAT_SECONDS
        with self._work.store.begin() as tx:
            workers.beat(tx, name=self._work.name, pid=os.getpid(), now=now)
            workers.forget(tx, before=now - FORGET_AFTER)


@contextmanager
def _signals(stop: Event) -> Iterator[None]:
    """SIGTERM and SIGINT ask for an orderly end; only the main thread of a process can be asked."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def ask(_: int, __: FrameType | None) -> None:
        stop.set()

    before = [(number, signal.signal(number, ask)) for number in (signal.SIGTERM, signal.SIGINT)]
    try:
        yield
    finally:
        for number, handler in before:
            signal.signal(number, handler)
