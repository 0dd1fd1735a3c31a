"""Which authors a full stream draws from, and how often each language comes."""

import random
from collections import Counter, defaultdict
from collections.abc import Sequence

from triage.domain.ports import Example

STREAM_SHARE = 0.3  # of the authors


def unseen_authors(examples: Sequence[Example], chance: random.Random) -> set[str]:
    """The authors that the stream draws from: of each language some, so that the model knows every language."""
    spoken: dict[str, Counter[str]] = defaultdict(Counter)
    for example in examples:
        spoken[example.author][example.language] += 1
    of_language: dict[str, list[str]] = defaultdict(list)
    for author in sorted(spoken):
        of_language[spoken[author].most_common(1)[0][0]].append(author)
    chosen: set[str] = set()
    for authors in (of_language[language] for language in sorted(of_language)):
        if len(authors) > 1:
            chosen.update(chance.sample(authors, max(1, round(STREAM_SHARE * len(authors)))))
    return chosen or {min(spoken)}


def language_shares(examples: Sequence[Example], stream: Sequence[Example]) -> dict[str, float]:
    """How much likelier than evenly a message of each language is drawn, so that the stream has the mix of all."""
    every = Counter(example.language for example in examples)
    drawn = Counter(example.language for example in stream)
    return {language: every[language] / count for language, count in drawn.items()}
