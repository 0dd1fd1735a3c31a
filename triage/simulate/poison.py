"""Swapped labels before the real training, suspects and comparison: what is found of them, and what becomes of the model.

Half of the authored messages are training files, or all but a batch; the others came in since, labelled by officers who
err now and then, and some of their labels are swapped. The champion's place stays empty, for what is asked is whether
the labels alone hold a challenger back - and that they do not where nothing was swapped.
"""

import random
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from triage.classify.measure import answers_of
from triage.classify.trainer import SavingTrainer
from triage.domain.ports import Example
from triage.domain.promotion import compare
from triage.flow.learning.challenge import new_labels
from triage.flow.learning.training_set import TrainingSet
from triage.simulate.officers import Poison

AT = datetime(2026, 1, 5, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Batch:
    """Labels of the day's work. `new`, `swapped` and `erred` are ids: of all, of those swapped, of officers' errors."""

    examples: list[Example]
    new: frozenset[str]
    swapped: frozenset[str]
    erred: frozenset[str]


@dataclass(frozen=True, slots=True)
class Trial:
    """Of `labels` new labels `swapped` are swapped, and `erred` wrong by an officer's error; `suspected` of them are
    listed, `found` of these because they were swapped, `found_erred` because of an error. `outcome`: what became of the
    challenger, `reasons` what spoke against it."""

    seed: int
    labels: int
    swapped: int
    erred: int
    suspected: int
    found: int
    found_erred: int
    outcome: str
    reasons: tuple[str, ...]

    @property
    def precision(self) -> float:
        """Of the listed labels, the share that is wrong."""
        return (self.found + self.found_erred) / max(1, self.suspected)

    @property
    def recall(self) -> float:
        """Of the swapped labels, the share that is listed."""
        return self.found / max(1, self.swapped)

    def row(self) -> dict[str, Any]:
        """JSON-ready."""
        return asdict(self) | {"precision": round(self.precision, 4), "recall": round(self.recall, 4)}


def batch_of(
    examples: Sequence[Example], poison: Poison, chance: random.Random, *, labels: int | None = None, error: float = 0.0
) -> Batch:
    """The examples as they are learnt from. `labels`: how many are new, half of all by default; `error`: the share that
    officers get wrong. A label is swapped for one of another route, and never for an answer that is right as well."""
    new = frozenset(one.id for one in chance.sample(list(examples), labels or len(examples) // 2))
    destinations = sorted({(one.route, one.country) for one in examples}, key=str)
    made: list[Example] = []
    swapped, erred = set(), set()
    for example in examples:
        if example.id not in new:
            made.append(example)
        elif poison.hits(example.route, chance):
            swapped.add(example.id)
            made.append(_swapped(example, destinations, chance))
        elif chance.random() < error:
            erred.add(example.id)
            others = [place for place in destinations if place != (example.route, example.country)]
            made.append(_labelled(example, chance.choice(others)))
        else:
            made.append(example)
    return Batch(made, new, frozenset(swapped), frozenset(erred))


def _swapped(example: Example, destinations: Sequence[tuple[str, str | None]], chance: random.Random) -> Example:
    right = {answer.partition(":")[0] for answer in answers_of(example)}
    other = chance.choice(sorted({route for route, _ in destinations} - right))
    return _labelled(example, chance.choice([place for place in destinations if place[0] == other]))


def _labelled(example: Example, place: tuple[str, str | None]) -> Example:
    return replace(example, route=place[0], country=place[1], also_ok=())


def try_poison(
    examples: Sequence[Example], poison: Poison, seed: int, *, labels: int | None = None, error: float = 0.0
) -> Trial:
    """One training on partly swapped labels."""
    batch = batch_of(examples, poison, random.Random(seed), labels=labels, error=error)  # noqa: S311 - no secret
    with tempfile.TemporaryDirectory(prefix="triage-poison-") as folder:
        fitted = SavingTrainer(Path(folder)).fit(batch.examples, progress=_silent, recent=batch.new)
    training_set = TrainingSet(batch.examples, labelled=dict.fromkeys(batch.new, "officer"))
    compared = compare(
        (), champion=None, challenger=fitted.name, at=AT, new_labels=new_labels(training_set, None, fitted)
    )
    suspected = {one.line_id for one in fitted.doubts if not one.other_id} & batch.new
    return Trial(
        seed,
        len(batch.new),
        len(batch.swapped),
        len(batch.erred),
        len(suspected),
        len(suspected & batch.swapped),
        len(suspected & batch.erred),
        compared.outcome.value,
        compared.reasons,
    )


def _silent(step: str, share: float) -> None:
    """Progress that nobody watches."""
    del step, share
