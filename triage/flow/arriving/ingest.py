"""Pull mail in: raw bytes are stored and committed before anything is interpreted, then read, then told to the source.

What a crash interrupts, the next run finishes: arrivals that wait are read, sources not yet told are told. A mail is
booked once per (source, folder, uidvalidity, uid); the same mail by another path is a duplicate and makes no message.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from triage.domain.errors import OutsideError, UserError
from triage.domain.message import ReadResult
from triage.domain.ports import Clock, Fetched, MailSource, Reader
from triage.flow.arriving.threads import Doubles, Place, Threads
from triage.log import get_logger
from triage.mail.fingerprint import keyed
from triage.mail.own import OwnMail
from triage.store import blobs, messages, polls, refetches, replies
from triage.store.engine import Store, Tx
from triage.store.messages import NewMessage
from triage.store.outcomes import Outcome
from triage.store.polls import Arrival, Booked, Settled

FINGERPRINT_BYTES = 16
AGAIN_AT_ONCE = 20
NOT_BOOKABLE = "not_bookable"


@dataclass(frozen=True, slots=True)
class PollResult:
    """What one poll brought. `error` is the static word of what ended it early; what came before is safe. `stored` may
    hold mails that an earlier poll saw and could not be given."""

    poll_id: int | None
    seen: int
    stored: int
    duplicate: int
    failed: int
    error: str | None = None


@dataclass(frozen=True, slots=True)
class _Mail:
    """A mail that was read, on its way into the books."""

    arrival: Arrival
    result: ReadResult
    fingerprint: bytes


class Ingest:
    """Polls sources into the store. One object per worker; not thread-safe."""

    def __init__(self, *, store: Store, reader: Reader, clock: Clock, own: OwnMail, batch_size: int = 100) -> None:
        self._store = store
        self._reader = reader
        self._clock = clock
        self._own = own
        self._batch_size = batch_size

    def poll(self, source: MailSource, *, stopping: Callable[[], bool] = lambda: False) -> PollResult:
        """Fetches everything new of a source. Trouble outside ends it early, is booked, and raises nothing, but for a
        database that is away (Transient): then nothing can be booked.

        `stopping` is asked between batches: the rest comes with the next poll.
        """
        try:
            self.resume()
            uidvalidity = source.uidvalidity()
        except OutsideError as error:
            return PollResult(None, 0, 0, 0, 0, error.code)
        with self._store.begin() as tx:
            position = polls.position(tx, source=source.name, folder=source.folder)
            poll_id = polls.start_poll(
                tx, source=source.name, folder=source.folder, uidvalidity=uidvalidity, now=self._clock.now()
            )
        seen = stored = duplicate = failed = 0
        error_code: str | None = None
        try:
            self._tell_again(source, uidvalidity)
            for batch in source.poll(position, self._batch_size):
                if not batch:
                    continue
                booked = self._store_raw(source, poll_id, uidvalidity, batch)
                raw_of = {mail.uid: mail.raw for mail in batch}
                outcomes = self._read_in(booked.waiting, [raw_of[arrival.uid] or b"" for arrival in booked.waiting])
                seen += booked.seen
                failed += booked.seen - len(booked.waiting)
                stored += outcomes.count(Outcome.STORED)
                duplicate += outcomes.count(Outcome.DUPLICATE)
                self._tell(source, uidvalidity, [mail.uid for mail in batch if mail.raw is not None])
                if stopping():
                    break
            else:
                stored += self._ask_again(source, uidvalidity)
        except OutsideError as error:
            error_code = error.code
        with self._store.begin() as tx:
            polls.finish_poll(tx, poll_id=poll_id, now=self._clock.now(), error=error_code)
        return PollResult(poll_id, seen, stored, duplicate, failed, error_code)

    def resume(self) -> int:
        """Reads arrivals whose raw bytes were stored but which a lost worker did not read. Returns how many."""
        done = after = 0
        while True:
            with self._store.read() as tx:
                waiting = polls.pending(tx, after_id=after, limit=self._batch_size)
                contents = blobs.get_many(tx, [arrival.raw_blob_id for arrival in waiting])
            if not waiting:
                return done
            after = waiting[-1].id
            done += len(self._read_in(waiting, [contents[arrival.raw_blob_id] for arrival in waiting]))

    def _store_raw(self, source: MailSource, poll_id: int, uidvalidity: int, batch: Sequence[Fetched]) -> Booked:
        with self._store.begin() as tx:
            return polls.store_raw(
                tx,
                poll_id=poll_id,
                source=source.name,
                folder=source.folder,
                uidvalidity=uidvalidity,
                batch=batch,
                now=self._clock.now(),
            )

    def _read_in(self, waiting: Sequence[Arrival], raws: Sequence[bytes]) -> list[Outcome]:
        """Reads raw mails with no transaction open, then books them."""
        if not waiting:
            return []
        results = self._reader.read(raws)
        mails = [
            _Mail(arrival, result, self._fingerprint(result, raw))
            for arrival, result, raw in zip(waiting, results, raws, strict=True)
        ]
        try:
            return self._book(mails)
        except (OutsideError, UserError):
            raise  # the database or the keys are away: everything waits
        except Exception:
            return [outcome for mail in mails for outcome in self._book_alone(mail)]

    def _book_alone(self, mail: _Mail) -> list[Outcome]:
        """One mail of a batch that could not be booked; the one that cannot be booked at all goes into quarantine."""
        try:
            return self._book([mail])
        except (OutsideError, UserError):
            raise
        except Exception as error:
            get_logger().error("not_booked", poll_id=mail.arrival.poll_id, error=type(error).__name__)
            return self._book([_Mail(mail.arrival, ReadResult(None, NOT_BOOKABLE), mail.fingerprint)])

    def _fingerprint(self, result: ReadResult, raw: bytes) -> bytes:
        """Where a mail could not be taken apart, its bytes alone tell whether it is the same."""
        return keyed(result.digest or hashlib.sha256(raw).digest(), self._store.keyring.hash_key)[:FINGERPRINT_BYTES]

    def _book(self, mails: Sequence[_Mail]) -> list[Outcome]:
        with self._store.begin() as tx:
            tx.lock("ingest")
            still = polls.still_pending(tx, [mail.arrival for mail in mails])
            return book(tx, [mail for mail in mails if mail.arrival.id in still], domain=self._own.message_id_domain)

    def _ask_again(self, source: MailSource, uidvalidity: int) -> int:
        """Asks for mails that an earlier poll could not be given, where that is due. Returns how many were stored."""
        now = self._clock.now()
        with self._store.begin() as tx:
            due = refetches.take_due(
                tx, source=source.name, folder=source.folder, uidvalidity=uidvalidity, now=now, limit=AGAIN_AT_ONCE
            )
        if not due:
            return 0
        mails = source.again([owed.uid for owed in due])
        with self._store.begin() as tx:
            waiting = polls.store_again(tx, list(zip(due, mails, strict=True)), now=now)
        raw_of = {mail.uid: mail.raw for mail in mails}
        outcomes = self._read_in(waiting, [raw_of[arrival.uid] or b"" for arrival in waiting])
        self._tell(source, uidvalidity, [arrival.uid for arrival in waiting])
        return outcomes.count(Outcome.STORED)

    def _tell(self, source: MailSource, uidvalidity: int, uids: Sequence[int]) -> bool:
        """Tells the source of mails that are safe, those that it does not know of. One at a time tells a folder, for two
        sessions that move the same mail would leave two of it there; False where somebody else is at it, who leaves the
        rest for the next poll."""
        if not uids:
            return True
        with self._store.alone_with(f"telling {source.name} {source.folder}") as alone:
            if alone:
                with self._store.read() as tx:
                    new = polls.unacknowledged(
                        tx, source=source.name, folder=source.folder, uidvalidity=uidvalidity, limit=len(uids), uids=uids
                    )  # fmt: skip
                if new:
                    source.acknowledge(new)
                    with self._store.begin() as tx:
                        polls.acknowledged(
                            tx, source=source.name, folder=source.folder, uidvalidity=uidvalidity, uids=new
                        )
            return alone

    def _tell_again(self, source: MailSource, uidvalidity: int) -> None:
        """Tells of what a lost worker did not, or whoever was at it."""
        told = True
        while told:
            with self._store.read() as tx:
                uids = polls.unacknowledged(
                    tx, source=source.name, folder=source.folder, uidvalidity=uidvalidity, limit=self._batch_size
                )
            if not uids:
                return
            told = self._tell(source, uidvalidity, uids)


def book(tx: Tx, mails: Sequence[_Mail], *, domain: str) -> list[Outcome]:
    """Turns mails that were read into messages of their inquiries, or into duplicates."""
    readable = [mail.result.message for mail in mails if mail.result.message is not None]
    threads = Threads(tx, readable, domain=domain)
    doubles = Doubles(tx, {mail.fingerprint for mail in mails})
    outcomes: list[Outcome] = []
    fresh: list[tuple[_Mail, Place, bytes]] = []
    repeats: list[tuple[Arrival, int | None, int | None]] = []
    for mail in mails:
        message = mail.result.message
        hashed = threads.hash(message.message_id) if message is not None and message.message_id else b""
        known, here = doubles.find(mail.fingerprint, hashed), doubles.find_here(mail.fingerprint, hashed)
        if known is not None or here is not None:
            outcomes.append(Outcome.DUPLICATE)
            repeats.append((mail.arrival, known, here))
            continue
        outcomes.append(Outcome.STORED)
        doubles.add(mail.fingerprint, hashed, len(fresh))
        fresh.append((mail, threads.place(message), hashed))
    if mails:
        threads.open(mails[0].arrival.stored_at)
    ids = messages.insert_many(tx, [_new(*one) for one in fresh])
    answering = [(id_, one[1]) for one, id_ in zip(fresh, ids, strict=True)]
    replies.add_many(tx, [(id_, p.answered_delivery_id, p.exact) for id_, p in answering if p.answered_delivery_id])
    settled = [Settled(one[0].arrival, Outcome.STORED, id_) for one, id_ in zip(fresh, ids, strict=True)]
    for arrival, known, here in repeats:
        settled.append(Settled(arrival, Outcome.DUPLICATE, known if known is not None else ids[here or 0]))
    polls.settle(tx, settled)
    return outcomes


def _new(mail: _Mail, place: Place, hashed: bytes) -> NewMessage:
    if place.matter.id is None:
        raise RuntimeError("an inquiry must be opened before its messages are stored")
    return NewMessage(
        inquiry_id=place.matter.id,
        stored_at=mail.arrival.stored_at,
        received_at=mail.arrival.received_at,
        raw_blob_id=mail.arrival.raw_blob_id,
        size=mail.arrival.size,
        result=mail.result,
        message_id_hash=hashed,
        fingerprint=mail.fingerprint,
        restricted=place.matter.restricted,
        may_belong_to=place.may_belong_to.id if place.may_belong_to is not None else None,
        bounced_delivery_id=place.bounced_delivery_id,
    )
