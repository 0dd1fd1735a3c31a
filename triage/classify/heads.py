"""Linear decisions over sparse features, and calibrated probabilities over a few scores."""

import warnings
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import KFold, StratifiedGroupKFold
from sklearn.svm import LinearSVC

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]
Labels = npt.NDArray[np.str_]


@dataclass(frozen=True, slots=True)
class LinearHead:
    """One column of weights per class; two classes have one column, positive for the second."""

    classes: tuple[str, ...]
    coef: Floats  # features x columns
    intercept: Floats

    @property
    def columns(self) -> tuple[str, ...]:
        """The class that each column speaks for."""
        return self.classes if len(self.classes) > 2 else self.classes[1:]

    def scores(self, rows: sp.csr_matrix) -> Doubles:
        """Decision scores, rows x columns."""
        return np.asarray(rows @ self.coef + self.intercept, dtype=np.float64)

    def state(self) -> dict[str, Any]:
        """Weights in half precision (they are compared, not accumulated) and class names."""
        return {"classes": list(self.classes), "coef": self.coef.astype(np.float16), "intercept": self.intercept}

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> "LinearHead":
        """The head whose `state()` this is."""
        return cls(tuple(state["classes"]), state["coef"].astype(np.float32), state["intercept"])


def fit_head(rows: sp.csr_matrix, labels: Labels, *, strength: float) -> LinearHead:
    """A linear support vector machine, one class against the rest.

    Classes are balanced; flags, which are rare, only threefold: full balance costs precision at the same recall.
    """
    weights: Any = {"no": 1, "yes": 3} if set(np.unique(labels)) == {"no", "yes"} else "balanced"
    # A finer tolerance (0.02) takes a tenth longer and changes no figure of the card by more than 0.002.
    machine = LinearSVC(C=strength, class_weight=weights, random_state=0, max_iter=2000, tol=0.1)
    machine.fit(rows, labels)
    return LinearHead(
        tuple(str(name) for name in machine.classes_),
        machine.coef_.T.astype(np.float16).astype(np.float32),
        machine.intercept_.astype(np.float32),
    )


def author_folds(
    authors: Sequence[str], languages: Sequence[str], folds: int
) -> list[tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]]:
    """(train, test) row numbers such that no author is on both sides; plain folds where there are too few authors.

    Languages are spread over the folds: were both authors who write in German in one fold, it would be judged by a model
    that has never seen German.
    """
    rows = np.zeros(len(authors))
    distinct = len(set(authors))
    if distinct >= 3:
        splitter = StratifiedGroupKFold(min(folds, distinct), shuffle=True, random_state=0)
        with warnings.catch_warnings():  # a language with fewer messages than folds is no reason to worry
            warnings.simplefilter("ignore", UserWarning)
            return list(splitter.split(rows, np.array(languages), groups=np.array(authors)))
    return list(KFold(min(folds, max(2, len(authors))), shuffle=True, random_state=0).split(rows))


def out_of_fold(
    rows: sp.csr_matrix,
    labels: Labels,
    folds: Sequence[tuple[Any, Any]],
    *,
    strength: float,
    threads: int,
    columns: npt.NDArray[np.intp] | None = None,
) -> tuple[Doubles, LinearHead]:
    """(scores of every row by a head that never saw its author, the head fitted on all rows).

    With `columns` the heads read only these; the head returned has a weight for every column all the same.
    """
    if columns is not None:
        scores, narrow = out_of_fold(rows[:, columns], labels, folds, strength=strength, threads=threads)
        coef = np.zeros((rows.shape[1], narrow.coef.shape[1]), dtype=np.float32)
        coef[columns] = narrow.coef
        return scores, LinearHead(narrow.classes, coef, narrow.intercept)
    classes = np.unique(labels)
    width = len(classes) if len(classes) > 2 else 1
    scores = np.zeros((rows.shape[0], width))
    jobs = [(train, test) for train, test in folds]

    def one(job: tuple[Any, Any]) -> None:
        train, test = job
        head = fit_head(rows[train], labels[train], strength=strength)
        places = np.searchsorted(classes, head.classes) if width > 1 else [0]
        if width > 1:
            scores[test] = -1.5
        scores[np.ix_(test, places)] = head.scores(rows[test])

    # The solver runs without the interpreter's lock, so threads are enough and memory is shared.
    with ThreadPoolExecutor(threads) as pool:
        full = pool.submit(fit_head, rows, labels, strength=strength)
        list(pool.map(one, jobs))
        return scores, full.result()


@dataclass(frozen=True, slots=True)
class Calibrator:
    """Multinomial logistic regression over a few scores; two classes have one column, positive for the second."""

    classes: tuple[str, ...]
    weights: Doubles  # scores x columns
    intercept: Doubles

    def logits(self, scores: Doubles) -> Doubles:
        """The linear scores that the probabilities come from."""
        return np.asarray(scores @ self.weights + self.intercept)

    def probabilities(self, scores: Doubles) -> Doubles:
        """Rows x classes, each row summing to one."""
        logits = self.logits(scores)
        if logits.shape[1] == 1:
            positive = 1 / (1 + np.exp(-np.clip(logits[:, 0], -40, 40)))
            return np.column_stack([1 - positive, positive])
        exponent = np.exp(logits - logits.max(axis=1, keepdims=True))
        return np.asarray(exponent / exponent.sum(axis=1, keepdims=True))

    def state(self) -> dict[str, Any]:
        """Weights and class names."""
        return {"classes": list(self.classes), "weights": self.weights, "intercept": self.intercept}

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> "Calibrator":
        """The calibrator whose `state()` this is."""
        return cls(tuple(state["classes"]), state["weights"], state["intercept"])


def fit_calibrator(
    scores: Doubles, labels: Labels, *, strength: float = 1.0, weights: Doubles | None = None
) -> Calibrator:
    """Fit on scores that come from heads which never saw the rows' authors. `weights`: how much each row counts."""
    model = LogisticRegression(C=strength, solver="newton-cholesky", max_iter=200)
    model.fit(scores, labels, sample_weight=weights)
    return Calibrator(tuple(str(name) for name in model.classes_), model.coef_.T, model.intercept_)


def calibrated_out_of_fold(
    scores: Doubles,
    labels: Labels,
    folds: Sequence[tuple[Any, Any]],
    *,
    strength: float = 1.0,
    weights: Doubles | None = None,
) -> tuple[Doubles, Calibrator]:
    """(probabilities of every row by a calibrator that never saw its author, the calibrator fitted on all)."""
    full = fit_calibrator(scores, labels, strength=strength, weights=weights)
    probabilities = np.zeros((len(labels), len(full.classes)))
    for train, test in folds:
        counts = None if weights is None else weights[train]
        part = fit_calibrator(scores[train], labels[train], strength=strength, weights=counts)
        places = [full.classes.index(name) for name in part.classes]
        probabilities[np.ix_(test, places)] = part.probabilities(scores[test])
    return probabilities, full
