"""Brings the daily figures up to date: a step for the worker, and for a dashboard that finds them old."""

from datetime import timedelta

from triage.domain.ports import Clock
from triage.store import summary
from triage.store.engine import Store

FRESH = timedelta(seconds=60)


class Summarise:
    """Sums up the days that something new was written about."""

    def __init__(self, *, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._more = False  # the last step left something for the next

    def step(self, limit: int = 100) -> int:
        """Sums up what is new; returns how many days were touched. Figures younger than a minute are left alone, unless
        there was more to do than one step took. `limit` belongs to a worker's step; here rows bound it, see `summary`."""
        if not self._more and self._is_fresh():
            return 0
        return self.now()

    def now(self) -> int:
        """The same, however young the figures are."""
        with self._store.read() as tx:
            found = summary.news(tx)
            if found.marks == found.before:
                self._more = False
                return 0
            self._more = found.cut
            figures = {day: summary.sum_up(tx, day=day) for day in sorted(found.days)}
        with self._store.begin() as tx:
            kept = summary.keep(tx, found=found, figures=figures, now=self._clock.now())
        return max(1, len(figures)) if kept else 0

    def all(self, *, most: int = 1_000_000) -> int:
        """Steps until nothing is new, at most `most` of them; returns how many there were."""
        for done in range(most):
            if not self.now():
                return done
        return most

    def _is_fresh(self) -> bool:
        with self._store.read() as tx:
            moved = summary.last_moved(tx)
        return moved is not None and moved > self._clock.now() - FRESH
