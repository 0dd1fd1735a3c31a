"""What many streams say together."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import mean, median

from triage.simulate.stream import Outcome

ENOUGH_FORWARDS = 300
ENOUGH_STREAMS = 50
TOPIC_WITHIN = 200


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
    opened: int
    topic_alarms: tuple[int | None, ...] = ()  # of each stream with a new topic: after how many messages of it
    topic_accuracy: tuple[float, ...] = ()
    challengers: dict[str, int] = field(default_factory=dict)

    @property
    def shown(self) -> bool:
        return self.counted >= ENOUGH_STREAMS

    def lines(self) -> list[tuple[str, str]]:
        """Figure and value, for people."""
        kept = f"{self.over} of {self.counted} over the limit" if self.shown else f"not shown ({self.counted} streams)"
        lines = [
            ("bound", kept),
            ("gate opened", f"in {self.opened} of {self.streams} streams"),
            ("coverage, mean / median", f"{self.coverage:.3f} / {self.median_coverage:.3f}"),
            ("misroutes of all", f"{self.wrong} of {self.automatic} ({self.wrong / max(1, self.automatic):.4f})"),
            ("alarms", ", ".join(f"{why} {count}" for why, count in sorted(self.alarms.items())) or "none"),
        ]
        if self.topic_alarms:
            known = [after for after in self.topic_alarms if after is not None]
            within = sum(after <= TOPIC_WITHIN for after in known)
            latest = max(known, default=0)
            told = (
                f"in {within} of {len(self.topic_alarms)} streams within {TOPIC_WITHIN} messages of it; latest {latest}"
            )
            lines.append(("new topic, alarm", told))
        if self.topic_accuracy:
            worst = min(self.topic_accuracy)
            lines.append(("new topic, right once learnt", f"mean {mean(self.topic_accuracy):.3f}, worst {worst:.3f}"))
        if self.challengers:
            told = ", ".join(f"{what} {count}" for what, count in sorted(self.challengers.items()))
            lines.append(("challengers", told))
        return lines


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
        opened=sum(one.threshold is not None for one in outcomes),
        topic_alarms=tuple(one.topic_alarm_after for one in outcomes) if outcomes[0].topic else (),
        topic_accuracy=tuple(one.topic_accuracy for one in outcomes if one.topic_accuracy is not None),
        challengers=dict(Counter(one.challenger for one in outcomes if one.challenger)),
    )
