"""Tokens from a real endpoint on loopback: kept while they are good, and every fault in a word of its own."""

import json
import ssl
import threading
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.rig import free_port, leaks_forgiven, self_signed
from tests.rig.tokens import TokenHandler, Tokens, serving
from triage.config import OAuth
from triage.domain.errors import ConfigError, OutsideError, Permanent, Transient
from triage.domain.ports import Exchanged
from triage.oauth.tokens import CachedTokens


class Seconds:
    """A clock that is put forward by hand."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


class InMemory:
    """Refresh tokens of one process that never ends."""

    def __init__(self, token: str) -> None:
        self.token = token

    def exchange(self, use: Callable[[str], Exchanged]) -> Exchanged:
        got = use(self.token)
        self.token = got.refresh_token or self.token
        return got


@pytest.fixture
def account(tokens: Tokens, tmp_path: Path) -> Callable[..., OAuth]:
    secret = tmp_path / "client-secret"
    secret.write_text(f"{tokens.client_secret}\n")

    def make(**changes: object) -> OAuth:
        values = {
            "token_url": tokens.url, "client_id": tokens.client_id, "client_secret_file": secret,
            "grant": "client_credentials", "scope": "mail.read", "timeout_seconds": 5,
        }  # fmt: skip
        return OAuth.model_validate(values | changes)

    return make


def cached(settings: OAuth, clock: Seconds | None = None) -> CachedTokens:
    return CachedTokens(settings, refresh_tokens=None, clock=clock or Seconds())


def test_a_token_is_kept_until_shortly_before_its_end(tokens: Tokens, account: Callable[..., OAuth]) -> None:
    clock = Seconds()
    kept = cached(account(), clock)
    first = kept.token()
    assert tokens.holder(first) == tokens.user
    clock.now += 3479
    assert kept.token() == first
    clock.now += 1
    second = kept.token()
    assert second != first
    assert len(tokens.asked) == 2
    assert tokens.asked[0] == {
        "grant_type": "client_credentials", "client_id": "app-1", "client_secret": "app secret & more", "scope": "mail.read",
    }  # fmt: skip


def test_short_lives_have_a_short_margin(tokens: Tokens, account: Callable[..., OAuth]) -> None:
    tokens.expires_in = 100.0
    clock = Seconds()
    kept = cached(account(), clock)
    first = kept.token()
    clock.now += 89
    assert kept.token() == first
    clock.now += 2
    assert kept.token() != first


def test_a_refused_token_is_replaced_once_for_all_who_had_it(tokens: Tokens, account: Callable[..., OAuth]) -> None:
    kept = cached(account())
    first = kept.token()
    second = kept.token(refused=first)
    assert second != first
    assert kept.token(refused=first) == second, "whoever comes later with the old one gets the new one"
    assert len(tokens.asked) == 2


def test_many_threads_ask_once(tokens: Tokens, account: Callable[..., OAuth]) -> None:
    tokens.delay_seconds = 0.2
    kept, found = cached(account()), set[str]()
    threads = [threading.Thread(target=lambda: found.add(kept.token())) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == len(tokens.asked) == 1


def test_a_refresh_token_follows_another(tokens: Tokens, account: Callable[..., OAuth], tmp_path: Path) -> None:
    first = tokens.first_refresh_token()
    settings = account(grant="refresh_token", refresh_token_file=tmp_path / "r")
    chain, clock = InMemory(first), Seconds()
    kept = CachedTokens(settings, refresh_tokens=chain, clock=clock)
    seen = set()
    for _ in range(4):
        seen.add(kept.token())
        clock.now += 3600
    assert len(seen) == 4
    assert chain.token == tokens.newest_refresh_token(first) != first
    tokens.rotates = False
    newest = chain.token
    kept.token()
    assert chain.token == newest, "a provider that gives no other keeps this one"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"client_id": "another"}, "oauth_client_refused"),
        ({"scope": "the.moon"}, "oauth_scope_refused"),
    ],
)
def test_what_the_endpoint_refuses(
    tokens: Tokens, account: Callable[..., OAuth], changes: dict[str, object], code: str
) -> None:
    with pytest.raises(Permanent) as caught:
        cached(account(**changes)).token()
    assert caught.value.code == code
    assert tokens.client_secret not in str(caught.value), "descriptions are not quoted"


def test_a_revoked_refresh_token_needs_a_person(tokens: Tokens, account: Callable[..., OAuth], tmp_path: Path) -> None:
    chain = InMemory(tokens.first_refresh_token())
    kept = CachedTokens(account(grant="refresh_token", refresh_token_file=tmp_path / "r"), refresh_tokens=chain)
    tokens.revoke_chains()
    with pytest.raises(Permanent, match="oauth_expired") as caught:
        kept.token()
    assert chain.token not in str(caught.value)
    assert tokens.user not in str(caught.value)


@pytest.mark.parametrize(
    ("status", "headers", "body", "kind", "code", "wait"),
    [
        (503, {"Retry-After": "77"}, b"busy", Transient, "oauth_unavailable", 77),
        (429, {"Retry-After": "5"}, b"{}", Transient, "oauth_unavailable", 5),
        (500, {}, b'{"error":"invalid_grant"}', Transient, "oauth_unavailable", 0),
        (400, {}, b'{"error":"temporarily_unavailable"}', Transient, "oauth_unavailable", 0),
        (302, {"Location": "http://127.0.0.1:1/"}, b"", Permanent, "oauth_moved", 0),
        (400, {}, b'{"error":"invalid_request"}', Permanent, "oauth_grant_refused", 0),
        (400, {}, b'{"error":["invalid_client"]}', Permanent, "oauth_grant_refused", 0),
        (401, {}, b'{"error":"unauthorized_client"}', Permanent, "oauth_client_refused", 0),
        (404, {}, b"<html>", Permanent, "oauth_grant_refused", 0),
        (200, {}, b"<html>", Transient, "oauth_garbled", 0),
        (200, {}, b"[1]", Transient, "oauth_garbled", 0),
        (200, {}, b"[" * 100_000, Transient, "oauth_garbled", 0),
        (200, {}, b'{"access_token":"x","token_type":"mac"}', Transient, "oauth_garbled", 0),
        (200, {}, b'{"access_token":"a b","token_type":"Bearer"}', Transient, "oauth_garbled", 0),
        (200, {}, b'{"access_token":"a\\u0001b","token_type":"Bearer"}', Transient, "oauth_garbled", 0),
        (200, {}, b'{"token_type":"Bearer"}', Transient, "oauth_garbled", 0),
        (0, {}, b"", Transient, "oauth_unreachable", 0),
    ],
)
def test_answers_that_are_none(
    tokens: Tokens, account: Callable[..., OAuth], status: int, headers: Mapping[str, str], body: bytes,
    kind: type[OutsideError], code: str, wait: float,
) -> None:  # fmt: skip
    tokens.trouble = (status, headers, body)
    kept = cached(account())
    with pytest.raises(kind) as caught:
        kept.token()
    assert (caught.value.code, caught.value.retry_after_seconds) == (code, wait)
    tokens.trouble = None
    assert tokens.holder(kept.token()) == tokens.user, "the next question is a new one"


@pytest.mark.parametrize("expires_in", ["3599", 3599, None, "soon", -1, float("nan"), float("inf"), [1], True])
def test_odd_lifetimes_do_no_harm(tokens: Tokens, account: Callable[..., OAuth], expires_in: object) -> None:
    answer = {"access_token": "x", "token_type": "bearer", "expires_in": expires_in}
    tokens.trouble = (200, {}, json.dumps(answer).encode())
    clock = Seconds()
    kept = cached(account(), clock)
    assert kept.token() == "x"
    clock.now += 7 * 86_400
    kept.token()
    assert len(tokens.asked) == 2, "none lives for ever"


def test_an_endpoint_that_is_away_or_silent_is_transient(tokens: Tokens, account: Callable[..., OAuth]) -> None:
    with pytest.raises(Transient, match="oauth_unreachable"):
        cached(account(token_url=f"http://127.0.0.1:{free_port()}/token")).token()
    tokens.delay_seconds = 1.0
    with pytest.raises(Transient, match="oauth_unreachable"):
        cached(account(timeout_seconds=0.2)).token()


def test_only_a_trusted_certificate_gets_the_secret(account: Callable[..., OAuth], tmp_path: Path) -> None:
    certificate, key = self_signed(tmp_path)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    rig = Tokens()
    with serving(rig, TokenHandler, context=context) as port:
        url = f"https://localhost:{port}/token"
        with leaks_forgiven(), pytest.raises(Permanent, match="oauth_certificate"):
            cached(account(token_url=url)).token()
        assert rig.asked == []
        assert rig.holder(cached(account(token_url=url, ca_file=certificate)).token()) == rig.user
    with pytest.raises(ConfigError, match="ca_file"):
        cached(account(token_url=url, ca_file=tmp_path / "nowhere.pem")).token()


def test_a_secret_that_cannot_be_read_is_said(account: Callable[..., OAuth], tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"client_secret_file .*write the client secret there"):
        cached(account(client_secret_file=tmp_path / "nowhere")).token()


def test_tokens_are_not_shown() -> None:
    shown = repr(Exchanged("very-secret", 1.0, "more-secret"))
    assert "secret" not in shown
