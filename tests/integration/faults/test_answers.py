"""An IMAP server that says NO, BAD or out of space, drops the line at any command, or chokes on one mail.

After each, one good poll follows. Nothing may be lost, nothing stored twice, and the books balance.
"""

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.rig.fake_imap import DROP, DROP_AFTER, FakeImap
from tests.store.parts import OWN, DirectReader, SetClock, mail
from triage.config import Source
from triage.domain.errors import Transient
from triage.flow.arriving.ingest import Ingest, PollResult
from triage.sources.imap import ImapSource
from triage.sources.sent import ImapSentFolder
from triage.store import ledger, refetches
from triage.store.engine import Store

MAILS = [mail(f"DMM question {n} of ours", message_id=f"<{n}@x.example>") for n in range(7)]


def settings(server: FakeImap, tmp_path: Path, **changes: object) -> Source:
    secret = tmp_path / "secret"
    secret.write_text(server.password)
    values: dict[str, object] = {
        "kind": "imap", "name": "contact", "host": "127.0.0.1", "port": server.port, "security": "plain",
        "user": server.user, "password_file": secret, "after": "move:Stored", "timeout_seconds": 5,
    }  # fmt: skip
    return Source(**(values | changes))


class Desk:
    """Store, clock and source over a scripted server that holds MAILS."""

    def __init__(self, store: Store, server: FakeImap, tmp_path: Path, **changes: object) -> None:
        self.store, self.server, self.clock = store, server, SetClock()
        self.source = ImapSource(settings(server, tmp_path, **changes))
        self.ingest = Ingest(store=store, reader=DirectReader(), clock=self.clock, own=OWN, batch_size=3)
        server.fill(*MAILS)

    def poll(self) -> PollResult:
        return self.ingest.poll(self.source)

    def all_is_well(self, *, moved: bool = True) -> None:
        with self.store.read() as tx:
            books = ledger.books(tx)
        assert books.balanced, books.differences
        assert (books.seen, books.stored, books.pending, books.duplicate) == (len(MAILS), len(MAILS), 0, 0)
        if moved:
            assert self.server.inside("INBOX") == []
            assert sorted(self.server.inside("Stored")) == sorted(MAILS)


COMMANDS = ("CAPABILITY", "LOGIN", "SELECT", "UID SEARCH", "UID FETCH", "CREATE", "UID MOVE")


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(
    "said", [DROP, DROP_AFTER, "NO [UNAVAILABLE] not now", "BAD what is that", "NO [OVERQUOTA] full"]
)
def test_a_command_that_fails_once(store: Store, fake_imap: FakeImap, tmp_path: Path, command: str, said: str) -> None:
    desk = Desk(store, fake_imap, tmp_path)
    fake_imap.say(command, said)
    desk.poll()
    with store.read() as tx:
        assert ledger.books(tx).balanced
    assert desk.poll().error is None
    assert desk.poll().seen == 0
    desk.source.close()
    desk.all_is_well()


@pytest.mark.parametrize("said", ["NO [OVERQUOTA] no space left", "BAD unknown", "NO [SERVERBUG] sorry", DROP])
def test_mails_stay_and_are_not_stored_again_while_the_server_cannot_move(
    store: Store, fake_imap: FakeImap, tmp_path: Path, said: str
) -> None:
    desk = Desk(store, fake_imap, tmp_path)
    fake_imap.say("UID MOVE", said, times=5)
    for _ in range(5):
        assert desk.poll().error is not None
    assert fake_imap.inside("INBOX") == MAILS
    assert desk.poll().error is None
    desk.source.close()
    desk.all_is_well()


def test_without_move_the_mails_are_copied_and_only_ours_expunged(
    store: Store, fake_imap: FakeImap, tmp_path: Path
) -> None:
    fake_imap.capabilities = "IMAP4rev1 UIDPLUS"
    desk = Desk(store, fake_imap, tmp_path)
    fake_imap.say("UID COPY", "NO [OVERQUOTA] no space left")
    assert desk.poll().error == "imap_refused"
    assert fake_imap.inside("INBOX") == MAILS
    assert desk.poll().error is None
    desk.source.close()
    desk.all_is_well()


def test_a_server_that_has_neither_is_told_so(store: Store, fake_imap: FakeImap, tmp_path: Path) -> None:
    fake_imap.capabilities = "IMAP4rev1"
    desk = Desk(store, fake_imap, tmp_path)
    assert desk.poll().error == "imap_cannot_move"
    assert fake_imap.inside("INBOX") == MAILS
    assert fake_imap.commands["UID EXPUNGE"] == 0
    desk.source.close()


@pytest.mark.parametrize("poison", ["NO [SERVERBUG] cannot read it", "BAD internal", DROP])
def test_one_mail_that_the_server_chokes_on_holds_up_no_other(
    store: Store, fake_imap: FakeImap, tmp_path: Path, poison: str
) -> None:
    desk = Desk(store, fake_imap, tmp_path, after="leave")
    fake_imap.poisoned[2] = poison
    for _ in range(8):
        desk.poll()
    with store.read() as tx:
        books = ledger.books(tx)
    assert books.balanced, books.differences
    assert (books.seen, books.stored, books.failed) == (len(MAILS), len(MAILS) - 1, 1)
    fake_imap.poisoned.clear()
    desk.clock.pass_(refetches.FIRST_PAUSE.total_seconds() + 1)
    assert desk.poll().stored == 1
    desk.source.close()
    desk.all_is_well(moved=False)


def test_a_copy_for_the_sent_folder_is_appended_once_whatever_happens(fake_imap: FakeImap, tmp_path: Path) -> None:
    with closing(ImapSentFolder(settings(fake_imap, tmp_path), "Sent")) as folder:
        for said in ("NO [OVERQUOTA] no space left", "BAD unknown", DROP):
            fake_imap.say("APPEND", said)
            with pytest.raises(Transient):
                folder.file(MAILS[0], message_id="<0@x.example>", sent_at=datetime(2026, 3, 2, tzinfo=UTC))
            assert fake_imap.inside("Sent") == []
        fake_imap.say("APPEND", DROP_AFTER)
        with pytest.raises(Transient):
            folder.file(MAILS[0], message_id="<0@x.example>", sent_at=datetime(2026, 3, 2, tzinfo=UTC))
        folder.file(MAILS[0], message_id="<0@x.example>", sent_at=datetime(2026, 3, 2, tzinfo=UTC))
    assert fake_imap.inside("Sent") == [MAILS[0]]
