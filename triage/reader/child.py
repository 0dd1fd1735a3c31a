"""The process that reads strangers' mail: no secrets in its environment, little memory, no files to write.

Started as `python -m triage.reader.child` by `LimitedReader`. On standard input comes one JSON frame of settings and
then one frame for each mail; on standard output goes one JSON frame for each. A frame is its length (8 bytes, big
endian) and that many bytes. End of input ends the process.
"""

import json
import os
import resource
import signal
import struct
import sys
from types import FrameType
from typing import BinaryIO

from triage.domain.message import ReadResult
from triage.mail.language import load_model
from triage.mail.limits import Limits
from triage.mail.own import OwnMail
from triage.mail.parse import read_headers_only, read_message
from triage.reader.wire import encode_result

_LENGTH = struct.Struct(">Q")


class TooSlow(BaseException):
    """The mail's time is up. Not an Exception, so that no lenient `except` on the way can swallow it."""


def _time_is_up(_signal: int, _frame: FrameType | None) -> None:
    raise TooSlow


def _read_frame(stream: BinaryIO) -> bytes | None:
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack(head)
    return stream.read(length)


def _limit_resources(memory_bytes: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def _read_within(raw: bytes, own: OwnMail, limits: Limits, seconds: float) -> ReadResult:
    """One reading; where its time is up, the headers alone."""
    try:
        signal.setitimer(signal.ITIMER_REAL, seconds)
        try:
            result = read_message(raw, own=own, limits=limits)
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
    except TooSlow:
        return ReadResult(read_headers_only(raw, limits=limits), "too_slow")
    return result


def main() -> None:
    """Serve until the input ends."""
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    # Nothing that a library prints may get between the frames.
    sys.stdout = open(os.devnull, "w")  # noqa: SIM115, PTH123 - open until the process ends
    first = _read_frame(source)
    if first is None:
        return
    settings = json.loads(first)
    load_model()  # its library writes a temporary file, so before that becomes forbidden
    _limit_resources(int(settings["memory_bytes"]))
    signal.signal(signal.SIGALRM, _time_is_up)
    own = OwnMail(frozenset(settings["addresses"]), settings["message_id_domain"], settings["instance_id"])
    limits = Limits(**settings["limits"])
    while (raw := _read_frame(source)) is not None:
        answer = encode_result(_read_within(raw, own, limits, float(settings["seconds"])))
        sink.write(_LENGTH.pack(len(answer)) + answer)
        sink.flush()


if __name__ == "__main__":
    main()
