"""Names of places and people and the countries that they may mean, from the table that `data/build.py` made."""

import gzip
from array import array
from bisect import bisect_left
from functools import lru_cache
from importlib import resources
from typing import NamedTuple

import numpy as np

LONGEST_NAME = 6  # words
_REMEMBERED = 50_000  # words
_MARKS = 1 << 22  # a mark for two beginning words falls into one of these places


class Meaning(NamedTuple):
    """One country that a name may mean. `kind`: N country name, P listed place, C city, R region, D people or adjective.

    `weight` is comparable within one name only; `share` is its part of all meanings of the name.
    """

    country: str
    kind: str
    share: float


class Gazetteer:
    """Folded names to meanings.

    The table stays the bytes that it was read as, found by the hash of a name: as a dictionary of texts it would take some
    70 MB more, and most names are never asked for.
    """

    def __init__(self, table: bytes) -> None:
        self._table = table
        self._people: dict[str, tuple[Meaning, ...]] = {}
        self._length: dict[str, int] = {}
        self._begun = bytearray(_MARKS)
        hashes = array("q")
        starts = array("i")
        start = 0
        while start < len(table):
            name = table[start : table.index(b"\t", start)].decode()
            hashes.append(hash(name))
            starts.append(start)
            first, _, rest = name.partition(" ")
            if rest:
                words = rest.count(" ") + 2
                if words > self._length.get(first, 1):
                    self._length[first] = words
                self._begun[hash((first, rest.partition(" ")[0])) & (_MARKS - 1)] = 1
            start = table.find(b"\n", start) + 1 or len(table)
        order = np.argsort(np.array(hashes), kind="stable")
        self._hashes = array("q", np.array(hashes)[order].tobytes())
        self._starts = array("i", np.array(starts)[order].tobytes())

    def _packed(self, name: str) -> str | None:
        """What stands beside a name in the table."""
        wanted = hash(name)
        hashes = self._hashes
        place = bisect_left(hashes, wanted)
        while place < len(hashes) and hashes[place] == wanted:
            line = f"{name}\t".encode()
            start = self._starts[place]
            if self._table.startswith(line, start):
                end = self._table.find(b"\n", start)
                return self._table[start + len(line) : None if end < 0 else end].decode()
            place += 1
        return None

    def longest(self, first_word: str) -> int:
        """How many words the longest name has that begins with this word; 1 where none has more."""
        return self._length.get(first_word, 1)

    def may_begin(self, first_word: str, second_word: str) -> bool:
        """False where no name begins with these two words; seldom true where none does. Cheaper than looking it up."""
        return self._begun[hash((first_word, second_word)) & (_MARKS - 1)] == 1

    def meanings(self, name: str) -> tuple[Meaning, ...]:
        """What a folded name may mean; nothing where it is no name."""
        packed = self._packed(name)
        return () if packed is None else _unpack(packed)

    def people(self, word: str) -> tuple[Meaning, ...]:
        """The countries whose people or adjective a word is, by the stems of the table."""
        found = self._people.get(word)
        if found is None:
            if len(self._people) > _REMEMBERED:
                self._people.clear()
            found = self._people[word] = self._by_stem(word)
        return found

    def _by_stem(self, word: str) -> tuple[Meaning, ...]:
        for ending in range(min(5, len(word) - 4) + 1):
            packed = self._packed(word[: len(word) - ending] + "*")
            if packed is not None:
                return _unpack(packed)
        return ()


@lru_cache(maxsize=20_000)
def _unpack(packed: str) -> tuple[Meaning, ...]:
    parts = [part.split(":") for part in packed.split("\t")]
    # Cities carry the logarithm of their people; of two cities the ten times larger one is meant three times as often.
    weights = [
        float(weight) if kind in "NPDS" else 3.0 ** (float(weight) - 6) if kind == "C" else 0.1 * float(weight)
        for _, kind, weight in parts
    ]
    total = sum(weights)
    return tuple(
        Meaning(country, "D" if kind == "S" else kind, weight / total)
        for (country, kind, _), weight in zip(parts, weights, strict=True)
    )


@lru_cache(maxsize=1)
def gazetteer() -> Gazetteer:
    """The table of the package, read once per process (a third of a second)."""
    packed = resources.files("triage.classify.data").joinpath("places.tsv.gz").read_bytes()
    return Gazetteer(gzip.decompress(packed))
