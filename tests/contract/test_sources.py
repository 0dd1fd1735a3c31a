"""One suite over every kind of source: all mails once, in batches, byte for byte, whatever happens in between."""

import contextlib
import mailbox
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

import pytest

from tests.rig.dovecot import Dovecot
from triage.config import Source
from triage.domain.errors import Permanent
from triage.domain.ports import FolderPosition, MailSource
from triage.sources import open_source


def mail(number: int) -> bytes:
    return (
        f"From: a@b.example\r\nSubject: {number}\r\nMessage-ID: <{number}@b.example>\r\n\r\nText {number}\r\n".encode()
    )


class Place(Protocol):
    """A source under test and a way to bring mail to it."""

    def deliver(self, *mails: bytes) -> None: ...

    def open(self, after: str = "leave") -> MailSource: ...

    def left(self) -> int: ...


class FolderPlace:
    kind = "folder"

    def __init__(self, base: Path) -> None:
        self.path, self.state, self.count = base / "in", base / "state", 0
        self.path.mkdir()

    def deliver(self, *mails: bytes) -> None:
        for raw in mails:
            self.count += 1
            (self.path / f"{self.count:05}.eml").write_bytes(raw)

    def open(self, after: str = "leave") -> MailSource:
        return open_source(Source(kind="folder", path=self.path, after=after), state_folder=self.state)

    def left(self) -> int:
        return len([file for file in self.path.iterdir() if file.is_file()])


class MaildirPlace(FolderPlace):
    def deliver(self, *mails: bytes) -> None:
        for part in ("new", "cur", "tmp"):
            (self.path / part).mkdir(exist_ok=True)
        for raw in mails:
            self.count += 1
            part, flags = ("new", "") if self.count % 2 else ("cur", ":2,S")
            (self.path / part / f"{1_700_000_000 + self.count}.x{flags}").write_bytes(raw)

    def open(self, after: str = "leave") -> MailSource:
        return open_source(Source(kind="maildir", path=self.path, after=after), state_folder=self.state)

    def left(self) -> int:
        return sum(len(list((self.path / part).iterdir())) for part in ("new", "cur"))


class MboxPlace(FolderPlace):
    def deliver(self, *mails: bytes) -> None:
        box = mailbox.mbox(self.path / "box", create=True)
        for raw in mails:
            box.add(raw.replace(b"\r\n", b"\n"))
        box.close()

    def open(self, after: str = "leave") -> MailSource:
        return open_source(Source(kind="mbox", path=self.path / "box", after=after), state_folder=self.state)

    def left(self) -> int:
        with contextlib.closing(mailbox.mbox(self.path / "box")) as box:
            return len(box)


class ImapPlace:
    def __init__(self, server: Dovecot, tls: str) -> None:
        self.server, self.tls = server, tls
        self.secret = server.base / "secret"
        self.secret.write_text(server.password)

    def deliver(self, *mails: bytes) -> None:
        self.server.fill(mails)

    def open(self, after: str = "leave") -> MailSource:
        port = self.server.tls_port if self.tls == "tls" else self.server.port
        settings = Source(
            kind="imap", host="localhost", port=port, security=self.tls, ca_file=self.server.certificate,
            user=self.server.user, password_file=self.secret, after=after, timeout_seconds=10,
        )  # fmt: skip
        return open_source(settings, state_folder=self.server.base)

    def left(self) -> int:
        return len(self.server.files())


@pytest.fixture(params=["folder", "maildir", "mbox", "imap-tls", "imap-starttls", "imap-plain"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    if request.param.startswith("imap"):
        return ImapPlace(request.getfixturevalue("dovecot"), request.param.removeprefix("imap-"))
    kinds: dict[str, Callable[[Path], Any]] = {"folder": FolderPlace, "maildir": MaildirPlace, "mbox": MboxPlace}
    made: Place = kinds[request.param](tmp_path)
    return made


def read(source: MailSource, position: FolderPosition | None = None, size: int = 3) -> dict[int, bytes]:
    source.uidvalidity()
    found: dict[int, bytes] = {}
    for batch in source.poll(position, size):
        assert 0 < len(batch) <= size
        for fetched in batch:
            assert fetched.uid not in found
            assert fetched.raw is not None
            found[fetched.uid] = fetched.raw
    return found


def same(raw: bytes) -> bytes:
    """Files have either line end, and an mbox adds an empty line of its own."""
    return raw.replace(b"\r\n", b"\n").rstrip(b"\n")


def test_every_mail_once_and_byte_for_byte(place: Place) -> None:
    mails = [mail(number) for number in range(7)]
    place.deliver(*mails)
    source = place.open()
    found = read(source)
    assert [same(raw) for _, raw in sorted(found.items())] == [same(raw) for raw in mails]
    position = FolderPosition(source.uidvalidity(), max(found))
    assert read(source, position) == {}
    place.deliver(mail(8))
    later = read(source, position)
    assert [same(raw) for raw in later.values()] == [same(mail(8))]
    source.close()
    again = place.open()
    assert read(again) == found | later, "the numbers outlive the process"
    again.close()


def test_another_uidvalidity_means_everything_anew(place: Place) -> None:
    place.deliver(*[mail(number) for number in range(4)])
    source = place.open()
    assert len(read(source, FolderPosition(source.uidvalidity() + 1, 999))) == 4
    source.close()


def test_leave_changes_nothing(place: Place) -> None:
    place.deliver(mail(1), mail(2))
    source = place.open()
    found = read(source)
    source.acknowledge(sorted(found))
    assert place.left() == 2
    source.close()


def test_move_takes_stored_mails_away_and_may_be_repeated(place: Place) -> None:
    if isinstance(place, MboxPlace):
        with pytest.raises(ValueError, match="read and left alone"):
            place.open("move:Done")
        return
    place.deliver(mail(1), mail(2), mail(3))
    source = place.open("move:Done")
    found = read(source)
    source.acknowledge(sorted(found)[:2])
    source.acknowledge(sorted(found)[:2])
    assert place.left() == 1
    place.deliver(mail(4))
    assert len(read(source, FolderPosition(source.uidvalidity(), max(found)))) == 1
    source.close()


def test_a_place_that_is_not_there_is_said_in_one_word(tmp_path: Path) -> None:
    for kind in ("folder", "maildir", "mbox"):
        source = open_source(Source(kind=kind, path=tmp_path / "nowhere"), state_folder=tmp_path)
        with pytest.raises(Permanent, match="source_missing"):
            read(source)
