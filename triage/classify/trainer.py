"""The Trainer port: labelled messages in, a saved candidate out, with the labels that look wrong."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from triage.classify.artefact import load, save
from triage.classify.evaluate import as_message
from triage.classify.examples import load_examples, parse_example
from triage.classify.mandates import mandates
from triage.classify.suspects import as_doubts, suspects, twins
from triage.classify.train import data_hash, train
from triage.domain.message import Message
from triage.domain.organisation import Unit
from triage.domain.ports import Classifier, Doubted, Example, Fitted


@dataclass(frozen=True, slots=True)
class SavingTrainer:
    """Saves what it fits in one models folder. `units` gives the units of today, whose mandates help a route with few
    messages."""

    models: Path
    units: Callable[[], Iterable[Unit]] = tuple

    def examples(self, paths: Sequence[Path]) -> list[Example]:
        """The labelled messages of files. Raises DataError at the first line that is not in order."""
        return load_examples(paths)

    def parse(self, row: Mapping[str, Any], *, author: str) -> Example:
        """One labelled message, by the same rules. Raises DataError."""
        return parse_example(dict(row), author=author)

    def hash(self, examples: Sequence[Example]) -> str:
        """SHA-256 over the examples."""
        return data_hash(examples)

    def fit(
        self, examples: Sequence[Example], *, progress: Callable[[str, float], None], recent: Collection[str] = ()
    ) -> Fitted:
        """Fits on everything and saves. Raises DataError where there is too little to learn from."""
        candidate = train(examples, progress=progress, recent=recent, documents=mandates(self.units()))
        judged = candidate.out_of_fold
        return Fitted(
            name=save(candidate, self.models),
            doubts=as_doubts(judged.examples, suspects(judged)),
            looks={e.id: row[0][0].partition(":")[0] for e, row in zip(judged.examples, judged.ranked, strict=True)},
        )

    def twins(self, examples: Sequence[Example]) -> list[Doubted]:
        """Labels of nearly the same texts that exclude each other."""
        return as_doubts(examples, [], twins(examples))

    def load(self, name: str) -> Classifier:
        """A saved model. Raises ModelError."""
        return load(self.models, name)

    def as_message(self, example: Example) -> Message:
        """The labelled message as the mail layer would have read it."""
        return as_message(example)
