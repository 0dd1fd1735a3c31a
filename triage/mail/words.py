"""Text of header values: raw 8-bit bytes, encoded words (RFC 2047) and the cleaning that every header string gets."""

import binascii
import re
from itertools import groupby
from operator import itemgetter

from triage.mail.charset import clean, decode
from triage.mail.transfer import decode_base64

# Encoded text should hold no "?", yet some writers leave it in: a few are allowed, which keeps the search linear. The
# last word of a value may have lost its end, any word its charset.
_WORD = re.compile(
    r"=\?([A-Za-z0-9_.:'$+-]{0,60})(?:\*[A-Za-z0-9-]*)?\?([bBqQ])\?([^?]*(?:(?<!=)\?(?!=)[^?]*){0,8})(?:\?=|\??\Z)"
)
_BROKEN_LETTER = re.compile(rb"=[ \t]*([0-9A-Fa-f])[ \t]*([0-9A-Fa-f])")
_UNSAFE = re.compile(r"[\x00-\x20\x7f\x85\u2028\u2029]+")


def raw_text(value: bytes, hint: str = "") -> str:
    """A header value as text, encoded words still encoded; raw 8-bit bytes are UTF-8, else `hint`, else guessed."""
    if value.isascii() and b"\x1b" not in value:
        return value.decode("ascii")
    return decode(value, "", hint=hint)[0]


def one_line(text: str) -> str:
    """Safe in a header and in a database: control characters, line breaks and runs of blanks become one blank."""
    if text.isprintable() and "  " not in text:
        return text.strip()
    return _UNSAFE.sub(" ", clean(text)).strip()


def decode_words(text: str) -> str:
    """Encoded words replaced by what they mean, blanks between two of them dropped.

    Neighbours of one charset are joined before they are decoded, since many writers cut within a character.
    """
    if "=?" not in text:
        return text
    out: list[str] = []
    pending: list[tuple[str, str]] = []
    charset = ""
    at = 0
    for word in _WORD.finditer(text):
        between = text[at : word.start()]
        label = word.group(1).lower()
        if pending and (between.strip() or label != charset):
            out.append(decode(_bytes_of(pending), charset)[0])
            pending = []
        if between.strip() or at == 0:
            out.append(between)
        pending.append((word.group(2).lower(), word.group(3)))
        charset = label
        at = word.end()
    if pending:
        out.append(decode(_bytes_of(pending), charset)[0])
    out.append(text[at:])
    return "".join(out)


def _bytes_of(words: list[tuple[str, str]]) -> bytes:
    """What neighbouring words encode. A letter may be cut in the middle of its code, so each encoding is undone once."""
    return b"".join(
        _unquoted("".join(texts)) if encoding == "q" else _from_base64(texts)
        for encoding, texts in ((key, [text for _, text in run]) for key, run in groupby(words, key=itemgetter(0)))
    )


def _from_base64(texts: list[str]) -> bytes:
    """Words of base64 often lack their padding and must be decoded one by one, but for a word of impossible length."""
    if any(len(text.rstrip("=")) % 4 == 1 for text in texts):
        texts = ["".join(texts)]
    return b"".join(decode_base64(text.encode("utf-8", "replace")) for text in texts)


def _unquoted(encoded: str) -> bytes:
    data = encoded.encode("utf-8", "replace")
    if b" " in data or b"\t" in data:  # a line was folded within an encoded letter
        data = _BROKEN_LETTER.sub(rb"=\1\2", data)
    try:
        return binascii.a2b_qp(data, header=True)
    except binascii.Error:
        return data


def header_text(value: bytes, hint: str = "") -> str:
    """The readable text of an unstructured header such as Subject, on one line."""
    return one_line(decode_words(raw_text(value, hint)))
