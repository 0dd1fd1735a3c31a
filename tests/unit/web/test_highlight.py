from hypothesis import given
from hypothesis import strategies as st

from triage.domain.decision import Evidence, Field
from triage.web.highlight import Piece, pieces


def evidence(start: int, end: int, weight: float = 1.0, about: str = "route", field: Field = Field.NEWEST) -> Evidence:
    return Evidence(field, start, end, "", weight, about)


def test_a_word_is_cut_out_with_what_it_counted_for() -> None:
    found = pieces("migrants in Mali", field=Field.NEWEST, evidence=[evidence(12, 16, about="country")])
    assert found == [Piece("migrants in "), Piece("Mali", "country", 1.0)]


def test_of_two_overlapping_words_the_heavier_is_marked() -> None:
    found = pieces("labour migration", field=Field.NEWEST, evidence=[evidence(0, 16, 0.5), evidence(0, 6, 0.9)])
    assert found == [Piece("labour", "route", 0.9), Piece(" migration")]


def test_words_of_other_fields_and_words_against_the_route_are_left_plain() -> None:
    spans = [evidence(0, 4, field=Field.SUBJECT), evidence(5, 9, -2.0)]
    assert pieces("some text", field=Field.NEWEST, evidence=spans) == [Piece("some text")]


def test_an_empty_text_has_no_pieces() -> None:
    assert pieces("", field=Field.NEWEST, evidence=[evidence(0, 4)]) == []


@given(
    st.text(max_size=60),
    st.lists(st.tuples(st.integers(-5, 70), st.integers(-5, 70), st.floats(-1, 3)), max_size=12),
    st.integers(0, 20),
)
def test_nothing_of_the_text_is_lost(text: str, spans: list[tuple[int, int, float]], offset: int) -> None:
    found = pieces(text, field=Field.NEWEST, evidence=[evidence(*span) for span in spans], offset=offset)
    assert "".join(piece.text for piece in found) == text
    assert all(piece.text for piece in found)
