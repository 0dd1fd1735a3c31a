"""Bytes of a declared, undeclared or wrongly declared charset to clean Unicode.

The order is: the declared charset (as the superset that real senders mean), UTF-8, then two detectors. The result never
holds NUL or lone surrogates.
"""

import codecs
import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import chain

# What senders mean by a label: the superset of the WHATWG encoding standard, where Python has it.
_SUPERSETS = {
    "ascii": "",
    "usascii": "",
    "ansix341968": "",
    "iso646us": "",
    "unknown8bit": "",
    "8bit": "",
    "7bit": "",
    "unknown": "",
    "xunknown": "",
    "default": "",
    "defaultcharset": "",
    "xuserdefined": "",
    "none": "",
    "utf8": "utf-8",
    "utf8mb4": "utf-8",
    "unicode11utf8": "utf-8",
    "unicode11utf7": "utf-7",
    "iso88591": "cp1252",
    "latin1": "cp1252",
    "windows1252": "cp1252",
    "ansi": "cp1252",
    "iso88599": "cp1254",
    "latin5": "cp1254",
    "iso885911": "cp874",
    "tis620": "cp874",
    "windows874": "cp874",
    "iso88598i": "iso8859-8",
    "iso88598e": "iso8859-8",
    "iso88596i": "iso8859-6",
    "gb2312": "gb18030",
    "gb231280": "gb18030",
    "euccn": "gb18030",
    "xgbk": "gb18030",
    "gbk": "gb18030",
    "cp936": "gb18030",
    "windows936": "gb18030",
    "hzgb2312": "hz",
    "big5": "cp950",
    "xxbig5": "cp950",
    "windows950": "cp950",
    "ksc56011987": "cp949",
    "ksc56011989": "cp949",
    "ksc5601": "cp949",
    "euckr": "cp949",
    "windows949": "cp949",
    "shiftjis": "cp932",
    "sjis": "cp932",
    "xsjis": "cp932",
    "windows31j": "cp932",
    "mskanji": "cp932",
    "xeucjp": "euc_jp",
    "xmaccyrillic": "mac_cyrillic",
    "xmacroman": "mac_roman",
    "macintosh": "mac_roman",
    "xmaccentraleurope": "mac_latin2",
    "xmacce": "mac_latin2",
    "xmacgreek": "mac_greek",
    "xmacturkish": "mac_turkish",
    "koi8ru": "koi8_u",
    "koi8": "koi8_r",
    "cp1251": "cp1251",
    "ucs2": "utf-16",
    "iso10646ucs2": "utf-16",
}
# A label with rubbish around it ("_iso-2022-jp$ESC", "utf-8http-equiv=...") still names one of these.
_KNOWN_INSIDE = re.compile(
    r"utf-?8|utf-?16(?:le|be)?|iso-?8859-?\d{1,2}|windows-?125\d|cp-?125\d|koi8-?[ru]|gb2312|gbk|gb18030|big5"
    r"|euc-?(?:jp|kr)|shift_?jis|iso-2022-(?:jp|kr)",
    re.IGNORECASE,
)
_ONE_BYTE = re.compile(r"cp125\d|iso8859|koi8|mac_")
_C1 = re.compile("[\x80-\x9f]")
_SAMPLE_BYTES = 4096
_CONFIDENT = 0.03
# Western European writing, read as cp1252: foreign letters are few and among these; signs never stand before a letter.
_WESTERN = re.compile(
    r"(?:[\x00-\x7f]|[àâäáãåæçèéêëìíîïñòóôõöøùúûüßœÿÀÂÄÁÃÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜŒ]|[‘’“”„–—…€£§°ºª«»¡¿·•™®©\xa0´](?![a-z]{2}[^’‘“«„¡¿])"
    r"|[‘’“„«¡¿\xa0])*"
)
_MOST_FOREIGN = 0.45
# Words of these alone are no words in the Cyrillic or Chinese charsets that have other letters in their places.
_UMLAUTS = re.compile(r"[ÄÖÜÕäöüõß\s!-?]+")
_KANA = re.compile("[\u3041-\u30fe]")
_FEWEST_KANA = 0.25
_SAVE_RATIO = 0.02
_SURROGATES = re.compile("[\ud800-\udfff]")
# What Python makes of a byte that is no UTF-8, and the letter that the byte is in cp1252.
_STRAY = {0xDC00 + byte: bytes([byte]).decode("cp1252", "replace") for byte in range(0x80, 0x100)}
_ESCAPED_JAPANESE = re.compile(rb"\x1b(?:\$[@B]|\([BJI])")


@lru_cache(maxsize=512)
def python_codec(label: str) -> str:
    """The Python codec for a charset label, or "" where the label is unknown or says nothing beyond ASCII."""
    key = re.sub(r"[^a-z0-9]", "", label.lower())[:60]
    if key in _SUPERSETS:
        return _SUPERSETS[key]
    for candidate in (label.strip(" \t\"'<>;,"), re.sub(r"^x-", "", label.strip().lower())):
        try:
            info = codecs.lookup(candidate)
        except (LookupError, ValueError, UnicodeError):
            continue
        # Only real character sets: Python also registers rot13, hex, idna, unicode_escape and such.
        if getattr(info, "_is_text_encoding", True) and not re.search(
            r"escape|idna|punycode|undefined|mbcs|oem", info.name
        ):
            return info.name
    inside = _KNOWN_INSIDE.search(label)
    if inside and inside.group() != label:
        return python_codec(inside.group())
    return ""


def clean(text: str) -> str:
    """The text without NUL and lone surrogates (pairs of them are joined); line ends become a line feed."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "\0" in text:
        text = text.replace("\0", "")
    if not text.isascii() and _SURROGATES.search(text):
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def decode(data: bytes, label: str = "", *, hint: str = "") -> tuple[str, bool]:
    """Decode `data` declared as `label` (may be empty); true where the declaration had to be given up.

    `hint` is a charset seen elsewhere in the same mail, tried before anything is guessed.
    """
    codec = python_codec(label) if label else ""
    if not codec and data.isascii() and b"\x1b" not in data:
        return clean(data.decode("ascii")), False
    if codec:
        text = _strictly(data, "utf-8") if _ONE_BYTE.match(codec) else None
        if text is not None and not text.isascii() and not _C1.search(text):
            return clean(text), True  # no words written in a one-byte charset happen to be UTF-8
        text = _strictly(data, codec)
        if text is not None:
            return clean(text), False
    text = _strictly(data, "utf-8-sig") if b"\x1b" not in data else None
    if text is not None:
        return clean(text), bool(codec)
    mended = (_cut(data) if codec == "utf-8" else None) or _mostly(data, codec or "utf-8")
    if mended is None and codec in ("", "utf-8"):
        mended = _mixed(data)
    if mended is not None:
        return clean(mended), True
    return clean(_guess(data, hint)), True


def _strictly(data: bytes, codec: str) -> str | None:
    text: str | None
    try:
        text = data.decode(codec)
    except (UnicodeError, ValueError):
        text = _variant(data, codec)
    return text[1:] if text and text.startswith("\ufeff") else text


def _variant(data: bytes, codec: str) -> str | None:
    """Second tries for codecs that are stricter in Python than in the world."""
    try:
        if codec.startswith("iso2022_jp"):
            # Vendors put row 13 into JIS X 0208; JIS X 0213 has the same characters there.
            return re.sub(rb"\x1b\$[@B]", b"\x1b$(Q", data).decode("iso2022_jp_2004")
        if codec == "cp1252":
            return data.decode("latin-1") if not re.search(rb"[\x80-\x9f]", data) else None
        if codec == "cp950":
            return data.decode("big5hkscs")
        if codec.startswith("utf-16") and len(data) % 2:
            return data[:-1].decode(codec)  # the last character lost a byte
    except (UnicodeError, ValueError):
        pass
    return None


def _cut(data: bytes) -> str | None:
    """UTF-8 that was cut off within its last character."""
    try:
        text, used = codecs.utf_8_decode(data, "strict", False)
    except UnicodeError:
        return None
    return text + "\ufffd" if len(data) - used > 1 or not text.isascii() else None


def _mostly(data: bytes, codec: str) -> str | None:
    """The declared multi-byte charset with replacement characters, where only a few bytes are damaged."""
    if codec in ("cp1252", "cp1254"):
        return data.decode(codec, "replace")
    text = data.decode(codec, "replace")
    foreign = sum(1 for character in text[:20_000] if character > "\x7f")
    damaged = text[:20_000].count("\ufffd")
    if (damaged and foreign > damaged * 4) or (damaged <= len(text) * _SAVE_RATIO and foreign > damaged * 2):
        return text
    return None


def _mixed(data: bytes) -> str | None:
    """A Western text in UTF-8 that has pieces in cp1252, such as a footer that a server added."""
    sample = data[:_SAMPLE_BYTES].decode("utf-8", "surrogateescape")
    if _SURROGATES.sub("", sample).isascii() or not _western(sample.translate(_STRAY).encode("cp1252", "ignore")):
        return None
    return data.decode("utf-8", "surrogateescape").translate(_STRAY)


def guessed_codec(sample: bytes) -> str:
    """The charset that these bytes, not ASCII and declared as nothing, seem to be in; cp1252 where nothing speaks."""
    return next((codec for codec in _candidates(sample) if _strictly(sample, codec) is not None), "cp1252")


def _candidates(data: bytes) -> Iterator[str]:
    for ask in (_western, _japanese, _chardet, _charset_normalizer):
        if guessed := ask(data[:_SAMPLE_BYTES]):
            yield guessed
    yield "cp1252"


def _guess(data: bytes, hint: str) -> str:
    codecs_to_try = [python_codec(hint)] if hint else []
    if _ESCAPED_JAPANESE.search(data[:_SAMPLE_BYTES]):
        codecs_to_try.append("iso2022_jp_ext")
    if b"\x1b$)C" in data[:_SAMPLE_BYTES]:
        codecs_to_try.append("iso2022_kr")
    for codec in chain(filter(None, codecs_to_try), _candidates(data)):
        decoded = _strictly(data, codec)
        if decoded is None and not _ONE_BYTE.match(codec):
            decoded = _mostly(data, codec)
        if decoded is not None:
            return decoded
    return data.decode("cp1252", "replace")


def _western(sample: bytes) -> str:
    """cp1252 where the bytes read like a Western European language in it; the detectors mistake short ones."""
    text = sample.decode("cp1252", "replace")
    letters = sum(1 for character in text if character.isalpha())
    foreign = sum(1 for character in text if character.isalpha() and character > "\x7f")
    if not _WESTERN.fullmatch(text) or (foreign > letters * _MOST_FOREIGN and not _UMLAUTS.fullmatch(text)):
        return ""
    # In Hungarian read so, these two stand for its long vowels.
    return "" if re.search("[õû]", text) and "ã" not in text and _chardet(sample) == "cp1250" else "cp1252"


def _japanese(sample: bytes) -> str:
    """A Japanese charset in which the bytes hold many kana; the detectors take short ones for Chinese."""
    for codec in ("euc_jp", "cp932"):
        text = sample.decode(codec, "ignore")
        if len(_KANA.findall(text)) > len(text) * _FEWEST_KANA and _strictly(sample[:-2], codec) is not None:
            return codec
    return ""


def _chardet(sample: bytes) -> str:
    import chardet

    found = chardet.detect(sample)
    label, confidence = found["encoding"], found["confidence"] or 0.0
    return python_codec(label) if label and confidence >= _CONFIDENT else ""


def _charset_normalizer(sample: bytes) -> str:
    import charset_normalizer

    best = charset_normalizer.from_bytes(sample).best()
    return python_codec(best.encoding) if best else ""
