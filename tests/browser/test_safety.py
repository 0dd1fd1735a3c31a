"""Strangers' HTML, attachments and curious colleagues."""

import re

import pytest
from playwright.sync_api import Browser, Page, Request, expect

from tests.browser.hostile import HOSTILE
from tests.browser.mails import build
from tests.browser.office import CLEARED, OFFICER, PASSWORD, Office
from tests.browser.officer import Officer
from triage.store import audit

STUDY_DAY = "Journée d'étude sur l'accueil"
REPORT = "Money asked for a place on the list"


def watch(page: Page, office: Office) -> list[str]:
    """Every request that goes elsewhere, and every script of a stranger that speaks."""
    outside: list[str] = []

    def note(request: Request) -> None:
        if not request.url.startswith((office.url, "data:")) or "sign-out" in request.url:
            outside.append(request.url)

    page.on("request", note)
    page.on("dialog", lambda dialog: outside.append(dialog.message))
    return outside


def test_hostile_html_loads_nothing_and_runs_nothing(officer: Officer) -> None:
    office, page = officer.office, officer.page
    office.mail_arrives(
        *(
            build(20 + n, sender="x <x@evil.example>", subject=f"hostile {name}", text=f"see {name}", html=f"<p>seen {name}</p>{html}")
            for n, (name, html) in enumerate(HOSTILE.items())
        )
    )  # fmt: skip
    outside = watch(page, office)
    officer.officer_opens_queue("review")
    links = {row.inner_text(): row.get_attribute("href") for row in page.locator("[data-row]").all()}
    for name in HOSTILE:
        page.goto(f"{office.url}{links[f'hostile {name}']}")
        page.locator("#as-sent summary").click()
        expect(page.frame_locator(".mail-frame").get_by_text(f"seen {name}")).to_be_visible()
        expect(page).to_have_title(re.compile(f"^hostile {name}"))
    assert outside == []


def test_the_frame_has_its_own_strict_policy(officer: Officer) -> None:
    response = officer.page.request.get(f"{officer.office.url}/messages/7/html")
    policy = response.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert "script-src" not in policy
    assert "unsafe" not in policy
    body = response.text()
    for forbidden in ("<script", "onerror", "onload", "<form", "<svg", "http://evil.example", "javascript:"):
        assert forbidden not in body
    officer.officer_opens(STUDY_DAY)
    assert "allow-scripts" not in (officer.page.locator(".mail-frame").get_attribute("sandbox") or "")
    assert "allow-same-origin" not in (officer.page.locator(".mail-frame").get_attribute("sandbox") or "")


def test_attachments_are_saved_and_never_opened(officer: Officer) -> None:
    officer.officer_opens(STUDY_DAY)
    with officer.page.expect_download() as download:
        officer.page.get_by_role("link", name="programme").click()
    assert download.value.suggested_filename.endswith("_script_.html")
    response = officer.page.request.get(f"{officer.office.url}/messages/7/attachments/0")
    assert response.headers["content-type"] == "application/octet-stream"
    assert response.headers["content-disposition"].startswith("attachment")
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.body() == b"<script>alert(1)</script>"


def test_the_original_is_saved_byte_for_byte(officer: Officer) -> None:
    original = (officer.office.folder / "inbox" / "0013.eml").read_bytes()
    officer.officer_opens_queue("quarantine")
    with officer.page.expect_download() as download:
        officer.page.get_by_role("link", name="Save the original").click()
    assert download.value.path().read_bytes() == original


def test_a_restricted_message_is_invisible_to_those_not_cleared(officer: Officer) -> None:
    for queue in ("review", "urgent", "all"):
        officer.officer_opens_queue(queue)
        assert REPORT not in officer.subjects()
    expect(officer.page.get_by_role("link", name="Restricted")).to_have_count(0)
    for path in (
        "/queue/restricted",
        "/messages/5",
        "/messages/5/original",
        "/messages/5/html",
        "/messages/5/attachments/0",
        "/messages/4?queue=restricted&decided=5",
    ):
        response = officer.page.request.get(f"{officer.office.url}{path}")
        assert REPORT not in response.text()
        if "messages/4" not in path:
            assert response.status == 404


def test_a_cleared_officer_opens_it_on_purpose_and_that_is_recorded(page: Page, office: Office) -> None:
    officer = Officer(page, office)
    officer.officer_signs_in(CLEARED)
    officer.officer_opens_queue("review")
    assert REPORT not in officer.subjects()
    officer.officer_opens(REPORT, queue="restricted")
    expect(page.locator("#desk")).to_contain_text("stays at IPD")
    officer.officer_presses("1", "2", "o")  # no single key sends a report of misconduct away
    officer.sees_subject(REPORT)
    expect(page.locator(".choices")).to_have_count(0)
    with office.services.store.read() as tx:
        acts = [(entry.act, entry.objects) for entry in audit.entries(tx)]
    assert any(act == audit.Act.VIEWED_RESTRICTED and "message:5" in objects for act, objects in acts)


def test_machine_mail_and_quarantine_become_inquiries(officer: Officer) -> None:
    officer.officer_opens_queue("machine")
    assert officer.subjects() == ["Undelivered Mail Returned to Sender", "Automatic reply: away until Monday"]
    officer.officer_presses("j", "j", "y")
    officer.sees_note("Taken as an inquiry.")
    officer.sees_subject("Automatic reply: away until Monday")
    officer.officer_opens("A matter in many envelopes", queue="quarantine")
    officer.officer_presses("y")
    officer.sees_note("Taken as an inquiry.")
    officer.officer_keeps()
    expect(officer.page.locator("#banner")).to_contain_text("Kept at IPD.")


def test_wrong_passwords_say_nothing_and_are_limited(page: Page, office: Office) -> None:
    page.goto(f"{office.url}/sign-in")
    seen = []
    for email in [OFFICER.email, "nobody@office.example"] + [OFFICER.email] * 30:
        page.locator("#email").fill(email)
        page.locator("#password").fill("wrong")
        page.locator("main form button.primary").click()
        seen.append(page.locator("[role=alert]").inner_text())
        if "Too many" in seen[-1]:
            break
    assert seen[0] == seen[1]
    assert "Too many" in seen[-1]
    page.locator("#email").fill(OFFICER.email)
    page.locator("#password").fill(PASSWORD)
    page.locator("main form button.primary").click()
    expect(page.locator("[role=alert]")).to_contain_text("Too many")


def test_a_session_ends_by_itself_and_by_signing_out(page: Page, office: Office, browser: Browser) -> None:
    officer = Officer(page, office)
    officer.officer_signs_in()
    cookie = next(c for c in page.context.cookies() if c["name"] == "triage")
    assert cookie["httpOnly"]
    assert cookie["sameSite"] == "Lax"
    office.clock.move(8 * 3600 + 60)
    officer.officer_opens_queue("review")
    expect(page).to_have_url(re.compile(r"/sign-in\?next="))
    officer.officer_signs_in()
    stolen = page.context.cookies()
    page.get_by_role("button", name="Sign out").click()
    expect(page.locator("h1")).to_have_text("Sign in")
    context = browser.new_context()
    context.add_cookies(stolen)  # type: ignore[arg-type]
    assert "/sign-in" in context.request.get(f"{office.url}/queue/review").url
    context.close()


def test_signing_in_leads_on_to_the_page_asked_for_and_never_away(page: Page, office: Office) -> None:
    page.goto(f"{office.url}/messages/2?queue=review")
    page.locator("#email").fill(OFFICER.email)
    page.locator("#password").fill(PASSWORD)
    page.locator("main form button.primary").click()
    expect(page.locator("h1")).to_have_text("Projet de réintégration à Kayes")
    page.get_by_role("button", name="Sign out").click()
    page.goto(f"{office.url}/sign-in?next=//evil.example/")
    page.locator("#email").fill(OFFICER.email)
    page.locator("#password").fill(PASSWORD)
    page.locator("main form button.primary").click()
    expect(page).to_have_url(re.compile(re.escape(office.url) + "/queue/review"))


@pytest.mark.parametrize("path", ["/nothing-here", "/messages/9999", "/queue/nonsense", "/messages/1/attachments/7"])
def test_what_is_not_there_is_said_plainly(officer: Officer, path: str) -> None:
    response = officer.page.goto(f"{officer.office.url}{path}")
    assert response is not None
    assert response.status == 404
    officer.sees_subject("Not here")
