"""The MIME tree of a message: parts found by their boundaries, within limits of depth and number.

The tree is made by searching for delimiter lines only, so its cost is linear in the size of the mail for each level.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from triage.mail.cms import signed_content
from triage.mail.headers import Headers, read_headers
from triage.mail.limits import Limits
from triage.mail.parameters import parse_parameters
from triage.mail.transfer import decode_transfer
from triage.mail.words import raw_text

_GUESSED_BOUNDARY = re.compile(rb"(?:\A|\n)--([^\s][^\r\n]{0,198}?)[ \t]*\r?\nContent-", re.IGNORECASE)
_REST_OF_LINE = re.compile(rb"[^\r\n]*(?:\r\n|\r|\n|\Z)")
_NESTED_TYPES = ("message/rfc822", "message/global", "message/news")
OPAQUE_TYPES = ("application/pkcs7-mime", "application/x-pkcs7-mime")
_SMIME_NAME = re.compile(r"\.p7[ms]$", re.IGNORECASE)


@dataclass(slots=True)
class Part:
    """One node. `data` is the transfer-decoded content of a leaf; `children` of a multipart, or the one message of a
    message/rfc822. `type` is lower-case `main/sub`."""

    headers: Headers
    type: str
    parameters: dict[str, str]
    disposition: str
    disposition_parameters: dict[str, str]
    data: bytes = b""
    children: list["Part"] = field(default_factory=list)
    opened: bool = False

    @property
    def is_opaque(self) -> bool:
        """Signed or encrypted S/MIME data, by type or, from programs that know no better, by name."""
        return self.type in OPAQUE_TYPES or (
            self.type == "application/octet-stream" and _SMIME_NAME.search(self.filename) is not None
        )

    @property
    def is_multipart(self) -> bool:
        """A container of parts (with parts in it)."""
        return self.type.startswith("multipart/") and bool(self.children)

    @property
    def is_message(self) -> bool:
        """An attached message."""
        return self.type in _NESTED_TYPES

    @property
    def filename(self) -> str:
        """The declared file name as written, path and all; empty where there is none."""
        given = self.disposition_parameters.get("filename", "") or self.parameters.get("name", "")
        return given or self.parameters.get("file", "")

    @property
    def declared_type(self) -> str:
        """The type that the header names, where the part was made something else for want of a usable boundary."""
        return parse_parameters(self.headers.get("content-type"))[0]

    def shares(self, boundary: bytes) -> bool:
        """A multipart that declares this boundary of the multipart around it, and so seems to have no parts."""
        return bool(
            boundary
            and not self.children
            and self.parameters.get("boundary", "").encode("utf-8", "replace") == boundary
            and self.declared_type.startswith("multipart/")
        )

    def walk(self) -> Iterator["Part"]:
        """This node and all below it, in reading order, into attached messages too."""
        stack = [self]
        while stack:
            part = stack.pop()
            yield part
            stack.extend(reversed(part.children))

    def leaves(self) -> Iterator["Part"]:
        """The nodes without parts in reading order; an attached message counts as one leaf."""
        stack = [self]
        while stack:
            part = stack.pop()
            if part.is_multipart:
                stack.extend(reversed(part.children))
            else:
                yield part


@dataclass(slots=True)
class Structure:
    """A parsed mail: its root part (whose headers are those of the mail) and what was wrong with it.

    `quarantined` is a static word where a limit left something unread.
    """

    root: Part
    quarantined: str | None = None
    defects: list[str] = field(default_factory=list)


def parse_structure(raw: bytes, limits: Limits) -> Structure:
    """The MIME tree of a raw mail; never raises."""
    if b"\n" not in raw:
        raw = raw.replace(b"\r", b"\n")
    start = len(raw) - len(raw.lstrip(b"\r\n \t\0\xef\xbb\xbf")) if raw[:1] in b"\r\n \t\0\xef" else 0
    return _Builder(raw, limits).build(start)


class _Builder:
    def __init__(self, raw: bytes, limits: Limits) -> None:
        self._limits = limits
        self._raw = raw
        self._left = limits.parts
        self._quarantined: str | None = None
        self._defects: list[str] = []

    def build(self, start: int) -> Structure:
        end = len(self._raw)
        if end > self._limits.message_bytes:
            self._quarantined = "too_big"
            headers, _ = read_headers(self._raw, start, end, self._limits)
            return Structure(_leaf(headers, "text/plain"), "too_big", ["body_unread"])
        root = self._part(self._raw, start, end, 0, "text/plain")
        if root.headers.broken:
            self._defects.append("header_block_broken")
        if root.headers.cut:
            self._defects.append("header_cut")
        return Structure(root, self._quarantined, self._defects)

    def _part(self, data: bytes, start: int, end: int, depth: int, default_type: str) -> Part:
        headers, body = read_headers(data, start, end, self._limits)
        part = _leaf(headers, default_type)
        encoding = headers.ascii("content-transfer-encoding").strip("\"' ;").lower()
        if not (part.type.startswith("multipart/") or part.is_message):
            part.data = decode_transfer(data[body:end], encoding, text=part.type.startswith("text/"))
            return self._opened(part, depth) if part.is_opaque else part
        if depth >= self._limits.depth:
            self._quarantined = self._quarantined or "too_deep"
            part.type = "application/octet-stream"
            return part
        if part.is_message:
            self._attached(part, data[body:end], depth, encoding)
        elif encoding in ("base64", "quoted-printable") and b"\n--" not in data[body:end]:
            inside = decode_transfer(data[body:end], encoding)
            self._multipart(part, inside, 0, len(inside), depth)
        else:
            self._multipart(part, data, body, end, depth)
        return part

    def _opened(self, part: Part, depth: int) -> Part:
        """An opaque-signed part as the multipart that it stands for: the signed entity, and the part itself."""
        content = signed_content(part.data)
        if content is None or depth >= self._limits.depth:
            return part
        self._defects.append("opaque_signature_opened")
        inner = self._part(content, 0, len(content), depth + 1, "text/plain")
        part.parameters["smime-type"] = "signed-data"
        part.opened = True
        leaf = replace(part)
        return replace(part, type="multipart/signed", data=b"", children=[inner, leaf], disposition="")

    def _attached(self, part: Part, content: bytes, depth: int, encoding: str) -> None:
        part.data = content
        if encoding in ("base64", "quoted-printable"):
            # Forbidden by RFC 2046, yet sent; a wrong label over a readable message is ignored.
            decoded = decode_transfer(content, encoding)
            if re.match(rb"\s*[!-9;-~]+[ \t]*:", decoded):
                part.data = decoded
        data = part.data
        start = len(data) - len(data.lstrip(b"\r\n"))
        part.children = [self._part(data, start, len(data), depth + 1, "text/plain")]

    def _multipart(self, part: Part, data: bytes, start: int, end: int, depth: int) -> None:
        boundary = part.parameters.get("boundary", "").encode("utf-8", "replace")
        spans = _spans(data, start, end, boundary, self._left) if boundary else []
        if not spans and boundary and data.find(b"--" + boundary, start, end) >= 0:
            spans = _spans(data, start, end, boundary, self._left, remarks=True)
        if not spans:
            guessed = _GUESSED_BOUNDARY.search(data, max(start - 1, 0), end)
            if guessed:
                spans = _spans(data, start, end, guessed.group(1), self._left)
                self._defects.append("boundary_guessed")
        if not spans:
            part.type = "text/plain"
            part.data = data[start:end]
            self._defects.append("boundary_missing")
            return
        default = "message/rfc822" if part.type == "multipart/digest" else "text/plain"
        for place, (first, last) in enumerate(spans):
            if self._left <= 0:
                self._quarantined = self._quarantined or "too_many_parts"
                return
            self._left -= 1
            child = self._part(data, first, last, depth + 1, default)
            part.children.append(child)
            if child.shares(boundary) and place + 1 < len(spans):
                self._shared(part, child, data, spans[place + 1 :], end, depth)
                return

    def _shared(self, part: Part, child: Part, data: bytes, spans: list[tuple[int, int]], end: int, depth: int) -> None:
        """A multipart inside `part` that has its boundary, too: it has the parts up to the first closing delimiter."""
        self._defects.append("boundary_shared")
        child.type, child.data = child.declared_type, b""
        for first, last in spans:
            self._left -= 1
            child.children.append(self._part(data, first, last, depth + 2, "text/plain"))
        boundary = part.parameters["boundary"].encode("utf-8", "replace")
        closing = data.find(b"--" + boundary + b"--", spans[-1][1], end)
        for first, last in _spans(data, closing + 1, end, boundary, self._left) if closing >= 0 else ():
            self._left -= 1
            part.children.append(self._part(data, first, last, depth + 1, "text/plain"))


def _spans(
    data: bytes, start: int, end: int, boundary: bytes, most: int, *, remarks: bool = False
) -> list[tuple[int, int]]:
    """Where the parts between delimiter lines begin and end (the line break before a delimiter belongs to it).

    With `remarks` a delimiter may have words behind it on its line.
    """
    needle = b"--" + boundary
    spans: list[tuple[int, int]] = []
    begun = -1
    at = start
    while (at := data.find(needle, at, end)) >= 0:
        found, after = at, at + len(needle)
        at = after
        if found > start and data[found - 1] not in b"\r\n":
            continue
        closing = data.startswith(b"--", after, end)
        line_end = _end_of_delimiter(data, after + 2 if closing else after, end, remarks)
        if line_end < 0:
            continue
        if begun >= 0:
            spans.append((begun, max(begun, _before_break(data, found, begun))))
        begun = -1 if closing else line_end
        if closing or len(spans) > most:
            break
        at = line_end
    if 0 <= begun <= end and (begun < end or not spans):
        spans.append((begun, end))
    return spans


def _end_of_delimiter(data: bytes, at: int, end: int, remarks: bool) -> int:
    if remarks and at < end and data[at] in b" \t":
        return line.end() if (line := _REST_OF_LINE.match(data, at, end)) else end
    while at < end and data[at] in b" \t":
        at += 1
    if at >= end:
        return end
    if data.startswith(b"\r\n", at, end):
        return at + 2
    return at + 1 if data[at] in b"\r\n" else -1


def _before_break(data: bytes, at: int, floor: int) -> int:
    if at - 2 >= floor and data[at - 2 : at] == b"\r\n":
        return at - 2
    return at - 1 if at - 1 >= floor else at


def _leaf(headers: Headers, default_type: str) -> Part:
    type_, parameters = parse_parameters(headers.get("content-type"))
    disposition, disposition_parameters = parse_parameters(headers.get("content-disposition"))
    if type_ == "text":
        type_ = "text/plain"
    elif type_ in ("html", "text/htm"):
        type_ = "text/html"
    elif type_.count("/") != 1 or type_.startswith("/") or type_.endswith("/"):
        type_ = default_type if "/" not in type_ and not parameters.get("name") else "application/octet-stream"
    return Part(headers, type_, parameters, disposition, disposition_parameters)


def content_id(part: Part) -> str:
    """The Content-ID without its angle brackets."""
    return raw_text(part.headers.get("content-id")).strip(" \t<>")
