"""What a message does, as numbers for its kind: which speech acts stand in it and in its subject, and dates and hours.

Measured on unseen authors: kind 0.872 without, 0.884 with these. Where in the text an act stands (in the last sentences,
in a sentence with a question mark) added nothing to that.
"""

import math
import re
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from triage.classify.features.concepts import speech_acts
from triage.classify.features.matrix import Prepared

_MONTH_NAMES = """jan feb mar apr may jun jul aug sep oct nov dec ene abr ago dic fev avr mai jui aou set out dez mag giu lug ott
okt янв фев мар апр мая маи июн июл авг сен окт ноя дек"""
_MONTHS = frozenset(_MONTH_NAMES.split())
_HOUR = re.compile(
    r"\b\d{1,2}\s?[:h.]\s?\d\d\b|\b\d{1,2}\s?(?:h\b|hs\b|hrs|uhr|heures|horas|a\.?m\b|p\.?m\b|o.clock)", re.I
)
_END = re.compile(r"[.!?؟。？\n]+")
_QUESTION = re.compile("[?؟？]")


def acts(prepared: Prepared) -> npt.NDArray[np.float64]:
    """Per speech act how often it occurs (logarithm) outside the subject, whether in the subject; then five numbers:
    a date, an hour, both, the share of sentences that ask, an exclamation mark."""
    book = speech_acts()
    count = len(book.names)
    row = np.zeros(2 * count + 5)
    subject = len(prepared.tokens.subject)
    times: dict[int, int] = {}
    for concept, first, _ in book.find(prepared.words):
        if first < subject:
            row[count + concept] = 1.0
        else:
            times[concept] = times.get(concept, 0) + 1
    for concept, number in times.items():
        row[concept] = math.log1p(number)
    text = prepared.document.newest
    date, hour = _dated(prepared.words), bool(_HOUR.search(text))
    ends = _END.findall(text)
    asking = sum(_QUESTION.search(end) is not None for end in ends)
    row[2 * count :] = (date, hour, date and hour, asking / (len(ends) + 1), "!" in text)
    return row


def _dated(words: Sequence[str]) -> bool:
    """Whether a month's name stands beside a number; in folded words every digit is a zero."""
    for place, word in enumerate(words):
        if word[:3] in _MONTHS and any(
            near[:1] == "0" for near in (*words[max(0, place - 2) : place], *words[place + 1 : place + 2])
        ):
            return True
    return False
