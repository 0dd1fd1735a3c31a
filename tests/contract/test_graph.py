"""Graph as a channel: what was taken, what was not, and what nobody knows."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.contract.test_channels import Body
from tests.rig import free_port
from tests.rig.graph import Graph
from tests.rig.tokens import Tokens
from triage.channels import open_channel
from triage.channels.graph import GraphChannel
from triage.config import Channel, OAuth
from triage.domain.errors import ConfigError, OutsideError, Permanent, Transient, Unknown
from triage.domain.ports import AccessTokens, ForwardChannel, Outgoing
from triage.oauth.tokens import CachedTokens

MAIL = b"From: ipd@office.example\r\nTo: Unit <ok@unit.example>\r\nSubject: x\r\n\r\nline\r\n.dot \xe9\r\n"


def outgoing(data: bytes = MAIL, recipient: str = "ok@unit.example") -> Outgoing:
    return Outgoing("d1", "ipd@office.example", recipient, data)


@pytest.fixture
def access(tokens: Tokens, tmp_path: Path) -> AccessTokens:
    secret = tmp_path / "client-secret"
    secret.write_text(tokens.client_secret)
    settings = OAuth(
        token_url=tokens.url, client_id=tokens.client_id, client_secret_file=secret, grant="client_credentials"
    )
    return CachedTokens(settings, refresh_tokens=None)


@pytest.fixture
def channel(graph: Graph, access: AccessTokens) -> Iterator[Callable[..., ForwardChannel]]:
    def make(**changes: object) -> ForwardChannel:
        values: dict[str, object] = {
            "kind": "graph", "host": "127.0.0.1", "port": graph.port, "security": "plain", "user": graph.tokens.user,
            "oauth": "one", "from": "ipd@office.example", "timeout_seconds": 5,
        }  # fmt: skip
        return open_channel(Channel.model_validate(values | changes), tokens=access)

    yield make


def test_a_mail_is_taken_as_it_is(graph: Graph, tokens: Tokens, channel: Callable[..., ForwardChannel]) -> None:
    opened, body = channel(), Body()
    assert not opened.idempotent
    opened.send(outgoing(), body)
    opened.send(outgoing(MAIL.replace(b"\r\n", b"\n")), body)
    opened.close()
    assert graph.mails == [MAIL, MAIL]
    assert body.begun == 2
    assert len(tokens.asked) == 1, "one token for both"


@pytest.mark.parametrize(
    ("status", "error", "code", "wait"),
    [
        (400, Permanent, "graph_refused", 0),
        (402, Permanent, "graph_refused", 0),
        (403, Permanent, "oauth_not_allowed", 0),
        (404, Permanent, "graph_no_such_mailbox", 0),
        (413, Permanent, "graph_too_large", 0),
        (307, Permanent, "graph_refused", 0),
        (501, Permanent, "graph_refused", 0),
        (408, Transient, "graph_refused", 30),
        (429, Transient, "graph_throttled", 30),
        (503, Transient, "graph_refused", 30),
        (507, Transient, "graph_refused", 30),
        (500, Unknown, "graph_lost_sight", 0),
        (502, Unknown, "graph_lost_sight", 0),
        (504, Unknown, "graph_lost_sight", 0),
    ],
)
def test_refusals(
    graph: Graph, channel: Callable[..., ForwardChannel], status: int, error: type[OutsideError], code: str, wait: float
) -> None:
    headers = {"Location": "http://127.0.0.1:1/"} if status == 307 else {"Retry-After": "30"}
    graph.troubles = [(status, headers)]
    body = Body()
    with pytest.raises(error) as caught:
        channel().send(outgoing(), body)
    assert (caught.value.code, caught.value.retry_after_seconds) == (code, wait)
    assert body.begun == 1
    assert "example" not in str(caught.value), "no address in an error"
    assert graph.mails == []
    channel().send(outgoing(), body)
    assert graph.mails == [MAIL]


def test_who_asks_to_be_left_alone_is_left_alone(graph: Graph, access: AccessTokens) -> None:
    now = 50.0
    settings = Channel.model_validate(
        {
            "kind": "graph", "host": "127.0.0.1", "port": graph.port, "security": "plain", "user": graph.tokens.user,
            "oauth": "one", "from": "ipd@office.example",
        }
    )  # fmt: skip
    channel, body = GraphChannel(settings, access, clock=lambda: now), Body()
    graph.troubles = [(429, {"Retry-After": "40"})]
    with pytest.raises(Transient, match="graph_throttled"):
        channel.send(outgoing(), body)
    now = 70.0
    with pytest.raises(Transient, match="graph_throttled") as caught:
        channel.send(outgoing(), body)
    assert caught.value.retry_after_seconds == 20
    assert (graph.requests, body.begun) == (1, 1), "nothing was asked, nothing begun"
    now = 90.0
    channel.send(outgoing(), body)
    assert graph.mails == [MAIL]


def test_a_line_dropped_after_the_body_is_unknown(graph: Graph, channel: Callable[..., ForwardChannel]) -> None:
    graph.silent = True
    body = Body()
    with pytest.raises(Unknown, match="graph_no_answer"):
        channel().send(outgoing(), body)
    assert (len(graph.mails), body.begun) == (1, 1)


def test_a_refusal_before_the_body_was_read_is_heard(graph: Graph, channel: Callable[..., ForwardChannel]) -> None:
    graph.early = True
    with pytest.raises(Permanent, match="graph_too_large"):
        channel().send(outgoing(MAIL + b"x" * 20_000_000), Body())
    assert graph.mails == []


def test_a_body_that_may_not_start_does_not_leave(graph: Graph, channel: Callable[..., ForwardChannel]) -> None:
    class Lost(Exception):
        pass

    def refuse() -> None:
        raise Lost

    with pytest.raises(Lost):
        channel().send(outgoing(), refuse)
    time.sleep(0.1)
    assert graph.mails == []


def test_away_is_transient(graph: Graph, channel: Callable[..., ForwardChannel]) -> None:
    body = Body()
    graph.tokens.trouble = (503, {"Retry-After": "9"}, b"")
    with pytest.raises(Transient, match="oauth_unavailable") as caught:
        channel().send(outgoing(), body)
    assert caught.value.retry_after_seconds == 9
    graph.tokens.trouble = None
    with pytest.raises(Transient, match="graph_unreachable"):
        channel(port=free_port()).send(outgoing(), body)
    assert (graph.requests, body.begun) == (0, 0)


def test_a_token_that_has_gone_bad_is_replaced_once(
    graph: Graph, tokens: Tokens, channel: Callable[..., ForwardChannel]
) -> None:
    opened, body = channel(), Body()
    opened.send(outgoing(), body)
    tokens.revoke_access()
    opened.send(outgoing(), body)
    assert (len(graph.mails), len(tokens.asked), graph.requests) == (2, 2, 3)
    tokens.expires_in = 0.0  # every token is dead when it arrives
    tokens.revoke_access()
    with pytest.raises(Permanent, match="oauth_refused"):
        opened.send(outgoing(), body)
    assert graph.requests == 5
    assert len(graph.mails) == 2


@pytest.mark.parametrize(
    "fields",
    [
        b"To: ok@unit.example, other@unit.example\r\n",
        b"To: ok@unit.example\r\nCc: other@unit.example\r\n",
        b"To: ok@unit.example\r\nbcc: other@unit.example\r\n",
        b"To: other@unit.example\r\n",
        b"",
    ],
)
def test_the_fields_name_the_recipient_and_nobody_else(
    graph: Graph, channel: Callable[..., ForwardChannel], fields: bytes
) -> None:
    with pytest.raises(Permanent, match="graph_other_recipients"):
        channel().send(outgoing(b"From: ipd@office.example\r\n" + fields + b"\r\nTo: ok@unit.example\r\n"), Body())
    assert graph.requests == 0


def test_the_check_sends_nothing_and_names_what_is_wrong(
    graph: Graph, tokens: Tokens, channel: Callable[..., ForwardChannel]
) -> None:
    channel().check()
    graph.may_send = False
    with pytest.raises(Permanent, match="oauth_not_allowed"):
        channel().check()
    with pytest.raises(Permanent, match="graph_no_such_mailbox"):
        channel(user="someone@else.example").check()
    tokens.expires_in = 0.0
    tokens.revoke_access()
    with pytest.raises(Permanent, match="oauth_refused"):
        channel().check()
    assert graph.mails == []


def test_without_tokens_there_is_no_such_channel(graph: Graph) -> None:
    values = {"kind": "graph", "user": "x@office.example", "oauth": "one", "from": "ipd@office.example"}
    settings = Channel.model_validate(values)
    assert (settings.host, settings.security) == ("graph.microsoft.com", "tls")
    with pytest.raises(ConfigError, match="needs oauth"):
        open_channel(settings)
