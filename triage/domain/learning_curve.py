"""What more labels would bring: a power law through the error of models that learnt from more and more messages.

Error falls with the number of labels as `scale * labels ** -exponent`, a straight line where both are logarithms. The
exponent where there is but one point is the one measured while the authored messages grew from 413 to 3,140.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log

USUAL_EXPONENT = 0.43
_LEAST, _MOST = 0.05, 1.0
_SPREAD = 1.3
"""How many times the fewest the most messages must be, for a slope to mean anything."""


@dataclass(frozen=True, slots=True)
class PowerLaw:
    """The error of a model that learnt from so many labels. `measured`: the exponent comes from these points."""

    scale: float
    exponent: float
    measured: bool

    def error(self, labels: int) -> float:
        """A share, 0 to 1."""
        return min(1.0, self.scale * exp(-self.exponent * log(max(1, labels))))


def fit(points: Sequence[tuple[int, float]]) -> PowerLaw | None:
    """Through (labels, error) by least squares of the logarithms; None without a point of use."""
    useful = [(log(labels), log(error)) for labels, error in points if labels > 0 and 0 < error < 1]
    if not useful:
        return None
    mean_x = sum(x for x, _ in useful) / len(useful)
    mean_y = sum(y for _, y in useful) / len(useful)
    spread = sum((x - mean_x) ** 2 for x, _ in useful)
    measured = max(x for x, _ in useful) - min(x for x, _ in useful) >= log(_SPREAD)
    exponent = USUAL_EXPONENT
    if measured:
        slope = sum((x - mean_x) * (y - mean_y) for x, y in useful) / spread
        exponent = min(_MOST, max(_LEAST, -slope))
    return PowerLaw(exp(mean_y + exponent * mean_x), exponent, measured)
