"""Scripted officers: they answer blind and err at a stated rate; some of what they say may be poisoned on the way."""

import random
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from triage.domain.taxonomy import Route

EITHER = 0.5  # how often the suggestion is named where both answers are right


@dataclass(frozen=True, slots=True)
class Poison:
    """Labels swapped for another one: a share of all, or a share of one route's alone."""

    share: float = 0.0
    route: Route | None = None

    def hits(self, truth: str, chance: random.Random) -> bool:
        """Whether this label is swapped."""
        fits = self.route is None or truth.partition(":")[0] == self.route
        return bool(self.share) and fits and chance.random() < self.share


class Officers:
    """Answer where a message belongs. `error_rate` of their answers are wrong, spread over all destinations."""

    def __init__(
        self, destinations: Sequence[str], *, error_rate: float, poison: Poison, chance: random.Random
    ) -> None:
        self._destinations = sorted(set(destinations))
        self._error_rate = error_rate
        self._poison = poison
        self._chance = chance
        self.labels = 0
        self.poisoned = 0

    def answer(self, truth: str) -> str:
        """What an officer says of a message that belongs to `truth`."""
        self.labels += 1
        if self._poison.hits(truth, self._chance):
            self.poisoned += 1
            return self._other(truth)
        return self._other(truth) if self._chance.random() < self._error_rate else truth

    def settle(self, truth: str, said: str, right: Collection[str]) -> str:
        """A second officer's answer where the first one and the suggestion differ. Where both are right, either may be
        named: nobody knows whose is whose. Nothing of it is poisoned, for poison lies in what is stored as a label."""
        if self._chance.random() < self._error_rate:
            return self._other(truth)
        return said if said in right and self._chance.random() < EITHER else truth

    def _other(self, truth: str) -> str:
        other = truth
        while other == truth:
            other = self._chance.choice(self._destinations)
        return other
