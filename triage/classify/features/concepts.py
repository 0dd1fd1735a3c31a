"""Meanings across languages, found as words and phrases: our own thesaurus of concepts, dictionary and speech acts.

`data/concepts.txt` holds some hundred themes of the office, one a line, `name | term; term; ...`, terms of all languages
together. `data/lexicon.txt` holds some five hundred everyday meanings, one a line, words of all languages separated by
blanks. `data/acts.txt`, written as the concepts are, holds what a message does: asks, informs, invites, thanks, offers.
A star lets any ending follow. What a French message teaches of a meaning, the Spanish word for it then knows.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from triage.classify.tokens import cut
from triage.domain.decision import Field

_SHORTEST_STEM = 2
_REMEMBERED = 60_000  # words that a phrase may begin with, or not


@dataclass(slots=True)
class _Node:
    """One step in the tree of phrases: the words and stems that may follow and the concepts that end here."""

    words: dict[str, "_Node"] = field(default_factory=dict)
    stems: dict[str, "_Node"] = field(default_factory=dict)
    ends: list[int] = field(default_factory=list)
    heads: set[str] = field(default_factory=set)
    """The first letters of the stems, as many as the shortest has: most words are told apart by them."""

    def after(self, word: str) -> list["_Node"]:
        """The nodes that this word leads to."""
        found = [self.words[word]] if word in self.words else []
        if self.stems and word[:_SHORTEST_STEM] in self.heads:
            found += [
                self.stems[word[:length]]
                for length in range(_SHORTEST_STEM, len(word) + 1)
                if word[:length] in self.stems
            ]
        return found


class _Reached:
    """Where reading has come to: all nodes at once, with what a look at the next word needs laid side by side."""

    __slots__ = ("ends", "heads", "longer", "nodes", "words")

    def __init__(self, nodes: Sequence[_Node]) -> None:
        self.nodes = nodes
        self.ends = [concept for node in nodes for concept in node.ends]
        self.words = frozenset(word for node in nodes for word in node.words)
        self.heads = frozenset(head for node in nodes for head in node.heads)
        self.longer = bool(self.words or self.heads)

    def after(self, word: str) -> "_Reached | None":
        """What this word leads to; most words lead nowhere, and two looks tell it."""
        if word not in self.words and word[:_SHORTEST_STEM] not in self.heads:
            return None
        nodes = [following for node in self.nodes for following in node.after(word)]
        return _Reached(nodes) if nodes else None


class Found(NamedTuple):
    """A concept by number, and the positions of its first and last word."""

    concept: int
    first: int
    last: int


class Thesaurus:
    """The concepts of a text file, ready to be found."""

    def __init__(self, text: str) -> None:
        self.names: list[str] = []
        self._root = _Node()
        self._first: dict[str, _Reached | None] = {}
        for line in text.splitlines():
            if not line.strip() or line.startswith("#"):
                continue
            name, _, terms = line.partition("|")
            self.names.append(name.strip())
            for term in terms.split(";"):
                self._add(term.strip(), len(self.names) - 1)
        self._start = _Reached([self._root])

    def _add(self, term: str, concept: int) -> None:
        node = self._root
        words = [(fold_word, starred) for fold_word, starred in _words(term)]
        if not words:
            return
        for word, starred in words:
            if starred:
                node.heads.add(word[:_SHORTEST_STEM])
            node = (node.stems if starred else node.words).setdefault(word, _Node())
        node.ends.append(concept)

    def find(self, words: Sequence[str]) -> list[Found]:
        """Every concept in a sequence of folded words, overlapping ones too."""
        found: list[Found] = []
        known = self._first
        count = len(words)
        for start, word in enumerate(words):
            try:
                reached = known[word]
            except KeyError:
                reached = self._begin(word)
            position = start
            while reached is not None:
                for concept in reached.ends:
                    found.append(Found(concept, start, position))
                position += 1
                if not reached.longer or position >= count:
                    break
                reached = reached.after(words[position])
        return found

    def _begin(self, word: str) -> _Reached | None:
        """What a first word leads to, remembered."""
        if len(self._first) > _REMEMBERED:
            self._first.clear()
        reached = self._first[word] = self._start.after(word)
        return reached


def _words(term: str) -> list[tuple[str, bool]]:
    words = []
    for token in cut(Field.OTHER, term):
        starred = term[token.end : token.end + 1] == "*"
        if token.word:
            words.append((token.word, starred))
    return words


@lru_cache(maxsize=1)
def thesaurus() -> Thesaurus:
    """The themes of the office, read once per process."""
    return Thesaurus(_data("concepts.txt"))


@lru_cache(maxsize=1)
def lexicon() -> Thesaurus:
    """The everyday meanings, read once per process. The first word of a line names its meaning."""
    lines = []
    for line in _data("lexicon.txt").splitlines():
        if line.strip() and not line.startswith("#"):
            words = line.split()
            terms = ";".join(word.replace("_", " ") for word in words)
            lines.append(f"{words[0].strip('*_').replace('_', ' ')}|{terms}")
    return Thesaurus("\n".join(lines))


@lru_cache(maxsize=1)
def speech_acts() -> Thesaurus:
    """What messages do, read once per process."""
    return Thesaurus(_data("acts.txt"))


def _data(name: str) -> str:
    return resources.files("triage.classify.data").joinpath(name).read_text(encoding="utf-8")


class ConceptVectorizer:
    """Concepts of word sequences as rows of unit length, weighted by how rare each concept is."""

    def __init__(self, found_by: Thesaurus) -> None:
        self.thesaurus = found_by
        self.idf: npt.NDArray[np.float32] = np.ones(len(self.thesaurus.names), dtype=np.float32)

    def fit_transform(self, found: Sequence[Sequence[Found]]) -> sp.csr_matrix:
        """Learn the rarity of each concept, and weigh these rows."""
        counts = np.zeros(len(self.thesaurus.names))
        for row in found:
            counts[list({item.concept for item in row})] += 1
        self.idf = (np.log((1 + len(found)) / (1 + counts)) + 1).astype(np.float32)
        return self.transform(found)

    def transform(self, found: Sequence[Sequence[Found]]) -> sp.csr_matrix:
        """One row per sequence of found concepts."""
        indices: list[int] = []
        data: list[float] = []
        pointers = [0]
        idf = self.idf.tolist()
        for row in found:
            counts: dict[int, int] = {}
            for item in row:
                counts[item.concept] = counts.get(item.concept, 0) + 1
            weights = {c: (1 + math.log(n)) * idf[c] for c, n in counts.items()}
            length = math.sqrt(sum(w * w for w in weights.values())) or 1.0
            for concept in sorted(weights):
                indices.append(concept)
                data.append(weights[concept] / length)
            pointers.append(len(indices))
        shape = (len(pointers) - 1, len(self.thesaurus.names))
        return sp.csr_matrix((np.array(data, dtype=np.float32), indices, pointers), shape=shape)

    def state(self) -> dict[str, Any]:
        """What was learned, and the names that it was learned for."""
        return {"names": self.thesaurus.names, "idf": self.idf}

    @classmethod
    def from_state(cls, state: Mapping[str, Any], found_by: Thesaurus) -> "ConceptVectorizer":
        """The vectorizer whose `state()` this is. Raises ValueError where the list of meanings has changed since."""
        made = cls(found_by)
        if list(state["names"]) != found_by.names:
            raise ValueError("the list of concepts has changed since")
        made.idf = state["idf"]
        return made
