"""The numbers that drift is seen in: words that a model does not know, and where words fall among a few hash buckets.

The reference of a model is taken from its training messages as they would have looked to a model that had never seen
their author: a word counts as known where enough messages by others have it.
"""

import zlib
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial

from triage.classify.document import from_example, from_message
from triage.classify.features.matrix import MessageFeatures
from triage.classify.measure import OutOfFold
from triage.domain.decision import Prediction
from triage.domain.drift import BUCKETS, Numbers, Snapshot, summarise
from triage.domain.message import Message

SHORTEST_WORD = 3


def numbers_of(
    features: MessageFeatures, messages: Sequence[Message], predictions: Sequence[Prediction]
) -> list[Numbers]:
    """The numbers of messages beside what was predicted for them."""
    known = features.grams.knows
    return [
        _numbers(features.prepare(from_message(message)).words, known, said)
        for message, said in zip(messages, predictions, strict=True)
    ]


def of_training(features: MessageFeatures, judged: OutOfFold) -> list[Numbers]:
    """The numbers of the training messages, each as a model without its author would have had them."""
    words = [features.prepare(from_example(example)).words for example in judged.examples]
    authors = [example.author for example in judged.examples]
    everywhere: Counter[str] = Counter()
    by_author: dict[str, Counter[str]] = {author: Counter() for author in authors}
    for author, row in zip(authors, words, strict=True):
        distinct = set(row)
        everywhere.update(distinct)
        by_author[author].update(distinct)
    least = features.grams.word_min
    made = []
    for number, (author, row) in enumerate(zip(authors, words, strict=True)):
        unknown, buckets = word_numbers(row, partial(_known_to_others, everywhere, by_author[author], least))
        answer, probability = judged.ranked[number][0]
        language, nobodys = judged.examples[number].language, float(judged.out_of_scope[number])
        made.append(Numbers(language, answer.partition(":")[0], probability, nobodys, unknown, buckets))
    return made


def _known_to_others(everywhere: Counter[str], own: Counter[str], least: int, word: str) -> bool:
    return everywhere[word] - own[word] >= least


def reference(features: MessageFeatures, judged: OutOfFold) -> Snapshot:
    """What a model's training messages look like, for its card."""
    return summarise(of_training(features, judged))


def word_numbers(words: Sequence[str], knows: Callable[[str], bool]) -> tuple[float, bytes]:
    """(share of words that are not known, number of words in each bucket)."""
    counted = [word for word in words if len(word) >= SHORTEST_WORD and word.isalpha()]
    buckets = [0] * BUCKETS
    for word in counted:
        place = zlib.crc32(word.encode()) % BUCKETS
        buckets[place] = min(255, buckets[place] + 1)
    unknown = sum(not knows(word) for word in counted)
    return unknown / max(1, len(counted)), bytes(buckets)


def _numbers(words: Sequence[str], knows: Callable[[str], bool], said: Prediction) -> Numbers:
    unknown, buckets = word_numbers(words, knows)
    return Numbers(said.language, said.destination.route.value, said.probability, said.out_of_scope, unknown, buckets)
