"""The two loops of a worker: pulling mail, and classifying and forwarding. A step that fails is logged and repeated
after a growing pause; nothing ends a loop but the signal to stop."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Event
from typing import Protocol

from triage.domain.errors import OutsideError, UserError
from triage.domain.ports import Clock, MailSource
from triage.flow.arriving.ingest import Ingest, PollResult
from triage.log import get_logger

LONGEST_PAUSE_SECONDS = 600.0
IDLE_SECONDS = 1.0
WATCH_SECONDS = 15.0
CONFIGURATION = "configuration"


def _nothing(*_: object) -> None:
    """Where nobody listens."""


class Step(Protocol):
    """A use case that is repeated: takes up to so many things and says how many it took."""

    def step(self, limit: int = ...) -> int: ...


@dataclass(slots=True)
class TimedSource:
    """A source with the pause between its polls, in seconds. Its failures lengthen the pause."""

    source: MailSource
    poll_seconds: float
    failures: int = 0
    due_at: datetime | None = None
    pause_seconds: float = 0.0

    def next_after(self, now: datetime, *, failed: bool) -> datetime:
        """When to poll again; after failures later and later, spread a little so that sources do not march in step."""
        self.failures = self.failures + 1 if failed else 0
        pause = min(self.poll_seconds * 2**self.failures, max(LONGEST_PAUSE_SECONDS, self.poll_seconds))
        spread = random.uniform(0.9, 1.1) if failed else 1.0  # noqa: S311 - no secret
        self.pause_seconds = pause * spread
        return now + timedelta(seconds=self.pause_seconds)

    def seconds_left(self, now: datetime) -> float:
        """Until the next poll; 0 where it is due. A clock that was put back does not lengthen the pause."""
        left = (self.due_at - now).total_seconds() if self.due_at else 0.0
        return left if 0 < left <= self.pause_seconds else 0.0


@dataclass
class IngestLoop:
    """Polls one source when it is due or when it reports new mail. Each source has a loop of its own, so that one that
    hangs or is down does not hold up the others."""

    ingest: Ingest
    timed: TimedSource
    clock: Clock
    stop: Event = field(default_factory=Event)
    note: Callable[[str, str | None], None] = _nothing

    def once(self) -> PollResult:
        """Polls the source one time. `note` hears how it went: the source's name, and the word of its failure or None."""
        try:
            result = self.ingest.poll(self.timed.source, stopping=self.stop.is_set)
        except UserError:
            self.note(self.timed.source.name, CONFIGURATION)
            raise
        self.note(self.timed.source.name, result.error)
        self.timed.due_at = self.timed.next_after(self.clock.now(), failed=result.error is not None)
        if result.seen or result.error:
            get_logger().info(
                "polled",
                source=self.timed.source.name,
                poll_id=result.poll_id,
                seen=result.seen,
                stored=result.stored,
                duplicate=result.duplicate,
                failed=result.failed,
                code=result.error,
            )
        return result

    def run(self, beat: Callable[[], None]) -> None:
        """Polls until told to stop."""
        guarded(self._turn, beat, self.stop)

    def _turn(self) -> int:
        """Polls where that is due, else waits a while for news; after a failed poll the pause is kept in full."""
        left = self.timed.seconds_left(self.clock.now())
        if not left:
            self.once()
        elif self.timed.failures:
            self.stop.wait(min(left, WATCH_SECONDS))
        elif self.timed.source.watch(min(left, WATCH_SECONDS), self.stop):
            self.once()
        return 1

    def close(self) -> None:
        """Closes the source."""
        self.timed.source.close()


@dataclass
class WorkLoop:
    """Classifies what was received and sends what is due."""

    steps: Sequence[Step]
    stop: Event = field(default_factory=Event)

    def once(self) -> int:
        """Repeats the steps until there is nothing left to do now."""
        done = 0
        while not self.stop.is_set():
            moved = sum(step.step() for step in self.steps)
            if not moved:
                break
            done += moved
        return done

    def run(self, beat: Callable[[], None]) -> None:
        """Works until told to stop."""
        guarded(self._all, beat, self.stop)

    def _all(self) -> int:
        """Every step once; one that fails does not keep the others from their turn."""
        moved, trouble = 0, None
        for step in self.steps:
            try:
                moved += step.step()
            except Exception as error:
                trouble = error
        if trouble is not None:
            raise trouble
        return moved


def guarded(step: Callable[[], int], beat: Callable[[], None], stop: Event) -> None:
    """Repeats a step until told to stop: at once while it finds work, after a pause where not, and after a longer one
    where it fails. What fails is logged by its type alone, for a text might hold an address."""
    failures = 0
    while not stop.is_set():
        pause = IDLE_SECONDS
        try:
            beat()
            moved = step()
            failures = 0
            pause = 0.0 if moved else IDLE_SECONDS
        except Exception as error:
            failures += 1
            pause = min(2.0**failures, LONGEST_PAUSE_SECONDS)
            code = error.code if isinstance(error, OutsideError) else None
            get_logger().error("step_failed", error=type(error).__name__, code=code, seconds=pause, attempts=failures)
        if pause:
            stop.wait(pause)
