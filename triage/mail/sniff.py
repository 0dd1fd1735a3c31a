"""What a file is by its first bytes, whatever its name and the sender say. Nothing is opened or unpacked.

A dozen signatures of what comes as attachments and of what must never be taken for it; a library that knows thousands
would tell nothing more that the service acts on.
"""

OCTETS = "application/octet-stream"
PROGRAM = "application/x-executable"
_ZIP_KINDS = (
    (b"word/", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    (b"xl/", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    (b"ppt/", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
)
_SIGNATURES = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"{\\rtf", "application/rtf"),
    (b"MZ", PROGRAM),
    (b"\x7fELF", PROGRAM),
    (b"\xcf\xfa\xed\xfe", PROGRAM),
    (b"#!", "text/x-script"),
    (b"\x1f\x8b", "application/gzip"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"ID3", "audio/mpeg"),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE_TYPES = (
    "application/msword",
    "application/vnd.ms-excel",
    "application/vnd.ms-powerpoint",
    "application/vnd.ms-outlook",
)
_MARKUP = (b"<!doctype html", b"<html", b"<script", b"<svg", b"<?xml")
_HEAD = 8192


def type_of(data: bytes, declared: str) -> str:
    """The type to treat a file as: by its content where that is known, as declared where nothing speaks against it, and
    plain bytes where the content is none of what is declared."""
    found = _by_content(data[:_HEAD])
    declared = declared.lower()
    if found is None:
        known = {kind for _, kind in _SIGNATURES} | {kind for _, kind in _ZIP_KINDS} | {"application/zip", *_OLE_TYPES}
        return OCTETS if declared in known else declared
    if found == _OLE_ANY:
        return declared if declared in _OLE_TYPES else "application/x-ole-storage"
    if found == "application/zip" and declared.startswith("application/vnd.oasis.opendocument"):
        return declared if b"mimetype" + declared.encode() in data[:_HEAD] else found
    return found


_OLE_ANY = "ole"


def _by_content(head: bytes) -> str | None:
    for start, kind in _SIGNATURES:
        if head.startswith(start):
            return kind
    if head.startswith(_OLE):
        return _OLE_ANY
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return next((kind for inside, kind in _ZIP_KINDS if inside in head), "application/zip")
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head[4:8] == b"ftyp":
        return "video/mp4"
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return "text/html" if text.startswith(_MARKUP) else None
