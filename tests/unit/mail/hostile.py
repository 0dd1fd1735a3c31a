"""Mails made to exhaust a reader: each is named after what it has too much of."""

_HEAD = b"From: a@b.example\nSubject: s\n"
_HTML = _HEAD + b"Content-Type: text/html\n\n"
_DAEMON = b"From: mailer-daemon@x.example\nSubject: failure notice\n\n"
_ATTRIBUTION = b"On Mon, Jan 1 2020 at 10:00, X <a@b.example> wrote:\n"


def _nested_multiparts(depth: int) -> bytes:
    levels = (b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (level, level) for level in range(depth))
    return b"Subject: s\n" + b"".join(levels) + b"\nhello"


HOSTILE: dict[str, bytes] = {
    "nested multiparts": _nested_multiparts(1_000),
    "nested messages": b"Content-Type: message/rfc822\n\n" * 3_000 + b"Subject: x\n\nhi",
    "opening brackets in From": b"From: " + b"(" * 2_000 + b"\n\nx",
    "addresses": b"To: " + b", ".join(b"user%d@x.example" % number for number in range(20_000)) + b"\n\nx",
    "encoded words": b"Subject: " + b" ".join([b"=?utf-8?Q?abc?="] * 20_000) + b"\n\nx",
    "unclosed encoded words": b"Subject: " + b"=?utf-8?Q?" * 40_000 + b"\n\nx",
    "escaped quotes": b"From: " + b'\\"' * 50_000 + b"\n\nx",
    "quotes": b"From: " + b'"' * 99_999 + b"\n\nx",
    "angles": b"From: " + b"<" * 99_999 + b"\n\nx",
    "a name without an at": b"From: " + b"a" * 99_000 + b"\n\nx",
    "blanks in an address": b"From: <a@b" + b" " * 99_000 + b"c>, d@e" + b" " * 900 + b"\n\nx",
    "blanks in parameters": b"Content-Type: text/plain; a=b=c" + b" \t" * 19_000 + b"\n\nx",
    "remarks in base64": _HEAD + b"Content-Transfer-Encoding: base64\n\nQQ=" + b" " * 2_000_000 + b"=",
    "two charsets in one text": _HEAD
    + b"Content-Type: text/plain; charset=utf-8\n\n"
    + b"caf\xc3\xa9 caf\xe9 " * 200_000,
    "empty parts": _HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\n" * 100_000,
    "near boundaries": _HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--bx\n" * 100_000,
    "parameters": b"Content-Type: text/plain; " + b'x="' * 30_000 + b"\n\nx",
    "filename pieces": b"Content-Disposition: attachment; "
    + b"".join(b"filename*%d*=a%%20;" % n for n in range(3_000))
    + b"\n\nx",
    "headers": b"X: y\n" * 200_000 + b"\n\nx",
    "continuation lines": b"Subject: x\n" + b" y\n" * 200_000 + b"\n\nx",
    "On": _HEAD + b"\n" + b"On " * 30_000,
    "On lines": _HEAD + b"\n" + b"On \n" * 30_000,
    "attributions": _HEAD + b"\n" + _ATTRIBUTION * 5_000,
    "attributions and quotes": _HEAD + b"\n" + (_ATTRIBUTION + b"> a\nb\n") * 5_000,
    "From lines": _HEAD + b"\n" + b"From: a\n" * 30_000,
    "blanks": _HEAD + b"\n" + b" " * 100_000,
    "dashes": _HEAD + b"\n" + b"-" * 100_000,
    "line ends": _HEAD + b"\n" + b"\n" * 200_000,
    "carriage returns": _HEAD + b"\n" + b"\r" * 200_000,
    "quote marks": _HEAD + b"\n" + b">" * 100_000,
    "at signs": _HEAD + b"\n" + b"a@b" * 50_000,
    "nested elements": _HTML + b"<div>" * 100_000 + b"x",
    "nested quotes": _HTML + b"<blockquote type=cite>" * 30_000 + b"x",
    "opening tags": _HTML + b"<" * 300_000 + b"x",
    "quoted divisions": _HTML + b"<div class=gmail_quote>x</div>y" * 20_000,
    "uuencode begins": _HEAD + b"\n" + b"begin 644 a\n" * 30_000,
    "base64 paddings": _HEAD + b"Content-Transfer-Encoding: base64\n\n" + b"A=" * 300_000,
    "8-bit bytes": _HEAD + b"\n" + bytes(range(128, 256)) * 3_000,
    "failed recipients": _DAEMON + b"<a@b.example>:\n 550 5.1.1 x\n" * 10_000,
    "blank report": _DAEMON + b"\n" * 200_000 + b"x",
}
