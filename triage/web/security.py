"""Headers that go with every answer, and the stricter ones of a stranger's HTML."""

import hashlib
from base64 import b64encode
from functools import lru_cache
from pathlib import Path

from flask import Response, request

PAGE_POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "frame-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
# The frame of a stranger's HTML: an origin of its own, nothing runs, nothing loads but images inside the mail itself.
MAIL_POLICY = "; ".join(
    (
        "default-src 'none'",
        "img-src data:",
        "style-src '{style}'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'self'",
        "sandbox allow-popups allow-popups-to-escape-sandbox",
    )
)
# A PDF in the browser's own viewer, which a sandboxed frame would not start: no script, no form, nothing loaded.
PDF_POLICY = "default-src 'none'; object-src 'self'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
DOWNLOAD_POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox"


def harden(response: Response) -> Response:
    """Add the headers that are missing. Pages are never kept by browsers or proxies; static files are."""
    headers = response.headers
    headers.setdefault("Content-Security-Policy", PAGE_POLICY)
    headers.setdefault("X-Frame-Options", "DENY")
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "same-origin"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
    headers["X-Robots-Tag"] = "noindex, nofollow"
    if request.is_secure:
        headers["Strict-Transport-Security"] = "max-age=31536000"
    if request.endpoint == "static":
        headers["Cache-Control"] = "public, max-age=31536000, immutable" if "v" in request.args else "no-cache"
    elif "Cache-Control" not in headers:
        headers["Cache-Control"] = "no-store"
    return response


@lru_cache
def frame_style() -> tuple[str, str]:
    """The style of the mail frame and the policy that lets exactly this text in: the frame loads nothing at all."""
    style = (Path(__file__).parent / "static" / "frame.css").read_text(encoding="utf-8")
    digest = b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return style, MAIL_POLICY.format(style=f"sha256-{digest}")
