"""One reading child, and the loop that keeps several of them busy."""

import json
import math
import os
import select
import struct
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass

from triage.domain.message import ReadResult
from triage.mail.limits import Limits
from triage.mail.own import OwnMail
from triage.reader.wire import decode_result

_LENGTH = struct.Struct(">Q")
_CHUNK = 1 << 16
_LARGEST_ANSWER = 256_000_000
_AHEAD = 8
_AHEAD_BYTES = 2_000_000
_START_SECONDS = 30.0
# The child gives up by itself a little earlier, and then still tells what it has read of the headers.
_OWN_SHARE = 0.8


COMMAND = (sys.executable, "-P", "-m", "triage.reader.child")


def child_environment() -> dict[str, str]:
    """All that a child is told of where it runs: no secrets, and one thread."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "PYTHONPATH": os.pathsep.join(entry or str(os.getcwd()) for entry in sys.path),  # noqa: PTH109
        "PYTHONUTF8": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
    }


@dataclass(frozen=True, slots=True)
class ChildSettings:
    """What a child is told when it starts."""

    own: OwnMail
    limits: Limits
    seconds_per_mail: float
    memory_bytes: int

    def frame(self, **more: object) -> bytes:
        """The first frame of the protocol in `triage.reader.child`; `more` asks for another task than reading."""
        settings: dict[str, object] = {
            "addresses": sorted(self.own.addresses),
            "message_id_domain": self.own.message_id_domain,
            "instance_id": self.own.instance_id,
            "trusted_servers": sorted(self.own.trusted_servers),
            "limits": asdict(self.limits),
            "seconds": self.seconds_per_mail * _OWN_SHARE,
            "memory_bytes": self.memory_bytes,
            **more,
        }
        data = json.dumps(settings).encode()
        return _LENGTH.pack(len(data)) + data


class ChildProcess:
    """A child with its pipes, started when first needed. Mails are sent ahead of the answers, in order."""

    def __init__(self, settings: ChildSettings) -> None:
        self._settings = settings
        self._process: subprocess.Popen[bytes] | None = None
        self._out = bytearray()
        self._in = bytearray()
        self.waiting: deque[tuple[int, bytes]] = deque()
        self.since = 0.0
        self._answered = False

    @property
    def pipes(self) -> tuple[int, int]:
        """File descriptors to write to and to read from; starts the process if there is none."""
        if self._process is None:
            self._start()
        process = self._process
        if process is None or process.stdin is None or process.stdout is None:
            raise RuntimeError("the reading process has no pipes")
        return process.stdin.fileno(), process.stdout.fileno()

    def _start(self) -> None:
        self._process = subprocess.Popen(
            COMMAND,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=child_environment(),
            start_new_session=True,
        )
        for descriptor in self.pipes:
            os.set_blocking(descriptor, False)
        self._out = bytearray(self._settings.frame()) + self._out
        self._in = bytearray()
        self._answered = False
        self.since = time.monotonic()

    def stop(self) -> None:
        """Kill the child, whatever it does, and forget what it was sent."""
        process, self._process = self._process, None
        self.waiting.clear()
        self._out = bytearray()
        if process is None:
            return
        process.kill()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                stream.close()
        process.wait()

    def has_room(self) -> bool:
        """Whether another mail may be sent ahead."""
        return len(self.waiting) < _AHEAD and len(self._out) < _AHEAD_BYTES

    def send(self, place: int, raw: bytes) -> None:
        """Queue one mail."""
        if not self.waiting:
            self.since = time.monotonic()
        self.waiting.append((place, raw))
        self._out += _LENGTH.pack(len(raw)) + raw

    def wants_to_write(self) -> bool:
        """Whether bytes are left to be written."""
        return bool(self._out)

    def write_some(self) -> bool:
        """Write what the pipe takes; false where the child is gone."""
        try:
            written = os.write(self.pipes[0], memoryview(self._out)[:_CHUNK].tobytes())
        except BlockingIOError:
            return True
        except OSError:
            return False
        del self._out[:written]
        return True

    def read_some(self) -> Iterator[tuple[int, ReadResult] | None]:
        """Finished answers; None where the child is gone or talks nonsense."""
        try:
            data = os.read(self.pipes[1], _CHUNK * 4)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            yield None
            return
        self._in += data
        while len(self._in) >= _LENGTH.size and self.waiting:
            (length,) = _LENGTH.unpack_from(self._in)
            if length > _LARGEST_ANSWER:
                yield None
                return
            if len(self._in) < _LENGTH.size + length:
                return
            answer = bytes(self._in[_LENGTH.size : _LENGTH.size + length])
            del self._in[: _LENGTH.size + length]
            try:
                result = decode_result(answer)
            except (ValueError, TypeError, KeyError, AttributeError):
                yield None
                return
            place, _ = self.waiting.popleft()
            self.since = time.monotonic()
            self._answered = True
            yield place, result

    def seconds_left(self) -> float:
        """Until the mail in work has used up its time; a child that has just started gets more."""
        allowed = self._settings.seconds_per_mail + (0.0 if self._answered else _START_SECONDS)
        return self.since + allowed - time.monotonic()


def run_batch(children: Sequence[ChildProcess], work: Sequence[tuple[int, bytes]]) -> Iterator[tuple[int, ReadResult]]:
    """Read all the work, in whatever order it gets done; each mail is answered exactly once."""
    left = deque(work)
    try:
        while left or any(child.waiting for child in children):
            yield from _turn(children, left)
    finally:
        for child in children:
            if child.waiting:  # the caller went away in the middle
                child.stop()


def _turn(children: Sequence[ChildProcess], left: "deque[tuple[int, bytes]]") -> Iterator[tuple[int, ReadResult]]:
    # `select.poll`, not a selector: one call into the system a turn, and there are two turns a mail.
    poll = select.poll()
    writers: dict[int, ChildProcess] = {}
    readers: dict[int, ChildProcess] = {}
    for child in children:
        while left and child.has_room():
            child.send(*left.popleft())
            if len(left) <= len(children):
                break
        if child.waiting:
            to, back = child.pipes
            readers[back] = child
            poll.register(back, select.POLLIN)
            if child.wants_to_write():
                writers[to] = child
                poll.register(to, select.POLLOUT)
    timeout = min((child.seconds_left() for child in children if child.waiting), default=0.0)
    gone: set[int] = set()
    for descriptor, _ in poll.poll(math.ceil(max(0.0, timeout) * 1000)):
        if descriptor in writers and not writers[descriptor].write_some():
            gone.add(id(writers[descriptor]))
        if descriptor in readers:
            for answer in readers[descriptor].read_some():
                if answer is None:
                    gone.add(id(readers[descriptor]))
                else:
                    yield answer
    for child in children:
        if child.waiting and id(child) in gone:
            yield _lost(child, left, "crashed")
        elif child.waiting and child.seconds_left() <= 0:
            yield _lost(child, left, "too_slow")


def _lost(child: ChildProcess, left: "deque[tuple[int, bytes]]", reason: str) -> tuple[int, ReadResult]:
    """Kill a child; its mail in work is quarantined, those behind it go back to the others."""
    (place, _), *behind = child.waiting
    child.stop()
    left.extendleft(reversed(behind))
    return place, ReadResult(None, reason)
