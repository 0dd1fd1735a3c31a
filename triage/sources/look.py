"""A folder of an IMAP account that is only looked at, from a day on: for reports, never for ingest."""

from datetime import date

from triage.config import Source
from triage.domain.ports import AccessTokens
from triage.sources.imap import ImapSource


class ImapLook(ImapSource):
    """The account of a source with another folder, opened with EXAMINE; only mails since a day (by INTERNALDATE)."""

    def __init__(self, settings: Source, folder: str, since: date, tokens: AccessTokens | None = None) -> None:
        super().__init__(settings.model_copy(update={"after": "leave"}), tokens)
        self.folder = folder
        self._since = since

    def _criteria(self, last: int) -> list[object]:
        return [*super()._criteria(last), "SINCE", self._since]
