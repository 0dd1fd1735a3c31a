"""Suggestions: every received message leads to a person, also where the model fails."""

from collections.abc import Sequence

import pytest

from tests.store.office import OFFICER, THRESHOLDS, Office
from tests.store.parts import FirstWord, mail
from triage.domain.decision import Prediction, Verdict
from triage.domain.errors import ModelError, Stale
from triage.domain.lifecycle import MessageState
from triage.domain.message import Message
from triage.flow.desk.decide import Classify
from triage.store import predictions
from triage.store.queues import Queue


class Failing(FirstWord):
    """Fails over one word."""

    def predict(self, messages: Sequence[Message]) -> list[Prediction]:
        if any("poison" in message.text for message in messages):
            raise ZeroDivisionError
        return super().predict(messages)


def _receive(office: Office, *texts: str) -> None:
    office.source.mails = [mail(text, message_id=f"<{n}@x.example>") for n, text in enumerate(texts)]
    office.ingest.poll(office.source)


def test_a_message_over_which_the_model_fails_goes_before_an_officer(office: Office) -> None:
    _receive(office, "DMM one", "DMM poison", "MCD three")
    worker = Classify(store=office.store, classifier=Failing(), clock=office.clock, thresholds=THRESHOLDS)
    assert worker.step() == 3
    assert worker.step() == 0
    said = [line.prediction for line in office.messages(OFFICER)]
    assert [None if each is None else str(each.destination) for each in said] == ["DMM", None, "MCD"]
    assert office.queue(Queue.REVIEW) == [1, 2, 3]
    office.decide(2, "IML")
    assert office.books().balanced


class Missing(FirstWord):
    """There is no model."""

    def predict(self, messages: Sequence[Message]) -> list[Prediction]:
        raise ModelError("no model; run `triage train`")


def test_without_a_model_everything_waits(office: Office) -> None:
    _receive(office, "DMM one", "DMM two")
    worker = Classify(store=office.store, classifier=Missing(), clock=office.clock, thresholds=THRESHOLDS)
    with pytest.raises(ModelError):
        worker.step()
    assert {line.state for line in office.messages()} == {MessageState.RECEIVED}


def test_nothing_is_forwarded_by_itself_however_sure_the_model(office: Office) -> None:
    from dataclasses import replace

    _receive(office, "DMM we ask about the recruitment of our members")
    sure = replace(THRESHOLDS, forward_probability=0.1)
    Classify(store=office.store, classifier=FirstWord(), clock=office.clock, thresholds=sure).step()
    (line,) = office.messages()
    assert line.prediction is not None and line.prediction.verdict is Verdict.FORWARD
    assert line.state is MessageState.IN_REVIEW
    assert office.deliveries() == []


def test_a_batch_that_somebody_else_classified_is_not_booked_twice(office: Office) -> None:
    _receive(office, "DMM one", "DMM two")
    with office.store.read() as tx:
        waiting = predictions.unclassified(tx, limit=10, on=office.clock.now().date())
    office.classify.step()
    late = [
        predictions.Classified(one.id, one.version, None, machine=True, urgent=False, restricted=False)
        for one in waiting
    ]
    with pytest.raises(Stale), office.store.begin() as tx:
        predictions.record(tx, late, worker="late", now=office.clock.now())
    assert {line.state for line in office.messages()} == {MessageState.IN_REVIEW}
    assert all(line.version == 2 for line in office.messages())
