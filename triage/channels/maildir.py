"""A Maildir outbox: each mail a file named by its delivery id, so that writing twice gives one mail.

The file is complete and on disk before it appears in `new/`; whoever empties the outbox may move it to `cur/`. The
outbox lies outside the service's own folder because it holds mail in clear.
"""

import os

from triage.config import Channel
from triage.domain.errors import Permanent, Transient
from triage.domain.ports import BodyStarts, Outgoing
from triage.durable import sync


class MaildirChannel:
    """Writes forwards into a Maildir. Idempotent: never raises Unknown."""

    idempotent = True

    def __init__(self, settings: Channel) -> None:
        self._path = settings.place()

    def check(self) -> None:
        """The outbox can be made and written."""
        self._make()
        if not os.access(self._path / "tmp", os.W_OK):
            raise Transient("outbox_not_writable")

    def _make(self) -> None:
        try:
            for part in ("tmp", "new", "cur"):
                (self._path / part).mkdir(parents=True, exist_ok=True)
        except (NotADirectoryError, FileExistsError):
            raise Permanent("outbox_is_no_folder", "the path of [channel] is a file") from None
        except OSError as error:
            raise Transient("outbox_not_writable", error.strerror or "") from None

    def send(self, mail: Outgoing, body_starts: BodyStarts) -> None:
        """Raises Transient where the disk refuses, Permanent where the place can never be a Maildir."""
        self._make()
        try:
            body_starts()
            if self._is_there(mail.delivery_id):
                return
            draft = self._path / "tmp" / mail.delivery_id
            with draft.open("wb") as stream:
                stream.write(mail.data)
                stream.flush()
                os.fsync(stream.fileno())
            draft.replace(self._path / "new" / mail.delivery_id)
            sync(self._path / "new")
        except OSError as error:
            raise Transient("outbox_not_writable", error.strerror or "") from None

    def _is_there(self, delivery_id: str) -> bool:
        return (self._path / "new" / delivery_id).exists() or any((self._path / "cur").glob(f"{delivery_id}*"))

    def close(self) -> None:
        """Nothing is held open."""
