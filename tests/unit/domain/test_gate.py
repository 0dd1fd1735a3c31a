"""The bound is exact, holds on simulated streams, and says what is missing."""

import random

import pytest

from triage.domain.gate import Certificate, Checked, Shortfall, certify, must_close, still_holds, upper_limit


@pytest.mark.parametrize(
    ("wrong", "checked", "doubt", "expected"),
    [
        (0, 299, 0.05, 0.00997),
        (1, 473, 0.05, 0.00999),
        (5, 1049, 0.05, 0.00999),
        (0, 59, 0.05, 0.0495),
        (2, 313, 0.05, 0.0200),
    ],
)
def test_upper_limit_is_clopper_and_pearsons(wrong: int, checked: int, doubt: float, expected: float) -> None:
    assert upper_limit(wrong, checked, doubt) == pytest.approx(expected, abs=2e-4)


def test_nothing_checked_proves_nothing() -> None:
    assert upper_limit(0, 0, 0.05) == 1.0
    assert certify([], limit=0.02, confidence=0.98) == Shortfall(194, 1.0)


def stream(chance: random.Random, count: int, slope: float) -> list[Checked]:
    """Mail whose probability of being right rises with the probability it is suggested with."""
    probabilities = [chance.betavariate(4, 1) for _ in range(count)]
    return [Checked(p, chance.random() < 1 - slope * (1 - p)) for p in probabilities]


@pytest.mark.parametrize(("limit", "slope"), [(0.02, 0.08), (0.05, 0.25)])
def test_the_certified_rate_is_kept_in_almost_all_streams(limit: float, slope: float) -> None:
    broken = certified = 0
    for seed in range(120):
        chance = random.Random(seed)
        found = certify(stream(chance, 1_500, slope), limit=limit, confidence=0.95)
        if isinstance(found, Certificate):
            certified += 1
            future = [one for one in stream(chance, 6_000, slope) if one.probability >= found.threshold]
            broken += sum(not one.right for one in future) / len(future) > limit
    assert certified > 50
    assert broken / certified <= 0.05


def test_shortfall_says_how_many_more() -> None:
    sample = [Checked(0.99, True)] * 100
    found = certify(sample, limit=0.02, confidence=0.98)
    assert isinstance(found, Shortfall)
    assert found.more is not None
    assert isinstance(certify(sample + [Checked(0.99, True)] * found.more, limit=0.02, confidence=0.98), Certificate)
    hopeless = [Checked(0.99, number % 5 > 0) for number in range(500)]
    assert certify(hopeless, limit=0.02, confidence=0.98) == Shortfall(None, pytest.approx(0.247, abs=0.01))


def test_the_first_threshold_that_fails_ends_the_sequence() -> None:
    """Good evidence below a threshold that failed proves nothing: the confidence was spent there."""
    bad_on_top = [Checked(0.999, number % 10 > 0) for number in range(300)]
    good_below = [Checked(0.9, True)] * 3_000
    assert isinstance(certify([*bad_on_top, *good_below], limit=0.02, confidence=0.98), Shortfall)
    few_on_top = [Checked(0.999, number % 10 > 0) for number in range(20)]  # too few to be tested: begun below them
    found = certify([*few_on_top, *good_below], limit=0.02, confidence=0.98)
    assert isinstance(found, Certificate)
    assert found.threshold == 0.5


def test_a_certificate_is_held_on_to_until_it_is_in_doubt() -> None:
    def sample(wrong: int) -> list[Checked]:
        return [Checked(0.97, number >= wrong) for number in range(1_000)]

    def states(wrong: int) -> tuple[bool, bool]:
        found = certify(sample(wrong), limit=0.02, confidence=0.98)
        held = still_holds(sample(wrong), threshold=0.97, limit=0.02, confidence=0.98)
        return isinstance(found, Certificate), held

    assert [states(wrong) for wrong in (10, 13, 15)] == [(True, True), (False, True), (False, False)]


def test_the_gate_closes_on_evidence_and_not_on_one_misroute() -> None:
    assert not must_close(wrong=0, checked=10, limit=0.02, confidence=0.95)
    assert not must_close(wrong=1, checked=40, limit=0.02, confidence=0.95)
    assert must_close(wrong=5, checked=40, limit=0.02, confidence=0.95)
    assert not must_close(wrong=4, checked=400, limit=0.02, confidence=0.95)
    assert not must_close(wrong=3, checked=30, limit=0.05, confidence=0.95), "three in a short run are chance at 5 %"


@pytest.mark.parametrize("limit", [0.02, 0.05])
def test_a_gate_at_its_limit_is_seldom_closed_however_often_one_looks(limit: float) -> None:
    closed = 0
    for seed in range(200):
        chance = random.Random(seed)
        wrong = 0
        for checked in range(1, 601):
            wrong += chance.random() < limit
            if must_close(wrong=wrong, checked=checked, limit=limit, confidence=0.95):
                closed += 1
                break
    assert closed <= 15  # 10 are expected at most


def test_a_gate_far_over_its_limit_is_closed_soon() -> None:
    for seed in range(20):
        chance = random.Random(seed)
        wrong = 0
        for checked in range(1, 301):
            wrong += chance.random() < 0.12
            if must_close(wrong=wrong, checked=checked, limit=0.02, confidence=0.98):
                break
        else:
            pytest.fail("never closed")
