"""Not worse is shown, not assumed: paired statistics, every check, what a candidate is refused or held for."""

import random
from datetime import UTC, datetime

import pytest

from triage.domain.promotion import (
    ALL,
    Answer,
    Check,
    CheckName,
    Comparison,
    Judged,
    NewLabels,
    Part,
    compare,
    lower_limit,
    power_of,
    score,
    sign_test,
)
from triage.domain.reliability import calibration_error
from triage.domain.training import Outcome

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


def judged(
    number: int,
    *,
    champion: bool = True,
    challenger: bool = True,
    part: Part = Part.TEST,
    language: str = "en",
    route: str = "DMM",
    probability: float = 1.0,
    kept: bool = False,
) -> list[Judged]:
    """So many messages on which both are right or wrong as stated."""

    def answer(right: bool, sure: float) -> Answer:
        return Answer(route if right else "ICP", sure, kept if route == "IPD" else False)

    one = Judged(
        part, language, route, frozenset({route}),
        answer(champion, 1.0 if champion else 0.0), answer(challenger, probability if challenger else 0.0),
    )  # fmt: skip
    return [one] * number


def outcome(rows: list[Judged], **more: object) -> Comparison:
    return compare(rows, champion="old", challenger="new", at=AT, **more)  # type: ignore[arg-type]  # test shorthand


def check(found: Comparison, name: str) -> Check:
    (one,) = [each for each in found.checks if str(each) == name]
    return one


def test_the_same_answers_pass_everything() -> None:
    found = outcome([*judged(600), *judged(60, champion=False, challenger=False)])
    assert found.outcome is Outcome.READY
    assert found.reasons == ()
    assert check(found, "test").figures["power"] == 1.0


def test_clearly_worse_on_the_test_is_refused_with_its_name() -> None:
    found = outcome([*judged(600), *judged(30, challenger=False)])
    assert found.outcome is Outcome.REFUSED
    assert "test" in found.reasons
    assert check(found, "test").figures["lowest"] == pytest.approx(-0.0629, abs=0.003)


def test_one_language_may_not_pay_for_another() -> None:
    rows = [
        *judged(500), *judged(15, champion=False),
        *judged(190, language="fr"), *judged(12, challenger=False, language="fr"),
    ]  # fmt: skip
    found = outcome(rows)
    assert check(found, "test").passed
    assert found.reasons == ("language:fr",)
    assert found.outcome is Outcome.REFUSED


def test_the_audit_window_counts_on_its_own() -> None:
    rows = [*judged(600), *judged(300, part=Part.AUDIT), *judged(20, part=Part.AUDIT, challenger=False)]
    assert "audit" in outcome(rows).reasons


def test_few_messages_are_called_thin_and_refuse_only_what_is_clearly_worse() -> None:
    few = outcome([*judged(600), *judged(20, language="ar"), *judged(1, challenger=False, language="ar")])
    assert few.outcome is Outcome.READY
    assert check(few, "language:other").thin
    worse = outcome([*judged(600), *judged(14, language="ar"), *judged(6, challenger=False, language="ar")])
    assert "language:other" in worse.reasons


def test_a_route_that_loses_is_found_among_many() -> None:
    rows = [row for route in ("ICP", "MCD", "IML", "DOE") for row in judged(200, route=route)]
    rows += [*judged(40, route="MISSION"), *judged(9, route="MISSION", challenger=False), *judged(9, champion=False)]
    found = outcome(rows)
    assert found.reasons == ("route:MISSION",)
    assert found.outcome is Outcome.REFUSED


def test_probabilities_that_no_longer_mean_what_they_say() -> None:
    assert outcome(judged(600, probability=0.9)).reasons == ("calibration",)


def test_out_of_scope_mail_that_would_be_sent_on() -> None:
    kept = judged(100, route="IPD", kept=True)
    lost = [
        Judged(Part.TEST, "en", "IPD", frozenset({"IPD", "ICP"}), Answer("IPD", 1.0, True), Answer("ICP", 1.0, False))
    ] * 8
    assert "out_of_scope" in outcome([*judged(600), *kept, *lost]).reasons


def test_what_it_has_learnt_from_is_no_evidence() -> None:
    assert outcome(judged(600), seen=1).reasons == ("unseen",)


@pytest.mark.parametrize(("lost", "expected"), [(4, Outcome.READY), (5, Outcome.REFUSED)])
def test_a_handful_of_messages_of_a_language_refuses_nothing_by_chance(lost: int, expected: Outcome) -> None:
    """Of 145 messages in other languages some were right before and are wrong now, and none the other way."""
    rows = [*judged(145 - lost, language="pt"), *judged(lost, language="pt", challenger=False)]
    found = outcome([*judged(600), *rows])
    assert found.outcome is expected
    (check,) = [one for one in found.checks if str(one) == "language:other"]
    assert check.thin is (expected is Outcome.READY)


def test_suspicious_labels_hold_it_for_a_person() -> None:
    found = outcome(
        judged(600), new_labels=[NewLabels("DMM", 100, 12), NewLabels("ICP", 10, 2), NewLabels("MCD", 0, 0)]
    )
    assert found.outcome is Outcome.HELD
    assert found.reasons == ("suspects:DMM",)
    worse = outcome([*judged(600), *judged(40, challenger=False)], new_labels=[NewLabels("DMM", 100, 30, looks=True)])
    assert worse.outcome is Outcome.REFUSED
    assert "suspects:looks:DMM" in worse.reasons


def test_few_labels_hold_only_where_very_many_of_them_look_wrong() -> None:
    few = outcome(judged(600), new_labels=[NewLabels(ALL, 12, 2), NewLabels("DMM", 12, 2), NewLabels("ICP", 9, 1)])
    assert few.outcome is Outcome.READY
    many = outcome(judged(600), new_labels=[NewLabels("DMM", 12, 6)])
    assert many.reasons == ("suspects:DMM",)


@pytest.mark.parametrize(("usual", "expected"), [(0.01, Outcome.HELD), (0.08, Outcome.READY)])
def test_what_usually_looks_wrong_holds_nothing(usual: float, expected: Outcome) -> None:
    found = outcome(judged(600), new_labels=[NewLabels("MCD", 200, 20, looks=True, usual=usual)])
    assert found.outcome is expected


def test_good_labels_are_held_as_rarely_as_stated() -> None:
    """A batch of labels none of whose routes is over its limit fails in at most one of twenty."""
    chance, held = random.Random(5), 0
    for _ in range(300):
        rows = [NewLabels(route, 60, sum(chance.random() < 0.035 for _ in range(60))) for route in "ABCDEFG"]
        every = NewLabels(ALL, 420, sum(one.suspected for one in rows))
        found = compare((), champion=None, challenger="new", at=AT, new_labels=[every, *rows])
        held += found.outcome is Outcome.HELD
    assert held / 300 <= 0.08


def test_the_first_model_of_all_has_nobody_to_beat() -> None:
    found = compare(judged(10, challenger=False), champion=None, challenger="new", at=AT)
    assert found.outcome is Outcome.READY


def test_a_comparison_survives_the_card() -> None:
    found = outcome([*judged(600), *judged(30, challenger=False)], new_labels=[NewLabels("DMM", 100, 12)])
    assert Comparison.from_json(found.as_json()) == found


def test_the_score_test_errs_as_often_as_it_says() -> None:
    """Two models that differ by exactly the margin pass in about one of twenty comparisons."""
    chance = random.Random(7)
    passed = 0
    for _ in range(600):
        lost = won = 0
        for _ in range(660):
            draw = chance.random()
            lost += draw < 0.05
            won += 0.05 <= draw < 0.08
        passed += score(lost, won, 660, -0.02) >= 1.6449
    assert 0.02 <= passed / 600 <= 0.085


def test_the_stated_power_is_the_real_one() -> None:
    chance = random.Random(8)
    passed = 0
    for _ in range(600):
        lost = sum(chance.random() < 0.02 for _ in range(660))
        won = sum(chance.random() < 0.02 for _ in range(660))
        passed += score(lost, won, 660, -0.02) >= 1.6449
    assert passed / 600 == pytest.approx(power_of(13, 13, 660, 0.02), abs=0.08)


def test_known_numbers() -> None:
    assert lower_limit(0, 0, 660) == pytest.approx(-0.0041, abs=0.0005)
    assert score(10, 10, 500, 0.0) == pytest.approx(0.0, abs=1e-9)
    assert sign_test(5, 0) == pytest.approx(1 / 32)
    assert sign_test(0, 0) == 1.0
    assert calibration_error([(0.9, True), (0.9, False)]) == pytest.approx(0.4)
    assert CheckName.TEST.value == "test"
