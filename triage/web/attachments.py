"""The bytes of an attachment, numbered as in `Message.attachments`, out of the original mail."""

from base64 import b64encode
from dataclasses import replace

from triage.domain.message import Attachment
from triage.mail.attachments import Found, describe, find_attachments, safe_name
from triage.mail.body import choose
from triage.mail.limits import DEFAULT
from triage.mail.sniff import type_of
from triage.mail.structure import parse_structure
from triage.mail.transfer import take_uuencoded
from triage.mail.words import raw_text

_INLINE_TYPES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
_INLINE_BYTES = 3_000_000


def read_attachment(raw: bytes, index: int) -> tuple[Attachment, bytes] | None:
    """Description and content of one attachment, its type by what is in it; None where the mail has none of that number."""
    found = _found(raw)
    if not 0 <= index < len(found):
        return None
    described = describe(found)[index]
    return replace(described, type=type_of(found[index].data, described.type)), found[index].data


def inline_images(raw: bytes) -> dict[str, str]:
    """Content-ID -> `data:` URL of the raster images that the mail carries itself, some megabytes at most."""
    images: dict[str, str] = {}
    left = _INLINE_BYTES
    for each in _found(raw):
        if each.cid and each.type in _INLINE_TYPES and len(each.data) <= left:
            left -= len(each.data)
            images[each.cid] = f"data:{each.type};base64,{b64encode(each.data).decode()}"
    return images


def _found(raw: bytes) -> list[Found]:
    chosen = choose(parse_structure(raw, DEFAULT).root)
    found = find_attachments(chosen.attachments, DEFAULT)
    for part in chosen.texts:
        if part.type == "text/plain" and b"begin" in part.data:
            for name, data in take_uuencoded(part.data)[1]:
                found.append(Found(safe_name(raw_text(name)), "application/octet-stream", data))
    return found
