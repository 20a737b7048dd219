"""A real browser, and the product it visits."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from tests.journeys.running import Product

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """Put what the product said last into the report of a journey that failed."""
    report = yield
    if report.failed:
        for each in Product.running:
            report.sections.append(("hub up", "\n".join(each.lines[-120:])))
    return report


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Lend one Chromium: the one named by `CHROMIUM`, else Debian's."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    assert path, "There is no browser: run 'make test', which installs Chromium, or set CHROMIUM to its path."
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def desk_window(chromium: Browser) -> Iterator[BrowserContext]:
    """Lend a desk-sized browser nobody has used."""
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, locale="en", timezone_id="Europe/Berlin")
    context.set_default_timeout(15_000)
    yield context
    context.close()


@pytest.fixture
def phone(chromium: Browser) -> Iterator[BrowserContext]:
    """Lend a phone-sized browser nobody has used."""
    context = chromium.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, locale="en", timezone_id="Europe/Berlin"
    )
    context.set_default_timeout(15_000)
    yield context
    context.close()
