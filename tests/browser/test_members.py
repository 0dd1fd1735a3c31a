"""The units' own pages: open to everybody, in three languages, without scripts; and the same inquiry behind the link."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.office import CLEARED, OFFICER, PEOPLE, Office
from tests.browser.officer import Officer
from tests.browser.test_access import LANGUAGES, LOOKS, faults
from tests.browser.unit_people import Units, send, with_units
from triage.domain.decision import UnitAnswer
from triage.domain.lifecycle import MessageState
from triage.flow.units.links import LinkMaker
from triage.store import deliveries, listing

ADMIN = next(person for person in PEOPLE if person.name == "Ada Min")


@pytest.fixture
def units(office: Office) -> Units:
    return with_units(office)


def pages(units: Units) -> dict[str, Callable[[Page], object]]:
    mine = units.cases(units.lead)

    def at(path: str) -> Callable[[Page], object]:
        return lambda page: page.goto(f"{units.office.url}{path}")

    def unfolded(page: Page) -> None:
        at(f"/unit/inquiries/{mine[7].delivery_id}")(page)
        for summary in page.locator("summary").all():
            summary.click()

    def found(page: Page) -> None:
        at("/unit/search/")(page)
        page.locator("#text").fill("recruit*")
        page.locator("form.ask button.primary").click()
        page.wait_for_url("**/unit/search/*")
        expect(page.locator(".row").first).to_be_visible()

    return {
        "list": at("/unit/"),
        "taken": at("/unit/?shelf=taken"),
        "gone": at("/unit/?shelf=gone"),
        "done-empty": at("/unit/?shelf=done"),
        "case": at(f"/unit/inquiries/{mine[1].delivery_id}"),
        "case-not-ours": at(f"/unit/inquiries/{mine[1].delivery_id}?say=not-ours"),
        "case-unfolded": unfolded,
        "case-gone": at(f"/unit/inquiries/{mine[3].delivery_id}"),
        "search": found,
        "figures": at("/unit/figures/"),
        "about": at("/unit/about/"),
    }


FEW = {"list", "case-not-ours", "about", "calendar", "message-notes"}
"""What axe looks at in each run; everything else when all looks are tried."""
ADMINISTRATION = {"calendars": "/closed-days/", "calendar": "/closed-days/SN", "account": "/people/new"}
OFFICERS = {"message-notes": "/messages/2?queue=forwarded", "overview": "/units"}


@pytest.mark.parametrize(
    "look", ["narrow", pytest.param("wide", marks=pytest.mark.long), pytest.param("dark", marks=pytest.mark.long)]
)
def test_the_units_pages_are_open_to_everybody(look: str, browser: Browser, units: Units) -> None:
    problems: dict[str, list[str]] = {}
    spoken: list[str] = []

    def look_at(name: str, page: Page) -> None:
        problems[name] = faults(page) if look != "narrow" or name in FEW else []
        width = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if width > 0:
            problems[name].append(f"{width} px too wide")
        Officer(page, units.office).takes_picture(f"{look}-unit-{name}")

    everybody = {
        units.lead: pages(units),
        ADMIN: {name: _at(units, path) for name, path in ADMINISTRATION.items()},
        OFFICER: {name: _at(units, path) for name, path in OFFICERS.items()},
    }
    for person, wanted in everybody.items():
        context = browser.new_context(locale="en-GB", **LOOKS[look])  # type: ignore[arg-type]
        units.sign_in(context, person)
        page = context.new_page()
        page.on("console", lambda message: spoken.append(message.text))
        page.goto(f"{units.office.url}/settings")
        Officer(page, units.office).officer_chooses_language(LANGUAGES[look])
        for name, reach in wanted.items():
            reach(page)
            look_at(name, page)
        context.close()
    assert {name: found for name, found in problems.items() if found} == {}
    assert spoken == []


def _at(units: Units, path: str) -> Callable[[Page], object]:
    return lambda page: page.goto(f"{units.office.url}{path}")


def test_a_member_works_without_scripts(browser: Browser, units: Units) -> None:
    context = browser.new_context(locale="en-GB", java_script_enabled=False)
    context.set_default_timeout(20_000)
    units.sign_in(context, units.lead)
    page = context.new_page()
    page.goto(units.office.url)
    expect(page.locator("h1")).to_have_text("Inquiries of your unit")
    expect(page.locator(".row")).to_have_count(3)
    page.get_by_role("link", name="Placement fees for ship's cooks").click()
    expect(page.locator(".letter")).to_contain_text("Please answer before the Council.")
    expect(page.locator("#notes")).to_contain_text("The sender called twice.")
    page.locator("#note-text").fill("We call back.")
    page.get_by_role("button", name="Write the note").click()
    expect(page.locator("#notes")).to_contain_text("We call back.")
    page.locator("#take summary").click()
    page.locator("#take button").click()
    expect(page.locator(".notice.good")).to_contain_text("You take it.")
    page.locator("#not-ours summary").click()
    page.locator("#who-IML").check()
    page.locator("#note-not_ours").fill("A matter of treaties")
    page.locator("#not-ours button").click()
    expect(page.locator(".notice.good")).to_contain_text("It is not yours.")
    expect(page.locator(".letter")).not_to_contain_text("two or three wages")
    with units.office.services.store.read() as tx:
        line = listing.summaries(tx, message_ids=[1])[1]
    assert line.state is MessageState.IN_REVIEW and line.declined
    page.goto(f"{units.office.url}/unit/about/")
    page.locator("#address").fill("labour@elsewhere.example")
    page.locator("#mail button").click()
    expect(page.locator("#mail")).to_contain_text("waits for an administrator")
    page.get_by_role("button", name="Send it to me").click()
    expect(page.locator("#digest")).to_contain_text("You get it.")
    context.close()


def test_someone_signed_in_lands_on_the_same_inquiry(browser: Browser, units: Units) -> None:
    send(units.office, 10, "DMM")
    case = units.cases(units.lead)[10]
    with units.office.services.store.read() as tx:
        (row,) = deliveries.list_page(tx, viewer=CLEARED, message_id=10)
    maker = LinkMaker(units.office.url, 30)
    link = maker.urls(units.office.services.keyring.hash_key, delivery_id=row.id, created_at=row.created_at)
    context = browser.new_context(locale="en-GB")
    units.sign_in(context, units.lead)
    page = context.new_page()
    page.goto(link[UnitAnswer.NOT_OURS])
    expect(page).to_have_url(f"{units.office.url}/unit/inquiries/{case.delivery_id}?say=not-ours#not-ours")
    expect(page.locator("#not-ours")).to_have_attribute("open", "")
    context.close()
    context = browser.new_context(locale="en-GB")
    units.sign_in(context, next(person for person in PEOPLE if person.name == "Kim Keeper"))
    page = context.new_page()
    page.goto(link[UnitAnswer.NOT_OURS])
    expect(page.locator("h1")).to_contain_text("Inquiry for DMM")
    context.close()


def test_a_restricted_message_offers_no_unit_and_says_why(browser: Browser, units: Units) -> None:
    context = browser.new_context(locale="en-GB")
    units.sign_in(context, CLEARED)
    page = context.new_page()
    page.goto(f"{units.office.url}/messages/5?queue=restricted")
    expect(page.locator("#desk")).to_contain_text("No unit or mission can be chosen")
    assert page.locator("#other").count() == 0 and page.locator("#copies").count() == 0
    context.close()
