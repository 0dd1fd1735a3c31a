"""Where mail comes from: one file a kind. `open_source` is the registry; adding a kind is one file and one line here."""

from collections.abc import Callable
from pathlib import Path

from triage.config import Source
from triage.domain.ports import AccessTokens, MailSource


def open_source(settings: Source, *, state_folder: Path, tokens: AccessTokens | None = None) -> MailSource:
    """The source that `settings` describes. Nothing is connected before the first poll.

    `state_folder` holds the uid lists of sources on disk (names and numbers, no content). `tokens` are those of the
    account that `settings.oauth` names, None where it names none.
    """
    if settings.kind == "imap":
        return _imap(settings, tokens)
    return _ON_DISK[settings.kind](settings, state_folder)


def _imap(settings: Source, tokens: AccessTokens | None) -> MailSource:
    from triage.sources.imap import ImapSource

    return ImapSource(settings, tokens)


def _maildir(settings: Source, state_folder: Path) -> MailSource:
    from triage.sources.maildir import MaildirSource

    return MaildirSource(settings, state_folder)


def _mbox(settings: Source, state_folder: Path) -> MailSource:
    from triage.sources.mbox import MboxSource

    return MboxSource(settings, state_folder)


def _folder(settings: Source, state_folder: Path) -> MailSource:
    from triage.sources.folder import FolderSource

    return FolderSource(settings, state_folder)


_ON_DISK: dict[str, Callable[[Source, Path], MailSource]] = {
    "maildir": _maildir,
    "mbox": _mbox,
    "folder": _folder,
}
