"""Signing in with an identity provider: OpenID Connect, authorization code flow with PKCE (RFC 7636) and a nonce.

The ID token is checked as OpenID Connect Core, 3.1.3.7 says: signature by a key of the provider (RS256 or ES256 and
nothing else), issuer, audience, authorised party, times and nonce. Nothing of an answer gets into an error.
"""

import base64
import hashlib
import http.client
import json
import secrets
import ssl
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from urllib.parse import quote, urlencode, urlsplit

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, KeySetSerialization

from triage.config.oidc import Oidc
from triage.config.section import LOOPBACK
from triage.domain.errors import ConfigError, Permanent, Transient

ALGORITHMS = ["RS256", "ES256"]
LEEWAY_SECONDS = 60
MOST_BYTES = 1_000_000
KEEP_SECONDS = 3600.0
SCOPE = "openid email profile"
_SECRET_BYTES = 32


@dataclass(frozen=True, slots=True)
class Begun:
    """Where the browser goes, and what must be kept for the way back: in the session, never in the address."""

    url: str
    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the provider says it is. `second_factor`: the provider says that it asked for more than one factor."""

    issuer: str
    subject: str
    email: str
    email_verified: bool
    second_factor: bool


class Provider:
    """One identity provider. Thread-safe; its addresses and keys are asked for when first needed and kept for an hour."""

    def __init__(self, settings: Oidc) -> None:
        self._settings = settings
        self._guard = threading.Lock()
        self._kept: dict[str, tuple[float, dict[str, Any]]] = {}

    def begin(self, *, redirect_uri: str) -> Begun:
        """The way to the provider. Raises Transient, Permanent or ConfigError."""
        state, nonce, verifier = (secrets.token_urlsafe(_SECRET_BYTES) for _ in range(3))
        query = {
            "response_type": "code",
            "client_id": self._settings.client_id,
            "redirect_uri": redirect_uri,
            "scope": SCOPE,
            "state": state,
            "nonce": nonce,
            "code_challenge": challenge_of(verifier),
            "code_challenge_method": "S256",
        }
        address = self._endpoint("authorization_endpoint")
        return Begun(f"{address}{'&' if '?' in address else '?'}{urlencode(query)}", state, nonce, verifier)

    def finish(self, *, code: str, redirect_uri: str, nonce: str, verifier: str, now: datetime) -> Identity:
        """Exchanges the code and checks the token. Raises Permanent where it is not good, Transient, ConfigError."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "code_verifier": verifier,
            "client_id": self._settings.client_id,
        }
        headers = {}
        if secret := self._settings.client_secret():
            pair = f"{quote(self._settings.client_id, safe='')}:{quote(secret, safe='')}"
            headers["Authorization"] = "Basic " + base64.b64encode(pair.encode()).decode()
        answer = self._ask(self._endpoint("token_endpoint"), form=form, headers=headers)
        token = answer.get("id_token")
        if not isinstance(token, str):
            raise Permanent("oidc_no_token")
        return self._identity(self._claims(token), nonce=nonce, now=now)

    def _claims(self, token: str) -> Mapping[str, Any]:
        """The claims of a token that one of the provider's keys has signed; keys are asked for anew once."""
        for fresh in (False, True):
            keys = self._document("jwks_uri", fresh=fresh)
            try:
                found = KeySet.import_key_set(cast(KeySetSerialization, keys))
                return jwt.decode(token, found, algorithms=ALGORITHMS).claims
            except (JoseError, ValueError, KeyError, TypeError):
                continue
        raise Permanent("oidc_bad_signature")

    def _identity(self, claims: Mapping[str, Any], *, nonce: str, now: datetime) -> Identity:
        audience = claims.get("aud")
        audiences = audience if isinstance(audience, list) else [audience]
        second, mine = now.timestamp(), self._settings.client_id
        good = {
            "issuer": claims.get("iss") == self._settings.issuer,
            "audience": mine in audiences,
            "party": claims.get("azp", mine if len(audiences) == 1 else None) == mine,
            "expired": _number(claims.get("exp")) > second - LEEWAY_SECONDS,
            "future": 0 < _number(claims.get("iat")) < second + LEEWAY_SECONDS,
            "nonce": bool(nonce) and secrets.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()),
            "subject": isinstance(claims.get("sub"), str) and 0 < len(str(claims.get("sub"))) <= 255,
        }
        for word, fits in good.items():
            if not fits:
                raise Permanent("oidc_bad_token", word)
        methods = claims.get("amr")
        return Identity(
            issuer=self._settings.issuer,
            subject=str(claims["sub"]),
            email=str(claims.get("email") or ""),
            email_verified=claims.get("email_verified") is True,
            second_factor=isinstance(methods, list) and "mfa" in methods,
        )

    def _endpoint(self, name: str) -> str:
        found = self._document("", fresh=False).get(name)
        if not isinstance(found, str) or not _usable(found):
            raise Permanent("oidc_bad_configuration", name)
        return found

    def _document(self, name: str, *, fresh: bool) -> dict[str, Any]:
        """The provider's configuration (no name), or what one of its addresses holds."""
        with self._guard:
            at, found = self._kept.get(name, (float("-inf"), {}))
        if not fresh and time.monotonic() - at < KEEP_SECONDS:
            return found
        if name:
            found = self._ask(self._endpoint(name))
        else:
            found = self._ask(self._settings.issuer.rstrip("/") + "/.well-known/openid-configuration")
            if found.get("issuer") != self._settings.issuer:
                raise ConfigError("[oidc] issuer: the provider calls itself otherwise; write it exactly as it does")
        with self._guard:
            self._kept[name] = (time.monotonic(), found)
        return found

    def _ask(
        self, address: str, *, form: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
    ) -> dict[str, Any]:
        """One request and its JSON object; redirects are not followed."""
        url = urlsplit(address)
        target = f"{url.path or '/'}?{url.query}" if url.query else url.path or "/"
        connection = self._connection(url.scheme, url.hostname or "", url.port)
        kind = {"Content-Type": "application/x-www-form-urlencoded"} if form is not None else {}
        try:
            body = None if form is None else urlencode(form).encode()
            method = "GET" if form is None else "POST"
            connection.request(method, target, body, {"Accept": "application/json", **kind, **(headers or {})})
            response = connection.getresponse()
            status, data = response.status, response.read(MOST_BYTES)
        except ssl.SSLCertVerificationError:
            raise Permanent("oidc_certificate", "the provider's certificate is not trusted") from None
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise Transient("oidc_unreachable", type(error).__name__) from None
        finally:
            connection.close()
        if status >= 500 or status == 429:
            raise Transient("oidc_unavailable", str(status))
        if status != 200:
            raise Permanent("oidc_refused", str(status))
        return _object(data)

    def _connection(self, scheme: str, host: str, port: int | None) -> http.client.HTTPConnection:
        timeout = self._settings.timeout_seconds
        if scheme == "http":
            return http.client.HTTPConnection(host, port, timeout=timeout)
        try:
            context = ssl.create_default_context(cafile=self._settings.ca_file)
        except OSError as error:
            raise ConfigError(f"ca_file {self._settings.ca_file}: {error.strerror or 'no PEM file'}") from None
        return http.client.HTTPSConnection(host, port, timeout=timeout, context=context)


def challenge_of(verifier: str) -> str:
    """What the provider gets to know of a verifier before the code is exchanged (RFC 7636, 4.2)."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def _usable(address: str) -> bool:
    try:
        url = urlsplit(address)
        return bool(url.hostname) and (url.scheme == "https" or (url.scheme == "http" and url.hostname in LOOPBACK))
    except ValueError:
        return False


def _object(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        raise Transient("oidc_garbled") from None
    if not isinstance(found, dict):
        raise Transient("oidc_garbled")
    return found


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else 0.0
