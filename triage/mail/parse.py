"""Raw bytes to a `Message`; never raises."""

from triage.domain.message import Message, ReadResult
from triage.mail.limits import DEFAULT, Limits
from triage.mail.own import NOBODY, OwnMail


def read_message(
    raw: bytes, *, own: OwnMail = NOBODY, limits: Limits = DEFAULT, attachment_texts: bool = False
) -> ReadResult:
    """Read one mail, whatever its bytes. `own` recognises our own mail coming back.

    The text of attachments is read where the body has fewer than 20 words, or always with `attachment_texts`.
    """
    text = raw[: limits.text_characters].decode("utf-8", "replace").replace("\0", "")
    message = Message("", None, (), (), (), "", None, text, text)
    return ReadResult(message, "not_read_yet" if own is None else None)
