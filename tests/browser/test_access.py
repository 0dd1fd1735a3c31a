"""Everybody can work with it: axe on every page and state, narrow and dark, in three languages. Pictures to look at."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.office import CLEARED, Office
from tests.browser.officer import Officer

LOOKS = {
    "wide": {"viewport": {"width": 1280, "height": 900}},
    "narrow": {"viewport": {"width": 320, "height": 640}},
    "dark": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"},
    "contrast": {"viewport": {"width": 640, "height": 800}, "contrast": "more", "reduced_motion": "reduce"},
}
FEW = {"queue", "message", "search", "decided", "books", "help"}
LANGUAGES = {"wide": "en", "narrow": "fr", "dark": "es", "contrast": "en"}
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


def at(path: str) -> Callable[[Officer], None]:
    def go(officer: Officer) -> None:
        officer.page.goto(f"{officer.office.url}{path}")

    return go


def search_open(officer: Officer) -> None:
    at("/messages/1?queue=review")(officer)
    expect(officer.officer_searches("guin").first).to_be_visible()


def search_in_vain(officer: Officer) -> None:
    at("/messages/1?queue=review")(officer)
    officer.officer_searches("zzzz")


def help_open(officer: Officer) -> None:
    at("/messages/1?queue=review")(officer)
    officer.officer_presses("?")


def all_unfolded(officer: Officer) -> None:
    at("/messages/7?queue=review")(officer)
    for summary in officer.page.locator("summary").all():
        summary.click()


def decided(officer: Officer) -> None:
    at("/messages/3?queue=review")(officer)
    officer.officer_confirms()
    expect(officer.page.locator("#banner")).to_be_visible()


def stale(officer: Officer) -> None:
    at("/messages/8?queue=review")(officer)
    version = officer.page.locator("input[name=version]").first.input_value()
    officer.officer_keeps()
    expect(officer.page.locator("#banner")).to_be_visible()
    at("/messages/9?queue=review")(officer)
    form = officer.page.locator("form[data-decide]").first
    form.evaluate(
        "(form, version) => { form.action = '/messages/8/decide'; form.elements.version.value = version; }", version
    )
    officer.officer_confirms()
    expect(officer.page.locator("main .notice.warn")).to_be_visible()


STATES: dict[str, Callable[[Officer], None]] = {
    "queue": at("/queue/review"),
    "queue-urgent": at("/queue/urgent"),
    "queue-restricted": at("/queue/restricted"),
    "queue-quarantine": at("/queue/quarantine"),
    "queue-machine": at("/queue/machine"),
    "queue-all": at("/queue/all"),
    "queue-empty": at("/queue/forwarded"),
    "message": at("/messages/2?queue=review"),
    "message-urgent": at("/messages/4?queue=urgent"),
    "message-restricted": at("/messages/5?queue=restricted"),
    "message-arabic": at("/messages/6?queue=review"),
    "message-covered": at("/messages/10?queue=review"),
    "message-machine": at("/messages/11?queue=machine"),
    "message-quarantine": at("/messages/13?queue=quarantine"),
    "message-unfolded": all_unfolded,
    "search": search_open,
    "search-none": search_in_vain,
    "help": help_open,
    "decided": decided,
    "queue-waiting": at("/queue/waiting"),
    "message-waiting": at("/messages/3?queue=waiting"),
    "stale": stale,
    "books": at("/books"),
    "settings": at("/settings"),
    "manual": at("/manual"),
    "not-here": at("/nothing"),
}


def faults(page: Page) -> list[str]:
    """What axe finds, with the elements."""
    found = Axe().run(page, options=RULES).response["violations"]
    return [f"{each['id']}: {[node['target'] for node in each['nodes'][:3]]}" for each in found]


@pytest.mark.parametrize("look", [pytest.param("wide", marks=pytest.mark.long), "narrow", "dark", "contrast"])
def test_every_page_and_state_is_open_to_everybody(look: str, browser: Browser, office: Office) -> None:
    context = browser.new_context(locale="en-GB", **LOOKS[look])  # type: ignore[arg-type]
    officer = Officer(context.new_page(), office)
    spoken: list[str] = []
    officer.page.on("console", lambda message: spoken.append(message.text))
    problems = {}
    officer.page.goto(f"{office.url}/sign-in")
    officer.officer_chooses_language(LANGUAGES[look])
    problems["sign-in"] = faults(officer.page)
    officer.takes_picture(f"{look}-sign-in")
    officer.officer_signs_in(CLEARED)
    officer.officer_chooses_language(LANGUAGES[look])
    for name, reach in STATES.items():
        if look == "contrast" and name not in FEW:
            continue  # this look differs in borders and line lengths alone
        reach(officer)
        problems[name] = faults(officer.page) if look != "narrow" or name in FEW else []
        width = officer.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if width > 0:
            problems[name].append(f"{width} px too wide")
        officer.takes_picture(f"{look}-{name}")
    context.close()
    assert {name: found for name, found in problems.items() if found} == {}
    assert [text for text in spoken if "404" not in text and "409" not in text] == []


def test_focus_is_seen_and_follows_the_page(officer: Officer) -> None:
    officer.officer_opens_queue("review")
    officer.officer_presses("Tab")
    expect(officer.page.locator(".skip").first).to_be_focused()
    outline = officer.page.evaluate("getComputedStyle(document.activeElement).outlineWidth")
    assert float(outline.removesuffix("px")) >= 2
    officer.officer_presses("Enter", "Tab")
    inside = officer.page.evaluate("document.activeElement.closest('main') !== null")
    assert inside


def test_small_targets_are_big_enough(officer: Officer) -> None:
    officer.officer_opens("Projet de réintégration à Kayes")
    small = officer.page.evaluate(
        """() => Array.from(document.querySelectorAll('button, select, input:not([type=hidden]), summary'))
            .filter(each => each.offsetParent !== null)
            .map(each => [each.outerHTML.slice(0, 60), each.getBoundingClientRect()])
            .filter(([, box]) => box.width < 24 || box.height < 24).map(([html]) => html)"""
    )
    assert small == []
