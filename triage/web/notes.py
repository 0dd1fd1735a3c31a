"""One-time notes at the top of the next page, kept in the signed cookie. They never hold content of a message."""

from dataclasses import dataclass
from typing import cast

from flask import flash, get_flashed_messages


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence and its tone: "good", "warn" or plain."""

    text: str
    tone: str


def note(text: str, tone: str = "") -> None:
    """Leave a note for the next page."""
    flash(text, tone)


def notes() -> list[Note]:
    """The notes left for this page, taken away by reading them."""
    left: list[tuple[str, str]] = cast(list[tuple[str, str]], get_flashed_messages(with_categories=True))
    return [Note(text, tone) for tone, text in left]
