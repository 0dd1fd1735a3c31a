"""Whether a mail may be answered by itself, and where to: RFC 3834 (and RFC 5230, which agrees with it).

The answer goes to the return path, or where the mail has none (a source that takes it off) to the one author in From;
never to Reply-To. Any doubt means no answer: an acknowledgement that is missed costs nobody anything.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from triage.domain.message import Message
from triage.mail.headers import Headers, read_headers
from triage.mail.limits import DEFAULT
from triage.mail.own import OwnMail

_BULK = frozenset({"bulk", "list", "junk"})
_LIST = re.compile(r"list-(?:id|post|unsubscribe|help|subscribe|owner|archive)$|mailing-list$|x-mailing-list$")
_ROBOT = re.compile(
    r"(?:mailer-?daemon|postmaster|hostmaster|listserv|list[-_.]?(?:admin|manager|master)|majordomo|mailman|sympa|root|daemon"
    r"|bounces?|noreply|no[-_.]?reply|do[-_.]?not[-_.]?reply|ne[-_.]?pas[-_.]?repondre|no[-_.]?responder|nobody)"
    r"(?:$|[-+_.=].*)|owner-.*|.*-(?:owner|request|relay|bounces?|admin|errors?|subscribe|unsubscribe|confirm)(?:$|[+=].*)"
    r"|.*[-_.](?:noreply|no-reply|donotreply)|(?:srs[01]|btv1|msprvs1)[=+-].*",
    re.IGNORECASE,
)
_PATH = re.compile(rb"\s*<?\s*([!-;=?-~]*)\s*>?\s*")
_PLAIN = re.compile(r"[!#-'*+/-9=?A-Z^-~.-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,250}[A-Za-z0-9])?")


class Unanswerable(StrEnum):
    """Why a mail gets no automatic answer."""

    MACHINE = "machine"
    NULL_PATH = "null_path"
    AUTOMATIC = "automatic"
    LIST = "list"
    SUPPRESSED = "suppressed"
    ROBOT = "robot"
    OURS = "ours"
    NOT_ADDRESSED = "not_addressed"
    NO_ADDRESS = "no_address"


@dataclass(frozen=True, slots=True)
class Answerable:
    """Where an answer goes, the author (once per whom it is sent), and the address of ours that was written to."""

    address: str
    author: str
    written_to: str


def answerable(raw: bytes, message: Message, *, own: OwnMail) -> Answerable | Unanswerable:
    """Where to answer, or why not. Never raises for what a mail contains."""
    headers, _ = read_headers(raw, 0, min(len(raw), DEFAULT.header_block_bytes), DEFAULT)
    if message.machine is not None:
        return Unanswerable.MACHINE
    if refused := _by_fields(headers, message):
        return refused
    author = message.sender.email if message.sender is not None else ""
    paths = headers.all("return-path")
    address = author
    if paths:
        path = _PATH.fullmatch(paths[0])
        address = path.group(1).decode() if path else ""
        if path and not address:
            return Unanswerable.NULL_PATH
    if not _PLAIN.fullmatch(address) or "several_senders" in message.defects or headers.cut:
        return Unanswerable.NO_ADDRESS
    if own.reads(address) or own.reads(author):
        return Unanswerable.OURS
    if any(_ROBOT.fullmatch(one.rpartition("@")[0]) for one in (address, author)):
        return Unanswerable.ROBOT
    written_to = next((one.email for one in (*message.to, *message.cc) if own.reads(one.email)), "")
    return Answerable(address, author or address, written_to) if written_to else Unanswerable.NOT_ADDRESSED


def _by_fields(headers: Headers, message: Message) -> Unanswerable | None:
    if any(_word(value) != "no" for value in headers.all("auto-submitted")):
        return Unanswerable.AUTOMATIC
    if message.list_id or any(_LIST.match(name) for name, _ in headers.items):
        return Unanswerable.LIST
    if any(_word(value) in _BULK for value in headers.all("precedence")):
        return Unanswerable.LIST
    if any(_word(value) not in {"", "none"} for value in headers.all("x-auto-response-suppress")):
        return Unanswerable.SUPPRESSED
    return None


def _word(value: bytes) -> str:
    """The first word of a field, in lower case, without comments and parameters."""
    text = re.sub(r"\([^)]*\)", " ", value.decode("ascii", "ignore"))
    return re.split(r"[;\s]", text.strip().lower(), maxsplit=1)[0]
