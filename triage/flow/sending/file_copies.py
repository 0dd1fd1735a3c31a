"""File copies: what was sent is put into the mailbox's Sent folder, where colleagues look for it.

Booked in the transaction that books the sending, done afterwards, and repeated safely: the folder is searched for the
Message-ID first. A copy is composed again from the same parts, dated when it was sent, and without the links by which a unit answers: they
are the unit's alone. Its failure changes nothing of
the delivery; the watch raises a notice.
"""

from dataclasses import dataclass, replace
from datetime import timedelta

from triage.domain.errors import OutsideError, TriageError
from triage.domain.ports import Clock, SentFolder
from triage.flow.sending.outgoing import NOT_COMPOSED, ServiceAddress, compose, contents, stationery
from triage.mail.compose import message_id_of
from triage.store import copies
from triage.store.copies import Copy
from triage.store.engine import Store

FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=4)
ATTEMPTS = 24


@dataclass
class FileCopies:
    """One object per worker, with a line of its own to the mailbox."""

    store: Store
    clock: Clock
    folder: SentFolder
    service: ServiceAddress

    def step(self, limit: int = 20) -> int:
        """Files what is due; returns how many copies were filed. One failure of the line ends the turn."""
        with self.store.read() as tx:
            due = copies.due(tx, now=self.clock.now(), limit=limit)
            if not due:
                return 0
            found = contents(tx, claims=[one.claim for one in due])
            paper = replace(stationery(tx), key=b"")
        service = replace(self.service, link_days=0.0)
        done = 0
        for one in due:
            try:
                mail = compose(
                    one.claim, found.get(one.claim.delivery_id), service=service, date=one.sent_at, stationery=paper
                )
                message_id = message_id_of(one.claim.delivery_id, self.service.own)
                self.folder.file(mail.data, message_id=message_id, sent_at=one.sent_at)
            except OutsideError as error:
                self._put_off(one, error.code, for_good=error.code == NOT_COMPOSED)
                if error.code != NOT_COMPOSED:
                    break
            except TriageError:
                self._put_off(one, NOT_COMPOSED, for_good=True)
            else:
                with self.store.begin() as tx:
                    copies.filed(tx, [one.claim.delivery_id], now=self.clock.now())
                done += 1
        return done

    def _put_off(self, one: Copy, code: str, *, for_good: bool) -> None:
        pause = min(FIRST_PAUSE * (1 << min(one.attempts, 16)), LONGEST_PAUSE)
        until = None if for_good or one.attempts + 1 >= ATTEMPTS else self.clock.now() + pause
        with self.store.begin() as tx:
            copies.put_off(tx, delivery_id=one.claim.delivery_id, code=code, until=until)

    def close(self) -> None:
        """Closes the line."""
        self.folder.close()
