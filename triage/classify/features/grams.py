"""TF-IDF over words, pairs of words and the characters inside words.

Equal in outcome to scikit-learn's `TfidfVectorizer` with `analyzer="word", ngram_range=(1, 2)` beside
`analyzer="char_wb", ngram_range=(3, 5)`, sublinear, each block of unit length. It is our own because the character
grams of a word are looked up once per distinct word instead of once per occurrence, which makes it several times faster,
and because every feature then belongs to known words of the message, which makes explanations exact.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

Ints = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float32]
_NONE: Ints = np.zeros(0, dtype=np.int32)
_CACHE = 60_000  # words whose character grams are remembered


class Occurrences(NamedTuple):
    """The columns that a sequence of words uses, in order and with repetition; -1 where a word or pair is unknown."""

    words: list[int]
    pairs: list[int]
    grams: list[Ints]
    """Per word the columns of its character grams."""

    def wordish(self) -> Ints:
        """The known words and pairs."""
        return np.array([column for column in (*self.words, *self.pairs) if column >= 0], dtype=np.int32)

    def characters(self) -> Ints:
        """The character grams of all words."""
        return np.concatenate(self.grams) if self.grams else _NONE


class GramVectorizer:
    """Words, pairs and character grams of token sequences as one sparse matrix, pairs of unit-length blocks.

    Columns: words, then pairs, then character grams. `sizes` tells how many of each. What stands in fewer messages than
    `word_min`, `pair_min` or `char_min` gets no column.
    """

    def __init__(
        self, *, word_min: int = 2, pair_min: int = 2, char_min: int = 3, shortest: int = 3, longest: int = 5
    ) -> None:
        self.word_min = word_min
        self.pair_min = pair_min
        self.char_min = char_min
        self.shortest = shortest
        self.longest = longest

    def fit_transform(self, sequences: Sequence[Sequence[str]]) -> sp.csr_matrix:
        """Learn the vocabulary of these token sequences and return their rows."""
        words: dict[str, int] = {}
        pairs: dict[int, int] = {}
        chars: dict[str, int] = {}
        of_word: list[Ints] = []
        rows: list[tuple[Ints, Ints, Ints]] = []
        for sequence in sequences:
            ids = []
            for word in sequence:
                known = words.get(word)
                if known is None:
                    known = words[word] = len(words)
                    of_word.append(
                        np.array([chars.setdefault(gram, len(chars)) for gram in self._grams(word)], dtype=np.int32)
                    )
                ids.append(known)
            keys = [pairs.setdefault((a << 32) | b, len(pairs)) for a, b in pairwise(ids)]
            grams = np.concatenate([of_word[i] for i in ids]) if ids else _NONE
            rows.append((np.array(ids, dtype=np.int32), np.array(keys, dtype=np.int32), grams))
        return self._learn(rows, words, pairs, chars)

    def _learn(
        self,
        rows: list[tuple[Ints, Ints, Ints]],
        words: dict[str, int],
        pairs: dict[int, int],
        chars: dict[str, int],
    ) -> sp.csr_matrix:
        """Keep what is frequent enough, and give the rows in the new columns."""
        n = len(rows)
        counts = []
        for block, size in enumerate((len(words), len(pairs), len(chars))):
            present = [np.unique(row[block]) for row in rows]
            counts.append(np.bincount(np.concatenate(present) if present else _NONE, minlength=size))
        least = (self.word_min, self.pair_min, self.char_min)
        kept = [count >= needed for count, needed in zip(counts, least, strict=True)]
        columns: list[Ints] = []
        first = 0
        for keep in kept:
            column = np.where(keep, first + np.cumsum(keep) - 1, -1).astype(np.int32)
            columns.append(column)
            first += int(keep.sum())
        pair_ids = [
            (columns[0][key >> 32], columns[0][key & 0xFFFFFFFF]) for key, index in pairs.items() if kept[1][index]
        ]
        frequency = np.concatenate([count[keep] for count, keep in zip(counts, kept, strict=True)])
        idf = np.log((1 + n) / (1 + frequency)) + 1
        self._restore(
            [word for word, index in words.items() if kept[0][index]],
            np.array(pair_ids, dtype=np.int32).reshape(-1, 2),
            [gram for gram, index in chars.items() if kept[2][index]],
            idf.astype(np.float32),
        )
        renamed = []
        for row in rows:
            word, pair, char = (columns[block][row[block]] for block in range(3))
            wordish = np.concatenate([word, pair])
            renamed.append((wordish[wordish >= 0], char[char >= 0]))
        return self._matrix(renamed)

    def _restore(self, words: list[str], pairs: Ints, chars: list[str], idf: Floats) -> None:
        self.words, self.pair_ids, self.chars, self.idf = words, pairs, chars, idf
        self.sizes = (len(words), len(pairs), len(chars))
        self._word_index = {word: index for index, word in enumerate(words)}
        first = len(words)
        keys = (pairs[:, 0].astype(np.int64) << 32) | pairs[:, 1]
        self._pair_index = dict(zip(keys.tolist(), range(first, first + len(pairs)), strict=True))
        first += len(pairs)
        self._char_index = {gram: first + index for index, gram in enumerate(chars)}
        self._cache: dict[str, Ints] = {}

    def _grams(self, word: str) -> list[str]:
        padded = f" {word} "
        length = len(padded)
        if length <= self.shortest:
            return [padded]
        return [
            padded[start : start + size]
            for size in range(self.shortest, min(self.longest, length) + 1)
            for start in range(length - size + 1)
        ]

    def grams_of(self, word: str) -> Ints:
        """Columns of the character grams of one word, with repetition."""
        found = self._cache.get(word)
        if found is None:
            if len(self._cache) >= _CACHE:
                self._cache.clear()
            index = self._char_index
            found = np.array([index[gram] for gram in self._grams(word) if gram in index], dtype=np.int32)
            self._cache[word] = found
        return found

    def knows(self, word: str) -> bool:
        """Whether a word is in the vocabulary."""
        return word in self._word_index

    def occurrences(self, sequence: Sequence[str]) -> Occurrences:
        """The columns of a sequence of words."""
        words = self._word_index
        ids = [words.get(word, -1) for word in sequence]
        pairs = self._pair_index
        keys = [pairs.get((a << 32) | b, -1) if a >= 0 and b >= 0 else -1 for a, b in pairwise(ids)]
        return Occurrences(ids, keys, [self.grams_of(word) for word in sequence])

    def transform(self, sequences: Iterable[Sequence[str]]) -> sp.csr_matrix:
        """Rows of token sequences. Each of the two blocks (words with pairs, characters) has unit length."""
        return self.rows([self.occurrences(sequence) for sequence in sequences])

    def rows(self, occurrences: Iterable[Occurrences]) -> sp.csr_matrix:
        """The same of sequences whose columns are known already."""
        return self._matrix([(item.wordish(), item.characters()) for item in occurrences])

    def _matrix(self, rows: Sequence[tuple[Ints, Ints]]) -> sp.csr_matrix:
        """Rows from the columns of each block, with repetition."""
        indices: list[Ints] = []
        data: list[Floats] = []
        pointers = [0]
        for row in rows:
            filled = 0
            for block in row:
                columns, weights = self._weigh(block)
                indices.append(columns)
                data.append(weights)
                filled += len(columns)
            pointers.append(pointers[-1] + filled)
        return sp.csr_matrix(
            (
                np.concatenate(data) if data else np.zeros(0, dtype=np.float32),
                np.concatenate(indices) if indices else _NONE,
                np.array(pointers, dtype=np.int64 if pointers[-1] > 2**31 - 1 else np.int32),
            ),
            shape=(len(pointers) - 1, sum(self.sizes)),
        )

    def _weigh(self, block: Ints) -> tuple[Ints, Floats]:
        columns, counts = np.unique(block, return_counts=True)
        weights = (1 + np.log(counts)) * self.idf[columns]
        length = float(np.sqrt((weights * weights).sum()))
        return columns.astype(np.int32), (weights / length if length else weights).astype(np.float32)

    def state(self) -> dict[str, Any]:
        """Everything needed to restore it, as arrays and lists of strings."""
        return {"words": self.words, "pairs": self.pair_ids, "chars": self.chars, "idf": self.idf}

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> "GramVectorizer":
        """The vectorizer whose `state()` this is."""
        made = cls()
        made._restore(list(state["words"]), state["pairs"], list(state["chars"]), state["idf"])
        return made
