"""An IMAP folder, read by UID with IMAPClient and nothing but bytes asked of the server.

- `BODY.PEEK[]` only: ENVELOPE and BODYSTRUCTURE make servers and clients stumble, \\Seen is somebody else's business.
- The cursor is UID + UIDVALIDITY. Dates, flags and sequence numbers are never used.
- Sizes are asked first, so that a batch stays within BATCH_BYTES whatever people attach.
- A batch that breaks is fetched mail by mail, so that one poisoned answer cannot hold up the others.
- Every step has a time limit: the library's own default is to wait for ever.
"""

import contextlib
import ssl
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from threading import Event
from typing import Any

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import CapabilityError, IMAPClientAbortError, IMAPClientError, LoginError, ProtocolError

from triage.config import Source
from triage.domain.bearer import BearerSignIn, choose_mechanism
from triage.domain.errors import OutsideError, Permanent, Transient
from triage.domain.ports import AccessTokens, Fetched, FolderPosition
from triage.domain.sign_in import SignInTrouble

BATCH_BYTES = 32_000_000
_SIZES_AT_ONCE = 1_000
_LINES_FOR_ONE_MAIL = 3
_DEAD_AFTER = 3
_IDLE_SECONDS = 9 * 60.0  # well below the 29 minutes of RFC 2177, and below what firewalls forget


class ImapSource:
    """One folder of one account. Connects when first needed; after an error the next poll connects anew."""

    def __init__(self, settings: Source, tokens: AccessTokens | None = None) -> None:
        self.name, self.folder = settings.name, settings.folder
        self._settings = settings
        self._tokens = tokens
        self._client: IMAPClient | None = None
        self._uidvalidity = 0
        self._suspects: dict[int, int] = {}

    def check(self) -> None:
        """Connects, signs in and opens the folder."""
        self.uidvalidity()

    def uidvalidity(self) -> int:
        """The folder's UIDVALIDITY, asked anew: a poll begins with it, and reads what this SELECT has opened.

        A line that died while idle is noticed here and opened again at once.
        """
        if self._client is not None:
            try:
                self._select(self._client)
            except _FAULTS as error:
                self._translate(error)
        self._connected()
        return self._uidvalidity

    def poll(self, position: FolderPosition | None, batch_size: int) -> Iterator[Sequence[Fetched]]:
        """Batches of mails with a UID beyond `position`, or of all mails where the UIDVALIDITY has changed."""
        try:
            client = self._connected()
            last = position.last_uid if position and position.uidvalidity == self._uidvalidity else 0
            # `n:*` also names the newest mail where none lies beyond n (RFC 3501, 6.4.8).
            new = sorted(uid for uid in client.search(self._criteria(last)) if uid > last)
            for start in range(0, len(new), _SIZES_AT_ONCE):
                uids = new[start : start + _SIZES_AT_ONCE]
                sizes = self._sizes(client, uids, batch_size)
                for batch in _by_size(uids, sizes, batch_size):
                    yield self._fetch(batch)
        except _FAULTS as error:
            raise self._translate(error) from None

    @staticmethod
    def _sizes(client: IMAPClient, uids: Sequence[int], batch_size: int) -> Mapping[int, Mapping[bytes, Any]]:
        """The sizes of those mails that a batch could be too full with; most folders have none, and one search says so."""
        large = BATCH_BYTES // batch_size
        among = f"{uids[0]}:{uids[-1]}"
        found = set(client.search(["UID", among, "LARGER", large])) & set(uids)
        return client.fetch(sorted(found), ["RFC822.SIZE"]) if found else {}

    def _criteria(self, last: int) -> list[object]:
        return ["UID", f"{last + 1}:*"]

    def again(self, uids: Sequence[int]) -> Sequence[Fetched]:
        """Asks once more for single mails that the server refused before."""
        try:
            return [self._fetch_alone(uid) for uid in uids]
        except _FAULTS as error:
            raise self._translate(error) from None

    def _fetch(self, uids: Sequence[int]) -> Sequence[Fetched]:
        if len(uids) > 1 and not self._suspects.keys() & set(uids):
            try:
                return self._fetch_together(uids)
            except _FAULTS as error:
                if _is_line(error):
                    self._suspects.update(dict.fromkeys(uids, 0))
                    raise
        return [self._fetch_watched(uid) for uid in uids]

    def _fetch_watched(self, uid: int) -> Fetched:
        """One mail of a batch over which the line died or the answer broke. One that kills the line time after time is
        given up for now, so that it does not hold up all that came after it."""
        if self._suspects.get(uid, 0) >= _LINES_FOR_ONE_MAIL:
            del self._suspects[uid]
            return Fetched(uid, None, failure="server_refused")
        try:
            fetched = self._fetch_alone(uid)
        except _FAULTS:
            self._suspects[uid] = self._suspects.get(uid, 0) + 1
            raise
        self._suspects.pop(uid, None)
        return fetched

    def _fetch_together(self, uids: Sequence[int]) -> Sequence[Fetched]:
        answers: Mapping[int, Mapping[bytes, Any]] = self._connected().fetch(uids, ["BODY.PEEK[]", "INTERNALDATE"])
        return [_fetched(uid, answers.get(uid)) for uid in uids]

    def _fetch_alone(self, uid: int) -> Fetched:
        try:
            return self._fetch_together([uid])[0]
        except _FAULTS as error:
            if _is_line(error):
                raise
            return Fetched(uid, None, failure="server_refused")

    def acknowledge(self, uids: Sequence[int]) -> None:
        """Moves or flags stored mails, as configured; mails that are gone were acknowledged before."""
        verb, _, argument = self._settings.after.partition(":")
        if verb == "leave" or not uids:
            return
        try:
            client = self._connected()
            if verb == "flag":
                client.add_flags(uids, [argument], silent=True)
            else:
                self._move(client, uids, argument)
        except _FAULTS as error:
            raise self._translate(error) from None

    def _move(self, client: IMAPClient, uids: Sequence[int], target: str) -> None:
        with contextlib.suppress(IMAPClientError):  # it exists already, most of the time
            client.create_folder(target)
        if client.has_capability("MOVE"):
            client.move(uids, target)
            return
        if not client.has_capability("UIDPLUS"):
            # EXPUNGE without UIDs would also remove what other people marked as deleted.
            raise CapabilityError("neither MOVE nor UIDPLUS")
        client.copy(uids, target)
        client.delete_messages(uids, silent=True)
        client.uid_expunge(uids)

    def watch(self, seconds: float, stop: Event) -> bool:
        """IDLE (RFC 2177) where the server has it and the line is up, else plain waiting; polling stands behind both.

        Looks at `stop` every second. A line that dies meanwhile is dropped; the next poll opens it again.
        """
        client = self._client
        if client is None or not client.has_capability("IDLE"):
            stop.wait(seconds)
            return False
        try:
            client.idle()
            news = self._listen(client, time.monotonic() + min(seconds, _IDLE_SECONDS), stop)
            client.idle_done()
        except _FAULTS as error:
            self._translate(error)
            stop.wait(min(seconds, 1.0))
            return True
        return news

    def _listen(self, client: IMAPClient, end: float, stop: Event) -> bool:
        """Waits for EXISTS. Raises EOFError on a dead line, which the library reports only by answering at once."""
        at_once = 0
        while not stop.is_set() and (left := end - time.monotonic()) > 0:
            asked = time.monotonic()
            reported = client.idle_check(timeout=min(left, 1.0))
            if any(len(line) > 1 and line[1] in (b"EXISTS", b"RECENT") for line in reported):
                return True
            at_once = at_once + 1 if not reported and time.monotonic() - asked < min(left, 1.0) / 2 else 0
            if at_once > _DEAD_AFTER:
                raise EOFError("the line is dead")
        return False

    def close(self) -> None:
        """Signs out where that is still possible."""
        client, self._client = self._client, None
        if client is not None:
            with contextlib.suppress(*_FAULTS):
                client.logout()

    def _connected(self) -> IMAPClient:
        if self._client is None:
            try:
                self._client = self._connect()
                self._select(self._client)
            except _FAULTS as error:
                raise self._translate(error) from None
        return self._client

    def _select(self, client: IMAPClient) -> None:
        """Opens the folder; `sent` does it in its own way."""
        selected = client.select_folder(self.folder, readonly=self._settings.after == "leave")
        before, self._uidvalidity = self._uidvalidity, int(selected[b"UIDVALIDITY"])
        if before != self._uidvalidity:
            self._suspects.clear()

    def _connect(self) -> IMAPClient:
        """Connects and signs in; a token that is refused is replaced once."""
        if self._tokens is None:
            return self._sign_in("")
        token = self._tokens.token()
        try:
            return self._sign_in(token)
        except LoginError as error:
            if _passing(error):
                raise
        try:
            return self._sign_in(self._tokens.token(refused=token))
        except LoginError as error:
            if _passing(error):
                raise
            raise Permanent(SignInTrouble.TOKEN_REFUSED, "the IMAP server turns down a fresh token") from None

    def _sign_in(self, token: str) -> IMAPClient:
        settings = self._settings
        tls = settings.security == "tls"
        context = None
        if settings.security != "plain":
            context = ssl.create_default_context(cafile=settings.ca_file)
        timeout = SocketTimeout(connect=min(settings.timeout_seconds, 20.0), read=settings.timeout_seconds)
        client = IMAPClient(
            settings.host, settings.port or (993 if tls else 143), ssl=tls, ssl_context=context, timeout=timeout
        )
        try:
            if settings.security == "starttls":
                client.starttls(context)
            if token:
                _present(client, settings, token)
            elif settings.user:
                client.login(settings.user, settings.password())
        except BaseException:
            with contextlib.suppress(*_FAULTS):
                client.shutdown()
            raise
        return client

    def _translate(self, error: BaseException) -> OutsideError:
        """Drops the connection, whatever state it is in, and says what happened in a static word."""
        client, self._client = self._client, None
        if client is not None:
            with contextlib.suppress(*_FAULTS):
                client.shutdown()
        if isinstance(error, OutsideError):
            return error
        if isinstance(error, ssl.SSLCertVerificationError):
            return Permanent(
                "imap_certificate", "the server's certificate is not trusted; set ca_file or mend the server"
            )
        if isinstance(error, LoginError) and _passing(error):
            return Transient("imap_sign_in_impossible", "the server could not look at the sign-in now")
        if isinstance(error, LoginError):
            return Permanent("imap_sign_in_refused", "check user and password_file")
        if isinstance(error, CapabilityError):
            return Permanent("imap_cannot_move", "the server has neither MOVE nor UIDPLUS; use flag: or leave")
        if isinstance(error, IMAPClientAbortError | OSError | EOFError):
            return Transient("imap_unreachable", type(error).__name__)
        if isinstance(error, ProtocolError):
            return Transient("imap_garbled")
        return Transient("imap_refused", type(error).__name__)


_FAULTS = (OSError, EOFError, IMAPClientError, ProtocolError, ValueError, KeyError, AssertionError, OutsideError)
"""What IMAPClient and the sockets raise, its own ways of stumbling over garbled answers included."""


def _is_line(error: BaseException) -> bool:
    """Whether the line or the sign-in failed, and not the answer about one mail."""
    return isinstance(error, IMAPClientAbortError | OSError | EOFError | OutsideError | LoginError)


def _present(client: IMAPClient, settings: Source, token: str) -> None:
    """Signs in with an access token. Raises LoginError where it is refused."""
    names = [name.decode("ascii", "replace") for name in client.capabilities()]
    mechanism = choose_mechanism(name[5:] for name in names if name.upper().startswith("AUTH="))
    if mechanism is None:
        raise Permanent(SignInTrouble.NOT_OFFERED, "the IMAP server offers neither OAUTHBEARER nor XOAUTH2")
    port = settings.port or (993 if settings.security == "tls" else 143)
    sign_in = BearerSignIn(mechanism, user=settings.user, token=token, host=settings.host, port=port)
    client.sasl_login(mechanism.value, sign_in)


def _passing(error: LoginError) -> bool:
    """Whether it was no verdict on the account: the line died, or the server's own directory was away (RFC 5530)."""
    return isinstance(error.__context__, IMAPClientAbortError) or "[UNAVAILABLE]" in str(error)


def _by_size(uids: Sequence[int], sizes: Mapping[int, Mapping[bytes, Any]], most: int) -> Iterator[Sequence[int]]:
    """Cuts `uids` into batches of at most `most` mails and BATCH_BYTES; a larger mail is a batch of its own."""
    batch: list[int] = []
    total = 0
    for uid in uids:
        size = int(sizes.get(uid, {}).get(b"RFC822.SIZE", 0))
        if batch and (len(batch) == most or total + size > BATCH_BYTES):
            yield batch
            batch, total = [], 0
        batch.append(uid)
        total += size
    if batch:
        yield batch


def _fetched(uid: int, answer: Mapping[bytes, Any] | None) -> Fetched:
    raw = answer.get(b"BODY[]") if answer else None
    if not isinstance(raw, bytes):
        return Fetched(uid, None, failure="vanished")
    received_at = answer.get(b"INTERNALDATE") if answer else None
    if isinstance(received_at, datetime):
        # IMAPClient turns INTERNALDATE into naive local time.
        return Fetched(uid, raw, received_at.astimezone(UTC))
    return Fetched(uid, raw)
