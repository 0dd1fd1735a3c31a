"""A clamd that looks at mail before it is forwarded: INSTREAM, over TCP or a Unix socket, one connection a mail.

Fails closed: what is infected does not leave, and what could not be looked at does not either. clamd reports its own
limits (size, nesting, files in files) and encrypted archives as findings where it is told to (AlertExceedsMax,
AlertEncrypted); these mean "not looked at", not "infected".
"""

import socket
import struct
from collections.abc import Sequence
from pathlib import Path

from triage.domain.errors import Permanent, Transient
from triage.domain.protection import INFECTED, NOT_SCANNED

CHUNK = 1 << 16
LONGEST_ANSWER = 4096
_NOT_LOOKED_AT = ("Heuristics.Limits.Exceeded", "Heuristics.Encrypted")


class Clamd:
    """One clamd. `largest_bytes`: larger mail is not sent to it."""

    def __init__(
        self,
        *,
        host: str = "",
        port: int = 3310,
        path: Path | None = None,
        timeout_seconds: float = 60.0,
        largest_bytes: int = 25_000_000,
    ) -> None:
        self._host = host
        self._port = port
        self._path = path
        self._timeout = timeout_seconds
        self._largest = largest_bytes

    def scan(self, data: bytes) -> None:
        """See `domain.protection.Scanner`."""
        if len(data) > self._largest:
            raise Permanent(NOT_SCANNED, "larger than clamd is given")
        answer = self._ask(data)
        _, _, verdict = answer.partition(": ")
        if verdict == "OK":
            return
        if verdict.endswith(" FOUND") and not verdict.startswith(_NOT_LOOKED_AT):
            raise Permanent(INFECTED)
        if verdict.endswith(" FOUND") or "size limit exceeded" in answer:
            raise Permanent(NOT_SCANNED, "beyond the limits of clamd, or encrypted")
        raise Transient(NOT_SCANNED, "clamd could not tell")

    def check(self) -> None:
        """Asks clamd whether it is there. Raises Transient."""
        if self._talk([b"zPING\0"]) != "PONG":
            raise Transient(NOT_SCANNED, "something that is no clamd answers")

    def _ask(self, data: bytes) -> str:
        view = memoryview(data)
        chunks = [view[start : start + CHUNK] for start in range(0, len(data), CHUNK)]
        frames = [part for chunk in chunks for part in (struct.pack("!L", len(chunk)), chunk)]
        return self._talk([b"zINSTREAM\0", *frames, struct.pack("!L", 0)])

    def _talk(self, frames: Sequence[bytes | memoryview]) -> str:
        try:
            with self._connect() as line:
                try:
                    for frame in frames:
                        line.sendall(frame)
                except (BrokenPipeError, ConnectionResetError):
                    pass  # it has seen enough; its answer says why
                answer = b""
                while b"\0" not in answer and len(answer) < LONGEST_ANSWER:
                    part = line.recv(LONGEST_ANSWER)
                    if not part:
                        break
                    answer += part
        except OSError as error:
            raise Transient(NOT_SCANNED, type(error).__name__) from None
        return answer.rstrip(b"\0\n").decode("ascii", "replace")

    def _connect(self) -> socket.socket:
        if self._path is None:
            return socket.create_connection((self._host, self._port), self._timeout)
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            line.settimeout(self._timeout)
            line.connect(str(self._path))
        except OSError:
            line.close()
            raise
        return line
