"""Labelled messages from JSONL files: one file, one author. Every fault is named with its file and line."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from triage.domain.errors import DataError
from triage.domain.ports import Example
from triage.domain.taxonomy import Destination, Kind, Route, SenderType

_TEXT_KEYS = ("id", "lang", "from_name", "from_email", "subject", "body", "route", "kind", "sender_type")
_FLAG_KEYS = ("urgent", "restricted")
_OTHER_KEYS = ("country", "also_ok", "difficulty", "why", "author", "history")  # the last two: exported corrections


def training_files(paths: Iterable[Path]) -> list[Path]:
    """The JSONL files named, and those inside the folders named, in a stable order. Raises DataError for none."""
    files: list[Path] = []
    for path in paths:
        found = sorted(path.glob("*.jsonl")) if path.is_dir() else [path]
        if not found or not found[0].is_file():
            raise DataError(f"{path}: no such training file, or a folder without *.jsonl")
        files += found
    return files


def load_examples(paths: Iterable[Path]) -> list[Example]:
    """Every example of the files (or folders of files). Raises DataError at the first line that is not in order."""
    examples: list[Example] = []
    for file in training_files(paths):
        for place, example, fault in read_lines(file):
            if example is None:
                raise DataError(f"{place}: {fault}")
            examples.append(example)
    return examples


def read_lines(file: Path) -> Iterator[tuple[str, Example | None, str]]:
    """(place, example or None, what is wrong) for each non-empty line; place is `file:line`."""
    try:
        content = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        yield str(file), None, f"cannot be read as UTF-8 text ({type(error).__name__})"
        return
    for number, line in enumerate(content.split("\n"), start=1):
        if not line.strip():
            continue
        place = f"{file}:{number}"
        try:
            yield place, parse_example(json.loads(line), author=file.stem), ""
        except (ValueError, DataError) as error:
            yield place, None, str(error).split("\n", 1)[0]


def parse_example(row: Any, *, author: str) -> Example:
    """One row of a training file. Raises DataError naming the key that is wrong and what it may be."""
    if not isinstance(row, dict):
        raise DataError("a line must be one JSON object")
    unknown = sorted(set(row) - {*_TEXT_KEYS, *_FLAG_KEYS, *_OTHER_KEYS})
    if unknown:
        raise DataError(f"unknown key {unknown[0]!r}")
    for key in _TEXT_KEYS:
        if not isinstance(row.get(key), str):
            raise DataError(f"{key!r} is missing or not a text")
    for key in _FLAG_KEYS:
        if not isinstance(row.get(key), bool):
            raise DataError(f"{key!r} is missing or not true/false")
    route, country = _destination(row["route"], row.get("country"))
    return Example(
        id=row["id"],
        author=author,
        language=_one_of("lang", row["lang"], None),
        from_name=row["from_name"],
        from_email=row["from_email"],
        subject=row["subject"],
        body=row["body"],
        route=route,
        country=country,
        also_ok=_also_ok(row.get("also_ok", [])),
        kind=_one_of("kind", row["kind"], [kind.value for kind in Kind]),
        urgent=row["urgent"],
        restricted=row["restricted"],
        sender_type=_one_of("sender_type", row["sender_type"], [kind.value for kind in SenderType]),
    )


def _destination(route: str, country: object) -> tuple[str, str | None]:
    _one_of("route", route, [known.value for known in Route])
    if country is not None and not isinstance(country, str):
        raise DataError("'country' must be two capital letters or null")
    try:
        Destination(Route(route), country)
    except ValueError as error:
        raise DataError(f"'country': {error}") from None
    return route, country


def _also_ok(answers: object) -> tuple[str, ...]:
    if not isinstance(answers, list):
        raise DataError("'also_ok' must be a list")
    for answer in answers:
        try:
            Destination.parse(answer)
        except (ValueError, AttributeError):
            raise DataError('\'also_ok\' must hold answers such as "DOE" or "MISSION:HT"') from None
    return tuple(answers)


def _one_of(key: str, value: str, allowed: list[str] | None) -> str:
    if allowed is None:
        if len(value) == 2 and value.isascii() and value.islower():
            return value
        raise DataError(f"{key!r} must be a two-letter ISO 639-1 code")
    if value not in allowed:
        raise DataError(f"{key!r} must be one of {', '.join(allowed)}")
    return value
