"""The workspace: search, taking the next, several at once, putting off, giving, the last decisions."""

import re

from playwright.sync_api import Browser, expect

from tests.browser.office import CLEARED, OFFICER, PASSWORD, PEOPLE, Office
from tests.browser.officer import Officer
from tests.browser.test_review import FEES, KAYES, stored
from triage.domain.lifecycle import MessageState
from triage.store.queues import Queue
from triage.web import create_app


def another(browser: Browser, office: Office, person: object = CLEARED) -> Officer:
    """A second officer in a window of their own."""
    officer = Officer(browser.new_context(locale="en-GB").new_page(), office)
    officer.officer_signs_in(person)  # type: ignore[arg-type]
    return officer


def test_search_finds_without_accents_and_tells_no_address(officer: Officer) -> None:
    officer.page.goto(f"{officer.office.url}/search")
    officer.officer_presses("/")
    officer.page.keyboard.type("REINTEGRATION kayes")
    officer.officer_presses("Enter")
    expect(officer.page.locator("main h2")).to_contain_text("REINTEGRATION kayes")
    assert officer.subjects() == [KAYES]
    assert re.search(r"/search/[0-9a-f]{32}$", officer.page.url)
    officer.page.get_by_text("Narrow it down").click()
    officer.page.locator("#language").select_option("en")
    officer.page.get_by_role("button", name="Search").click()
    expect(officer.page.get_by_role("status")).to_contain_text("Nothing found")


def test_a_search_is_its_owners_alone(officer: Officer, browser: Browser) -> None:
    officer.page.goto(f"{officer.office.url}/search")
    officer.page.locator("#text").fill("ship")
    officer.officer_presses("Enter")
    expect(officer.page.locator("main h2")).to_be_visible()
    other = another(browser, officer.office)
    other.page.goto(officer.page.url)
    expect(other.page.locator("h1")).to_have_text("Not here")


def test_restricted_mail_is_found_by_nobody(officer: Officer, browser: Browser) -> None:
    cleared = another(browser, officer.office)
    cleared.officer_opens_queue("restricted")
    subject = cleared.subjects()[0]
    for each in (officer, cleared):
        each.page.goto(f"{each.office.url}/search")
        each.page.locator("#text").fill(subject)
        each.page.keyboard.press("Enter")
        expect(each.page.get_by_role("status")).to_contain_text("Nothing found")


def test_two_officers_are_handed_two_messages_and_see_one_another(officer: Officer, browser: Browser) -> None:
    officer.officer_opens_queue("review")
    officer.officer_presses("t")
    officer.sees_subject(FEES)
    other = another(browser, officer.office)
    other.officer_opens_queue("review")
    expect(other.page.locator(".row").first).to_contain_text("Amina Diallo is looking at it")
    other.officer_presses("t")
    expect(other.page.locator("h1")).not_to_have_text(FEES)
    other.page.goto(officer.page.url)
    expect(other.page.locator("#looking")).to_contain_text("Amina Diallo is looking at it, too.")


def test_a_message_that_changes_says_so_and_stays(officer: Officer, browser: Browser) -> None:
    officer.officer_opens(FEES)
    other = another(browser, officer.office)
    other.officer_opens(FEES)
    other.officer_keeps()
    officer.page.evaluate("document.dispatchEvent(new CustomEvent('visibilitychange'))")
    expect(officer.page.locator("#changed")).to_be_visible()
    officer.sees_subject(FEES)


def test_counts_follow_without_loading_the_page(officer: Officer, browser: Browser) -> None:
    officer.officer_opens_queue("review")
    count = officer.page.locator("[data-count=review]")
    before = int(count.inner_text())
    other = another(browser, officer.office)
    other.officer_opens(FEES)
    other.officer_keeps()
    with officer.page.expect_response("**/queue/counts.json"):
        officer.page.evaluate("document.dispatchEvent(new CustomEvent('visibilitychange'))")
    expect(count).to_have_text(str(before - 1))


def test_the_order_of_a_list_is_remembered(officer: Officer) -> None:
    officer.officer_opens_queue("review")
    oldest = officer.subjects()
    officer.page.get_by_role("button", name="Newest first").click()
    expect(officer.page.locator("[data-row]").first).to_have_text(oldest[-1])
    officer.officer_opens_queue("review")
    assert officer.subjects() == oldest[::-1]
    officer.page.get_by_role("button", name="Urgent first").click()
    expect(officer.page.locator(".row").first.locator(".flag")).to_contain_text("Urgent")


def test_a_note_goes_along_with_whichever_button_decides(officer: Officer) -> None:
    officer.officer_opens(FEES)
    officer.officer_presses("n")
    expect(officer.page.locator("#note")).to_be_focused()
    officer.page.keyboard.type("Please answer before Friday")
    officer.page.locator("#copies").select_option("DOE")
    officer.officer_overrides("senegal", "Senegal (SN)")
    officer.sees_banner("Goes to MISSION Senegal")
    found = stored(officer.office, 1)
    assert [entry.note for entry in found.history if entry.note] == ["Please answer before Friday"]
    assert sorted((mail.purpose, mail.code) for mail in found.deliveries) == [("copy", "DOE"), ("lead", "SN")]


def test_spam_is_kept_closed_and_undone(officer: Officer) -> None:
    officer.officer_opens(FEES)
    officer.officer_presses("s")
    officer.sees_banner("Kept at IPD.")
    officer.page.goto(f"{officer.office.url}/messages/1")
    expect(officer.page.locator(".case > header")).to_contain_text("Closed: spam")
    officer.page.goto(f"{officer.office.url}/decisions")
    officer.officer_presses("u")
    officer.sees_note("Undone.")
    assert stored(officer.office, 1).summary.state is MessageState.IN_REVIEW


def test_the_last_decisions_stand_on_one_page(officer: Officer) -> None:
    officer.officer_opens(FEES)
    for _ in range(3):
        subject = officer.page.locator("h1").inner_text()
        officer.officer_presses("i")
        expect(officer.page.locator("h1")).not_to_have_text(subject)
    officer.page.goto(f"{officer.office.url}/decisions")
    expect(officer.page.locator(".row")).to_have_count(3)
    officer.page.get_by_role("button", name="Undo").nth(1).click()
    officer.sees_note("Undone.")
    expect(officer.page.locator(".row")).to_have_count(2)


def test_putting_off_hides_until_the_day(officer: Officer) -> None:
    officer.officer_opens(FEES)
    officer.officer_presses("z")
    expect(officer.page.locator("#days")).to_be_focused()
    officer.page.get_by_role("button", name="Put it off", exact=True).click()
    officer.sees_note("Put off. It comes back on")
    officer.officer_opens_queue("snoozed")
    assert officer.subjects() == [FEES]
    officer.page.locator("[data-row]").click()
    officer.page.get_by_role("button", name="Bring it back now").click()
    officer.sees_note("It is back in its list.")


def test_a_message_is_given_by_hand_and_by_language(officer: Officer, browser: Browser) -> None:
    officer.officer_opens(FEES)
    officer.page.locator("#person").select_option(label=CLEARED.name)
    officer.page.get_by_role("button", name="Give", exact=True).click()
    expect(officer.page.locator(".case > header")).to_contain_text(f"Given to {CLEARED.name}")
    other = another(browser, officer.office)
    other.officer_opens_queue(Queue.MINE)
    assert other.subjects() == [FEES]
    spanish = another(browser, officer.office, next(p for p in PEOPLE if p.language == "es"))
    spanish.page.goto(f"{officer.office.url}/settings")
    spanish.page.locator("input[name=languages][value=ar]").check()
    spanish.page.locator("form[action='/settings/languages'] button").click()
    expect(spanish.page.locator("input[name=languages][value=ar]")).to_be_checked()


def test_several_are_decided_at_once_after_a_preview_and_undone_at_once(officer: Officer) -> None:
    officer.officer_opens_queue("review")
    officer.page.get_by_role("link", name="Decide several at once").click()
    officer.page.get_by_role("button", name="Show these messages").click()
    rows = officer.page.locator(".row")
    expect(rows.first).to_be_visible()
    number = rows.count()
    assert number >= 2
    expect(officer.page.locator(".sums")).to_contain_text("DMM 1")
    kept = officer.page.locator(".row", has=officer.page.locator(".badge.keep"))
    for box in kept.locator(".pick").all():
        box.uncheck()
        number -= 1
    officer.page.get_by_role("button", name="Decide the chosen messages").click()
    officer.sees_note(f"{number} on their way, 0 kept at IPD.")
    with officer.office.services.store.read() as tx:
        from triage.store import listing

        waiting = listing.counts(tx, viewer=OFFICER, now=officer.office.clock.now())[Queue.WAITING]
    assert waiting == number
    officer.officer_presses("u")
    officer.sees_note(f"{number} decisions undone.")


def test_the_sender_is_known_from_before(officer: Officer) -> None:
    first = stored(officer.office, 1)
    assert first.message is not None and first.message.sender is not None
    raw = (
        f"From: {first.message.sender.email}\r\nTo: ipd@office.example\r\nSubject: Once more\r\n"
        "Message-ID: <more@sender.example>\r\n\r\nDMM another question about fees for recruitment\r\n"
    )
    officer.office.mail_arrives(raw.encode())
    officer.page.goto(f"{officer.office.url}/queue/all?order=newest")
    officer.page.locator("[data-row]", has_text="Once more").click()
    expect(officer.page.get_by_text("Other messages of this sender")).to_be_visible()
    expect(officer.page.locator(".letter")).to_contain_text(FEES)


def test_the_essential_path_needs_no_script(browser: Browser, office: Office) -> None:
    context = browser.new_context(java_script_enabled=False, locale="en-GB")
    context.add_cookies([{"name": "triage", "value": office.cookie(), "url": office.url, "sameSite": "Lax"}])
    page = context.new_page()
    page.goto(f"{office.url}/queue/review")
    page.get_by_role("button", name="Take the next one").click()
    expect(page.locator("h1")).to_have_text(FEES)
    page.locator("#extras summary").click()
    page.locator("#note").fill("without scripts")
    page.locator("button[data-keys~=c]").click()
    expect(page.locator("#banner")).to_be_visible()
    assert "without scripts" in [entry.note for entry in stored(office, 1).history]
    context.close()


def test_a_reply_is_written_kept_sent_and_taken_back(officer: Officer) -> None:
    officer.officer_opens(FEES)
    officer.officer_presses("r")
    text = officer.page.locator("#text")
    expect(text).to_have_value(re.compile("^Dear .+Amina Diallo", re.DOTALL))
    text.fill("Thank you.\nWe shall look into it.")
    officer.page.get_by_role("button", name="Keep as a draft").click()
    officer.sees_note("The draft is kept.")
    expect(text).to_have_value("Thank you.\nWe shall look into it.")
    officer.page.get_by_role("button", name="Send the reply").click()
    officer.sees_note("Your reply rests for a moment")
    expect(officer.page.locator(".case > header")).to_contain_text("Closed: answered")
    officer.page.get_by_role("button", name="Take the reply back").click()
    officer.sees_note("Taken back.")
    officer.page.get_by_role("button", name="Send the reply").click()
    officer.office.clock.move(61)
    assert officer.office.worker_forwards() == 1
    sent = officer.office.outbox()[0].read_bytes()
    assert b"In-Reply-To: <screen-1@sender.example>" in sent
    assert b"We shall look into it." in sent


def test_pictures_and_pdf_are_previewed_under_a_strict_policy(officer: Officer) -> None:
    officer.officer_opens(KAYES)
    page = officer.page
    page.locator(".files summary").click()
    expect(page.locator("iframe.preview-frame")).to_be_visible()
    answer = page.request.get(f"{officer.office.url}/messages/2/attachments/0/preview")
    assert answer.status == 200
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-security-policy"].startswith("default-src 'none'; object-src 'self'")
    assert answer.headers["x-content-type-options"] == "nosniff"
    disguised = (
        b"From: a@b.example\r\nTo: ipd@office.example\r\nSubject: Disguised\r\nMIME-Version: 1.0\r\n"
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nDMM see the picture about fees\r\n--b\r\n"
        b"Content-Type: image/png; name=p.png\r\nContent-Disposition: attachment; filename=p.png\r\n\r\n"
        b"<html><script>alert(1)</script></html>\r\n--b--\r\n"
    )
    officer.office.mail_arrives(disguised)
    page.goto(f"{officer.office.url}/queue/all?order=newest")
    page.locator("[data-row]", has_text="Disguised").click()
    expect(page.locator("h1")).to_have_text("Disguised")
    number = page.locator("#desk").get_attribute("data-message")
    assert page.request.get(f"{officer.office.url}/messages/{number}/attachments/0/preview").status == 404


def test_a_page_left_open_signs_out_in_time(office: Office) -> None:
    app = create_app(office.services)
    app.config["WTF_CSRF_ENABLED"] = False
    client, hour = app.test_client(), 3600
    lasts = int(office.services.config.web.session_seconds) // hour
    client.post("/sign-in", data={"email": OFFICER.email, "password": PASSWORD})
    for _ in range(lasts - 1):
        office.clock.move(hour)
        assert client.get("/queue/counts.json").status_code == 200
    assert client.get("/queue/review").status_code == 200, "somebody looks again, which prolongs"
    for _ in range(lasts - 1):
        office.clock.move(hour)
        assert client.get("/queue/counts.json").status_code == 200
        assert client.post("/messages/1/here").status_code == 200
        assert client.get("/alerts", headers={"X-Background": "1"}).status_code == 200
    office.clock.move(hour)
    assert client.get("/queue/counts.json").status_code == 303, "what the page asked by itself did not"
