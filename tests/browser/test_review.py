"""The officer's day: read, confirm, choose another, keep, undo; by mouse and by keyboard."""

import re

from playwright.sync_api import Browser, Page, expect

from tests.browser.office import CLEARED, OFFICER, Office
from tests.browser.officer import Officer
from triage.domain.lifecycle import MessageState
from triage.domain.taxonomy import Destination
from triage.flow.desk import review
from triage.store import listing
from triage.store.detail import detail
from triage.store.queues import Queue
from triage.store.views import MessageDetail

FEES = "Placement fees for ship's cooks"
KAYES = "Projet de réintégration à Kayes"
PRESS = "Entrevista sobre remesas"


def stored(office: Office, message_id: int) -> MessageDetail:
    with office.services.store.read() as tx:
        return detail(tx, viewer=CLEARED, message_id=message_id)


def test_a_confirmed_suggestion_waits_and_then_leaves(officer: Officer) -> None:
    officer.officer_opens(FEES)
    officer.officer_confirms()
    officer.sees_subject(KAYES)
    officer.sees_banner(re.compile(r"Goes to DMM in (60|5\d) s\."))
    assert officer.office.worker_forwards() == 0
    officer.office.clock.move(61)
    assert officer.office.worker_forwards() == 1
    assert len(officer.office.outbox()) == 1
    assert b"screen-1@sender.example" in officer.office.outbox()[0].read_bytes()
    officer.officer_opens_queue("forwarded")
    assert officer.subjects() == [FEES]


def test_an_override_is_stored_beside_the_suggestion(officer: Officer) -> None:
    officer.officer_opens(FEES)
    officer.officer_overrides("senegal", "Senegal (SN)")
    officer.sees_banner("Goes to MISSION Senegal")
    found = stored(officer.office, 1)
    assert found.prediction is not None
    assert str(found.prediction.policied.prediction.destination) == "DMM"
    assert found.summary.decision is not None
    assert str(found.summary.decision.destination) == "MISSION:SN"
    assert found.summary.decision.officer == OFFICER.name


def test_the_search_knows_three_languages_codes_and_aliases_without_accents(officer: Officer) -> None:
    officer.officer_opens(FEES)
    for typed, expected in {
        "cote d iv": "Côte d’Ivoire (CI)",
        "Allemagne": "Germany (DE)",
        "espana": "Spain (ES)",
        "EAU": "United Arab Emirates (AE)",
        "comunicacion": "MCD – Media and Communication Division",
        "operations et des": "DOE – Department of Operations and Emergencies",
        "ml": "Mali (ML)",
        "guinea": "Guinea (GN)",
        "guin bis": "Guinea-Bissau (GW)",
    }.items():
        expect(officer.officer_searches(typed).first).to_have_text(expected)
    expect(officer.officer_searches("nowhere land")).to_have_count(0)


def test_the_search_works_by_keyboard_alone(officer: Officer) -> None:
    officer.officer_opens(FEES)
    officer.officer_presses("o")
    expect(officer.page.locator("input[role=combobox]")).to_be_focused()
    officer.page.keyboard.type("guinea")
    expect(officer.page.get_by_role("listbox").get_by_role("option").nth(1)).to_be_visible()
    officer.officer_presses("ArrowDown", "ArrowUp", "Enter")
    chosen = officer.page.locator("input[role=combobox]").input_value()
    assert "Guinea" in chosen
    officer.officer_presses("Enter")
    officer.sees_banner("Goes to MISSION")


def test_keeping_a_message_at_ipd(officer: Officer) -> None:
    officer.officer_opens(FEES)
    officer.officer_keeps()
    officer.sees_banner("Kept at IPD.")
    assert stored(officer.office, 1).summary.state is MessageState.KEPT
    officer.officer_undoes()
    assert stored(officer.office, 1).summary.state is MessageState.IN_REVIEW


def test_undo_brings_the_message_back_and_nothing_leaves(officer: Officer) -> None:
    officer.officer_opens(FEES)
    officer.officer_confirms()
    officer.officer_undoes()
    officer.sees_note("Undone.")
    officer.sees_subject(FEES)
    officer.office.clock.move(3600)
    assert officer.office.worker_forwards() == 0
    assert officer.office.outbox() == []


def test_undo_comes_too_late_once_the_mail_has_left(officer: Officer) -> None:
    officer.officer_opens(FEES)
    officer.officer_confirms()
    officer.office.clock.move(61)
    officer.office.worker_forwards()
    officer.officer_undoes()
    officer.sees_note("Too late to undo")
    assert stored(officer.office, 1).summary.state is MessageState.FORWARDED


def test_keys_walk_confirm_choose_keep_and_undo(officer: Officer) -> None:
    officer.officer_opens(FEES)
    officer.officer_presses("j")
    officer.sees_subject(KAYES)
    officer.officer_presses("k")
    officer.sees_subject(FEES)
    officer.officer_presses("c")
    officer.sees_subject(KAYES)
    officer.officer_presses("2")
    officer.sees_subject(PRESS)
    second = stored(officer.office, 2).summary.decision
    assert second is not None
    assert str(second.destination) == "DOE"
    officer.officer_presses("u")
    officer.sees_subject(KAYES)
    assert stored(officer.office, 2).summary.state is MessageState.IN_REVIEW
    officer.officer_presses("i")
    officer.sees_subject(PRESS)
    assert stored(officer.office, 2).summary.state is MessageState.KEPT
    officer.officer_presses("Enter")
    officer.sees_banner("Goes to MCD")
    officer.officer_presses("q")
    officer.sees_subject("To review")


def test_keys_walk_the_list_too(officer: Officer) -> None:
    officer.officer_opens_queue("review")
    officer.officer_presses("j", "j", "k", "j")
    expect(officer.page.locator("[data-row]").nth(1)).to_be_focused()
    officer.officer_presses("Enter")
    officer.sees_subject(KAYES)


def test_keys_are_silent_in_fields_and_when_switched_off(officer: Officer) -> None:
    officer.officer_opens(FEES)
    officer.page.locator("input[role=combobox]").click()
    officer.page.keyboard.type("cij12?")
    officer.sees_subject(FEES)
    expect(officer.page.locator("#help")).to_be_hidden()
    officer.page.goto(f"{officer.office.url}/settings")
    officer.page.get_by_role("button", name="Switch the keys off").click()
    officer.officer_opens(FEES)
    officer.officer_presses("c", "j", "?", "1")
    officer.sees_subject(FEES)
    assert stored(officer.office, 1).summary.state is MessageState.IN_REVIEW


def test_the_help_names_the_keys_and_closes(officer: Officer) -> None:
    officer.officer_opens(FEES)
    officer.officer_presses("?")
    expect(officer.page.locator("#help")).to_be_visible()
    officer.officer_presses("c")
    officer.sees_subject(FEES)
    officer.officer_presses("Escape")
    expect(officer.page.locator("#help")).to_be_hidden()
    officer.officer_presses("c")
    officer.sees_subject(KAYES)


def test_the_second_of_two_officers_is_told_kindly(officer: Officer, browser: Browser) -> None:
    context = browser.new_context(locale="en-GB")
    other = Officer(context.new_page(), officer.office)
    other.officer_signs_in(CLEARED)
    other.officer_opens(FEES)
    officer.officer_opens(FEES)
    officer.officer_confirms()
    officer.sees_subject(KAYES)
    other.officer_keeps()
    expect(other.page.locator("main")).to_contain_text(f"{OFFICER.name} sent it to DMM")
    assert stored(officer.office, 1).summary.state is MessageState.QUEUED
    other.takes_picture("stale")
    context.close()


def test_a_covered_country_says_where_the_mail_goes(officer: Officer) -> None:
    officer.officer_opens("Cooperación en Andorra")
    expect(officer.page.locator("#desk")).to_contain_text("Please look twice:")
    expect(officer.page.locator("#desk")).to_contain_text("Vienna")


def test_the_message_page_shows_why(officer: Officer) -> None:
    officer.officer_opens(KAYES)
    assert officer.page.locator(".newest mark.country").all_inner_texts() == ["Mali", "Kayes", "Mali"]
    expect(officer.page.locator("#desk")).to_contain_text("83%")
    expect(officer.page.locator("#desk .remit").first).not_to_be_empty()
    expect(officer.page.locator("#desk")).to_contain_text("Atelier à Bamako")
    expect(officer.page.get_by_text("Pouvez-vous préciser")).to_be_hidden()
    officer.page.get_by_text("Earlier messages quoted").click()
    expect(officer.page.get_by_text("Pouvez-vous préciser")).to_be_visible()


def test_mail_written_from_right_to_left_is_read_so(officer: Officer) -> None:
    officer.officer_opens("سؤال عن دورة في قانون الهجرة الدولي")
    text = officer.page.locator(".newest")
    expect(text).to_have_attribute("lang", "ar")
    assert text.evaluate("element => getComputedStyle(element).direction") == "rtl"


def test_orders_put_the_least_certain_first(officer: Officer) -> None:
    officer.page.goto(f"{officer.office.url}/queue/review?order=least_certain")
    assert officer.subjects()[0] == "سؤال عن دورة في قانون الهجرة الدولي"
    officer.page.locator("[data-row]").first.click()
    officer.officer_confirms()
    officer.sees_subject("Journée d'étude sur l'accueil")


def test_a_person_chooses_the_language_and_keeps_it(officer: Officer, browser: Browser) -> None:
    officer.officer_opens_queue("review")
    officer.officer_chooses_language("fr")
    officer.sees_subject("À examiner")
    context = browser.new_context(locale="es-ES")
    page = context.new_page()
    page.goto(f"{officer.office.url}/sign-in")
    expect(page.locator("h1")).to_have_text("Iniciar sesión")
    again = Officer(page, officer.office)
    again.officer_signs_in()
    again.officer_opens_queue("review")
    again.sees_subject("À examiner")
    context.close()


def test_essential_path_without_scripts(browser: Browser, office: Office) -> None:
    context = browser.new_context(java_script_enabled=False, locale="en-GB")
    officer = Officer(context.new_page(), office)
    officer.officer_signs_in()
    officer.officer_opens(FEES)
    officer.officer_confirms()
    officer.sees_subject(KAYES)
    officer.page.locator("#other").select_option("MISSION:SN")
    officer.page.get_by_role("button", name="Send there").click()
    officer.sees_subject(PRESS)
    officer.sees_banner("Goes to MISSION Senegal")
    officer.officer_undoes()
    officer.sees_subject(KAYES)
    officer.page.get_by_role("button", name="Keep at IPD").click()
    officer.sees_banner("Kept at IPD.")
    context.close()
    with office.services.store.read() as tx:
        counts = listing.counts(tx, viewer=CLEARED, now=office.clock.now())
    assert counts[Queue.WAITING] == 1
    assert counts[Queue.KEPT] == 1


def test_the_next_message_is_put_in_place_without_loading_a_page(officer: Officer) -> None:
    with officer.page.expect_response(lambda answer: answer.url.endswith("/messages/2?queue=review&order=oldest")):
        officer.officer_opens(FEES)
    officer.page.wait_for_load_state("networkidle")
    officer.page.evaluate("window.same = true")
    officer.officer_presses("c")
    officer.sees_subject(KAYES)
    officer.sees_banner("Goes to DMM")
    assert officer.page.evaluate("window.same")
    expect(officer.officer_searches("sene").first).to_have_text("Senegal (SN)")
    officer.officer_presses("Escape", "Escape")
    officer.page.go_back()
    officer.sees_subject(FEES)
    expect(officer.page.locator("#desk")).to_contain_text("Decided")


def test_a_message_fetched_ahead_that_changed_meanwhile_is_loaded_anew(officer: Officer) -> None:
    officer.officer_opens(FEES)
    officer.page.wait_for_load_state("networkidle")
    review.decide(
        officer.office.services.store,
        message_id=2,
        version=None,
        destination=Destination.parse("IML"),
        officer=CLEARED,
        now=officer.office.clock.now(),
        undo_seconds=60,
    )
    officer.officer_presses("c")
    officer.sees_subject(PRESS)
    officer.sees_banner("Goes to DMM")


def test_restricted_messages_are_never_fetched_ahead(page: Page, office: Office) -> None:
    officer = Officer(page, office)
    officer.officer_signs_in(CLEARED)
    officer.officer_opens("Money asked for a place on the list", queue="restricted")
    expect(page.locator("#desk")).to_be_visible()
    assert page.locator("#desk").get_attribute("data-ahead") is None


def test_a_key_pressed_twice_decides_once(officer: Officer) -> None:
    officer.officer_opens(FEES)
    officer.page.wait_for_load_state("networkidle")
    officer.officer_presses("c")
    for _ in range(3):
        officer.page.keyboard.press("c")
    officer.sees_subject(KAYES)
    officer.page.evaluate(  # the very moment in which the message has come into place
        "document.dispatchEvent(new CustomEvent('triage:shown')); document.dispatchEvent(new KeyboardEvent('keydown', {key: 'c'}))"
    )
    expect(officer.page.locator("body")).to_have_attribute("data-ready", "yes")
    officer.sees_subject(KAYES)
    assert stored(officer.office, 2).summary.state is MessageState.IN_REVIEW
