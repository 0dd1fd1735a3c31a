"""Stable numbers for mails in files, as an IMAP server gives them.

A file has a name but no number that grows. The list remembers `name -> uid` for each source on disk, gives new names the
next numbers and lives in one small file beside the store. It is written before any number is handed out, so no number
is ever given twice. Where the file is lost or damaged a new list with a new uidvalidity begins; everything is then seen
anew and the duplicates are recognised by their content.
"""

import contextlib
import hashlib
import json
import os
import time
from collections.abc import Iterable
from pathlib import Path

from triage.domain.errors import Transient


class UidList:
    """The numbers of one source. `uidvalidity` is the second at which the list began."""

    def __init__(self, folder: Path, key: str) -> None:
        # The key may hold a path with a person's name: only its hash becomes a file name.
        self._file = folder / f"{hashlib.sha256(key.encode()).hexdigest()[:24]}.json"
        self._uids: dict[str, int] = {}
        self._next = 1
        self.uidvalidity = 0
        self._load()

    def _load(self) -> None:
        try:
            data = json.loads(self._file.read_text(encoding="utf-8"))
            self.uidvalidity, self._next, self._uids = int(data["uidvalidity"]), int(data["next"]), dict(data["uids"])
        except (OSError, ValueError, KeyError, TypeError):
            self.uidvalidity = max(1, int(time.time()))

    def names(self) -> list[str]:
        """The names that have a number."""
        return list(self._uids)

    def number(self, names: Iterable[str]) -> dict[str, int]:
        """The uids of `names` in their order, new ones numbered; names that are gone are forgotten.

        Raises Transient where the list cannot be written: nothing may be handed out then.
        """
        uids: dict[str, int] = {}
        following = self._next
        for name in names:
            known = self._uids.get(name)
            if known is None:
                known, following = following, following + 1
            uids[name] = known
        if uids != self._uids or following != self._next or not self._file.exists():
            self._write(uids, following)
            self._uids, self._next = uids, following
        return uids

    def _write(self, uids: dict[str, int], following: int) -> None:
        data = json.dumps({"uidvalidity": self.uidvalidity, "next": following, "uids": uids})
        draft = self._file.with_suffix(f".{os.getpid()}.tmp")
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with draft.open("w", encoding="utf-8") as stream:
                stream.write(data)
                stream.flush()
                os.fsync(stream.fileno())
            draft.replace(self._file)
        except OSError as error:
            with contextlib.suppress(OSError):
                draft.unlink(missing_ok=True)
            raise Transient("uid_list_not_written", error.strerror or "") from None
