"""Working days of an office: every day but its weekend and its holidays."""

from collections.abc import Set
from dataclasses import dataclass, field
from datetime import date, timedelta

SATURDAY_SUNDAY = frozenset({5, 6})
_FRIDAY_SATURDAY = frozenset({4, 5})
_WEEKENDS: dict[frozenset[int], str] = {
    _FRIDAY_SATURDAY: "BD BH DZ EG IL IQ JO KW LY MV OM PS QA SA SD SY YE",
    frozenset({3, 4}): "AF",
    frozenset({4}): "IR SO DJ",
    frozenset({5}): "NP",
    frozenset({6}): "IN UG",
    frozenset({4, 6}): "BN",
}
_BY_COUNTRY = {country: weekend for weekend, countries in _WEEKENDS.items() for country in countries.split()}
_LONGEST = 400


def weekend_of(country: str | None) -> frozenset[int]:
    """The weekend that offices of a country keep, days from 0 (Monday) to 6; Saturday and Sunday where nothing else is known."""
    return _BY_COUNTRY.get(country or "", SATURDAY_SUNDAY)


@dataclass(frozen=True, slots=True)
class Calendar:
    """When an office is closed."""

    weekend: Set[int] = SATURDAY_SUNDAY
    holidays: Set[date] = field(default_factory=frozenset)

    def works_on(self, day: date) -> bool:
        """Whether somebody is there."""
        return day.weekday() not in self.weekend and day not in self.holidays

    def after(self, day: date, working_days: int) -> date:
        """The day on which so many working days have passed since `day`, which itself does not count."""
        left, found = working_days, day
        for _ in range(_LONGEST):
            if left <= 0:
                break
            found += timedelta(days=1)
            left -= self.works_on(found)
        return found
