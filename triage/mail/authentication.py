"""Whether a mail is really from whom it says: what the office's own mail server found, by RFC 8601.

Only the topmost Authentication-Results field counts, and only where it names the server that the office has said it trusts:
anybody can write such a field, but whoever sends a mail in cannot write one above those of the server that takes it in (and
that server takes out forged ones under its own name). DMARC says it all; without it DKIM or SPF must have passed for the
domain of From or one above it.
"""

import re
from collections.abc import Collection, Sequence

from triage.domain.message import Authenticity

_COMMENT = re.compile(r"\([^()]*\)")
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
_RESULT = re.compile(r"(?:^|;)\s*(dmarc|dkim|spf)\s*=\s*([a-z]+)([^;]*)", re.IGNORECASE)
_PROPERTIES = {
    "dmarc": re.compile(r"\bheader\.from\s*=\s*(\S+)", re.IGNORECASE),
    "dkim": re.compile(r"\bheader\.[di]\s*=\s*(\S+)", re.IGNORECASE),
    "spf": re.compile(r"\bsmtp\.mailfrom\s*=\s*(\S+)", re.IGNORECASE),
}
_LONGEST = 4000
_FAILED = frozenset({"fail", "softfail", "permerror", "policy"})


def authenticity(fields: Sequence[bytes], *, sender: str, trusted: Collection[str]) -> Authenticity | None:
    """What the trusted server found of `sender`'s domain; None where no server is trusted at all.

    `fields` are the values of Authentication-Results as they stand in the mail, topmost first.
    """
    if not trusted:
        return None
    domain = sender.rpartition("@")[2].strip().lower().rstrip(".")
    server, results = _split(fields[0]) if fields else ("", "")
    if not domain or server not in {one.lower() for one in trusted}:
        return Authenticity.UNKNOWN
    aligned, failed = False, False
    for match in _RESULT.finditer(results):
        method, result = match[1].lower(), match[2].lower()
        about = {_domain(value) for value in _PROPERTIES[method].findall(match[3])}
        if method == "dmarc" and domain in about and result in {"pass", *_FAILED}:
            return Authenticity.PASSED if result == "pass" else Authenticity.FAILED
        aligned |= method != "dmarc" and result == "pass" and any(_same(domain, one) for one in about)
        failed |= result in _FAILED
    if aligned:
        return Authenticity.PASSED
    return Authenticity.FAILED if failed else Authenticity.UNKNOWN


def _split(field: bytes) -> tuple[str, str]:
    """The server's name and the results. Quoted words and comments go first: a sender may have had a say in them."""
    text = _QUOTED.sub("", field[:_LONGEST].decode("ascii", "ignore"))
    while (shorter := _COMMENT.sub(" ", text)) != text:
        text = shorter
    server, _, results = " ".join(text.split()).partition(";")
    return (server.split() or [""])[0].lower(), results


def _domain(value: str) -> str:
    return value.rpartition("@")[2].strip("<>").lower().rstrip(".")


def _same(domain: str, other: str) -> bool:
    """Relaxed alignment without a list of public suffixes: equal, or one is a subdomain of the other."""
    if "." not in domain or "." not in other:
        return domain == other
    return domain == other or domain.endswith("." + other) or other.endswith("." + domain)
