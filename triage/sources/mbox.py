"""An mbox file: mails one after another, each begun by a line `From `. Read only, never written.

A mail's identity is the hash of its bytes and its number among equals, so that an mbox may grow, shrink or be rewritten
between two polls without anything being skipped.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from threading import Event

from triage.config import Source
from triage.domain.errors import Permanent
from triage.domain.ports import Fetched, FolderPosition
from triage.sources.files import batches
from triage.sources.uid_list import UidList

_QUOTED_FROM = re.compile(rb"(?m)^>(>*From )")


class MboxSource:
    """All mails of one mbox file (mboxrd quoting is undone)."""

    def __init__(self, settings: Source, state_folder: Path) -> None:
        self.name, self.folder, self.path = settings.name, "", settings.place()
        self._list = UidList(state_folder, f"mbox:{settings.path}")
        self._spans: Mapping[int, tuple[int, int]] = {}

    def check(self) -> None:
        """The file is there and can be read."""
        next(self._scan(), None)

    def uidvalidity(self) -> int:
        """The uidvalidity of the uid list."""
        return self._list.uidvalidity

    def poll(self, position: FolderPosition | None, batch_size: int) -> Iterator[Sequence[Fetched]]:
        """Batches of mails whose uid lies beyond `position`."""
        spans: dict[str, tuple[int, int]] = {}
        equals: Counter[str] = Counter()
        for digest, span in self._scan():
            spans[f"{digest}.{equals[digest]}"] = span
            equals[digest] += 1
        uids = self._list.number(spans)
        self._spans = {uid: spans[name] for name, uid in uids.items()}
        last = position.last_uid if position and position.uidvalidity == self.uidvalidity() else 0
        yield from batches(sorted(uid for uid in self._spans if uid > last), batch_size, self._fetch)

    def _scan(self) -> Iterator[tuple[str, tuple[int, int]]]:
        """Digest and byte span of each mail, the `From ` line left out; memory does not grow with the file."""
        try:
            with self.path.open("rb") as stream:
                start, end, digest, blank = -1, 0, hashlib.sha256(), True
                for line in stream:
                    if blank and line.startswith(b"From "):
                        if start >= 0:
                            yield digest.hexdigest(), (start, end)
                        start, digest = end + len(line), hashlib.sha256()
                    else:
                        digest.update(line)
                    end += len(line)
                    blank = line in (b"\n", b"\r\n")
                if start >= 0:
                    yield digest.hexdigest(), (start, end)
        except FileNotFoundError:
            raise Permanent("source_missing", "the mbox file is not there") from None
        except OSError as error:
            raise Permanent("source_unreadable", error.strerror or "") from None

    def _fetch(self, uid: int) -> Fetched:
        start, end = self._spans[uid]
        try:
            with self.path.open("rb") as stream:
                stream.seek(start)
                return Fetched(uid, _QUOTED_FROM.sub(rb"\1", stream.read(end - start)))
        except OSError:
            return Fetched(uid, None, failure="unreadable_file")

    def again(self, uids: Sequence[int]) -> Sequence[Fetched]:
        """Mails that could not be read before."""
        return [self._fetch(uid) if uid in self._spans else Fetched(uid, None, failure="vanished") for uid in uids]

    def acknowledge(self, uids: Sequence[int]) -> None:
        """An mbox is left alone."""

    def watch(self, seconds: float, stop: Event) -> bool:
        """Files are only looked at by polling."""
        stop.wait(seconds)
        return False

    def close(self) -> None:
        """Nothing is held open."""
