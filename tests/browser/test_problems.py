"""When mail does not simply arrive: refused, or nobody knows; and the books."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.office import CLEARED
from tests.browser.officer import Officer
from triage.domain.errors import OutsideError, Permanent, Unknown
from triage.domain.lifecycle import DeliveryState, MessageState
from triage.domain.ports import BodyStarts, Outgoing
from triage.store.detail import detail
from triage.store.views import MessageSummary

FEES = "Placement fees for ship's cooks"


class FaultyChannel:
    """A way out that ends badly: after the body was begun, or by a refusal."""

    idempotent = False

    def __init__(self, error: Callable[[str], OutsideError], *, begins: bool) -> None:
        self._error, self._begins = error, begins

    def send(self, mail: Outgoing, body_starts: BodyStarts) -> None:
        if self._begins:
            body_starts()
        raise self._error("test_fault")

    def close(self) -> None:
        """Nothing is open."""


def stored(officer: Officer) -> MessageSummary:
    with officer.office.services.store.read() as tx:
        return detail(tx, viewer=CLEARED, message_id=1).summary


def mail_is_lost(officer: Officer, channel: FaultyChannel) -> None:
    officer.officer_opens(FEES)
    officer.officer_confirms()
    officer.office.clock.move(61)
    assert officer.office.worker_forwards(channel) == 1
    officer.officer_opens_queue("problems")
    assert officer.subjects() == [FEES]


def test_an_officer_says_that_it_arrived(officer: Officer) -> None:
    mail_is_lost(officer, FaultyChannel(Unknown, begins=True))
    expect(officer.page.locator(".row-act")).to_contain_text("Nobody knows whether the mail to DMM arrived.")
    officer.takes_picture("wide-queue-problems")
    officer.page.get_by_role("button", name="It arrived").click()
    officer.sees_note("Noted: it arrived.")
    assert officer.subjects() == []
    assert stored(officer).state is MessageState.FORWARDED


def test_an_officer_has_it_sent_again(officer: Officer) -> None:
    mail_is_lost(officer, FaultyChannel(Unknown, begins=True))
    officer.page.locator("[data-row]").click()
    officer.page.get_by_role("button", name="Send again").click()
    officer.sees_note("It will be sent again.")
    assert stored(officer).delivery_state is DeliveryState.PENDING
    officer.office.clock.move(3600)
    officer.office.worker_forwards()
    assert stored(officer).state is MessageState.FORWARDED
    assert len(officer.office.outbox()) == 1


def test_a_refused_mail_brings_the_message_back_to_decide_anew(officer: Officer) -> None:
    mail_is_lost(officer, FaultyChannel(Permanent, begins=False))
    expect(officer.page.locator(".row-act")).to_contain_text("was refused")
    officer.page.locator("[data-row]").click()
    officer.officer_overrides("doe", "DOE – Department of Operations and Emergencies")
    assert stored(officer).state is MessageState.QUEUED
    officer.page.goto(f"{officer.office.url}/messages/1")
    officer.page.get_by_text("History of this message").click()
    expect(officer.page.locator("#history")).to_contain_text("Mail to DMM: refused")
    expect(officer.page.locator("#history")).to_contain_text("Amina Diallo chose another destination: DOE")


def test_a_forwarded_message_is_taken_up_again(officer: Officer) -> None:
    officer.officer_opens(FEES)
    officer.officer_confirms()
    officer.office.clock.move(61)
    officer.office.worker_forwards()
    officer.officer_opens(FEES, queue="forwarded")
    officer.page.get_by_role("button", name="Take it up again").click()
    expect(officer.page.locator("#desk")).to_contain_text("Suggestion")
    assert stored(officer).state is MessageState.IN_REVIEW


def test_a_quarantined_mail_is_read_again(officer: Officer) -> None:
    officer.officer_opens_queue("quarantine")
    officer.page.get_by_role("button", name="Read it again").click()
    officer.sees_note("It has been read again.")
    officer.sees_subject("A matter in many envelopes")


def test_the_books_balance_and_count_everything(officer: Officer) -> None:
    officer.page.goto(f"{officer.office.url}/books")
    expect(officer.page.locator("main .notice")).to_contain_text("The books balance.")
    row = officer.page.locator("table", has_text="Source").locator("tbody tr").first
    assert row.locator("td.number").all_inner_texts() == ["13", "13", "0", "0", "0"]
    states = officer.page.locator("table", has_text="Where the stored").locator("tbody tr").last
    expect(states).to_contain_text("13")
