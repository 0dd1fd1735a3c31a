"""Thresholds, chosen on answers of models that never saw the author of the message."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from triage.classify.measure import OutOfFold, eligible
from triage.domain.policy import Thresholds

# Share of true alarms that a flag must keep, out of fold: as low as still gains recall. Urgent: 0.77 gives recall 0.961, 0.82
# gives 0.955. Restricted: 0.77 gives 0.934, 0.72 gives 0.941.
FLAG_PRECISION = {"urgent": 0.82, "restricted": 0.72}
FORWARD_ERROR = 0.010  # of everything forwarded ...
GROUP_ERROR = 0.015  # ... and of what goes to missions, and of the rest, by itself
OUT_OF_SCOPE = 0.25
LANGUAGE_MESSAGES = 30  # labelled messages without which a language is not served ...
LANGUAGE_RIGHT = 0.75  # ... and the least share of right answers among them
LANGUAGE_ERROR = 0.02  # the most that may be wrong of what would be forwarded in a language, a single one aside
LEAST_FORWARDED = 30  # answers on which a threshold must rest
NEVER = 1.01


def choose_flag_threshold(flag: str, probability: npt.NDArray[np.float64], truth: npt.NDArray[np.bool_]) -> float:
    """The lowest threshold at which the flag's alarms are precise enough: recall first. Never above one half."""
    wanted = FLAG_PRECISION[flag]
    best = 0.5
    for threshold in np.linspace(0.5, 0.02, 97):
        said = probability >= threshold
        if said.any() and (truth & said).sum() / said.sum() >= wanted:
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
    forward_probability, mission_probability = _lowest_pair(
        _Group.of(confidence[chosen & ~mission], right[chosen & ~mission]),
        _Group.of(confidence[chosen & mission], right[chosen & mission]),
    )
    wanted = Thresholds(forward_probability, mission_probability, OUT_OF_SCOPE, served)
    forwarded = eligible(judged, wanted)
    spoken = np.array(languages)
    wrong = forwarded & ~right
    kept = frozenset(
        language
        for language in served
        if wrong[spoken == language].sum() <= max(1.0, LANGUAGE_ERROR * forwarded[spoken == language].sum())
    )
    return replace(wanted, languages=kept)


@dataclass(frozen=True, slots=True)
class _Group:
    """Thresholds that are good enough for one kind of answer, surest first: how many answers each lets go, how many of
    them wrong. The first lets none go."""

    probability: npt.NDArray[np.float64]
    count: npt.NDArray[np.int64]
    wrong: npt.NDArray[np.int64]

    @classmethod
    def of(cls, confidence: npt.NDArray[np.float64], right: npt.NDArray[np.bool_]) -> "_Group":
        order = np.argsort(-confidence, kind="stable")
        wrong = np.cumsum(~right[order])
        count = np.arange(1, len(order) + 1)
        good = np.flatnonzero((wrong <= GROUP_ERROR * count) & (count >= LEAST_FORWARDED))
        return cls(
            np.concatenate([[NEVER], confidence[order[good]]]),
            np.concatenate([[0], count[good]]),
            np.concatenate([[0], wrong[good]]),
        )


def _lowest_pair(units: _Group, missions: _Group) -> tuple[float, float]:
    """The two thresholds that let the most go with no more than the wanted error over both."""
    count = units.count[:, None] + missions.count[None, :]
    wrong = units.wrong[:, None] + missions.wrong[None, :]
    allowed = np.where(wrong <= FORWARD_ERROR * count, count, -1)
    first, second = np.unravel_index(int(allowed.argmax()), allowed.shape)
    return round(float(units.probability[first]), 4), round(float(missions.probability[second]), 4)
