"""Reach: books whether the service reaches what lies outside of it. The watch raises alerts from it, `/health` shows it."""

import threading
from contextlib import suppress
from datetime import datetime, timedelta

from triage.domain.errors import OutsideError
from triage.domain.ports import Clock
from triage.domain.sign_in import SignInTrouble
from triage.store import outside
from triage.store.engine import Store

REPEAT = timedelta(seconds=30)
"""A success is written at once after a failure, else no more often than this."""
CREDENTIALS = frozenset(SignInTrouble) | {
    "imap_sign_in_refused", "smtp_sign_in_refused", "imap_certificate", "smtp_certificate", "configuration",
}  # fmt: skip
"""Codes that a person must mend: the first failure is an alert."""
_WHOLE_CHANNEL = (
    "_unreachable", "_line_lost", "_sign_in_refused", "_certificate", "_not_offered", "_not_writable", "_is_no_folder",
    "_throttled", "_no_such_mailbox", "_sender_refused", "_lost_sight",
)  # fmt: skip


class Reach:
    """Thread-safe. A store that is away is no reason to stop: the note is then missing."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._guard = threading.Lock()
        self._good_at: dict[str, datetime] = {}

    def note(self, name: str, code: str | None) -> None:
        """`code` None: it was reached."""
        now = self._clock.now()
        with self._guard:
            last = self._good_at.get(name)
            if code is None and last is not None and last <= now < last + REPEAT:
                return
            self._good_at.pop(name, None)
            if code is None:
                self._good_at[name] = now
        with suppress(OutsideError), self._store.begin() as tx:
            outside.note(tx, name=name, code=code, now=now)

    def source(self, source: str, code: str | None) -> None:
        """A poll of a source has ended."""
        self.note(outside.source_name(source), code)

    def channel(self, code: str | None) -> None:
        """A mail was taken, or not. What concerns that mail alone says nothing of the way out."""
        if code is None or code in CREDENTIALS or code.endswith(_WHOLE_CHANNEL):
            self.note(outside.CHANNEL, code)
