"""Why: the exact share of each word and each other feature in the winning score, and what else speaks.

The route's score is linear from end to end: it is a weighted sum of the second stage's columns, and those that come from
the words are themselves weighted sums of word features. Multiplying the two gives one weight per word feature, and every
feature belongs to known words of the message, so the shares below add up to the score.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from triage.classify.country.candidates import Candidate
from triage.classify.country.finder import Found
from triage.classify.country.ranker import CountryRanker
from triage.classify.features.grams import Occurrences
from triage.classify.features.matrix import MessageFeatures, Prepared
from triage.domain.decision import Evidence, Field

Doubles = npt.NDArray[np.float64]
Row = tuple[npt.NDArray[np.int32], npt.NDArray[np.float32]]  # columns in order, and their values
SHOWN_WORDS = 12
SHOWN_TRIGGERS = 6
SHOWN_MENTIONS = 6


def row_of(rows: sp.csr_matrix, number: int) -> Row:
    """One row of a matrix whose columns are in order."""
    part = slice(rows.indptr[number], rows.indptr[number + 1])
    return rows.indices[part], rows.data[part]


class Owners:
    """Which words of a message each used column belongs to: worked out once, asked for every score explained."""

    def __init__(self, features: MessageFeatures, prepared: Prepared, used: Occurrences, row: Row) -> None:
        self._columns, self._values = row
        self._words = len(prepared.words)
        self._sender = self._columns >= features.offsets[2]
        self._owners, columns, self._parts = _owners(features, prepared, used)
        place = np.searchsorted(self._columns, columns)
        place[place >= len(self._columns)] = 0
        self._place = place
        # A column's share is divided over all its occurrences in the message.
        self._total = np.bincount(place, weights=self._parts, minlength=len(self._columns) + 1)

    def word_shares(self, weights: npt.NDArray[np.float32]) -> tuple[Doubles, float]:
        """(share of each read token, share of the sender's words) of `row @ weights`; together they are the whole."""
        share_of = np.zeros(len(self._columns) + 1)
        share_of[:-1] = self._values * weights[self._columns]
        each = share_of[self._place] * self._parts / self._total[self._place]
        shares = np.bincount(self._owners, weights=each, minlength=self._words).astype(np.float64)
        return shares, float(share_of[:-1][self._sender].sum())


def _owners(
    features: MessageFeatures, prepared: Prepared, occurrences: Occurrences
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.int64], Doubles]:
    """For each occurrence of a column in the message: the token that it belongs to, the column, and its part."""
    words, pairs, columns = occurrences
    owners = list(range(len(words)))
    used = list(words)
    parts = [1.0] * len(words)
    for shift in (0, 1):
        owners += range(shift, len(pairs) + shift)
        used += pairs
        parts += [0.5] * len(pairs)
    for first_column, spans in zip(features.offsets, (prepared.concepts, prepared.meanings), strict=False):
        for concept, first, last in spans:
            if first == last:
                owners.append(first)
                used.append(first_column + concept)
                parts.append(1.0)
            else:
                length = last - first + 1
                owners += range(first, last + 1)
                used += [first_column + concept] * length
                parts += [1.0 / length] * length
    sizes = [len(each) for each in columns]
    all_owners = np.concatenate([np.array(owners, dtype=np.intp), np.repeat(np.arange(len(sizes)), sizes)])
    all_used = np.concatenate([np.array(used, dtype=np.int64), *columns])
    all_parts = np.concatenate([np.array(parts), np.ones(sum(sizes))])
    known = all_used >= 0
    return all_owners[known], all_used[known], all_parts[known]


def route_evidence(
    prepared: Prepared, shares: Doubles, others: Sequence[tuple[str, float]], score: float
) -> list[Evidence]:
    """The weightiest words, every other feature as a row of its own, and the rest: the weights add up to `score`."""
    order = np.argsort(-np.abs(shares))[:SHOWN_WORDS]
    rows = [
        word_evidence(prepared, int(token), float(shares[token]), "route")
        for token in order
        if abs(shares[token]) > 1e-6
    ]
    shown = [(name, weight) for name, weight in others if abs(weight) >= 0.01]
    rows += [Evidence(Field.OTHER, 0, 0, name, weight, "route") for name, weight in shown]
    rest = score - sum(row.weight for row in rows)
    return [*rows, Evidence(Field.OTHER, 0, 0, "all other words and features", rest, "route")]


def word_evidence(prepared: Prepared, token: int, weight: float, about: str) -> Evidence:
    """One token as evidence."""
    item = prepared.read[token]
    return Evidence(item.field, item.start, item.end, item.text, weight, about)


def trigger_evidence(prepared: Prepared, shares: Doubles, about: str) -> list[Evidence]:
    """The words that spoke most for a flag."""
    order = np.argsort(-shares)[:SHOWN_TRIGGERS]
    return [word_evidence(prepared, int(token), float(shares[token]), about) for token in order if shares[token] > 0]


def country_evidence(ranker: CountryRanker, found: Found, candidate: Candidate) -> list[Evidence]:
    """Where the message speaks for a country, each place with its share of the ranker's score."""
    shares: dict[int, float] = {}
    rest: list[Evidence] = []
    sources = candidate.sources
    for name, value in candidate.features.items():
        weight = ranker.weight(name, found.danger) * value
        mentions = sources.get(name)
        if mentions:
            for number in mentions:
                shares[number] = shares.get(number, 0.0) + weight / len(mentions)
        elif name in _NAMED and weight:
            rest.append(Evidence(Field.OTHER, 0, 0, _NAMED[name], weight, "country"))
    rows = []
    for number, share in sorted(shares.items(), key=lambda item: -item[1])[:SHOWN_MENTIONS]:
        mention = found.mentions[number]
        rows.append(Evidence(mention.field, mention.start, mention.end, mention.text, share, "country"))
    return rows + rest


_NAMED = {
    "tld": "the sender's domain is of this country",
    "tld_government": "the sender writes from a domain of its government",
    "tld_named": "the sender's domain agrees with the text",
    "phone": "a telephone number of this country",
    "language": "the message is in a language of this country",
    "only": "no other country is named",
}
