"""An officer at the screen: says what is done in the office's words and knows how to do it in the browser."""

import re
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.browser.office import OFFICER, PASSWORD, Office
from triage.domain.people import Person

SHOTS = Path(__file__).parents[2] / "var" / "screenshots"

DECIDING = frozenset("cis123456789") | {"Enter"}
"""Keys that decide: the screen takes them a moment after a message has come into place."""


class Officer:
    """Drives one page. Every step waits for what the person would wait for."""

    def __init__(self, page: Page, office: Office) -> None:
        self.page = page
        self.office = office

    def officer_signs_in(self, person: Person = OFFICER) -> None:
        self.page.goto(f"{self.office.url}/sign-in")
        self.page.locator("#email").fill(person.email)
        self.page.locator("#password").fill(PASSWORD)
        self.page.locator("main form button.primary").click()
        expect(self.page.locator("form[action='/sign-out']")).to_be_visible()

    def officer_chooses_language(self, language: str) -> None:
        self.page.locator(f".who button[value={language}]").click()
        expect(self.page.locator("html")).to_have_attribute("lang", language)

    def officer_opens_queue(self, name: str) -> None:
        self.page.goto(f"{self.office.url}/queue/{name}")

    def officer_opens(self, subject: str, queue: str = "review") -> None:
        self.officer_opens_queue(queue)
        self.page.locator("[data-row]", has_text=subject).click()
        expect(self.page.locator("h1")).to_have_text(subject)

    def officer_confirms(self) -> None:
        with self.page.expect_response("**/decide"):
            self.page.locator("[data-keys~=c]").click()

    def officer_takes_alternative(self, number: int) -> None:
        self.page.keyboard.press(str(number))

    def officer_overrides(self, typed: str, choice: str) -> None:
        """Types into the search and takes the line that reads `choice`."""
        self.officer_searches(typed)
        option = self.page.get_by_role("listbox").get_by_role("option", name=choice, exact=True)
        expect(option).to_be_visible()
        option.click()
        self.page.locator("form:has(.combo) button").click()

    def officer_searches(self, typed: str) -> Locator:
        """Types into the search; returns the lines found."""
        search = self.page.locator("input[role=combobox]")
        search.click()
        search.fill(typed)
        return self.page.get_by_role("listbox").get_by_role("option")

    def officer_keeps(self) -> None:
        with self.page.expect_response("**/decide"):
            self.page.locator("button[data-keys~=i]").click()

    def officer_undoes(self) -> None:
        self.page.locator("#banner form button").click()

    def officer_presses(self, *keys: str) -> None:
        for key in keys:
            if key in DECIDING:
                expect(self.page.locator("body")).to_have_attribute("data-ready", "yes")
            self.page.keyboard.press(key)

    def sees_banner(self, text: str | re.Pattern[str]) -> None:
        expect(self.page.locator("#banner")).to_contain_text(text)

    def sees_note(self, text: str) -> None:
        expect(self.page.locator(".notice").first).to_contain_text(text)

    def sees_subject(self, text: str) -> None:
        expect(self.page.locator("h1")).to_have_text(text)

    def subjects(self) -> list[str]:
        """The subjects of the list that is open."""
        return self.page.locator("[data-row]").all_inner_texts()

    def takes_picture(self, name: str) -> Path:
        """A picture of the whole page for people to look at."""
        SHOTS.mkdir(parents=True, exist_ok=True)
        path = SHOTS / f"{name}.png"
        self.page.screenshot(path=path, full_page=True)
        return path
