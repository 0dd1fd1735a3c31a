"""The dashboards' figures: each answers one question, as a chart, as a table and as a file."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from babel.dates import format_date, format_timedelta
from markupsafe import Markup

from triage.domain.people import Person
from triage.domain.spans import quantile_seconds
from triage.domain.taxonomy import Destination, Kind, Route
from triage.store import figures, ledger
from triage.store.engine import Tx
from triage.store.figures import Period
from triage.store.topics import Topic
from triage.web.charts import Point, Series, bars, columns, lines
from triage.web.show import exact_percent, language_name, number, place
from triage.web.translate import gettext, language
from triage.web.words import word

DAYS = (30, 90, 365)
DAILY_UP_TO = 31
MOST_BARS = 15
AGES = (timedelta(hours=4), timedelta(days=1), timedelta(days=3), timedelta(days=7), timedelta(days=30))
HOUR = 3600.0


@dataclass(frozen=True, slots=True)
class Asked:
    """For whom, for which days, and now. `weekly`: points are weeks instead of days."""

    viewer: Person
    period: Period
    now: datetime
    weekly: bool

    def points(self) -> list[date]:
        """The days, or the Mondays, of the period."""
        day, found = self.start_of(self.period.first), []
        while day <= self.period.last:
            found.append(day)
            day += timedelta(days=7 if self.weekly else 1)
        return found

    def start_of(self, day: date) -> date:
        """The point that a day belongs to."""
        return day - timedelta(days=day.weekday()) if self.weekly else day


@dataclass(frozen=True, slots=True)
class Figure:
    """One question with its answer. `rows` are raw, for the file; `shown` the same for people."""

    name: str
    question: str
    note: str
    header: tuple[str, ...]
    rows: Sequence[tuple[object, ...]]
    shown: Sequence[tuple[str, ...]]
    chart: Markup | None


Maker = Callable[[Tx, Asked], Figure]


def arrivals(tx: Tx, asked: Asked) -> Figure:
    """How many came in."""
    found = _by_point(figures.by_day(tx, viewer=asked.viewer, topic=Topic.ARRIVED, period=asked.period), asked)
    kinds = ("person", "machine", "quarantined", "answer")
    rows: list[tuple[object, ...]] = [
        (at.isoformat(), *(found.get(at, {}).get(kind, 0) for kind in kinds)) for at in asked.points()
    ]
    points = [Point(day_text(at, asked), found.get(at, {}).get("person", 0), "") for at in asked.points()]
    total = sum(int(point.value) for point in points)
    question = (
        gettext("How many messages of people came in each week?")
        if asked.weekly
        else gettext("How many messages of people came in each day?")
    )
    note = gettext(
        "%(count)s in all. Machine mail, quarantine and units' answers stand in the table.", count=number(total)
    )
    header = (time_head(asked), gettext("Messages of people"), gettext("Machine mail"), gettext("Quarantine"),
              gettext("Units' answers"))  # fmt: skip
    chart = columns(points, name="arrivals", title=question, description=note) if total else None
    return Figure("arrivals", question, note, header, rows, texts(rows, asked), chart)


def routes(tx: Tx, asked: Asked) -> Figure:
    """Where they go."""
    found = figures.totals(tx, viewer=asked.viewer, topic=Topic.ROUTE, period=asked.period)
    named = {route.value: str(route.value) for route in Route}
    return ranking("routes", gettext("Which units and missions do the messages belong to?"),
                    gettext("By the officer's decision, else by the suggestion."), gettext("Unit"), found, named)  # fmt: skip


def countries(tx: Tx, asked: Asked) -> Figure:
    """Which countries the work is in."""
    found = figures.totals(tx, viewer=asked.viewer, topic=Topic.COUNTRY, period=asked.period)
    named = {code: place(Destination(Route.MISSION, code)).name for code in found}
    return ranking("countries", gettext("Which countries do messages for missions speak of?"),
                    gettext("The fifteen named most; all of them stand in the table."), gettext("Country"), found, named)  # fmt: skip


def languages(tx: Tx, asked: Asked) -> Figure:
    """In which languages people write."""
    found = figures.totals(tx, viewer=asked.viewer, topic=Topic.LANGUAGE, period=asked.period)
    named = {code: language_name(code) for code in found}
    return ranking("languages", gettext("In which languages do people write?"), "", gettext("Language"), found, named)


def kinds(tx: Tx, asked: Asked) -> Figure:
    """What people want."""
    found = figures.totals(tx, viewer=asked.viewer, topic=Topic.KIND, period=asked.period)
    named = {kind.value: word(kind) for kind in Kind}
    return ranking("kinds", gettext("Do people ask, inform or invite?"), gettext("As the model understood them."),
                    gettext("Kind"), found, named)  # fmt: skip


def decision_times(tx: Tx, asked: Asked) -> Figure:
    """How long until somebody decides."""
    return _times(tx, asked, "decision-times", Topic.TO_DECISION, gettext("How many hours until an officer decides?"))


def forwarding_times(tx: Tx, asked: Asked) -> Figure:
    """How long until the mail has left."""
    question = gettext("How many hours until the mail has left for the unit or mission?")
    return _times(tx, asked, "forwarding-times", Topic.TO_FORWARDING, question)


def waiting(tx: Tx, asked: Asked) -> Figure:
    """How old the work is that waits."""
    counted = figures.ages(tx, viewer=asked.viewer, now=asked.now, limits=AGES)
    spans = [format_timedelta(limit, locale=language(), threshold=1) for limit in AGES]
    labels = [gettext("under %(span)s", span=spans[0])]
    labels += [gettext("up to %(span)s", span=span) for span in spans[1:]] + [
        gettext("older than %(span)s", span=spans[-1])
    ]
    question = gettext("How old are the messages that wait for a decision now?")
    note = gettext("%(count)s wait.", count=number(sum(counted)))
    return bar_figure("waiting", question, note, gettext("Age"), list(zip(labels, labels, counted, strict=True)))


def agreement_by_route(tx: Tx, asked: Asked) -> Figure:
    """How often officers take the suggestion, by what was suggested."""
    question = gettext("How often do officers agree with the suggestion, by unit suggested?")
    return _agreement(tx, asked, "agreement-routes", question, gettext("Unit"), 1, {})


def agreement_by_language(tx: Tx, asked: Asked) -> Figure:
    """The same by language."""
    question = gettext("How often do officers agree with the suggestion, by language?")
    return _agreement(tx, asked, "agreement-languages", question, gettext("Language"), 2, language_name)


def agreement_by_model(tx: Tx, asked: Asked) -> Figure:
    """The same by model."""
    question = gettext("How often do officers agree with the suggestion, by model?")
    return _agreement(tx, asked, "agreement-models", question, gettext("Model"), 0, {})


def coverage(tx: Tx, asked: Asked) -> Figure:
    """How many suggestions are sure."""
    found = _by_point(figures.by_day(tx, viewer=asked.viewer, topic=Topic.COVERAGE, period=asked.period), asked)
    rows: list[tuple[object, ...]] = []
    shares: list[float | None] = []
    for at in asked.points():
        sure, all_of_them = found.get(at, {}).get("forward", 0), sum(found.get(at, {}).values())
        rows.append((at.isoformat(), sure, all_of_them))
        shares.append(100.0 * sure / all_of_them if all_of_them else None)
    question = gettext("How many of a hundred suggestions are sure enough to be forwarded unread?")
    sure_sum, total = (sum(int(str(row[place])) for row in rows) for place in (1, 2))
    note = _share_note(sure_sum, total)
    series = [Series(gettext("sure suggestions, of a hundred"), shares)]
    labels = [day_text(at, asked) for at in asked.points()]
    chart = lines(labels, series, name="coverage", title=question, description=note, top=100.0) if total else None
    header = (time_head(asked), gettext("Sure"), gettext("Suggestions"))
    return Figure("coverage", question, note, header, rows, texts(rows, asked), chart)


def misroutes(tx: Tx, asked: Asked) -> Figure:
    """How often the first way was wrong."""
    found = figures.totals(tx, viewer=asked.viewer, topic=Topic.OUTCOME, period=asked.period)
    names = {"not_ours": gettext("the unit said: not ours"), "changed": gettext("decided otherwise after a confirmation"),
             "bounced": gettext("the mail came back")}  # fmt: skip
    question = gettext("How often was the first way wrong?")
    note = gettext("Of %(count)s messages that were forwarded.", count=number(found.get("forwarded", 0)))
    values = [(code, text, found.get(code, 0)) for code, text in names.items()]
    return bar_figure("misroutes", question, note, gettext("What happened"), values, known=bool(found))


def standing(tx: Tx, asked: Asked) -> Figure:
    """Where everything stands; the same for everybody and every period."""
    del asked
    counted = ledger.states(tx)
    question = gettext("Where do all stored messages stand now?")
    note = gettext(
        "%(count)s in all; the books say whether that is every one that came in.", count=number(sum(counted.values()))
    )
    return bar_figure("standing", question, note, gettext("State"), [(s.value, word(s), n) for s, n in counted.items()])


FIGURES: Mapping[str, Maker] = {
    "arrivals": arrivals,
    "waiting": waiting,
    "standing": standing,
    "routes": routes,
    "countries": countries,
    "languages": languages,
    "kinds": kinds,
    "decision-times": decision_times,
    "forwarding-times": forwarding_times,
    "coverage": coverage,
    "agreement-routes": agreement_by_route,
    "agreement-languages": agreement_by_language,
    "agreement-models": agreement_by_model,
    "misroutes": misroutes,
}


def ranking(
    name: str, question: str, note: str, head: str, found: Mapping[str, int], named: Mapping[str, str]
) -> Figure:
    """Words by how often they were counted."""
    ranked = sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))
    return bar_figure(name, question, note, head, [(code, named.get(code, code), count) for code, count in ranked])


def bar_figure(
    name: str, question: str, note: str, head: str, values: Sequence[tuple[str, str, int]], *, known: bool = True
) -> Figure:
    """Codes with their words and how many of each, as bars."""
    total = sum(count for _, _, count in values)
    rows: list[tuple[object, ...]] = [(code, text, count) for code, text, count in values]
    shown = [(text, number(count), _percent(count, total)) for _, text, count in values]
    points = [Point(text, count, number(count)) for _, text, count in values[:MOST_BARS]]
    description = "; ".join(f"{point.label}: {point.text}" for point in points)
    chart = bars(points, name=name, title=question, description=description) if total and known else None
    return Figure(name, question, note, (head, gettext("Messages"), gettext("Share")), rows, shown, chart)


def _times(tx: Tx, asked: Asked, name: str, topic: Topic, question: str) -> Figure:
    found = _by_point(figures.by_day(tx, viewer=asked.viewer, topic=topic, period=asked.period), asked)
    rows: list[tuple[object, ...]] = []
    shown: list[tuple[str, ...]] = []
    halves: list[float | None] = []
    nines: list[float | None] = []
    whole: dict[int, int] = {}
    for at in asked.points():
        classes = {int(code): count for code, count in found.get(at, {}).items()}
        for code, count in classes.items():
            whole[code] = whole.get(code, 0) + count
        half, nine = quantile_seconds(classes, 0.5), quantile_seconds(classes, 0.9)
        rows.append((at.isoformat(), sum(classes.values()), rounded(half), rounded(nine)))
        shown.append((day_text(at, asked), number(sum(classes.values())), span_text(half), span_text(nine)))
        halves.append(None if half is None else half / HOUR)
        nines.append(None if nine is None else nine / HOUR)
    note = gettext(
        "Of all in the period: half within %(half)s, nine of ten within %(nine)s. By the day on which they came in.",
        half=span_text(quantile_seconds(whole, 0.5)),
        nine=span_text(quantile_seconds(whole, 0.9)),
    )
    series = [Series(gettext("half of them (median)"), halves), Series(gettext("nine of ten (p90)"), nines)]
    labels = [day_text(at, asked) for at in asked.points()]
    chart = lines(labels, series, name=name, title=question, description=note) if whole else None
    header = (time_head(asked), gettext("Messages"), gettext("half of them (median)"), gettext("nine of ten (p90)"))
    return Figure(name, question, note, header, rows, shown, chart)


def _agreement(
    tx: Tx,
    asked: Asked,
    name: str,
    question: str,
    head: str,
    part: int,
    named: Mapping[str, str] | Callable[[str], str],
) -> Figure:
    found = figures.totals(tx, viewer=asked.viewer, topic=Topic.AGREEMENT, period=asked.period)
    counted: dict[str, list[int]] = {}
    for code, count in found.items():
        parts = code.rsplit("|", 3)
        both = counted.setdefault(parts[part], [0, 0])
        both[0] += count if parts[3] == "yes" else 0
        both[1] += count
    ranked = sorted(counted.items(), key=lambda pair: (-pair[1][1], pair[0]))
    name_of = named if callable(named) else lambda code: named.get(code, code)
    rows: list[tuple[object, ...]] = [(code, agreed, total) for code, (agreed, total) in ranked]
    shown = [(name_of(code), number(a), number(t), _percent(a, t)) for code, (a, t) in ranked]
    points = [Point(name_of(code), a / t, f"{_percent(a, t)} ({number(t)})") for code, (a, t) in ranked[:MOST_BARS]]
    note = _share_note(sum(a for a, _ in counted.values()), sum(t for _, t in counted.values()))
    description = "; ".join(f"{point.label}: {point.text}" for point in points)
    chart = bars(points, name=name, title=question, description=description) if points else None
    header = (head, gettext("Agreed"), gettext("Decisions"), gettext("Share"))
    return Figure(name, question, note, header, rows, shown, chart)


def _by_point(found: Mapping[date, Mapping[str, int]], asked: Asked) -> dict[date, dict[str, int]]:
    """Days put together into the points of the time axis."""
    result: dict[date, dict[str, int]] = {}
    for day, words in found.items():
        into = result.setdefault(asked.start_of(day), {})
        for code, count in words.items():
            into[code] = into.get(code, 0) + count
    return result


def texts(rows: Sequence[tuple[object, ...]], asked: Asked) -> list[tuple[str, ...]]:
    """Rows that begin with a day, as people read them."""
    return [
        (day_text(date.fromisoformat(str(row[0])), asked), *(number(float(str(cell))) for cell in row[1:]))
        for row in rows
    ]


def time_head(asked: Asked) -> str:
    """What stands above the days or weeks."""
    return gettext("Week from") if asked.weekly else gettext("Day")


def day_text(day: date, asked: Asked) -> str:
    """A day, with its year where the period is long."""
    pattern = "d MMM y" if asked.weekly and (asked.period.last - asked.period.first).days > DAYS[1] else "d MMM"
    return str(format_date(day, pattern, locale=language()))


def _percent(part: int, whole: int) -> str:
    return exact_percent(part / whole) if whole else "–"


def _share_note(part: int, whole: int) -> str:
    return gettext(
        "%(part)s of %(whole)s (%(share)s).", part=number(part), whole=number(whole), share=_percent(part, whole)
    )


def span_text(seconds: float | None) -> str:
    """A span as people say it."""
    if seconds is None:
        return "–"
    return format_timedelta(timedelta(seconds=seconds), granularity="minute", threshold=2, locale=language())


def rounded(seconds: float | None) -> object:
    """A span in whole seconds, for the file."""
    return "" if seconds is None else round(seconds)
