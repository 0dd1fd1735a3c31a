"""Forwards through Graph: composed mail passes as it is, and what Graph says is booked."""

from email import message_from_bytes
from pathlib import Path

import pytest

from tests.rig.graph import Graph
from tests.store.office import Office
from triage.channels import open_channel
from triage.config import Channel, OAuth
from triage.domain.lifecycle import DeliveryState, MessageState
from triage.oauth.tokens import CachedTokens


@pytest.fixture
def graph_office(office: Office, graph: Graph, tmp_path: Path) -> Office:
    secret = tmp_path / "client-secret"
    secret.write_text(graph.tokens.client_secret)
    account = OAuth(
        token_url=graph.tokens.url, client_id=graph.tokens.client_id, client_secret_file=secret, grant="client_credentials"
    )  # fmt: skip
    settings = Channel.model_validate(
        {
            "kind": "graph", "host": "127.0.0.1", "port": graph.port, "security": "plain", "user": graph.tokens.user,
            "oauth": "one", "from": "ipd@office.example",
        }
    )  # fmt: skip
    office.outbox = open_channel(settings, tokens=CachedTokens(account, refresh_tokens=None))  # type: ignore[assignment]
    office.forward = office.worker("worker-graph")
    return office


def test_a_decision_leaves_through_graph(graph_office: Office, graph: Graph) -> None:
    message = graph_office.one()
    graph_office.decide(message.id)
    graph_office.send()
    assert graph_office.state(message.id) is MessageState.FORWARDED
    (data,) = graph.mails
    mail = message_from_bytes(data)
    (delivery,) = graph_office.deliveries(DeliveryState.SENT)
    assert delivery.id in mail["Message-ID"]
    assert delivery.address in mail["To"]


def test_the_wish_to_be_left_alone_is_kept(graph_office: Office, graph: Graph) -> None:
    message = graph_office.one()
    graph_office.decide(message.id)
    graph.troubles = [(429, {"Retry-After": "600"})]
    graph_office.send()
    assert graph_office.state(message.id) is MessageState.QUEUED
    graph_office.clock.pass_(599 - 60)
    graph_office.send()
    assert graph.requests == 1, "the pause of a first failure is a minute, but ten were asked for"
    graph_office.clock.pass_(1)
    graph_office.outbox._quiet_until = 0.0  # type: ignore[attr-defined]  # the channel's own clock is the machine's
    graph_office.forward.step()
    assert graph_office.state(message.id) is MessageState.FORWARDED


def test_a_gateway_that_lost_sight_is_an_officers_to_settle(graph_office: Office, graph: Graph) -> None:
    message = graph_office.one()
    graph_office.decide(message.id)
    graph.troubles = [(504, {})]
    graph_office.send()
    (delivery,) = graph_office.deliveries(DeliveryState.UNKNOWN)
    assert delivery.error_code == "graph_lost_sight"
    assert graph_office.state(message.id) is MessageState.QUEUED
    graph_office.clock.pass_(86_400)
    graph_office.send()
    assert graph.requests == 1
