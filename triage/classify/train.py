"""Training: labelled examples in, a candidate model out. Pure: no file, no clock, no store.

Every score that a calibrator, a threshold or a published figure is made from comes from heads that never saw any
message of the same author, because mail that arrives is by people who are not in the training files.
"""

import hashlib
import json
import os
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from threadpoolctl import threadpool_limits

from triage.classify.country.finder import CountryFinder, Found, common_words, rank, route_features
from triage.classify.country.ranker import CountryRanker
from triage.classify.document import from_example
from triage.classify.emphasis import WEIGHED_STRENGTH, emphasis
from triage.classify.features.acts import acts
from triage.classify.features.matrix import MessageFeatures, Prepared
from triage.classify.features.shape import shape
from triage.classify.heads import (
    Calibrator,
    Doubles,
    LinearHead,
    author_folds,
    calibrated_out_of_fold,
    out_of_fold,
)
from triage.classify.measure import OutOfFold, measure
from triage.classify.similar import SimilarIndex
from triage.classify.stack import beside_words, danger_of
from triage.classify.thresholds import choose_flag_threshold, choose_policy
from triage.collector import collector_rests
from triage.domain.errors import DataError
from triage.domain.policy import Thresholds
from triage.domain.ports import Example

FOLDS = 5
STRENGTHS = {"route": 0.5, "kind": 0.3, "urgent": 1.0, "restricted": 1.0, "sender_type": 0.3}
SECOND_STRENGTHS = {"kind": 0.3}  # else 1.0
SHARED = ("route", "kind", "urgent", "restricted")  # heads whose scores the kind and the flags are decided from
LEAST_EXAMPLES = 40
FEW = 150
"""Messages of a route from which on documents about it are not needed."""
_ROWS_AT_ONCE = 1_000
Progress = Callable[[str, float], None]


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything fitted. `stack` reads the route head's scores, the country features and the neighbours' votes."""

    features: MessageFeatures
    heads: dict[str, LinearHead]  # route, kind, sender_type, urgent, restricted
    calibrators: dict[str, Calibrator]  # the same names; "route" is the stack
    country: CountryFinder
    similar: SimilarIndex
    flag_thresholds: dict[str, float]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A model not yet saved: its parts, and what its card will say."""

    parts: Parts
    thresholds: Thresholds
    metrics: dict[str, Any]
    data_hash: str
    examples: int
    out_of_fold: OutOfFold = field(repr=False)


def train(
    examples: Sequence[Example],
    *,
    progress: Callable[[str, float], None],
    recent: Collection[str] = (),
    documents: Sequence[Example] = (),
) -> Candidate:
    """Fit a model. `progress` hears a static word for each step and how far it is, 0 to 1. `recent`: the ids of labels
    from the day's work, which weigh more in the route's second stage where they are of a new topic (see `emphasis`).
    `documents`: texts about routes (see `mandates`), from which a route with few messages is learnt as well; none of them
    is judged, shown as similar or counted.

    Raises DataError where there are too few examples, or only one route among them.
    """
    # Many small matrices: a linear algebra library that starts threads for each only waits for them.
    with threadpool_limits(1), collector_rests():
        return _train(examples, progress, emphasis(examples, recent), documents)


def _train(
    examples: Sequence[Example], progress: Progress, weights: Doubles | None, documents: Sequence[Example]
) -> Candidate:
    _check(examples)
    progress("features", 0.0)
    number = len(examples)
    learnt = [*examples, *_needed(documents, examples)]
    if weights is not None:
        weights = np.concatenate([weights, np.ones(len(learnt) - number)])
    features = MessageFeatures()
    prepared = [features.prepare(from_example(example)) for example in learnt]
    rows = features.fit_transform(prepared)
    folds = author_folds([example.author for example in learnt], [example.language for example in learnt], FOLDS)

    labels = label_arrays(learnt)
    _check_labels({name: values[:number] for name, values in labels.items()})
    # The solver holds no interpreter lock: the heads are fitted beside the country finder, which is plain Python.
    with ThreadPoolExecutor(1) as beside:
        fitting = beside.submit(_fit_heads, rows, labels, folds, features)
        progress("country", 0.25)
        finder, found = _places(prepared)
        progress("similar", 0.4)
        similar = SimilarIndex.build(rows[:number], features, examples)
        votes = _votes_of_others(similar, rows, learnt, number)
        progress("routes", 0.5)
        scores, heads = fitting.result()
    found = [item.in_danger(danger) for item, danger in zip(found, danger_of(scores)[:, 0].tolist(), strict=True)]
    ranked = _rank_countries(learnt, finder, found, folds)
    country_rows = _route_rows(found, ranked)
    shapes = np.array([shape(item.document, len(item.words)) for item in prepared])
    stacked = np.hstack([scores["route"], beside_words(scores, country_rows, votes, shapes)])
    # Whether a person is in danger, and what a message does, is easier to say knowing what else was found.
    shared = np.hstack([scores[name] for name in SHARED] + [country_rows, votes, shapes])
    kinds = np.hstack([shared, np.array([acts(item) for item in prepared]), scores["sender_type"]])

    progress("calibration", 0.9)
    calibrators: dict[str, Calibrator] = {}
    probabilities: dict[str, Doubles] = {}
    for name in STRENGTHS:
        inputs = {"route": stacked, "kind": kinds, "sender_type": scores[name]}.get(name, shared)
        strength = SECOND_STRENGTHS.get(name, 1.0)
        if name == "route" and weights is not None:
            strength = WEIGHED_STRENGTH
        probabilities[name], calibrators[name] = calibrated_out_of_fold(
            inputs, labels[name], folds, strength=strength, weights=weights if name == "route" else None
        )

    probabilities = {name: chances[:number] for name, chances in probabilities.items()}
    flags = {
        name: choose_flag_threshold(name, probabilities[name][:, 1], labels[name][:number] == "yes")
        for name in ("urgent", "restricted")
    }
    judged = OutOfFold.of(examples, found[:number], ranked[:number], probabilities, calibrators["route"].classes, flags)
    thresholds = choose_policy(judged)
    parts = Parts(features, heads, calibrators, finder, similar, flags)
    progress("done", 1.0)
    return Candidate(parts, thresholds, measure(judged, thresholds), data_hash(examples), len(examples), judged)


def label_arrays(examples: Sequence[Example]) -> dict[str, npt.NDArray[np.str_]]:
    """The labels of each decision; flags as "no" and "yes"."""
    return {
        "route": np.array([example.route for example in examples]),
        "kind": np.array([example.kind for example in examples]),
        "sender_type": np.array([example.sender_type for example in examples]),
        "urgent": np.array(["yes" if example.urgent else "no" for example in examples]),
        "restricted": np.array(["yes" if example.restricted else "no" for example in examples]),
    }


def data_hash(examples: Sequence[Example]) -> str:
    """SHA-256 over the examples, in order."""
    digest = hashlib.sha256()
    for example in examples:
        values = [getattr(example, name) for name in example.__slots__]
        digest.update(json.dumps(values, ensure_ascii=False).encode())
    return digest.hexdigest()


def _fit_heads(
    rows: sp.csr_matrix,
    labels: dict[str, npt.NDArray[np.str_]],
    folds: Sequence[tuple[Any, Any]],
    features: MessageFeatures,
) -> tuple[dict[str, Doubles], dict[str, LinearHead]]:
    """Scores by heads that never saw the author, and heads fitted on everything, for each decision."""
    threads = max(1, min(4, os.cpu_count() or 1))
    scores: dict[str, Doubles] = {}
    heads: dict[str, LinearHead] = {}
    for name, strength in STRENGTHS.items():
        # Twelve sender types are costly and gain half a point from character grams: they do without.
        columns = features.without_characters() if name == "sender_type" else None
        scores[name], heads[name] = out_of_fold(
            rows, labels[name], folds, strength=strength, threads=threads, columns=columns
        )
    return scores, heads


def _needed(documents: Sequence[Example], examples: Sequence[Example]) -> list[Example]:
    """The documents of routes that have some messages, and few."""
    numbers = Counter(example.route for example in examples)
    return [document for document in documents if 0 < numbers[document.route] < FEW]


def _check_labels(labels: dict[str, npt.NDArray[np.str_]]) -> None:
    for name, values in labels.items():
        if len(np.unique(values)) < 2:
            raise DataError(f"training data: all messages have the same {name}")


def _check(examples: Sequence[Example]) -> None:
    if len(examples) < LEAST_EXAMPLES:
        raise DataError(f"training data: {len(examples)} messages are too few, at least {LEAST_EXAMPLES} are needed")


def _places(prepared: Sequence[Prepared]) -> tuple[CountryFinder, list[Found]]:
    """A finder that has learnt no order yet, and the candidates of every message."""
    finder = CountryFinder(CountryRanker(), common_words(item.tokens for item in prepared))
    return finder, [finder.find(item.document, item.tokens, item.meanings) for item in prepared]


def _rank_countries(
    examples: Sequence[Example], finder: CountryFinder, found: Sequence[Found], folds: Sequence[tuple[Any, Any]]
) -> list[tuple[Doubles, Doubles]]:
    """Scores and probabilities of every message's candidates by rankers that never saw its author; the finder gets the
    ranker fitted on all."""
    missions = np.array([example.country is not None for example in examples])

    def fitted(numbers: npt.NDArray[np.intp]) -> CountryRanker:
        chosen = [int(number) for number in numbers if missions[number]]
        return CountryRanker().fit(
            [found[number].candidates for number in chosen],
            [examples[number].country or "" for number in chosen],
            [found[number].danger for number in chosen],
        )

    ranked: list[tuple[Doubles, Doubles]] = [(np.zeros(0), np.zeros(0))] * len(examples)
    for learnt, judged in folds:
        ranker = fitted(learnt)
        for number in judged:
            ranked[number] = rank(ranker, found[number], 1.0)
    finder.ranker = fitted(np.arange(len(examples)))
    finder.temperature = _temperature(examples, found, ranked)
    return [(scores, _softmax(scores, finder.temperature)) for scores, _ in ranked]


def _softmax(scores: Doubles, temperature: float) -> Doubles:
    if not len(scores):
        return scores
    exponent = np.exp((scores - scores.max()) / temperature)
    return np.asarray(exponent / exponent.sum())


def _temperature(
    examples: Sequence[Example], found: Sequence[Found], ranked: Sequence[tuple[Doubles, Doubles]]
) -> float:
    """The temperature under which the right countries are likeliest."""
    rows = []
    for example, item, (scores, _) in zip(examples, found, ranked, strict=True):
        names = [candidate.country for candidate in item.candidates]
        if example.country in names:
            rows.append((scores, names.index(example.country)))
    if not rows:
        return 1.0
    grid = np.geomspace(0.5, 4, 25)
    losses = [-sum(np.log(_softmax(scores, t)[answer] + 1e-9) for scores, answer in rows) for t in grid]
    return float(grid[int(np.argmin(losses))])


def _route_rows(found: Sequence[Found], ranked: Sequence[tuple[Doubles, Doubles]]) -> Doubles:
    return np.array([route_features(item, *result) for item, result in zip(found, ranked, strict=True)])


def _votes_of_others(similar: SimilarIndex, rows: sp.csr_matrix, examples: Sequence[Example], indexed: int) -> Doubles:
    """The neighbours' votes in which messages of the same author do not count; some rows at a time, to spare memory.
    The first `indexed` of the examples are those of the index."""
    authors = np.array([example.author for example in examples])
    shown = authors[:indexed][[not example.restricted for example in examples[:indexed]]]
    votes = []
    for start in range(0, rows.shape[0], _ROWS_AT_ONCE):
        likeness = similar.likeness(rows[start : start + _ROWS_AT_ONCE])
        likeness[authors[start : start + _ROWS_AT_ONCE, None] == shown[None, :]] = 0
        votes.append(similar.votes(likeness, similar.nearest(likeness)))
    return np.vstack(votes)
