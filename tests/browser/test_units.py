"""A round trip on real servers: mail, officer, the unit's mailbox, the link of the delivered mail opened without signing
in, "not ours, IML", back in the queue with the reason, on to IML, answered; and every attack on the link."""

import re
import threading
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.mails import build
from tests.browser.office import CLEARED, OFFICER, PASSWORD
from tests.browser.unit_office import UnitOffice, links_of, open_unit_office
from tests.rig.dovecot import Dovecot
from tests.rig.smtp import Sink
from triage.domain.decision import UnitAnswer
from triage.domain.lifecycle import MessageState
from triage.domain.people import Person, Role
from triage.domain.taxonomy import Destination
from triage.flow.desk import review
from triage.flow.people import people
from triage.store import detail, listing

TEXT = (
    "Good morning,\n\nOur members keep being charged two wages before they board. Which treaty protects them, and how does"
    " a recruitment agency get certified? Please answer by 20 December.\n\nMaribel Santos\nSeafarers' committee\n"
)
WORDS = {
    "en": (
        "Not ours", "Why? (for IPD, in a few words)", "Thank you. IPD knows:", "We have answered", "This inquiry is closed.",
    ),
    "fr": (
        "Pas pour nous", "Pourquoi ? (pour IPD, en quelques mots)", "Merci. IPD le sait :", "Nous avons répondu",
        "Cette demande est close.",
    ),
    "es": (
        "No es nuestro", "¿Por qué? (para IPD, en pocas palabras)", "Gracias. IPD lo sabe:", "Hemos respondido",
        "Esta consulta está cerrada.",
    ),
}  # fmt: skip
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@pytest.fixture
def service(tmp_path: Path, dovecot: Dovecot, smtp_sink: Sink) -> Iterator[UnitOffice]:
    with open_unit_office(tmp_path / "office", dovecot, smtp_sink) as office:
        yield office


@pytest.fixture
def officer_page(page: Page, service: UnitOffice) -> Page:
    page.context.add_cookies([{"name": "triage", "value": service.cookie, "url": service.url, "sameSite": "Lax"}])
    return page


@pytest.fixture
def stranger(browser: Browser) -> Iterator[Page]:
    """A browser of the unit: no account, no cookies, a German one at that."""
    context = browser.new_context(viewport={"width": 390, "height": 800}, locale="de-DE")
    context.set_default_timeout(20_000)
    yield context.new_page()
    context.close()


def question(number: int = 1) -> bytes:
    return build(number, sender="Maribel Santos <m.santos@seafarers.example>", subject="Placement fees", text=TEXT)


def sent_to(service: UnitOffice, to: str = "DMM", copies: tuple[str, ...] = ()) -> None:
    """A mail arrives and an officer sends it on."""
    service.mail_arrives(question())
    review.decide(
        service.services.store,
        message_id=1,
        version=None,
        destination=Destination.parse(to),
        officer=OFFICER,
        now=service.clock.now(),
        undo_seconds=0,
        copies=[Destination.parse(each) for each in copies],
    )
    assert service.worker_sends() == 1 + len(copies)


def state(service: UnitOffice) -> MessageState:
    with service.services.store.read() as tx:
        return listing.summaries(tx, message_ids=[1])[1].state


def said(service: UnitOffice) -> list[tuple[UnitAnswer, str, str]]:
    with service.services.store.read() as tx:
        return [(a.answer, a.actor, a.note) for a in detail.detail(tx, viewer=CLEARED, message_id=1).answers]


def fetch(
    url: str, *, data: dict[str, str] | None = None, method: str | None = None, **headers: str
) -> tuple[int, str]:
    """What a program sees that opens a link."""
    body = None if data is None else urllib.parse.urlencode(data).encode()
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    request = urllib.request.Request(url, data=body, method=method, headers=names)
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            assert answer.headers["Set-Cookie"] is None
            assert answer.headers["Cache-Control"] == "no-store"
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def guard_in(page: str) -> str:
    found = re.search(r'name="guard" value="([0-9a-f]+)"', page)
    assert found
    return found[1]


@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_round_trip(language: str, service: UnitOffice, officer_page: Page, stranger: Page) -> None:
    not_ours, why, thanks, answered, closed = WORDS[language]
    service.unit_speaks(language)
    service.mail_arrives(question())
    officer_page.goto(f"{service.url}/messages/1?queue=review")
    with officer_page.expect_response("**/decide"):
        officer_page.locator("[data-keys~=c]").click()
    assert service.worker_sends() == 1

    mail = service.newest_of("dmm")
    plain = mail.get_body(("plain",))
    assert plain is not None
    assert "Which treaty protects them" in plain.get_content() and "-12-20" in plain.get_content()
    assert [part.get_content_type() for part in mail.iter_attachments()] == ["message/rfc822"]
    assert question().replace(b"\r\n", b"\n") in mail.as_bytes().replace(b"\r\n", b"\n"), "the original, untouched"

    stranger.goto(links_of(mail)["not-ours"])
    expect(stranger.locator("html")).to_have_attribute("lang", language)
    expect(stranger.locator("main")).to_contain_text("Which treaty protects them")
    assert Axe().run(stranger, options=RULES).violations_count == 0
    form = stranger.locator("#not-ours")
    form.locator("#who-IML").check()
    form.get_by_label(why).fill("A matter of treaties")
    form.get_by_role("button", name=not_ours).click()
    expect(stranger.locator(".notice")).to_contain_text(thanks)
    assert stranger.context.cookies() == []
    assert said(service) == [(UnitAnswer.NOT_OURS, "DMM", "A matter of treaties")]

    officer_page.goto(f"{service.url}/queue/declined")
    officer_page.locator("[data-row]").first.click()
    expect(officer_page.locator("#unit-holders")).to_contain_text("A matter of treaties")
    expect(officer_page.locator("#desk .suggestion-code").first).to_contain_text("IML")
    with officer_page.expect_response("**/decide"):
        officer_page.locator("[data-keys~=c]").click()
    assert service.worker_sends() == 1

    stranger.goto(links_of(service.newest_of("iml"))["answered"])
    stranger.locator("#answered").get_by_role("button", name=answered).click()
    expect(stranger.locator("main")).to_contain_text(closed)
    officer_page.goto(f"{service.url}/messages/1?queue=forwarded")
    expect(officer_page.locator("#unit-holders")).to_contain_text("IML")
    expect(officer_page.locator("#unit-holders")).to_contain_text("answered")
    assert Axe().run(officer_page, options=RULES).violations_count == 0
    assert [(answer, actor) for answer, actor, _ in said(service)] == [
        (UnitAnswer.NOT_OURS, "DMM"),
        (UnitAnswer.ANSWERED, "IML"),
    ]


def test_scanners_previews_and_prefetch_change_nothing(service: UnitOffice, stranger: Page) -> None:
    sent_to(service)
    links = links_of(service.newest_of("dmm"))
    for url in links.values():
        for more in (
            {},
            {"Purpose": "prefetch", "Sec_Purpose": "prefetch;prerender"},
            {"User_Agent": "LinkScanner/1.0"},
        ):
            assert fetch(url, **more)[0] == 200
        assert fetch(url, method="HEAD")[0] == 200
        assert fetch(url, method="OPTIONS")[0] == 200
        assert fetch(url, data={})[0] in (404, 405), "only the page itself takes forms"
        stranger.goto(url)
    assert said(service) == []
    assert state(service) is MessageState.FORWARDED


def test_a_scanner_that_sends_empty_forms_changes_nothing(service: UnitOffice) -> None:
    sent_to(service)
    base = links_of(service.newest_of("dmm"))["take"].rpartition("/")[0]
    for data in ({}, {"answer": "not-ours"}, {"guard": "0" * 48}, {"answer": "not-ours", "guard": "0" * 48}):
        assert fetch(base, data=data)[0] in (400, 409)
    assert said(service) == []


def test_forged_and_damaged_links(service: UnitOffice) -> None:
    sent_to(service)
    base = links_of(service.newest_of("dmm"))["take"].rpartition("/")[0]
    guard = guard_in(fetch(base)[1])
    token = base.rpartition("/")[2]
    for made in (token[:-1] + ("A" if token[-1] != "A" else "B"), token[::-1], token[:30], "x" * 60, token + "A"):
        url = f"{service.url}/u/{made}"
        status, page = fetch(url)
        assert status == 404 and "seafarers" not in page
        assert fetch(url, data={"answer": "not-ours", "guard": guard})[0] == 400
    assert said(service) == []


def test_replayed_and_foreign_forms(service: UnitOffice) -> None:
    sent_to(service, copies=("IML",))
    lead, copy = (links_of(service.newest_of(local))["take"].rpartition("/")[0] for local in ("dmm", "iml"))
    guard = guard_in(fetch(lead)[1])
    assert fetch(copy, data={"answer": "not-ours", "guard": guard})[0] == 409, "the guard of another unit's page"
    assert fetch(lead, data={"answer": "take", "guard": guard})[0] == 200
    status, page = fetch(lead, data={"answer": "take", "guard": guard})
    assert status == 200 and "counts once" in page
    assert fetch(lead, data={"answer": "not-ours", "guard": guard})[0] == 409
    assert said(service) == [(UnitAnswer.ACCEPTED, "DMM", "")]
    assert "DMM" not in fetch(copy)[1].partition("<main")[2].partition("<fieldset")[0], "nothing of another unit"


def test_expired(service: UnitOffice) -> None:
    sent_to(service)
    base = links_of(service.newest_of("dmm"))["take"].rpartition("/")[0]
    guard = guard_in(fetch(base)[1])
    service.clock.move(31 * 86400)
    status, page = fetch(base, Accept_Language="es")
    assert status == 410 and "ha caducado" in page and "seafarers" not in page
    assert fetch(base, data={"answer": "not-ours", "guard": guard})[0] == 410
    assert said(service) == []


def test_two_units_at_once(service: UnitOffice) -> None:
    sent_to(service, copies=("IML",))
    bases = [links_of(service.newest_of(local))["take"].rpartition("/")[0] for local in ("dmm", "iml")]
    guards = [guard_in(fetch(base)[1]) for base in bases]
    gate, answers = threading.Barrier(6), list[int]()

    def send(base: str, guard: str) -> None:
        gate.wait()
        answers.append(fetch(base, data={"answer": "take", "guard": guard})[0])

    threads = [threading.Thread(target=send, args=pair) for pair in list(zip(bases, guards, strict=True)) * 3]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [200] * 6
    assert sorted(said(service)) == [(UnitAnswer.ACCEPTED, "DMM", ""), (UnitAnswer.ACCEPTED, "IML", "")]


def test_a_link_of_before_says_kindly_that_it_is_over(service: UnitOffice, stranger: Page) -> None:
    sent_to(service)
    links = links_of(service.newest_of("dmm"))
    review.reopen(service.services.store, message_id=1, version=None, officer=OFFICER, now=service.clock.now())
    stranger.goto(links["take"])
    expect(stranger.locator("main")).to_contain_text("no longer with you")
    expect(stranger.locator("main")).not_to_contain_text("treaty")
    assert stranger.locator("form").count() == 0


def test_an_officer_books_a_loose_reply(service: UnitOffice, officer_page: Page) -> None:
    sent_to(service)
    forward = service.newest_of("dmm")
    headers = (("In-Reply-To", str(forward["Message-ID"])),)
    loose = "I think this is for the migration law unit, perhaps?"
    service.mail_arrives(build(2, sender="dmm@iom.example", subject="Re: Placement fees", text=loose, headers=headers))
    officer_page.goto(f"{service.url}/messages/2?queue=review")
    panel = officer_page.locator("#unit-reply")
    expect(panel).to_contain_text("DMM")
    assert Axe().run(officer_page, options=RULES).violations_count == 0
    panel.locator("#unit-said").select_option("not_ours")
    panel.locator("#unit-who").select_option("IML")
    panel.get_by_role("button", name="Book as the unit's answer").click()
    expect(officer_page).to_have_url(re.compile("/messages/1$"))
    expect(officer_page.locator("#unit-holders")).to_contain_text("not ours")
    assert said(service) == [(UnitAnswer.NOT_OURS, "DMM", "")]
    assert state(service) is MessageState.IN_REVIEW


def test_an_officer_books_what_a_unit_told_and_sees_who_needs_more(service: UnitOffice, officer_page: Page) -> None:
    sent_to(service, copies=("IML",))
    officer_page.goto(f"{service.url}/messages/1?queue=forwarded")
    panel = officer_page.locator("#unit-holders")
    expect(panel.locator("li")).to_have_count(2)
    expect(panel).to_contain_text("has said nothing yet")
    panel.locator("summary").click()
    panel.locator("#unit-said").select_option("needs_more")
    panel.locator("#unit-note").fill("They ask for the list of members")
    panel.get_by_role("button", name="Book as the unit's answer").click()
    expect(panel).to_contain_text("They ask for the list of members")
    officer_page.goto(f"{service.url}/units")
    expect(officer_page.get_by_role("table").first).to_contain_text("needs more from IPD")
    assert Axe().run(officer_page, options=RULES).violations_count == 0


@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_an_administrator_writes_the_mail_to_units(language: str, service: UnitOffice, page: Page) -> None:
    admin = Person(None, "Ada Min", "ada@office.example", frozenset({Role.ADMINISTRATOR}))
    store, now = service.services.store, service.clock.now()
    people.add_account(store, person=admin, password=PASSWORD, actor=None, now=now)
    page.goto(f"{service.url}/sign-in")
    page.locator("#email").fill(admin.email)
    page.locator("#password").fill(PASSWORD)
    page.locator("main form button.primary").click()
    expect(page.locator("form[action='/sign-out']")).to_be_visible()
    page.goto(f"{service.url}/unit-mail/forward/{language}")
    assert Axe().run(page, options=RULES).violations_count == 0
    body = page.locator("#body").input_value()
    page.locator("#body").fill(body.replace("{links}", "{lniks}"))
    page.locator("button[value=save]").click()
    expect(page.get_by_role("alert")).to_contain_text("{lniks}")
    page.locator("#body").fill(body.replace("{unit}.", "{unit}. *** ").replace(": {unit}", ": *** {unit}"))
    page.locator("button[value=save]").click()
    expect(page.locator("pre")).to_contain_text("***")
    frame = page.frame_locator("iframe.mail-frame")
    expect(frame.locator("body")).to_contain_text("***")
    service.unit_speaks(language)
    sent_to(service)
    plain = service.newest_of("dmm").get_body(("plain",))
    assert plain is not None and "***" in plain.get_content()
    page.locator("button[value=reset]").click()
    expect(page.locator("pre")).not_to_contain_text("***")
