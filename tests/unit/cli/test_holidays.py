"""Holidays from a file: read, or one line that says what is wrong."""

from datetime import date
from pathlib import Path

import pytest

from triage.cli.holidays import read_holidays
from triage.domain.errors import DataError
from triage.store.calendars import Holiday


def test_a_file_is_read(tmp_path: Path) -> None:
    file = tmp_path / "days.csv"
    file.write_text("code,day,name\nHQ,2026-12-25,Christmas\nSN,2026-04-04,Fête de l'indépendance\n", encoding="utf-8")
    assert read_holidays(file) == [
        Holiday("HQ", date(2026, 12, 25), "Christmas"),
        Holiday("SN", date(2026, 4, 4), "Fête de l'indépendance"),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("code;day;name\n", "line 1: the columns must be"),
        ("code,day,name\nHQ,25.12.2026,x\n", "line 2: day must be a date"),
    ],
)
def test_mistakes_get_one_line(tmp_path: Path, text: str, expected: str) -> None:
    file = tmp_path / "days.csv"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=expected):
        read_holidays(file)
