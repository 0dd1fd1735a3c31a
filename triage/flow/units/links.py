"""The signed links in mail to units: good for one delivery, that is for one inquiry and one unit, until a day.

A token is delivery id, end and a keyed hash over both, as one opaque word that may stand in a path: it names no content.
`guard_of` binds a form to its token and to the number of answers given so far, so that a page counts once: sending it
again, or two people sending theirs at once, changes nothing.
"""

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from triage.domain.decision import UnitAnswer
from triage.domain.errors import Refused

PATH = "u"
ACTIONS = {
    UnitAnswer.ACCEPTED: "take",
    UnitAnswer.NOT_OURS: "not-ours",
    UnitAnswer.ANSWERED: "answered",
    UnitAnswer.NEEDS_MORE: "need-more",
}
"""The last part of each link's path."""

_ID_BYTES, _END_BYTES, _MAC_BYTES = 16, 5, 24
_TOKEN_CHARACTERS = (_ID_BYTES + _END_BYTES + _MAC_BYTES) * 4 // 3


class LinkForged(Refused):
    """No link of ours, or a damaged one."""


class LinkDamaged(LinkForged):
    """Cut or garbled: not even the form of one of ours, so that it is no guess either."""


class LinkExpired(Refused):
    """It was ours, and its time is over."""


@dataclass(frozen=True, slots=True)
class Link:
    """What a token stands for."""

    delivery_id: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class LinkMaker:
    """Makes the links of mails. `public_url` is where the screens are reached; `days` how long a link is good."""

    public_url: str
    days: float

    def urls(self, key: bytes, *, delivery_id: str, created_at: datetime) -> dict[UnitAnswer, str]:
        """The link of each answer. The same delivery always gets the same links."""
        token = token_of(key, delivery_id=delivery_id, expires_at=self.ends(created_at))
        base = f"{self.public_url.rstrip('/')}/{PATH}/{token}"
        return {answer: f"{base}/{word}" for answer, word in ACTIONS.items()}

    def ends(self, created_at: datetime) -> datetime:
        """When the links of a mail end."""
        return created_at + timedelta(days=self.days)


def token_of(key: bytes, *, delivery_id: str, expires_at: datetime) -> str:
    """The token of a delivery; `key` is the keyring's hash key. Raises ValueError for an odd delivery id."""
    body = bytes.fromhex(delivery_id) + int(expires_at.timestamp()).to_bytes(_END_BYTES, "big")
    if len(body) != _ID_BYTES + _END_BYTES:
        raise ValueError("a delivery id has 32 hexadecimal digits")
    return base64.urlsafe_b64encode(body + _mac(key, b"link", body)).decode("ascii")


def read_token(key: bytes, token: str, *, now: datetime) -> Link:
    """What a token stands for. Raises LinkForged or LinkExpired; the hash is compared in constant time."""
    if len(token) != _TOKEN_CHARACTERS or not token.isascii():
        raise LinkDamaged("no link of this service")
    try:
        data = base64.b64decode(token, altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise LinkDamaged("no link of this service") from None
    body, mac = data[: _ID_BYTES + _END_BYTES], data[_ID_BYTES + _END_BYTES :]
    if not hmac.compare_digest(mac, _mac(key, b"link", body)):
        raise LinkForged("no link of this service")
    expires_at = datetime.fromtimestamp(int.from_bytes(body[_ID_BYTES:], "big"), UTC)
    if expires_at <= now:
        raise LinkExpired("this link has expired")
    return Link(body[:_ID_BYTES].hex(), expires_at)


def guard_of(key: bytes, token: str, *, step: int) -> str:
    """The word that a form of this link carries while `step` answers have been given."""
    return _mac(key, b"guard", f"{token}/{step}".encode()).hex()


def guard_fits(key: bytes, token: str, *, step: int, guard: str) -> bool:
    """Whether a form was made for this link at this step."""
    return hmac.compare_digest(guard_of(key, token, step=step).encode(), guard.encode())


def _mac(key: bytes, purpose: bytes, data: bytes) -> bytes:
    own = hmac.digest(key, b"unit links", hashlib.sha256)
    return hmac.digest(own, purpose + b"\0" + data, hashlib.sha256)[:_MAC_BYTES]
