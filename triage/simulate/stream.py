"""One stream of mail over virtual weeks, before the real gate and the real policy, on recorded scores.

The stream begins with `audited` messages that were judged blind while the gate only suggested; then a model keeper opens
it where its evidence suffices, and the weeks that follow are what is measured. Mail out of scope is mail that IPD keeps:
forwarding one is a misroute. Every message is drawn with replacement, so that what is audited stands for what comes.
"""

import math
import random
from collections import deque
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from triage.domain.drift import LEAST, WINDOW, Numbers, Snapshot, compare, summarise
from triage.domain.gate import Checked, GateState, Shortfall
from triage.domain.gate_words import POOLED, Cause, Drawn
from triage.domain.gatekeeper import (
    NEAR,
    Move,
    Rules,
    SinceOpening,
    Standing,
    certified,
    draw,
    holds,
    may_go,
    next_move,
    opener,
    speaks_against,
)
from triage.domain.taxonomy import Route
from triage.simulate.officers import Officers, Poison
from triage.simulate.scores import TOPIC_LABELS, NewTopic, Recorded, Scored

DRIFT_EVERY = 50
SHUFFLED_WEEKS = 4
TOPIC_PATIENCE = 200
TOLD = 0.5  # share of misroutes of which the unit says that it is not theirs


@dataclass(frozen=True, slots=True)
class Plan:
    """What a stream is like. Weeks count from 1."""

    rules: Rules = field(default_factory=Rules)
    audited: int = 2000
    weeks: int = 12
    per_week: int = 500
    window_weeks: int = 26
    outside: float = 0.10
    officer_error: float = 0.01
    second_look: bool = True  # a second officer settles where the first and the suggestion differ
    poison: Poison = field(default_factory=Poison)
    shuffled_from: int | None = None
    topic: Route | None = None
    topic_from: int | None = None
    topic_share: float = 0.3


@dataclass(frozen=True, slots=True)
class Supply:
    """The judged messages that streams draw from."""

    ordinary: Recorded
    shuffled: Recorded | None = None
    topic: NewTopic | None = None


@dataclass(slots=True)
class Outcome:
    """What became of a stream. `over`: the misroutes are more than the limit allows, by a one-sided binomial test at 5 %."""

    seed: int
    limit: float
    messages: int = 0
    automatic: int = 0
    wrong: int = 0
    coverage: float = 0.0
    over: bool = False
    threshold: float | None = None
    weeks_open: int = 0
    alarms: list[dict[str, Any]] = field(default_factory=list)
    labels: int = 0
    poisoned: int = 0
    accuracy: float = 0.0
    topic: str = ""
    topic_alarm_after: int | None = None
    topic_accuracy: float | None = None
    challenger: str = ""  # what became of the model that was trained on the way, and what spoke against it
    reasons: list[str] = field(default_factory=list)
    refused: str = ""  # why the gate could not be opened, last time it was asked to

    def row(self) -> dict[str, Any]:
        """JSON-ready."""
        return asdict(self)


class Stream:
    """Runs one plan with one seed."""

    def __init__(self, plan: Plan, supply: Supply, seed: int) -> None:
        self._plan = plan
        self._supply = supply
        self._chance = random.Random(seed)  # noqa: S311 - no secret
        self._model = supply.ordinary
        self._serve(supply.topic.before if supply.topic is not None else supply.ordinary)
        self._officers = Officers(
            [one.truth for one in supply.ordinary.scored],
            error_rate=plan.officer_error,
            poison=plan.poison,
            chance=self._chance,
        )
        self._out = Outcome(seed, plan.rules.limit, topic=plan.topic or "")
        self._standing = Standing(POOLED, GateState.SUGGEST)
        self._checks: list[tuple[int, Checked]] = []
        self._since = SinceOpening()
        self._right = 0
        self._topic_seen = self._topic_right = self._topic_after = 0
        self._learnt = False

    def run(self) -> Outcome:
        """The whole stream."""
        plan, out = self._plan, self._out
        while len(self._checks) < plan.audited:
            one = self._draw(0)
            if may_go(one.policied) and one.policied.prediction.probability >= NEAR:
                self._check(one, 0)
        for week in range(1, plan.weeks + 1):
            self._keep(week)
            out.weeks_open += self._standing.state is GateState.AUTOMATIC
            for _ in range(plan.per_week):
                self._arrive(self._draw(week), week)
        out.coverage = out.automatic / max(1, out.messages)
        out.over = exceeds(out.wrong, out.automatic, plan.rules.limit)
        out.labels, out.poisoned = self._officers.labels, self._officers.poisoned
        out.accuracy = self._right / max(1, out.messages)
        if self._topic_after:
            out.topic_accuracy = self._topic_right / self._topic_after
        return out

    def _serve(self, model: Recorded) -> None:
        """Another model judges from now on: what was seen of mail by the last one says nothing of this one."""
        self._model = model
        self._inside = [one for one in model.scored if one.truth != Route.IPD]
        self._outside = [one for one in model.scored if one.truth == Route.IPD]
        self._seen: deque[Numbers] = deque(maxlen=WINDOW)
        self._drifting = False

    def _draw(self, week: int) -> Scored:
        plan, supply, chance = self._plan, self._supply, self._chance
        begun = plan.shuffled_from
        if supply.shuffled is not None and begun is not None and begun <= week < begun + SHUFFLED_WEEKS:
            return chance.choice(supply.shuffled.scored)
        topical = supply.topic is not None and plan.topic_from is not None and week >= plan.topic_from
        if topical and supply.topic is not None and chance.random() < plan.topic_share:
            known = supply.topic.learnt if self._learnt else supply.topic.unheard
            return chance.choice(known.scored)
        return chance.choice(self._outside if chance.random() < plan.outside else self._inside)

    def _arrive(self, one: Scored, week: int) -> None:
        out, said = self._out, one.policied.prediction
        out.messages += 1
        self._right += one.is_right
        self._note_topic(one, week)
        gate, drawn = None, None
        if may_go(one.policied):
            gate = opener(
                {POOLED: self._standing},
                destination=said.destination,
                language=said.language,
                probability=said.probability,
            )
            drawn, _ = draw(
                self._plan.rules,
                opened=gate is not None,
                probability=said.probability,
                chance=self._chance.random(),
            )
        if drawn is not None:
            self._judged(self._check(one, week), week, kept=drawn is Drawn.KEPT)
        elif gate is not None:
            self._forward(one, week)
        else:
            self._officers.answer(one.truth)
        self._watch(one, week)

    def _check(self, one: Scored, week: int) -> bool:
        said = one.policied.prediction
        right = self._officers.answer(one.truth) == str(said.destination)
        if not right and self._plan.second_look:
            right = self._officers.settle(one.truth, str(said.destination), one.right) == str(said.destination)
        self._checks.append((week, Checked(said.probability, right)))
        return right

    def _judged(self, right: bool, week: int, *, kept: bool) -> None:
        if kept:
            since = self._since
            self._since = SinceOpening(since.wrong + (not right), since.checked + 1, since.gone, since.declined)
            self._close_if_wrong(week)
        if not right and self._standing.state is GateState.AUTOMATIC:
            self._step_back(week)

    def _step_back(self, week: int) -> None:
        """The running upper limit has risen: a stricter threshold, or none, where the own one no longer holds."""
        sample = self._window(week)
        if not holds(self._standing, sample, self._plan.rules):
            move = next_move(self._standing, sample, self._plan.rules)
            if move is not None:
                self._move(move, week)

    def _window(self, week: int) -> list[Checked]:
        return [check for at, check in self._checks if at >= week - self._plan.window_weeks]

    def _forward(self, one: Scored, week: int) -> None:
        self._out.automatic += 1
        self._out.wrong += not one.is_right
        told = not one.is_right and self._chance.random() < TOLD
        since = self._since
        self._since = SinceOpening(since.wrong, since.checked, since.gone + 1, since.declined + told)
        if told:
            self._close_if_wrong(week)

    def _close_if_wrong(self, week: int) -> None:
        if self._standing.state is GateState.AUTOMATIC and speaks_against(self._since, self._plan.rules):
            self._move(Move(GateState.CLOSED, Cause.MISROUTES), week)

    def _keep(self, week: int) -> None:
        """The weekly look: the gate's own, and a model keeper who opens it where nothing speaks against it."""
        sample = self._window(week)
        move = next_move(self._standing, sample, self._plan.rules)
        if move is None and self._standing.state is not GateState.AUTOMATIC and not self._drifting:
            found = certified(sample, self._plan.rules)
            if not isinstance(found, Shortfall):
                move = Move(GateState.AUTOMATIC, Cause.OFFICER, found)
        if move is not None:
            self._move(move, week)

    def _move(self, move: Move, week: int) -> None:
        opened_before = self._standing.state is GateState.AUTOMATIC
        threshold = move.certificate.threshold if move.certificate is not None else None
        self._standing = Standing(POOLED, move.state, threshold, resumes=move.cause is Cause.THIN)
        if move.state is GateState.CLOSED:
            self._checks.clear()  # what it rested on was refuted: only fresh evidence opens it again
        if move.state is not GateState.AUTOMATIC:
            self._out.alarms.append({"week": week, "why": move.cause})
        elif self._out.threshold is None or not opened_before:
            self._out.threshold = threshold
        if not opened_before or move.state is not GateState.AUTOMATIC:
            self._since = SinceOpening()

    def _watch(self, one: Scored, week: int) -> None:
        """Compares the last messages with the training snapshot, now and then."""
        self._seen.append(one.numbers)
        if self._out.messages % DRIFT_EVERY or len(self._seen) < LEAST:
            return
        raised = alarms(self._model.reference, list(self._seen))
        if raised and not self._drifting:
            self._out.alarms.append({"week": week, "why": Cause.DRIFT, "figures": raised})
            if self._topic_seen and self._out.topic_alarm_after is None:
                self._out.topic_alarm_after = self._topic_seen
            if self._standing.state is GateState.AUTOMATIC:
                self._standing = Standing(POOLED, GateState.CLOSED)
                self._since = SinceOpening()
                self._checks.clear()
        self._drifting = bool(raised)

    def _note_topic(self, one: Scored, week: int) -> None:
        """How the new topic fares: counted from its first message, and judged once its corrections were learnt.

        A model that learnt from TOPIC_LABELS of them serves as soon as there are so many and the alarm was raised; after
        TOPIC_PATIENCE messages it serves in any case.
        """
        plan, topic = self._plan, self._supply.topic
        if topic is None or plan.topic_from is None or week < plan.topic_from:
            return
        if one.truth.partition(":")[0] != topic.route:
            return
        self._topic_seen += 1
        if self._learnt:
            self._topic_after += 1
            self._topic_right += one.is_right
            return
        asked = self._out.topic_alarm_after is not None or self._topic_seen >= TOPIC_PATIENCE
        if self._topic_seen >= TOPIC_LABELS and asked:
            self._learnt = True
            self._serve(topic.after)


def alarms(reference: Snapshot, numbers: Sequence[Numbers]) -> list[str]:
    """The figures that are out of bounds."""
    return [one.figure.value for one in compare(reference, summarise(numbers)) if one.alarm]


def exceeds(wrong: int, count: int, limit: float) -> bool:
    """Whether so many wrong ones among `count` are more than chance explains at `limit` (one-sided, 5 %)."""
    if wrong <= limit * count:
        return False
    log_of = [
        math.lgamma(count + 1) - math.lgamma(k + 1) - math.lgamma(count - k + 1) + k * math.log(limit)
        + (count - k) * math.log1p(-limit)
        for k in range(wrong)
    ]  # fmt: skip
    return 1.0 - sum(math.exp(value) for value in log_of) < 0.05
