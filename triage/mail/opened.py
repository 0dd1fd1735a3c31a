"""The bytes of attachments and inline pictures out of the original mail, numbered as in `Message.attachments`.

Both parse a stranger's mail anew: outside of tests they run in the child process of `triage.reader.opener`.
"""

from base64 import b64encode
from dataclasses import replace

from triage.domain.message import Attachment
from triage.mail.attachments import describe
from triage.mail.limits import DEFAULT, Limits
from triage.mail.parse import attachments_in
from triage.mail.sniff import type_of

_INLINE_TYPES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
_INLINE_BYTES = 3_000_000


def read_attachment(raw: bytes, index: int, *, limits: Limits = DEFAULT) -> tuple[Attachment, bytes] | None:
    """Description and content of one attachment, its type by what is in it; None where there is none of that number."""
    found = attachments_in(raw, limits=limits)
    if not 0 <= index < len(found):
        return None
    described = describe(found)[index]
    return replace(described, type=type_of(found[index].data, described.type)), found[index].data


def inline_images(raw: bytes, *, limits: Limits = DEFAULT) -> dict[str, str]:
    """Content-ID -> `data:` URL of the raster images that the mail carries itself, some megabytes at most."""
    images: dict[str, str] = {}
    left = _INLINE_BYTES
    for each in attachments_in(raw, limits=limits):
        if each.cid and each.type in _INLINE_TYPES and len(each.data) <= left:
            left -= len(each.data)
            images[each.cid] = f"data:{each.type};base64,{b64encode(each.data).decode()}"
    return images
