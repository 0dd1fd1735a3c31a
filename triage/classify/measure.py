"""What a model's answers are worth: figures over predictions whose truth is known."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from triage.classify.country.finder import Found
from triage.domain.policy import Thresholds
from triage.domain.ports import Example
from triage.domain.reliability import by_coverage, by_probability, calibration_error


@dataclass(frozen=True, slots=True)
class OutOfFold:
    """Answers, with their truth, of models that never saw the message's author. One entry per message.

    `ranked` holds destinations best first with their joint probability. `right` counts the other acceptable answers too.
    """

    examples: Sequence[Example]
    ranked: list[list[tuple[str, float]]]
    kinds: list[str]
    sender_types: list[str]
    urgent: npt.NDArray[np.bool_]
    restricted: npt.NDArray[np.bool_]
    out_of_scope: npt.NDArray[np.float64]

    @classmethod
    def of(
        cls,
        examples: Sequence[Example],
        found: Sequence[Found],
        countries: Sequence[tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]],
        probabilities: dict[str, npt.NDArray[np.float64]],
        routes: Sequence[str],
        flags: dict[str, float],
    ) -> "OutOfFold":
        """From the probabilities of each decision."""
        kinds = sorted({example.kind for example in examples})
        types = sorted({example.sender_type for example in examples})
        return cls(
            examples=examples,
            ranked=[
                joint(routes, row, [c.country for c in item.candidates], chances)
                for row, item, (_, chances) in zip(probabilities["route"], found, countries, strict=True)
            ],
            kinds=[kinds[i] for i in probabilities["kind"].argmax(axis=1)],
            sender_types=[types[i] for i in probabilities["sender_type"].argmax(axis=1)],
            urgent=probabilities["urgent"][:, 1] >= flags["urgent"],
            restricted=probabilities["restricted"][:, 1] >= flags["restricted"],
            out_of_scope=probabilities["route"][:, list(routes).index("IPD")]
            if "IPD" in routes
            else np.zeros(len(examples)),
        )

    def acceptable(self, number: int) -> set[str]:
        """Every answer that counts as right for one message."""
        return answers_of(self.examples[number])

    @property
    def right(self) -> npt.NDArray[np.bool_]:
        """Whether the first answer is right, route and country together."""
        return np.array([ranked[0][0] in self.acceptable(i) for i, ranked in enumerate(self.ranked)], dtype=bool)

    @property
    def confidence(self) -> npt.NDArray[np.float64]:
        """Probability of the first answer."""
        return np.array([ranked[0][1] for ranked in self.ranked])


def answers_of(example: Example) -> set[str]:
    """The answers that count as right."""
    return {example.label, *example.also_ok}


def joint(
    routes: Sequence[str], chances: npt.NDArray[np.float64], countries: Sequence[str], given: npt.NDArray[np.float64]
) -> list[tuple[str, float]]:
    """Destinations with their probability, best first: a mission's is P(MISSION) x P(country given MISSION).

    Where no country speaks up at all a mission cannot be named, and its share falls to the others.
    """
    rows: list[tuple[str, float]] = []
    for route, chance in zip(routes, chances, strict=True):
        if route != "MISSION":
            rows.append((route, float(chance)))
        else:
            rows += [
                (f"MISSION:{country}", float(chance * part)) for country, part in zip(countries, given, strict=True)
            ]
    total = sum(chance for _, chance in rows) or 1.0
    rows = [(name, chance / total) for name, chance in rows]
    return sorted(rows, key=lambda row: -row[1])


def best_coverage(confidence: npt.NDArray[np.float64], right: npt.NDArray[np.bool_], error: float) -> float:
    """The largest share of messages that can be answered, surest first, with at most this share of them wrong."""
    order = np.argsort(-confidence, kind="stable")
    wrong = np.cumsum(~right[order])
    counts = np.arange(1, len(order) + 1)
    good = np.flatnonzero(wrong <= error * counts)
    return float((good[-1] + 1) / len(order)) if len(good) else 0.0


def recall_precision(truth: npt.NDArray[np.bool_], said: npt.NDArray[np.bool_]) -> dict[str, float]:
    """Recall and precision of a flag, with how many there are."""
    both = int((truth & said).sum())
    return {
        "messages": int(truth.sum()),
        "recall": round(both / max(1, int(truth.sum())), 4),
        "precision": round(both / max(1, int(said.sum())), 4),
    }


def eligible(judged: OutOfFold, thresholds: Thresholds) -> npt.NDArray[np.bool_]:
    """Which messages the policy would forward, as far as predictions alone tell."""
    chosen = []
    for number, ranked in enumerate(judged.ranked):
        answer, probability = ranked[0]
        needed = thresholds.mission_probability if answer.startswith("MISSION") else thresholds.forward_probability
        chosen.append(
            answer != "IPD"
            and probability >= needed
            and not judged.urgent[number]
            and not judged.restricted[number]
            and judged.out_of_scope[number] <= thresholds.out_of_scope
            and judged.examples[number].language in thresholds.languages
        )
    return np.array(chosen, dtype=bool)


def measure(judged: OutOfFold, thresholds: Thresholds) -> dict[str, Any]:
    """Every figure of the card."""
    examples = judged.examples
    right, confidence = judged.right, judged.confidence
    routes = np.array([example.route for example in examples])
    said = np.array([ranked[0][0].partition(":")[0] for ranked in judged.ranked])
    route_right = np.array(
        [route in {answer.partition(":")[0] for answer in judged.acceptable(i)} for i, route in enumerate(said)],
        dtype=bool,
    )
    forward = eligible(judged, thresholds)
    missions = (routes == "MISSION") & (said == "MISSION")
    top3 = np.array(
        [any(name in judged.acceptable(i) for name, _ in ranked[:3]) for i, ranked in enumerate(judged.ranked)],
        dtype=bool,
    )
    answers = list(zip(confidence.tolist(), right.tolist(), strict=True))
    return {
        "messages": len(examples),
        "route_and_country": _share(right),
        "route": _share(route_right),
        "top_3": _share(top3),
        "country_where_mission_right": _share(right[missions]),
        "calibration_error": round(calibration_error(answers), 4),
        "coverage_at_2_percent": round(best_coverage(confidence, right, 0.02), 4),
        "forward_coverage": _share(forward),
        "forward_wrong": _share(~right[forward]),
        "urgent": recall_precision(np.array([e.urgent for e in examples]), judged.urgent),
        "restricted": recall_precision(np.array([e.restricted for e in examples]), judged.restricted),
        "kind": _share(np.array([e.kind == kind for e, kind in zip(examples, judged.kinds, strict=True)])),
        "sender_type": _share(
            np.array([e.sender_type == kind for e, kind in zip(examples, judged.sender_types, strict=True)])
        ),
        "by_language": _groups([e.language for e in examples], right),
        "by_route": _groups(routes.tolist(), right),
        "by_author": _groups([e.author for e in examples], right),
        "by_probability": [asdict(one) for one in by_probability(answers)],
        "by_coverage": [asdict(one) for one in by_coverage(answers)],
    }


def _groups(keys: Sequence[str], right: npt.NDArray[np.bool_]) -> dict[str, dict[str, float]]:
    array = np.array(keys)
    return {
        str(key): {"messages": int((array == key).sum()), "right": _share(right[array == key])}
        for key in sorted(set(keys), key=lambda k: -int((array == k).sum()))
    }


def _share(flags: npt.NDArray[np.bool_]) -> float:
    return round(float(flags.mean()), 4) if len(flags) else 0.0
