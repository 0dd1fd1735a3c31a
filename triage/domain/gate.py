"""When mail may leave without an officer: only under a bound on the share of misroutes that is measured on checked mail.

The evidence is a random sample of recent eligible mail that officers judged without seeing the suggestion. For a few
fixed thresholds the exact upper confidence limit of the misroute rate (Clopper and Pearson 1934) is computed, the doubt
shared equally among the thresholds (Bonferroni, as in Learn-then-Test, Angelopoulos et al. 2021); the lowest threshold
that keeps the limit is certified. Automatic forwarding ends by itself as soon as the mail audited since shows too much.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class GateState(StrEnum):
    """CLOSED: suggestions are not even marked as safe. SUGGEST: evidence grows, an officer decides. AUTOMATIC."""

    CLOSED = "closed"
    SUGGEST = "suggest"
    AUTOMATIC = "automatic"


@dataclass(frozen=True, slots=True)
class Checked:
    """One audited message: the probability it was suggested with, and whether officer and suggestion agreed."""

    probability: float
    right: bool


@dataclass(frozen=True, slots=True)
class Certificate:
    """A threshold at which the misroute rate is at most `upper` with the asked confidence.

    `checked` audited messages lay at or above it, `wrong` of them misrouted; `coverage` is their share of the sample.
    """

    threshold: float
    checked: int
    wrong: int
    upper: float
    coverage: float


@dataclass(frozen=True, slots=True)
class Shortfall:
    """Why no threshold can be certified: `more` further checked messages without a misroute would suffice (at the
    strictest threshold that could still do it), or None where only a better model can help."""

    more: int | None
    best_upper: float


GRID = (0.50, 0.65, 0.75, 0.82, 0.88, 0.92, 0.95, 0.97, 0.985)
"""The thresholds that are tried, fixed before any data is seen."""


def upper_limit(wrong: int, checked: int, doubt: float) -> float:
    """The largest misroute rate that `wrong` of `checked` leaves possible with probability `doubt`, 0 to 1.

    Exact (Clopper-Pearson), one-sided; 1.0 where nothing was checked.
    """
    if checked == 0 or wrong >= checked:
        return 1.0
    low, high = wrong / checked, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        if _at_most(wrong, checked, middle) > doubt:
            low = middle
        else:
            high = middle
    return high


def _at_most(wrong: int, checked: int, rate: float) -> float:
    """The probability of at most `wrong` misroutes among `checked` at a true `rate`."""
    if rate <= 0.0:
        return 1.0
    if rate >= 1.0:
        return 1.0 if wrong >= checked else 0.0
    log_rate, log_rest = math.log(rate), math.log1p(-rate)
    choose, total = 0.0, 0.0
    for number in range(wrong + 1):
        total += math.exp(choose + number * log_rate + (checked - number) * log_rest)
        choose += math.log((checked - number) / (number + 1))
    return min(total, 1.0)


def certify(
    sample: Sequence[Checked], *, limit: float, confidence: float, least: float = 0.0, grid: Sequence[float] = GRID
) -> Certificate | Shortfall:
    """The lowest threshold of `grid` (from `least` on) whose misroute rate is at most `limit` with `confidence`.

    All thresholds are tested together, so that the confidence holds for whichever is chosen.
    """
    thresholds = sorted({max(threshold, least) for threshold in grid})
    doubt = (1.0 - confidence) / len(thresholds)
    best = Shortfall(None, 1.0)
    for threshold in thresholds:
        above = [one for one in sample if one.probability >= threshold]
        wrong = sum(not one.right for one in above)
        upper = upper_limit(wrong, len(above), doubt)
        if upper <= limit:
            return Certificate(threshold, len(above), wrong, upper, len(above) / len(sample))
        missing = _missing(wrong, len(above), limit=limit, doubt=doubt)
        if missing is not None and (best.more is None or missing < best.more):
            best = Shortfall(missing, min(best.best_upper, upper))
        else:
            best = Shortfall(best.more, min(best.best_upper, upper))
    return best


def _missing(wrong: int, checked: int, *, limit: float, doubt: float) -> int | None:
    """How many more right ones would bring the limit; None where the rate so far is above the limit itself."""
    if checked and wrong / checked > limit:
        return None
    more = 1
    while upper_limit(wrong, checked + more, doubt) > limit:
        more *= 2
        if more > 1_000_000:
            return None
    low, high = more // 2, more
    while high - low > 1:
        middle = (low + high) // 2
        if upper_limit(wrong, checked + middle, doubt) > limit:
            low = middle
        else:
            high = middle
    return high


def must_close(*, wrong: int, checked: int, limit: float, confidence: float) -> bool:
    """Whether what was audited since the gate opened speaks against the limit.

    True as soon as the rate seen is above the limit beyond chance: the exact lower confidence limit passes it, or half
    of the misroutes that a sample of this size may hold at the limit came in a first short run (`wrong` >= 3).
    """
    if wrong == 0:
        return False
    lower = 1.0 - upper_limit(checked - wrong, checked, 1.0 - confidence) if checked > wrong else 1.0
    too_many = wrong >= 3 and wrong > 2 * limit * checked
    return lower > limit or too_many
