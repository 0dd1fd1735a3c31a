"""Refresh tokens against a provider that takes each of them once and calls everything off when one comes twice."""

import json
import subprocess
import sys
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from tests.rig.tokens import Tokens
from tests.store.conftest import SECRET
from tests.store.parts import SetClock
from tests.store.test_many_workers import at_once
from triage.config import OAuth
from triage.domain.errors import ConfigError, Permanent, Transient
from triage.domain.ports import Exchanged
from triage.oauth.endpoint import TokenEndpoint
from triage.store import blobs, credentials
from triage.store.credentials import LEASE, KeptRefreshTokens
from triage.store.engine import Store
from triage.store.house_tables import credentials as rows
from triage.store.tables import metadata


class Account:
    """One account with its file, its provider and its clock."""

    def __init__(self, store: Store, tokens: Tokens, folder: Path) -> None:
        self.store, self.tokens, self.file, self.clock = store, tokens, folder / "refresh-token", SetClock()
        secret = folder / "client-secret"
        secret.write_text(tokens.client_secret)
        self.first = tokens.first_refresh_token()
        self.file.write_text(self.first + "\n")
        self.values: dict[str, Any] = {
            "token_url": tokens.url, "client_id": tokens.client_id, "client_secret_file": str(secret),
            "grant": "refresh_token", "refresh_token_file": str(self.file), "timeout_seconds": 10,
        }  # fmt: skip
        self.settings = OAuth.model_validate(self.values)
        self.redeemed: list[str] = []

    def process(self, store: Store | None = None) -> KeptRefreshTokens:
        """What one process has."""
        opened = store or self.store
        return KeptRefreshTokens(
            lambda: opened, name="one", clock=self.clock, first_token=self.settings.first_refresh_token
        )

    def redeem(self, token: str) -> Exchanged:
        self.redeemed.append(token)
        return TokenEndpoint(self.settings).ask({"grant_type": "refresh_token", "refresh_token": token})

    def kept(self) -> str:
        """The token in the store."""
        with self.store.read() as tx:
            row = tx.connection.execute(select(rows)).one()
            return blobs.get(tx, row.blob_id).decode()

    def held(self) -> bool:
        """Whether somebody has the lease."""
        with self.store.read() as tx:
            return tx.connection.execute(select(rows.c.holder)).scalar_one() is not None


@pytest.fixture
def account(store: Store, tokens: Tokens, tmp_path: Path) -> Account:
    return Account(store, tokens, tmp_path)


def test_the_newest_token_outlives_the_process(account: Account) -> None:
    first_process = account.process()
    for _ in range(3):
        first_process.exchange(account.redeem)
    account.file.unlink()  # the file has done its work
    account.process().exchange(account.redeem)
    assert len(set(account.redeemed)) == 4
    assert account.redeemed[0] == account.first
    assert account.kept() == account.tokens.newest_refresh_token(account.first)
    assert not account.held()


def test_no_token_lies_in_clear_in_the_database(account: Account) -> None:
    account.process().exchange(account.redeem)
    secret = {account.first, account.kept()}
    with account.store.read() as tx:
        for table in metadata.sorted_tables:
            for row in tx.connection.execute(table.select()):
                assert not any(one in repr(tuple(row)) for one in secret), table.name
        assert len(tx.connection.execute(select(blobs.blobs.c.id)).all()) == 1, "old ones are not kept"


def test_what_stays_good_stays(account: Account) -> None:
    account.tokens.rotates = False
    account.process().exchange(account.redeem)
    account.process().exchange(account.redeem)
    assert account.redeemed == [account.first, account.first]
    assert account.kept() == account.first


def test_many_threads_with_connections_of_their_own_lose_nothing(account: Account) -> None:
    stores = [Store(account.store.url, account.store.keyring) for _ in range(4)]

    def job(store: Store) -> None:
        process = account.process(store)
        for _ in range(5):
            process.exchange(account.redeem)

    at_once(*(lambda store=store: job(store) for store in stores))
    for store in stores:
        store.dispose()
    assert len(set(account.redeemed)) == 20
    assert account.tokens.replayed == 0
    assert account.kept() == account.tokens.newest_refresh_token(account.first)


def test_several_processes_lose_nothing(account: Account, url: str) -> None:
    with ExitStack() as stack:
        children = [stack.enter_context(_start(account, url, times=5)) for _ in range(3)]
        for child in children:
            _, errors = child.communicate(timeout=120)
            assert child.returncode == 0, errors.decode()[-2000:]
    assert len(account.tokens.asked) == 15
    assert account.tokens.replayed == 0
    assert account.kept() == account.tokens.newest_refresh_token(account.first)


def test_a_process_lost_in_between_holds_up_the_others_no_longer_than_its_lease(
    account: Account, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    account.tokens.rotates = False  # a provider that takes a token again, as most do for a while
    child = _start(account, url, times=1, die=True)
    child.communicate(timeout=60)
    assert child.returncode == -9
    assert account.held()
    with account.store.read() as tx:
        account.clock.at = tx.connection.execute(select(rows.c.leased_until)).scalar_one() - timedelta(seconds=1)
    monkeypatch.setattr(credentials, "PATIENCE_SECONDS", 0.3)
    with pytest.raises(Transient, match="oauth_busy"):
        account.process().exchange(account.redeem)
    assert account.redeemed == []
    account.clock.pass_(1)
    account.process().exchange(account.redeem)
    assert not account.held()


def _start(
    account: Account, url: str, *, times: int, die: bool = False
) -> subprocess.Popen[bytes]:  # fmt: skip
    spec = {"url": url, "secret": SECRET, "oauth": account.values, "times": times, "die": die}
    return subprocess.Popen(
        [sys.executable, "-m", "tests.store.exchange_program", json.dumps(spec)], stderr=subprocess.PIPE
    )


def test_whoever_slept_past_the_lease_goes_on_with_the_newer_token(account: Account) -> None:
    account.tokens.calls_off = False
    slow, fast = account.process(), account.process()

    def sleepy(token: str) -> Exchanged:
        if not account.redeemed:
            account.clock.pass_(LEASE.total_seconds() + 1)
            fast.exchange(account.redeem)  # has the same token, and is first
        return account.redeem(token)

    got = slow.exchange(sleepy)
    assert account.tokens.holder(got.access_token) == account.tokens.user
    assert account.kept() == account.tokens.newest_refresh_token(account.first)


def test_a_late_answer_does_not_overwrite_a_newer_token(account: Account) -> None:
    slow, fast = account.process(), account.process()

    def sleepy(token: str) -> Exchanged:
        account.clock.pass_(LEASE.total_seconds() + 1)
        fast.exchange(lambda _: Exchanged("access", 60.0, "newer"))
        return Exchanged("access", 60.0, "older")

    slow.exchange(sleepy)
    assert account.kept() == "newer"


def test_a_refusal_gives_the_lease_back_and_a_new_word_begins_anew(account: Account) -> None:
    process = account.process()
    process.exchange(account.redeem)
    account.tokens.revoke_chains()
    for _ in range(2):
        with pytest.raises(Permanent, match="oauth_expired"):
            process.exchange(account.redeem)
        assert not account.held()
    second = account.tokens.first_refresh_token()
    account.file.write_text(second)
    process.exchange(account.redeem)
    assert account.redeemed[-1] == second
    account.process().exchange(account.redeem)
    assert account.kept() == account.tokens.newest_refresh_token(second)


def test_trouble_on_the_way_keeps_the_token(account: Account) -> None:
    process = account.process()
    account.tokens.trouble = (503, {}, b"")
    with pytest.raises(Transient, match="oauth_unavailable"):
        process.exchange(account.redeem)
    account.tokens.trouble = None
    account.process().exchange(account.redeem)
    assert account.redeemed == [account.first, account.first]


def test_a_token_that_the_database_could_not_take_is_kept_next_time(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    process = account.process()
    begin = account.store.begin

    @contextmanager
    def away() -> Any:
        raise Transient("database_away")
        yield

    def redeem_and_lose_the_database(token: str) -> Exchanged:
        got = account.redeem(token)
        monkeypatch.setattr(account.store, "begin", away)
        return got

    got = process.exchange(redeem_and_lose_the_database)
    assert account.tokens.holder(got.access_token) == account.tokens.user, "the access token is good all the same"
    monkeypatch.setattr(account.store, "begin", begin)
    process.exchange(account.redeem)
    assert account.tokens.replayed == 0
    assert account.kept() == account.tokens.newest_refresh_token(account.first)


def test_a_clock_put_back_does_not_lock_anybody_out(account: Account) -> None:
    def leave_the_lease(token: str) -> Exchanged:
        raise KeyboardInterrupt

    process = account.process()
    process._give_back = lambda: None  # type: ignore[method-assign]  # as if killed
    with pytest.raises(KeyboardInterrupt):
        process.exchange(leave_the_lease)
    account.clock.pass_(-86_400)
    account.process().exchange(account.redeem)


def test_no_token_at_all_says_what_to_do(account: Account) -> None:
    for content in ("", "\n"):
        account.file.write_text(content)
        with pytest.raises(ConfigError, match="write the first one there"):
            account.process().exchange(account.redeem)
    account.file.unlink()
    with pytest.raises(ConfigError, match="write the first one there"):
        account.process().exchange(account.redeem)
