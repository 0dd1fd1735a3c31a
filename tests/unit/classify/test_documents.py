"""The units' mandates help routes with few messages, and are no messages themselves."""

import pytest

from triage.classify.document import from_example
from triage.classify.mandates import mandates
from triage.classify.predictor import Predictor
from triage.classify.train import FEW, Candidate, data_hash, train
from triage.config.organisation import load_organisation
from triage.config.places import PROJECT
from triage.domain.ports import Example

DOCUMENTS = mandates(load_organisation(PROJECT / "config")[0])


@pytest.fixture(scope="module")
def told(examples: list[Example]) -> Candidate:
    return train(examples, progress=lambda step, share: None, documents=DOCUMENTS)


def right(candidate: Candidate) -> int:
    """Of how many documents a model names the route."""
    said = Predictor("m", candidate.parts, candidate.thresholds, {}).predict_documents(
        [from_example(document) for document in DOCUMENTS]
    )
    return sum(one.destination.route.value == document.route for one, document in zip(said, DOCUMENTS, strict=True))


def test_what_a_mandate_says_is_learnt(candidate: Candidate, told: Candidate, examples: list[Example]) -> None:
    assert all(sum(one.route == route for one in examples) < FEW for route in ("DMM", "DOE", "ICP", "MCD", "IML"))
    assert right(told) > right(candidate) + len(DOCUMENTS) // 5


def test_no_document_is_judged_counted_or_shown(told: Candidate, examples: list[Example]) -> None:
    assert list(told.out_of_fold.examples) == examples
    assert told.data_hash == data_hash(examples)
    assert told.examples == len(examples)
    shown = {label[0] for label in told.parts.similar.state()["labels"]}
    assert shown <= {example.id for example in examples}


def test_danger_and_misconduct_are_marked_as_the_guide_has_them() -> None:
    assert {one.route for one in DOCUMENTS if one.restricted} == {"IPD"}
    assert {one.route for one in DOCUMENTS if one.urgent} == {"DMM", "MISSION"}
    assert not any(one.restricted and one.urgent for one in DOCUMENTS)
    assert {one.language for one in DOCUMENTS} <= {"en", "fr", "es", "pt"}
