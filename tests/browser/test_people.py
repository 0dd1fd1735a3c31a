"""People in Chromium: second factor, links to set a password, the identity provider, administration, record, figures."""

import base64
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.office import CLEARED, OFFICER, PASSWORD, PEOPLE, Office, open_office
from tests.browser.officer import Officer
from tests.browser.test_access import LANGUAGES, LOOKS, faults
from tests.rig.provider import IdentityProvider
from triage.domain import totp
from triage.domain.people import Person
from triage.store import audit, figures, people
from triage.store.figures import Period
from triage.store.topics import Topic

ADA = next(person for person in PEOPLE if person.name == "Ada Min")
ARI = next(person for person in PEOPLE if person.name == "Ari Audit")
STRICT = '\n[web]\nsecond_factor = "required"\n'


@pytest.fixture
def strict(furnished: Path, tmp_path: Path) -> Iterator[Office]:
    """An office that wants a second factor of those who need one."""
    with open_office(furnished, tmp_path / "office", more=STRICT) as running:
        yield running


def first_step(page: Page, office: Office, person: Person) -> None:
    page.goto(f"{office.url}/sign-in")
    page.locator("#email").fill(person.email)
    page.locator("#password").fill(PASSWORD)
    page.locator("main form button.primary").click()


def gives(page: Page, code: str) -> None:
    page.locator("#code").fill(code)
    page.locator("main form button.primary").click()


def code_of(office: Office, key: str) -> str:
    text = key.replace(" ", "")
    secret = base64.b32decode(text + "=" * (-len(text) % 8))
    return totp.code_at(secret, totp.step_of(office.clock.now()))


def test_the_cleared_set_up_a_second_factor_and_get_in_with_it(page: Page, strict: Office) -> None:
    first_step(page, strict, CLEARED)
    expect(page).to_have_url(re.compile("/sign-in/second-factor$"))
    assert page.goto(f"{strict.url}/queue/review") is not None
    expect(page).to_have_url(re.compile("/sign-in"))
    page.goto(f"{strict.url}/sign-in/second-factor")
    key = page.locator(".key").inner_text()
    gives(page, "000000")
    expect(page.get_by_role("alert")).to_contain_text("not right")
    assert page.locator(".key").inner_text() == key
    gives(page, code_of(strict, key))
    codes = page.locator(".codes code").all_inner_texts()
    assert len(codes) == 10
    page.locator("main a.primary").click()
    expect(page.locator("form[action='/sign-out']")).to_be_visible()
    page.locator("form[action='/sign-out'] button").click()

    strict.clock.move(60)
    first_step(page, strict, CLEARED)
    expect(page).to_have_url(re.compile("/sign-in/code$"))
    used = code_of(strict, key)  # kept: the next code may be due before it is given again
    gives(page, used)
    expect(page).to_have_url(re.compile("/queue/review"))
    page.locator("form[action='/sign-out'] button").click()
    first_step(page, strict, CLEARED)
    gives(page, used)
    expect(page.get_by_role("alert")).to_contain_text("used already")
    gives(page, codes[0])
    expect(page).to_have_url(re.compile("/queue/review"))


def test_others_get_in_as_before(page: Page, strict: Office) -> None:
    Officer(page, strict).officer_signs_in(OFFICER)
    page.goto(f"{strict.url}/settings/second-factor")
    gives(page, code_of(strict, page.locator(".key").inner_text()))
    expect(page.locator(".codes")).to_be_visible()


def test_a_new_officer_is_added_and_sets_a_password(page: Page, browser: Browser, office: Office) -> None:
    Officer(page, office).officer_signs_in(ADA)
    page.goto(f"{office.url}/people/")
    page.get_by_role("link", name="Add a person").click()
    page.locator("#email").fill("nadia@office.example")
    page.locator("#name").fill("Nadia Ferro")
    page.get_by_role("button", name="Add the person").click()
    expect(page.locator(".wrong")).to_contain_text("at least one role")
    page.locator("#email").fill("nadia@office.example")
    page.get_by_label("Officer", exact=True).check()
    page.get_by_role("button", name="Add the person").click()
    expect(page.locator("h1")).to_have_text("Nadia Ferro")
    page.get_by_role("button", name="Show it once").click()
    link = page.locator("#link").input_value()
    other = browser.new_page()
    other.goto(link.replace("http://127.0.0.1:8080", office.url))
    other.locator("#password").fill("a password of some length")
    other.locator("#again").fill("another password by mistake")
    other.locator("main form button.primary").click()
    expect(other.locator("#again-wrong")).to_be_visible()
    for field in ("#password", "#again"):
        other.locator(field).fill("a password of some length")
    other.locator("main form button.primary").click()
    expect(other.locator(".notice.good")).to_be_visible()
    other.locator("#email").fill("nadia@office.example")
    other.locator("#password").fill("a password of some length")
    other.locator("main form button.primary").click()
    expect(other).to_have_url(re.compile("/queue/review"))
    page.goto(f"{office.url}/people/")
    page.get_by_role("link", name="Nadia Ferro").click()
    page.get_by_role("button", name="Close the account").click()
    other.goto(f"{office.url}/queue/review")
    expect(other).to_have_url(re.compile("/sign-in"))
    answer = other.goto(link.replace("http://127.0.0.1:8080", office.url))
    assert answer is not None and answer.status == 410
    other.close()


def test_an_administrator_cannot_take_their_own_rights(page: Page, office: Office) -> None:
    Officer(page, office).officer_signs_in(ADA)
    page.goto(f"{office.url}/people/")
    page.get_by_role("link", name="Ada Min").last.click()
    page.get_by_label("Cleared for reports of misconduct").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("another administrator")
    with office.services.store.read() as tx:
        found = people.account_by_email(tx, email=ADA.email)
    assert found is not None and not found.person.cleared


def test_a_renamed_unit_is_what_officers_see(page: Page, browser: Browser, office: Office) -> None:
    Officer(page, office).officer_signs_in(ADA)
    page.goto(f"{office.url}/organisation/units/DMM")
    page.locator("#name-en").fill("Department of Moving People")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".events")).to_contain_text("Ada Min")
    expect(page.locator("ins")).to_contain_text("Department of Moving People")
    page.context.clear_cookies()
    page.context.add_cookies([{"name": "triage", "value": office.cookie(), "url": office.url, "sameSite": "Lax"}])
    page.goto(f"{office.url}/messages/1?queue=review")
    expect(page.locator("#desk")).to_contain_text("Department of Moving People")


def test_the_time_to_undo_changes_at_once(page: Page, office: Office) -> None:
    Officer(page, office).officer_signs_in(ADA)
    page.goto(f"{office.url}/rules")
    page.locator("#undo_seconds").fill("many")
    page.locator("form:has(#undo_seconds) button.primary").click()
    expect(page.locator("#undo_seconds-wrong")).to_be_visible()
    page.locator("#undo_seconds").fill("600")
    page.locator("form:has(#undo_seconds) button.primary").click()
    expect(page.locator(".events")).to_contain_text("600")
    page.context.clear_cookies()
    page.context.add_cookies([{"name": "triage", "value": office.cookie(), "url": office.url, "sameSite": "Lax"}])
    officer = Officer(page, office)
    page.goto(f"{office.url}/messages/3?queue=review")
    officer.officer_confirms()
    officer.sees_banner(re.compile(r"in (600|59\d) s"))


def test_auditors_find_and_take_out_what_happened(page: Page, office: Office) -> None:
    Officer(page, office).officer_signs_in(ARI)
    expect(page).to_have_url(re.compile("/record/"))
    page.get_by_role("button", name="Check it now").click()
    expect(page.locator(".notice.good")).to_contain_text("whole")
    page.locator("#act").select_option("account_added")
    page.get_by_role("button", name="Show").click()
    assert page.locator("tbody tr").count() == len(PEOPLE)
    with page.expect_download() as download:
        page.get_by_role("link", name="Download as CSV").click()
    lines = Path(download.value.path()).read_text("utf-8-sig").splitlines()
    assert lines[0] == "number,time_utc,actor,name,act,objects" and len(lines) == len(PEOPLE) + 1
    with office.services.store.read() as tx:
        assert audit.entries(tx, after_id=len(PEOPLE))[-1].act == audit.Act.EXPORTED


def test_figures_say_what_the_store_says(page: Page, office: Office) -> None:
    Officer(page, office).officer_signs_in(ADA)
    page.goto(f"{office.url}/figures/")
    day = office.clock.now().date()
    with office.services.store.read() as tx:
        seen = figures.totals(tx, viewer=ADA, topic=Topic.ARRIVED, period=Period(day, day))
        known = figures.totals(tx, viewer=CLEARED, topic=Topic.ARRIVED, period=Period(day, day))
    assert known["person"] == seen["person"] + 1, "the restricted one is hidden"
    section = page.locator("section", has_text="came in each day")
    expect(section).to_contain_text(f"{seen['person']} in all")
    section.locator("summary").click()
    expect(section.locator("tbody tr").last).to_contain_text(str(seen["person"]))
    with page.expect_download() as download:
        section.get_by_role("link", name=re.compile("CSV")).click()
    last = Path(download.value.path()).read_text("utf-8-sig").splitlines()[-1]
    assert last == f"{day.isoformat()},{seen['person']},{seen.get('machine', 0)},{seen.get('quarantined', 0)},0"


def test_an_identity_provider_vouches(page: Page, furnished: Path, tmp_path: Path, provider: IdentityProvider) -> None:
    secret = tmp_path / "secret"
    secret.write_text(provider.client_secret)
    more = (
        f'\n[oidc]\nissuer = "{provider.issuer}"\nclient_id = "triage"\nclient_secret_file = "{secret}"\n'
        f'name = "Office ID"\n[web]\npublic_url = "http://127.0.0.1:PORT"\nsecond_factor = "required"\n'
    )
    with open_office(furnished, tmp_path / "office", more=more) as office:
        page.goto(f"{office.url}/messages/2")
        page.get_by_role("link", name="Sign in with Office ID").click()
        expect(page).to_have_url(f"{office.url}/messages/2")
        page.locator("form[action='/sign-out'] button").click()
        provider.subject = "subject-2"  # the same address, another person
        page.get_by_role("link", name="Sign in with Office ID").click()
        expect(page.get_by_role("alert")).to_contain_text("no account here")
        provider.email = CLEARED.email
        page.get_by_role("link", name="Sign in with Office ID").click()
        expect(page).to_have_url(re.compile("/sign-in/second-factor$"))
        provider.claims = {"amr": ["pwd", "mfa"]}
        page.goto(f"{office.url}/sign-in/provider")
        expect(page).to_have_url(re.compile("/queue/review"))
        page.locator("form[action='/sign-out'] button").click()
        answer = page.goto(f"{office.url}/sign-in/provider/back?code=stolen&state=made-up")
        assert answer is not None and answer.status == 403
        provider.signs = "stranger"
        page.goto(f"{office.url}/sign-in/provider")
        expect(page.get_by_role("alert")).to_be_visible()
        expect(page.locator("form[action='/sign-out']")).to_have_count(0)


STATES = {
    ADA: {
        "people": "/people/", "account": "/people/5", "account-new": "/people/new", "organisation": "/organisation/?find=ma",
        "unit": "/organisation/units/DMM", "office": "/organisation/offices/AD", "rules": "/rules", "figures": "/figures/",
        "second-factor": "/settings/second-factor",
    },
    ARI: {"record": "/record/", "record-none": "/record/?message=999"},
}  # fmt: skip


@pytest.mark.parametrize("look", [pytest.param("wide", marks=pytest.mark.long), "narrow", "dark"])
def test_these_pages_are_open_to_everybody(look: str, browser: Browser, office: Office) -> None:
    problems: dict[str, list[str]] = {}
    for person, pages in STATES.items():
        context = browser.new_context(locale="en-GB", **LOOKS[look])  # type: ignore[arg-type]
        officer = Officer(context.new_page(), office)
        officer.officer_signs_in(person)
        officer.officer_chooses_language(LANGUAGES[look])
        for name, path in pages.items():
            officer.page.goto(f"{office.url}{path}")
            if name == "figures":
                officer.page.locator("summary").first.click()
            problems[name] = faults(officer.page)
            width = officer.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            if width > 0:
                problems[name].append(f"{width} px too wide")
            officer.takes_picture(f"{look}-{name}")
        context.close()
    assert {name: found for name, found in problems.items() if found} == {}
