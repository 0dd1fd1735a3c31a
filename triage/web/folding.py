"""Long letters and long threads, folded: what is shown at once, and what opens on demand."""

import re
from dataclasses import dataclass

from triage.web.highlight import Piece

SHOWN_LINES = 60
SHOWN_CHARACTERS = 5000
FEWEST_HIDDEN = 15
# How mail programs introduce what they quote; the words of the languages that most letters come in.
_BEGINS = re.compile(
    r"^(?:>+ ?)?(?:-{2,} ?(?:original message|message d'origine|mensaje original|forwarded message|mensagem original) ?-{2,}"
    r"|_{10,}|(?:from|de|von|от|من|发件人|差出人) ?[::].{3,}"
    r"|(?:on|le|el|am|em) .{6,120}(?:wrote|a écrit|escribió|schrieb|escreveu) ?:)\s*$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Letter:
    """A text in two parts; `hidden` is empty where all of it is shown at once."""

    shown: list[Piece]
    hidden: list[Piece]
    hidden_lines: int


def fold_letter(pieces: list[Piece]) -> Letter:
    """The first SHOWN_LINES lines; nothing is hidden for a few lines only, nor where evidence would be out of sight."""
    text = "".join(piece.text for piece in pieces)
    place = _cut(text)
    lines = text[place:].count("\n") + 1
    if place >= len(text) or (lines < FEWEST_HIDDEN and len(text) - place < SHOWN_CHARACTERS // 4):
        return Letter(pieces, [], 0)
    shown, hidden = split(pieces, place)
    return Letter(shown, hidden, lines)


def fold_thread(pieces: list[Piece]) -> list[list[Piece]]:
    """The quoted text as one part for each earlier message, newest first, cut where a mail program introduces one."""
    text = "".join(piece.text for piece in pieces)
    starts = [0]
    at = 0
    for line in text.splitlines(keepends=True):
        if at and _BEGINS.match(line.rstrip("\r\n")) and text[starts[-1] : at].strip().count("\n") >= 1:
            starts.append(at)
        at += len(line)
    parts: list[list[Piece]] = []
    rest = pieces
    for here, following in zip(starts, [*starts[1:], len(text)], strict=True):
        part, rest = split(rest, following - here)
        if "".join(piece.text for piece in part).strip():
            parts.append(part)
    return parts


def split(pieces: list[Piece], place: int) -> tuple[list[Piece], list[Piece]]:
    """The same pieces in two lists, cut after `place` characters; joined they are as before."""
    before: list[Piece] = []
    left = place
    for number, piece in enumerate(pieces):
        if left >= len(piece.text):
            before.append(piece)
            left -= len(piece.text)
            continue
        if left:
            before.append(Piece(piece.text[:left], piece.about, piece.weight))
        return before, [Piece(piece.text[left:], piece.about, piece.weight), *pieces[number + 1 :]]
    return before, []


def _cut(text: str) -> int:
    """Where the shown part ends: after SHOWN_LINES lines or SHOWN_CHARACTERS, at the end of a line if one is near."""
    at = 0
    for _ in range(SHOWN_LINES):
        following = text.find("\n", at)
        if following < 0:
            at = len(text)
            break
        at = following + 1
    if at <= SHOWN_CHARACTERS:
        return at
    near = text.rfind("\n", SHOWN_CHARACTERS // 2, SHOWN_CHARACTERS)
    if near < 0:
        near = text.rfind(" ", SHOWN_CHARACTERS // 2, SHOWN_CHARACTERS)
    return near + 1 if near >= 0 else SHOWN_CHARACTERS
