"""The learned order of candidate countries: a conditional logit over the candidates of one message.

Each candidate's score is a weighted sum of its named features, so that every score can be explained exactly. A feature has
two weights: one that always counts, and one that counts as far as the message sounds like a person in danger, because then
the country where the person is counts and not the one where the sender lives. The probabilities are the softmax of the
scores over the candidates of the message. Fitted by maximum likelihood with an L2 penalty on messages to missions, where
the mission is known.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from scipy.optimize import minimize

from triage.classify.country.candidates import Candidate

Floats = npt.NDArray[np.float64]
_SEEN = 3  # messages in which a feature must occur


class CountryRanker:
    """Two weights by feature name: always, and in danger. Unfitted, it knows nothing."""

    def __init__(self, *, penalty: float = 2.0) -> None:
        self.penalty = penalty
        self.weights: dict[str, tuple[float, float]] = {}

    def fit(
        self, messages: Sequence[Sequence[Candidate]], countries: Sequence[str], dangers: Sequence[float]
    ) -> "CountryRanker":
        """Learn from messages to missions; one whose country is no candidate teaches nothing.

        `dangers` says of each message, from 0 to 1, how much it sounds like a person in danger.
        """
        kept = [
            (candidates, [c.country for c in candidates].index(country), danger)
            for candidates, country, danger in zip(messages, countries, dangers, strict=True)
            if len(candidates) > 1 and any(c.country == country for c in candidates)
        ]
        counts = Counter(
            name for candidates, _, _ in kept for name in {name for c in candidates for name in c.features}
        )
        index = {name: i for i, name in enumerate(sorted(n for n, count in counts.items() if count >= _SEEN))}
        matrix, starts, answers = _design(kept, index)
        penalty = np.tile([self.penalty * _strength(name) for name in index], 2)

        def loss(weights: Floats) -> tuple[float, Floats]:
            scores = matrix @ weights
            top = np.maximum.reduceat(scores, starts)
            lengths = np.diff([*starts, len(scores)])
            exponent = np.exp(scores - np.repeat(top, lengths))
            total = np.add.reduceat(exponent, starts)
            probability = exponent / np.repeat(total, lengths)
            value = -(scores[answers] - top - np.log(total)).sum() + 0.5 * (penalty * weights * weights).sum()
            probability[answers] -= 1
            return float(value), np.asarray(matrix.T @ probability + penalty * weights)

        if kept and index:
            fitted = minimize(loss, np.zeros(2 * len(index)), jac=True, method="L-BFGS-B", options={"maxiter": 200})
            pairs = fitted.x.reshape(2, -1).T.tolist()
            self.weights = {
                name: (always, in_danger)
                for name, (always, in_danger) in zip(index, pairs, strict=True)
                if abs(always) + abs(in_danger) > 1e-4
            }
        return self

    def weight(self, name: str, danger: float) -> float:
        """What one unit of a feature counts in a message of this danger."""
        always, in_danger = self.weights.get(name, (0.0, 0.0))
        return always + danger * in_danger

    def scores(self, candidates: Sequence[Candidate], danger: float) -> Floats:
        """One score per candidate, in order."""
        known = self.weights.get
        scores = np.zeros(len(candidates))
        for number, candidate in enumerate(candidates):
            score = more = 0.0
            for name, value in candidate.features.items():
                weight = known(name)
                if weight is not None:
                    score += weight[0] * value
                    more += weight[1] * value
            scores[number] = score + danger * more
        return scores

    def state(self) -> dict[str, Any]:
        """The weights, as JSON."""
        return {"weights": {name: [round(weight, 4) for weight in pair] for name, pair in self.weights.items()}}

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> "CountryRanker":
        """The ranker whose `state()` this is."""
        made = cls()
        made.weights = {name: (always, in_danger) for name, (always, in_danger) in state["weights"].items()}
        return made


def _strength(name: str) -> float:
    """Words around a name are many and weak: they are held back more than the few counted features."""
    return 2.0 if ":" in name else 0.6


def _design(
    kept: Sequence[tuple[Sequence[Candidate], int, float]], index: Mapping[str, int]
) -> tuple[sp.csr_matrix, npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """All candidates as rows (their features, then the same times the danger), where each message begins, and the row of
    each right answer."""
    data: list[float] = []
    indices: list[int] = []
    pointers = [0]
    starts, answers = [], []
    dangers: list[float] = []
    for candidates, answer, danger in kept:
        starts.append(len(pointers) - 1)
        answers.append(len(pointers) - 1 + answer)
        for candidate in candidates:
            for name, value in candidate.features.items():
                column = index.get(name)
                if column is not None:
                    indices.append(column)
                    data.append(value)
            pointers.append(len(indices))
            dangers.append(danger)
    always = sp.csr_matrix((data, indices, pointers), shape=(len(pointers) - 1, len(index)))
    matrix = sp.csr_matrix(sp.hstack([always, sp.diags(dangers) @ always]))
    return matrix, np.array(starts, dtype=np.int64), np.array(answers, dtype=np.int64)
