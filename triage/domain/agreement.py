"""How much two people agree who do not see each other's answer, beyond what chance gives, and how sure that figure is."""

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from triage.domain.gate import upper_limit

DOUBT = 0.05
_RESAMPLED = 1000
_SEED = 1960


@dataclass(frozen=True, slots=True)
class Agreement:
    """Of `pairs` of answers `agreed` are the same, `low` to `high` is the exact 95 % interval of that share.

    `kappa` is Cohen's (Educational and Psychological Measurement 20, 1960) with a percentile interval over resampled pairs
    (a fixed seed: the same pairs always give the same figure); None without pairs, or where everybody says one thing only.
    """

    pairs: int
    agreed: int
    low: float
    high: float
    kappa: float | None
    kappa_low: float | None = None
    kappa_high: float | None = None

    @property
    def share(self) -> float | None:
        """None without pairs."""
        return self.agreed / self.pairs if self.pairs else None


def agreement(pairs: Sequence[tuple[str, str]]) -> Agreement:
    """The figures over pairs of answers."""
    agreed, total = sum(one == other for one, other in pairs), len(pairs)
    low = 1 - upper_limit(total - agreed, total, DOUBT / 2) if total else 0.0
    high = upper_limit(agreed, total, DOUBT / 2)
    kappa = cohen_kappa(pairs)
    if kappa is None:
        return Agreement(total, agreed, low, high, None)
    draw = random.Random(_SEED)  # noqa: S311 - resampling, no secret
    resampled = sorted(
        found for _ in range(_RESAMPLED) if (found := cohen_kappa(draw.choices(pairs, k=total))) is not None
    )
    edge = int(len(resampled) * DOUBT / 2)
    return Agreement(total, agreed, low, high, kappa, resampled[edge], resampled[-1 - edge])


def cohen_kappa(pairs: Sequence[tuple[str, str]]) -> float | None:
    """Cohen's kappa: 1 is full agreement, 0 what chance gives. None without pairs, or where chance alone always agrees."""
    if not pairs:
        return None
    total = len(pairs)
    ones, others = Counter(one for one, _ in pairs), Counter(other for _, other in pairs)
    observed = sum(one == other for one, other in pairs) / total
    expected = sum(count * others[word] for word, count in ones.items()) / total**2
    return None if expected >= 1 else (observed - expected) / (1 - expected)
