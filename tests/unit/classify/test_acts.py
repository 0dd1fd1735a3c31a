"""What a message does, as the kind's second stage reads it."""

import pytest

from triage.classify.document import Document
from triage.classify.features.acts import acts
from triage.classify.features.concepts import speech_acts
from triage.classify.features.matrix import MessageFeatures


def row(text: str, *, subject: str = "") -> dict[str, float]:
    values = acts(MessageFeatures().prepare(Document(subject, text, "", "", "", "a@b.example", "en"))).tolist()
    names = speech_acts().names
    more = ["date", "hour", "both", "asking", "exclamation"]
    return dict(zip([*names, *(f"subject {name}" for name in names), *more], values, strict=True))


@pytest.mark.parametrize(
    "text",
    [
        "Could you lend us a tent?",
        "Pourriez-vous nous prêter une tente ?",
        "¿Podrían prestarnos una carpa?",
        "Не могли бы вы",
    ],
)
def test_one_act_in_many_languages(text: str) -> None:
    assert row(text)["can you"] > 0


def test_the_subject_is_told_apart_from_the_text() -> None:
    found = row("The hall is on the first floor.", subject="Save the date")
    assert found["subject rsvp"] == 1 and found["rsvp"] == 0


@pytest.mark.parametrize("text", ["on 4 March", "le 12 août", "el 3 de octubre", "March 4", "5 марта"])
def test_a_month_beside_a_number_is_a_date(text: str) -> None:
    assert row(text)["date"] == 1


def test_neither_numbers_nor_months_alone_are_dates() -> None:
    assert row("In March we saw 300 families")["date"] == 0
    assert row("at 10:30")["hour"] == 1


def test_the_share_of_sentences_that_ask() -> None:
    assert row("We wait. Who comes? When?\n")["asking"] > row("We wait. Nobody comes. Thanks.\n")["asking"] == 0
