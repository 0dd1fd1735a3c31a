"""How much of one mail is read. A mail beyond a limit is cut or quarantined, never refused with an exception."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes are in bytes of the raw or decoded mail, `..._characters` in decoded characters.

    Beyond `message_bytes` only the headers are read (quarantined `too_big`); beyond `depth` or `parts` the rest of the
    structure is left unread (`too_deep`, `too_many_parts`); longer headers, address lists and texts are cut and leave a
    word in `Message.defects`.
    """

    message_bytes: int = 60_000_000
    depth: int = 40
    parts: int = 2_000
    header_block_bytes: int = 1_000_000
    header_bytes: int = 100_000
    addresses: int = 500
    text_characters: int = 400_000
    html_characters: int = 2_000_000
    attachment_text_characters: int = 20_000
    unpacked_bytes: int = 40_000_000


DEFAULT = Limits()
