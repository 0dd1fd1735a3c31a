"""Retry-After (RFC 9110, 10.2.3): how long a server asks to be left alone."""

import email.utils
from datetime import UTC, datetime

LONGEST_SECONDS = 86_400.0


def retry_after_seconds(header: str | None, now: datetime) -> float:
    """Seconds from a number or a date; 0 where the header is missing or makes no sense, never more than a day."""
    text = (header or "").strip()
    if text.isascii() and text.isdecimal():
        return min(float(text[:9]), LONGEST_SECONDS)
    try:
        at = email.utils.parsedate_to_datetime(text)
        seconds = (at.replace(tzinfo=at.tzinfo or UTC) - now).total_seconds()
    except (ValueError, OverflowError):
        return 0.0
    return min(max(seconds, 0.0), LONGEST_SECONDS)
