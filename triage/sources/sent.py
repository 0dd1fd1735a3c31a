"""The Sent folder of an IMAP account: a copy is appended once, however often that is asked."""

from contextlib import suppress
from datetime import datetime

from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError

from triage.config import Source
from triage.domain.ports import AccessTokens
from triage.sources.imap import _FAULTS, ImapSource


class ImapSentFolder(ImapSource):
    """The account of a source with another folder; made where it is missing."""

    def __init__(self, settings: Source, folder: str, tokens: AccessTokens | None = None) -> None:
        super().__init__(settings, tokens)
        self.folder = folder

    def _select(self, client: IMAPClient) -> None:
        try:
            client.select_folder(self.folder)
        except IMAPClientAbortError:
            raise
        except IMAPClientError:
            client.create_folder(self.folder)
            with suppress(IMAPClientError):
                client.subscribe_folder(self.folder)
            client.select_folder(self.folder)

    def file(self, data: bytes, *, message_id: str, sent_at: datetime) -> None:
        """Appends a mail, marked as read, unless one with its Message-ID is there. Raises Transient or Permanent.

        Where the line dies after the server has taken it, the next call finds it there.
        """
        try:
            client = self._connected()
            self._select(client)
            if not client.search(["HEADER", "Message-ID", message_id]):
                client.append(self.folder, data, flags=[rb"\Seen"], msg_time=sent_at)
        except _FAULTS as error:
            raise self._translate(error) from None
