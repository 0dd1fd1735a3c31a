"""OAuth against a real Dovecot that asks an introspection endpoint, a real SMTP server, and the whole service."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.contract.test_channels import Body, outgoing
from tests.rig.dovecot import Dovecot, make_dovecot
from tests.rig.graph import Graph
from tests.rig.home import Installation
from tests.rig.smtp import Sink, TokenSink
from tests.rig.tokens import Tokens
from triage.channels import open_channel
from triage.config import Channel, OAuth, Source
from triage.domain.errors import Permanent, Transient
from triage.domain.ports import AccessTokens, ForwardChannel
from triage.oauth.tokens import CachedTokens
from triage.sources import open_source
from triage.sources.imap import ImapSource


@pytest.fixture
def token_dovecot(tokens: Tokens) -> Iterator[Dovecot]:
    """A Dovecot that takes the tokens of `tokens`."""
    server = make_dovecot(introspection_url=tokens.introspection_url)
    yield server
    server.stop()
    shutil.rmtree(server.base, ignore_errors=True)


@pytest.fixture
def access(tokens: Tokens, tmp_path: Path) -> AccessTokens:
    secret = tmp_path / "client-secret"
    secret.write_text(tokens.client_secret)
    settings = OAuth(
        token_url=tokens.url, client_id=tokens.client_id, client_secret_file=secret, grant="client_credentials"
    )
    return CachedTokens(settings, refresh_tokens=None)


def mailbox(server: Dovecot, access: AccessTokens, tmp_path: Path, **changes: object) -> ImapSource:
    values: dict[str, object] = {
        "kind": "imap", "host": "localhost", "port": server.tls_port, "ca_file": server.certificate, "user": server.user,
        "oauth": "one", "timeout_seconds": 10,
    }  # fmt: skip
    source = open_source(Source.model_validate(values | changes), state_folder=tmp_path, tokens=access)
    assert isinstance(source, ImapSource)
    return source


@pytest.mark.parametrize("mechanisms", ["xoauth2 oauthbearer", "xoauth2"])
def test_imap_signs_in_with_what_the_server_offers(
    token_dovecot: Dovecot, tokens: Tokens, access: AccessTokens, tmp_path: Path, mechanisms: str
) -> None:
    server = token_dovecot
    if mechanisms == "xoauth2":
        config = server.base / "dovecot.conf"
        server.stop()
        config.write_text(config.read_text().replace("plain xoauth2 oauthbearer", "plain xoauth2"))
        server.start()
    server.fill([b"From: a@b.example\r\nSubject: x\r\n\r\nText\r\n"])
    source = mailbox(server, access, tmp_path)
    source.check()
    assert sum(len(batch) for batch in source.poll(None, 10)) == 1
    source.close()
    assert (len(tokens.asked), tokens.introspected) == (1, 1)


def test_imap_replaces_a_token_that_has_gone_bad_once(
    token_dovecot: Dovecot, tokens: Tokens, access: AccessTokens, tmp_path: Path
) -> None:
    source = mailbox(token_dovecot, access, tmp_path)
    source.check()
    source.close()
    tokens.revoke_access()
    source.check()
    source.close()
    assert len(tokens.asked) == 2
    tokens.expires_in = 0.0  # from now on every token is dead when it arrives
    tokens.revoke_access()
    with pytest.raises(Permanent, match="oauth_refused") as caught:
        source.check()
    assert len(tokens.asked) == 3
    assert "office.example" not in str(caught.value)
    tokens.expires_in = 3600.0
    source.check()
    source.close()


def test_imap_of_another_mailbox_is_refused(
    token_dovecot: Dovecot, access: AccessTokens, tmp_path: Path
) -> None:  # fmt: skip
    with pytest.raises(Permanent, match="oauth_refused"):
        mailbox(token_dovecot, access, tmp_path, user="other@office.example").check()


def test_imap_whose_own_directory_is_away_is_no_refusal(
    token_dovecot: Dovecot, tokens: Tokens, access: AccessTokens, tmp_path: Path
) -> None:
    config = token_dovecot.base / "oauth2.conf.ext"
    token_dovecot.stop()
    config.write_text(config.read_text().replace(f":{tokens.port}/", ":1/"))
    token_dovecot.start()
    with pytest.raises(Transient, match="imap_sign_in_impossible"):
        mailbox(token_dovecot, access, tmp_path).check()
    assert len(tokens.asked) == 1, "no other token is fetched for it"


def test_imap_without_oauth_says_so(dovecot: Dovecot, access: AccessTokens, tmp_path: Path) -> None:
    with pytest.raises(Permanent, match="oauth_not_offered"):
        mailbox(dovecot, access, tmp_path).check()


@pytest.fixture
def submission(smtp_token_sink: TokenSink, access: AccessTokens) -> Callable[..., ForwardChannel]:
    def make(**changes: object) -> ForwardChannel:
        values: dict[str, object] = {
            "kind": "smtp", "host": "localhost", "port": smtp_token_sink.port, "security": "starttls", "oauth": "one",
            "ca_file": smtp_token_sink.certificate, "user": "contact@office.example", "from": "ipd@office.example",
            "timeout_seconds": 5,
        }  # fmt: skip
        return open_channel(Channel.model_validate(values | changes), tokens=access)

    return make


def test_smtp_signs_in_with_what_the_server_offers(
    smtp_token_sink: TokenSink,
    tokens: Tokens,
    submission: Callable[..., ForwardChannel],
    request: pytest.FixtureRequest,
) -> None:
    mechanism = request.node.callspec.params["smtp_token_sink"]
    channel = submission()
    channel.send(outgoing(), Body())
    channel.close()
    tokens.revoke_access()
    channel.send(outgoing(), Body())
    channel.close()
    assert smtp_token_sink.sign_ins == [(mechanism, True), (mechanism, False), (mechanism, True)]
    assert len(smtp_token_sink.mails) == len(tokens.asked) == 2


def test_smtp_that_refuses_a_fresh_token(
    smtp_token_sink: TokenSink, tokens: Tokens, submission: Callable[..., ForwardChannel]
) -> None:
    body = Body()
    with pytest.raises(Permanent, match="oauth_refused") as caught:
        submission(user="other@office.example").send(outgoing(), body)
    assert len(smtp_token_sink.sign_ins) == len(tokens.asked) == 2
    assert "example" not in str(caught.value)
    smtp_token_sink.busy = True
    with pytest.raises(Transient, match="smtp_sign_in_refused"):
        submission().send(outgoing(), body)
    assert body.begun == 0


def test_smtp_without_oauth_says_so(smtp_sink_starttls: Sink, access: AccessTokens) -> None:
    values = {
        "kind": "smtp", "host": "localhost", "port": smtp_sink_starttls.port, "security": "starttls", "oauth": "one",
        "ca_file": smtp_sink_starttls.certificate, "user": "contact@office.example", "from": "ipd@office.example",
    }  # fmt: skip
    with pytest.raises(Permanent, match="oauth_not_offered"):
        open_channel(Channel.model_validate(values), tokens=access).check()


def test_the_service_lives_on_a_rotating_token_from_process_to_process(
    token_dovecot: Dovecot, tokens: Tokens, graph: Graph, tmp_path: Path
) -> None:
    home = Installation(tmp_path / "office", models=tmp_path / "no-models")
    (home.config / "secret").write_text(tokens.client_secret)
    first = tokens.first_refresh_token()
    (home.config / "token").write_text(first)
    home.configure(f"""
[oauth.mail]
token_url = "{tokens.url}"
client_id = "{tokens.client_id}"
client_secret_file = "secret"
grant = "refresh_token"
refresh_token_file = "token"
[[sources]]
kind = "imap"
name = "contact"
host = "localhost"
port = {token_dovecot.tls_port}
ca_file = "{token_dovecot.certificate}"
user = "{token_dovecot.user}"
oauth = "mail"
[channel]
kind = "graph"
host = "127.0.0.1"
port = {graph.port}
security = "plain"
user = "{tokens.user}"
oauth = "mail"
from = "ipd@office.example"
""")
    home.run("db", "upgrade")
    for number in range(2):
        token_dovecot.fill([b"From: a@b.example\r\nSubject: %d\r\n\r\nText %d\r\n" % (number, number)])
        home.run("ingest", "--once")
    assert home.books()["messages"]["received"] == 2
    assert len(tokens.asked) == 2, "one exchange a process"
    assert tokens.replayed == 0
    says = home.run("doctor", code=1)  # there is no model
    assert "good   mailbox contact" in says
    assert "good   way out" in says
    tokens.revoke_chains()
    says = home.run("doctor", code=1)
    assert "WRONG  mailbox contact" in says
    assert "WRONG  way out" in says
    assert says.count("oauth_expired") == 2
    assert "write the new refresh token to refresh_token_file" in says
    for secret in (first, tokens.client_secret, tokens.user):
        assert secret not in says
    home.run("ingest", "--once", code=3)
    (home.config / "token").write_text(tokens.first_refresh_token())
    home.run("ingest", "--once")
    assert graph.mails == []
