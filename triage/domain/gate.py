"""When mail may leave without an officer: only under a bound on the share of misroutes that is measured on checked mail.

The evidence is a random sample of recent eligible mail that officers judged without seeing the suggestion. For a few
fixed thresholds the exact upper confidence limit of the misroute rate (Clopper and Pearson 1934) is computed; the lowest
threshold that keeps the limit is certified. All thresholds are tested together, as in Learn-then-Test (Angelopoulos et
al. 2021): each has an equal share of the doubt, and hands it on, once it has passed, to the next lower one (the fallback
procedure, Wiens 2003), which proves more than equal shares alone and errs no more often. Automatic forwarding ends by
itself as soon as the mail audited since shows too much.
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
    if rate <= 0.0 or wrong >= checked:
        return 1.0
    if rate >= 1.0:
        return 0.0
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

    All thresholds are tested together, the strictest first, so that the confidence holds for whichever is chosen.
    """
    thresholds = sorted({max(threshold, least) for threshold in grid}, reverse=True)
    share = (1.0 - confidence) / len(thresholds)
    doubt = 0.0
    found: Certificate | None = None
    failed: list[tuple[int, int, float]] = []
    for threshold in thresholds:
        above = [one for one in sample if one.probability >= threshold]
        wrong = sum(not one.right for one in above)
        doubt += share
        if _at_most(wrong, len(above), limit) <= doubt:
            upper = upper_limit(wrong, len(above), doubt)
            found = Certificate(threshold, len(above), wrong, upper, len(above) / len(sample))
        else:
            failed.append((wrong, len(above), doubt))
            doubt = 0.0
    return found if found is not None else _shortfall(failed, limit)


def _shortfall(failed: Sequence[tuple[int, int, float]], limit: float) -> Shortfall:
    """What is missing where no threshold passed: (wrong, checked, doubt) of each."""
    missing = [_missing(wrong, checked, limit=limit, doubt=doubt) for wrong, checked, doubt in failed]
    best = min(upper_limit(wrong, checked, doubt) for wrong, checked, doubt in failed)
    return Shortfall(min((more for more in missing if more is not None), default=None), best)


def _missing(wrong: int, checked: int, *, limit: float, doubt: float) -> int | None:
    """How many more right ones would bring the limit; None where the rate so far is above the limit itself."""
    if checked and wrong / checked > limit:
        return None
    more = 1
    while _at_most(wrong, checked + more, limit) > doubt:
        more *= 2
        if more > 1_000_000:
            return None
    low, high = more // 2, more
    while high - low > 1:
        middle = (low + high) // 2
        if _at_most(wrong, checked + middle, limit) > doubt:
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
    # The exact lower confidence limit is above `limit` where, at that rate, so many or more would be this unlikely.
    beyond_chance = 1.0 - _at_most(wrong - 1, checked, limit) < 1.0 - confidence
    too_many = wrong >= 3 and wrong > 2 * limit * checked
    return beyond_chance or too_many
