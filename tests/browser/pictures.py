"""Makes the pictures of README and manual: `python -m tests.browser.pictures [--protection]`.

Writes triage/web/static/manual/NAME-LANGUAGE.png from a throw-away office with invented mail; with --protection only those
of the screens of data protection.
"""

import logging
import os
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, expect, sync_playwright

import triage.web
from tests.browser.office import CLEARED, OFFICER, PEOPLE, Office, furnish, open_office
from tests.browser.officer import Officer
from triage.domain.organisation import LANGUAGES
from triage.domain.people import Person, Role
from triage.store import listing

TARGET = Path(triage.web.__file__).parent / "static" / "manual"
WIDTH, HEIGHT = 1080, 580


def take(officer: Officer, language: str) -> None:
    """The pictures of one language."""
    page = officer.page
    officer.officer_chooses_language(language)
    officer.officer_opens_queue("review")
    page.screenshot(path=TARGET / f"queue-{language}.png")
    page.goto(f"{officer.office.url}/messages/2?queue=review")
    page.screenshot(path=TARGET / f"message-{language}.png")
    expect(officer.officer_searches("guin").first).to_be_visible()
    page.locator(".combo").evaluate("element => element.closest('form').scrollIntoView({block: 'center'})")
    page.locator("#desk").screenshot(path=TARGET / f"search-{language}.png")
    page.goto(f"{officer.office.url}/figures/")
    page.screenshot(path=TARGET / f"figures-{language}.png")


def take_protection(browser: Browser, office: Office) -> None:
    """A person's request as far as what is found, then, after an erasure, periods and proofs; in each language."""
    administrator = next(person for person in PEOPLE if person.has(Role.ADMINISTRATOR))
    with office.services.store.read() as tx:
        lines = listing.by_state(tx, viewer=CLEARED)
    address = next(line.sender.email for line in lines if line.sender and line.sender.name and not line.restricted)
    cleared = signed_in(browser, office, CLEARED)
    for language in LANGUAGES:
        cleared.officer_chooses_language(language)
        page = cleared.page
        page.goto(f"{office.url}/person")
        page.locator("#text").fill(address)
        page.locator("main form button.primary").click()
        expect(page.locator("#right_name")).to_be_visible()
        page.locator("main").screenshot(path=TARGET / f"person-{language}.png")
    page.locator("input[name=sure]").check()
    page.locator("form[action='/person/erase'] button").click()
    expect(page.locator("#right_name")).to_have_count(0)
    keeper = signed_in(browser, office, administrator)
    for language in LANGUAGES:
        keeper.officer_chooses_language(language)
        keeper.page.goto(f"{office.url}/protection")
        keeper.page.locator("main").screenshot(path=TARGET / f"protection-{language}.png")


def signed_in(browser: Browser, office: Office, person: Person) -> Officer:
    """A window of somebody's own."""
    found = Officer(browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, locale="en-GB"), office)
    found.officer_signs_in(person)
    return found


def main() -> None:
    """All pictures, anew."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    TARGET.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        furnish(Path(folder) / "template")
        with open_office(Path(folder) / "template", Path(folder) / "office") as office, sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=["--no-sandbox"]
            )
            if "--protection" not in sys.argv:
                officer = signed_in(browser, office, OFFICER)
                for language in LANGUAGES:
                    take(officer, language)
            take_protection(browser, office)
            browser.close()
    for picture in sorted(TARGET.glob("*.png")):
        print(f"{picture.name} {picture.stat().st_size // 1000} kB")


if __name__ == "__main__":
    main()
