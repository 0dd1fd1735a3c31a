"""Labels that may be wrong, for a person to look at: never a deletion, never a correction by itself.

The method is confident learning (C. Northcutt, L. Jiang, I. Chuang: Confident Learning: Estimating Uncertainty in Dataset
Labels, Journal of Artificial Intelligence Research 70, 2021), in an implementation of our own. Every message is judged by
models that never saw its author. A message belongs confidently to the likeliest of the routes that get enough of the mean
probability which messages labelled with that route get. Where that is not the route it is labelled with, the label is
suspected. Two things are added to the paper, because routes overlap and a hard message with the right label must not be
listed like a wrong label: an answer that the label itself names as acceptable too is no error, and of what the likelier
route leaves, the labelled one must get little. A hard message's own route is mostly the second likeliest, a wrong one is
any. And probabilities are weighed by how sure models are of a route in general: one of which many labels are wrong gets
too little everywhere. The three numbers below were chosen on some forty trainings with swapped labels; what they find is measured
by `triage simulate --swapped 0.3 --swapped-route DOE --trainings 20`.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from triage.classify.measure import OutOfFold
from triage.domain.ports import Doubted, Example
from triage.domain.taxonomy import Route
from triage.mail.likeness import runs

ROUTES = tuple(route.value for route in Route)
LEAST_DOUBT = 2.5
"""How doubtful a label must be, see `_doubt`."""
THRESHOLD_SHARE = 0.5
"""Of a route's mean probability, from which on a message belongs to it confidently; 1 in the paper, which knows no doubt."""
_REST_WEIGHT = 0.5
NEARLY = 0.6
"""Share of the shorter text's word runs from which on two messages count as the same."""
FEWEST_RUNS = 8
"""Texts with fewer runs of words may well be alike."""
_COMMONPLACE = 20  # a run of words in more messages than this is a set phrase

Doubles = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Suspect:
    """One label that may be wrong. `number` is the place in the examples; probabilities are of routes. `doubt` says how
    little the label gets; the list is ordered by it.

    `likely` is the destination that models which never saw the author name within the likelier route.
    """

    number: int
    id: str
    labelled: str
    likely: str
    labelled_probability: float
    likely_probability: float
    doubt: float


@dataclass(frozen=True, slots=True)
class Twins:
    """Two messages of nearly the same words with different labels, as places in the examples, and how much they share."""

    first: int
    second: int
    likeness: float


@dataclass(frozen=True, slots=True)
class SuspectShare:
    """Of `labels` labels of a route, `suspected` are."""

    labels: int
    suspected: int

    @property
    def share(self) -> float:
        """0 where there is no label."""
        return self.suspected / self.labels if self.labels else 0.0


def suspects(judged: OutOfFold, *, least_doubt: float = LEAST_DOUBT) -> list[Suspect]:
    """The suspected labels, the most doubtful first. `judged` is what training returns as `out_of_fold`."""
    examples = judged.examples
    if not examples:
        return []
    labels = np.array([ROUTES.index(example.route) for example in examples])
    said = route_probabilities(judged)
    chances = _weighed(said, labels)
    confident = _confident(chances, labels)
    found = []
    for number in np.flatnonzero((confident >= 0) & (confident != labels)).tolist():
        example, other = examples[number], int(confident[number])
        if ROUTES[other] in _routes(judged.acceptable(number)):
            continue
        answer = next(name for name, _ in judged.ranked[number] if name.partition(":")[0] == ROUTES[other])
        doubt = _doubt(float(chances[number, labels[number]]), float(chances[number, other]))
        if doubt >= least_doubt:
            given, likely = float(said[number, labels[number]]), float(said[number, other])
            found.append(Suspect(number, example.id, example.label, answer, given, likely, doubt))
    return sorted(found, key=lambda one: (-one.doubt, one.number))


def route_probabilities(judged: OutOfFold) -> Doubles:
    """Probability of every route (in the order of ROUTES) for each message: a mission's is the sum over countries."""
    place = {name: number for number, name in enumerate(ROUTES)}
    chances = np.zeros((len(judged.ranked), len(ROUTES)))
    for row, ranked in zip(chances, judged.ranked, strict=True):
        for answer, probability in ranked:
            row[place[answer.partition(":")[0]]] += probability
    return chances


def _confident(chances: Doubles, labels: npt.NDArray[np.intp]) -> npt.NDArray[np.intp]:
    """The route that each message confidently belongs to; -1 where it reaches no threshold."""
    reached = np.where(chances >= THRESHOLD_SHARE * _self_confidence(chances, labels), chances, -1.0)
    return np.where(reached.max(axis=1) >= 0, reached.argmax(axis=1), -1)


def _self_confidence(chances: Doubles, labels: npt.NDArray[np.intp]) -> Doubles:
    """By route the mean probability that messages labelled with it get for it; infinite without any."""
    return np.array(
        [chances[labels == route, route].mean() if (labels == route).any() else np.inf for route in range(len(ROUTES))]
    )


def _weighed(chances: Doubles, labels: npt.NDArray[np.intp]) -> Doubles:
    """Probabilities over how sure models are of each route in general, each row summing to one again."""
    usual = _self_confidence(chances, labels)
    usual = np.where(np.isfinite(usual), usual, usual[np.isfinite(usual)].mean())
    weighed = chances / np.maximum(usual, 1e-6)
    return np.asarray(weighed / np.maximum(weighed.sum(axis=1, keepdims=True), 1e-9))


def _doubt(given: float, likely: float) -> float:
    """Between the labelled route's probability alone (low wherever a model is sure) and its share of what the likelier
    one leaves (low wherever the model would rather have anything else); a natural logarithm."""
    return _REST_WEIGHT * math.log(max(1 - likely, 1e-6)) - math.log(max(given, 1e-6))


def shares(
    examples: Sequence[Example], found: Collection[Suspect], *, among: Collection[str] | None = None
) -> dict[str, SuspectShare]:
    """By route as labelled: how many labels there are and how many are suspected; only of the ids `among`, or of all.

    A route whose new labels are suspected too often has a poisoned source, or guidance that officers read differently.
    """
    wanted = None if among is None else set(among)
    labels = Counter(e.route for e in examples if wanted is None or e.id in wanted)
    doubted = Counter(examples[s.number].route for s in found if wanted is None or s.id in wanted)
    return {route: SuspectShare(labels[route], doubted[route]) for route in ROUTES if labels[route]}


def twins(examples: Sequence[Example], *, nearly: float = NEARLY) -> list[Twins]:
    """Pairs of nearly the same words whose labels exclude each other, the most alike first.

    Runs of five words are compared; time grows with the words, not with the pairs.
    """
    rows = [runs(f"{example.subject} {example.body}") for example in examples]
    holders: dict[int, list[int]] = defaultdict(list)
    for number, row in enumerate(rows):
        if len(row) >= FEWEST_RUNS:
            for run in row:
                holders[run].append(number)
    shared: Counter[tuple[int, int]] = Counter()
    for numbers in holders.values():
        if 1 < len(numbers) <= _COMMONPLACE:
            shared.update(_pairs(numbers))
    found = [
        Twins(first, second, count / min(len(rows[first]), len(rows[second])))
        for (first, second), count in shared.items()
        if count >= nearly * min(len(rows[first]), len(rows[second])) and _differ(examples[first], examples[second])
    ]
    return sorted(found, key=lambda pair: (-pair.likeness, pair.first, pair.second))


def _pairs(numbers: Sequence[int]) -> Iterator[tuple[int, int]]:
    for place, first in enumerate(numbers):
        for second in numbers[place + 1 :]:
            yield first, second


def _differ(one: Example, other: Example) -> bool:
    """Whether neither label is among the other's acceptable answers."""
    return one.label not in {other.label, *other.also_ok} and (other.label not in one.also_ok)


def _routes(answers: Collection[str]) -> set[str]:
    return {answer.partition(":")[0] for answer in answers}


def as_doubts(examples: Sequence[Example], found: Sequence[Suspect], pairs: Sequence[Twins] = ()) -> list[Doubted]:
    """Suspects, then twins, as data for the reviewing list: ids, labels and figures, never a text.

    Of twins `likely` is what the other one is labelled, whose id is `other_id`; the probability beside it is the likeness.
    """
    doubts = [
        Doubted(
            one.id, "", examples[one.number].language, one.labelled, one.likely, one.labelled_probability,
            one.likely_probability,
        )
        for one in found
    ]  # fmt: skip
    for pair in pairs:
        one, other = examples[pair.first], examples[pair.second]
        doubts.append(Doubted(one.id, other.id, one.language, one.label, other.label, 0.0, pair.likeness))
    return doubts
