"""The attachments of a mail: leaves not shown as text, contents of winmail.dat, uuencoded blocks."""

import re
from dataclasses import dataclass
from typing import Any

from triage.domain.message import Attachment
from triage.mail.charset import clean, decode
from triage.mail.limits import Limits
from triage.mail.structure import Part, content_id
from triage.mail.words import one_line

_TNEF_TYPES = ("application/ms-tnef", "application/vnd.ms-tnef")
_DIRECTION_MARKS = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_NAME_CHARACTERS = 200


@dataclass(frozen=True, slots=True)
class Found:
    """An attachment with its content, its file name already safe. `cid` is its Content-ID, if any."""

    name: str
    type: str
    data: bytes
    inline: bool = False
    cid: str = ""


def safe_name(name: str) -> str:
    """A file name without path, control or direction characters; the extension survives cutting."""
    name = _DIRECTION_MARKS.sub("", one_line(name))
    name = re.split(r"[/\\]", name)[-1].strip(" \"'")
    if name.strip(".") == "":
        return ""
    if len(name) > _NAME_CHARACTERS:
        stem, dot, extension = name.rpartition(".")
        short = dot + extension if dot and len(extension) <= 10 else ""
        name = (stem if short else name)[: _NAME_CHARACTERS - len(short)] + short
    return name


def is_tnef(type_: str, name: str) -> bool:
    """A container of Outlook, by type or by its usual name."""
    return type_ in _TNEF_TYPES or name.lower() == "winmail.dat"


def find_attachments(parts: list[Part], limits: Limits) -> list[Found]:
    """What these leaves attach, in order; a winmail.dat is followed by its contents."""
    found: list[Found] = []
    for part in parts:
        name = safe_name(part.filename)
        inline = part.disposition == "inline" or (not part.disposition and "content-id" in part.headers)
        found.append(Found(name, part.type, part.data, inline, content_id(part)))
        if is_tnef(part.type, name):
            found.extend(_tnef(part.data, limits))
    return found


def _tnef(data: bytes, limits: Limits) -> list[Found]:
    """Files inside a winmail.dat; none where it cannot be read."""
    opened = open_tnef(data)
    found: list[Found] = []
    size = 0
    for attachment in getattr(opened, "attachments", ()):
        name, content = _tnef_file(attachment)
        size += len(content)
        if size > limits.unpacked_bytes:
            break
        found.append(Found(safe_name(name), "application/octet-stream", content))
    return found


def tnef_text(data: bytes) -> tuple[str, bool]:
    """The words of a winmail.dat and whether they are HTML; empty where it has none."""
    opened: Any = open_tnef(data)
    for body, is_html in ((getattr(opened, "htmlbody", None), True), (getattr(opened, "body", None), False)):
        if isinstance(body, list):
            body = body[0] if body else None
        if isinstance(body, bytes):
            body = decode(body)[0]
        if isinstance(body, str) and body.strip():
            return clean(body), is_html
    return "", False


def _tnef_file(attachment: Any) -> tuple[str, bytes]:
    try:
        return str(attachment.long_filename() or ""), bytes(attachment.data or b"")
    except Exception:  # the library raises whatever a broken file makes it raise
        return "", b""


def open_tnef(data: bytes) -> object | None:
    """The parsed TNEF file, or None; the library logs and raises freely, neither of which may come out here."""
    import logging

    from tnefparse import TNEF

    logging.getLogger("tnef-decode").setLevel(logging.CRITICAL)
    logging.getLogger("tnefparse").setLevel(logging.CRITICAL)
    try:
        opened: object = TNEF(data, do_checksum=False)
    except Exception:
        return None
    return opened


def describe(found: list[Found]) -> tuple[Attachment, ...]:
    """The domain's view of them, numbered in reading order."""
    return tuple(
        Attachment(name=each.name, type=one_line(each.type)[:120], size=len(each.data), index=index, inline=each.inline)
        for index, each in enumerate(found)
    )
