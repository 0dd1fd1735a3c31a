"""What many streams say together."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import mean, median

from triage.simulate.stream import Outcome

ENOUGH_FORWARDS = 300
ENOUGH_STREAMS = 50


@dataclass(frozen=True, slots=True)
class Summary:
    """`counted`: streams with at least 300 automatic forwards; below 50 of them the bound counts as not shown."""

    limit: float
    streams: int
    counted: int
    over: int
    coverage: float
    median_coverage: float
    automatic: int
    wrong: int
    alarms: dict[str, int]

    @property
    def shown(self) -> bool:
        return self.counted >= ENOUGH_STREAMS

    def lines(self) -> list[tuple[str, str]]:
        """Figure and value, for people."""
        kept = f"{self.over} of {self.counted} over the limit" if self.shown else f"not shown ({self.counted} streams)"
        return [
            ("bound", kept),
            ("coverage, mean / median", f"{self.coverage:.3f} / {self.median_coverage:.3f}"),
            ("misroutes of all", f"{self.wrong} of {self.automatic} ({self.wrong / max(1, self.automatic):.4f})"),
            ("alarms", ", ".join(f"{why} {count}" for why, count in sorted(self.alarms.items())) or "none"),
        ]


def summarise_outcomes(outcomes: Sequence[Outcome]) -> Summary:
    """The summary of streams under one limit."""
    counted = [one for one in outcomes if one.automatic >= ENOUGH_FORWARDS]
    return Summary(
        limit=outcomes[0].limit,
        streams=len(outcomes),
        counted=len(counted),
        over=sum(one.over for one in counted),
        coverage=mean(one.coverage for one in outcomes),
        median_coverage=median(one.coverage for one in outcomes),
        automatic=sum(one.automatic for one in outcomes),
        wrong=sum(one.wrong for one in outcomes),
        alarms=dict(Counter(str(alarm["why"]) for one in outcomes for alarm in one.alarms)),
    )
