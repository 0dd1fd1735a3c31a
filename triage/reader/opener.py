"""Attachments and inline pictures taken out of a mail by a limited child process, one process a mail.

Nobody waits for these but a person who has clicked, and the tenth of a second that a process takes to start is worth
that whatever a hostile mail does happens in a place without keys, database or time.
"""

import json
import struct
import subprocess
from collections.abc import Iterator

from triage.domain.message import Attachment
from triage.mail.limits import DEFAULT, Limits
from triage.mail.own import NOBODY
from triage.reader.process import COMMAND, ChildSettings, child_environment
from triage.reader.wire import decode_attachment

_LENGTH = struct.Struct(">Q")
_SECONDS = 10.0
_START_SECONDS = 30.0
_MEMORY_BYTES = 1_500_000_000


def open_attachment(
    raw: bytes, index: int, *, limits: Limits = DEFAULT, seconds: float = _SECONDS
) -> tuple[Attachment, bytes] | None:
    """Description and content of attachment `index` of `Message.attachments`, its type by what is in it.

    None where there is none of that number, or where the mail takes longer than `seconds` or breaks the child.
    """
    frames = _ask(raw, index, limits, seconds)
    if len(frames) != 2:
        return None
    try:
        return decode_attachment(json.loads(frames[0])), frames[1]
    except (ValueError, TypeError):
        return None


def open_images(raw: bytes, *, limits: Limits = DEFAULT, seconds: float = _SECONDS) -> dict[str, str]:
    """Content-ID -> `data:` URL of the raster images that the mail carries; none where they cannot be had."""
    frames = _ask(raw, None, limits, seconds)
    found = json.loads(frames[0]) if len(frames) == 1 else {}
    return {str(name): str(url) for name, url in found.items() if str(url).startswith("data:image/")}


def _ask(raw: bytes, index: int | None, limits: Limits, seconds: float) -> list[bytes]:
    if len(raw) > limits.message_bytes:
        return []
    settings = ChildSettings(NOBODY, limits, seconds, _MEMORY_BYTES)
    try:
        done = subprocess.run(
            COMMAND,
            input=settings.frame(open=index) + _LENGTH.pack(len(raw)) + raw,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=child_environment(),
            start_new_session=True,
            timeout=seconds + _START_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return []
    return list(_frames(done.stdout)) if done.returncode == 0 else []


def _frames(data: bytes) -> Iterator[bytes]:
    at = 0
    while at + _LENGTH.size <= len(data):
        (length,) = _LENGTH.unpack_from(data, at)
        at += _LENGTH.size
        yield data[at : at + length]
        at += length
