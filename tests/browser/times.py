"""Time that a test can move: the undo window passes without waiting."""

from datetime import UTC, datetime, timedelta

STARTED = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)


class MovableClock:
    """Real time, moved forward at will."""

    def __init__(self) -> None:
        self._ahead = timedelta(0)

    def now(self) -> datetime:
        """Aware UTC."""
        return datetime.now(UTC) + self._ahead

    def move(self, seconds: float) -> None:
        """Let `seconds` pass at once."""
        self._ahead += timedelta(seconds=seconds)
