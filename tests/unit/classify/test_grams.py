"""Our vectorizer against scikit-learn's, whose outcome it promises."""

import numpy as np
import scipy.sparse as sp
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfVectorizer

from triage.classify.features.grams import GramVectorizer

TEXTS = [
    "the logo of the office on the cover of a report",
    "le logo du bureau sur la couverture du rapport",
    "a press card for the council of the office",
    "una rueda de prensa sobre el informe de la oficina",
    "report report on the press and the cover",
]


def test_it_weighs_as_scikit_learn_does() -> None:
    ours = GramVectorizer(word_min=1, pair_min=1, char_min=1).fit_transform([text.split() for text in TEXTS])
    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, analyzer="word", token_pattern=r"\S+")
    chars = TfidfVectorizer(ngram_range=(3, 5), sublinear_tf=True, analyzer="char_wb")
    theirs = sp.hstack([words.fit_transform(TEXTS), chars.fit_transform(TEXTS)]).tocsr()
    assert ours.shape == theirs.shape
    assert np.allclose((ours @ ours.T).toarray(), (theirs @ theirs.T).toarray(), atol=1e-5)


def test_rows_of_the_fit_are_those_of_a_later_transform() -> None:
    made = GramVectorizer(word_min=2, char_min=2)
    fitted = made.fit_transform([text.split() for text in TEXTS])
    again = made.transform([text.split() for text in TEXTS])
    assert np.allclose(fitted.toarray(), again.toarray(), atol=1e-6)


def test_a_restored_vectorizer_gives_the_same_rows() -> None:
    made = GramVectorizer()
    made.fit_transform([text.split() for text in TEXTS])
    restored = GramVectorizer.from_state(made.state())
    new = [["the", "press", "unseen"], [], ["rapport"]]
    assert np.array_equal(made.transform(new).toarray(), restored.transform(new).toarray())


@settings(max_examples=50, deadline=None)
@given(st.lists(st.lists(st.text(min_size=1, max_size=12), max_size=20), max_size=5))
def test_blocks_have_unit_length_or_are_empty(sequences: list[list[str]]) -> None:
    made = GramVectorizer(word_min=1, pair_min=1, char_min=1)
    rows = made.fit_transform([*sequences, ["office", "report"]])
    first = sum(made.sizes[:2])
    for block in (rows[:, :first], rows[:, first:]):
        lengths = np.sqrt(np.asarray(block.multiply(block).sum(axis=1)).ravel())
        assert np.all((np.abs(lengths - 1) < 1e-4) | (lengths == 0))
