"""The text part by itself: a scikit-learn classifier over plain texts, for comparison on public data sets."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import make_union
from sklearn.svm import LinearSVC

_LONG_WORDS = 60  # mean words of a text from which on log-count ratios are worth a trial
_FOLDS = 5
_WORD = r"(?u)\b\w+\b"
_TEMPERATURES = np.geomspace(0.05, 2.0, 60)
Matrix = npt.NDArray[np.float64]


class TextClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """Words, pairs of words and characters inside words into a linear support vector machine with a temperature.

    `fit` takes a list of texts and labels of any kind and chooses the core by inner cross-validation: for long texts a
    machine over log-count ratios (NB-SVM) is tried beside the plain one. `predict_proba` is the softmax of the margins
    under the temperature that made the held-out labels likeliest; columns are in the order of `classes_`.
    """

    def __init__(self, strength: float = 0.5, random_state: int = 0) -> None:
        self.strength = strength
        self.random_state = random_state

    def fit(self, texts: Sequence[str], labels: Sequence[Any]) -> "TextClassifier":
        """Learn from texts and their labels."""
        texts = list(texts)
        target = np.asarray(labels)
        self.classes_, codes = np.unique(target, return_inverse=True)
        self.vectorizer_ = make_union(
            TfidfVectorizer(
                ngram_range=(1, 2), sublinear_tf=True, strip_accents="unicode", dtype=np.float32, token_pattern=_WORD
            ),
            TfidfVectorizer(
                analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True, strip_accents="unicode", dtype=np.float32
            ),
        )
        rows = sp.csr_matrix(self.vectorizer_.fit_transform(texts))
        long = np.mean([len(text.split()) for text in texts[:2000]]) >= _LONG_WORDS
        smallest = int(np.bincount(codes).min())
        self.ratios_ = None
        if len(self.classes_) < 2:
            raise ValueError("at least two classes are needed")
        if smallest < 2:
            self.core_, self.temperature_ = "svm", 0.3
        else:
            self.core_, self.temperature_ = self._choose(rows, codes, ("svm", "nb_svm") if long else ("svm",))
        self.machines_ = self._machines(rows, codes, self.core_)
        return self

    def predict_proba(self, texts: Sequence[str]) -> Matrix:
        """Probability of each class for each text."""
        margins = _margins(self.machines_, sp.csr_matrix(self.vectorizer_.transform(list(texts))))
        return _softmax(margins / self.temperature_)

    def predict(self, texts: Sequence[str]) -> npt.NDArray[Any]:
        """The likeliest class of each text."""
        return np.asarray(self.classes_[self.predict_proba(texts).argmax(axis=1)])

    def _choose(self, rows: sp.csr_matrix, codes: npt.NDArray[np.intp], cores: tuple[str, ...]) -> tuple[str, float]:
        folds = min(_FOLDS if len(codes) < 8000 else 3, int(np.bincount(codes).min()))
        splitter = StratifiedKFold(max(2, folds), shuffle=True, random_state=self.random_state)
        best: tuple[float, str, float] = (-1.0, cores[0], 0.3)
        for core in cores:
            margins = np.zeros((len(codes), len(self.classes_)))
            for train, test in splitter.split(rows, codes):
                margins[test] = _margins(self._machines(rows[train], codes[train], core), rows[test])
            accuracy = float((margins.argmax(axis=1) == codes).mean())
            if accuracy > best[0]:
                best = (accuracy, core, _temperature(margins, codes))
        return best[1], best[2]

    def _machines(
        self, rows: sp.csr_matrix, codes: npt.NDArray[np.intp], core: str
    ) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        """(features x classes weights, intercepts)."""
        count = len(self.classes_)
        if core == "svm":
            machine = LinearSVC(C=self.strength, class_weight="balanced", random_state=self.random_state)
            machine.fit(rows, codes)
            coef, intercept = machine.coef_, machine.intercept_
            if count == 2:
                coef, intercept = np.vstack([-coef[0], coef[0]]), np.array([-intercept[0], intercept[0]])
            return coef.T, intercept
        weights = np.zeros((rows.shape[1], count))
        intercepts = np.zeros(count)
        for code in range(count):
            inside = codes == code
            p = 1.0 + np.asarray(rows[inside].sum(axis=0)).ravel()
            q = 1.0 + np.asarray(rows[~inside].sum(axis=0)).ravel()
            ratio = np.log((p / p.sum()) / (q / q.sum()))
            machine = LinearSVC(C=1.0, random_state=self.random_state)
            machine.fit(rows @ sp.diags(ratio), inside)
            weights[:, code] = machine.coef_[0] * ratio
            intercepts[code] = machine.intercept_[0]
        return weights, intercepts


def build_text_classifier() -> TextClassifier:
    """An unfitted classifier over texts: `fit(texts, labels)`, `predict`, `predict_proba`, `classes_`."""
    return TextClassifier()


def _margins(machines: tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]], rows: sp.csr_matrix) -> Matrix:
    return np.asarray(rows @ machines[0] + machines[1])


def _softmax(logits: Matrix) -> Matrix:
    exponent = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(exponent / exponent.sum(axis=1, keepdims=True))


def _temperature(margins: Matrix, codes: npt.NDArray[np.intp]) -> float:
    rows = np.arange(len(codes))
    losses = [-np.log(_softmax(margins / t)[rows, codes] + 1e-12).mean() for t in _TEMPERATURES]
    return float(_TEMPERATURES[int(np.argmin(losses))])
