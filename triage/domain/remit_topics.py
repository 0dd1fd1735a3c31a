"""The parts of a unit's remit as topics: which of them a message speaks of, by the words that set one part apart from the
others, in any of the office's languages.

"Migration and health" is known by "health", because "migration" stands in other parts, too. Words are compared by their
beginning, so that "trafficking" and "trafficked" are one. It is a count of words and no judgement: a message may speak of
several parts, or of none.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from triage.domain.folding import words

SHORTEST_WORD = 4
STEM = 6
_PARTS = re.compile(r"\s*,\s*")
_SCOPE = re.compile(r"\s*;.*", re.DOTALL)
"""What follows a semicolon says where, not about what."""


@dataclass(frozen=True, slots=True)
class RemitTopic:
    """One part of a remit: its name by language, and the beginnings of words that it is known by."""

    names: Mapping[str, str]
    stems: frozenset[str]


def topics_of(remits: Mapping[str, str]) -> list[RemitTopic]:
    """The parts of a remit. Where the languages do not have equally many parts, those of the first alone."""
    by_language = {language: _parts(text) for language, text in remits.items() if _parts(text)}
    if not by_language:
        return []
    number = len(next(iter(by_language.values())))
    fitting = {language: parts for language, parts in by_language.items() if len(parts) == number}
    stems = {language: _telling(parts) for language, parts in fitting.items()}
    found = [
        RemitTopic(
            {language: parts[place] for language, parts in fitting.items()},
            frozenset().union(*(each[place] for each in stems.values())),
        )
        for place in range(number)
    ]
    return [topic for topic in found if topic.stems]


def spoken_of(topic: RemitTopic, message_words: Iterable[str]) -> bool:
    """Whether folded words of a message have one that the topic is known by."""
    return any(word[:STEM] in topic.stems for word in message_words if len(word) >= SHORTEST_WORD)


def _parts(remit: str) -> list[str]:
    return [part.strip() for part in _PARTS.split(_SCOPE.sub("", remit)) if part.strip()]


def _telling(parts: Collection[str]) -> list[frozenset[str]]:
    """For each part the beginnings of its words that no other part has."""
    each = [frozenset(word[:STEM] for word in words(part) if len(word) >= SHORTEST_WORD) for part in parts]
    times = Counter(stem for stems in each for stem in stems)
    return [frozenset(stem for stem in stems if times[stem] == 1) for stems in each]
