"""The pictures of the model keeper say what the numbers say."""

from collections.abc import Iterator
from dataclasses import asdict, replace

import pytest
from flask import Flask

from triage.domain.reliability import by_coverage, by_probability
from triage.domain.taxonomy import Route
from triage.store.judged import JudgedSuggestion
from triage.web.cards import ModelCard
from triage.web.model_figures import MODEL_FIGURES, Seen, curve_points, learning_curve, reliability, risk_coverage
from triage.web.model_words import check_numbers, reason_word, subject_word
from triage.web.translate import init_languages


@pytest.fixture(autouse=True)
def page() -> Iterator[None]:
    app = Flask("triage.web")
    app.config["SECRET_KEY"] = "for the cookie of a test"
    init_languages(app)
    with app.test_request_context(headers={"Accept-Language": "en"}):
        yield


def card(name: str, messages: int, right: float, *, serves: bool = False, **more: object) -> ModelCard:
    by = {code: {"messages": 100, "right": right} for code in ("en", "fr", "es")}
    metrics = {"route_and_country": right, "by_language": by, "by_route": {"DMM": {"messages": 100, "right": right}}}
    return ModelCard(name, serves, {"data": {"messages": messages}, "metrics": metrics, **more})


def judged(probability: float, *, right: int, wrong: int) -> list[JudgedSuggestion]:
    return [JudgedSuggestion(probability, n < right, Route.DMM, "en") for n in range(right + wrong)]


def seen(*answers: JudgedSuggestion, cards: tuple[ModelCard, ...] = ()) -> Seen:
    serving = next((one for one in cards if one.serves), None)
    return Seen(cards, serving, answers, blind=True)


def test_a_class_of_probability_is_right_as_often_as_people_said() -> None:
    figure = reliability(
        seen(*judged(0.95, right=95, wrong=5), *judged(0.45, right=3, wrong=3), *judged(0.05, right=0, wrong=2))
    )
    by_class = {str(row[0]): row[1:] for row in figure.rows}
    assert by_class["0.9–1.0"] == (100, 0.95, 0.95)
    assert by_class["0.4–0.5"] == (6, 0.45, 0.5)
    assert by_class["0.0–0.1"] == (2, None, None), "two messages say nothing"
    assert figure.chart is not None
    assert figure.note.startswith("108 messages")


def test_the_surest_go_first_and_errors_come_with_the_rest() -> None:
    figure = risk_coverage(seen(*judged(0.9, right=50, wrong=0), *judged(0.3, right=25, wrong=25)))
    assert [row[3] for row in figure.rows[:5]] == [0.0] * 5
    assert figure.rows[-1] == (1.0, 100, 0.3, 0.25)
    assert risk_coverage(seen(*judged(0.9, right=10, wrong=0))).chart is None, "too few to speak of tenths"


def test_until_enough_is_judged_the_card_speaks_of_the_messages_it_was_made_with() -> None:
    answers = [(0.95, True)] * 60 + [(0.35, True)] * 10 + [(0.35, False)] * 30
    told = {
        "by_probability": [asdict(one) for one in by_probability(answers)],
        "by_coverage": [asdict(one) for one in by_coverage(answers)],
    }
    one = card("m-1", 4000, 0.9, serves=True)
    few = seen(
        *judged(0.5, right=9, wrong=0), cards=(replace(one, data={**one.data, "metrics": {**one.metrics, **told}}),)
    )
    sure = {str(row[0]): row[1:] for row in reliability(few).rows}
    assert sure["0.9–1.0"] == (60, 0.95, 1.0)
    assert sure["0.3–0.4"] == (40, 0.35, 0.25)
    assert risk_coverage(few).rows[-1] == (1.0, 100, 0.35, 0.3)
    assert "never read" in reliability(few).note


def test_more_labels_bring_what_the_curve_says() -> None:
    measured = {str(n): {"route_and_country": 1 - 2 * n**-0.4} for n in (500, 1000, 2000, 4000)}
    figure = learning_curve(seen(cards=(card("m-1", 4000, 0.9275, serves=True, learning_curve=measured),)))
    gain = 2 * 4000**-0.4 - 2 * 4500**-0.4
    assert f"about {100 * gain:.1f} points" in figure.note
    assert "power law through the points" in figure.note
    assert [row[0] for row in figure.rows] == [500, 1000, 2000, 4000, 4500, 5000, 6000]


def test_without_a_measured_curve_the_versions_are_the_points() -> None:
    cards = (card("m-1", 4000, 0.86), card("m-2", 5000, 0.88, serves=True))
    assert curve_points(cards, cards[1]) == [(4000, 0.14), (5000, 0.12)]


def test_every_picture_can_be_drawn_from_nothing_and_from_something() -> None:
    cards = (card("m-1", 4000, 0.86), card("m-2", 5000, 0.88, serves=True))
    full = seen(*judged(0.9, right=80, wrong=20), cards=cards)
    for name, make in MODEL_FIGURES.items():
        assert make(seen()).chart is None, name
        figure = make(full)
        assert figure.chart is not None, name
        assert all(len(row) == len(figure.header) for row in figure.rows), name
        assert all(len(row) == len(figure.header) for row in figure.shown), name


def test_the_numbers_of_a_check_are_told_in_words() -> None:
    told = check_numbers({"messages": 660, "lost": 3, "lowest": -0.012, "power": None})
    assert told == "messages 660, only the other right 3, surely at least -1.2%"


def test_why_a_model_serves_is_an_outcome_or_a_keepers_own_words() -> None:
    assert reason_word("ready") == "may serve: every check passed"
    assert reason_word("never compared") == "It was never compared."
    assert reason_word("too many letters to Tuvalu") == "too many letters to Tuvalu"


def test_what_a_check_is_about_is_told_in_words() -> None:
    told = [subject_word(subject) for subject in ("fr", "other", "DMM", "all", "looks:IPD")]
    assert told == ["French", "other languages", "DMM", "all new labels", "messages that look like IPD"]
