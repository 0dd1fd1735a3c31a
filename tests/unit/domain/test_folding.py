"""Folding: what people type finds what was written, in every alphabet."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.domain.folding import LONGEST_WORD, asked_words, fold, words


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("Réintégration à Kayes", "reintegration"),
        ("ESPAÑA", "españa"),
        ("Straße", "STRASSE"),
        ("Łódź", "lodz"),
        ("İstanbul", "istanbul"),
        ("Αθήνα", "ΑΘΗΝΑ"),
        ("Українa їжак", "їжак"),
        ("Ещё", "еще"),
        ("أُخُوَّة الإنسانية", "الانسانيه"),
        ("مكتبة", "مكتبه"),
        ("می‌خواهم", "میخواهم"),
        ("ﻣﺮﺣﺒﺎ", "مرحبا"),
        ("שָׁלוֹם", "שלום"),
        ("हिन्दी", "हिन्दी"),
        ("移民与发展国际组织", "发展"),
        ("移民与发展国际组织", "织"),
        ("移民与发展国际组织", "移"),
        ("国際移住機関へ", "移住機関"),
        ("한국어로 씁니다", "한국어"),
        ("การย้ายถิ่นฐาน", "ย้ายถิ่น"),
        ("ＦＵＬＬ width", "full"),
        ("٢٠٢٦", "2026"),
        ("l'organisation", "l’organisation"),
    ],
)
def test_typed_words_find_what_was_written(written: str, typed: str) -> None:
    found = set(words(written))
    whole, begun = asked_words(typed)
    assert whole or begun
    assert set(whole) <= found
    assert all(any(word.startswith(start) for word in found) for start in begun)


@pytest.mark.parametrize(("written", "typed"), [("Madagascar", "Madrid"), ("发展", "展发"), ("a b c", "x1")])
def test_other_words_do_not(written: str, typed: str) -> None:
    whole, begun = asked_words(typed)
    assert whole and not begun
    assert not set(whole) <= set(words(written))


def test_a_star_asks_for_beginnings_of_three_letters_or_more() -> None:
    assert asked_words("migr* fo") == (["fo"], ["migr"])
    assert asked_words("mi*") == (["mi"], [])
    assert asked_words("* ! a") == ([], [])


@given(st.text())
def test_words_are_safe_in_both_databases_and_stay_what_they_are(text: str) -> None:
    for word in words(text):
        assert 0 < len(word) <= LONGEST_WORD
        assert not any(c in " '\"\\&|!():*_" or c.isspace() for c in word)
        assert not word.startswith("_")


@given(st.text(alphabet=st.characters(categories=["Lu", "Ll", "Lo", "Zs"]), max_size=30))
def test_normal_forms_do_not_matter(text: str) -> None:
    assert fold(unicodedata.normalize("NFC", text)) == fold(unicodedata.normalize("NFD", text))
