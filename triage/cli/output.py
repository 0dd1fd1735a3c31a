"""How commands print: JSON lines for scripts, aligned columns for people."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from enum import Enum
from typing import Any

import click

from triage.domain.taxonomy import Destination

json_lines = click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
"""The option of commands that list something, for `listed`."""


def json_line(row: Mapping[str, Any]) -> None:
    """One JSON object on one line of standard output."""
    click.echo(json.dumps({key: plain(value) for key, value in row.items()}, ensure_ascii=False))


def table(rows: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> None:
    """Rows as aligned columns under a head line; nothing but the head where there are none."""
    lines = [[_cell(row.get(column)) for column in columns] for row in rows]
    widths = [max([len(head), *(len(line[place]) for line in lines)]) for place, head in enumerate(columns)]
    for line in [list(columns), *lines]:
        click.echo("  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip())


def listed(rows: Iterable[Mapping[str, Any]], columns: Sequence[str], *, as_json: bool) -> None:
    """Rows as JSON lines, whole, or as a table of these columns."""
    if not as_json:
        table(rows, columns)
        return
    for row in rows:
        json_line(row)


def plain(value: Any) -> Any:
    """Times as ISO 8601, enums and destinations as their words, everything else as JSON has it."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Destination):
        return str(value)
    if isinstance(value, Mapping):
        return {str(plain(key)): plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    return value


def _cell(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    if isinstance(value, float):
        return f"{value:.2f}"
    if isinstance(value, bool):
        return "yes" if value else ""
    return str(plain(value))
