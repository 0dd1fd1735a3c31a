"""Whether probabilities mean what they say, and how many answers are wrong if only the surest are given."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

PARTS = 10
FEWEST = 5
"""A class of fewer answers than this says nothing."""


@dataclass(frozen=True, slots=True)
class ProbabilityClass:
    """The answers given with a probability from `lower` on, a tenth wide: the probability that they stated on average and
    the share that was right, both None where the answers are too few."""

    lower: float
    messages: int
    said: float | None
    right: float | None

    @classmethod
    def from_json(cls, stated: Mapping[str, Any]) -> Self:
        """As a model's card has it."""
        return cls(float(stated["lower"]), int(stated["messages"]), _number(stated["said"]), _number(stated["right"]))


@dataclass(frozen=True, slots=True)
class Covered:
    """The surest `share` of all answers: how many, the least probability among them, the share of them that was wrong."""

    share: float
    messages: int
    probability: float
    wrong: float

    @classmethod
    def from_json(cls, stated: Mapping[str, Any]) -> Self:
        """As a model's card has it."""
        return cls(
            float(stated["share"]), int(stated["messages"]), float(stated["probability"]), float(stated["wrong"])
        )


def by_probability(answers: Sequence[tuple[float, bool]]) -> list[ProbabilityClass]:
    """Ten classes of (probability, right), the least sure first."""
    made = []
    for place, found in enumerate(_classes(answers)):
        enough = len(found) >= FEWEST
        said = round(sum(probability for probability, _ in found) / len(found), 4) if enough else None
        right = round(sum(was_right for _, was_right in found) / len(found), 4) if enough else None
        made.append(ProbabilityClass(place / PARTS, len(found), said, right))
    return made


def calibration_error(answers: Sequence[tuple[float, bool]]) -> float:
    """Expected calibration error of (probability, right) over the ten classes."""
    gaps = (abs(sum(probability - was_right for probability, was_right in found)) for found in _classes(answers))
    return sum(gaps) / max(1, len(answers))


def by_coverage(answers: Sequence[tuple[float, bool]]) -> list[Covered]:
    """From the surest tenth to all of them; nothing where a tenth would be too few."""
    if len(answers) < FEWEST * PARTS:
        return []
    ranked = sorted(answers, key=lambda answer: -answer[0])
    made = []
    for part in range(1, PARTS + 1):
        count = round(len(ranked) * part / PARTS)
        wrong = sum(not right for _, right in ranked[:count])
        made.append(Covered(part / PARTS, count, round(ranked[count - 1][0], 4), round(wrong / count, 4)))
    return made


def _classes(answers: Sequence[tuple[float, bool]]) -> list[list[tuple[float, bool]]]:
    classes: list[list[tuple[float, bool]]] = [[] for _ in range(PARTS)]
    for answer in answers:
        classes[min(PARTS - 1, int(answer[0] * PARTS))].append(answer)
    return classes


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None
