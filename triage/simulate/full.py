"""A stream through the real thing: a temporary SQLite home, the real ingest, classifying worker, gate, officers' decisions
and retraining. Some minutes each; the same outcome as a stream on recorded scores.

The authors are split: a model is trained on most of them, the stream is drawn from the others, whom it never saw. Officers
audit, a model keeper opens the gate where it may be, and after half of the weeks the model is trained anew with what the
officers said (nothing that was drawn for the audit window), and must be certified anew before anything goes again.
"""

import random
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

from triage.classify.artefact import load, save
from triage.classify.measure import answers_of
from triage.classify.train import train
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
from triage.flow import gate, review
from triage.flow.automatic import Automatic
from triage.flow.decide import Classify
from triage.flow.ingest import Ingest
from triage.mail.own import OwnMail
from triage.mail.parse import read_message
from triage.simulate.officers import Officers
from triage.simulate.source import Given
from triage.simulate.stream import Outcome, Plan, exceeds
from triage.store import gate as gate_rows
from triage.store import gate_checks, listing, migrate, organisation
from triage.store.engine import Store, Tx
from triage.store.keys import Keyring

START = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
OWN = OwnMail(frozenset({"ipd@office.example"}), "ipd.triage.office.example", "ipd")
FIRST = Person(None, "First Officer", roles=frozenset({Role.OFFICER}), cleared=True)
SECOND = Person(None, "Second Officer", roles=frozenset({Role.OFFICER}), cleared=True)
WINDOW = timedelta(days=365)
STREAM_SHARE = 0.3  # of the authors
BATCH = 100


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


def run_full(plan: Plan, examples: Sequence[Example], seed: int) -> Outcome:
    """One stream. Its audit runs at the plan's numbers but draws everything, so that it lasts no longer than it must."""
    with tempfile.TemporaryDirectory(prefix="triage-simulate-") as folder:
        return _Full(plan, examples, seed, Path(folder)).run()


class _Full:
    def __init__(self, plan: Plan, examples: Sequence[Example], seed: int, home: Path) -> None:
        self._plan, self._home = plan, home
        self._chance = random.Random(seed)  # noqa: S311 - no secret
        authors = sorted({example.author for example in examples})
        self._chance.shuffle(authors)
        unseen = set(authors[: max(1, round(STREAM_SHARE * len(authors)))])
        self._training = [example for example in examples if example.author not in unseen]
        self._stream = [example for example in examples if example.author in unseen]
        self._clock, self._source = _Clock(), Given()
        url = f"sqlite:///{home / 'store.sqlite'}"
        migrate.upgrade(url)
        self._store = Store(url, Keyring.open(home / "keys", create=True))
        units, offices = load_organisation(PROJECT / "config")
        with self._store.begin() as tx:
            organisation.seed(tx, units, offices)
        self._ingest = Ingest(store=self._store, reader=_Reader(), clock=self._clock, own=OWN, batch_size=BATCH)
        self._truths: dict[str, Example] = {}
        self._officers = Officers(
            [_truth(example) for example in examples],
            error_rate=plan.officer_error,
            poison=plan.poison,
            chance=self._chance,
        )
        self._labels: list[tuple[int, Example]] = []
        self._out = Outcome(seed, plan.rules.limit)
        self._right = self._suggested = self._last = 0
        self._audit_all = True
        self._serve()

    def run(self) -> Outcome:
        """The audit, the weeks, the retraining between them."""
        plan, out = self._plan, self._out
        try:
            while self._answered() < plan.audited:
                self._day(BATCH, measured=False)
            self._audit_all = False
            for week in range(1, plan.weeks + 1):
                if week == plan.weeks // 2 + 1:
                    self._retrain()
                self._open(week)
                out.weeks_open += self._state() is GateState.AUTOMATIC
                for _ in range(max(1, plan.per_week // BATCH)):
                    self._day(min(BATCH, plan.per_week), measured=True)
        finally:
            self._store.dispose()
        out.coverage = out.automatic / max(1, out.messages)
        out.over = exceeds(out.wrong, out.automatic, plan.rules.limit)
        out.labels, out.poisoned = self._officers.labels, self._officers.poisoned
        out.accuracy = self._right / max(1, self._suggested)
        return out

    def _serve(self, labels: Sequence[Example] = ()) -> None:
        """Trains, saves and loads a model, and wires the worker's steps around it."""
        candidate = train([*self._training, *labels], progress=_silent)
        self._model: Classifier = load(self._home / "models", save(candidate, self._home / "models"))

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
        """With what officers said of mail that was not drawn: no model may have seen the audit."""
        with self._store.read() as tx:
            drawn = gate_checks.drawn_since(tx, since=START)
        self._serve([example for message_id, example in self._labels if message_id not in drawn])

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
            if measured:
                self._out.messages += 1
                if (
                    line.state is MessageState.QUEUED
                    and line.decision is not None
                    and line.decision.officer == "policy"
                ):
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
        said = self._officers.answer(_truth(example))
        route, _, country = said.partition(":")
        label = replace(example, id=f"officer-{message_id}", route=route, country=country or None, also_ok=())
        self._labels.append((message_id, label))
        try:
            self._say(message_id, Destination.parse(said))
        except Refused:  # taken for a report of misconduct, which stays at IPD
            self._labels.pop()
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
            again = self._officers.settle(_truth(example), str(one.said), answers_of(example))
            gate.look_again(
                self._store,
                message_id=one.message_id,
                destination=Destination.parse(again),
                officer=SECOND,
                now=self._clock.now(),
            )

    def _open(self, week: int) -> None:
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
        except Refused:
            return
        self._out.threshold = self._out.threshold or found.threshold

    def _state(self) -> GateState | None:
        with self._store.read() as tx:
            held = gate_rows.states(tx).get(POOLED)
        return None if held is None else held.standing(self._model.name).state

    def _note(self, before: GateState | None) -> None:
        with self._store.read() as tx:
            held = gate_rows.states(tx).get(POOLED)
        if held is not None and before is GateState.AUTOMATIC and held.state is not GateState.AUTOMATIC:
            self._out.alarms.append({"at": held.at.isoformat(), "why": held.cause})

    def _answered(self) -> int:
        with self._store.read() as tx:
            return gate_checks.waiting(tx, since=START)[1]

    def _draw(self) -> Example:
        outside = self._chance.random() < self._plan.outside
        fitting = [example for example in self._stream if (example.route == Route.IPD) == outside]
        return self._chance.choice(fitting)

    def _mail(self, example: Example) -> Fetched:
        number = len(self._truths) + 1
        made = EmailMessage()
        made["From"] = f'"{example.from_name.replace(chr(34), "")}" <sender{number}@stream.example>'
        made["To"], made["Subject"] = "ipd@office.example", " ".join(example.subject.split())
        made["Message-ID"] = f"<{number}@stream.example>"
        made.set_content(example.body)
        self._truths[f"<{number}@stream.example>"] = example
        return Fetched(number, made.as_bytes(policy=SMTP), self._clock.now())


def _truth(example: Example) -> str:
    return f"{example.route}:{example.country}" if example.country else example.route


def _silent(step: str, share: float) -> None:
    """Progress that nobody watches."""
    del step, share
