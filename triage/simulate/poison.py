"""Swapped labels before the real training, suspects and comparison: what is found of them, and what becomes of the model.

Half of the authored messages are training files; the other half came in since, labelled by officers, and some of their
labels are swapped. The champion's place stays empty, for what is asked is whether the labels alone hold a challenger back.
"""

import random
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from triage.classify.trainer import SavingTrainer
from triage.domain.ports import Example
from triage.domain.promotion import compare
from triage.flow.learning.challenge import new_labels
from triage.flow.learning.training_set import TrainingSet
from triage.simulate.officers import Poison

AT = datetime(2026, 1, 5, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Trial:
    """Of `labels` new labels `swapped` are swapped; `suspected` of them are listed, `found` of these rightly. `outcome`:
    what became of the challenger, `reasons` what spoke against it."""

    seed: int
    labels: int
    swapped: int
    suspected: int
    found: int
    outcome: str
    reasons: tuple[str, ...]

    @property
    def precision(self) -> float:
        return self.found / max(1, self.suspected)

    @property
    def recall(self) -> float:
        return self.found / max(1, self.swapped)

    def row(self) -> dict[str, Any]:
        """JSON-ready."""
        return asdict(self) | {"precision": round(self.precision, 4), "recall": round(self.recall, 4)}


def poisoned(
    examples: Sequence[Example], poison: Poison, chance: random.Random
) -> tuple[list[Example], set[str], set[str]]:
    """(the examples as they are learnt from, the ids of the new ones, the ids of those whose label was swapped)."""
    new = {example.id for example in chance.sample(list(examples), len(examples) // 2)}
    labels = sorted({(example.route, example.country) for example in examples}, key=str)
    routes = sorted({route for route, _ in labels})
    made: list[Example] = []
    swapped: set[str] = set()
    for example in examples:
        if example.id not in new or not poison.hits(example.route, chance):
            made.append(example)
            continue
        other = chance.choice([route for route in routes if route != example.route])
        route, country = chance.choice([label for label in labels if label[0] == other])
        made.append(replace(example, route=route, country=country, also_ok=()))
        swapped.add(example.id)
    return made, new, swapped


def try_poison(examples: Sequence[Example], poison: Poison, seed: int) -> Trial:
    """One training on partly swapped labels."""
    made, new, swapped = poisoned(examples, poison, random.Random(seed))  # noqa: S311 - no secret
    with tempfile.TemporaryDirectory(prefix="triage-poison-") as folder:
        fitted = SavingTrainer(Path(folder)).fit(made, progress=_silent, recent=new)
    training_set = TrainingSet(made, labelled=dict.fromkeys(new, "officer"))
    compared = compare(
        (), champion=None, challenger=fitted.name, at=AT, new_labels=new_labels(training_set, None, fitted)
    )
    suspected = {one.line_id for one in fitted.doubts if not one.other_id} & new
    return Trial(
        seed, len(new), len(swapped), len(suspected), len(suspected & swapped), compared.outcome.value, compared.reasons
    )


def _silent(step: str, share: float) -> None:
    """Progress that nobody watches."""
    del step, share
