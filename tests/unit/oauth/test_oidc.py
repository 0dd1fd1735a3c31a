"""The identity provider's word is believed only where every part of it fits."""

import time
import urllib.request
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.rig.provider import IdentityProvider
from triage.config.oidc import Oidc
from triage.domain.errors import ConfigError, OutsideError, Permanent, Transient
from triage.oauth.oidc import Begun, Identity, Provider

BACK = "http://127.0.0.1:8080/sign-in/provider/back"


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


def settings(rig: IdentityProvider, folder: Path, **more: Any) -> Oidc:
    secret = folder / "secret"
    secret.write_text(rig.client_secret + "\n")
    return Oidc(issuer=more.pop("issuer", rig.issuer), client_id=rig.client_id, client_secret_file=secret, **more)


def agree(begun: Begun) -> dict[str, str]:
    """The person agrees at the provider; what the browser brings back."""
    try:
        urllib.request.build_opener(_Stay).open(begun.url)
        raise AssertionError("no redirect")
    except HTTPError as answer:
        with answer:
            back = answer.headers["Location"]
    assert back.startswith(BACK)
    return {name: values[0] for name, values in parse_qs(urlsplit(back).query).items()}


def identity(client: Provider, **change: str) -> Identity:
    begun = client.begin(redirect_uri=BACK)
    brought = agree(begun)
    assert brought["state"] == begun.state
    return client.finish(
        code=change.get("code", brought["code"]),
        redirect_uri=change.get("redirect_uri", BACK),
        nonce=change.get("nonce", begun.nonce),
        verifier=change.get("verifier", begun.verifier),
        now=datetime.now(UTC),
    )


@pytest.mark.parametrize("signs", ["RS256", "ES256"])
def test_a_good_token_says_who_it_is(provider: IdentityProvider, tmp_path: Path, signs: str) -> None:
    provider.signs = signs
    found = identity(Provider(settings(provider, tmp_path)))
    assert found == Identity(provider.issuer, "subject-1", "amina@office.example", True, False)
    provider.claims = {"amr": ["pwd", "mfa"], "email_verified": "true", "aud": ["triage"]}
    found = identity(Provider(settings(provider, tmp_path)))
    assert found.second_factor and not found.email_verified


@pytest.mark.parametrize("signs", ["none", "HS256", "stranger"])
def test_only_the_providers_keys_sign(provider: IdentityProvider, tmp_path: Path, signs: str) -> None:
    provider.signs = signs
    with pytest.raises(Permanent, match="oidc_bad_signature"):
        identity(Provider(settings(provider, tmp_path)))


@pytest.mark.parametrize(
    ("claims", "word"),
    [
        ({"iss": "https://elsewhere.example"}, "issuer"),
        ({"aud": "another"}, "audience"),
        ({"aud": ["triage", "another"]}, "party"),
        ({"azp": "another"}, "party"),
        ({"exp": int(time.time()) - 120}, "expired"),
        ({"exp": None}, "expired"),
        ({"iat": int(time.time()) + 86_400}, "future"),
        ({"iat": None}, "future"),
        ({"nonce": "another"}, "nonce"),
        ({"nonce": None}, "nonce"),
        ({"sub": None}, "subject"),
        ({"sub": 7}, "subject"),
    ],
)
def test_every_claim_must_fit(provider: IdentityProvider, tmp_path: Path, claims: dict[str, Any], word: str) -> None:
    provider.claims = claims
    with pytest.raises(Permanent, match=f"oidc_bad_token: {word}"):
        identity(Provider(settings(provider, tmp_path)))


@pytest.mark.parametrize("change", [{"verifier": "x" * 43}, {"code": "made up"}, {"redirect_uri": BACK + "x"}])
def test_a_stolen_code_is_worth_nothing(provider: IdentityProvider, tmp_path: Path, change: dict[str, str]) -> None:
    with pytest.raises(Permanent, match="oidc_refused: 400"):
        identity(Provider(settings(provider, tmp_path)), **change)


def test_new_keys_are_found(provider: IdentityProvider, tmp_path: Path) -> None:
    client = Provider(settings(provider, tmp_path))
    identity(client)
    provider.turn_keys()
    assert identity(client).subject == "subject-1"


def test_what_is_wrong_is_said(provider: IdentityProvider, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="calls itself otherwise"):
        Provider(settings(provider, tmp_path, issuer=provider.issuer + "/")).begin(redirect_uri=BACK)
    provider.status = 503
    with pytest.raises(Transient, match="oidc_unavailable"):
        identity(Provider(settings(provider, tmp_path)))
    dead = provider.issuer.replace(str(provider.port), "1")
    with pytest.raises(OutsideError, match="oidc_unreachable"):
        Provider(settings(provider, tmp_path, issuer=dead)).begin(redirect_uri=BACK)


@pytest.mark.parametrize(
    "wrong", [{"issuer": "http://login.office.example"}, {"issuer": "https://u:p@x.example"}, {"issuer": "https://x", "client_id": ""}]
)  # fmt: skip
def test_settings_that_cannot_be_meant(wrong: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"https://|client_id"):
        Oidc(**{"client_id": "triage", **wrong})
