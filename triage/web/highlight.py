"""Cuts a text into plain and highlighted pieces, from the evidence that is stored with the suggestion."""

from collections.abc import Iterable
from dataclasses import dataclass

from triage.domain.decision import Evidence, Field


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text; `about` is empty for plain text, else "route", "country", "urgent" or "restricted"."""

    text: str
    about: str = ""
    weight: float = 0.0


def pieces(text: str, *, field: Field, evidence: Iterable[Evidence], offset: int = 0) -> list[Piece]:
    """`text` as pieces in order, whole: joined they give `text` again.

    `offset` is where `text` begins in its field. Where spans overlap the heavier one wins; spans outside the text,
    empty ones and ones against the route (weight 0 or less) are left out.
    """
    wanted = sorted(
        (
            (max(e.start - offset, 0), min(e.end - offset, len(text)), e)
            for e in evidence
            if e.field is field and e.weight > 0
        ),
        key=lambda span: (-span[2].weight, span[0]),
    )
    owner: list[Evidence | None] = [None] * len(text)
    for start, end, found in wanted:
        if start < end and all(owner[at] is None for at in range(start, end)):
            owner[start:end] = [found] * (end - start)
    result: list[Piece] = []
    begin = 0
    for at in range(1, len(text) + 1):
        if at == len(text) or owner[at] is not owner[begin]:
            mark = owner[begin]
            run = text[begin:at]
            result.append(Piece(run, mark.about, mark.weight) if mark else Piece(run))
            begin = at
    return result
