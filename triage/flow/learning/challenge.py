"""Champion and challenger before the same messages: the frozen test messages, and what people said of the audit window."""

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from triage.domain.decision import Prediction
from triage.domain.gatekeeper import may_go
from triage.domain.message import Message
from triage.domain.policy import Thresholds
from triage.domain.policy import decide as apply_policy
from triage.domain.ports import Example, Fitted, Trainer
from triage.domain.promotion import (
    ALL,
    USUAL_SUSPECTS,
    Answer,
    Comparison,
    Judged,
    NewLabels,
    Part,
    compare,
)
from triage.domain.taxonomy import Route
from triage.flow.learning.promote import Evidence
from triage.flow.learning.training_set import TrainingSet
from triage.mail.likeness import same_words
from triage.store import audit_window, gate_checks
from triage.store.audit_window import Drawn
from triage.store.engine import Store
from triage.store.gate_checks import Judgement

MOST_AUDITED = 2000
AT_ONCE = 100
_WEIGHT = 50  # so many labels weigh as much as what is usual anyway


@dataclass(frozen=True, slots=True)
class Window:
    """The audit window: what was drawn since, with the words of every text."""

    since: datetime
    drawn: tuple[Drawn, ...] = ()
    message_ids: frozenset[int] = frozenset()
    words: frozenset[str] = field(default=frozenset())


def read_window(store: Store | None, evidence: Evidence | None, now: datetime) -> Window:
    """The window as it stands now; empty without a store."""
    if store is None or evidence is None:
        return Window(now)
    since = now - evidence.window
    with store.read() as tx:
        ids = gate_checks.drawn_since(tx, since=since)
        found = tuple(audit_window.drawn(tx, since=since, limit=MOST_AUDITED))
    words = {said for one in found if (said := _words(one.message)) is not None}
    return Window(since, found, frozenset(ids), frozenset(words))


@dataclass(frozen=True, slots=True)
class Said:
    """What one model says of the messages, in order, with the thresholds of its card."""

    name: str
    thresholds: Thresholds
    predictions: list[Prediction]


def messages_of(trainer: Trainer, test: Sequence[Example], window: Window) -> list[Message]:
    """What both are asked about: the test messages, then the window."""
    return [*(trainer.as_message(example) for example in test), *(one.message for one in window.drawn)]


def ask_model(
    trainer: Trainer, name: str, messages: Sequence[Message], tell: Callable[[float], None] = lambda _: None
) -> Said:
    """Has a saved model answer; `tell` hears which share is done. Raises ModelError."""
    model = trainer.load(name)
    said: list[Prediction] = []
    for start in range(0, len(messages), AT_ONCE):
        said += model.predict(messages[start : start + AT_ONCE])
        tell(len(said) / len(messages))
    return Said(model.name, model.thresholds, said)


def compare_models(
    messages: Sequence[Message],
    *,
    before: Said | None,
    new: Said,
    test: Sequence[Example],
    window: Window,
    learnt: Collection[str],
    labels: Sequence[NewLabels],
    suspect_limit: float,
    now: datetime,
) -> Comparison:
    """Compares the answers of both (`before` None: there is no champion). `learnt` are the words of every text that the
    challenger learnt from. A text that many sent in the same words is one piece of evidence, and counts once."""
    judged = []
    counted: set[str] = set()
    for place, message in enumerate(messages):
        truth = _of_test(test[place]) if place < len(test) else _of_window(window.drawn[place - len(test)])
        words = _words(message)
        if truth is None or words in counted:
            continue
        if words is not None:
            counted.add(words)
        part, language, acceptable, route = truth
        was = None if before is None else _answer(before.predictions[place], before.thresholds)
        judged.append(
            Judged(part, language, route, acceptable, was, _answer(new.predictions[place], new.thresholds))
        )  # fmt: skip
    return compare(
        judged,
        champion=None if before is None else before.name,
        challenger=new.name,
        at=now,
        seen=sum(words in learnt for message in messages if (words := _words(message)) is not None),
        new_labels=labels,
        suspect_limit=suspect_limit,
    )


def judgements_of(new: Said, window: Window) -> list[Judgement]:
    """What the challenger says of the drawn messages, for the gate."""
    said = new.predictions[len(new.predictions) - len(window.drawn) :]
    return [
        Judgement(
            one.message_id,
            prediction.destination,
            prediction.probability,
            may_go(apply_policy(prediction, one.message, new.thresholds)),
        )
        for one, prediction in zip(window.drawn, said, strict=True)
    ]


def keep_judgements(store: Store, judgements: Sequence[Judgement], *, model: str, since: datetime) -> None:
    """Keeps what a model says of the drawn messages, so that the gate can be certified for it at once."""
    with store.begin() as tx:
        tx.lock("gate judgements")
        there = audit_window.judged_by(tx, model=model, since=since)
        gate_checks.judge_many(tx, [one for one in judgements if one.message_id not in there], model=model)


def new_labels(made: TrainingSet, before: TrainingSet | None, fitted: Fitted) -> list[NewLabels]:
    """The labels that the champion had not learnt from, by the route they name and by the one they look like, each with how
    many of them look wrong, and how many usually do. `before` None: all labels from the store are new."""
    known = {} if before is None else {one.id: (one.route, one.country) for one in before.examples}
    new, old = _Counted(fitted), _Counted(fitted)
    for one in made.examples:
        is_new = one.id in made.labelled and known.get(one.id) != (one.route, one.country)
        (new if is_new else old).add(one)
    usual = old.usual
    return [
        NewLabels(route, number, new.doubted[route, looks], looks, usual(route, looks=looks))
        for (route, looks), number in sorted(new.labels.items(), key=lambda item: (item[0][0] != ALL, item[0][::-1]))
    ]


class _Counted:
    """Labels by route as named and as their messages look, and those of them that look wrong."""

    def __init__(self, fitted: Fitted) -> None:
        self._looks = fitted.looks
        self._wrong = {one.line_id for one in fitted.doubts}
        self.labels: Counter[tuple[str, bool]] = Counter()
        self.doubted: Counter[tuple[str, bool]] = Counter()

    def add(self, one: Example) -> None:
        """Counts one label."""
        for key in ((ALL, False), (one.route, False), (self._looks.get(one.id, one.route), True)):
            self.labels[key] += 1
            self.doubted[key] += one.id in self._wrong

    def usual(self, route: str, *, looks: bool) -> float:
        """The share of a route's labels that looks wrong; the fewer there are, the more it is that of all labels."""
        every = self.doubted[ALL, False] + USUAL_SUSPECTS * _WEIGHT, self.labels[ALL, False] + _WEIGHT
        doubted = self.doubted[route, looks] + _WEIGHT * every[0] / every[1]
        return doubted / (self.labels[route, looks] + _WEIGHT)


def _words(message: Message) -> str | None:
    return same_words(message.text or message.newest_text)


def _answer(said: Prediction, thresholds: Thresholds) -> Answer:
    kept = said.destination.route is Route.IPD or said.out_of_scope > thresholds.out_of_scope
    return Answer(str(said.destination), said.probability, kept)


Truth = tuple[Part, str, frozenset[str], str]


def _of_test(example: Example) -> Truth:
    return Part.TEST, example.language, frozenset({example.label, *example.also_ok}), example.route


def _of_window(one: Drawn) -> Truth | None:
    if one.answer is None:
        return None
    return Part.AUDIT, one.language, frozenset({str(one.answer)}), one.answer.route.value
