"""A token endpoint on loopback: client_credentials and refresh_token grants (RFC 6749) with rotation, replay detection and
expiry, and introspection (RFC 7662) for Dovecot."""

import json
import secrets
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest


class Web(ThreadingHTTPServer):
    """A server on loopback whose handler finds the rig in `rig`."""

    daemon_threads = True
    rig: Any

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients hang up in these tests on purpose."""


@contextmanager
def serving(
    rig: object, handler: type[BaseHTTPRequestHandler], *, context: ssl.SSLContext | None = None
) -> Iterator[int]:
    """Serves in a thread while the block runs, over TLS where a context is given; yields the port."""
    with Web(("127.0.0.1", 0), handler) as server:
        if context is not None:
            server.socket = context.wrap_socket(server.socket, server_side=True)
        server.rig = rig
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


@dataclass
class _Chain:
    """A person's word: the refresh tokens that follow one another, of which only the last is good."""

    user: str
    newest: str
    good: bool = True


class Tokens:
    """What was given out, and how the endpoint behaves.

    `rotates`: each refresh token is good for one exchange; one that comes a second time is refused, and calls off its whole
    chain unless `calls_off` is False.
    `trouble`: a status, headers and body to answer with instead. `delay_seconds`: how long it thinks.
    """

    client_id, client_secret, scope = "app-1", "app secret & more", "mail.send mail.read"

    def __init__(self, user: str = "contact@office.example") -> None:
        self.user, self.port = user, 0
        self.rotates, self.calls_off, self.delay_seconds, self.expires_in = True, True, 0.0, 3600.0
        self.trouble: tuple[int, Mapping[str, str], bytes] | None = None
        self.asked: list[dict[str, str]] = []
        self.introspected = 0
        self.replayed = 0
        self._guard = threading.Lock()
        self._access: dict[str, tuple[str, float]] = {}
        self._chains: dict[str, _Chain] = {}

    @property
    def url(self) -> str:
        """The token endpoint."""
        return f"http://127.0.0.1:{self.port}/token"

    @property
    def introspection_url(self) -> str:
        """What Dovecot asks about a token."""
        return f"http://127.0.0.1:{self.port}/introspect"

    def first_refresh_token(self) -> str:
        """What a person's sign-in would give."""
        token = "r-" + secrets.token_urlsafe(16)
        self._chains[token] = _Chain(self.user, token)
        return token

    def newest_refresh_token(self, first: str) -> str:
        """Where the chain that began with `first` has come to."""
        return self._chains[first].newest

    def revoke_access(self) -> None:
        """No access token of before is good any more."""
        self._access.clear()

    def revoke_chains(self) -> None:
        """No refresh token of before is good any more."""
        for chain in self._chains.values():
            chain.good = False

    def holder(self, access_token: str) -> str | None:
        """Whose token this is, None where it is not good (any more)."""
        user, until = self._access.get(access_token, ("", 0.0))
        return user if time.monotonic() < until else None

    def answer(self, form: Mapping[str, str]) -> tuple[int, dict[str, object]]:
        """The endpoint itself."""
        with self._guard:
            self.asked.append(dict(form))
        time.sleep(self.delay_seconds)
        with self._guard:
            if form.get("client_id") != self.client_id or form.get("client_secret") != self.client_secret:
                return 401, {"error": "invalid_client", "error_description": f"secret {form.get('client_secret')}"}
            if not set(form.get("scope", "").split()) <= set(self.scope.split()):
                return 400, {"error": "invalid_scope"}
            if form.get("grant_type") == "client_credentials":
                return 200, self._issue(self.user)
            if form.get("grant_type") == "refresh_token":
                return self._refresh(form.get("refresh_token", ""))
            return 400, {"error": "unsupported_grant_type"}

    def _refresh(self, token: str) -> tuple[int, dict[str, object]]:
        chain = self._chains.get(token)
        if chain is not None and chain.newest != token and self.rotates:
            self.replayed += 1
            chain.good = not self.calls_off
            chain = None
        if chain is None or not chain.good:
            return 400, {"error": "invalid_grant", "error_description": f"{token} of {self.user} is not good"}
        answer = self._issue(chain.user)
        if self.rotates:
            chain.newest = "r-" + secrets.token_urlsafe(16)
            self._chains[chain.newest] = chain
            answer["refresh_token"] = chain.newest
        return 200, answer

    def _issue(self, user: str) -> dict[str, object]:
        token = "a-" + secrets.token_urlsafe(24)
        self._access[token] = (user, time.monotonic() + self.expires_in)
        return {"access_token": token, "token_type": "Bearer", "expires_in": self.expires_in}


class TokenHandler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Web

    def do_POST(self) -> None:
        tokens: Tokens = self.server.rig
        body = self.rfile.read(int(self.headers.get("Content-Length", "0"))).decode()
        form = {name: values[0] for name, values in parse_qs(body).items()}
        if urlsplit(self.path).path == "/introspect":
            tokens.introspected += 1
            user = tokens.holder(form.get("token", ""))
            self._send(200, {}, json.dumps({"active": True, "username": user} if user else {"active": False}).encode())
        elif tokens.trouble is not None:
            tokens.asked.append(form)
            self._send(*tokens.trouble)
        else:
            status, answer = tokens.answer(form)
            self._send(status, {}, json.dumps(answer).encode())

    def _send(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        if status == 0:  # hang up
            self.close_connection = True
            return
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Silent."""


@pytest.fixture
def tokens() -> Iterator[Tokens]:
    """A token endpoint that knows one application."""
    rig = Tokens()
    with serving(rig, TokenHandler) as port:
        rig.port = port
        yield rig
