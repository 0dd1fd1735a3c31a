"""An OpenID Connect provider on loopback: configuration, authorisation, token endpoint with PKCE, keys of two kinds."""

import base64
import hmac
import json
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, RSAKey

from tests.rig.tokens import Web, serving
from triage.oauth.oidc import challenge_of


@dataclass
class Asked:
    """What an authorisation was asked with."""

    redirect_uri: str
    nonce: str
    challenge: str


@dataclass
class IdentityProvider:
    """One application and one person. `claims` change the next token; `signs` says with what it is signed."""

    client_id: str = "triage"
    client_secret: str = "secret & more"
    subject: str = "subject-1"
    email: str = "amina@office.example"
    claims: dict[str, Any] = field(default_factory=dict)
    signs: str = "RS256"
    status: int = 200
    port: int = 0
    codes: dict[str, Asked] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.turn_keys()

    def turn_keys(self) -> None:
        """New keys; tokens are signed with them from now on."""
        self.rsa = RSAKey.generate_key(2048, {"kid": secrets.token_hex(4), "use": "sig"})
        self.ec = ECKey.generate_key("P-256", {"kid": secrets.token_hex(4), "use": "sig"})

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.port}/office"

    def configuration(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
        }

    def keys(self) -> dict[str, Any]:
        return dict(KeySet([self.rsa, self.ec]).as_dict(private=False))

    def authorize(self, query: dict[str, str]) -> str:
        """The person agrees; where the browser is sent."""
        assert query["response_type"] == "code" and query["client_id"] == self.client_id
        assert query["code_challenge_method"] == "S256" and "openid" in query["scope"].split()
        code = secrets.token_urlsafe(16)
        self.codes[code] = Asked(query["redirect_uri"], query["nonce"], query["code_challenge"])
        return f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state']})}"

    def exchange(self, form: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        """A code for a token: once, with the right secret, address and verifier."""
        pair = base64.b64decode(authorization.removeprefix("Basic ")).decode()
        asked = self.codes.pop(form.get("code", ""), None)
        if pair != f"{self.client_id}:{self.client_secret.replace(' ', '%20').replace('&', '%26')}":
            return 401, {"error": "invalid_client"}
        fits = asked is not None and challenge_of(form.get("code_verifier", "")) == asked.challenge
        if asked is None or not fits or form.get("redirect_uri") != asked.redirect_uri:
            return 400, {"error": "invalid_grant"}
        return 200, {"access_token": "unused", "token_type": "Bearer", "id_token": self.token(asked.nonce)}

    def token(self, nonce: str) -> str:
        now = int(time.time())
        claims = {"iss": self.issuer, "sub": self.subject, "aud": self.client_id, "iat": now, "exp": now + 300}
        claims |= {"nonce": nonce, "email": self.email, "email_verified": True} | self.claims
        claims = {name: value for name, value in claims.items() if value is not None}
        if self.signs == "none":
            return _parts({"alg": "none"}, claims) + "."
        if self.signs == "HS256":  # the public key taken for a shared secret
            text = _parts({"alg": "HS256", "kid": self.rsa.kid}, claims)
            return f"{text}.{_plain(hmac.digest(self.rsa.as_pem(private=False), text.encode(), 'sha256'))}"
        if self.signs == "stranger":
            return jwt.encode({"alg": "RS256", "kid": self.rsa.kid}, claims, RSAKey.generate_key(2048))
        key = self.ec if self.signs == "ES256" else self.rsa
        return jwt.encode({"alg": self.signs, "kid": key.kid}, claims, key)


def _plain(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _parts(*parts: dict[str, Any]) -> str:
    return ".".join(_plain(json.dumps(part).encode()) for part in parts)


class ProviderHandler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Web

    def do_GET(self) -> None:
        rig: IdentityProvider = self.server.rig
        url = urlsplit(self.path)
        if url.path.endswith("/authorize"):
            query = {name: values[0] for name, values in parse_qs(url.query).items()}
            self._send(302, b"", {"Location": rig.authorize(query)})
        elif url.path.endswith("/keys"):
            self._send(200, json.dumps(rig.keys()).encode())
        else:
            self._send(200, json.dumps(rig.configuration()).encode())

    def do_POST(self) -> None:
        rig: IdentityProvider = self.server.rig
        body = self.rfile.read(int(self.headers.get("Content-Length", "0"))).decode()
        form = {name: values[0] for name, values in parse_qs(body).items()}
        status, answer = rig.exchange(form, self.headers.get("Authorization", ""))
        self._send(rig.status if rig.status != 200 else status, json.dumps(answer).encode())

    def _send(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **(headers or {})}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Silent."""


@contextmanager
def running_provider() -> Iterator[IdentityProvider]:
    """A provider while the block runs."""
    rig = IdentityProvider()
    with serving(rig, ProviderHandler) as port:
        rig.port = port
        yield rig


@pytest.fixture
def provider() -> Iterator[IdentityProvider]:
    """A provider that knows one application."""
    with running_provider() as rig:
        yield rig
