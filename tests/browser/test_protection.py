"""The screens of data protection in Chromium: a person's request from the first search to its report, holds, the mark of a
report, periods, proofs and keys; by axe, narrow, dark, in three languages. Pictures to look at."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.office import CLEARED, PEOPLE, Office
from tests.browser.officer import Officer
from tests.browser.test_access import LANGUAGES, LOOKS, faults
from triage.domain.people import Role
from triage.store import holds, listing, retention

ADMINISTRATOR = next(person for person in PEOPLE if person.has(Role.ADMINISTRATOR))


def address_of(office: Office) -> str:
    """Somebody who has written."""
    with office.services.store.read() as tx:
        lines = listing.by_state(tx, viewer=CLEARED)
    return next(
        line.sender.email for line in lines if line.sender is not None and line.sender.name and not line.restricted
    )


def begun(page: Page, office: Office) -> None:
    page.goto(f"{office.url}/person")


def in_vain(page: Page, office: Office) -> None:
    page.locator("#text").fill("nobody@nowhere.example")
    page.locator("main form button.primary").click()
    expect(page.locator("main h2")).to_have_count(1)


def found(page: Page, office: Office) -> None:
    page.locator("#text").fill(address_of(office))
    page.locator("main form button.primary").click()
    expect(page.locator("#right_name")).to_be_visible()


def corrected(page: Page, office: Office) -> None:
    page.locator("#right_name").fill("Maribel Santos-Reyes")
    page.locator("form[action='/person/correct'] button").click()
    expect(page.locator("[role=status].good")).to_be_visible()


def erased(page: Page, office: Office) -> None:
    found(page, office)
    page.locator("input[name=sure]").check()
    page.locator("form[action='/person/erase'] button").click()
    expect(page.locator("main h2")).to_have_count(2)


def held(page: Page, office: Office) -> None:
    with office.services.store.read() as tx:
        line = next(
            one for one in listing.by_state(tx, viewer=CLEARED) if one.state == "in_review" and not one.restricted
        )
    page.goto(f"{office.url}/messages/{line.id}?queue=review")
    page.locator("details:has(#hold-reason) summary").click()
    page.locator("#hold-reason").fill("a court asks")
    page.locator("details:has(#hold-reason) button").first.click()
    expect(page.locator("details:has(#hold-reason)")).to_be_attached()
    page.locator("details:has(form[action$='/report']) > summary").click()
    page.locator("details:has(#hold-reason) summary").click()


STEPS: dict[str, Callable[[Page, Office], None]] = {
    "person-begun": begun,
    "person-nothing": in_vain,
    "person-found": found,
    "person-corrected": corrected,
    "person-erased": erased,
    "message-held": held,
}


@pytest.mark.parametrize("look", [pytest.param("wide", marks=pytest.mark.long), "narrow", "dark"])
def test_data_protection_is_open_to_everybody(look: str, browser: Browser, office: Office) -> None:
    problems: dict[str, list[str]] = {}
    context = browser.new_context(locale="en-GB", **LOOKS[look])  # type: ignore[arg-type]
    officer = Officer(context.new_page(), office)
    officer.officer_signs_in(CLEARED)
    officer.officer_chooses_language(LANGUAGES[look])
    for name, reach in STEPS.items():
        reach(officer.page, office)
        problems[name] = looked_at(officer, f"{look}-protection-{name}")
    context.close()
    with office.services.store.read() as tx:
        assert [hold.reason for hold in holds.list_holds(tx)] == ["a court asks"]
        assert retention.list_proofs(tx)
    context = browser.new_context(locale="en-GB", **LOOKS[look])  # type: ignore[arg-type]
    administrator = Officer(context.new_page(), office)
    administrator.officer_signs_in(ADMINISTRATOR)
    administrator.officer_chooses_language(LANGUAGES[look])
    administrator.page.goto(f"{office.url}/protection")
    expect(administrator.page.locator("table")).to_have_count(3)
    problems["protection"] = looked_at(administrator, f"{look}-protection")
    context.close()
    assert {name: some for name, some in problems.items() if some} == {}


def looked_at(officer: Officer, picture: str) -> list[str]:
    """What is wrong with the page as it stands; leaves a picture."""
    wrong = faults(officer.page)
    width = officer.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    officer.takes_picture(picture)
    return [*wrong, *([f"{width} px too wide"] if width > 0 else [])]


def test_only_the_cleared_find_the_way_to_a_persons_request(officer: Officer) -> None:
    officer.officer_opens_queue("review")
    expect(officer.page.locator("a[href='/person']")).to_have_count(0)


def test_a_report_is_marked_in_two_steps_and_gone_for_the_officer(officer: Officer) -> None:
    officer.officer_opens_queue("review")
    subject = officer.subjects()[0]
    officer.officer_opens(subject)
    address = officer.page.url
    officer.page.locator("details:has(form[action$='/report']) > summary").click()
    officer.page.locator("form[action$='/report'] button").click()
    officer.sees_note("Only cleared officers see it now, and no unit gets it.")
    officer.officer_opens_queue("review")
    assert subject not in officer.subjects()
    assert officer.page.request.get(address).status == 404
