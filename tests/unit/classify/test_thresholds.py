"""Thresholds out of answers whose truth is known."""

import numpy as np
import pytest

from triage.classify.measure import OutOfFold, eligible
from triage.classify.thresholds import FLAG_PRECISION, FORWARD_ERROR, choose_flag_threshold, choose_policy
from triage.domain.ports import Example


def example(number: int, route: str, country: str | None, language: str) -> Example:
    return Example(
        id=f"x-{number}",
        author="x",
        language=language,
        from_name="",
        from_email="a@b.example",
        subject="",
        body="",
        route=route,
        country=country,
        also_ok=(),
        kind="question",
        urgent=False,
        restricted=False,
        sender_type="ngo",
    )


def judged(answers: list[tuple[str, float, bool, str]]) -> OutOfFold:
    """From (answer, probability, whether it is right, language)."""
    examples = []
    for number, (answer, _, right, language) in enumerate(answers):
        route, _, country = answer.partition(":")
        truth = (route, country or None) if right else ("IML", None)
        examples.append(example(number, *truth, language))
    nobody = np.zeros(len(answers), dtype=bool)
    return OutOfFold(
        examples=examples,
        ranked=[[(answer, probability)] for answer, probability, _, _ in answers],
        kinds=["question"] * len(answers),
        sender_types=["ngo"] * len(answers),
        urgent=nobody,
        restricted=nobody,
        out_of_scope=np.zeros(len(answers)),
    )


def answers(answer: str, right: int, wrong_below: float, language: str = "en") -> list[tuple[str, float, bool, str]]:
    """`right` sure answers, evenly down from 1 to `wrong_below`; below it every other one is wrong."""
    sure = [(answer, float(p), True, language) for p in np.linspace(0.999, wrong_below, right)]
    return sure + [
        (answer, float(p), i % 2 == 0, language) for i, p in enumerate(np.linspace(wrong_below - 0.01, 0.3, 60))
    ]


def test_both_thresholds_together_keep_the_wanted_error() -> None:
    everything = judged(answers("DMM", 500, 0.8) + answers("MISSION:ML", 300, 0.9))
    chosen = choose_policy(everything)
    forwarded = eligible(everything, chosen)
    wrong = ~everything.right[forwarded]
    assert wrong.mean() <= FORWARD_ERROR
    assert forwarded.sum() >= 800
    assert chosen.forward_probability < 0.8 < chosen.mission_probability


def test_too_few_answers_forward_nothing() -> None:
    chosen = choose_policy(judged(answers("DMM", 29, 0.9)[:29]))
    assert chosen.forward_probability > 1
    assert chosen.mission_probability > 1


def test_a_language_with_few_messages_or_with_wrong_forwards_is_not_served() -> None:
    well, few = answers("DOE", 2_000, 0.8, "fr"), answers("DOE", 25, 0.9, "sw")[:25]
    wrong = [("DOE", 0.999, i % 8 != 0, "ru") for i in range(40)]
    assert choose_policy(judged(well + few + wrong)).languages == {"fr"}


@pytest.mark.parametrize("flag", ["urgent", "restricted"])
def test_a_flag_is_raised_as_readily_as_its_precision_allows(flag: str) -> None:
    probability = np.concatenate([np.linspace(0.9, 0.3, 50), np.linspace(0.29, 0.03, 50)])
    truth = np.concatenate([np.ones(50), np.zeros(50)]).astype(bool)
    threshold = choose_flag_threshold(flag, probability, truth)
    said = probability >= threshold
    assert truth[said].mean() >= FLAG_PRECISION[flag]
    assert said.sum() > 50  # recall first: false alarms are accepted
