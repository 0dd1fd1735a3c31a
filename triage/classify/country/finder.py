"""The country of the work: candidates with probabilities, their evidence, and what they say about the route."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from triage.classify.country.candidates import Candidate, find_candidates
from triage.classify.country.gazetteer import gazetteer
from triage.classify.country.mentions import Mention, NameFinder
from triage.classify.country.ranker import CountryRanker
from triage.classify.document import Document
from triage.classify.features.concepts import Found as Meant
from triage.classify.tokens import Tokens

COMMON_FROM = 2  # messages in which a word stands without a capital, from which on it is no town by itself
FEATURES = (
    "country: best candidate's probability",
    "country: named more than once or in the subject",
    "country: a place inside it is named",
    "country: only the sender's domain speaks for it",
    "country: sender's domain agrees",
    "country: none found",
    "country: exactly one named",
    "country: two named",
    "country: three or more named",
    "country: office or colleagues there",
    "country: place after 'in'",
    "country: best candidate's score",
)


@dataclass(frozen=True, slots=True)
class Found:
    """The candidates of one message with the mentions that speak for them; `danger` as the ranker wants it."""

    mentions: list[Mention]
    candidates: list[Candidate]
    danger: float = 0.0

    def in_danger(self, danger: float) -> "Found":
        """The same, of a message that sounds that much like a person in danger (0 to 1)."""
        return replace(self, danger=danger)


class CountryFinder:
    """Finds and ranks. `common` are the words that this mail writes without capitals."""

    def __init__(self, ranker: CountryRanker, common: frozenset[str], temperature: float = 1.0) -> None:
        self.ranker = ranker
        self.common = common
        self._names: NameFinder | None = None
        self.temperature = temperature

    def find(self, document: Document, tokens: Tokens, meanings: Sequence[Meant]) -> Found:
        """Mentions and candidates of one message; `meanings` are those of its words."""
        if self._names is None:  # the table of places is read when it is first wanted
            self._names = NameFinder(gazetteer(), self.common)
        mentions = self._names.mentions(tokens)
        return Found(
            mentions, find_candidates(document, tokens, mentions, meanings, weighed=self.ranker.weights or None)
        )

    def rank(self, found: Found) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        """(score, probability given that it is a mission) of each candidate, in the candidates' order."""
        return rank(self.ranker, found, self.temperature)

    def state(self) -> dict[str, Any]:
        """Everything learned."""
        return {"ranker": self.ranker.state(), "common": sorted(self.common), "temperature": self.temperature}

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> "CountryFinder":
        """The finder whose `state()` this is."""
        return cls(CountryRanker.from_state(state["ranker"]), frozenset(state["common"]), state["temperature"])


def rank(
    ranker: CountryRanker, found: Found, temperature: float
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Scores of the candidates and their softmax."""
    if not found.candidates:
        return np.zeros(0), np.zeros(0)
    scores = ranker.scores(found.candidates, found.danger)
    exponent = np.exp((scores - scores.max()) / temperature)
    return scores, exponent / exponent.sum()


def common_words(tokens: Iterable[Tokens]) -> frozenset[str]:
    """Words written without a capital in several messages, so that they are no towns when they have one."""
    seen: Counter[str] = Counter()
    for item in tokens:
        seen.update({token.word for token in item.read() if token.text[:1].islower() and len(token.word) > 2})
    return frozenset(word for word, count in seen.items() if count >= COMMON_FROM)


def route_features(found: Found, scores: npt.NDArray[np.float64], probability: npt.NDArray[np.float64]) -> list[float]:
    """What the candidates say about the route, in the order of `FEATURES`."""
    if not len(scores):
        return [0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]
    best = int(scores.argmax())
    features = found.candidates[best].features
    named = sum(c.features.get("#n", 0.0) + c.features.get("#s", 0.0) >= 0.4 for c in found.candidates)
    inside = any(features.get(f"#{field}{kind}") for field in "nsq" for kind in "PCR")
    return [
        float(probability[best]),
        float(features.get("#n", 0.0) > 1.0 or "#s" in features),
        float(inside),
        float("unnamed" in features),
        float("tld_named" in features),
        0.0,
        float(named == 1),
        float(named == 2),
        float(named >= 3),
        float("roleP:office" in features or "farP:office" in features),
        float("roleP:in" in features),
        float(np.clip(scores[best] / 5, -2, 3)),
    ]
