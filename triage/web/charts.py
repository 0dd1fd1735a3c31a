"""Charts as SVG inside the page: pure functions from numbers to markup. No script, no colour of their own.

Every chart has a title and a description for those who do not see it; the page gives the same numbers as a table. The
colours are classes of the style sheet, so that dark mode, high contrast and print have theirs.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

from markupsafe import Markup

WIDTH = 720
LABEL_WIDTH = 264
VALUE_WIDTH = 90
ROW = 28
PLOT_HEIGHT = 190
LEFT, RIGHT, TOP, BOTTOM = 56, 26, 12, 30
MOST_LABELS = 7
LONGEST_LABEL = 27
LETTER_WIDTH = 11
"""More than any letter of a value takes in bold."""


@dataclass(frozen=True, slots=True)
class Point:
    """A named value; `text` is the value as people read it."""

    label: str
    value: float
    text: str


@dataclass(frozen=True, slots=True)
class Series:
    """A line: its name, and a value for each label or None where there is none."""

    name: str
    values: Sequence[float | None]


def bars(points: Sequence[Point], *, name: str, title: str, description: str) -> Markup:
    """Horizontal bars, in the order given. `name` makes the ids unique within the page."""
    height = ROW * len(points) + 8
    longest = max((len(point.text) for point in points), default=0)
    room = WIDTH - LABEL_WIDTH - max(VALUE_WIDTH, LETTER_WIDTH * longest + 12)
    most = max((point.value for point in points), default=0.0) or 1.0
    parts = []
    for place, point in enumerate(points):
        y, width = 4 + place * ROW, max(1.0, point.value / most * room) if point.value else 0.0
        label = point.label if len(point.label) <= LONGEST_LABEL else point.label[: LONGEST_LABEL - 1] + "…"
        parts.append(
            Markup('<text x="{}" y="{}" class="end">{}</text>').format(LABEL_WIDTH - 10, y + 18, label)
            + _rect(LABEL_WIDTH, y + 4, width, ROW - 10, "s1")
            + Markup('<text x="{}" y="{}" class="value">{}</text>').format(
                _n(LABEL_WIDTH + width + 8), y + 18, point.text
            )
        )
    return _svg(parts, height, name, title, description)


def columns(points: Sequence[Point], *, name: str, title: str, description: str) -> Markup:
    """Columns along a time axis."""
    most = max((point.value for point in points), default=0.0)
    top, parts = _grid(most)
    step = (WIDTH - LEFT - RIGHT) / max(1, len(points))
    wide = max(1.0, min(step * 0.8, 44.0))
    for place, point in enumerate(points):
        height = point.value / top * PLOT_HEIGHT
        x = LEFT + place * step + (step - wide) / 2
        parts.append(_rect(x, TOP + PLOT_HEIGHT - height, wide, height, "s1"))
    parts += _axis([point.label for point in points], [LEFT + (place + 0.5) * step for place in range(len(points))])
    return _svg(parts, TOP + PLOT_HEIGHT + BOTTOM, name, title, description)


def lines(
    labels: Sequence[str],
    series: Sequence[Series],
    *,
    name: str,
    title: str,
    description: str,
    top: float | None = None,
) -> Markup:
    """Lines along a time axis, told apart by dash and mark as well as by colour, with their names above."""
    most = max((value for one in series for value in one.values if value is not None), default=0.0)
    top, parts = _grid(most if top is None else top)
    step = (WIDTH - LEFT - RIGHT) / max(1, len(labels) - 1)
    places = [LEFT + place * step for place in range(len(labels))]
    for number, one in enumerate(series, 1):
        points = [
            None if value is None else (x, TOP + PLOT_HEIGHT - min(value, top) / top * PLOT_HEIGHT)
            for x, value in zip(places, one.values, strict=True)
        ]
        parts.append(Markup('<path class="line l{}" d="{}"/>').format(number, _path(points)))
        parts += [_mark(x, y, number) for x, y in (point for point in points if point is not None)]
    parts += _axis(labels, places)
    legend = TOP + PLOT_HEIGHT + BOTTOM + 6
    for number, one in enumerate(series, 1):
        x = LEFT + (number - 1) * 220
        parts.append(Markup('<path class="line l{}" d="M{} {}h34"/>').format(number, x, legend + 8))
        parts.append(_mark(x + 17, legend + 8, number))
        parts.append(Markup('<text x="{}" y="{}">{}</text>').format(x + 42, legend + 13, one.name))
    return _svg(parts, legend + 22, name, title, description)


def nice_top(most: float) -> float:
    """A round number at or above `most`, that four steps divide well."""
    if most <= 0:
        return 1.0
    power = 10.0 ** floor(log10(most))
    for factor in (1.0, 1.2, 1.6, 2.0, 2.4, 3.2, 4.0, 6.0, 8.0):
        if factor * power >= most:
            return max(4.0, factor * power) if most > 1 else factor * power
    return 10.0 * power


def _grid(most: float) -> tuple[float, list[Markup]]:
    """The value axis: four steps, with their numbers."""
    top, parts = nice_top(most), []
    for quarter in range(5):
        y = TOP + PLOT_HEIGHT - quarter / 4 * PLOT_HEIGHT
        parts.append(Markup('<path class="grid" d="M{} {}H{}"/>').format(LEFT, _n(y), WIDTH - RIGHT))
        parts.append(
            Markup('<text x="{}" y="{}" class="end">{}</text>').format(LEFT - 8, _n(y + 5), f"{top * quarter / 4:g}")
        )
    return top, parts


def _axis(labels: Sequence[str], places: Sequence[float]) -> list[Markup]:
    every = max(1, ceil(len(labels) / MOST_LABELS))
    return [
        Markup('<text x="{}" y="{}" class="middle">{}</text>').format(_n(x), TOP + PLOT_HEIGHT + 20, label)
        for number, (label, x) in enumerate(zip(labels, places, strict=True))
        if number % every == 0
    ]


def _path(points: Sequence[tuple[float, float] | None]) -> str:
    """A line that is broken where there is no value."""
    text, pen_down = [], False
    for point in points:
        if point is not None:
            text.append(f"{'L' if pen_down else 'M'}{_n(point[0])} {_n(point[1])}")
        pen_down = point is not None
    return "".join(text)


def _mark(x: float, y: float, number: int) -> Markup:
    if number == 1:
        return Markup('<circle class="mark m1" cx="{}" cy="{}" r="3"/>').format(_n(x), _n(y))
    return _rect(x - 3, y - 3, 6, 6, f"mark m{number}")


def _rect(x: float, y: float, width: float, height: float, kind: str) -> Markup:
    return Markup('<rect class="{}" x="{}" y="{}" width="{}" height="{}"/>').format(
        kind, _n(x), _n(y), _n(width), _n(height)
    )


def _svg(parts: Sequence[Markup], height: float, name: str, title: str, description: str) -> Markup:
    head = Markup(
        '<svg class="chart" viewBox="0 0 {} {}" role="img" aria-labelledby="{}-title {}-text" focusable="false">'
        '<title id="{}-title">{}</title><desc id="{}-text">{}</desc>'
    ).format(WIDTH, _n(height), name, name, name, title, name, description)
    return head + Markup("").join(parts) + Markup("</svg>")


def _n(number: float) -> str:
    """A coordinate, short."""
    return f"{number:.1f}".rstrip("0").rstrip(".")
