"""Date headers to aware UTC."""

from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_tz

_FIRST_YEAR, _LAST_YEAR = 1970, 2200


def parse_date(text: str) -> datetime | None:
    """The moment in UTC; a date without a zone is taken as UTC, nonsense gives None."""
    text = text.strip()[:120]
    found = _rfc5322(text) or _iso(text)
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
