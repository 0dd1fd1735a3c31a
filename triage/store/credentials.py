"""Refresh tokens that providers exchange for newer ones: kept encrypted, and never lost between several processes.

A provider may take a refresh token once and, if it sees it again, call off the whole chain. So one process at a time
exchanges it, under a lease that is committed before the question and given back with the new token, in one transaction
and with the version compared; no transaction is open while the provider is asked. A process lost in between leaves the
old token behind, which is all that anybody still has: most providers take it once more for a short while, with the others
`oauth_expired` asks a person to sign in.

The chain begins with the token in a file. Another token in that file is a person's word and begins a new chain.
"""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Row, insert, select, update

from triage.domain.errors import ConfigError, Permanent, Transient
from triage.domain.ports import Clock, Exchanged
from triage.domain.sign_in import SignInTrouble
from triage.store import blobs
from triage.store.engine import Store, Tx
from triage.store.house_tables import credentials
from triage.store.keys import KeyClass

LEASE = timedelta(seconds=90)
"""Longer than the slowest answer of a provider."""
PATIENCE_SECONDS = 30.0
_LOOK_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class _Held:
    """A refresh token that is ours to exchange. `version` is the fence."""

    token: str = field(repr=False)
    version: int


class KeptRefreshTokens:
    """The refresh token of one account (`domain.ports.RefreshTokens`). One object a process; calls come one by one.

    `first_token` reads the file that the chain begins with, and gives "" where it is gone. The store is opened when
    first needed.
    """

    def __init__(
        self, open_store: Callable[[], Store], *, name: str, clock: Clock, first_token: Callable[[], str]
    ) -> None:
        self._open_store = open_store
        self._name = name
        self._clock = clock
        self._first_token = first_token
        self._holder = secrets.token_hex(16)
        self._owed: _Held | None = None

    def exchange(self, use: Callable[[str], Exchanged]) -> Exchanged:
        """See `domain.ports.RefreshTokens`. Raises ConfigError where there is no refresh token at all."""
        held = self._take()
        try:
            try:
                got = use(held.token)
            except Permanent as error:
                newer = self._take() if error.code == SignInTrouble.EXPIRED else held
                if newer.version == held.version:
                    raise
                held = newer  # our lease ran out and somebody was faster, or a person wrote another token
                got = use(held.token)
        except BaseException:
            self._give_back()
            raise
        self._keep(held, got.refresh_token or held.token)
        return got

    def _take(self) -> _Held:
        """The newest token, under a lease of ours. Waits for whoever has it."""
        seed = self._first_token()
        end = time.monotonic() + PATIENCE_SECONDS
        while True:
            with self._open_store().begin() as tx:
                held = self._try_to_take(tx, seed)
            if held is not None:
                return held
            if time.monotonic() >= end:
                raise Transient("oauth_busy", "another process exchanges this refresh token")
            time.sleep(_LOOK_SECONDS)

    def _try_to_take(self, tx: Tx, seed: str) -> _Held | None:
        row = self._row(tx)
        now = self._clock.now()  # after waiting for the lock: who had it may have begun a lease meanwhile
        seed_hash = tx.hash("refresh token", seed) if seed else None
        if row is None:
            if seed_hash is None:
                raise ConfigError("refresh_token_file: there is no refresh token yet; write the first one there")
            blob_id = blobs.put(tx, seed.encode(), KeyClass.ORDINARY)
            values = {"version": 1, "blob_id": blob_id, "seed_hash": seed_hash, "changed_at": now}
            tx.connection.execute(insert(credentials).values(name=self._name, **values, **self._lease(now)))
            return _Held(seed, 1)
        if seed_hash is not None and seed_hash != row.seed_hash:
            return self._begin_anew(tx, row, seed, seed_hash=seed_hash, now=now)
        # A lease that ends much later than any lease can was given before the clock was put back.
        if row.holder not in {None, self._holder} and now < row.leased_until <= now + 2 * LEASE:
            return None
        held = _Held(blobs.get(tx, row.blob_id).decode(), row.version)
        if self._owed is not None and self._owed.version == row.version:
            held = _Held(self._owed.token, row.version + 1)
            blobs.replace(tx, row.blob_id, data=held.token.encode(), key_class=KeyClass.ORDINARY)
        self._change(tx, version=held.version, **self._lease(now))
        return held

    def _begin_anew(self, tx: Tx, row: Row[tuple[object, ...]], seed: str, *, seed_hash: bytes, now: datetime) -> _Held:
        """A person wrote another token: it holds, whoever is exchanging the old one."""
        blobs.replace(tx, row.blob_id, data=seed.encode(), key_class=KeyClass.ORDINARY)
        version: int = row.version + 1
        self._change(tx, version=version, seed_hash=seed_hash, changed_at=now, **self._lease(now))
        return _Held(seed, version)

    def _keep(self, held: _Held, token: str) -> None:
        """Keeps the token and gives back the lease. What the database cannot take now is owed, and kept next time."""
        self._owed = None
        try:
            with self._open_store().begin() as tx:
                row = self._row(tx)
                if row is None or row.version != held.version:
                    return  # a newer one is there already
                if token == held.token:
                    self._change(tx, holder=None, leased_until=None)
                    return
                blobs.replace(tx, row.blob_id, data=token.encode(), key_class=KeyClass.ORDINARY)
                now = self._clock.now()
                self._change(tx, version=held.version + 1, changed_at=now, holder=None, leased_until=None)
        except Transient:
            self._owed = _Held(token, held.version)

    def _give_back(self) -> None:
        try:
            with self._open_store().begin() as tx:
                row = self._row(tx)
                if row is not None and row.holder == self._holder:
                    self._change(tx, holder=None, leased_until=None)
        except Transient:
            return  # the lease runs out by itself

    def _row(self, tx: Tx) -> Row[tuple[object, ...]] | None:
        """The account's row, locked until the end of the transaction."""
        tx.lock(f"credentials {self._name}")
        row: Row[tuple[object, ...]] | None = tx.connection.execute(
            select(credentials).where(credentials.c.name == self._name)
        ).one_or_none()
        return row

    def _change(self, tx: Tx, **values: object) -> None:
        tx.connection.execute(update(credentials).where(credentials.c.name == self._name).values(**values))

    def _lease(self, now: datetime) -> dict[str, object]:
        return {"holder": self._holder, "leased_until": now + LEASE}
