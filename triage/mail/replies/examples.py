"""What a unit means by a line that says none of the certain words: learnt from some hundred lines in `examples.jsonl`.

A multinomial naive Bayes classifier over words and pairs of words; it is fitted in a few milliseconds when the first reply
is read. This layer may not import scikit-learn, and does not need it for so little: a line added to the file is all that
teaching takes. The lines are invented, in the three languages, and hold nobody's name.
"""

import json
import math
import re
from collections import Counter
from collections.abc import Callable, Mapping
from functools import cache
from importlib.resources import files
from itertools import pairwise

from triage.domain.reply import ReplyReading

_WORDS = re.compile(r"[\w']+|\?")
_DIGITS = re.compile(r"\d+")
_SMOOTHING = 0.3
MOST_WORDS = 150
"""A reply that goes on beyond this has said by then what it is."""


def features(flat: str) -> set[tuple[str, ...]]:
    """Words and pairs of neighbours of folded text; figures are all alike."""
    words = _WORDS.findall(_DIGITS.sub("0", flat))[:MOST_WORDS]
    framed = ["", *words, ""]
    return {(word,) for word in words} | set(pairwise(framed))


class Examples:
    """What each reading's lines have in common."""

    def __init__(self, lines: list[tuple[ReplyReading, str]]) -> None:
        counts: dict[ReplyReading, Counter[tuple[str, ...]]] = {}
        for reading, flat in lines:
            counts.setdefault(reading, Counter()).update(features(flat))
        self._known = frozenset(feature for counter in counts.values() for feature in counter)
        self._logs = {reading: self._logarithms(counter) for reading, counter in counts.items()}

    def _logarithms(self, counter: Counter[tuple[str, ...]]) -> tuple[dict[tuple[str, ...], float], float]:
        total = math.log(counter.total() + _SMOOTHING * len(self._known))
        unseen = math.log(_SMOOTHING) - total
        return {feature: math.log(n + _SMOOTHING) - total for feature, n in counter.items()}, unseen

    def weigh(self, flat: str) -> Mapping[ReplyReading, float]:
        """Log-likelihood of each reading, the best at 0; nothing where no word is known."""
        found = features(flat) & self._known
        if not found:
            return {}
        sums = {
            reading: sum(known.get(feature, unseen) for feature in found)
            for reading, (known, unseen) in self._logs.items()
        }
        best = max(sums.values())
        return {reading: value - best for reading, value in sums.items()}


@cache
def examples(flatten: Callable[[str], str]) -> Examples:
    """Those that come with the service; `flatten` makes text as it is when it is weighed."""
    text = files("triage.mail.replies").joinpath("examples.jsonl").read_text(encoding="utf-8")
    rows = [json.loads(line) for line in text.splitlines()]
    return Examples([(ReplyReading(row["reading"]), flatten(row["text"])) for row in rows])
