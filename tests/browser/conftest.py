"""Chromium, started once; a furnished office, copied for every test."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.office import Office, furnish, open_office
from tests.browser.officer import Officer
from tests.rig import need

PATIENCE_MILLISECONDS = 20_000

expect.set_options(timeout=PATIENCE_MILLISECONDS)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that ask for a browser carry the mark that names what they need."""
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker("chromium")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, or the one that CHROMIUM names. CI must have it; elsewhere its absence is said by name."""
    chromium = os.environ.get("CHROMIUM") or need("chromium")
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=chromium, args=arguments)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The office before anybody came in, made once."""
    folder = tmp_path_factory.mktemp("furnished") / "office"
    furnish(folder)
    return folder


@pytest.fixture
def office(furnished: Path, tmp_path: Path) -> Iterator[Office]:
    """A running office of this test's own."""
    with open_office(furnished, tmp_path / "office") as running:
        yield running


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A window of 1280 by 800, in English."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-GB")
    context.set_default_timeout(PATIENCE_MILLISECONDS)
    yield context.new_page()
    context.close()


@pytest.fixture
def officer(page: Page, office: Office) -> Officer:
    """An officer who has signed in already (signing in itself is tested in test_safety)."""
    page.context.add_cookies([{"name": "triage", "value": office.cookie(), "url": office.url, "sameSite": "Lax"}])
    return Officer(page, office)
