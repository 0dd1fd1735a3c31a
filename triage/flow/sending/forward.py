"""Send what is due: claim, commit, compose and send with no transaction open, record.

SMTP cannot promise "exactly once". What is promised: `data_started_at` is committed before the first byte of a body
leaves; a worker lost before that is retried safely, one lost after it leaves a delivery `unknown`, which only an officer
settles. No delivery id leaves twice by itself. Channels that put a delivery id at its place only once are repeated.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from triage.domain.errors import NotFound, Permanent, Stale, Transient, TriageError, Unknown, UserError
from triage.domain.lifecycle import DeliveryEvent, DeliveryState
from triage.domain.people import Person
from triage.domain.ports import Clock, ForwardChannel
from triage.domain.protection import Scanner
from triage.domain.sign_in import WAY_SHUT
from triage.flow.office.rules import Rule, value_of
from triage.flow.sending.outgoing import (
    NOT_COMPOSED,
    Content,
    ServiceAddress,
    Stationery,
    compose,
    contents,
    stationery,
)
from triage.flow.watching.reach import Reach
from triage.log import get_logger
from triage.store import audit, copies, deliveries, leases
from triage.store.dispatch import Original
from triage.store.engine import Store
from triage.store.leases import Claim

__all__ = ["Forward", "ServiceAddress", "settle"]

FIRST_PAUSE_SECONDS = 60.0
LONGEST_PAUSE_SECONDS = 4 * 3600.0
FAULT = "unexpected_fault"
UNREADABLE = "content_unreadable"


class Forward:
    """Sends due deliveries through one channel. One object per worker; `worker_name` must be unique to this process.

    `alone` says that no other worker can be at work (the lock of SQLite): whatever is marked as being sent when this
    object begins was left by a dead one.
    """

    def __init__(
        self,
        *,
        store: Store,
        channel: ForwardChannel,
        clock: Clock,
        worker_name: str,
        service: ServiceAddress,
        lease_seconds: float = 180.0,
        attempts: int = 12,
        alone: bool = False,
        reach: Reach | None = None,
        files_copies: bool = False,
        scanner: Scanner | None = None,
    ) -> None:
        self._store = store
        self._channel = channel
        self._clock = clock
        self._worker = worker_name
        self._configured = self._service = service
        self._lease_seconds = lease_seconds
        self._attempts = attempts
        self._alone = alone
        self._stationery = Stationery()
        self._reach = reach
        self._files_copies = files_copies
        self._scanner = scanner

    def step(self, limit: int = 20) -> int:
        """Takes back what lost workers held, then sends up to `limit` due deliveries; returns how many were taken on.

        Failures of sending are booked, not raised.
        """
        alone, self._alone = self._alone, False  # after the first time our own claims are in the table too
        with self._store.begin() as tx:
            now = self._clock.now()
            leases.recover(tx, now=now, channel_repeatable=self._channel.idempotent, alone=alone)
            held = leases.hold_back(tx, now=now, actor=self._worker)
            claims = leases.claim(tx, worker=self._worker, now=now, lease_seconds=self._lease_seconds, limit=limit)
            for delivery_id in held:
                objects = [f"delivery:{delivery_id}"]
                audit.append(tx, at=now, actor=self._worker, act=audit.Act.HELD_BACK, objects=objects)
        originals = self._originals(claims)
        for claim in claims:
            if claim.delivery_id in originals:
                self._send(claim, originals[claim.delivery_id])
            else:
                self._retry(claim, UNREADABLE)
        return len(claims)

    def _originals(self, claims: Sequence[Claim]) -> dict[str, Content | None]:
        """By delivery id what each claim carries, None where it is erased. Where content cannot be opened its claim is
        left out, and does not keep the others."""
        if not claims:
            return {}
        try:
            with self._store.read() as tx:
                found = contents(tx, claims=claims)
                self._stationery = stationery(tx)
                most = value_of(tx, Rule.ATTACHMENT_BYTES, self._configured.attachment_bytes)
            self._service = replace(self._configured, attachment_bytes=int(most))
            return {claim.delivery_id: found.get(claim.delivery_id) for claim in claims}
        except UserError as error:
            if len(claims) > 1:
                return {key: value for claim in claims for key, value in self._originals([claim]).items()}
            get_logger().error("content_unreadable", delivery_id=claims[0].delivery_id, error=type(error).__name__)
            return {}

    def _send(self, claim: Claim, original: Content | None) -> None:
        if not self._looked_at(claim, original):
            return
        started = False

        def body_starts() -> None:
            nonlocal started
            with self._store.begin() as tx:
                leases.body_starts(
                    tx,
                    claim=claim,
                    now=self._clock.now(),
                    lease_seconds=self._lease_seconds,
                    repeatable=self._channel.idempotent,
                )
            started = True

        try:
            now = self._clock.now()
            mail = compose(claim, original, service=self._service, date=now, stationery=self._stationery)
            self._channel.send(mail, body_starts)
        except Stale:
            return  # our lease has run out and nothing of the body has left: whoever has it now goes on
        except Permanent as error:
            self._note(error.code)
            if error.code in WAY_SHUT:
                self._retry(claim, error.code)
            else:
                self._record(claim, DeliveryEvent.REJECTED, error.code)
        except Unknown as error:
            self._note(error.code)
            event = DeliveryEvent.RETRY if self._channel.idempotent else DeliveryEvent.LOST_TRACK
            self._record(claim, event, error.code)
        except Transient as error:
            self._note(error.code)
            self._retry(claim, error.code, at_least_seconds=error.retry_after_seconds)
        except TriageError:
            self._record(claim, DeliveryEvent.REJECTED, NOT_COMPOSED)
        except Exception as error:
            get_logger().error("send_failed", delivery_id=claim.delivery_id, error=type(error).__name__)
            # A fault of ours or of a library: unknown means transient, but never once a body may have left.
            if started and not self._channel.idempotent:
                self._record(claim, DeliveryEvent.LOST_TRACK, FAULT)
            else:
                self._retry(claim, FAULT)
        else:
            self._record(claim, DeliveryEvent.ACCEPTED, None)
            self._note(None)

    def _looked_at(self, claim: Claim, original: Content | None) -> bool:
        """Has the scanner look at an original; False where it must not leave now, which is booked."""
        if self._scanner is None or not isinstance(original, Original):
            return True
        try:
            self._scanner.scan(original.raw)
        except Permanent as error:
            self._record(claim, DeliveryEvent.REJECTED, error.code)
            return False
        except Transient as error:
            self._retry(claim, error.code)
            return False
        return True

    def _note(self, code: str | None) -> None:
        if self._reach is not None:
            self._reach.channel(code)

    def _retry(self, claim: Claim, code: str, *, at_least_seconds: float = 0.0) -> None:
        if claim.attempt >= self._attempts:
            self._record(claim, DeliveryEvent.REJECTED, code)
            return
        pause = min(max(FIRST_PAUSE_SECONDS * 2 ** (claim.attempt - 1), at_least_seconds), LONGEST_PAUSE_SECONDS)
        self._record(claim, DeliveryEvent.RETRY, code, self._clock.now() + timedelta(seconds=pause))

    def _record(self, claim: Claim, event: DeliveryEvent, code: str | None, retry_at: datetime | None = None) -> None:
        try:
            with self._store.begin() as tx:
                now = self._clock.now()
                state = leases.record(tx, claim=claim, event=event, now=now, error_code=code, retry_at=retry_at)
                if state is DeliveryState.SENT:
                    if self._files_copies:
                        copies.owe(tx, claim=claim, now=now)
                    about = [] if claim.message_id is None else [f"message:{claim.message_id}"]
                    objects = [f"delivery:{claim.delivery_id}", *about]
                    audit.append(tx, at=now, actor=self._worker, act=audit.Act.SENT, objects=objects)
        except Stale:
            return  # somebody took the claim back meanwhile, and has booked it as retried or unknown


def settle(store: Store, *, delivery_ids: Sequence[str], arrived: bool, officer: Person, now: datetime) -> int:
    """An officer says of unknown deliveries that they arrived, or has them sent again. All or none.

    Raises Stale where one of them is not unknown (any more), NotFound where there is none such for this officer.
    """
    event = DeliveryEvent.ARRIVED if arrived else DeliveryEvent.AGAIN
    ids = sorted(set(delivery_ids))
    with store.begin() as tx:
        actor = audit.actor_of(tx, officer)
        for delivery_id in ids:
            if not deliveries.is_visible(tx, delivery_id=delivery_id, viewer=officer):
                raise NotFound("no such delivery")
            deliveries.step(
                tx, delivery_id=delivery_id, event=event, expected=DeliveryState.UNKNOWN, actor=actor, now=now
            )
        for delivery_id in ids:
            objects = [f"delivery:{delivery_id}", event.value]
            audit.append(tx, at=now, actor=actor, act=audit.Act.SETTLED, objects=objects)
    return len(ids)
