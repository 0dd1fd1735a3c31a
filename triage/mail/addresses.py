"""Address headers (RFC 5322 3.4) read leniently and in linear time."""

import re

from triage.domain.message import Address
from triage.mail.words import decode_words, one_line, raw_text

_ENCODED = re.compile(r"=\?[^?\s]{1,60}\?[bBqQ]\?[^?]{0,2000}\?=")
_TOKEN = re.compile(_ENCODED.pattern + r'|"(?:[^"\\]|\\(?:.|\Z))*(?:"|\Z)|(?:(?!=\?)[^"(),:;<>])+|.', re.DOTALL)
_OPEN_TOKEN = re.compile(r"[^(),:;<>]+|.", re.DOTALL)
_QUOTED = re.compile(r'"((?:[^"\\]|\\(?:.|\Z))*)(?:"|\Z)', re.DOTALL)
# Begun only where a word begins: else a long word without an @ would be searched through from each of its letters.
_BARE = re.compile(r"(?<![^\s\"'<>\[\]():;,])[^\s\"'<>\[\]():;,]+@[^\s\"'<>():;,]+")
# Blanks around the dots of an address (RFC 5322 4.4); outside of angles only where one stands before a dot.
_DOT = re.compile(r" ?\. ?")
_APART = re.compile(r"@[^\s@]*+\s++\.")
_QUOTED_LOCAL = re.compile(r'"[^"\\]*"[^\s@"]+@\S+')
_LOCAL_LIST_WORD = re.compile(r"[a-z0-9._+-]+")
_ENCODED_PAIR = re.compile(r"^(.*?)\s*<([^<>\s]+@[^<>\s]+)>$", re.DOTALL)


class _Scanner:
    """Collects one mailbox at a time; `finish` closes it at a comma, a semicolon or the end."""

    def __init__(self, most: int) -> None:
        self.found: list[tuple[str, str]] = []
        self._most = most
        self._clear()

    def _clear(self) -> None:
        self._title = ""
        self._phrase: list[str] = []
        self._behind: list[str] = []
        self._comments: list[str] = []
        self._angle: str | None = None

    @property
    def full(self) -> bool:
        return len(self.found) >= self._most

    def word(self, text: str) -> None:
        if self._angle is None:
            self._phrase.append(text)
        elif (match := _BARE.search(text)) and "@" not in self._angle:
            self._angle = match.group()
        else:
            self._behind.append(text)

    def comment(self, text: str) -> None:
        if text.strip():
            self._comments.append(text.strip())

    def angle(self, text: str) -> None:
        if self._angle is None or "@" not in self._angle:
            self._angle = text

    def open_group(self, *, closed_later: bool) -> None:
        """A colon: what stands before it names a group, or, where no group ends later, may begin a name."""
        if not closed_later:
            self._title += "".join(self._phrase) + ":"
        self._phrase = []
        self._comments = []

    def second_angle(self) -> None:
        """Two addresses in angles without a comma between them are two mailboxes."""
        if self._angle is not None and "@" in self._angle:
            self.finish()

    def finish(self) -> None:
        phrase = "".join(self._phrase).strip()
        if self._angle is not None:
            if phrase and self._title:
                phrase = f"{self._title} {phrase}"
            name = _name(phrase) or _name(" ".join(self._comments)) or _name("".join(self._behind))
            email = _email(_DOT.sub(".", " ".join(self._angle.split())))
            # "address" <>: written into the wrong place.
            self.found.append((name, email) if email or not _BARE.fullmatch(name) else ("", name[:320]))
        elif phrase:
            self._without_angle(phrase)
        self._clear()

    def _without_angle(self, phrase: str) -> None:
        if _APART.search(phrase):
            phrase = _DOT.sub(".", " ".join(phrase.split()))
        comment = " ".join(self._comments)
        match = _BARE.search(_ENCODED.sub(lambda word: " " * len(word.group()), phrase))
        if match is None or (phrase.startswith('"') and phrase.endswith('"')):
            if "@" not in phrase and _BARE.fullmatch(comment):  # "Name" (address), the wrong way round
                self.found.append((_name(phrase), comment))
            else:
                self.found.append(("" if "@" in phrase else _name(comment), _email(phrase)))
            return
        if quoted := _QUOTED_LOCAL.fullmatch(phrase):
            self.found.append((_name(comment), _email(quoted.group())))
            return
        several = phrase.split()
        if len(several) > 1 and all(_BARE.fullmatch(each) for each in several):
            self.found.extend(("", _email(each)) for each in several)  # the commas were forgotten
            return
        around = (phrase[: match.start()] + " " + phrase[match.end() :]).strip(" \t[]'\"")
        around = re.sub(r"(?i)\bmailto\b", "", around).strip()
        self.found.append((_name(around) or _name(comment), _email(match.group())))


def _name(text: str) -> str:
    text = _QUOTED.sub(lambda quoted: re.sub(r"\\(.)", r"\1", quoted.group(1)), text)
    return one_line(decode_words(text)).strip('"').strip()


def _email(text: str) -> str:
    text = one_line(text)
    if text.startswith("@") and ":" in text:  # an obsolete source route
        text = text.rpartition(":")[2]
    text = re.sub(r"\s*@\s*", "@", re.sub(r"(?i)^mailto:", "", text.strip("<> \t"))).strip()
    if " " in text and (match := _BARE.search(text)) and not text.startswith('"'):
        text = match.group()
    return (text.rstrip(".") if "@" in text else text)[:320]


def _scan(text: str, most: int) -> list[tuple[str, str]]:
    scanner = _Scanner(most)
    depth, angle, escaped = 0, False, False
    comment: list[str] = []
    inside_angle: list[str] = []
    pieces = [match.group() for match in _TOKEN.finditer(text)]
    if pieces and pieces[-1].startswith('"') and (len(pieces[-1]) == 1 or not pieces[-1].endswith('"')):
        # An unclosed quote would swallow the rest: then quotes mean nothing.
        pieces = [match.group() for match in _OPEN_TOKEN.finditer(text)]
    for piece in pieces:
        if depth:
            depth += 0 if escaped else (piece == "(") - (piece == ")")
            escaped = piece.endswith("\\") and not piece.endswith("\\\\")
            if depth:
                comment.append(piece.removesuffix("\\") if escaped else piece)
            else:
                scanner.comment("".join(comment))
                comment = []
        elif piece == "(":
            depth = 1
        elif angle and piece not in (">", ","):
            if piece != "<":
                inside_angle.append(piece)
        elif piece == ">":
            if angle:
                scanner.angle("".join(inside_angle))
            angle, inside_angle = False, []
        elif piece == "<":
            scanner.second_angle()
            angle, inside_angle = True, []
        elif piece in (",", ";"):
            if angle and inside_angle and inside_angle[0].lstrip().startswith("@"):
                inside_angle.append(piece)  # a source route: <@a,@b:c@d>
                continue
            if angle:
                scanner.angle("".join(inside_angle))
                angle, inside_angle = False, []
            scanner.finish()
            if scanner.full:
                return scanner.found
        elif piece == ":":
            scanner.open_group(closed_later=";" in text)
        else:
            scanner.word(piece)
    if angle:
        scanner.angle("".join(inside_angle))
    scanner.finish()
    return scanner.found


def parse_addresses(value: bytes, *, limit: int, hint: str = "") -> list[Address]:
    """The mailboxes of one header value, groups opened, at most `limit` of them.

    A name that holds an unquoted comma is put together again; an address is never made out of encoded words, but
    where the whole mailbox was encoded and nothing else is there.
    """
    text = raw_text(value, hint)
    found = _scan(text, limit)
    joined: list[Address] = []
    carried = ""
    for name, email in found:
        if "@" not in email and not name and not _LOCAL_LIST_WORD.fullmatch(email) and email:
            carried = f"{carried}, {email}" if carried else email
            continue
        if carried:
            name = f"{_name(carried)}, {name}" if name else _name(carried)
            carried = ""
        joined.append(Address(name, email))
    if carried:
        joined.append(_encoded_whole(carried))
    return [address for address in joined if address.name or address.email]


def _encoded_whole(text: str) -> Address:
    decoded = one_line(decode_words(text))
    match = _ENCODED_PAIR.match(decoded) if decoded != text else None
    if match:
        return Address(match.group(1).strip('" '), match.group(2)[:320])
    if decoded != text or " " in decoded or not decoded.isascii():
        return Address(decoded[:320], "")
    return Address("", decoded[:320])
