"""The units' own words as documents to learn from, for an office that begins with few labels."""

import re
from collections.abc import Iterable

from triage.domain.organisation import Unit
from triage.domain.ports import Example
from triage.domain.taxonomy import Kind, Route, SenderType

AUTHOR = "mandates"
_PARTS = re.compile(r"\s*[;,]\s*")


def mandates(units: Iterable[Unit]) -> list[Example]:
    """Each unit's remit in each language: whole, and each of its parts by itself.

    Missions are left out: what is theirs is told by the country, and their remit names none.
    """
    made: list[Example] = []
    for unit in units:
        if unit.code not in set(Route) or unit.code == Route.MISSION:
            continue
        for language, remit in sorted(unit.remits.items()):
            parts = [part for part in _PARTS.split(remit) if part]
            made += [_example(unit, language, number, text) for number, text in enumerate([remit, *parts])]
    return made


def _example(unit: Unit, language: str, number: int, text: str) -> Example:
    return Example(
        id=f"mandate-{unit.code}-{language}-{number}",
        author=AUTHOR,
        language=language,
        from_name="",
        from_email="",
        subject="",
        body=text,
        route=unit.code,
        country=None,
        also_ok=(),
        kind=Kind.QUESTION.value,
        urgent=False,
        restricted=False,
        sender_type=SenderType.NGO.value,
    )
