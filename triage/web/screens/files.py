"""What lies inside a message: its HTML in a frame, its attachments and its original bytes, all made harmless."""

import re
from collections.abc import Callable
from html import escape
from urllib.parse import quote

from flask import Blueprint, Response, abort

from triage.domain.errors import NotFound
from triage.domain.message import Message
from triage.domain.people import Role
from triage.flow.desk.look import look, look_raw
from triage.mail.sanitise import sanitise
from triage.reader.opener import open_attachment, open_images
from triage.web.access import allow, officer
from triage.web.security import DOWNLOAD_POLICY, PDF_POLICY, frame_style
from triage.web.services import services

screen = Blueprint("files", __name__)

# Types that a browser may be told as they are; it saves them in any case. Everything else is plain bytes.
SAFE_TYPES = frozenset(
    {
        "application/pdf",
        "application/msword",
        "application/rtf",
        "application/vnd.ms-excel",
        "application/vnd.ms-powerpoint",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "application/vnd.oasis.opendocument.text",
        "application/zip",
        "audio/mpeg",
        "image/gif",
        "image/jpeg",
        "image/png",
        "image/webp",
        "message/rfc822",
        "text/calendar",
        "text/csv",
        "text/plain",
        "video/mp4",
    }
)
SIGNATURES = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"%PDF-", "application/pdf"),
)
PREVIEWED = frozenset({"image/webp", *(kind for _, kind in SIGNATURES)})
PREVIEW_BYTES = 15_000_000
FRAME = """<!doctype html>
<html lang="{language}" dir="auto"><head><meta charset="utf-8"><title>–</title>
<style>{style}</style></head>
<body dir="auto">{body}</body></html>"""
_UNSAFE = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|\u202a-\u202e\u2066-\u2069]+')


@screen.get("/messages/<int:message_id>/html")
@allow(Role.OFFICER)
def html(message_id: int) -> Response:
    """The sanitised HTML of the message, for its sandboxed frame: an origin of its own, and nothing is loaded."""
    message = look(services().store, viewer=officer(), message_id=message_id, now=services().clock.now()).message
    return framed(message, lambda: _original(message_id))


@screen.get("/messages/<int:message_id>/attachments/<int:index>")
@allow(Role.OFFICER)
def attachment(message_id: int, index: int) -> Response:
    """One attachment, to be saved and never opened in the browser."""
    return saved(_original(message_id), index)


@screen.get("/messages/<int:message_id>/attachments/<int:index>/preview")
@allow(Role.OFFICER)
def preview(message_id: int, index: int) -> Response:
    """A picture or PDF to look at inside the message page."""
    return previewed(_original(message_id), index)


def _original(message_id: int) -> bytes:
    return look_raw(services().store, viewer=officer(), message_id=message_id, now=services().clock.now())


def framed(message: Message | None, original: Callable[[], bytes]) -> Response:
    """The sanitised HTML of a message; its original is asked for only where it carries images of its own."""
    if message is None or not message.html:
        raise NotFound("html")
    images = open_images(original()) if "cid:" in message.html else {}
    style, policy = frame_style()
    page = FRAME.format(language=escape(message.language), style=style, body=sanitise(message.html, images=images))
    response = Response(page, mimetype="text/html")
    response.headers["Content-Security-Policy"] = policy
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response


def saved(raw: bytes, index: int) -> Response:
    """An attachment of a mail as a file to save."""
    found = open_attachment(raw, index)
    if found is None:
        abort(404)
    description, data = found
    return download(data, description.name or f"attachment-{index + 1}", description.type)


def previewed(raw: bytes, index: int) -> Response:
    """An attachment of a mail to look at: only what its own first bytes say it is, under a policy in which nothing runs,
    loads or leads elsewhere. The browser shows a PDF in a process of its own."""
    found = open_attachment(raw, index)
    if found is None:
        abort(404)
    description, data = found
    kind = preview_type(data)
    if kind is None or kind != description.type.lower() or len(data) > PREVIEW_BYTES:
        raise NotFound("nothing to preview")
    response = Response(data, mimetype=kind)
    response.headers["Content-Disposition"] = "inline"
    response.headers["Content-Security-Policy"] = PDF_POLICY if kind == "application/pdf" else DOWNLOAD_POLICY
    response.headers["X-Frame-Options"] = "SAMEORIGIN" if kind == "application/pdf" else "DENY"
    return response


def preview_type(data: bytes) -> str | None:
    """What `data` is by its first bytes, as far as it may be shown; None for everything else."""
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "image/webp"
    return next((kind for start, kind in SIGNATURES if data.startswith(start)), None)


@screen.get("/messages/<int:message_id>/original")
@allow(Role.OFFICER)
def raw(message_id: int) -> Response:
    """The mail as it came, byte for byte."""
    return download(_original(message_id), f"message-{message_id}.eml", "application/octet-stream")


def download(data: bytes, name: str, mimetype: str) -> Response:
    """`data` as a file to save: harmless type, no guessing, name without tricks (RFC 6266 with RFC 8187)."""
    safe = _UNSAFE.sub("_", name).strip(" ._")[-150:] or "file"
    plain = safe.encode("ascii", "replace").decode().replace("?", "_")
    named = f'attachment; filename="{plain}"' + ("" if plain == safe else f"; filename*=UTF-8''{quote(safe, safe='')}")
    kind = mimetype.lower() if mimetype.lower() in SAFE_TYPES else "application/octet-stream"
    response = Response(data, mimetype=kind)
    response.headers["Content-Disposition"] = named
    response.headers["Content-Security-Policy"] = DOWNLOAD_POLICY
    return response
