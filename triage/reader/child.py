"""The process that reads strangers' mail: no secrets in its environment, little memory, no files to write.

Started as `python -m triage.reader.child` by `LimitedReader`. On standard input comes one JSON frame of settings and
then one frame for each mail; on standard output goes one JSON frame for each. Settings with `open` ask instead for an
attachment (its index) or the inline pictures (null) of the one mail that follows: a JSON frame, and for an attachment
one with its bytes. A frame is its length (8 bytes, big
endian) and that many bytes. End of input ends the process.
"""

import json
import os
import resource
import signal
import struct
import sys
from collections.abc import Iterator
from types import FrameType
from typing import BinaryIO

from triage.domain.message import ReadResult
from triage.mail.language import load_model
from triage.mail.limits import Limits
from triage.mail.own import OwnMail
from triage.mail.parse import read_headers_only, read_message
from triage.reader.wire import encode_attachment, encode_result

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


def _open(raw: bytes, index: int | None, limits: Limits, seconds: float) -> Iterator[bytes]:
    """The frames for one attachment, or for the pictures; none where the mail has no such attachment or is too slow."""
    from triage.mail.opened import inline_images, read_attachment

    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        if index is None:
            yield json.dumps(inline_images(raw, limits=limits)).encode()
        elif found := read_attachment(raw, index, limits=limits):
            yield json.dumps(encode_attachment(found[0])).encode()
            yield found[1]
    except (Exception, TooSlow):  # the mail is to blame, and the parent has what it needs to know: no frame
        return
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def main() -> None:
    """Serve until the input ends."""
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    # Nothing that a library prints may get between the frames.
    sys.stdout = open(os.devnull, "w")  # noqa: SIM115, PTH123 - open until the process ends
    first = _read_frame(source)
    if first is None:
        return
    settings = json.loads(first)
    opening = "open" in settings
    if not opening:
        load_model()  # its library writes a temporary file, so before that becomes forbidden
    _limit_resources(int(settings["memory_bytes"]))
    signal.signal(signal.SIGALRM, _time_is_up)
    own = OwnMail(
        frozenset(settings["addresses"]),
        settings["message_id_domain"],
        settings["instance_id"],
        frozenset(settings["trusted_servers"]),
    )
    limits = Limits(**settings["limits"])
    seconds = float(settings["seconds"])
    while (raw := _read_frame(source)) is not None:
        if opening:
            for frame in _open(raw, settings["open"], limits, seconds):
                sink.write(_LENGTH.pack(len(frame)) + frame)
            return
        answer = encode_result(_read_within(raw, own, limits, seconds))
        sink.write(_LENGTH.pack(len(answer)) + answer)
        sink.flush()


if __name__ == "__main__":
    main()
