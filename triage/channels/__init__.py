"""How mail leaves: one file a kind. `open_channel` is the registry; adding a kind is one file and one line here."""

from collections.abc import Callable

from triage.config import Channel
from triage.domain.ports import ForwardChannel


def open_channel(settings: Channel) -> ForwardChannel:
    """The channel that `settings` describes. Nothing is connected before the first mail."""
    return _KINDS[settings.kind](settings)


def _smtp(settings: Channel) -> ForwardChannel:
    from triage.channels.smtp import SmtpChannel

    return SmtpChannel(settings)


def _maildir(settings: Channel) -> ForwardChannel:
    from triage.channels.maildir import MaildirChannel

    return MaildirChannel(settings)


_KINDS: dict[str, Callable[[Channel], ForwardChannel]] = {"smtp": _smtp, "maildir": _maildir}
