"""When units and offices are closed: holidays as organisation data, for reminders that go by working days."""

import csv
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from triage.cli.output import table
from triage.cli.shell import services
from triage.domain.errors import DataError

if TYPE_CHECKING:
    from triage.store.calendars import Holiday

COLUMNS = ["code", "day", "name"]


@click.group("holidays")
def holidays_command() -> None:
    """Holidays of units and offices."""


@holidays_command.command("import")
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_holidays(path: Path) -> None:
    """Read a CSV with the columns code, day (YYYY-MM-DD), name.

    `code` is a unit (DMM), a country (SN), a regional office (RO-DAKAR), or HQ for all units. Each code's years that the
    file names are replaced by it.
    """
    from triage.store.calendars import set_holidays

    found = read_holidays(path)
    with services() as wired, wired.store.begin() as tx:
        number = set_holidays(tx, found)
    click.echo(f"{number} holidays of {len({one.code for one in found})} offices are kept")


@holidays_command.command("list")
def list_holidays() -> None:
    """All holidays by office and day."""
    from triage.store import calendars

    with services() as wired, wired.store.read() as tx:
        rows = [{"code": one.code, "day": one.day, "name": one.name} for one in calendars.list_holidays(tx)]
    table(rows, tuple(COLUMNS))


@holidays_command.command("weekend")
@click.argument("code")
@click.argument("days", nargs=-1, type=click.IntRange(0, 6))
@click.option("--country", help="The country whose weekend the office keeps; for offices that are no country's.")
def set_weekend(code: str, days: tuple[int, ...], country: str | None) -> None:
    """The weekend of an office: days from 0 (Monday) to 6, or that of a country; neither: the usual one."""
    from triage.store.calendars import set_calendar

    with services() as wired, wired.store.begin() as tx:
        set_calendar(tx, code=code, country=country, weekend=list(days) or None)
    click.echo(f"weekend of {code} set")


def read_holidays(path: Path) -> "list[Holiday]":
    """The lines of a file. Raises DataError naming the line that is wrong and how to mend it."""
    from triage.store.calendars import Holiday

    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        if reader.fieldnames != COLUMNS:
            raise DataError(f"{path}: line 1: the columns must be {','.join(COLUMNS)}")
        found = []
        for row in reader:
            try:
                found.append(Holiday(row["code"].strip(), date.fromisoformat(row["day"].strip()), row["name"].strip()))
            except (ValueError, AttributeError):
                raise DataError(f"{path}: line {reader.line_num}: day must be a date such as 2026-12-25") from None
    return found
