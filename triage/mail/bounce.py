"""Delivery reports: RFC 3464 (delivery), RFC 8098 (receipt), RFC 5965 (complaint), and the odd ones before them."""

import logging
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from triage.mail.charset import decode
from triage.mail.structure import Part
from triage.mail.transfer import decode_transfer

_DELIVERY = ("message/delivery-status", "message/global-delivery-status")
_RECEIPT = ("message/disposition-notification", "message/global-disposition-notification")
_HEADERS_ONLY = ("text/rfc822-headers", "text/rfc822-header", "message/rfc822-headers", "message/global-headers")
_FIELD = re.compile(r"^([A-Za-z-]{1,60})[ \t]*:[ \t]*(.*(?:\n[ \t].*){0,6})$", re.MULTILINE)
_MESSAGE_ID = re.compile(r"^[ \t>]{0,8}Message-?ID:\s{0,8}(<[^<>\s]{1,900}>)", re.MULTILINE | re.IGNORECASE)
_ADDRESS = re.compile(r"[^\s<>()\[\]\",;:]{1,120}@[A-Za-z0-9][A-Za-z0-9.-]{0,200}")
_ADDRESS_LINE = re.compile(
    r"^[ \t>*-]{0,8}(?:(?:to|recipient|address|user|rcpt to|final-recipient|failed recipient|unknown user|\d\d\d)"
    r"(?:\s?[:;=]\s{0,4}|\s{1,4}))?"
    r"[<\"'(\[]?([^\s<>()\[\]\",;:'][^\s<>()\[\]\",;:]{0,119}@[A-Za-z0-9][A-Za-z0-9.-]{0,200}+)[>\"')\]]?(?:[ \t.:,;…\[(-]|$)",
    re.MULTILINE | re.IGNORECASE,
)
_RETURNED_START = re.compile(
    r"^[ \t>-]{0,40}(?:(?:original|returned|unsent|undelivered|this is a copy|below this line|copy of|the following is)\b.{0,80}"
    r"|(?:received|return-path|message-id|from|to|subject)\s?:.{0,200})$",
    re.MULTILINE | re.IGNORECASE,
)
_LOOKED_AT = 20_000


@dataclass(slots=True)
class Report:
    """What the parts of a mail report. `recipients` are those finally failed; `returned` tells that the original or
    its headers are inside; `refused` are those for whom a receipt says that the mail was deleted unread."""

    delivery: bool = False
    receipt: bool = False
    complaint: bool = False
    delayed: bool = False
    returned: bool = False
    returned_message_id: str = ""
    recipients: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    actions: set[str] = field(default_factory=set)

    @property
    def only_success(self) -> bool:
        """A notice that the mail arrived or was passed on."""
        return bool(self.actions) and self.actions <= {"delivered", "relayed", "expanded"}

    @staticmethod
    def addresses_in(text: str, known: Sequence[str] = ()) -> list[str]:
        """The addresses `known` from elsewhere if the words in front of the returned mail speak of them, otherwise
        those that stand there at the start of a line: the form of the old reports."""
        text = text[:_LOOKED_AT]
        start = _RETURNED_START.search(text)
        head = text[: start.start()] if start and start.start() > 200 else text
        found = [match.group(1).rstrip(".") for match in _ADDRESS_LINE.finditer(head)]
        names = set(re.split(r"[\s<>()\[\]\",;:@']+", head.lower()))
        spoken_of = [each for each in known if each.partition("@")[0].lower() in names]
        if known and (spoken_of or not found):
            return spoken_of or list(known)
        return found or [match.group().strip(".'") for match in _ADDRESS.finditer(head)][:1]

    @staticmethod
    def message_id_in(text: str) -> str:
        """The Message-ID of a mail returned as text."""
        match = _MESSAGE_ID.search(text)
        return match.group(1) if match else ""


def _reports(root: Part) -> Iterator[Part]:
    """Parts of the mail itself: what a person attached as a message is not a report to us."""
    stack = [root]
    while stack:
        part = stack.pop()
        yield part
        if part.is_multipart:
            stack.extend(reversed(part.children))


def read_report(root: Part) -> Report:
    """Everything that the MIME parts say."""
    report = Report()
    kind = root.parameters.get("report-type", "").lower() if root.type == "multipart/report" else ""
    report.receipt = kind == "disposition-notification"
    report.complaint = kind == "feedback-report"
    for part in _reports(root):
        if part.type in _DELIVERY:
            report.delivery = True
            _read_delivery(part, report)
        elif part.type in _RECEIPT:
            report.receipt = True
            _read_receipt(part, report)
        elif part.type == "message/feedback-report":
            report.complaint = True
        elif part.is_message or part.type in _HEADERS_ONLY:
            report.returned = True
            _read_returned(part, report)
    if kind == "delivery-status" and not report.complaint:
        report.delivery = True
    report.delayed = bool(report.actions) and "failed" not in report.actions and not report.only_success
    return report


def _read_receipt(part: Part, report: Report) -> None:
    text = decode(part.data, "")[0][:_LOOKED_AT]
    fields = {match.group(1).lower(): match.group(2).strip() for match in _FIELD.finditer(text)}
    if "deleted" in fields.get("disposition", "").lower() and (final := _recipient(fields.get("final-recipient", ""))):
        report.refused.append(final)
        report.returned_message_id = report.returned_message_id or fields.get("original-message-id", "")[:900]


def _read_delivery(part: Part, report: Report) -> None:
    encoding = part.headers.ascii("content-transfer-encoding").lower()
    text = decode(part.data or decode_transfer(b"", encoding), "")[0][:200_000]
    for group in re.split(r"\n[ \t]*\n", text):
        fields = {match.group(1).lower(): match.group(2).strip() for match in _FIELD.finditer(group)}
        action = re.split(r"[\s(;]", fields.get("action", "").lower())[0]
        final = _recipient(fields.get("final-recipient", ""))
        original = _recipient(fields.get("original-recipient", ""))
        if not (final or original):
            continue
        status = fields.get("status", "")
        action = action or ("delayed" if status.startswith("4.") else "failed")
        report.actions.add(action)
        if action == "failed" or action not in ("delayed", "delivered", "relayed", "expanded"):
            # The address that the mail was first sent to names our delivery; the final one may lie behind an alias.
            named = [each for each in (original, final) if "@" in each] or [final or original]
            report.recipients.extend(named)


def _recipient(value: str) -> str:
    kind, separator, address = value.partition(";")
    address = (address if separator else kind).strip().strip("<>").strip()
    match = _ADDRESS.search(address)
    return match.group() if match else ("" if " " in address else address[:320])


def _read_returned(part: Part, report: Report) -> None:
    if report.returned_message_id:
        return
    inside = part.children[0].headers.ascii("message-id") if part.children else ""
    found = inside or Report.message_id_in(decode(part.data[:_LOOKED_AT], "")[0])
    match = re.search(r"<[^<>\s]{1,900}>", found)
    report.returned_message_id = match.group() if match else found[:900]


def odd_recipients(raw: bytes) -> list[str]:
    """Failed recipients according to flufl.bounce, which knows dozens of old formats; its own errors mean none."""
    return sorted(address.decode("ascii", "ignore") for address in _odd_failures(raw)[1] if address)


def knows_odd_form(raw: bytes) -> bool:
    """Whether flufl.bounce finds anybody in it whom a mail failed to reach, for good or for now."""
    return any(_odd_failures(raw))


def _odd_failures(raw: bytes) -> tuple[set[bytes], set[bytes]]:
    from email import message_from_bytes

    from flufl.bounce import all_failures

    # It logs its own errors with a trace, in which addresses may stand.
    logging.getLogger("flufl.bounce").disabled = True
    try:
        for_now, for_good = all_failures(message_from_bytes(raw[:60_000]))
    except Exception:  # it raises on mail without From, raw 8-bit headers and more
        return set(), set()
    return set(for_now), set(for_good)
