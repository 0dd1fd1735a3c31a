"""The search form: what was typed as a Query, and a Query in words. Unreadable values ask nothing."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import TypeVar

from babel import Locale

from triage.domain.lifecycle import MessageState
from triage.domain.taxonomy import Destination, Kind, Route
from triage.store.search import Query
from triage.web.show import language_name, place
from triage.web.translate import gettext, language
from triage.web.words import word

E = TypeVar("E", bound=StrEnum)
TEXT_LIMIT = 300
OFFERED = (
    "en",
    "fr",
    "es",
    "ar",
    "zh",
    "ru",
    "pt",
    "de",
    "it",
    "uk",
    "fa",
    "tr",
    "am",
    "sw",
    "bn",
    "hi",
    "ur",
    "th",
    "vi",
    "id",
)
"""Languages that the form offers; those of the address, if another one, are added."""


def read_query(form: Mapping[str, str]) -> Query:
    """What the form says."""
    destination = _destination(form.get("destination", ""))
    code = form.get("language", "").strip().lower()
    return Query(
        text=form.get("text", "").strip()[:TEXT_LIMIT],
        route=destination[0],
        country=destination[1],
        language=code if code.isascii() and code.isalpha() and len(code) <= 3 else None,
        sender=form.get("sender", "").strip()[:TEXT_LIMIT],
        kind=_word(Kind, form.get("kind", "")),
        state=_word(MessageState, form.get("state", "")),
        since=_day(form.get("since", "")),
        until=_day(form.get("until", "")),
        ranked=form.get("ranked") == "yes",
    )


def destination_value(query: Query) -> str:
    """The query's destination as the form sends it."""
    if query.route is None:
        return ""
    return f"{query.route}:{query.country}" if query.country else str(query.route)


def in_words(query: Query) -> list[str]:
    """The conditions of a query, one short text each."""
    said = []
    if query.text:
        said.append(f"“{query.text}”")
    if query.route is not None:
        known = Destination(query.route, query.country) if query.country or query.route is not Route.MISSION else None
        said.append(place(known).short if known else gettext("Any mission"))
    if query.sender:
        said.append(gettext("from %(sender)s", sender=query.sender))
    if query.language:
        said.append(language_name(query.language))
    said += [word(value) for value in (query.kind, query.state) if value is not None]
    if query.since:
        said.append(gettext("since %(day)s", day=query.since.isoformat()))
    if query.until:
        said.append(gettext("until %(day)s", day=query.until.isoformat()))
    return said


def languages(chosen: str | None) -> list[tuple[str, str]]:
    """Codes and names for the form, by name."""
    names = Locale.parse(language()).languages
    codes = {*OFFERED, *([chosen] if chosen else [])}
    return sorted(((code, str(names.get(code, code))) for code in codes), key=lambda pair: pair[1].casefold())


def _destination(text: str) -> tuple[Route | None, str | None]:
    if text == Route.MISSION:
        return Route.MISSION, None
    try:
        known = Destination.parse(text)
    except ValueError:
        return None, None
    return known.route, known.country


def _word(kind: type[E], text: str) -> E | None:
    try:
        return kind(text)
    except ValueError:
        return None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
