"""Retry-After as servers send it, and as they should not."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.domain.retry_after import LONGEST_SECONDS, retry_after_seconds

NOW = datetime(2026, 3, 2, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, 0),
        ("", 0),
        ("120", 120),
        (" 5 ", 5),
        ("Mon, 02 Mar 2026 12:01:30 GMT", 90),
        ("Mon, 02 Mar 2026 11:00:00 GMT", 0),
        ("Mon, 02 Mar 2026 12:00:30 -0000", 30),
        ("-3", 0),
        ("soon", 0),
        ("1.5", 0),
        ("99999999999999999999", LONGEST_SECONDS),
    ],
)
def test_retry_after(header: str | None, seconds: float) -> None:
    assert retry_after_seconds(header, NOW) == seconds


@given(st.text(max_size=40))
def test_any_text_gives_a_span(header: str) -> None:
    assert 0 <= retry_after_seconds(header, NOW) <= LONGEST_SECONDS
