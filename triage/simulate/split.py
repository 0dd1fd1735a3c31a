"""Which authors a stream draws from, and how often each language comes."""

import random
from collections import Counter, defaultdict
from collections.abc import Sequence

from triage.domain.ports import Example

STREAM_SHARE = 0.3  # of the authors


def unseen_authors(examples: Sequence[Example], chance: random.Random, *, share: float = STREAM_SHARE) -> set[str]:
    """The authors that the stream draws from, a share of all: of each language some, so that the model knows every
    language."""
    spoken: dict[str, Counter[str]] = defaultdict(Counter)
    for example in examples:
        spoken[example.author][example.language] += 1
    of_language: dict[str, list[str]] = defaultdict(list)
    for author in sorted(spoken):
        of_language[spoken[author].most_common(1)[0][0]].append(author)
    chosen: set[str] = set()
    for authors in (of_language[language] for language in sorted(of_language)):
        if len(authors) > 1:
            chosen.update(chance.sample(authors, max(1, round(share * len(authors)))))
    return chosen or {min(spoken)}


def drawn_as_all(
    examples: Sequence[Example], some: Sequence[Example], number: int, chance: random.Random
) -> list[Example]:
    """So many of `some`, none twice, in the language mix of `examples`."""
    shares = language_shares(examples, some)
    # The largest of these are a weighted sample without replacement (Efraimidis and Spirakis 2006).
    keys = {one.id: chance.random() ** (1 / shares[one.language]) for one in some}
    return sorted(some, key=lambda one: -keys[one.id])[:number]


def language_shares(examples: Sequence[Example], stream: Sequence[Example]) -> dict[str, float]:
    """How much likelier than evenly a message of each language is drawn, so that the stream has the mix of all."""
    every = Counter(example.language for example in examples)
    drawn = Counter(example.language for example in stream)
    return {language: every[language] / count for language, count in drawn.items()}
