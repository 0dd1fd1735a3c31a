"""Training: labelled examples in, a candidate model out. Pure: no file, no clock, no store.

Every score that a calibrator, a threshold or a published figure is made from comes from heads that never saw any
message of the same author, because mail that arrives is by people who are not in the training files.
"""

import hashlib
import json
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from threadpoolctl import threadpool_limits

from triage.classify.country.finder import CountryFinder, Found, common_words, rank, route_features
from triage.classify.country.ranker import CountryRanker
from triage.classify.document import from_example
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
from triage.classify.stack import NAMES, beside_words
from triage.classify.thresholds import choose_flag_threshold, choose_policy
from triage.domain.errors import DataError
from triage.domain.policy import Thresholds
from triage.domain.ports import Example

FOLDS = 5
ROUTE_STRENGTH = 0.5
KIND_STRENGTH = 0.3
FLAG_STRENGTH = 1.0
SENDER_STRENGTH = 0.3
STACK_STRENGTH = 1.0
SHARED = ("route", "kind", "urgent", "restricted")  # heads whose scores the kind and the flags are decided from
LEAST_EXAMPLES = 40
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


def train(examples: Sequence[Example], *, progress: Callable[[str, float], None]) -> Candidate:
    """Fit a model. `progress` hears a static word for each step and how far it is, 0 to 1.

    Raises DataError where there are too few examples, or only one route among them.
    """
    # Many small matrices: a linear algebra library that starts threads for each only waits for them.
    with threadpool_limits(1):
        return _train(examples, progress)


def _train(examples: Sequence[Example], progress: Progress) -> Candidate:
    _check(examples)
    threads = max(1, min(4, os.cpu_count() or 1))
    progress("features", 0.0)
    features = MessageFeatures()
    prepared = [features.prepare(from_example(example)) for example in examples]
    rows = features.fit_transform(prepared)
    folds = author_folds([example.author for example in examples], [example.language for example in examples], FOLDS)

    progress("country", 0.15)
    finder, found, ranked = _country(examples, prepared, folds)

    progress("route", 0.3)
    heads: dict[str, LinearHead] = {}
    scores: dict[str, Doubles] = {}
    strengths = {
        "route": ROUTE_STRENGTH,
        "kind": KIND_STRENGTH,
        "urgent": FLAG_STRENGTH,
        "restricted": FLAG_STRENGTH,
        "sender_type": SENDER_STRENGTH,
    }
    labels = label_arrays(examples)
    for number, (name, strength) in enumerate(strengths.items()):
        if len(np.unique(labels[name])) < 2:
            raise DataError(f"training data: all messages have the same {name}")
        # Twelve sender types are costly and gain half a point from character grams: they do without.
        columns = features.without_characters() if name == "sender_type" else None
        scores[name], heads[name] = out_of_fold(
            rows, labels[name], folds, strength=strength, threads=threads, columns=columns
        )
        progress(name, 0.3 + 0.1 * (number + 1))

    progress("similar", 0.85)
    similar = SimilarIndex.build(rows, features, examples)
    votes = similar.votes(_without_own_author(similar, rows, examples))
    country_rows = _route_rows(found, ranked)
    stacked = np.hstack([scores["route"], beside_words(scores, country_rows, votes)])
    # Whether a person is in danger, and what a message does, is easier to say knowing what else was found.
    shapes = np.array([shape(item.document, len(item.words)) for item in prepared])
    shared = np.hstack([scores[name] for name in SHARED] + [country_rows, votes, shapes])

    progress("calibration", 0.9)
    calibrators: dict[str, Calibrator] = {}
    probabilities: dict[str, Doubles] = {}
    for name in strengths:
        inputs = {"route": stacked, "sender_type": scores[name]}.get(name, shared)
        strength = STACK_STRENGTH if name == "route" else 1.0
        probabilities[name], calibrators[name] = calibrated_out_of_fold(inputs, labels[name], folds, strength=strength)

    flags = {
        name: choose_flag_threshold(probabilities[name][:, 1], labels[name] == "yes")
        for name in ("urgent", "restricted")
    }
    judged = OutOfFold.of(examples, found, ranked, probabilities, calibrators["route"].classes, flags)
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


def stack_names(head: LinearHead) -> list[str]:
    """What each column of the route's second stage is."""
    return [f"words for {name}" for name in head.classes] + list(NAMES)


def data_hash(examples: Sequence[Example]) -> str:
    """SHA-256 over the examples, in order."""
    digest = hashlib.sha256()
    for example in examples:
        values = [getattr(example, name) for name in example.__slots__]
        digest.update(json.dumps(values, ensure_ascii=False).encode())
    return digest.hexdigest()


def _check(examples: Sequence[Example]) -> None:
    if len(examples) < LEAST_EXAMPLES:
        raise DataError(f"training data: {len(examples)} messages are too few, at least {LEAST_EXAMPLES} are needed")


def _country(
    examples: Sequence[Example], prepared: Sequence[Prepared], folds: Sequence[tuple[Any, Any]]
) -> tuple[CountryFinder, list[Found], list[tuple[Doubles, Doubles]]]:
    """The finder fitted on all, the candidates of every message, and scores and probabilities by rankers that never
    saw its author."""
    finder = CountryFinder(CountryRanker(), common_words(item.tokens for item in prepared))
    found = [finder.find(item.document, item.tokens, item.meanings) for item in prepared]
    missions = np.array([example.country is not None for example in examples])

    def fitted(numbers: npt.NDArray[np.intp]) -> CountryRanker:
        chosen = [int(number) for number in numbers if missions[number]]
        answers = [examples[number].country or "" for number in chosen]
        return CountryRanker().fit([found[number].candidates for number in chosen], answers)

    ranked: list[tuple[Doubles, Doubles]] = [(np.zeros(0), np.zeros(0))] * len(examples)
    for learnt, judged in folds:
        ranker = fitted(learnt)
        for number in judged:
            ranked[number] = rank(ranker, found[number].candidates, 1.0)
    finder.ranker = fitted(np.arange(len(examples)))
    finder.temperature = _temperature(examples, found, ranked)
    ranked = [(scores, _softmax(scores, finder.temperature)) for scores, _ in ranked]
    return finder, found, ranked


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


def _without_own_author(
    similar: SimilarIndex, rows: sp.csr_matrix, examples: Sequence[Example]
) -> npt.NDArray[np.float32]:
    """Likenesses in which messages of the same author do not count."""
    likeness = similar.likeness(rows)
    authors = np.array([example.author for example in examples])
    shown = authors[[not example.restricted for example in examples]]
    likeness[authors[:, None] == shown[None, :]] = 0
    return likeness
