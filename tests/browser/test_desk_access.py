"""The screens of the workspace are open to everybody: axe, 320 px, dark, three languages. Pictures to look at."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.office import Office
from tests.browser.officer import Officer
from tests.browser.test_access import LANGUAGES, LOOKS, faults


def searched(page: Page, office: Office) -> None:
    page.goto(f"{office.url}/search")
    page.locator("#text").fill("a*")
    page.locator("summary").first.click()
    page.locator("#sender").fill("sender")
    page.locator(".ask button.primary").click()
    page.wait_for_url("**/search/*")


def chosen(page: Page, office: Office) -> None:
    page.goto(f"{office.url}/bulk")
    page.locator(".ask button").click()
    page.wait_for_url("**/bulk/*")
    expect(page.locator(".row").first).to_be_visible()


def noted(page: Page, office: Office) -> None:
    page.goto(f"{office.url}/messages/1?queue=review")
    page.locator("#extras summary").click()


def kept(page: Page, office: Office) -> None:
    page.goto(f"{office.url}/messages/1?queue=review")
    page.locator("button[data-keys~=s]").click()
    expect(page.locator("#banner")).to_be_visible()
    page.goto(f"{office.url}/decisions")


def answered(page: Page, office: Office) -> None:
    page.goto(f"{office.url}/messages/3/letter")
    page.locator("#text").fill("Thank you.")
    page.locator("button[value=send]").click()
    page.wait_for_url("**/messages/3?*")


STEPS = {
    "desk-search": searched,
    "desk-bulk": chosen,
    "desk-note": noted,
    "desk-reply": lambda page, office: page.goto(f"{office.url}/messages/1/letter"),
    "desk-decisions": kept,
    "desk-answered": answered,
    "desk-settings": lambda page, office: page.goto(f"{office.url}/settings"),
}


@pytest.mark.parametrize("look", [pytest.param("wide", marks=pytest.mark.long), "narrow", "dark"])
def test_the_workspace_is_open_to_everybody(look: str, browser: Browser, office: Office) -> None:
    context = browser.new_context(locale="en-GB", **LOOKS[look])  # type: ignore[arg-type]
    context.add_cookies([{"name": "triage", "value": office.cookie(), "url": office.url, "sameSite": "Lax"}])
    officer = Officer(context.new_page(), office)
    officer.officer_opens_queue("review")
    officer.officer_chooses_language(LANGUAGES[look])
    problems: dict[str, list[str]] = {}
    for name, reach in STEPS.items():
        reach(officer.page, office)
        problems[name] = faults(officer.page)
        width = officer.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if width > 0:
            problems[name].append(f"{width} px too wide")
        officer.takes_picture(f"{look}-{name}")
    context.close()
    assert {name: found for name, found in problems.items() if found} == {}
