"""The report of an evaluation: one HTML page that needs nothing else, with pictures as inline SVG.

It holds no text of any message, so that it may be passed around: the worst errors are named by their ids.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import Any

import numpy as np

from triage.classify.evaluate import Evaluation
from triage.classify.measure import eligible
from triage.domain.reliability import PARTS
from triage.domain.taxonomy import Route

_ROUTES = [route.value for route in Route]
_STYLE = (
    "body{font:15px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem;color:#1b2733}"
    "table{border-collapse:collapse;margin:.5rem 0 1.5rem}td,th{padding:.25rem .7rem;border-bottom:1px solid #d7dee5;text-align:right}"
    "td:first-child,th:first-child{text-align:left}h2{margin-top:2rem}svg{max-width:100%;height:auto}"
    ".bad{color:#a4161a;font-weight:600}.good{color:#1b6e3c;font-weight:600}figure{margin:0 0 1.5rem}figcaption{color:#52616f}"
)
_LENGTHS = (40, 100, 200)


def report(evaluation: Evaluation, curve: Mapping[int, Mapping[str, float]]) -> str:
    """The page. `curve` maps sizes of the training set to figures; empty where none was measured."""
    parts = [
        f"<h1>Evaluation of {escape(evaluation.model)}</h1><p>{escape(evaluation.what)}</p>",
        "<h2>Figures and goals</h2>",
        _table(["figure", "value", "must", "aim"], [list(row.values()) for row in evaluation.summary()]),
        "<h2>Confusion of routes</h2>",
        _figure(_confusion(evaluation), "Rows: the right route. Columns: the answer. Countries do not count here."),
        "<h2>Does the probability mean what it says?</h2>",
        _figure(_reliability(evaluation), "Share of right answers by stated probability; the line is perfection."),
        "<h2>Risk and coverage</h2>",
        _figure(_risk(evaluation), "Share of wrong answers among those given, surest first. Dashed: two percent."),
    ]
    if curve:
        parts += [
            "<h2>Learning curve</h2>",
            _figure(_learning(curve), "Right answers by the number of training messages."),
        ]
    parts += [f"<h2>By {name}</h2>" + rows for name, rows in _groups(evaluation)]
    parts += ["<h2>Worst confident errors</h2>", _worst(evaluation)]
    body = "\n".join(parts)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>Evaluation of {escape(evaluation.model)}</title><style>{_STYLE}</style></head><body>{body}</body></html>"
    )


def _table(head: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    cells = "".join(f"<th>{escape(str(name))}</th>" for name in head)
    lines = "".join("<tr>" + "".join(f"<td>{escape(str(cell))}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table><thead><tr>{cells}</tr></thead><tbody>{lines}</tbody></table>"


def _figure(svg: str, caption: str) -> str:
    return f"<figure>{svg}<figcaption>{escape(caption)}</figcaption></figure>"


def _confusion(evaluation: Evaluation) -> str:
    counts = Counter(
        (example.route, ranked[0][0].partition(":")[0])
        for example, ranked in zip(evaluation.judged.examples, evaluation.judged.ranked, strict=True)
    )
    size, left, top = 62, 90, 40
    shapes = []
    for row, truth in enumerate(_ROUTES):
        total = sum(counts[truth, said] for said in _ROUTES) or 1
        shapes.append(f'<text x="{left - 8}" y="{top + row * size + 36}" text-anchor="end">{truth}</text>')
        shapes.append(f'<text x="{left + row * size + 31}" y="{top - 10}" text-anchor="middle">{truth}</text>')
        for column, said in enumerate(_ROUTES):
            share = counts[truth, said] / total
            colour = f"rgba(27,110,60,{share:.2f})" if truth == said else f"rgba(164,22,26,{min(1.0, share * 4):.2f})"
            x, y = left + column * size, top + row * size
            ink = "#fff" if (share > 0.5 if truth == said else share > 0.15) else "#1b2733"
            shapes.append(
                f'<rect x="{x}" y="{y}" width="{size - 2}" height="{size - 2}" fill="{colour}" stroke="#d7dee5"/>'
            )
            shapes.append(
                f'<text x="{x + 30}" y="{y + 36}" text-anchor="middle" fill="{ink}">{counts[truth, said]}</text>'
            )
    width = left + len(_ROUTES) * size
    return _svg(width, top + len(_ROUTES) * size, "Confusion matrix of routes", "".join(shapes))


def _reliability(evaluation: Evaluation) -> str:
    confidence, right = evaluation.judged.confidence, evaluation.judged.right
    place = np.minimum((confidence * PARTS).astype(int), PARTS - 1)
    shapes = [_axes(), '<line x1="50" y1="330" x2="370" y2="10" stroke="#8a98a6" stroke-dasharray="4 4"/>']
    for number in range(PARTS):
        inside = place == number
        if inside.any():
            x, y = 50 + 320 * float(confidence[inside].mean()), 330 - 320 * float(right[inside].mean())
            radius = 3 + 12 * float(np.sqrt(inside.mean()))
            shapes.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" fill="#0b5fa5" fill-opacity=".75"/>')
    return _svg(400, 360, "Reliability diagram", "".join(shapes))


def _risk(evaluation: Evaluation) -> str:
    order = np.argsort(-evaluation.judged.confidence, kind="stable")
    wrong = np.cumsum(~evaluation.judged.right[order]) / np.arange(1, len(order) + 1)
    most = max(0.1, float(wrong.max()))
    points = [
        (50 + 320 * (i + 1) / len(order), 330 - 320 * float(wrong[i]) / most)
        for i in range(0, len(order), max(1, len(order) // 200))
    ]
    level = 330 - 320 * 0.02 / most
    shapes = _axes(top=f"{most:.0%}") + _line(points)
    shapes += f'<line x1="50" y1="{level:.1f}" x2="370" y2="{level:.1f}" stroke="#a4161a" stroke-dasharray="4 4"/>'
    return _svg(400, 360, "Risk by coverage", shapes)


def _learning(curve: Mapping[int, Mapping[str, float]]) -> str:
    largest = max(curve)
    points = [(50 + 320 * size / largest, 330 - 320 * row["route_and_country"]) for size, row in sorted(curve.items())]
    labels = "".join(
        f'<text x="{x:.0f}" y="{y - 10:.0f}" text-anchor="middle">{row["route_and_country"]:.3f}</text>'
        f'<text x="{x:.0f}" y="348" text-anchor="middle">{size}</text>'
        for (x, y), (size, row) in zip(points, sorted(curve.items()), strict=True)
    )
    return _svg(420, 360, "Learning curve", _axes(right="") + _line(points) + labels)


def _axes(*, top: str = "100%", right: str = "100%") -> str:
    return (
        '<path d="M50 10V330H370" fill="none" stroke="#52616f"/><text x="44" y="18" text-anchor="end">'
        + top
        + "</text>"
        '<text x="44" y="334" text-anchor="end">0</text><text x="370" y="348" text-anchor="end">' + right + "</text>"
    )


def _line(points: Sequence[tuple[float, float]]) -> str:
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return f'<polyline points="{path}" fill="none" stroke="#0b5fa5" stroke-width="2"/>'


def _svg(width: int, height: int, title: str, shapes: str) -> str:
    return (
        f'<svg viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img" font-size="12" '
        f'font-family="system-ui,sans-serif"><title>{escape(title)}</title>{shapes}</svg>'
    )


def _groups(evaluation: Evaluation) -> list[tuple[str, str]]:
    examples = evaluation.judged.examples
    words = [len(example.body.split()) for example in examples]
    keys: dict[str, Callable[[int], str]] = {
        "language": lambda i: examples[i].language,
        "route": lambda i: examples[i].route,
        "length in words": lambda i: next(
            (f"below {limit}" for limit in _LENGTHS if words[i] < limit), f"{_LENGTHS[-1]} and more"
        ),
        "sender type": lambda i: examples[i].sender_type,
        "author of the messages": lambda i: examples[i].author,
    }
    right = evaluation.judged.right
    forward = eligible(evaluation.judged, evaluation.thresholds)
    tables = []
    for name, key in keys.items():
        groups: dict[str, list[int]] = {}
        for number in range(len(examples)):
            groups.setdefault(key(number), []).append(number)
        rows = [
            [
                group,
                len(numbers),
                f"{right[numbers].mean():.1%}",
                f"{forward[numbers].mean():.1%}",
                f"{(~right[numbers] & forward[numbers]).sum()}",
            ]
            for group, numbers in sorted(groups.items(), key=lambda item: -len(item[1]))
        ]
        tables.append((name, _table([name, "messages", "right", "would forward", "of them wrong"], rows)))
    return tables


def _worst(evaluation: Evaluation) -> str:
    judged = evaluation.judged
    wrong = np.flatnonzero(~judged.right)
    worst = wrong[np.argsort(-judged.confidence[wrong])][:30]
    rows = [
        [
            judged.examples[i].id,
            judged.examples[i].language,
            " or ".join(sorted(judged.acceptable(int(i)))),
            judged.ranked[i][0][0],
            f"{judged.ranked[i][0][1]:.3f}",
        ]
        for i in worst
    ]
    return _table(["message", "language", "right", "answer", "probability"], rows)
