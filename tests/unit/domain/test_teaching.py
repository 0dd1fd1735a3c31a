"""What is worth an officer's time first."""

import pytest

from triage.domain.decision import Alternative, Prediction, Similar
from triage.domain.taxonomy import Destination, Kind, Route, SenderType
from triage.domain.teaching import teaches

DMM, IML = Destination(Route.DMM), Destination(Route.IML)


def said(first: float, second: float, *, like: float = 0.0, nobodys: float = 0.0) -> Prediction:
    return Prediction(
        destination=DMM, probability=first, alternatives=(Alternative(DMM, first), Alternative(IML, second)),
        kind=Kind.QUESTION, sender_type=SenderType.NGO, language="en", urgent=False, restricted=False,
        out_of_scope=nobodys, model="m", similar=(Similar("t", like, DMM, ""),) if like else (),
    )  # fmt: skip


def test_what_the_model_is_torn_over_teaches_most() -> None:
    assert teaches(said(0.4, 0.4)) == 1.0
    assert teaches(said(1.0, 0.0)) == 0.0
    assert teaches(said(0.5, 0.4)) > teaches(said(0.6, 0.2)) > teaches(said(0.9, 0.05))


def test_what_is_unlike_everything_known_teaches_more_and_what_is_nobodys_less() -> None:
    assert teaches(said(0.5, 0.4)) > teaches(said(0.5, 0.4, like=0.3)) > teaches(said(0.5, 0.4, like=0.9))
    assert teaches(said(0.5, 0.4)) > teaches(said(0.5, 0.4, nobodys=0.9))


@pytest.mark.parametrize("first", [0.0, 0.3, 1.0])
def test_it_lies_between_nothing_and_one(first: float) -> None:
    for second in (0.0, first / 2, first):
        for like in (0.0, 1.0):
            assert 0.0 <= teaches(said(first, second, like=like, nobodys=1.0)) <= 1.0
