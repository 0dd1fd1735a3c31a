"""How mail leaves: one file a kind. `open_channel` is the registry; adding a kind is one file and one line here."""

from collections.abc import Callable

from triage.config import Channel
from triage.domain.errors import ConfigError
from triage.domain.ports import AccessTokens, ForwardChannel


def open_channel(settings: Channel, *, tokens: AccessTokens | None = None) -> ForwardChannel:
    """The channel that `settings` describes. Nothing is connected before the first mail.

    `tokens` are those of the account that `settings.oauth` names, None where it names none.
    """
    return _KINDS[settings.kind](settings, tokens)


def _smtp(settings: Channel, tokens: AccessTokens | None) -> ForwardChannel:
    from triage.channels.smtp import SmtpChannel

    return SmtpChannel(settings, tokens)


def _graph(settings: Channel, tokens: AccessTokens | None) -> ForwardChannel:
    from triage.channels.graph import GraphChannel

    if tokens is None:
        raise ConfigError('a channel of kind "graph" needs oauth')
    return GraphChannel(settings, tokens)


def _maildir(settings: Channel, _: AccessTokens | None) -> ForwardChannel:
    from triage.channels.maildir import MaildirChannel

    return MaildirChannel(settings)


_KINDS: dict[str, Callable[[Channel, AccessTokens | None], ForwardChannel]] = {
    "smtp": _smtp,
    "graph": _graph,
    "maildir": _maildir,
}
