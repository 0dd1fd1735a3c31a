"""Training anew: who may ask for it, when it is due by itself, and the worker's step that has it done.

The step starts a process of its own at the lowest priority, which does the run (`flow.learning.train_run`) and books how far it
is. It may be killed at any moment, and so may the worker; the model that serves goes on serving. A worker that ends in
good order ends the process too, and the run waits for the next one.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from triage.domain.errors import OutsideError, Stale
from triage.domain.people import Person
from triage.domain.ports import Clock, ModelShelf
from triage.domain.training import Failure, RunReason, TrainingRun
from triage.store import audit, trained, training
from triage.store.engine import Store

LOOK = timedelta(seconds=3)
PATIENCE_SECONDS = 0.5
AFTER_FAILURE = timedelta(hours=1)
"""After a run that failed none is begun by itself for so long; a person may ask at once."""


def ask(store: Store, actor: Person | str, reason: RunReason, clock: Clock) -> int:
    """Asks for a model to be trained anew; the worker does it. Returns the run's id: of the one that waits already, where
    one does. `actor`: a person, or the name of a worker."""
    now = clock.now()
    with store.begin() as tx:
        who = audit.actor_of(tx, actor) if isinstance(actor, Person) else actor
        run_id = training.ask(tx, actor=who, reason=reason, now=now)
        objects = [f"run:{run_id}", f"reason:{reason}"]
        audit.append(tx, at=now, actor=who, act=audit.Act.TRAINING_ASKED, objects=objects)
    return run_id


@dataclass(frozen=True, slots=True)
class Rhythm:
    """When a model is trained by itself: after so many corrections, or so long after the last one; 0 for neither."""

    corrections: int = 50
    every: timedelta = timedelta(days=7)


def due(
    rhythm: Rhythm,
    *,
    labels: int,
    corrections: int,
    first: datetime | None,
    last: datetime | None,
    now: datetime,
    erased: bool,
) -> RunReason | None:
    """Why a model is to be trained now, if it is. `labels` and `corrections` are those since the last run was asked for
    (`last`, None for never), the first of them given at `first`; `erased`: the model that serves learnt from texts that
    are gone."""
    if erased:
        return RunReason.ERASURE
    if rhythm.corrections and corrections >= rhythm.corrections:
        return RunReason.CORRECTIONS
    since = last or first
    if rhythm.every and labels and since is not None and now - since >= rhythm.every:
        return RunReason.SCHEDULE
    return None


class Child(Protocol):
    """A process that does a run."""

    def ended(self, patience_seconds: float) -> int | None:
        """Waits that long at most for its end; its exit code, None while it runs."""
        ...

    def kill(self) -> None:
        """Ends it and waits until it is gone."""
        ...


@dataclass
class Retrain:
    """The worker's step. `start` begins the process that does the run with this id, held by this worker."""

    store: Store
    clock: Clock
    shelf: ModelShelf
    rhythm: Rhythm
    start: Callable[[int, str], Child]
    worker: str = "worker"
    _child: Child | None = field(default=None, init=False)
    _run_id: int = field(default=0, init=False)
    _look_at: datetime | None = field(default=None, init=False)

    def step(self, limit: int = 0) -> int:
        """Begins what is due, and waits a moment for what runs; 0 where there is neither."""
        del limit
        if self._child is not None:
            return self._wait(self._child)
        now = self.clock.now()
        if self._look_at is None or not self._look_at - LOOK <= now < self._look_at:
            self._look_at = now + LOOK
            self._ask_if_due(now)
        with self.store.read() as tx:
            waits = training.open_run(tx)
        if waits is None:
            return 0
        with self.store.begin() as tx:
            run_id = training.claim(tx, worker=self.worker, now=now)
        if run_id is None:
            return 0
        self._run_id, self._child = run_id, self.start(run_id, self.worker)
        return 1

    def close(self) -> None:
        """Ends the process; its run waits for the next worker."""
        if self._child is not None:
            self._child.kill()
            self._child = None
            with suppress(Stale, OutsideError), self.store.begin() as tx:
                training.give_back(tx, run_id=self._run_id, worker=self.worker)

    def _wait(self, child: Child) -> int:
        code = child.ended(PATIENCE_SECONDS)
        if code is None:
            return 1
        self._child = None
        with suppress(Stale), self.store.begin() as tx:  # stale: it has booked its own end
            training.fail(tx, run_id=self._run_id, worker=self.worker, failure=Failure.LOST, now=self.clock.now())
        return 1

    def _ask_if_due(self, now: datetime) -> None:
        with self.store.read() as tx:
            if training.open_run(tx) is not None:
                return
            failed = training.failed_last(tx)
            if failed is not None and now - failed < AFTER_FAILURE:
                return
            last = training.asked_last(tx)
            labels, corrections, first = training.labels_since(tx, last)
            serving = self.shelf.serving()
            erased = serving is not None and serving in trained.due_for_retraining(tx)
            reason = due(
                self.rhythm,
                labels=labels,
                corrections=corrections,
                first=first,
                last=last,
                now=now,
                erased=erased and not _answered(training.runs(tx, limit=1), serving),
            )
        if reason is not None:
            ask(self.store, self.worker, reason, self.clock)


def _answered(newest: list[TrainingRun], serving: str | None) -> bool:
    """Whether a candidate without the erased texts is there already, and only waits to be promoted."""
    return bool(newest) and newest[0].reason is RunReason.ERASURE and newest[0].model not in (None, serving)
