"""Date headers to aware UTC."""

import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_tz

# Something else has run into the same line.
_DATE_IN_FRONT = re.compile(r"(?:[A-Za-z]{3}, )?\d{1,2} [A-Za-z]{3} \d{4} \d\d:\d\d(?::\d\d)?(?: [+-]\d{4})?")
_FIRST_YEAR, _LAST_YEAR = 1970, 2200


def parse_date(text: str) -> datetime | None:
    """The moment in UTC; a date without a zone is taken as UTC, nonsense gives None."""
    text = text.strip()[:120]
    found = _rfc5322(text) or _iso(text)
    if found is None and (start := _DATE_IN_FRONT.match(text)):
        found = _rfc5322(start.group())
    if found is None or not _FIRST_YEAR <= found.year <= _LAST_YEAR:
        return None
    return found


def _rfc5322(text: str) -> datetime | None:
    try:
        fields = parsedate_tz(text)
        if fields is None:
            return None
        zone = timezone(timedelta(seconds=fields[9] or 0))
        return datetime(*fields[:6], tzinfo=zone).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _iso(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
