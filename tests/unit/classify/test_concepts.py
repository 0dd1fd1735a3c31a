"""Meanings found across languages."""

import pytest

from triage.classify.features.concepts import Thesaurus, lexicon, thesaurus
from triage.classify.tokens import cut
from triage.domain.decision import Field


def words(text: str) -> list[str]:
    return [token.word for token in cut(Field.NEWEST, text)]


def found(book: Thesaurus, text: str) -> set[str]:
    return {book.names[item.concept] for item in book.find(words(text))}


@pytest.mark.parametrize(
    "text",
    ["they beat him", "ils l'ont frappé", "le pegan mucho", "избивают", "يضربونها كل يوم", "wurde geschlagen"],
)
def test_one_meaning_in_many_languages(text: str) -> None:
    assert "beat" in found(lexicon(), text)


def test_phrases_need_all_their_words_in_order() -> None:
    book = Thesaurus("office there|your office in;bureau de l oim\npress|rueda de prensa")
    assert found(book, "is your office in Dakar open") == {"office there"}
    assert found(book, "in your office") == set()
    assert found(book, "la rueda de prensa") == {"press"}


def test_a_star_lets_endings_follow_and_no_star_does_not() -> None:
    book = Thesaurus("observe|observ*\nlaw|loi")
    assert found(book, "observateurs et loisirs") == {"observe"}


def test_positions_are_those_of_the_words() -> None:
    book = Thesaurus("press|rueda de prensa")
    (item,) = book.find(words("Una rueda de prensa hoy"))
    assert (item.first, item.last) == (1, 3)


def test_names_are_unique_so_that_saved_models_mean_the_same() -> None:
    for book in (thesaurus(), lexicon()):
        assert len(set(book.names)) == len(book.names)
