"""IMAP as it goes wrong: refused sign-in, untrusted certificate, dead lines, vanished mails, large mails."""

from pathlib import Path
from threading import Event, Timer

import pytest

from tests.rig import free_port, leaks_forgiven
from tests.rig.dovecot import Dovecot
from triage.config import Source
from triage.domain.errors import Permanent, Transient
from triage.domain.ports import FolderPosition
from triage.sources.imap import ImapSource


def settings_for(server: Dovecot, **changes: object) -> Source:
    secret = server.base / "secret"
    secret.write_text(server.password)
    values: dict[str, object] = {
        "kind": "imap", "host": "localhost", "port": server.tls_port, "ca_file": server.certificate, "user": server.user,
        "password_file": secret, "timeout_seconds": 60,
    }  # fmt: skip
    return Source(**(values | changes))


def numbered(count: int) -> list[bytes]:
    return [b"From: a@b.example\r\nSubject: %d\r\n\r\nText\r\n" % number for number in range(count)]


def test_refusals_have_a_word_of_their_own(dovecot: Dovecot, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong"
    wrong.write_text("not this one")
    with pytest.raises(Permanent, match="imap_sign_in_refused"):
        ImapSource(settings_for(dovecot, password_file=wrong)).uidvalidity()
    with leaks_forgiven(), pytest.raises(Permanent, match="imap_certificate"):
        ImapSource(settings_for(dovecot, ca_file=None)).uidvalidity()
    with pytest.raises(Transient, match="imap_unreachable"):
        ImapSource(settings_for(dovecot, port=free_port())).uidvalidity()
    with pytest.raises(Transient, match="imap_refused"):
        ImapSource(settings_for(dovecot, folder="No such folder")).uidvalidity()


def test_a_line_that_died_is_opened_again(dovecot: Dovecot) -> None:
    dovecot.fill(numbered(2))
    source = ImapSource(settings_for(dovecot))
    first = source.uidvalidity()
    dovecot.stop()
    with pytest.raises(Transient):
        source.uidvalidity()
    dovecot.start()
    assert source.uidvalidity() == first
    assert sum(len(batch) for batch in source.poll(None, 100)) == 2
    source.close()


def test_a_mail_that_vanishes_between_search_and_fetch_is_reported(dovecot: Dovecot) -> None:
    dovecot.fill(numbered(4))
    source, other = ImapSource(settings_for(dovecot)), ImapSource(settings_for(dovecot, after="move:Elsewhere"))
    source.uidvalidity()
    poll = source.poll(None, 2)
    assert [fetched.failure for fetched in next(poll)] == [None, None]
    other.uidvalidity()
    other.acknowledge([3])
    third, fourth = next(poll)
    assert (third.uid, third.raw, third.failure) == (3, None, "vanished")
    assert fourth.raw is not None
    source.close()
    other.close()


def test_seen_dates_and_flags_do_not_matter(dovecot: Dovecot) -> None:
    dovecot.fill(numbered(3))
    reader = ImapSource(settings_for(dovecot, after="flag:\\Seen"))
    reader.uidvalidity()
    reader.acknowledge([1, 2, 3])
    assert [fetched.uid for batch in reader.poll(FolderPosition(reader.uidvalidity(), 1), 10) for fetched in batch] == [
        2,
        3,
    ]
    assert all(":2,S" in file.name for file in dovecot.files())
    reader.close()


def test_large_mails_travel_alone(dovecot: Dovecot) -> None:
    big = b"From: a@b.example\r\n\r\n" + b"x" * 76 * 250_000
    dovecot.fill([big, numbered(1)[0], big])
    source = ImapSource(settings_for(dovecot))
    source.uidvalidity()
    assert [len(batch) for batch in source.poll(None, 100)] == [2, 1]
    source.close()


def test_idle_reports_new_mail_at_once(dovecot: Dovecot) -> None:
    dovecot.fill(numbered(1))
    source, stop = ImapSource(settings_for(dovecot)), Event()
    source.uidvalidity()
    delivery = Timer(0.5, lambda: dovecot.fill(numbered(1)))
    delivery.start()
    assert source.watch(600, stop), "False would mean that the time had passed without a word"
    delivery.join()
    assert sum(len(batch) for batch in source.poll(None, 10)) == 2, "the line is usable after IDLE"
    source.close()


def test_idle_ends_when_told_and_survives_a_dead_line(dovecot: Dovecot) -> None:
    source, stop = ImapSource(settings_for(dovecot)), Event()
    source.uidvalidity()
    Timer(0.3, stop.set).start()
    assert not source.watch(600, stop)
    stop.clear()
    end = Timer(0.3, dovecot.stop)
    end.start()
    assert source.watch(600, stop), "a dead line asks for a poll, which opens it again"
    end.join()
    dovecot.start()
    source.uidvalidity()
    source.close()
