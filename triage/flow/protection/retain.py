"""Keep mail no longer than it must be: content that is past its period goes in batches, with a proof of how much.

One round takes each class in turn until nothing of it is due, then clears up: similar-message lists, copies for training,
archives, and what the database keeps of deleted content. Holds and open work are never touched; a dry run counts them.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from triage.domain.ports import Clock
from triage.domain.protection import Cause, ContentClass, Periods
from triage.flow.protection.snapshots import drop_lines, due_snapshots, old_archives
from triage.log import get_logger
from triage.mail.reduced import reduced_mail
from triage.store import audit, retention, trained
from triage.store.compact import compact
from triage.store.engine import Store, Tx

ACTOR = "retention"
SIMILAR_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Places:
    """Where content lies outside the store: archives of backups, and copies of texts made for training."""

    backups: Path | None = None
    training: Path | None = None


@dataclass(frozen=True, slots=True)
class Planned:
    """One class in a dry run. `before` None: never due. `held` and `open` are past their period and stay all the same."""

    content: ContentClass
    days: int
    before: datetime | None
    due: int = 0
    held: int = 0
    open: int = 0


@dataclass(slots=True)
class _Round:
    """What one round has done so far: proof rows, figures and how far it has come, by class."""

    proofs: dict[ContentClass, int] = field(default_factory=dict)
    numbers: dict[ContentClass, int] = field(default_factory=dict)
    texts: int = 0
    after: dict[ContentClass, int] = field(default_factory=dict)


class Retain:
    """The worker's step. `learnt_from` names, by model, the training lines that it keeps; `forget_lines` takes the words of
    lines out of models."""

    def __init__(
        self,
        *,
        store: Store,
        clock: Clock,
        periods: Periods,
        places: Places = Places(),
        learnt_from: Callable[[], Mapping[str, frozenset[str]]] = dict,
        forget_lines: Callable[[Collection[str]], object] = len,
        batch_size: int = 500,
        every_seconds: float = 3600.0,
    ) -> None:
        self._store = store
        self._clock = clock
        self._periods = periods
        self._places = places
        self._learnt_from = learnt_from
        self._forget_lines = forget_lines
        self._batch = batch_size
        self._every = timedelta(seconds=every_seconds)
        self._next_at: datetime | None = None
        self._round = _Round()

    def step(self, limit: int = 0) -> int:
        """One batch of what is due; 0 where nothing is, or where the last round is not long enough ago."""
        if self._next_at is not None and self._clock.now() < self._next_at:
            return 0
        moved = self._one_batch(limit or self._batch)
        if not moved:
            self._finish()
        return moved

    def run(self) -> dict[ContentClass, int]:
        """A whole round now; returns how much of each class went."""
        self._next_at = None
        current = self._round
        while self.step():
            pass
        return current.numbers

    def plan(self) -> list[Planned]:
        """What a round would take now, what it would leave, and why; changes nothing."""
        now = self._clock.now()
        planned: list[Planned] = []
        with self._store.read() as tx:
            for content in retention.MESSAGE_CLASSES:
                before = self._periods.before(content, now)
                found = retention.Due(0) if before is None else retention.count(tx, content=content, before=before)
                days = self._periods.days(content)
                planned.append(Planned(content, days, before, found.due, found.held, found.open))
            before = self._periods.before(ContentClass.LOGS, now)
            logs = 0 if before is None else retention.count_logs(tx, before=before).due
        days_of = self._periods.days
        training = self._periods.before(ContentClass.TRAINING, now)
        snapshots = len(due_snapshots(self._places.training, training))
        planned.append(Planned(ContentClass.TRAINING, days_of(ContentClass.TRAINING), training, snapshots))
        planned.append(Planned(ContentClass.LOGS, days_of(ContentClass.LOGS), before, logs))
        oldest = self._periods.before(ContentClass.BACKUPS, now)
        archives = len(old_archives(self._places.backups, oldest))
        planned.append(Planned(ContentClass.BACKUPS, days_of(ContentClass.BACKUPS), oldest, archives))
        return planned

    def _one_batch(self, limit: int) -> int:
        now = self._clock.now()
        for content in retention.MESSAGE_CLASSES:
            before = self._periods.before(content, now)
            if before is None:
                continue
            # Looked for without a lock: on a large store that takes seconds, in which mail must be able to come in.
            after = self._round.after.get(content, 0)
            with self._store.read() as tx:
                ids = retention.due_ids(tx, content=content, before=before, limit=limit, after=after)
            if not ids:
                continue
            with self._store.begin() as tx:
                still = retention.due_ids(tx, content=content, before=before, limit=limit, among=ids)
                if still:
                    self._take(tx, content, still, now)
            self._round.after[content] = max(ids)
            return len(ids)
        before = self._periods.before(ContentClass.LOGS, now)
        if before is None:
            return 0
        with self._store.read() as tx:
            if not retention.count_logs(tx, before=before).due:
                return 0
        with self._store.begin() as tx:
            number = retention.take_logs(tx, before=before, limit=limit)
            self._prove(tx, ContentClass.LOGS, number, now)
        return number

    def _take(self, tx: Tx, content: ContentClass, ids: Sequence[int], now: datetime) -> None:
        if content is ContentClass.ATTACHMENTS:
            self._prove(tx, content, _without_attachments(tx, ids, now), now)
            return
        for one, number in retention.take_content(tx, message_ids=ids, content=[content], now=now).items():
            self._prove(tx, one, number, now)
        if content is ContentClass.TEXT:
            self._round.texts += len(ids)

    def _prove(self, tx: Tx, content: ContentClass, number: int, now: datetime) -> None:
        if not number:
            return
        current = self._round
        current.proofs[content] = retention.prove(
            tx,
            cause=Cause.RETENTION,
            content=content,
            number=number,
            actor=ACTOR,
            now=now,
            add_to=current.proofs.get(content),
        )
        current.numbers[content] = current.numbers.get(content, 0) + number

    def _finish(self) -> None:
        """The end of a round: what lies outside, what models know, one entry in the audit record."""
        now = self._clock.now()
        files = self._files(now)
        done = self._round
        if done.texts:
            forget_learnt(
                self._store,
                learnt_from=self._learnt_from(),
                forget_lines=self._forget_lines,
                training=self._places.training,
                actor=ACTOR,
                now=now,
            )
        if done.numbers or files:
            with self._store.begin() as tx:
                for content, number in files.items():
                    self._prove(tx, content, number, now)
                words = [f"{content.value}:{number}" for content, number in done.numbers.items()]
                audit.append(tx, at=now, actor=ACTOR, act=audit.Act.ERASED, objects=words)
            compact(self._store, thorough=False)
            get_logger().info("retention", **{content.value: number for content, number in done.numbers.items()})
        self._next_at = now + self._every
        self._round = _Round()

    def _files(self, now: datetime) -> dict[ContentClass, int]:
        gone = {
            ContentClass.TRAINING: due_snapshots(
                self._places.training, self._periods.before(ContentClass.TRAINING, now)
            ),
            ContentClass.BACKUPS: old_archives(self._places.backups, self._periods.before(ContentClass.BACKUPS, now)),
        }
        for paths in gone.values():
            for path in paths:
                path.unlink(missing_ok=True)
        return {content: len(paths) for content, paths in gone.items() if paths}


def _without_attachments(tx: Tx, ids: Sequence[int], now: datetime) -> int:
    """Writes mails anew without their attachments; those that have none are booked as looked at. Returns how many."""
    number = 0
    plain: list[int] = []
    for message_id, message in retention.readings(tx, message_ids=ids).items():
        if not message.attachments:
            plain.append(message_id)
            continue
        raw = reduced_mail(message, why="attachments")
        reading = retention.text_alone(message)
        retention.shorten(tx, message_id=message_id, raw=raw, reading=reading, cause=Cause.RETENTION, now=now)
        number += 1
    left = set(ids) - set(plain)
    retention.note_shortened(tx, message_ids=[*plain, *left], cause=Cause.RETENTION, now=now)
    return number


def forget_learnt(
    store: Store,
    *,
    learnt_from: Mapping[str, frozenset[str]],
    training: Path | None,
    actor: str,
    now: datetime,
    forget_lines: Callable[[Collection[str]], object] = len,
    changed: frozenset[str] = frozenset(),
) -> dict[str, int]:
    """After texts went: takes them out of training copies, of other messages' similar lists and, by `forget_lines`, of what
    models keep in words; names the models that learnt from them. `changed` are lines whose text is no longer what it was:
    somebody was blocked out of it. Returns these models with how many such texts each."""

    def gone_among(ids: frozenset[str]) -> set[str]:
        return _erased(store, ids) | (ids & changed)

    drop_lines(training, is_erased=gone_among)
    erased = {model: gone_among(ids) for model, ids in learnt_from.items()}
    models = {model: ids for model, ids in erased.items() if ids}
    if not models:
        return {}
    gone = frozenset().union(*models.values())
    forget_lines(gone)
    after: int | None = 0
    while after is not None:
        with store.begin() as tx:
            after = trained.forget_similar(tx, models=list(models), line_ids=gone, after=after, limit=SIMILAR_CHUNK)
    numbers = {model: len(ids) for model, ids in models.items()}
    with store.begin() as tx:
        before = {name: n for name, n in trained.due_for_retraining(tx).items() if name in learnt_from}
        marked = before | {name: max(n, before.get(name, 0)) for name, n in numbers.items()}
        trained.mark_for_retraining(tx, models=marked, actor=actor, now=now)
    return numbers


def _erased(store: Store, line_ids: frozenset[str]) -> set[str]:
    with store.read() as tx:
        return trained.erased_among(tx, line_ids)
