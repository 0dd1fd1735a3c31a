"""Microsoft Graph on loopback, as far as sendMail in the MIME format goes: what the documentation says, and what goes wrong.

`troubles` are the next answers, a status with headers each; after them come 202 and what the documentation says.
"""

import base64
import binascii
import contextlib
import json
import socket
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler
from urllib.parse import unquote

import pytest

from tests.rig.tokens import Tokens, Web, serving


class Graph:
    """`mails` is what was taken. `may_send`: whether the application has Mail.Send. `early`: 413 before the body is read.
    `silent`: the line is dropped in the place of an answer."""

    def __init__(self, tokens: Tokens) -> None:
        self.tokens, self.port = tokens, 0
        self.mails: list[bytes] = []
        self.requests = 0
        self.may_send = True
        self.early = False
        self.silent = False
        self.troubles: list[tuple[int, Mapping[str, str]]] = []

    def judge(self, path: str, headers: Mapping[str, str]) -> tuple[int, Mapping[str, str], str]:
        """The answer as far as it does not depend on the body; status 0 where it is fine so far."""
        holder = self.tokens.holder(headers.get("Authorization", "").removeprefix("Bearer "))
        if holder is None:
            return 401, {"WWW-Authenticate": "Bearer"}, "InvalidAuthenticationToken"
        if self.troubles:
            status, more = self.troubles.pop(0)
            return status, more, "Trouble"
        user = unquote(path.removeprefix("/v1.0/users/").removesuffix("/sendMail"))
        if path.count("/") != 4 or not path.endswith("/sendMail") or user != self.tokens.user:
            return 404, {}, "ErrorInvalidUser"
        if not self.may_send:
            return 403, {}, "ErrorAccessDenied"
        if headers.get("Content-Type") != "text/plain":
            return 415, {}, "UnsupportedMediaType"
        return 0, {}, ""

    def take(self, body: bytes) -> bool:
        """Whether the body is a mail in base64."""
        try:
            mail = base64.b64decode(body, validate=True)
        except binascii.Error:
            return False
        if not mail:
            return False
        self.mails.append(mail)
        return True


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Web

    def do_POST(self) -> None:
        graph: Graph = self.server.rig
        graph.requests += 1
        if graph.early:
            self._send(413, {}, "RequestEntityTooLarge")
            self.close_connection = True
            with contextlib.suppress(OSError):
                self.connection.shutdown(socket.SHUT_WR)
                while self.connection.recv(65536):  # a reset would destroy the answer under way
                    pass
            return
        status, more, word = graph.judge(self.path, dict(self.headers))
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        if status == 0 and not graph.take(body):
            status, word = 400, "ErrorMimeContentInvalidBase64String"
        if graph.silent:
            self.close_connection = True
            return
        self._send(status or 202, more, word)

    def _send(self, status: int, more: Mapping[str, str], word: str) -> None:
        body = json.dumps({"error": {"code": word, "message": self.path}}).encode() if word else b""
        self.send_response(status)
        for name, value in more.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Silent."""


@pytest.fixture
def graph(tokens: Tokens) -> Iterator[Graph]:
    """A Graph that believes the tokens of `tokens`."""
    rig = Graph(tokens)
    with serving(rig, _Handler) as port:
        rig.port = port
        yield rig
