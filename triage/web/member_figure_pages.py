"""A unit's own figures: how many, how fast, how many were not theirs, about what. Each as a chart, a table and a file."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median, quantiles

from triage.domain.decision import UnitAnswer
from triage.domain.organisation import Office, Unit
from triage.domain.remit_topics import spoken_of, topics_of
from triage.domain.taxonomy import Destination, Kind, Route, SenderType
from triage.store import search_index
from triage.store.engine import Tx
from triage.store.member_figures import Handled
from triage.web.charts import Point, Series, columns, lines
from triage.web.figure_pages import (
    HOUR,
    Asked,
    Figure,
    bar_figure,
    day_text,
    ranking,
    rounded,
    span_text,
    texts,
    time_head,
)
from triage.web.show import language_name, number, place
from triage.web.translate import gettext, language
from triage.web.words import word

MOST_READ = 2000
"""So many of the newest inquiries are looked through for the parts of the remit."""


@dataclass(frozen=True, slots=True)
class Own:
    """What the figures are made of: the inquiries of the period, and the unit as it is today."""

    asked: Asked
    rows: Sequence[Handled]
    place: Unit | Office | None


Maker = Callable[[Tx, Own], Figure]


def how_many(tx: Tx, own: Own) -> Figure:
    """How many came."""
    del tx
    counted = Counter(own.asked.start_of(row.day) for row in own.rows)
    rows: list[tuple[object, ...]] = [(at.isoformat(), counted[at]) for at in own.asked.points()]
    points = [Point(day_text(at, own.asked), counted[at], "") for at in own.asked.points()]
    question = (
        gettext("How many inquiries came to your unit each week?")
        if own.asked.weekly
        else gettext("How many inquiries came to your unit each day?")
    )
    note = gettext("%(count)s in all. Copies are not counted.", count=number(len(own.rows)))
    chart = columns(points, name="how-many", title=question, description=note) if own.rows else None
    header = (time_head(own.asked), gettext("Inquiries"))
    return Figure("how-many", question, note, header, rows, texts(rows, own.asked), chart)


def how_soon(tx: Tx, own: Own) -> Figure:
    """How soon the unit says something."""
    del tx
    question = gettext("How many hours until your unit said something?")
    return _times(own, "how-soon", question, lambda row: row.first_word_seconds)


def how_fast(tx: Tx, own: Own) -> Figure:
    """How soon the sender has an answer."""
    del tx
    question = gettext("How many hours until the sender was answered?")
    return _times(own, "how-fast", question, lambda row: row.answer_seconds)


def what_was_said(tx: Tx, own: Own) -> Figure:
    """What became of them."""
    del tx
    names = {
        "answered": gettext("answered"),
        "accepted": gettext("taken, not answered yet"),
        "needs_more": gettext("needs more from IPD"),
        "not_ours": gettext("not ours"),
        "nothing": gettext("nothing said yet"),
    }
    counted = Counter(_newest(row) for row in own.rows)
    question = gettext("What did your unit say, and how many were not yours?")
    share = gettext(
        "%(part)s of %(whole)s were not yours.", part=number(counted["not_ours"]), whole=number(len(own.rows))
    )
    values = [(code, text, counted[code]) for code, text in names.items()]
    return bar_figure("said", question, share, gettext("What was said"), values)


def whose_instead(tx: Tx, own: Own) -> Figure:
    """Whom the unit named with "not ours"."""
    del tx
    named = [row.instead for row in own.rows if UnitAnswer.NOT_OURS in row.said]
    counted = Counter("" if one is None else str(one) for one in named)
    texts_of = {"": gettext("nobody named")} | {str(one): place(one).short for one in named if one is not None}
    return ranking("instead", gettext("Whose were those that were not yours?"), "", gettext("Unit"), counted, texts_of)


def kinds(tx: Tx, own: Own) -> Figure:
    """What people want."""
    del tx
    counted = Counter(row.kind.value for row in own.rows if row.kind is not None)
    named = {kind.value: word(kind) for kind in Kind}
    question, note = gettext("Do people ask, inform or invite?"), gettext("As the model understood them.")
    return ranking("kinds", question, note, gettext("Kind"), counted, named)


def senders(tx: Tx, own: Own) -> Figure:
    """Who writes."""
    del tx
    counted = Counter(row.sender_type.value for row in own.rows if row.sender_type is not None)
    named = {each.value: word(each) for each in SenderType}
    question, note = gettext("Who writes to your unit?"), gettext("As the model understood them.")
    return ranking("senders", question, note, gettext("Sender"), counted, named)


def countries(tx: Tx, own: Own) -> Figure:
    """Which countries the work is in."""
    del tx
    counted = Counter(row.country for row in own.rows if row.country is not None)
    named = {code: place(Destination(Route.MISSION, code)).name for code in counted}
    question = gettext("Which countries are the inquiries about?")
    note = gettext("By the officer's decision; units at Headquarters get inquiries that are of no one country.")
    return ranking("countries", question, note, gettext("Country"), counted, named)


def languages(tx: Tx, own: Own) -> Figure:
    """In which languages people write."""
    del tx
    counted = Counter(row.language for row in own.rows)
    named = {code: language_name(code) for code in counted}
    return ranking("languages", gettext("In which languages do people write?"), "", gettext("Language"), counted, named)


def topics(tx: Tx, own: Own) -> Figure:
    """Which parts of the remit they speak of."""
    remits = own.place.remits if isinstance(own.place, Unit) else {}
    known = topics_of({code: remits[code] for code in ("en", "fr", "es") if remits.get(code)})
    read = [row.message_id for row in own.rows][-MOST_READ:] if known else []
    indexed = search_index.indexed_words(tx, read) if read else {}
    counted: dict[str, int] = {}
    for topic in known:
        name = topic.names.get(language()) or next(iter(topic.names.values()))
        counted[name] = sum(spoken_of(topic, found) for found in indexed.values())
    question = gettext("Which parts of your remit do they speak of?")
    note = gettext("Counted by words that belong to one part alone; an inquiry may speak of several, or of none.")
    values = [(name, name, count) for name, count in sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))]
    return bar_figure("topics", question, note, gettext("Part of the remit"), values)


MEMBER_FIGURES: Mapping[str, Maker] = {
    "how-many": how_many,
    "how-soon": how_soon,
    "how-fast": how_fast,
    "said": what_was_said,
    "instead": whose_instead,
    "topics": topics,
    "kinds": kinds,
    "countries": countries,
    "senders": senders,
    "languages": languages,
}


def _newest(row: Handled) -> str:
    """The word that counts: the last one, an answer before all others."""
    if UnitAnswer.ANSWERED in row.said:
        return UnitAnswer.ANSWERED.value
    return max(row.said, key=lambda answer: row.said[answer]).value if row.said else "nothing"


def _times(own: Own, name: str, question: str, of: Callable[[Handled], float | None]) -> Figure:
    by_point: dict[date, list[float]] = {}
    for row in own.rows:
        seconds = of(row)
        if seconds is not None:
            by_point.setdefault(own.asked.start_of(row.day), []).append(seconds)
    rows: list[tuple[object, ...]] = []
    shown: list[tuple[str, ...]] = []
    halves: list[float | None] = []
    nines: list[float | None] = []
    for at in own.asked.points():
        spans = by_point.get(at, [])
        half, nine = _half(spans), _nine(spans)
        rows.append((at.isoformat(), len(spans), rounded(half), rounded(nine)))
        shown.append((day_text(at, own.asked), number(len(spans)), span_text(half), span_text(nine)))
        halves.append(None if half is None else half / HOUR)
        nines.append(None if nine is None else nine / HOUR)
    everything = [seconds for spans in by_point.values() for seconds in spans]
    note = gettext(
        "%(count)s of %(whole)s so far: half within %(half)s, nine of ten within %(nine)s. By the day on which they came to you.",
        count=number(len(everything)),
        whole=number(len(own.rows)),
        half=span_text(_half(everything)),
        nine=span_text(_nine(everything)),
    )
    series = [Series(gettext("half of them (median)"), halves), Series(gettext("nine of ten (p90)"), nines)]
    labels = [day_text(at, own.asked) for at in own.asked.points()]
    chart = lines(labels, series, name=name, title=question, description=note) if everything else None
    header = (
        time_head(own.asked),
        gettext("Inquiries"),
        gettext("half of them (median)"),
        gettext("nine of ten (p90)"),
    )
    return Figure(name, question, note, header, rows, shown, chart)


def _half(spans: Sequence[float]) -> float | None:
    return median(spans) if spans else None


def _nine(spans: Sequence[float]) -> float | None:
    """The ninth decile; of a single span that span."""
    return quantiles(spans, n=10, method="inclusive")[8] if len(spans) > 1 else _half(spans)
