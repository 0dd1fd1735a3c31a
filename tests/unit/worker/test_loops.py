"""The loops: they go on after failures, wait longer each time, and stop when asked."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from threading import Event

import pytest

from triage.domain.errors import Transient
from triage.worker import loops
from triage.worker.loops import LONGEST_PAUSE_SECONDS, TimedSource, WorkLoop, guarded

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


class Waits(Event):
    """An event that books how long it was waited for, and is set after so many waits."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number, self.waited = number, list[float]()

    def wait(self, timeout: float | None = None) -> bool:
        self.waited.append(timeout or 0.0)
        if len(self.waited) >= self.number:
            self.set()
        return self.is_set()


def test_failures_lengthen_the_pause_and_success_ends_it() -> None:
    outcomes: Iterator[object] = iter([Transient("away"), ValueError("x"), Transient("away"), 0, 0])
    stop = Waits(5)

    def step() -> int:
        outcome = next(outcomes)
        if isinstance(outcome, Exception):
            raise outcome
        return 0

    guarded(step, lambda: None, stop)
    assert stop.waited == [2.0, 4.0, 8.0, loops.IDLE_SECONDS, loops.IDLE_SECONDS]


def test_a_pause_never_grows_beyond_its_limit() -> None:
    stop = Waits(20)

    def step() -> int:
        raise Transient("away")

    guarded(step, lambda: None, stop)
    assert max(stop.waited) == LONGEST_PAUSE_SECONDS


def test_while_there_is_work_nothing_waits() -> None:
    left = [3]
    stop = Waits(1)

    def step() -> int:
        left[0] -= 1
        return left[0]

    guarded(step, lambda: None, stop)
    assert (left, stop.waited) == ([0], [loops.IDLE_SECONDS])


class Steps:
    """A step that does so much each time, or fails."""

    def __init__(self, *amounts: int | Exception) -> None:
        self.amounts = list(amounts)
        self.calls = 0

    def step(self, limit: int = 0) -> int:
        self.calls += 1
        amount = self.amounts.pop(0) if self.amounts else 0
        if isinstance(amount, Exception):
            raise amount
        return amount


def test_once_goes_on_until_nothing_is_left() -> None:
    first, second = Steps(100, 20), Steps(0, 5, 7)
    assert WorkLoop([first, second]).once() == 132
    assert (first.calls, second.calls) == (4, 4)


def test_a_step_that_fails_does_not_keep_the_others_from_their_turn() -> None:
    failing, other = Steps(Transient("away")), Steps(3)
    with pytest.raises(Transient):
        WorkLoop([failing, other])._all()
    assert other.calls == 1


def test_a_source_that_fails_is_polled_later_and_later() -> None:
    timed = TimedSource(None, 30)  # type: ignore[arg-type]
    pauses = [(timed.next_after(NOW, failed=True) - NOW) / timedelta(seconds=1) for _ in range(8)]
    assert all(0.9 * 30 * 2**n <= pause <= 1.1 * 30 * 2**n for n, pause in enumerate(pauses[:4], start=1))
    assert max(pauses) <= 1.1 * LONGEST_PAUSE_SECONDS
    assert timed.next_after(NOW, failed=False) == NOW + timedelta(seconds=30)


def test_a_clock_put_back_does_not_lengthen_the_pause() -> None:
    timed = TimedSource(None, 30)  # type: ignore[arg-type]
    assert timed.seconds_left(NOW) == 0, "before the first poll"
    timed.due_at = timed.next_after(NOW, failed=False)
    assert timed.seconds_left(NOW + timedelta(seconds=10)) == 20
    assert timed.seconds_left(NOW + timedelta(seconds=31)) == 0
    assert timed.seconds_left(NOW - timedelta(hours=1)) == 0, "due at once, not in an hour"
    assert timed.seconds_left(NOW + timedelta(days=1)) == 0
