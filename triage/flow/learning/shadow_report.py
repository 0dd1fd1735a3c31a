"""The report of a shadow: how often people did what was suggested, for each route and language. Ids and figures only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from triage.flow.learning.shadow import Done, Observed
from triage.store import traces
from triage.store.engine import Store

CHUNK = 200


@dataclass(slots=True)
class Line:
    """Compared messages, and those where people did what was suggested. `eligible` are those that the model's threshold
    would have let go by themselves, `eligible_agreed` those of them where people did the same."""

    compared: int = 0
    agreed: int = 0
    eligible: int = 0
    eligible_agreed: int = 0

    def add(self, agreed: bool, eligible: bool) -> None:
        self.compared += 1
        self.agreed += agreed
        self.eligible += eligible
        self.eligible_agreed += agreed and eligible

    @property
    def agreement(self) -> float | None:
        """Share of the compared ones."""
        return self.agreed / self.compared if self.compared else None

    @property
    def coverage(self) -> float | None:
        """Share of the compared ones that are eligible."""
        return self.eligible / self.compared if self.compared else None

    def figures(self) -> dict[str, float | int | None]:
        """As the report prints it."""
        return {
            "compared": self.compared, "agreed": self.agreed, "agreement": _rounded(self.agreement),
            "coverage": _rounded(self.coverage), "eligible": self.eligible, "eligible_agreed": self.eligible_agreed,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Disagreement:
    """One message where people did otherwise."""

    id: int
    suggested: str
    did: Sequence[str]
    seen: Sequence[str]
    probability: float
    eligible: bool
    language: str


@dataclass(slots=True)
class Report:
    """The whole of it. `by_route` goes by what people did; `undecided` are messages of which nothing was seen."""

    total: Line = field(default_factory=Line)
    by_route: dict[str, Line] = field(default_factory=dict)
    by_language: dict[str, Line] = field(default_factory=dict)
    disagreements: list[Disagreement] = field(default_factory=list)
    without_suggestion: int = 0
    sent: int = 0
    unrelated: int = 0
    moved: int = 0
    ways: Mapping[str, int] = field(default_factory=dict)


def report(store: Store, observed: Observed) -> Report:
    """Compares what people did with what is suggested for the same messages."""
    made = Report(sent=observed.sent, unrelated=observed.unrelated, moved=observed.moved, ways=dict(observed.ways))
    ids = sorted(observed.done)
    for start in range(0, len(ids), CHUNK):
        part = ids[start : start + CHUNK]
        with store.read() as tx:
            suggested = traces.suggestions(tx, part)
        for id_ in part:
            _compare(made, id_, observed.done[id_], suggested.get(id_))
    return made


def _compare(made: Report, id_: int, done: Done, said: traces.Suggested | None) -> None:
    if said is None:
        made.without_suggestion += 1
        return
    agreed = any(meant.fits(said.destination) for meant in done.meant)
    route = str(said.destination.route if agreed else done.meant[0].route)
    for line in (
        made.total,
        made.by_route.setdefault(route, Line()),
        made.by_language.setdefault(said.language, Line()),
    ):
        line.add(agreed, said.eligible)
    if not agreed:
        made.disagreements.append(
            Disagreement(
                id_,
                str(said.destination),
                [str(meant) for meant in done.meant],
                [str(way) for way in done.seen],
                round(said.probability, 3),
                said.eligible,
                said.language,
            )
        )


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, 4)
