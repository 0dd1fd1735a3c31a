"""Streams before the real gate: the bound holds, bad evidence closes it, drift is noticed, labels may be poisoned."""

import random
from dataclasses import replace

import pytest

from triage.domain.decision import Policied, Prediction, Verdict
from triage.domain.drift import BUCKETS, Numbers, summarise
from triage.domain.gatekeeper import Rules
from triage.domain.policy import Reason
from triage.domain.taxonomy import Destination, Kind, Route, SenderType
from triage.simulate.officers import Poison
from triage.simulate.report import report
from triage.simulate.scores import Recorded, Scored
from triage.simulate.stream import Plan, Stream, Supply, exceeds
from triage.simulate.summary import summarise_outcomes

UNITS = (Route.DMM, Route.DOE, Route.ICP)


def scored(chance: random.Random, slope: float, *, words: int = 1, unknown: float = 0.05) -> Scored:
    """A message that is likelier to be right the surer the model is; `words`: where its words fall."""
    route, truth = chance.sample(UNITS, 2)
    probability = chance.betavariate(5, 1)
    right = chance.random() < 1 - slope * (1 - probability)
    said = Prediction(
        Destination(route), probability, (), Kind.QUESTION, SenderType.NGO, "en", False, False, 0.02, "m-1"
    )
    buckets = bytes(chance.choice((1, 2)) if place % 2 == words else 0 for place in range(BUCKETS))
    numbers = Numbers("en", route, probability, 0.02, unknown, buckets)
    label = route if right else truth
    return Scored(label, frozenset({label}), Policied(said, Verdict.FORWARD, Reason.CONFIDENT), numbers)


def recorded(slope: float, *, words: int = 1, unknown: float = 0.05) -> Recorded:
    chance = random.Random(1)
    messages = [scored(chance, slope, words=words, unknown=unknown) for _ in range(3_000)]
    ours = [replace(one, truth="IPD", right=frozenset({"IPD"})) for one in messages[:60]]
    return Recorded((*messages, *ours), summarise([one.numbers for one in messages]))


PLAN = Plan(rules=Rules(limit=0.05), audited=1_000, weeks=6, per_week=300, outside=0.0)


def test_the_bound_is_kept_and_much_goes() -> None:
    supply = Supply(recorded(0.15))
    outcomes = [Stream(PLAN, supply, seed).run() for seed in range(15)]
    summary = summarise_outcomes(outcomes)
    assert summary.counted == 15
    assert summary.over == 0
    assert summary.coverage > 0.4
    assert summary.wrong > 0
    assert not summary.shown, "fifteen streams show nothing yet"
    page = report(outcomes, summary)
    assert page.count("<circle") == 15
    assert "http" not in page


def test_one_seed_gives_one_stream() -> None:
    supply = Supply(recorded(0.15))
    assert Stream(PLAN, supply, 7).run().row() == Stream(PLAN, supply, 7).run().row()
    assert Stream(PLAN, supply, 7).run().row() != Stream(PLAN, supply, 8).run().row()


def test_a_bad_model_never_opens_the_gate() -> None:
    outcome = Stream(PLAN, Supply(recorded(2.0)), 0).run()
    assert outcome.automatic == 0
    assert outcome.threshold is None


def test_a_model_that_turns_bad_closes_it() -> None:
    """What the audit showed no longer holds from week 3 on; nothing in the words tells of it."""
    plan = replace(PLAN, shuffled_from=3)
    outcome = Stream(plan, Supply(recorded(0.15), shuffled=recorded(3.0)), 0).run()
    assert any(alarm["why"] in ("misroutes", "thin") and alarm["week"] >= 3 for alarm in outcome.alarms)
    assert outcome.weeks_open < 6


def test_shuffled_words_raise_an_alarm_and_close_it_at_once() -> None:
    plan = replace(PLAN, shuffled_from=3)
    outcome = Stream(plan, Supply(recorded(0.15), shuffled=recorded(0.15, words=0, unknown=0.4)), 0).run()
    drift = [alarm for alarm in outcome.alarms if alarm["why"] == "drift"]
    assert [alarm["week"] for alarm in drift] == [3]
    assert {"vocabulary", "unknown_words"} <= set(drift[0]["figures"])
    assert outcome.weeks_open == 3


def test_officers_who_err_cost_coverage_without_a_second_look() -> None:
    supply = Supply(recorded(0.15))
    careless = replace(PLAN, officer_error=0.05)
    assert Stream(replace(careless, second_look=False), supply, 0).run().automatic == 0
    assert Stream(careless, supply, 0).run().automatic > 300


def test_poisoned_labels_are_counted() -> None:
    outcome = Stream(replace(PLAN, poison=Poison(0.1)), Supply(recorded(0.15)), 0).run()
    assert outcome.poisoned == pytest.approx(0.1 * outcome.labels, rel=0.2)
    one_route = Stream(replace(PLAN, poison=Poison(0.3, Route.DOE)), Supply(recorded(0.15)), 0).run()
    assert one_route.poisoned == pytest.approx(0.1 * one_route.labels, rel=0.25)


@pytest.mark.parametrize(
    ("wrong", "count", "limit", "over"),
    [(6, 300, 0.02, False), (9, 300, 0.02, False), (11, 300, 0.02, True), (0, 300, 0.02, False), (25, 300, 0.05, True)],
)
def test_exceeds_is_the_one_sided_binomial_test(wrong: int, count: int, limit: float, over: bool) -> None:
    assert exceeds(wrong, count, limit) is over
