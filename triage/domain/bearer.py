"""Signing in to IMAP and SMTP with an access token: OAUTHBEARER (RFC 7628) and XOAUTH2 (its older kin of Google and
Microsoft). Here is what the client says; the libraries of the two protocols carry it in base64."""

from collections.abc import Iterable
from enum import StrEnum


class Mechanism(StrEnum):
    """SASL mechanisms that take an access token, the better one first."""

    OAUTHBEARER = "OAUTHBEARER"
    XOAUTH2 = "XOAUTH2"


def choose_mechanism(offered: Iterable[str]) -> Mechanism | None:
    """The better one of those that the server offers, None where it offers neither."""
    names = {name.upper() for name in offered}
    return next((mechanism for mechanism in Mechanism if mechanism in names), None)


class BearerSignIn:
    """The client's side of one sign-in, called with each challenge.

    The first answer holds the token. A server that refuses it sends its reasons as a further challenge and waits for an
    answer without meaning before it says no; sending the token again there would count as a second attempt.
    """

    def __init__(self, mechanism: Mechanism, *, user: str, token: str, host: str, port: int) -> None:
        if mechanism is Mechanism.OAUTHBEARER:
            name = user.replace("=", "=3D").replace(",", "=2C")
            first = f"n,a={name},\1host={host}\1port={port}\1auth=Bearer {token}\1\1"
            self._answers = [first, "\1"]
        else:
            self._answers = [f"user={user}\1auth=Bearer {token}\1\1", ""]

    def __call__(self, challenge: bytes | None = None, /) -> str:
        """The answer to a challenge, or what is said before any; the challenge's text is never looked at, for it is the server's."""
        return self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
