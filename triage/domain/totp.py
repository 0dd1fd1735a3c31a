"""Codes of a second factor: time-based one-time passwords as RFC 6238 describes them, with what every phone expects
(SHA-1, six digits, thirty seconds)."""

import base64
import hashlib
import hmac
from datetime import datetime
from urllib.parse import quote

STEP_SECONDS = 30
DIGITS = 6
DRIFT = 1
"""Steps before and after now whose codes are taken too: clocks differ, and typing takes time."""


def code_at(secret: bytes, step: int) -> str:
    """The code of one time step (RFC 4226, 5.3)."""
    digest = hmac.digest(secret, step.to_bytes(8, "big"), hashlib.sha1)
    place = digest[-1] & 0x0F
    number = int.from_bytes(digest[place : place + 4], "big") & 0x7FFF_FFFF
    return f"{number % 10**DIGITS:0{DIGITS}}"


def step_of(now: datetime) -> int:
    """The time step that holds `now`."""
    return int(now.timestamp()) // STEP_SECONDS


def fitting_step(secret: bytes, code: str, *, now: datetime, after: int) -> int | None:
    """The time step whose code this is, None where it fits none. Steps up to `after` are used up: no code counts twice."""
    here = step_of(now)
    fitting = None
    for step in range(here - DRIFT, here + DRIFT + 1):  # always all of them: the time taken tells nothing
        if hmac.compare_digest(code_at(secret, step).encode(), code.strip().encode()) and step > after:
            fitting = step
    return fitting


def key_text(secret: bytes) -> str:
    """The secret as people type it: base32 in groups of four."""
    text = base64.b32encode(secret).decode().rstrip("=")
    return " ".join(text[place : place + 4] for place in range(0, len(text), 4))


def address(secret: bytes, *, account: str, issuer: str) -> str:
    """The otpauth address that a QR code carries to the phone."""
    label = f"{quote(issuer, safe='')}:{quote(account, safe='@')}"
    key = base64.b32encode(secret).decode().rstrip("=")
    return f"otpauth://totp/{label}?secret={key}&issuer={quote(issuer, safe='')}&digits={DIGITS}&period={STEP_SECONDS}"
