"""Summaries are made of the message's own sentences, and say what is asked."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.mail.summary import LONGEST_LINE, summarise

ENGLISH = """Dear colleagues,

We are a network of 40 women's groups in Kayes. The rains came late this year. The market was full on Tuesday.
People talk a lot about it. My cousin plays the kora.

Could you tell us who at IOM can support a training for our presenters? The weather is fine.

Kind regards,
Awa"""
FRENCH = """Bonjour Madame,

J'espère que vous allez bien. La saison est belle. Notre association réunit 12 radios rurales. On parle beaucoup.

Nous souhaiterions inviter une personne de l'OIM à notre assemblée du 4 juin. Le lac est calme.
Cordialement,
Idrissa"""
SPANISH = """Estimados señores:

Hace buen tiempo. Somos una asociación de enfermeras de Quito. El mercado abre temprano.
¿Podrían enviarnos el manual de salud en la frontera? La montaña es alta. Llueve poco.

Saludos cordiales,
Luz"""


def flat(text: str) -> str:
    return re.sub(r"\s+", " ", text)


@pytest.mark.parametrize(
    ("text", "must", "never"),
    [
        (ENGLISH, "Could you tell us who at IOM", ("Dear", "regards", "kora")),
        (FRENCH, "Nous souhaiterions inviter", ("Bonjour", "Cordialement", "J'espère")),
        (SPANISH, "¿Podrían enviarnos", ("Estimados", "Saludos", "Llueve")),
    ],
)
def test_the_ask_is_in_and_courtesies_are_out(text: str, must: str, never: tuple[str, ...]) -> None:
    lines = summarise(text)
    assert any(must in line for line in lines)
    assert len(lines) == 3
    for word in never:
        assert not any(word in line for line in lines), word


def test_lines_keep_the_order_of_the_message() -> None:
    lines = summarise(ENGLISH)
    places = [flat(ENGLISH).index(line) for line in lines]
    assert places == sorted(places)


def test_a_long_sentence_ends_between_words() -> None:
    (line,) = summarise("We would like to ask " + "whether something can be done " * 30)
    assert len(line) <= LONGEST_LINE
    assert line.endswith("…")
    assert flat("We would like to ask " + "whether something can be done " * 30).startswith(line[:-1])


def test_bullets_stand_alone() -> None:
    lines = summarise("Our needs:\n- two doctors for the camp please\n- forty blankets for the night please\n")
    assert "two doctors for the camp please" in lines


def test_little_or_nothing() -> None:
    assert summarise("") == ()
    assert summarise("Thanks,\nAna") == ("Thanks, Ana",), "all that there is"
    assert summarise("See attached.") == ("See attached.",)


@given(st.text(alphabet=st.sampled_from("abc ÀÉ.?!,\n-*¿1 请مر"), max_size=600))
def test_nothing_is_ever_invented(text: str) -> None:
    for line in summarise(text):
        assert line.removesuffix("…") in re.sub(r"\s+", " ", text) or line.removesuffix("…") in _joined(text)


def _joined(text: str) -> str:
    """The text as it reads without bullets."""
    return re.sub(r"\s+", " ", re.sub(r"(?m)^\s*(?:[-*•·–—]|\(?\d{1,2}[.)]|\(?[a-z]\))\s+", "", text))


def test_cost_is_linear() -> None:
    assert len(summarise("A word. " * 50_000)) == 1
    assert len(summarise("please " * 50_000)) == 1
