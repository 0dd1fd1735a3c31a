"""Working days by country and holiday."""

from datetime import date

import pytest

from triage.domain.working_days import Calendar, weekend_of

FRIDAY = date(2026, 3, 6)


@pytest.mark.parametrize(
    ("country", "days", "day"),
    [
        ("CH", 1, date(2026, 3, 9)),
        (None, 1, date(2026, 3, 9)),
        ("EG", 1, date(2026, 3, 8)),  # Sunday is a working day
        ("NP", 2, date(2026, 3, 9)),  # only Saturday is none
        ("CH", 5, date(2026, 3, 13)),
        ("CH", 0, FRIDAY),
    ],
)
def test_weekends(country: str | None, days: int, day: date) -> None:
    assert Calendar(weekend_of(country)).after(FRIDAY, days) == day


def test_holidays_do_not_count() -> None:
    calendar = Calendar(weekend_of("SN"), frozenset({date(2026, 3, 9), date(2026, 3, 10)}))
    assert calendar.after(FRIDAY, 1) == date(2026, 3, 11)
    assert not calendar.works_on(date(2026, 3, 9))


def test_an_office_that_is_always_closed_ends_the_search() -> None:
    assert Calendar(frozenset(range(7))).after(FRIDAY, 1) > FRIDAY
