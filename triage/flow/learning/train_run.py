"""One training run from labels to a candidate that has been compared: by whoever holds it, a worker's process or a shell.

Everything before the last step may be lost without harm: the snapshot is a file of its own, the candidate a folder that
exists whole or not at all, and what serves is touched by promotion alone (`flow.learning.promote`).
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from triage.domain.errors import DataError, ModelError, OutsideError, Stale
from triage.domain.people import Person
from triage.domain.ports import Clock, Example, Fitted, ModelShelf, Trainer
from triage.domain.promotion import SUSPECT_LIMIT, Comparison
from triage.domain.training import Failure, Outcome, Phase
from triage.flow.learning import promote as serving
from triage.flow.learning.challenge import (
    Said,
    Window,
    ask_model,
    compare_models,
    judgements_of,
    keep_judgements,
    messages_of,
    new_labels,
    read_window,
)
from triage.flow.learning.label_lines import files_today, store_lines, today_of
from triage.flow.learning.promote import Evidence
from triage.flow.learning.training_set import TrainingSet, Unseen, collect, freeze, opaque_ids, prune, thaw
from triage.log import get_logger
from triage.mail.likeness import same_words
from triage.store import audit, challengers, label_suspects, training
from triage.store.engine import Store

_SHARES = {Phase.COLLECTING: (0.0, 0.05), Phase.SAVING: (0.85, 0.9), Phase.COMPARING: (0.9, 1.0)}
_FITTING = (0.05, 0.85)
BEAT_SECONDS = 10.0
_NEXT_BEAT = timedelta(seconds=1)
Tell = Callable[[Phase, float], None]


@dataclass(frozen=True, slots=True)
class Job:
    """What a run needs. `store` is None where there is none: the training files alone are learnt from then.

    `data` and `test` are files or folders of labelled messages; `snapshots` is where training sets are frozen; `keep` is
    how many of them, and of candidates, stay besides those of models that may serve; `promotes`: a candidate that passed serves at once.
    """

    store: Store | None
    shelf: ModelShelf
    trainer: Trainer
    clock: Clock
    data: Sequence[Path]
    test: Sequence[Path]
    snapshots: Path
    evidence: Evidence | None = None
    actor: Person | str = "worker"
    promotes: bool = False
    insists: bool = False  # promotes even what did not pass
    with_labels: bool = True
    suspect_limit: float = SUSPECT_LIMIT
    keep: int = 20


@dataclass(slots=True)
class Ended:
    """What came of a run."""

    model: str
    comparison: Comparison
    outcome: Outcome
    messages: int
    labels: int
    left_out: dict[str, int] = field(default_factory=dict)


def run(job: Job, *, run_id: int | None, worker: str, tell: Tell | None = None) -> Ended:
    """Does a run to its end. `run_id` is its row, held by `worker`; None without a store. `tell` hears of the progress.

    Raises DataError where there is too little to learn from, Stale where the row is no longer this worker's; both, and
    anything else that goes wrong, are booked as the run's failure.
    """
    books = _Books(job, run_id, worker, tell)
    try:
        with books.beating():
            return _run(job, books)
    except Stale:
        raise
    except DataError:
        books.fail(Failure.DATA)
        raise
    except Exception as error:
        get_logger().error("training_failed", error=type(error).__name__)
        books.fail(Failure.FAULT)
        raise


def _run(job: Job, books: "_Books") -> Ended:
    books.at(Phase.COLLECTING, 0.0)
    test = _labelled(job.trainer, job.test)
    window = read_window(job.store, job.evidence, job.clock.now())
    made = _collect(job, test, window)
    hash_ = job.trainer.hash(made.examples)
    books.collected(made, hash_)
    messages = messages_of(job.trainer, test, window)
    champion = _champion(job)
    # The solver holds no interpreter lock: the champion answers meanwhile.
    with ThreadPoolExecutor(1) as beside:
        answering = None if champion is None else beside.submit(ask_model, job.trainer, champion, messages)
        fitted = job.trainer.fit(made.examples, progress=books.fitting, recent=frozenset(made.labelled))
        books.at(Phase.COMPARING, 0.0)
        job.shelf.note(fitted.name, "snapshot", _about(made, hash_))
        new = ask_model(job.trainer, fitted.name, messages, lambda share: books.at(Phase.COMPARING, share))
        before = None if answering is None else _said(answering)
    compared = compare_models(
        messages,
        before=before,
        new=new,
        test=test,
        window=window,
        learnt=frozenset(made.words.values()),
        labels=new_labels(made, _before(job, champion), fitted),
        suspect_limit=job.suspect_limit,
        now=job.clock.now(),
    )
    if job.store is not None:
        keep_judgements(job.store, judgements_of(new, window), model=fitted.name, since=window.since)
    job.shelf.note(fitted.name, "comparison", compared.as_json())
    outcome = _serve(job, books, fitted, compared)
    books.finish(fitted, compared, outcome)
    _clear_up(job, fitted, made)
    return Ended(fitted.name, compared, outcome, len(made.examples), len(made.labelled), dict(made.left_out))


def _said(answering: "Future[Said]") -> Said | None:
    """What the champion said; None where it does not load, so that there is nothing to be worse than."""
    try:
        return answering.result()
    except ModelError:
        return None


def _labelled(trainer: Trainer, paths: Sequence[Path]) -> list[Example]:
    """Test messages, none where there are no such files."""
    there = [path for path in paths if path.is_file() or any(path.glob("*.jsonl"))]
    return trainer.examples(there) if there else []


def _collect(job: Job, test: Sequence[Example], window: Window) -> TrainingSet:
    base = job.trainer.examples(job.data)
    words = {found for one in test if (found := same_words(one.body))} | window.words
    unseen = Unseen(frozenset(window.message_ids), frozenset(words))
    store = job.store
    if store is None:
        return collect(base, (), parse=job.trainer.parse, opaque=lambda kind, _: kind, unseen=unseen)
    today = today_of(store, job.clock.now().date())
    base, dead = files_today(base, today)
    with store.read() as tx:
        made = collect(
            base,
            store_lines(store, today) if job.with_labels else (),
            parse=job.trainer.parse,
            opaque=opaque_ids(tx),
            unseen=unseen,
        )
    if dead:
        made.left_out["taxonomy"] += dead
    return made


def _about(made: TrainingSet, hash_: str) -> dict[str, object]:
    return {
        "sha256": hash_,
        "messages": len(made.examples),
        "labels": len(made.labelled),
        "left_out": dict(made.left_out),
    }


def _champion(job: Job) -> str | None:
    """The model that serves, None where there is none that loads: the first one, or after a change of the format."""
    name = job.shelf.serving()
    if name is None:
        return None
    try:
        job.shelf.check(name)
    except ModelError:
        return None
    return name


def _before(job: Job, champion: str | None) -> TrainingSet | None:
    """What the champion learnt from, None where nobody knows."""
    if job.store is None or champion is None:
        return None
    hash_ = job.shelf.card(champion).get("data", {}).get("sha256", "")
    with job.store.read() as tx:
        snapshot = training.snapshot(tx, hash_=hash_)
    try:
        return None if snapshot is None else thaw(job.snapshots, snapshot)
    except DataError:
        return None


def _serve(job: Job, books: "_Books", fitted: Fitted, compared: Comparison) -> Outcome:
    if not job.promotes or (compared.outcome is not Outcome.READY and not job.insists):
        return compared.outcome
    books.check()
    serving.promote(
        job.store,
        job.shelf,
        version=fitted.name,
        actor=job.actor,
        now=job.clock.now(),
        evidence=job.evidence,
        force=job.insists,
    )
    return Outcome.PROMOTED


def _clear_up(job: Job, fitted: Fitted, made: TrainingSet) -> None:
    """What nobody waits for: the list of doubtful labels, old snapshots."""
    if job.store is None:
        return
    doubts = [*fitted.doubts, *job.trainer.twins(made.examples)]
    with job.store.begin() as tx:
        label_suspects.put(tx, doubts, model=fitted.name)
    with job.store.read() as tx:
        beside = challengers.current(tx)
    for old in job.shelf.names()[: -job.keep]:
        if beside is None or old != beside.model:
            job.shelf.drop(old)
    needed = set()
    for name in (job.shelf.serving(), *job.shelf.before()):
        with suppress(ModelError):
            needed.add(job.shelf.card(name)["data"]["sha256"] if name else "")
    prune(job.store, job.snapshots, keep=job.keep, needed=needed)


class _Books:
    """The run's row. Without a store nothing is booked."""

    def __init__(self, job: Job, run_id: int | None, worker: str, tell: Tell | None) -> None:
        self._job, self._run_id, self._worker, self._tell = job, run_id, worker, tell
        self._phase, self._share = Phase.COLLECTING, 0.0
        self._booked = job.clock.now() - _NEXT_BEAT
        self._over = threading.Event()
        self._guard = threading.Lock()

    def at(self, phase: Phase, share: float) -> None:
        """Tells how far a phase is, and books it unless that was done a moment ago."""
        low, high = _SHARES.get(phase, _FITTING)
        changed = phase is not self._phase
        self._phase, self._share = phase, low + share * (high - low)
        if self._tell is not None:
            self._tell(phase, self._share)
        if changed or self._job.clock.now() >= self._booked + _NEXT_BEAT:
            self._book()

    def fitting(self, step: str, share: float) -> None:
        """Hears of the trainer's progress."""
        if step == "done":
            self.at(Phase.SAVING, 0.0)
        else:
            self.at(Phase(step), share)

    def check(self) -> None:
        """Raises Stale where the run is no longer this worker's."""
        self._book()

    def _book(self) -> None:
        store = self._job.store
        if store is None or self._run_id is None:
            return
        with self._guard, store.begin() as tx:
            now = self._job.clock.now()
            training.progress(
                tx, run_id=self._run_id, worker=self._worker, phase=self._phase, share=self._share, now=now
            )
            self._booked = now

    @contextmanager
    def beating(self) -> Iterator[None]:
        """Signs of life while a step takes long; a run that was taken away ends at its next step."""

        def beat() -> None:
            while not self._over.wait(BEAT_SECONDS):
                with suppress(Stale, OutsideError):
                    self._book()

        thread = threading.Thread(target=beat, name="training beat", daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._over.set()
            thread.join()

    def collected(self, made: TrainingSet, hash_: str) -> None:
        """Freezes the training set."""
        job = self._job
        if job.store is None:
            return
        snapshot_id = freeze(job.store, job.snapshots, made, hash_=hash_, now=job.clock.now())
        if self._run_id is None:
            return
        with job.store.begin() as tx:
            training.collected(
                tx,
                run_id=self._run_id,
                worker=self._worker,
                snapshot_id=snapshot_id,
                left_out=made.left_out,
                now=job.clock.now(),
            )

    def finish(self, fitted: Fitted, compared: Comparison, outcome: Outcome) -> None:
        """Books the end, and puts it on record."""
        job = self._job
        if job.store is None or self._run_id is None:
            return
        with self._guard, job.store.begin() as tx:
            now = job.clock.now()
            training.finish(
                tx,
                run_id=self._run_id,
                worker=self._worker,
                model=fitted.name,
                outcome=outcome,
                reasons=compared.reasons,
                comparison=compared.as_json(),
                now=now,
            )
            who = audit.actor_of(tx, job.actor) if isinstance(job.actor, Person) else job.actor
            objects = [f"run:{self._run_id}", f"model:{fitted.name}", f"outcome:{outcome}"]
            audit.append(tx, at=now, actor=who, act=audit.Act.TRAINED, objects=objects)

    def fail(self, failure: Failure) -> None:
        """Books that nothing came of it."""
        job = self._job
        if job.store is None or self._run_id is None:
            return
        with suppress(Stale, OutsideError), self._guard, job.store.begin() as tx:
            training.fail(tx, run_id=self._run_id, worker=self._worker, failure=failure, now=job.clock.now())
