"""The initial organisation out of `units.toml` and `offices.csv`: read once into the store, or by `triage config import`.

A config folder may lack both: then the project's own `config/` is taken. Raises ConfigError in one line that names the
file and the line.
"""

import csv
import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from triage.config.places import PROJECT
from triage.domain.errors import ConfigError
from triage.domain.organisation import LANGUAGES, Office, OfficeStatus, Unit
from triage.domain.taxonomy import Route

_OFFICE_COLUMNS = (
    ["code"]
    + [f"name_{language}" for language in LANGUAGES]
    + ["status", "covered_by", "address", "language", "aliases"]
)
_SINCE = date(2012, 1, 1)


def load_organisation(folder: Path) -> tuple[tuple[Unit, ...], tuple[Office, ...]]:
    """Units and offices of `folder`, each file taken from the project's `config/` where `folder` has none."""
    units = tuple(_read_units(_choose(folder, "units.toml")))
    offices = tuple(_read_offices(_choose(folder, "offices.csv")))
    return units, offices


def _choose(folder: Path, name: str) -> Path:
    own = folder / name
    return own if own.exists() else PROJECT / "config" / name


def _read_units(file: Path) -> Iterator[Unit]:
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{file}: {error}") from None
    rows = table.get("units", [])
    missing = {str(route) for route in Route} - {row.get("code") for row in rows}
    if missing:
        raise ConfigError(f"{file}: no unit for {', '.join(sorted(missing))}; every route needs one")
    for row in rows:
        yield _unit(file, row)


def _unit(file: Path, row: dict[str, Any]) -> Unit:
    where = f"{file}: unit {row.get('code', '?')}"
    try:
        unit = Unit(
            code=row["code"],
            names={language: row["name"][language] for language in LANGUAGES},
            remits={language: row["remit"][language] for language in LANGUAGES},
            address=row["address"],
            language=row["language"],
            valid_from=row.get("valid_from", _SINCE),
            valid_to=row.get("valid_to"),
        )
    except (KeyError, TypeError) as error:
        raise ConfigError(f"{where}: {error} is missing; names and remits are needed in en, fr and es") from None
    unknown = set(row) - {"code", "name", "remit", "address", "language", "valid_from", "valid_to"}
    if unknown:
        raise ConfigError(f"{where}: unknown key {sorted(unknown)[0]}")
    if unit.code not in {Route.MISSION, Route.IPD} and "@" not in unit.address:
        raise ConfigError(f"{where}: needs an address to forward to")
    return unit


def _read_offices(file: Path) -> Iterator[Office]:
    try:
        lines = file.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{file}: {error}") from None
    reader = csv.DictReader(lines)
    if reader.fieldnames is None or list(reader.fieldnames) != _OFFICE_COLUMNS:
        raise ConfigError(f"{file}: line 1: the columns must be {','.join(_OFFICE_COLUMNS)}")
    offices = {row["code"]: _office(file, reader.line_num, row) for row in reader}
    for office in offices.values():
        if office.covered_by and not offices.get(office.covered_by, office).address:
            raise ConfigError(
                f"{file}: {office.code}: the covering office {office.covered_by} has no row with an address"
            )
    yield from offices.values()


def _office(file: Path, line: int, row: dict[str, str]) -> Office:
    where = f"{file}: line {line}"
    try:
        status = OfficeStatus(row["status"])
    except ValueError:
        raise ConfigError(f"{where}: status must be own, covered or unknown") from None
    if status is OfficeStatus.OWN and "@" not in row["address"]:
        raise ConfigError(f"{where}: an office of its own needs an address")
    if status is not OfficeStatus.OWN and not row["covered_by"]:
        raise ConfigError(f"{where}: covered_by must name the office that answers for {row['code']}")
    return Office(
        code=row["code"],
        names={language: row[f"name_{language}"] for language in LANGUAGES},
        aliases=tuple(alias.strip() for alias in row["aliases"].split(";") if alias.strip()),
        status=status,
        covered_by=row["covered_by"] or None,
        address=row["address"],
        language=row["language"],
        valid_from=_SINCE,
    )
