"""A deadline that a message states, in English, French or Spanish: a date beside words such as "by", "au plus tard le",
"fecha límite". A date without such words is no deadline; a date that two readers would read differently is not guessed.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

_LOOKED_AT = 20_000
_BEFORE_CHARACTERS = 70
_MONTHS = (
    ("january", "jan", "janvier", "janv", "enero", "ene"),
    ("february", "feb", "fevrier", "fevr", "febrero"),
    ("march", "mar", "mars", "marzo"),
    ("april", "apr", "avril", "avr", "abril", "abr"),
    ("may", "mai", "mayo"),
    ("june", "jun", "juin", "junio"),
    ("july", "jul", "juillet", "juil", "julio"),
    ("august", "aug", "aout", "agosto", "ago"),
    ("september", "sept", "sep", "septembre", "septiembre", "setiembre"),
    ("october", "oct", "octobre", "octubre"),
    ("november", "nov", "novembre", "noviembre"),
    ("december", "dec", "decembre", "diciembre", "dic"),
)
_MONTH = {name: number for number, names in enumerate(_MONTHS, 1) for name in names}
_NAMES = "|".join(sorted(_MONTH, key=len, reverse=True))
_DAY_FIRST = re.compile(
    rf"\b(\d{{1,2}})(?:st|nd|rd|th|er|o|º)?\.?\s+(?:of\s+|de\s+)?({_NAMES})\b\.?,?(?:\s+(?:de\s+|del\s+)?(\d{{4}}))?"
)
_MONTH_FIRST = re.compile(rf"\b({_NAMES})\b\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?\b(?:,?\s+(\d{{4}}))?")
_ISO = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")
_NUMERIC = re.compile(r"\b(\d{1,2})[/.](\d{1,2})[/.](\d{4})\b")
_CUE = re.compile(
    r"\b(?:deadline|closing date|due (?:date|by|on)?|no later than|not later than|at the latest|before|by|until|latest|respond"
    r"|reply|confirm|expires?|closes?|submit(?:ted)?"
    r"|date limite|delai|au plus tard|avant|d'ici|jusqu'au|dernier delai|echeance|cloture|confirmer|repondre"
    r"|fecha limite|plazo|a mas tardar|antes de|antes del|hasta|vence|cierre|confirmar|responder)\b"
)
_NEAR = re.compile(
    r"\b(?:by|before|until|than|latest|deadline|due|closes?|expires?|avant|limite|tard|ici|jusqu'au|delai|echeance|cloture"
    r"|antes|limite|plazo|tardar|hasta|vence|cierre)\b"
)
_PAST_CUE = re.compile(r"\b(?:born|founded|since|depuis|nacid|desde|on the|dated|du|ne le|created)\s*$")


@dataclass(frozen=True, slots=True)
class Deadline:
    """The day, and the words of the message that state it."""

    day: date
    words: str


def find_deadline(text: str, *, written: date) -> Deadline | None:
    """The earliest deadline of `text` that is not before the day it was `written`; None where it states none.

    A date without a year is the next such day.
    """
    head = text[:_LOOKED_AT]
    folded = _fold(head)
    found: list[Deadline] = []
    for start, end, day in _dates(folded, written):
        before = re.split(r"[.!?;]\s|\n\s*\n", folded[max(start - _BEFORE_CHARACTERS, 0) : start])[-1]
        after = folded[end : end + 25]
        if day >= written and _is_deadline(before, after):
            cue = _CUE.search(before)
            begin = start - len(before) + (cue.start() if cue else len(before))
            found.append(Deadline(day, " ".join(head[begin:end].split()).rstrip(".,")))
    return min(found, key=lambda one: one.day, default=None)


def _is_deadline(before: str, after: str) -> bool:
    cue = next(iter(list(_CUE.finditer(before))[::-1]), None)
    if (
        cue is not None
        and not _PAST_CUE.search(before)
        and (len(before) - cue.end() <= 18 or _NEAR.search(before[cue.start() :]))
    ):
        return True
    return bool(re.match(r"\W*(?:at the latest|au plus tard|a mas tardar|como fecha limite|\(?deadline)", after))


def _fold(text: str) -> str:
    """Lower case without accents, character for character, so that places in it are places in `text`."""
    out = []
    for character in text:
        plain = unicodedata.normalize("NFKD", character)[0].lower()
        out.append(plain if len(plain) == 1 else character)
    return "".join(out).replace("’", "'")


def _dates(folded: str, written: date) -> Iterator[tuple[int, int, date]]:
    for match in _DAY_FIRST.finditer(folded):
        yield from _made(match, match[3], _MONTH[match[2]], match[1], written)
    for match in _MONTH_FIRST.finditer(folded):
        yield from _made(match, match[3], _MONTH[match[1]], match[2], written)
    for match in _ISO.finditer(folded):
        yield from _made(match, match[1], int(match[2]), match[3], written)
    for match in _NUMERIC.finditer(folded):
        first, second = int(match[1]), int(match[2])
        if first > 12 or first == second:
            yield from _made(match, match[3], second, match[1], written)
        elif second > 12:
            yield from _made(match, match[3], first, match[2], written)


def _made(
    match: re.Match[str], year: str | None, month: int, day: str, written: date
) -> Iterator[tuple[int, int, date]]:
    years = [int(year)] if year else [written.year, written.year + 1]
    for one in years:
        try:
            made = date(one, month, int(day))
        except ValueError:
            continue
        if year or made >= written:
            yield match.start(), match.end(), made
            return
