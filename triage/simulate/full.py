"""A stream through the real thing: a temporary SQLite home, the real ingest, classifying worker, gate, officers' decisions,
retraining, comparison and promotion. Some minutes each; the same outcome as a stream on recorded scores.

The authors are split within each language: a model is trained on most of them, the stream is drawn from the others, whom it
never saw, in the language mix of all. Officers audit; a model keeper calls mail as it is by then usual (it differs from what
was authored for training, and says so by alarms of drift), and opens the gate where the evidence suffices. After half of the
weeks, or as soon as a new topic has its corrections, the worker's training run makes a challenger from the training files
and the labels in the store, compares it on the test messages and the audit window, and promotes it only if it passes.
"""

import random
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from itertools import accumulate
from pathlib import Path

from triage.classify.artefact import load
from triage.classify.examples import load_examples
from triage.classify.measure import answers_of
from triage.classify.shelf import Shelf
from triage.classify.trainer import SavingTrainer
from triage.config.organisation import load_organisation
from triage.config.places import PROJECT
from triage.domain.errors import Refused
from triage.domain.gate import GateState
from triage.domain.gate_words import POOLED
from triage.domain.gatekeeper import Rules
from triage.domain.lifecycle import MessageState
from triage.domain.message import ReadResult
from triage.domain.people import Person, Role
from triage.domain.ports import Classifier, Example, Fetched
from triage.domain.taxonomy import Destination, Route
from triage.domain.training import RunReason
from triage.flow.arriving.ingest import Ingest
from triage.flow.desk import review
from triage.flow.desk.decide import Classify
from triage.flow.learning import gate, retrain, train_run
from triage.flow.learning.automatic import Automatic
from triage.flow.learning.promote import Evidence
from triage.mail.own import OwnMail
from triage.mail.parse import read_message
from triage.simulate.officers import Officers
from triage.simulate.scores import TOPIC_LABELS
from triage.simulate.source import Given
from triage.simulate.split import language_shares, unseen_authors
from triage.simulate.stream import Outcome, Plan, exceeds
from triage.store import drift, gate_checks, listing, migrate, organisation, training
from triage.store import gate as gate_rows
from triage.store.engine import Store, Tx
from triage.store.keys import Keyring

START = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
OWN = OwnMail(frozenset({"ipd@office.example"}), "ipd.triage.office.example", "ipd")
FIRST = Person(None, "First Officer", roles=frozenset({Role.OFFICER}), cleared=True)
SECOND = Person(None, "Second Officer", roles=frozenset({Role.OFFICER}), cleared=True)
WINDOW = timedelta(days=365)
BATCH = 100
WORKER = "simulate"
FILES, TESTS = PROJECT / "training_data" / "train", PROJECT / "training_data" / "test"


class _Clock:
    """Virtual time."""

    def __init__(self) -> None:
        self.at = START

    def now(self) -> datetime:
        return self.at


class _Reader:
    """The real mail layer, in this process."""

    def read(self, raws: Sequence[bytes]) -> list[ReadResult]:
        return [read_message(raw, own=OWN) for raw in raws]

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class _Trainer(SavingTrainer):
    """The real trainer, whose training files are those of the authors that the stream does not draw from."""

    files: Sequence[Example] = field(default=(), repr=False)

    def examples(self, paths: Sequence[Path]) -> list[Example]:
        return list(self.files) if FILES in paths else load_examples(paths)


def run_full(plan: Plan, examples: Sequence[Example], seed: int) -> Outcome:
    """One stream. Its audit runs at the plan's numbers but draws everything, so that it lasts no longer than it must."""
    with tempfile.TemporaryDirectory(prefix="triage-simulate-") as folder:
        return _Full(plan, examples, seed, Path(folder)).run()


class _Full:
    def __init__(self, plan: Plan, examples: Sequence[Example], seed: int, home: Path) -> None:
        self._plan, self._home = plan, home
        self._chance = random.Random(seed)  # noqa: S311 - no secret
        unseen = unseen_authors(examples, self._chance)
        self._stream = [example for example in examples if example.author in unseen]
        files = [one for one in examples if one.author not in unseen and one.route != plan.topic]
        self._shares = language_shares(examples, self._stream)
        self._pools: dict[bool | None, tuple[list[Example], list[float]]] = {}
        self._shelf = Shelf(home / "models")
        self._clock, self._source = _Clock(), Given()
        url = f"sqlite:///{home / 'store.sqlite'}"
        migrate.upgrade(url)
        self._store = Store(url, Keyring.open(home / "keys", create=True))
        units, offices = load_organisation(PROJECT / "config")
        self._trainer = _Trainer(home / "models", lambda: units, files)
        with self._store.begin() as tx:
            organisation.seed(tx, units, offices)
        self._ingest = Ingest(store=self._store, reader=_Reader(), clock=self._clock, own=OWN, batch_size=BATCH)
        self._truths: dict[str, Example] = {}
        self._officers = Officers(
            [example.label for example in examples],
            error_rate=plan.officer_error,
            poison=plan.poison,
            chance=self._chance,
        )
        self._topic_seen = self._topic_after = self._topic_right = 0
        self._corrected: set[str] = set()  # messages of the topic that may have been learnt, and prove nothing later
        self._trained = False
        self._out = Outcome(seed, plan.rules.limit, topic=plan.topic or "")
        self._right = self._suggested = self._last = 0
        self._audit_all = True
        self._week = 0
        self._shelf.point(self._trainer.fit(files, progress=_silent).name)
        self._serve()

    def run(self) -> Outcome:
        """The audit, the weeks, the retraining between them."""
        plan, out = self._plan, self._out
        try:
            while self._answered() < plan.audited:
                self._day(BATCH, measured=False)
            self._audit_all = False
            self._call_usual()
            for week in range(1, plan.weeks + 1):
                self._week = week
                if plan.topic is None and week == plan.weeks // 2 + 1:
                    self._retrain()
                self._open()
                out.weeks_open += self._state() is GateState.AUTOMATIC
                for _ in range(max(1, plan.per_week // BATCH)):
                    self._day(min(BATCH, plan.per_week), measured=True)
                    if plan.topic is not None and not self._trained and self._topic_seen >= TOPIC_LABELS:
                        self._retrain()
        finally:
            self._store.dispose()
        out.coverage = out.automatic / max(1, out.messages)
        out.over = exceeds(out.wrong, out.automatic, plan.rules.limit)
        out.labels, out.poisoned = self._officers.labels, self._officers.poisoned
        out.accuracy = self._right / max(1, self._suggested)
        if self._topic_after:
            out.topic_accuracy = self._topic_right / self._topic_after
        return out

    def _serve(self) -> None:
        """Loads the model that serves, and wires the worker's steps around it."""
        name = self._shelf.serving()
        assert name is not None
        self._model: Classifier = load(self._home / "models", name)

        def rules() -> Rules:
            return replace(self._plan.rules, audit_share=1.0) if self._audit_all else self._plan.rules

        self._classify = Classify(
            store=self._store,
            classifier=self._model,
            clock=self._clock,
            thresholds=lambda: self._model.thresholds,
            automatic=Automatic(rules, True, lambda: 60.0, self._chance.random),
        )
        self._watch = gate.Watch(
            store=self._store,
            classifier=self._model,
            clock=self._clock,
            rules=rules,
            window=WINDOW,
            automatic=True,
            thresholds=lambda: self._model.thresholds,
        )

    def _retrain(self) -> None:
        """The worker's training run: it serves at once where it passes."""
        self._trained = True
        run_id = retrain.ask(self._store, WORKER, RunReason.CORRECTIONS, self._clock)
        with self._store.begin() as tx:
            training.claim(tx, worker=WORKER, now=self._clock.now())
        job = train_run.Job(
            store=self._store,
            shelf=self._shelf,
            trainer=self._trainer,
            clock=self._clock,
            data=[FILES],
            test=[TESTS],
            snapshots=self._home / "snapshots",
            evidence=Evidence(self._plan.rules, WINDOW),
            actor=WORKER,
            promotes=True,
        )
        ended = train_run.run(job, run_id=run_id, worker=WORKER)
        self._out.challenger, self._out.reasons = ended.outcome.value, list(ended.comparison.reasons)
        self._serve()

    def _call_usual(self) -> None:
        """What mail is like here is not what was authored for training; a person says so before anything is opened."""
        self._watch.look(self._clock.now())
        gate.settle_drift(self._store, model=self._model.name, officer=SECOND, now=self._clock.now())

    def _day(self, number: int, *, measured: bool) -> None:
        """Mail comes, is classified; officers decide what is before them; the gate is looked at."""
        self._clock.at += timedelta(hours=8)
        self._source.mails += [self._mail(self._draw()) for _ in range(number)]
        self._ingest.poll(self._source)
        while self._classify.step():
            pass
        with self._store.read() as tx:
            held = gate_rows.states(tx).get(POOLED)
            lines = listing.by_state(tx, viewer=FIRST, states=(MessageState.IN_REVIEW,), limit=100_000)
            ids = self._fresh(tx, number)
            every = listing.summaries(tx, message_ids=ids, unveil=True)
        for line in every.values():
            example = self._truths[line.message_id]
            if line.prediction is None:
                continue
            said = str(line.prediction.destination)
            right = said in answers_of(example)
            self._suggested += 1
            self._right += right
            self._note_topic(example, right=right)
            if not measured:
                continue
            self._out.messages += 1
            by_policy = line.decision is not None and line.decision.officer == "policy"
            if line.state is MessageState.QUEUED and by_policy:
                self._out.automatic += 1
                self._out.wrong += not right
        for line in lines:
            self._decide(line.id, self._truths[line.message_id])
        self._watch.look(self._clock.now())
        if self._plan.second_look:
            self._settle()
            self._watch.look(self._clock.now())
        self._note(held.state if held is not None else None)

    def _fresh(self, tx: Tx, number: int) -> list[int]:
        """The messages of this day: the newest so many (equal mails are stored once, so that there may be fewer)."""
        every = listing.by_state(tx, viewer=FIRST, after_id=self._last, limit=number)
        self._last = max((line.id for line in every), default=self._last)
        return [line.id for line in every]

    def _decide(self, message_id: int, example: Example) -> None:
        said = self._officers.answer(example.label)
        try:
            self._say(message_id, Destination.parse(said))
        except Refused:  # taken for a report of misconduct, which stays at IPD
            self._say(message_id, Destination(Route.IPD))

    def _say(self, message_id: int, destination: Destination) -> None:
        review.decide(
            self._store,
            message_id=message_id,
            version=None,
            destination=destination,
            officer=FIRST,
            now=self._clock.now(),
            undo_seconds=60.0,
        )

    def _settle(self) -> None:
        with self._store.read() as tx:
            waiting = gate_checks.disagreements(tx, model=self._model.name, since=START, limit=10_000)
            lines = listing.summaries(tx, message_ids=[one.message_id for one in waiting])
        for one in waiting:
            example = self._truths[lines[one.message_id].message_id]
            again = self._officers.settle(example.label, str(one.said), answers_of(example))
            gate.look_again(
                self._store,
                message_id=one.message_id,
                destination=Destination.parse(again),
                officer=SECOND,
                now=self._clock.now(),
            )

    def _open(self) -> None:
        if self._state() is GateState.AUTOMATIC:
            return
        try:
            found = gate.open_gate(
                self._store,
                place=POOLED,
                model=self._model.name,
                rules=self._plan.rules,
                window=WINDOW,
                automatic=True,
                officer=SECOND,
                now=self._clock.now(),
            )
        except Refused as refused:
            self._out.refused = str(refused)
            return
        self._out.threshold = self._out.threshold or found.threshold

    def _state(self) -> GateState | None:
        with self._store.read() as tx:
            held = gate_rows.states(tx).get(POOLED)
        return None if held is None else held.standing(self._model.name).state

    def _note(self, before: GateState | None) -> None:
        with self._store.read() as tx:
            held = gate_rows.states(tx).get(POOLED)
            drifting = drift.open_alarms(tx, model=self._model.name)
        if held is not None and before is GateState.AUTOMATIC and held.state is not GateState.AUTOMATIC:
            self._out.alarms.append({"at": held.at.isoformat(), "why": held.cause})
        if drifting and self._topical and self._out.topic_alarm_after is None:
            self._out.topic_alarm_after = self._topic_seen

    def _answered(self) -> int:
        with self._store.read() as tx:
            return gate_checks.waiting(tx, since=START)[1]

    def _draw(self) -> Example:
        plan, chance = self._plan, self._chance
        topical = self._topical and chance.random() < plan.topic_share
        fitting, shares = self._pool(None if topical else chance.random() < plan.outside)
        return chance.choices(fitting, cum_weights=shares)[0]

    def _pool(self, outside: bool | None) -> tuple[list[Example], list[float]]:
        """What is drawn from, with running sums of shares: mail out of scope, other mail, or (None) the new topic."""
        if outside not in self._pools:
            plan = self._plan
            fitting = [
                one
                for one in self._stream
                if (one.route == plan.topic if outside is None else (one.route == Route.IPD) == outside)
                and (outside is None or one.route != plan.topic)
            ]
            self._pools[outside] = fitting, list(accumulate(self._shares[one.language] for one in fitting))
        return self._pools[outside]

    @property
    def _topical(self) -> bool:
        begun = self._plan.topic_from
        return self._plan.topic is not None and begun is not None and self._week >= begun

    def _note_topic(self, example: Example, *, right: bool) -> None:
        if self._plan.topic is None or example.route != self._plan.topic:
            return
        self._topic_seen += 1
        if not self._trained:
            self._corrected.add(example.id)
        elif example.id not in self._corrected:
            self._topic_after += 1
            self._topic_right += right

    def _mail(self, example: Example) -> Fetched:
        number = len(self._truths) + 1
        made = EmailMessage()
        made["From"] = f'"{example.from_name.replace(chr(34), "")}" <sender{number}@stream.example>'
        made["To"], made["Subject"] = "ipd@office.example", " ".join(example.subject.split())
        made["Message-ID"] = f"<{number}@stream.example>"
        made.set_content(example.body)
        self._truths[f"<{number}@stream.example>"] = example
        return Fetched(number, made.as_bytes(policy=SMTP), self._clock.now())


def _silent(step: str, share: float) -> None:
    """Progress that nobody watches."""
    del step, share
