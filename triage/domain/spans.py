"""Spans of time in classes, so that medians of many days can be added up: each class is a tenth longer than the one
before, and a quantile read from them is right within a twentieth."""

from collections.abc import Mapping
from math import floor, log

SHORTEST_SECONDS = 30.0
GROWTH = 1.1
LAST = 180  # beyond twenty years


def span_class(seconds: float) -> int:
    """The class of a span; 0 holds everything below half a minute."""
    if seconds < SHORTEST_SECONDS:
        return 0
    return min(LAST, 1 + floor(log(seconds / SHORTEST_SECONDS) / log(GROWTH)))


def class_seconds(number: int) -> tuple[float, float]:
    """Where a class begins and ends, in seconds."""
    if number <= 0:
        return 0.0, SHORTEST_SECONDS
    return SHORTEST_SECONDS * GROWTH ** (number - 1), SHORTEST_SECONDS * GROWTH**number


def quantile_seconds(counts: Mapping[int, int], share: float) -> float | None:
    """The span that `share` of all stay below (0.5: the median), between the ends of its class; None without any."""
    total = sum(counts.values())
    if total <= 0:
        return None
    wanted, passed = share * total, 0
    for number in sorted(counts):
        if passed + counts[number] >= wanted and counts[number]:
            begins, ends = class_seconds(number)
            return begins + (ends - begins) * max(0.0, wanted - passed) / counts[number]
        passed += counts[number]
    return class_seconds(max(counts))[1]
