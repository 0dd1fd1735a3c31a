"""The pictures of the model keeper: how good each version was, whether probabilities mean what they say, what more labels
would bring. Each is a chart with the same numbers as a table and a file, see `figure_pages`."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from babel.dates import format_date

from triage.domain.learning_curve import PowerLaw, fit
from triage.domain.reliability import PARTS, Covered, ProbabilityClass, by_coverage, by_probability
from triage.domain.taxonomy import Route
from triage.store.judged import JudgedSuggestion
from triage.web.cards import ModelCard
from triage.web.charts import Point, Series, bars, lines
from triage.web.figure_pages import Figure
from triage.web.show import exact_percent, language_name, number
from triage.web.translate import gettext, language

LATEST = 12
LANGUAGES = ("en", "fr", "es")
MORE = 500
ENOUGH = 100
"""Judged messages from which on the pictures are of them."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What the pictures are made of: cards oldest first, the card that serves, and what people said of its suggestions."""

    cards: Sequence[ModelCard]
    serving: ModelCard | None
    judged: Sequence[JudgedSuggestion]
    blind: bool
    """Whether those who judged had not seen the suggestion."""

    @property
    def enough(self) -> bool:
        """Whether enough was judged to draw from. Until then the card speaks of the messages that the model was made with."""
        return len(self.judged) >= ENOUGH

    @property
    def classes(self) -> list[ProbabilityClass]:
        """How often each class of probability was right; nothing in a card from before this was kept."""
        if self.enough:
            return by_probability(self._answers)
        return [ProbabilityClass.from_json(one) for one in self._stated("by_probability")]

    @property
    def covered(self) -> list[Covered]:
        """How many of the surest were wrong; nothing in a card from before this was kept."""
        if self.enough:
            return by_coverage(self._answers)
        return [Covered.from_json(one) for one in self._stated("by_coverage")]

    @property
    def _answers(self) -> list[tuple[float, bool]]:
        return [(one.probability, one.right) for one in self.judged]

    def _stated(self, name: str) -> Sequence[Mapping[str, Any]]:
        found = self.serving.metrics.get(name) if self.serving is not None else None
        return found if isinstance(found, list) else []


Maker = Callable[[Seen], Figure]


def over_time(seen: Seen) -> Figure:
    """Each version's share of right answers, by language."""
    cards = seen.cards[-LATEST:]
    question = gettext("How often is each version right, by language?")
    heads = (gettext("Version"), gettext("all"), *(language_name(code) for code in LANGUAGES))
    rows: list[tuple[object, ...]] = []
    for card in cards:
        by = card.metrics.get("by_language", {})
        rows.append((card.name, _right(card), *(by.get(code, {}).get("right") for code in LANGUAGES)))
    series = [Series(heads[place + 2], [_hundred(row[place + 2]) for row in rows]) for place in range(3)]
    labels = [_day(card) for card in cards]
    note = gettext("On messages of authors whom the model has never read, when it was trained.")
    chart = lines(labels, series, name="over-time", title=question, description=note, top=100.0) if cards else None
    return Figure("over-time", question, note, heads, rows, _shown(rows), chart)


def routes_over_time(seen: Seen) -> Figure:
    """Each version's share of right answers, by unit; the picture shows the version that serves."""
    cards = seen.cards[-LATEST:]
    question = gettext("How often is it right, by unit?")
    heads = (gettext("Version"), *(route.value for route in Route))
    rows: list[tuple[object, ...]] = []
    for card in cards:
        by = card.metrics.get("by_route", {})
        rows.append((card.name, *(by.get(route.value, {}).get("right") for route in Route)))
    chart = None
    if seen.serving is not None:
        by = seen.serving.metrics.get("by_route", {})
        ranked = sorted(((name, one) for name, one in by.items()), key=lambda pair: -pair[1]["right"])
        points = [Point(name, one["right"], _percent(one["right"])) for name, one in ranked]
        told = "; ".join(f"{point.label}: {point.text}" for point in points)
        chart = bars(points, name="routes", title=question, description=told) if points else None
    note = gettext("The model that serves; every version stands in the table.")
    return Figure("routes", question, note, heads, rows, _shown(rows), chart)


def reliability(seen: Seen) -> Figure:
    """Whether of messages with 70 % probability 70 % are right."""
    question = gettext("Do probabilities mean what they say?")
    heads = (gettext("Probability"), gettext("Messages"), gettext("said"), gettext("was right"))
    rows: list[tuple[object, ...]] = [
        (f"{one.lower:.1f}–{one.lower + 1 / PARTS:.1f}", one.messages, one.said, one.right) for one in seen.classes
    ]
    labels = [_percent(one.lower + 0.5 / PARTS) for one in seen.classes]
    series = [
        Series(heads[3], [_hundred(one.right) for one in seen.classes]),
        Series(heads[2], [_hundred(one.said) for one in seen.classes]),
    ]
    note = _judged_note(seen)
    drawn = any(one.right is not None for one in seen.classes)
    chart = lines(labels, series, name="reliability", title=question, description=note, top=100.0) if drawn else None
    shown = [(str(row[0]), number(float(str(row[1]))), *(_percent(cell) for cell in row[2:])) for row in rows]
    return Figure("reliability", question, note, heads, rows, shown, chart)


def risk_coverage(seen: Seen) -> Figure:
    """How many are wrong if only the surest are forwarded."""
    question = gettext("If only the surest suggestions went by themselves, how many would be wrong?")
    heads = (gettext("Share forwarded"), gettext("Messages"), gettext("from probability"), gettext("wrong"))
    covered = seen.covered
    note = _judged_note(seen)
    chart = None
    if covered:
        labels = [_percent(one.share) for one in covered]
        series = [Series(gettext("wrong, of a hundred"), [_hundred(one.wrong) for one in covered])]
        chart = lines(labels, series, name="risk", title=question, description=note)
    rows: list[tuple[object, ...]] = [(one.share, one.messages, one.probability, one.wrong) for one in covered]
    shown = [
        (_percent(one.share), number(one.messages), _percent(one.probability), _percent(one.wrong)) for one in covered
    ]
    return Figure("risk", question, note, heads, rows, shown, chart)


def learning_curve(seen: Seen) -> Figure:
    """What more labels would bring."""
    question = gettext("What would more labels bring?")
    heads = (gettext("Labels"), gettext("wrong"), gettext("by the curve"))
    points = curve_points(seen.cards, seen.serving)
    law = fit([(labels, error) for labels, error in points])
    now = seen.serving.messages if seen.serving is not None else 0
    rows: list[tuple[object, ...]] = []
    note, chart = "", None
    if law is not None and now:
        wanted = sorted({*(labels for labels, _ in points), now, now + MORE, now + 2 * MORE, now + 4 * MORE})
        known = dict(points)
        rows = [(labels, known.get(labels), round(law.error(labels), 4)) for labels in wanted]
        series = [
            Series(gettext("wrong, of a hundred"), [_hundred(row[1]) for row in rows]),
            Series(heads[2], [_hundred(row[2]) for row in rows]),
        ]
        note = _curve_note(law, now)
        chart = lines(
            [number(float(str(row[0]))) for row in rows], series, name="curve", title=question, description=note
        )  # fmt: skip
    shown = [(number(float(str(row[0]))), _percent(row[1]), _percent(row[2])) for row in rows]
    return Figure("curve", question, note, heads, rows, shown, chart)


def curve_points(cards: Sequence[ModelCard], serving: ModelCard | None) -> list[tuple[int, float]]:
    """(labels, error): of the learning curve in the card that serves, where one was measured, else of all versions."""
    measured = serving.data.get("learning_curve") if serving is not None else None
    if isinstance(measured, Mapping) and len(measured) > 1:
        return sorted((int(labels), 1 - float(one["route_and_country"])) for labels, one in measured.items())
    by_size: dict[int, float] = {}
    for card in cards:
        right = _right(card)
        if card.messages and right is not None:
            by_size[card.messages] = round(1 - right, 4)
    return sorted(by_size.items())


def _curve_note(law: PowerLaw, now: int) -> str:
    gain = law.error(now) - law.error(now + MORE)
    told = gettext(
        "%(more)s more labels would bring about %(points)s points: from %(before)s wrong to %(after)s.",
        more=number(MORE),
        points=number(round(100 * gain, 1)),
        before=_percent(law.error(now)),
        after=_percent(law.error(now + MORE)),
    )
    how = (
        gettext("A power law through the points.")
        if law.measured
        else gettext("The versions learnt from too similar numbers of labels; the slope is the one measured before.")
    )
    return f"{told} {how}"


MODEL_FIGURES: Mapping[str, Maker] = {
    "over-time": over_time,
    "routes": routes_over_time,
    "reliability": reliability,
    "risk": risk_coverage,
    "curve": learning_curve,
}


def _judged_note(seen: Seen) -> str:
    if not seen.enough:
        return gettext("On messages of authors whom the model has never read, when it was trained.")
    count = number(len(seen.judged))
    if seen.blind:
        return gettext("%(count)s messages that officers judged without seeing the suggestion.", count=count)
    return gettext("%(count)s decisions of officers who had seen the suggestion.", count=count)


def _right(card: ModelCard) -> float | None:
    found = card.metrics.get("route_and_country")
    return float(found) if isinstance(found, int | float) else None


def _day(card: ModelCard) -> str:
    return card.name if card.made_at is None else str(format_date(card.made_at, "d MMM", locale=language()))


def _hundred(value: object) -> float | None:
    return 100.0 * value if isinstance(value, int | float) else None


def _percent(value: object) -> str:
    if not isinstance(value, int | float):
        return "–"
    return exact_percent(value)


def _shown(rows: Sequence[tuple[object, ...]]) -> list[tuple[str, ...]]:
    return [(str(row[0]), *(_percent(cell) for cell in row[1:])) for row in rows]
