"""The model keeper in Chromium: every screen filled and empty, in three languages, narrow, dark; and the day's work."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.keeper_office import NEW, OLD, furnish_keeper
from tests.browser.office import CLEARED, Office
from tests.browser.officer import Officer
from tests.browser.test_access import LANGUAGES, LOOKS, faults
from triage.domain.people import Person, Role
from triage.domain.training import RunReason
from triage.store import audit, label_mappings, labels, training

KIM = Person(None, "Kim Keeper", "kim@office.example", frozenset({Role.MODEL_KEEPER}))
SCREENS = {
    "model": "/model/",
    "version": f"/model/versions/{NEW}",
    "figures": "/model/figures",
    "labels": "/model/labels/",
    "line": f"/model/labels/lines/ten-a-001?model={NEW}",
    "gate": "/model/gate/",
    "units": "/model/units/",
}
TELLING = {"figures", "labels"}
"""What is looked at closely in every look; the others are made of the same parts."""


@pytest.mark.parametrize("look", [pytest.param("wide", marks=pytest.mark.long), "narrow", "dark"])
def test_every_screen_is_open_to_everybody(look: str, browser: Browser, office: Office) -> None:
    context = browser.new_context(locale="en-GB", **LOOKS[look])  # type: ignore[arg-type]
    page = context.new_page()
    keeper = Officer(page, office)
    keeper.officer_signs_in(KIM)
    problems = {}
    keeper.officer_chooses_language(LANGUAGES[look])
    for stage in ("empty", "full"):
        if stage == "full":
            furnish_keeper(office)
        for name, path in SCREENS.items():
            if stage == "empty" and (look != "wide" or name in ("version", "line")):
                continue
            page.goto(f"{office.url}{path}")
            expect(page.locator("main h1")).to_be_visible()
            found = faults(page) if stage == "full" and (look == "wide" or name in TELLING) else []
            width = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            problems[f"{stage}-{name}"] = found + ([f"{width} px too wide"] if width > 0 else [])
            keeper.takes_picture(f"keeper-{look}-{stage}-{name}")
    context.close()
    assert {name: found for name, found in problems.items() if found} == {}


def pointer(office: Office) -> str:
    found = office.services.shelf.serving()
    assert found is not None
    return found


def acts(office: Office) -> list[str]:
    with office.services.store.read() as tx:
        return [entry.act for entry in audit.entries(tx, after_id=0, limit=1000)]


def test_the_keeper_retrains_promotes_regrets_and_goes_back(page: Page, office: Office) -> None:
    furnish_keeper(office)
    keeper = Officer(page, office)
    keeper.officer_signs_in(KIM)
    expect(page.locator("main h1")).to_have_text("Model")
    page.get_by_role("link", name=NEW).first.click()
    page.get_by_role("button", name="Let it serve").click()
    expect(page.locator("main .notice.warn")).to_contain_text("Tick that you insist")
    assert pointer(office) == OLD
    page.get_by_label("I insist").check()
    page.get_by_role("button", name="Let it serve").click()
    expect(page.locator("main .notice.good")).to_contain_text(f"{NEW} serves now")
    assert pointer(office) == NEW
    page.get_by_label("Why go back").fill("French got worse")
    page.get_by_role("button", name=f"Go back to {OLD}").click()
    expect(page.locator("main .notice.good")).to_contain_text(f"{OLD} serves again")
    assert pointer(office) == OLD
    page.get_by_role("link", name=NEW).first.click()
    expect(page.locator("main")).to_contain_text("French got worse")
    page.get_by_role("button", name="Let it answer beside").click()
    expect(page.locator("main")).to_contain_text(f"{NEW} answers beside it")
    page.get_by_role("button", name="End it").click()
    expect(page.locator("main .notice.good")).to_contain_text("Nothing runs beside")
    assert {"model_promoted", "model_rolled_back", "challenger_set"} <= set(acts(office))


def test_the_keeper_asks_for_a_training(page: Page, office: Office) -> None:
    keeper = Officer(page, office)
    keeper.officer_signs_in(KIM)
    page.get_by_role("button", name="Train anew").click()
    expect(page.locator("main")).to_contain_text("waits for the worker")
    with office.services.store.read() as tx:
        run = training.open_run(tx)
    assert run is not None
    assert run.reason is RunReason.SCREEN


def test_the_keeper_settles_doubts_and_disagreements(page: Page, office: Office) -> None:
    furnish_keeper(office)
    keeper = Officer(page, office)
    keeper.officer_signs_in(KIM)
    page.goto(f"{office.url}/model/labels/")
    with office.services.store.read() as tx:
        before = len(labels.disagreements(tx, viewer=KIM))
    assert before == 2
    page.get_by_role("button", name="MISSION:ML (ten-a-001)").click()
    expect(page.locator("main .notice.good")).to_contain_text("Corrected")
    page.get_by_role("button", name="Correct it: IML").first.click()
    expect(page.locator("main .notice.good")).to_contain_text("Corrected")
    with office.services.store.read() as tx:
        held = labels.settled(tx)
        assert str(held["ten-a-001"].destination) == "MISSION:ML"
        assert len(labels.disagreements(tx, viewer=KIM)) == 1
    page.get_by_role("link", name="officer-").first.click()
    expect(page.locator("article")).not_to_contain_text("@ngo.example")
    page.get_by_role("button", name="is right").click()
    expect(page.locator("main .notice.good")).to_contain_text("was right")
    assert acts(office).count("label_settled") == 3


def test_the_keeper_closes_a_gate_and_ends_an_alarm(page: Page, office: Office) -> None:
    furnish_keeper(office)
    keeper = Officer(page, office)
    keeper.officer_signs_in(KIM)
    page.goto(f"{office.url}/model/gate/")
    page.get_by_role("button", name="Close (DOE)").click()
    expect(page.locator("main .notice.good")).to_contain_text("Closed")
    page.get_by_role("button", name="Leave it to the gate for all (DOE)").click()
    page.get_by_role("button", name="end the alarms").click()
    expect(page.locator("main")).to_contain_text("no alarm")
    assert acts(office).count("gate_moved") == 2
    assert "drift_settled" in acts(office)


def test_the_keeper_books_that_a_unit_changed(page: Page, office: Office) -> None:
    keeper = Officer(page, office)
    keeper.officer_signs_in(KIM)
    page.goto(f"{office.url}/model/units/")
    page.get_by_label("Old label").fill("IML")
    page.get_by_label("Change").select_option("merged")
    page.get_by_label("What it is now").select_option("IML")
    page.get_by_role("button", name="Book the change").click()
    expect(page.get_by_role("alert")).to_contain_text("makes no sense")
    page.get_by_label("What it is now").select_option("DMM")
    page.get_by_role("button", name="Book the change").click()
    expect(page.locator("main .notice.good")).to_contain_text("Booked")
    with office.services.store.read() as tx:
        (held,) = label_mappings.mappings(tx)
    assert (held.old, [str(one) for one in held.new]) == ("IML", ["DMM"])
    page.get_by_role("button", name="Take back (IML)").click()
    expect(page.locator("main .notice.good")).to_contain_text("Taken back")


def test_a_second_officer_labels_blind(page: Page, office: Office) -> None:
    furnish_keeper(office)
    jo = Officer(page, office)
    jo.officer_signs_in(CLEARED)
    page.goto(f"{office.url}/second-look/")
    expect(page.locator("article")).to_be_visible()
    assert "Amina" not in page.locator("main").inner_text()
    assert faults(page) == []
    jo.takes_picture("keeper-second-look")
    for left in ("1 wait for you", "Nothing waits"):
        page.get_by_label("Where does it belong?").select_option("DMM")
        page.get_by_role("button", name="That is my answer").click()
        expect(page.locator("main .notice.good")).to_contain_text("beside the first answer")
        expect(page.locator("main")).to_contain_text(left)


def test_the_screens_work_without_scripts(browser: Browser, office: Office) -> None:
    furnish_keeper(office)
    context = browser.new_context(java_script_enabled=False, locale="en-GB")
    page = context.new_page()
    Officer(page, office).officer_signs_in(KIM)
    page.goto(f"{office.url}/model/figures")
    expect(page.locator("svg.chart").first).to_be_visible()
    page.goto(f"{office.url}/model/labels/")
    page.get_by_role("button", name="is right (ten-a-001)").click()
    expect(page.locator("main .notice.good")).to_contain_text("was right")
    context.close()
