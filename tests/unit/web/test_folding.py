"""Long letters fold without losing a character or a mark."""

from hypothesis import given
from hypothesis import strategies as st

from triage.web.folding import SHOWN_LINES, fold_letter, fold_thread, split
from triage.web.highlight import Piece

PIECES = st.lists(st.builds(Piece, st.text(min_size=1), st.sampled_from(["", "route"])), max_size=8)


def joined(pieces: list[Piece]) -> str:
    return "".join(piece.text for piece in pieces)


@given(PIECES, st.integers(0, 100))
def test_a_cut_loses_nothing(pieces: list[Piece], place: int) -> None:
    before, after = split(pieces, place)
    assert joined(before) + joined(after) == joined(pieces)
    assert len(joined(before)) == min(place, len(joined(pieces)))


def test_a_short_letter_stays_whole() -> None:
    letter = fold_letter([Piece("line\n" * (SHOWN_LINES + 5))])
    assert letter.hidden == []


def test_a_long_letter_folds_after_whole_lines() -> None:
    pieces = [Piece("line\n" * 50), Piece("marked\n", "route"), Piece("line\n" * 100)]
    letter = fold_letter(pieces)
    assert joined(letter.shown).count("\n") == SHOWN_LINES
    assert joined(letter.shown) + joined(letter.hidden) == joined(pieces)
    assert any(piece.about == "route" for piece in letter.shown)
    assert letter.hidden_lines >= 90


def test_one_endless_line_folds_too() -> None:
    letter = fold_letter([Piece("word " * 5000)])
    assert 2000 < len(joined(letter.shown)) <= 5000
    assert joined(letter.shown) + joined(letter.hidden) == "word " * 5000


def test_a_thread_is_cut_where_mail_programs_introduce_a_message() -> None:
    text = (
        "On Mon, 2 March 2026 at 08:00, Ana wrote:\n> first\n> lines\n"
        "Le lun. 2 mars 2026 à 07:00, Bo a écrit :\n>> second\n>> lines\n"
        "-----Original Message-----\nFrom: Cy\nthird\n"
    )
    parts = fold_thread([Piece(text)])
    assert [joined(part)[:6] for part in parts] == ["On Mon", "Le lun", "-----O"]
    assert "".join(joined(part) for part in parts) == text


@given(PIECES)
def test_any_thread_keeps_its_words(pieces: list[Piece]) -> None:
    words = "".join(joined(part) for part in fold_thread(pieces)).split()
    assert words == joined(pieces).split()
