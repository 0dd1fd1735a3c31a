"""A mailbox of given mails, in memory."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from threading import Event

from triage.domain.ports import Fetched, FolderPosition


@dataclass
class Given:
    """Hands over what was put into `mails`, whose uids rise from 1."""

    mails: list[Fetched] = field(default_factory=list)
    name: str = "stream"
    folder: str = "INBOX"

    def check(self) -> None:
        """Always there."""

    def uidvalidity(self) -> int:
        return 1

    def poll(self, position: FolderPosition | None, batch_size: int) -> Iterator[Sequence[Fetched]]:
        after = position.last_uid if position is not None else 0
        for start in range(after, len(self.mails), batch_size):
            yield self.mails[start : start + batch_size]

    def again(self, uids: Sequence[int]) -> Sequence[Fetched]:
        return [self.mails[uid - 1] for uid in uids if uid <= len(self.mails)]

    def acknowledge(self, uids: Sequence[int]) -> None:
        """Nothing is moved."""

    def watch(self, seconds: float, stop: Event) -> bool:
        stop.wait(seconds)
        return False

    def close(self) -> None: ...
