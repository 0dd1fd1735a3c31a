"""Thresholds, chosen on answers of models that never saw the author of the message."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from triage.classify.measure import OutOfFold, eligible
from triage.domain.policy import Thresholds

FLAG_PRECISION = 0.77  # a flag is raised as readily as leaves three alarms of four true
FORWARD_ERROR = 0.010
OUT_OF_SCOPE = 0.25
LANGUAGE_MESSAGES = 30  # labelled messages without which a language is not served ...
LANGUAGE_RIGHT = 0.75  # ... and the least share of right answers among them
LANGUAGE_ERROR = 0.02  # the most that may be wrong of what would be forwarded in a language
NEVER = 1.01


def choose_flag_threshold(probability: npt.NDArray[np.float64], truth: npt.NDArray[np.bool_]) -> float:
    """The lowest threshold at which alarms are precise enough: recall first. Never above one half."""
    best = 0.5
    for threshold in np.linspace(0.5, 0.02, 97):
        said = probability >= threshold
        if said.any() and (truth & said).sum() / said.sum() >= FLAG_PRECISION:
            best = float(threshold)
    return round(best, 4)


def choose_policy(judged: OutOfFold) -> Thresholds:
    """The lowest probabilities from which on the share of wrong answers stays below the wanted error."""
    languages = [example.language for example in judged.examples]
    right = judged.right
    served = frozenset(
        language
        for language in set(languages)
        if languages.count(language) >= LANGUAGE_MESSAGES
        and right[[entry == language for entry in languages]].mean() >= LANGUAGE_RIGHT
    )
    open_gate = Thresholds(0.0, 0.0, OUT_OF_SCOPE, served)
    chosen = eligible(judged, open_gate)
    mission = np.array([ranked[0][0].startswith("MISSION") for ranked in judged.ranked], dtype=bool)
    confidence = judged.confidence
    wanted = Thresholds(
        forward_probability=_lowest(confidence[chosen & ~mission], right[chosen & ~mission]),
        mission_probability=_lowest(confidence[chosen & mission], right[chosen & mission]),
        out_of_scope=OUT_OF_SCOPE,
        languages=served,
    )
    forwarded = eligible(judged, wanted)
    spoken = np.array(languages)
    kept = frozenset(
        language for language in served if _wrong_share(~right[forwarded & (spoken == language)]) <= LANGUAGE_ERROR
    )
    return replace(wanted, languages=kept)


def _wrong_share(wrong: npt.NDArray[np.bool_]) -> float:
    return float(wrong.mean()) if len(wrong) else 0.0


def _lowest(confidence: npt.NDArray[np.float64], right: npt.NDArray[np.bool_]) -> float:
    order = np.argsort(-confidence, kind="stable")
    wrong = np.cumsum(~right[order])
    counts = np.arange(1, len(order) + 1)
    good = np.flatnonzero((wrong <= FORWARD_ERROR * counts) & (counts >= 30))
    return round(float(confidence[order[good[-1]]]), 4) if len(good) else NEVER
