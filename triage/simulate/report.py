"""The simulator's report: one self-contained HTML page with inline SVG, no script, nothing from outside."""

from collections.abc import Sequence
from html import escape

from triage.simulate.stream import Outcome
from triage.simulate.summary import Summary

WIDTH, HEIGHT, MARGIN = 640, 260, 44
_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem;color:#1c1c1c}"
    "table{border-collapse:collapse}td,th{padding:.3rem .8rem;border-bottom:1px solid #ccc;text-align:left}"
    "svg{max-width:100%;height:auto}text{font:12px system-ui,sans-serif;fill:#333}"
)


def report(outcomes: Sequence[Outcome], summary: Summary) -> str:
    """The page."""
    rows = "".join(f"<tr><th>{escape(name)}</th><td>{escape(value)}</td></tr>" for name, value in summary.lines())
    rates = [(one.automatic, one.wrong / one.automatic) for one in outcomes if one.automatic]
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Automatic forwarding, simulated</title>'
        f"<style>{_STYLE}</style><h1>Automatic forwarding, simulated</h1>"
        f"<p>{len(outcomes)} streams of authored mail under a limit of {summary.limit:.0%} misroutes.</p>"
        f"<table>{rows}</table><h2>Misroutes of each stream</h2>{_scatter(rates, summary.limit)}"
        f"<h2>Coverage of each stream</h2>{_histogram([one.coverage for one in outcomes])}</html>"
    )


def _scatter(points: Sequence[tuple[int, float]], limit: float) -> str:
    """Share of misroutes over the number forwarded; the line is the limit."""
    widest = max([count for count, _ in points], default=1)
    highest = max([*(rate for _, rate in points), limit]) * 1.2
    dots = "".join(
        f'<circle cx="{_across(count / widest):.1f}" cy="{_up(rate / highest):.1f}" r="3" fill="#0033a0" opacity=".6"/>'
        for count, rate in points
    )
    line = _up(limit / highest)
    return (
        _open("Share of misroutes over the number of automatic forwards")
        + f'<line x1="{MARGIN}" x2="{WIDTH - 10}" y1="{line:.1f}" y2="{line:.1f}" stroke="#b00020" stroke-dasharray="5 4"/>'
        + f'<text x="{MARGIN + 4}" y="{line - 5:.1f}">limit {limit:.1%}</text>{dots}'
        + f'<text x="{WIDTH - 10}" y="{HEIGHT - 8}" text-anchor="end">{widest} automatic forwards</text></svg>'
    )


def _histogram(values: Sequence[float]) -> str:
    """How many streams reached which coverage, in steps of five hundredths."""
    counts = [0] * 20
    for value in values:
        counts[min(19, int(value * 20))] += 1
    tallest = max(counts, default=1) or 1
    step = (WIDTH - MARGIN - 10) / 20
    bars = "".join(
        f'<rect x="{MARGIN + place * step:.1f}" y="{_up(count / tallest):.1f}" width="{step - 2:.1f}" '
        f'height="{HEIGHT - MARGIN - _up(count / tallest):.1f}" fill="#0033a0"/>'
        for place, count in enumerate(counts)
        if count
    )
    ends = f'<text x="{MARGIN}" y="{HEIGHT - 26}">0</text><text x="{WIDTH - 10}" y="{HEIGHT - 26}" text-anchor="end">1</text>'
    note = f'<text x="{MARGIN}" y="{HEIGHT - 8}">share of all mail that went automatically; tallest bar: {tallest} streams</text>'
    return _open("Coverage") + bars + ends + note + "</svg>"


def _open(title: str) -> str:
    axes = (
        f'<line x1="{MARGIN}" x2="{WIDTH - 10}" y1="{HEIGHT - MARGIN}" y2="{HEIGHT - MARGIN}" stroke="#888"/>'
        f'<line x1="{MARGIN}" x2="{MARGIN}" y1="10" y2="{HEIGHT - MARGIN}" stroke="#888"/>'
    )
    return f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(title)}">{axes}'


def _across(share: float) -> float:
    return MARGIN + share * (WIDTH - MARGIN - 10)


def _up(share: float) -> float:
    return HEIGHT - MARGIN - share * (HEIGHT - MARGIN - 10)
