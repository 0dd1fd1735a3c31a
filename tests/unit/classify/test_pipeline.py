"""The text classifier that is compared on public data."""

import numpy as np
import pytest

from triage.classify.pipeline import build_text_classifier

SUBJECTS = {
    "bank": ["card", "transfer", "account", "loan"],
    "travel": ["flight", "hotel", "train", "passport"],
    "food": ["pizza", "soup"],
}
FRAMES = ["I need help with my {}", "what about the {} today", "please {} now", "is the {} late", "tell me about a {}"]
ROWS = [(frame.format(word), label) for label, words in SUBJECTS.items() for word in words for frame in FRAMES]


def test_it_learns_and_speaks_in_probabilities() -> None:
    model = build_text_classifier().fit([text for text, _ in ROWS], [label for _, label in ROWS])
    chances = model.predict_proba(["my flight is cancelled", "a bowl of soup"])
    assert list(model.classes_) == ["bank", "food", "travel"]
    assert chances.shape == (2, 3)
    assert np.allclose(chances.sum(axis=1), 1)
    assert list(model.predict(["my flight is cancelled", "a bowl of soup"])) == ["travel", "food"]


def test_labels_of_any_kind_and_two_classes() -> None:
    rows = [row for row in ROWS if row[1] != "food"]
    model = build_text_classifier().fit([text for text, _ in rows], [7 if label == "bank" else 9 for _, label in rows])
    assert model.predict(["my loan", "the train"]).tolist() == [7, 9]


def test_long_texts_try_the_second_core() -> None:
    padding = " and so on" * 25
    model = build_text_classifier().fit([text + padding for text, _ in ROWS], [label for _, label in ROWS])
    assert model.core_ in ("svm", "nb_svm")
    assert model.predict(["flight hotel train" + padding]).tolist() == ["travel"]


def test_one_class_is_refused() -> None:
    with pytest.raises(ValueError, match="two classes"):
        build_text_classifier().fit(["a", "b"], ["x", "x"])


def test_it_is_a_scikit_learn_estimator() -> None:
    from sklearn.base import clone

    assert clone(build_text_classifier()).get_params()["strength"] == 0.5
