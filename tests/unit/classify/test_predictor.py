"""Predictions and their explanations."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from triage.classify.artefact import load
from triage.classify.country.finder import route_features
from triage.classify.document import from_example
from triage.classify.evaluate import as_message
from triage.classify.features.shape import shape
from triage.classify.predictor import Predictor
from triage.classify.stack import beside_words, danger_of
from triage.domain.decision import Field
from triage.domain.message import Message
from triage.domain.ports import Example


@pytest.fixture(scope="module")
def predictor(models: Path) -> Predictor:
    return load(models)


def test_alternatives_begin_with_the_answer_and_are_probabilities(
    predictor: Predictor, examples: list[Example]
) -> None:
    for prediction in predictor.predict([as_message(example) for example in examples[:40]]):
        assert prediction.alternatives[0].destination == prediction.destination
        assert prediction.alternatives[0].probability == prediction.probability
        chances = [other.probability for other in prediction.alternatives]
        assert chances == sorted(chances, reverse=True)
        assert 0 < sum(chances) <= 1 + 1e-9
        assert len({other.destination for other in prediction.alternatives}) == len(chances) <= 5


def test_one_by_one_equals_all_at_once(predictor: Predictor, examples: list[Example]) -> None:
    messages = [as_message(example) for example in examples[:12]]
    together = predictor.predict(messages)
    for message, expected in zip(messages, together, strict=True):
        (alone,) = predictor.predict([message])
        assert alone.destination == expected.destination
        assert alone.probability == pytest.approx(expected.probability, abs=1e-5)


def test_the_evidence_adds_up_to_the_score_and_lies_on_the_words(predictor: Predictor, examples: list[Example]) -> None:
    documents = [from_example(example) for example in examples[:30]]
    parts = predictor._parts
    for document, prediction in zip(documents, predictor.predict_documents(documents), strict=True):
        prepared = parts.features.prepare(document)
        rows = parts.features.transform([prepared])
        head_scores = {name: head.scores(rows) for name, head in parts.heads.items()}
        found = parts.country.find(document, prepared.tokens, prepared.meanings)
        found = found.in_danger(float(danger_of(head_scores)[0, 0]))
        country = np.array([route_features(found, *parts.country.rank(found))])
        likeness = parts.similar.likeness(rows)
        votes = parts.similar.votes(likeness, parts.similar.nearest(likeness))
        shapes = np.array([shape(document, len(prepared.words))])
        others = beside_words(head_scores, country, votes, shapes)[0]
        stack = parts.calibrators["route"]
        scores = np.hstack([head_scores["route"][0], others])
        expected = stack.logits(scores[None, :])[0][stack.classes.index(prediction.destination.route.value)]
        route = [item for item in prediction.evidence if item.about == "route"]
        assert sum(item.weight for item in route) == pytest.approx(float(expected), abs=2e-3)
        for item in prediction.evidence:
            text = {Field.SUBJECT: document.subject, Field.NEWEST: document.newest, Field.QUOTED: document.quoted}.get(
                item.field
            )
            if text is not None and item.about in ("route", "urgent", "restricted"):
                assert text[item.start : item.end] == item.text


def test_a_removed_word_takes_its_share_with_it(predictor: Predictor, examples: list[Example]) -> None:
    """Deleting the words that spoke most for the answer lowers its probability, nearly always."""
    lowered = tried = 0
    for example in examples[:40]:
        document = from_example(example)
        (before,) = predictor.predict_documents([document])
        top = [e for e in before.evidence if e.about == "route" and e.field is Field.NEWEST and e.weight > 0][:5]
        if len(top) < 3:
            continue
        text = document.newest
        for item in sorted(top, key=lambda item: -item.start):
            text = text[: item.start] + text[item.end :]
        (after,) = predictor.predict_documents([replace(document, newest=text)])
        chance = next((o.probability for o in after.alternatives if o.destination == before.destination), 0.0)
        tried += 1
        lowered += chance < before.probability
    assert tried >= 10
    assert lowered >= 0.8 * tried


def test_triggers_are_shown_with_a_flag(predictor: Predictor, examples: list[Example]) -> None:
    flagged = 0
    for prediction in predictor.predict([as_message(example) for example in examples]):
        for name in ("urgent", "restricted"):
            raised = getattr(prediction, name)
            assert any(item.about == name for item in prediction.evidence) == raised
            flagged += raised
        assert not (prediction.urgent and prediction.restricted)
    assert flagged >= 10


def test_similar_messages_never_show_a_report_of_misconduct(predictor: Predictor, examples: list[Example]) -> None:
    hidden = {example.id for example in examples if example.restricted}
    assert hidden
    for prediction in predictor.predict([as_message(example) for example in examples[::4]]):
        assert not hidden & {item.id for item in prediction.similar}
        assert len(prediction.similar) <= 3


@pytest.mark.parametrize("text", ["", " \n ", "?", "\ufffd" * 50, "a" * 200_000, "مرحبا " * 4000, "1234 5678", "🙂🙂"])
def test_odd_texts_never_raise(predictor: Predictor, text: str) -> None:
    (prediction,) = predictor.predict([Message("", None, (), (), (), "", None, text, text)])
    assert 0 <= prediction.probability <= 1
