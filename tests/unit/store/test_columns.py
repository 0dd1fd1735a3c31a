"""Times and words as columns."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy.dialects import postgresql, sqlite

from triage.domain.lifecycle import MessageState
from triage.store.columns import UtcTime, Word

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=timezone(timedelta(hours=2)))


@pytest.mark.parametrize("dialect", [sqlite.dialect(), postgresql.dialect()], ids=["sqlite", "postgresql"])
def test_times_are_utc_in_and_out(dialect: object) -> None:
    kept = UtcTime().process_bind_param(NOON, dialect)
    back = UtcTime().process_result_value(kept, dialect)
    assert back == NOON and back.tzinfo is UTC


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        UtcTime().process_bind_param(datetime(2026, 3, 2), sqlite.dialect())


def test_only_words_of_the_enum_are_kept() -> None:
    word = Word(MessageState)
    assert word.process_bind_param(MessageState.KEPT, sqlite.dialect()) == "kept"
    assert word.process_result_value("kept", sqlite.dialect()) is MessageState.KEPT
    with pytest.raises(ValueError):
        word.process_bind_param("nonsense", sqlite.dialect())
