"""A mail that a source cannot hand over is asked for again, a bounded number of times, and the books balance all along."""

from datetime import timedelta

import pytest

from tests.store.office import Office
from tests.store.parts import ListSource, mail
from triage.domain.errors import Transient
from triage.domain.lifecycle import MessageState
from triage.store import refetches


def failing(office: Office, *mails: bytes | None) -> ListSource:
    office.source.failure = "server_refused"
    result = office.arrive(*mails)
    assert result.failed == mails.count(None)
    return office.source


def test_a_refused_mail_is_stored_once_the_server_gives_it(office: Office) -> None:
    box = failing(office, mail("DMM first", message_id="<1@x.example>"), None)
    box.mails[1] = mail("DMM second", message_id="<2@x.example>")
    assert office.arrive().stored == 0, "not at once: the pause is kept"
    office.clock.pass_(61)
    result = office.arrive()
    assert (result.seen, result.stored, result.error) == (0, 1, None)
    books = office.books()
    assert books.balanced, books.differences
    assert (books.seen, books.stored, books.failed) == (2, 2, 0)
    assert [line.state for line in office.messages()] == [MessageState.IN_REVIEW] * 2
    assert box.told == [1, 2], "only now the source is told"
    office.clock.pass_(100_000)
    assert office.arrive().stored == 0


def test_a_mail_that_never_comes_is_given_up_after_some_days(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    box = failing(office, None)
    asked: list[int] = []
    real = box.again
    monkeypatch.setattr(box, "again", lambda uids: asked.extend(uids) or real(uids))
    for _ in range(24 * 10):
        office.arrive()
        assert office.books().balanced
        office.clock.pass_(3600)
    assert asked == [1] * refetches.MOST_ATTEMPTS
    books = office.books()
    assert (books.seen, books.stored, books.failed) == (1, 0, 1)


def test_a_mail_over_which_the_line_dies_is_not_tried_for_ever(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    box = failing(office, None)
    asked: list[int] = []

    def dies(uids: list[int]) -> None:
        asked.extend(uids)
        raise Transient("imap_unreachable")

    monkeypatch.setattr(box, "again", dies)
    box.mails.append(mail())
    assert office.arrive().stored == 1
    for _ in range(20):
        office.clock.pass_(refetches.LONGEST_PAUSE / timedelta(seconds=1))
        office.arrive()
    assert len(asked) == refetches.MOST_ATTEMPTS
    assert office.books().balanced


def test_what_vanished_is_not_asked_for(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    office.arrive(None)
    asked: list[int] = []
    monkeypatch.setattr(office.source, "again", asked.extend)
    office.clock.pass_(3600)
    office.arrive()
    assert asked == []
    box = failing(office, None)
    monkeypatch.undo()
    box.failure = "vanished"
    for _ in range(3):
        office.clock.pass_(100_000)
        office.arrive()
    assert office.books().failed == 2


def test_a_late_copy_of_a_mail_is_a_duplicate_of_its_poll(office: Office) -> None:
    box = failing(office, mail(), None)
    box.mails[1] = mail()
    office.clock.pass_(61)
    assert office.arrive().stored == 0
    books = office.books()
    assert books.balanced, books.differences
    line = next(line for line in books.polls if line.seen)
    assert (line.seen, line.stored, line.duplicate, line.failed) == (2, 1, 1, 0)
    assert (books.stored, books.duplicate) == (1, 1)


def test_a_folder_numbered_anew_is_read_anew_and_owes_nothing(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    box = failing(office, None)
    box.mails[0], box.validity = mail(), 2
    asked: list[int] = []
    monkeypatch.setattr(box, "again", asked.extend)
    office.clock.pass_(3600)
    assert office.arrive().stored == 1
    assert asked == []
    books = office.books()
    assert (books.seen, books.stored, books.failed, books.balanced) == (2, 1, 1, True)
