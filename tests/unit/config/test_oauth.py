"""[oauth.NAME] in triage.toml: what fits together, and every mistake in one line."""

from pathlib import Path

import pytest

from triage.config import load_settings
from triage.config.settings import Settings
from triage.domain.errors import ConfigError

GOOD = """
[oauth.m365]
token_url = "https://login.provider.example/tenant/oauth2/v2.0/token"
client_id = "app"
client_secret_file = "secret"
grant = "client_credentials"
scope = "https://mail.provider.example/.default"

[oauth.person-1]
token_url = "http://127.0.0.1:8081/token"
client_id = "app"
grant = "refresh_token"
refresh_token_file = "token"

[[sources]]
kind = "imap"
name = "contact"
host = "imap.office.example"
user = "contact@office.example"
oauth = "m365"

[channel]
kind = "graph"
user = "contact@office.example"
oauth = "person-1"
from = "ipd@office.example"
"""


def settings_of(folder: Path, text: str, environ: dict[str, str] | None = None) -> Settings:
    (folder / "triage.toml").write_text(text, encoding="utf-8")
    return load_settings(folder, environ or {})


def test_good_accounts(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("s3cret\nsecond line\n")
    environ = {"TRIAGE_OAUTH_PERSON_1_CLIENT_ID": "other", "TRIAGE_CHANNEL_HOST": "graph.cloud.example"}
    settings = settings_of(tmp_path, GOOD, environ)
    assert settings.oauth["m365"].client_secret() == "s3cret"
    assert settings.oauth["person-1"].client_id == "other"
    assert settings.oauth["person-1"].client_secret() == ""
    assert settings.oauth["person-1"].first_refresh_token() == "", "the store may have a newer one than a lost file"
    assert settings.sources[0].password() == ""
    assert settings.channel.host == "graph.cloud.example"
    assert settings_of(tmp_path, GOOD).channel.host == "graph.microsoft.com"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (('oauth = "m365"', 'oauth = "m356"'), "there is no table [oauth.m356]"),
        (('oauth = "m365"', 'oauth = "m365"\npassword_file = "secret"'), "two ways to sign in"),
        (('user = "contact@office.example"\noauth = "m365"', 'oauth = "m365"'), "oauth needs a user"),
        (('oauth = "person-1"', ""), 'kind "graph" needs oauth and user'),
        (('kind = "graph"', 'kind = "graph"\nsecurity = "starttls"'), "speaks HTTPS"),
        (('kind = "graph"', 'kind = "graph"\nsecurity = "plain"'), "for loopback only"),
        (('kind = "graph"', 'kind = "graph"\nsent_source = "contact"'), "files its copies in Sent Items by itself"),
        (("https://login.", "http://login."), "must begin with https://"),
        (("https://login.", "https://me:pass@login."), "hold no name and password"),
        (("https://login.provider.example/", "https:///"), "must begin with https://"),
        (("http://127.0.0.1:8081/", "http://127.0.0.1:port/"), "must be an address such as"),
        (('client_secret_file = "secret"', ""), "needs a client_secret_file"),
        (('refresh_token_file = "token"', ""), 'belongs to grant "refresh_token"'),
        (
            ('grant = "client_credentials"', 'grant = "client_credentials"\nrefresh_token_file = "t"'),
            "belongs to grant",
        ),
        (('grant = "client_credentials"', 'grant = "password"'), "oauth.m365.grant"),
        (('client_id = "app"', 'client_id = ""'), "oauth.m365.client_id"),
        (('scope = "', 'scopes = "'), "no such key"),
        (("[oauth.m365]", '[oauth."M 365"]'), "oauth.M 365"),
    ],
)
def test_bad_accounts_say_what_where_and_how(tmp_path: Path, change: tuple[str, str], expected: str) -> None:
    assert change[0] in GOOD
    with pytest.raises(ConfigError) as caught:
        settings_of(tmp_path, GOOD.replace(change[0], change[1], 1))
    message = str(caught.value)
    assert expected in message
    assert "\n" not in message


def test_a_token_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    (tmp_path / "token").write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigError, match=r"refresh_token_file .*not UTF-8 text; write the refresh token there"):
        settings_of(tmp_path, GOOD).oauth["person-1"].first_refresh_token()
