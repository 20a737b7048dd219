"""A real browser, and the product it visits."""

from __future__ import annotations

from collections.abc import Generator, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, StorageState, expect

from tests.journeys.running import Product
from tests.journeys.visiting import PATIENCE_MS, Look, Program, Visits
from tests.ports import free_port


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Put what the product said last into the report of a journey that failed."""
    report = yield
    if report.failed:
        for each in Product.running:
            report.sections.append(("hub up", "\n".join(each.lines[-120:])))
    return report


expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture
def desk_window(chromium: Browser) -> Iterator[BrowserContext]:
    """Lend a desk-sized browser nobody has used."""
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, locale="en", timezone_id="Europe/Berlin")
    context.set_default_timeout(PATIENCE_MS)
    yield context
    context.close()


@pytest.fixture
def phone(chromium: Browser) -> Iterator[BrowserContext]:
    """Lend a phone-sized browser nobody has used."""
    context = chromium.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, locale="en", timezone_id="Europe/Berlin"
    )
    context.set_default_timeout(PATIENCE_MS)
    yield context
    context.close()


@pytest.fixture(scope="session")
def practice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """Lend the demo in practice mode, one for all journeys: each brings the tickets it is about."""
    with Product(tmp_path_factory.mktemp("practice"), port=free_port(), environ={"HUB_OUTSIDE": "console"}) as product:
        yield product


@pytest.fixture(scope="session")
def program(practice: Product) -> Program:
    """Lend the API as a manager may use it."""
    printed = practice.hub("token", "create", "--agent", "ines.vogt@example.org")
    return Program(practice.url, printed.strip().splitlines()[-1])


@pytest.fixture(scope="session")
def keys() -> dict[str, StorageState]:
    """Keep what lets a browser in, by the name of the colleague."""
    return {}


@pytest.fixture(scope="session")
def idle() -> dict[Look, BrowserContext]:
    """Keep windows that nobody looks into for the next journey."""
    return {}


@pytest.fixture
def visits(
    chromium: Browser, practice: Product, keys: dict[str, StorageState], idle: dict[Look, BrowserContext]
) -> Iterator[Visits]:
    """Lend windows onto the demo; none of them may have complained or called another host."""
    opened = Visits(chromium, practice, keys, idle)
    yield opened
    opened.close()
    assert opened.problems == []
