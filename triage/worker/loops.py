"""The two loops of a worker: pulling mail, and classifying and forwarding. A step that fails is logged and repeated
after a growing pause; nothing ends a loop but the signal to stop."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Event
from typing import Protocol

from triage.domain.errors import OutsideError
from triage.domain.ports import Clock, MailSource
from triage.flow.ingest import Ingest, PollResult
from triage.log import get_logger

LONGEST_PAUSE_SECONDS = 600.0
IDLE_SECONDS = 1.0


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

    def next_after(self, now: datetime, *, failed: bool) -> datetime:
        """When to poll again; after failures later and later, spread a little so that sources do not march in step."""
        self.failures = self.failures + 1 if failed else 0
        pause = min(self.poll_seconds * 2**self.failures, max(LONGEST_PAUSE_SECONDS, self.poll_seconds))
        spread = random.uniform(0.9, 1.1) if failed else 1.0  # noqa: S311 - no secret
        return now + timedelta(seconds=pause * spread)


@dataclass
class IngestLoop:
    """Polls every source when it is due."""

    ingest: Ingest
    sources: Sequence[TimedSource]
    clock: Clock
    stop: Event = field(default_factory=Event)

    def once(self) -> list[PollResult]:
        """Polls every source one time."""
        self.ingest.resume()
        return [self._poll(timed) for timed in self.sources]

    def run(self, beat: Callable[[], None]) -> None:
        """Polls until told to stop."""
        guarded(self._due, beat, self.stop)

    def _due(self) -> int:
        now = self.clock.now()
        due = [timed for timed in self.sources if timed.due_at is None or timed.due_at <= now]
        for timed in due:
            if self.stop.is_set():
                break
            self._poll(timed)
        return 0

    def _poll(self, timed: TimedSource) -> PollResult:
        result = self.ingest.poll(timed.source, stopping=self.stop.is_set)
        timed.due_at = timed.next_after(self.clock.now(), failed=result.error is not None)
        if result.seen or result.error:
            get_logger().info(
                "polled",
                source=timed.source.name,
                poll_id=result.poll_id,
                seen=result.seen,
                stored=result.stored,
                duplicate=result.duplicate,
                failed=result.failed,
                code=result.error,
            )
        return result

    def close(self) -> None:
        """Closes the sources."""
        for timed in self.sources:
            timed.source.close()


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
