"""A follow-up is proposed to the unit that has the inquiry."""

from triage.domain.decision import Alternative, Policied, Prediction, Verdict
from triage.domain.taxonomy import Destination, Kind, Route, SenderType
from triage.flow.desk.decide import FOLLOW_UP, follow_up

MALI = Destination(Route.MISSION, "ML")
DMM = Destination(Route.DMM)
PREDICTION = Prediction(
    destination=DMM,
    probability=0.7,
    alternatives=(Alternative(DMM, 0.7), Alternative(MALI, 0.2), Alternative(Destination(Route.IPD), 0.1)),
    kind=Kind.QUESTION,
    sender_type=SenderType.NGO,
    language="en",
    urgent=False,
    restricted=False,
    out_of_scope=0.1,
    model="m",
)
POLICIED = Policied(PREDICTION, Verdict.REVIEW, "low_confidence")


def test_the_unit_that_has_it_comes_first_and_the_model_stays_visible() -> None:
    moved = follow_up(POLICIED, MALI)
    assert (moved.verdict, moved.reason) == (Verdict.REVIEW, FOLLOW_UP)
    assert (moved.prediction.destination, moved.prediction.probability) == (MALI, 0.2)
    assert [a.destination for a in moved.prediction.alternatives] == [MALI, DMM, Destination(Route.IPD)]


def test_where_the_model_agrees_nothing_changes() -> None:
    assert follow_up(POLICIED, DMM) is POLICIED


def test_a_unit_that_the_model_did_not_think_of_has_no_probability() -> None:
    moved = follow_up(POLICIED, Destination(Route.IML)).prediction
    assert (moved.probability, len(moved.alternatives)) == (0.0, 4)
