"""The units' mandates as documents to learn from, for an office that begins with few labels and for a topic that is new:
their remits, whole and in parts, and what they are there for in everyday words (`data/mandates.txt`)."""

import re
from collections.abc import Iterable
from importlib.resources import files

from triage.domain.errors import DataError
from triage.domain.organisation import Unit
from triage.domain.ports import Example
from triage.domain.taxonomy import Destination, Kind, Route, SenderType

AUTHOR = "mandates"
_PARTS = re.compile(r"\s*[;,]\s*")


def mandates(units: Iterable[Unit]) -> list[Example]:
    """The documents. A mission's remit is left out: what is a mission's is told by the country, and it names none."""
    made = _everyday()
    for unit in units:
        if unit.code not in set(Route) or unit.code == Route.MISSION:
            continue
        for language, remit in sorted(unit.remits.items()):
            parts = [part for part in _PARTS.split(remit) if part]
            for number, text in enumerate([remit, *parts]):
                made.append(_example(f"mandate-{unit.code}-{language}-{number}", unit.code, language, text))
    return made


def _everyday() -> list[Example]:
    text = files("triage.classify.data").joinpath("mandates.txt").read_text(encoding="utf-8")
    made: list[Example] = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line or line.startswith("#"):
            continue
        try:
            destination, language, words = line.split(" ", 2)
            made.append(_example(f"mandate-line-{number}", destination, language, words))
        except ValueError as error:
            raise DataError(f"mandates.txt, line {number}: {error}") from None
    return made


def _example(line_id: str, destination: str, language: str, text: str) -> Example:
    said = Destination.parse(destination)
    alarming = language.endswith("!")
    return Example(
        id=line_id,
        author=AUTHOR,
        language=language.rstrip("!"),
        from_name="",
        from_email="",
        subject="",
        body=text,
        route=said.route.value,
        country=said.country,
        also_ok=(),
        kind=Kind.QUESTION.value,
        urgent=alarming and said.route is not Route.IPD,
        restricted=alarming and said.route is Route.IPD,
        sender_type=SenderType.NGO.value,
    )
