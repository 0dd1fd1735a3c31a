"""Past labelled messages that resemble a message, and what their destinations say about its own."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from triage.classify.features.matrix import MessageFeatures
from triage.domain.decision import Similar
from triage.domain.ports import Example
from triage.domain.taxonomy import Destination, Route

NEIGHBOURS = 10
SHOWN = 3
_COMMON_SHARE = 0.08  # words in more messages than this say nothing about likeness
_SUBJECT_CHARACTERS = 120
ROUTES = tuple(route.value for route in Route)
VOTE_NAMES = tuple(f"similar messages went to {route}" for route in ROUTES)


class SimilarIndex:
    """The labelled messages as unit vectors over their rarer words and their concepts.

    Reports of misconduct are left out: their text must never be shown beside another message.
    """

    def __init__(self, rows: sp.csr_matrix, keep: npt.NDArray[np.intp], labels: Sequence[tuple[str, str, str]]) -> None:
        self._rows = rows
        self._columns = keep
        self._transposed = sp.csr_matrix(rows.T)
        self._place = np.full(int(keep.max()) + 2 if len(keep) else 1, -1, dtype=np.int32)
        self._place[keep] = np.arange(len(keep))
        self._labels = list(labels)  # (id, destination, subject)
        self._votes = np.zeros((len(self._labels), len(ROUTES)))
        for number, (_, destination, _) in enumerate(self._labels):
            self._votes[number, ROUTES.index(destination.partition(":")[0])] = 1.0

    @classmethod
    def build(cls, matrix: sp.csr_matrix, features: MessageFeatures, examples: Sequence[Example]) -> "SimilarIndex":
        """From the feature rows of the examples."""
        words = features.grams.sizes[0]
        concepts, _, sender = features.offsets
        frequency = np.bincount(matrix.indices, minlength=matrix.shape[1])
        rare = np.flatnonzero(frequency[:words] <= max(3, _COMMON_SHARE * len(examples)))
        keep = np.concatenate([rare, np.arange(concepts, sender)])
        shown = [number for number, example in enumerate(examples) if not example.restricted]
        rows = _unit(matrix[:, keep][shown])
        labels = []
        for number in shown:
            example = examples[number]
            labels.append((example.id, example.label, example.subject[:_SUBJECT_CHARACTERS]))
        return cls(rows, keep, labels)

    def likeness(self, matrix: sp.csr_matrix) -> npt.NDArray[np.float32]:
        """Cosine of every row with every labelled message."""
        return np.asarray((_unit(self._narrow(matrix)) @ self._transposed).toarray(), dtype=np.float32)

    def _narrow(self, matrix: sp.csr_matrix) -> sp.csr_matrix:
        """The columns of likeness out of all features; faster than picking columns by index."""
        place = self._place[np.minimum(matrix.indices, len(self._place) - 1)]
        known = place >= 0
        before = np.concatenate([[0], np.cumsum(known)])
        pointers = before[matrix.indptr].astype(np.int32)
        return sp.csr_matrix((matrix.data[known], place[known], pointers), shape=(matrix.shape[0], len(self._columns)))

    def nearest(self, likeness: npt.NDArray[np.float32]) -> npt.NDArray[np.intp]:
        """Per row the places of its nearest messages, in no order."""
        count = min(NEIGHBOURS, likeness.shape[1])
        if not count:
            return np.zeros((len(likeness), 0), dtype=np.intp)
        return np.argpartition(-likeness, count - 1, axis=1)[:, :count]

    def votes(self, likeness: npt.NDArray[np.float32], nearest: npt.NDArray[np.intp]) -> npt.NDArray[np.float64]:
        """Per row the likeness of its nearest messages, summed by the route that they went to."""
        weights = np.take_along_axis(likeness, nearest, axis=1)
        return np.asarray(np.einsum("ij,ijk->ik", weights, self._votes[nearest]))

    def shown(self, likeness: npt.NDArray[np.float32], nearest: npt.NDArray[np.intp]) -> tuple[Similar, ...]:
        """The most similar messages of one row, best first."""
        places = np.sort(nearest)  # of equals the older one comes first
        best = places[np.argsort(-likeness[places], kind="stable")][:SHOWN]
        return tuple(
            Similar(
                self._labels[i][0],
                round(float(likeness[i]), 4),
                Destination.parse(self._labels[i][1]),
                self._labels[i][2],
            )
            for i in best
            if likeness[i] > 0
        )

    def state(self) -> dict[str, Any]:
        """The vectors in half precision, and the labels."""
        return {
            "data": self._rows.data.astype(np.float16),
            "indices": self._rows.indices.astype(np.int32),
            "indptr": self._rows.indptr.astype(np.int32),
            "columns": self._columns.astype(np.int32),
            "labels": [list(label) for label in self._labels],
        }

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> "SimilarIndex":
        """The index whose `state()` this is."""
        shape = (len(state["indptr"]) - 1, len(state["columns"]))
        rows = sp.csr_matrix((state["data"].astype(np.float32), state["indices"], state["indptr"]), shape=shape)
        return cls(rows, state["columns"].astype(np.intp), [(a, b, c) for a, b, c in state["labels"]])


def _unit(rows: sp.csr_matrix) -> sp.csr_matrix:
    lengths = np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1)).ravel())
    return sp.csr_matrix(sp.diags(1 / np.maximum(lengths, 1e-9)) @ rows, dtype=np.float32)
