"""Charts are well-formed, named, and as tall as their numbers."""

from xml.etree import ElementTree

import pytest

from triage.web.charts import PLOT_HEIGHT, Point, Series, bars, columns, lines, nice_top

NASTY = Point('<script>"&', 3, "<b>3</b>")
SVG = "{http://www.w3.org/2000/svg}"


def parsed(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)


@pytest.mark.parametrize("draw", [bars, columns])
def test_a_chart_has_a_name_and_escapes_its_words(draw: object) -> None:
    assert callable(draw)
    root = parsed(draw([NASTY, Point("b", 0, "0")], name="one", title="How <many>?", description="a & b"))
    assert root.get("role") == "img" and root.get("aria-labelledby") == "one-title one-text"
    assert root.find("title").text == "How <many>?" and root.find("desc").text == "a & b"  # type: ignore[union-attr]
    assert root.find(".//script") is None and root.find(".//b") is None
    assert "style" not in {name for each in root.iter() for name in each.attrib}


def test_bars_are_as_long_as_their_numbers() -> None:
    root = parsed(
        bars([Point("a", 100, ""), Point("b", 25, ""), Point("c", 0, "")], name="n", title="t", description="d")
    )
    widths = [float(each.get("width", "")) for each in root.iter("rect")]
    assert widths[1] / widths[0] == pytest.approx(0.25, rel=0.01) and widths[2] == 0


def test_columns_reach_into_the_grid() -> None:
    root = parsed(columns([Point("a", 8, ""), Point("b", 4, "")], name="n", title="t", description="d"))
    heights = [float(each.get("height", "")) for each in root.iter("rect")]
    assert heights == [PLOT_HEIGHT, PLOT_HEIGHT / 2]


def test_a_line_breaks_where_nothing_is_known() -> None:
    series = [Series("one", [1.0, None, 3.0, 4.0]), Series("two", [None, None, None, None])]
    root = parsed(lines(["a", "b", "c", "d"], series, name="n", title="t", description="d"))
    path = next(each.get("d", "") for each in root.iter("path") if "l1" in each.get("class", ""))
    assert path.count("M") == 2 and path.count("L") == 1
    assert [each.text for each in root.iter("text")][-2:] == ["one", "two"]


def test_nothing_at_all_is_drawn_without_fault() -> None:
    for svg in (bars([], name="n", title="t", description="d"), columns([], name="n", title="t", description="d"),
                lines([], [Series("x", [])], name="n", title="t", description="d")):  # fmt: skip
        assert parsed(svg).tag == "svg"


@pytest.mark.parametrize(
    ("most", "top"),
    [(0, 1), (0.3, 0.32), (1, 1), (3, 4), (4, 4), (9, 10), (13, 16), (100, 100), (101, 120), (999, 1000)],
)
def test_the_axis_ends_at_a_round_number(most: float, top: float) -> None:
    assert nice_top(most) == pytest.approx(top)
