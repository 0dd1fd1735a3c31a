"""Makes the pictures of README and manual: `python -m tests.browser.pictures`.

Writes triage/web/static/manual/NAME-LANGUAGE.png from a throw-away office with invented mail.
"""

import logging
import os
import tempfile
from pathlib import Path

from playwright.sync_api import expect, sync_playwright

import triage.web
from tests.browser.office import furnish, open_office
from tests.browser.officer import Officer
from triage.domain.organisation import LANGUAGES

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
            page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, locale="en-GB")
            officer = Officer(page, office)
            officer.officer_signs_in()
            for language in LANGUAGES:
                take(officer, language)
            browser.close()
    for picture in sorted(TARGET.glob("*.png")):
        print(f"{picture.name} {picture.stat().st_size // 1000} kB")


if __name__ == "__main__":
    main()
