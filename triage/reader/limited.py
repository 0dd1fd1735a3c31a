"""`LimitedReader`: the Reader port over long-lived child processes.

Starting a process costs a tenth of a second, reading a mail a thousandth: so children live on, and are only killed
when a mail takes too long or too much. The mail that did it is quarantined, a new child goes on with the next.
"""

import threading
from collections.abc import Sequence
from types import TracebackType

from triage.domain.message import ReadResult
from triage.mail.limits import DEFAULT, Limits
from triage.mail.own import OwnMail
from triage.mail.parse import read_headers_only
from triage.reader.process import ChildProcess, ChildSettings, run_batch


class LimitedReader:
    """Reads mail in child processes; a mail that costs too much is quarantined and the others go on.

    Safe to use from several threads (they take turns). Children start with the first batch; `close` ends them, and a
    later batch starts new ones. `seconds_per_mail` is wall time; `memory_bytes` is the address space of a child.
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
        self._settings = ChildSettings(own, limits, seconds_per_mail, memory_bytes)
        self._limits = limits
        self._children = [ChildProcess(self._settings) for _ in range(max(1, children))]
        self._turn = threading.Lock()

    def read(self, raws: Sequence[bytes]) -> list[ReadResult]:
        """One result for each raw mail, in order; never raises for what a mail contains.

        Mail above `limits.message_bytes` does not go to a child at all: only its headers are read.
        """
        results: list[ReadResult | None] = [None] * len(raws)
        work: list[tuple[int, bytes]] = []
        for place, raw in enumerate(raws):
            if len(raw) > self._limits.message_bytes:
                results[place] = ReadResult(read_headers_only(raw, limits=self._limits), "too_big")
            else:
                work.append((place, raw))
        with self._turn:
            for place, result in run_batch(self._children, work):
                results[place] = result
        return [result or ReadResult(None, "crashed") for result in results]

    def close(self) -> None:
        """End the children; the reader may be used again, which starts new ones."""
        with self._turn:
            for child in self._children:
                child.stop()

    def __enter__(self) -> "LimitedReader":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()
