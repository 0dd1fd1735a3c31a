"""Mails named by hand - files, folders, mbox files, Maildirs - as a source, for `triage import mail`."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from threading import Event

from triage.domain.ports import Fetched, FolderPosition
from triage.mail.files import iter_mails
from triage.sources.uid_list import UidList


class PathsSource:
    """Every mail under `paths`. A mail is known by its bytes, so that importing the same files twice changes nothing."""

    name = "import"
    folder = ""

    def __init__(self, paths: Sequence[Path], state_folder: Path) -> None:
        self._paths = paths
        self._list = UidList(state_folder, "import")

    def check(self) -> None:
        """Whatever is named is looked at when it is read."""

    def uidvalidity(self) -> int:
        """The uidvalidity of the uid list of all imports."""
        return self._list.uidvalidity

    def poll(self, position: FolderPosition | None, batch_size: int) -> Iterator[Sequence[Fetched]]:
        """All mails in batches; two passes over the files, so that memory stays constant."""
        uids = self._list.number([*self._list.names(), *(name for name, _ in self._named())])
        mails = (
            Fetched(uids[name], raw, failure=None if raw is not None else "unreadable_file")
            for name, raw in self._named()
        )
        while batch := list(islice(mails, batch_size)):
            yield batch

    def _named(self) -> Iterator[tuple[str, bytes | None]]:
        equals: Counter[str] = Counter()
        for label, raw in iter_mails(self._paths):
            readable = isinstance(raw, bytes)
            digest = hashlib.sha256(raw if isinstance(raw, bytes) else label.encode()).hexdigest()
            yield f"{digest}.{equals[digest]}", raw if isinstance(raw, bytes) else None
            equals[digest] += int(readable)

    def again(self, uids: Sequence[int]) -> Sequence[Fetched]:
        """An unreadable file is known by its name alone; once it can be read it is another mail, of the next import."""
        return [Fetched(uid, None, failure="vanished") for uid in uids]

    def acknowledge(self, uids: Sequence[int]) -> None:
        """Imported files are left where they are."""

    def watch(self, seconds: float, stop: Event) -> bool:
        """Files are only looked at by polling."""
        stop.wait(seconds)
        return False

    def close(self) -> None:
        """Nothing is held open."""
