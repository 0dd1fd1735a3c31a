"""Whether mail is still what the model learnt from: numbers of single messages, summed up and compared.

Nothing here is text: of each message only its language, the suggestion's route and probability, the share of words that
the model does not know, and how many of its words fall into each of a few hash buckets. Distributions are compared by
the population stability index, sum((p - q) * ln(p / q)); 0.1 is commonly called some change, 0.25 much.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol, runtime_checkable

from triage.domain.decision import Prediction
from triage.domain.message import Message

BUCKETS = 64
BINS = 10
LEAST = 200  # messages without which nothing is compared
WINDOW = 400  # messages that the limits are meant for: with fewer, chance is larger, and so are they
LEAST_OF_LANGUAGE = 60
_FLOOR = 0.002


class Figure(StrEnum):
    """What is watched."""

    UNKNOWN_WORDS = "unknown_words"
    VOCABULARY = "vocabulary"
    LANGUAGES = "languages"
    ROUTES = "routes"
    CONFIDENCE = "confidence"
    OUT_OF_SCOPE = "out_of_scope"


LIMITS: Mapping[Figure, float] = {
    Figure.UNKNOWN_WORDS: 0.040,  # rise of the mean share
    Figure.VOCABULARY: 0.040,
    Figure.LANGUAGES: 0.100,
    Figure.ROUTES: 0.130,
    Figure.CONFIDENCE: 0.072,
    Figure.OUT_OF_SCOPE: 0.125,
}
"""Above it a figure of WINDOW messages is an alarm. In 60 streams of 3,000 authored messages, looked at every 25, the
largest values were 0.030, 0.015, 0.066, 0.093, 0.053 and 0.096."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """What is kept of one message. `buckets`: BUCKETS bytes, the number of its words in each, at most 255."""

    language: str
    route: str
    probability: float
    out_of_scope: float
    unknown_share: float
    buckets: bytes


@runtime_checkable
class Measures(Protocol):
    """A classifier that also says what drift is seen in. `reference`: its training messages, None where not known."""

    @property
    def reference(self) -> "Snapshot | None": ...

    def numbers(self, messages: Sequence[Message], predictions: Sequence[Prediction]) -> list[Numbers]: ...


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The same of many messages. Shares each sum to one; `vocabulary` is by language."""

    messages: int
    unknown_share: float
    vocabulary: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    languages: Mapping[str, float] = field(default_factory=dict)
    routes: Mapping[str, float] = field(default_factory=dict)
    confidence: tuple[float, ...] = ()
    out_of_scope: tuple[float, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """JSON-ready, rounded."""
        return {
            "messages": self.messages,
            "unknown_share": round(self.unknown_share, 5),
            "vocabulary": {key: [round(x, 5) for x in row] for key, row in self.vocabulary.items()},
            "languages": {key: round(x, 5) for key, x in self.languages.items()},
            "routes": {key: round(x, 5) for key, x in self.routes.items()},
            "confidence": [round(x, 5) for x in self.confidence],
            "out_of_scope": [round(x, 5) for x in self.out_of_scope],
        }

    @classmethod
    def from_json(cls, row: Mapping[str, Any]) -> "Snapshot":
        """The snapshot whose `as_json` this is."""
        return cls(
            messages=int(row["messages"]),
            unknown_share=float(row["unknown_share"]),
            vocabulary={key: tuple(shares) for key, shares in row["vocabulary"].items()},
            languages=dict(row["languages"]),
            routes=dict(row["routes"]),
            confidence=tuple(row["confidence"]),
            out_of_scope=tuple(row["out_of_scope"]),
        )


@dataclass(frozen=True, slots=True)
class Compared:
    """One figure against the reference; an alarm where `value` is above `limit`."""

    figure: Figure
    value: float
    limit: float

    @property
    def alarm(self) -> bool:
        return self.value > self.limit


def summarise(numbers: Sequence[Numbers]) -> Snapshot:
    """One snapshot of many messages."""
    count = max(1, len(numbers))
    spoken = Counter(one.language for one in numbers)
    words = {
        language: [
            sum(bucket) for bucket in zip(*(one.buckets for one in numbers if one.language == language), strict=True)
        ]
        for language, times in spoken.items()
        if times >= LEAST_OF_LANGUAGE
    }
    return Snapshot(
        messages=len(numbers),
        unknown_share=sum(one.unknown_share for one in numbers) / count,
        vocabulary={language: _shares(total) for language, total in sorted(words.items())},
        languages={name: n / count for name, n in sorted(spoken.items())},
        routes={name: n / count for name, n in sorted(Counter(one.route for one in numbers).items())},
        confidence=_bins([one.probability for one in numbers]),
        out_of_scope=_bins([one.out_of_scope for one in numbers]),
    )


OF_MAIL_ALONE = frozenset({Figure.VOCABULARY, Figure.LANGUAGES})
"""Figures that are the same whichever model looks."""


def compare(reference: Snapshot, recent: Snapshot) -> list[Compared]:
    """Every figure of recent mail against the reference; nothing where either is too small to say.

    The index of a sample of the same mail falls with the number of messages, a mean's error with its root.
    """
    if recent.messages < LEAST or reference.messages < LEAST:
        return []
    spoken = [name for name in recent.vocabulary if name in reference.vocabulary]
    stability = [stability_index(reference.vocabulary[name], recent.vocabulary[name]) for name in spoken]
    values = {
        Figure.UNKNOWN_WORDS: recent.unknown_share - reference.unknown_share,
        Figure.VOCABULARY: max(stability, default=0.0),
        Figure.LANGUAGES: _mix(reference.languages, recent.languages),
        Figure.ROUTES: _mix(reference.routes, recent.routes),
        Figure.CONFIDENCE: stability_index(_coarse(reference.confidence), _coarse(recent.confidence)),
        Figure.OUT_OF_SCOPE: stability_index(_coarse(reference.out_of_scope), _coarse(recent.out_of_scope)),
    }
    fewer = max(1.0, WINDOW / recent.messages)
    return [
        Compared(figure, value, LIMITS[figure] * (math.sqrt(fewer) if figure is Figure.UNKNOWN_WORDS else fewer))
        for figure, value in values.items()
    ]


def telling(
    reference: Snapshot, figure: Figure, numbers: Iterable[tuple[int, Numbers]], *, limit: int = 5
) -> list[int]:
    """The ids of the messages that stand most for the change of a figure."""
    ranked = sorted(numbers, key=lambda pair: -_strangeness(reference, figure, pair[1]))
    return [message_id for message_id, _ in ranked[:limit]]


def _strangeness(reference: Snapshot, figure: Figure, one: Numbers) -> float:
    if figure is Figure.LANGUAGES:
        return 1.0 - reference.languages.get(one.language, 0.0)
    if figure is Figure.ROUTES:
        return 1.0 - reference.routes.get(one.route, 0.0)
    if figure is Figure.CONFIDENCE:
        return 1.0 - one.probability
    if figure is Figure.OUT_OF_SCOPE:
        return one.out_of_scope
    return one.unknown_share


def stability_index(expected: Sequence[float], seen: Sequence[float]) -> float:
    """The population stability index of two rows of shares; empty shares count as a small one."""
    pairs = [(max(p, _FLOOR), max(q, _FLOOR)) for p, q in zip(expected, seen, strict=True)]
    return sum((q - p) * math.log(q / p) for p, q in pairs)


def _mix(expected: Mapping[str, float], seen: Mapping[str, float]) -> float:
    """The index over names; rare ones are taken together, for one message of a rare language is no drift."""
    common = sorted(name for name, share in expected.items() if share >= 0.02)
    rows = []
    for shares in (expected, seen):
        named = [shares.get(name, 0.0) for name in common]
        rows.append([*named, max(0.0, 1.0 - sum(named))])
    return stability_index(rows[0], rows[1])


def _coarse(bins: Sequence[float]) -> list[float]:
    """Five bins of ten: fewer, so that a sample of some hundred fills them."""
    return [sum(bins[start : start + 2]) for start in range(0, len(bins), 2)]


def _shares(counts: Sequence[int]) -> tuple[float, ...]:
    total = sum(counts) or 1
    return tuple(count / total for count in counts)


def _bins(values: Sequence[float]) -> tuple[float, ...]:
    counts = [0] * BINS
    for value in values:
        counts[min(BINS - 1, max(0, int(value * BINS)))] += 1
    return _shares(counts)
