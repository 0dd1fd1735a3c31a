"""The webhook against a real HTTP server: what is posted, and what each kind of refusal means."""

import json
import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from tests.rig import self_signed
from triage.channels.webhook import Webhook
from triage.config import Alerts
from triage.domain.errors import OutsideError, Permanent, Transient

PAYLOAD: dict[str, str | int | None] = {"alert": 7, "kind": "urgent", "url": "https://triage.office.example/messages/1"}


class Server(HTTPServer):
    """Answers with `status` and remembers."""

    status = 204
    posted: list[tuple[str, str, bytes]]


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.posted.append((self.path, self.headers["Content-Type"], body))
        self.send_response(self.server.status)
        if self.server.status == 302:
            self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server(("127.0.0.1", 0), Handler)
    made.posted = []
    thread = threading.Thread(target=made.serve_forever, args=(0.02,))
    thread.start()
    yield made
    made.shutdown()
    thread.join()
    made.server_close()


def hook(server: Server, *, scheme: str = "http", host: str = "127.0.0.1", ca_file: Path | None = None) -> Webhook:
    url = f"{scheme}://{host}:{server.server_port}/in?room=7"
    return Webhook(Alerts(webhook_url=url, webhook_ca_file=ca_file))


def test_one_json_post(server: Server) -> None:
    hook(server).call(PAYLOAD)
    ((path, kind, body),) = server.posted
    assert (path, kind, json.loads(body)) == ("/in?room=7", "application/json", PAYLOAD)


@pytest.mark.parametrize(
    ("status", "error"), [(500, Transient), (503, Transient), (429, Transient), (404, Permanent), (302, Permanent)]
)
def test_refusals(server: Server, status: int, error: type[OutsideError]) -> None:
    server.status = status
    with pytest.raises(error) as caught:
        hook(server).call(PAYLOAD)
    assert caught.value.code == "webhook_refused"
    assert len(server.posted) == 1, "no redirect is followed"


def test_nobody_there(server: Server) -> None:
    webhook = Webhook(Alerts(webhook_url="http://127.0.0.1:1/"))
    with pytest.raises(Transient, match="webhook_unreachable"):
        webhook.call(PAYLOAD)


def test_over_tls_with_an_authority_of_ones_own_and_without(server: Server, tmp_path: Path) -> None:
    certificate, key = self_signed(tmp_path)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    hook(server, scheme="https", host="localhost", ca_file=certificate).call(PAYLOAD)
    assert len(server.posted) == 1
    with pytest.raises(Permanent, match="webhook_certificate"):
        hook(server, scheme="https", host="localhost").call(PAYLOAD)
