"""A small model, trained once for all tests of the classifier, on a slice of the real training messages."""

from pathlib import Path

import pytest

from triage.classify.examples import load_examples
from triage.classify.train import Candidate, train
from triage.config.places import PROJECT
from triage.domain.ports import Example

TRAINING = PROJECT / "training_data" / "train"


@pytest.fixture(scope="session")
def examples() -> list[Example]:
    """Every third message of a few authors in several languages."""
    files = [TRAINING / f"{name}.jsonl" for name in ("en-a", "fr-a", "es-a", "en-b", "urgent-a", "mix-a")]
    return load_examples(files)[::3]


@pytest.fixture(scope="session")
def candidate(examples: list[Example]) -> Candidate:
    """A model trained on them."""
    return train(examples, progress=lambda step, share: None)


@pytest.fixture(scope="session")
def models(candidate: Candidate, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A models folder that holds it, promoted."""
    from triage.classify.artefact import promote, save

    folder = tmp_path_factory.mktemp("models")
    promote(folder, save(candidate, folder))
    return folder
