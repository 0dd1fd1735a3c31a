"""What a training run tells the trainer, and what it compares."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from tests.store.office import THRESHOLDS, Office
from tests.store.parts import START
from triage.classify.shelf import Shelf
from triage.classify.trainer import SavingTrainer
from triage.domain.decision import Prediction
from triage.domain.errors import DataError
from triage.domain.ports import Example, Fitted
from triage.domain.promotion import SUSPECT_LIMIT
from triage.domain.taxonomy import Destination, Kind, Route, SenderType
from triage.flow.learning.challenge import Said, Window, compare_models
from triage.flow.learning.train_run import Job, run


def test_the_trainer_hears_which_labels_are_of_the_days_work(office: Office, tmp_path: Path) -> None:
    message = office.one("ICP our school for returned migrants in the hills asks for books")
    office.decide(message.id, "ICP")
    heard: list[Collection[str]] = []

    class Listening(SavingTrainer):
        def fit(
            self, examples: Sequence[Example], *, progress: Callable[[str, float], None], recent: Collection[str] = ()
        ) -> Fitted:
            heard.append(recent)
            raise DataError("enough was heard")

    job = Job(
        store=office.store,
        shelf=Shelf(tmp_path / "models"),
        trainer=Listening(tmp_path / "models"),
        clock=office.clock,
        data=[],
        test=[],
        snapshots=tmp_path / "training",
    )
    with pytest.raises(DataError, match="enough was heard"):
        run(job, run_id=None, worker="w")
    assert heard == [{f"officer-{message.id}"}]


def test_a_text_that_many_sent_counts_once(tmp_path: Path) -> None:
    words = "our school for returned migrants in the hills asks for books"
    one = Example("1", "a", "en", "", "", "", words, "ICP", None, (), "question", False, False, "ngo")
    test = [one, replace(one, id="2", body=f"{words.upper()} !"), replace(one, id="3", body=f"{words} and pens")]
    trainer = SavingTrainer(tmp_path)
    said = Prediction(
        Destination(Route.ICP), 0.9, (), Kind.QUESTION, SenderType.NGO, "en", False, False, 0.0, "m-1"
    )  # fmt: skip
    found = compare_models(
        [trainer.as_message(example) for example in test],
        before=None,
        new=Said("m-1", THRESHOLDS, [said] * 3),
        test=test,
        window=Window(START),
        learnt=(),
        labels=(),
        suspect_limit=SUSPECT_LIMIT,
        now=START,
    )
    (unseen,) = found.checks
    assert unseen.figures["messages"] == 2
