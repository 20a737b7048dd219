"""The first set-up in a browser: a new desk's first administrator, once."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from apiflask import APIFlask
from playwright.sync_api import Browser, BrowserContext, expect
from werkzeug.serving import make_server

from hub.desk import Desk
from hub.services.settings.setup import ensure_company, setup_link
from tests.journeys.running import Product
from tests.journeys.visiting import Look, Visits
from tests.ports import free_port

pytestmark = [pytest.mark.browser, pytest.mark.servers, pytest.mark.slow]


@pytest.fixture
def new_desk(app: APIFlask, chromium: Browser, idle: dict[Look, BrowserContext], tmp_path: Path) -> Iterator[Visits]:
    """Lend windows onto a desk nobody has set up: the pages alone, over an empty database."""
    port = free_port()
    server = make_server("127.0.0.1", port, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    visits = Visits(chromium, Product(tmp_path, port=port), {}, idle)
    yield visits
    visits.close()
    server.shutdown()
    thread.join()
    server.server_close()
    assert visits.problems == []


def test_the_first_administrator_sets_the_desk_up_once(new_desk: Visits, desk: Desk) -> None:
    with desk.transaction():
        ensure_company(desk)
        link = urlsplit(setup_link(desk))
    address = f"{link.path}?{link.query}"
    new_desk.check(new_desk.open(address, size="phone"))
    page = new_desk.open(address)
    new_desk.check(page)

    page.get_by_role("textbox", name="Company").fill("Ahorn Verwaltung")
    page.get_by_role("textbox", name="Your name").fill("Bettina Ahorn")
    page.get_by_role("textbox", name="Your email").fill("bettina@example.com")
    page.get_by_role("textbox", name="Password").fill("short")
    page.get_by_role("button", name="Begin").click()
    expect(page.get_by_role("alert")).to_contain_text("Use at least 12 characters")
    expect(page.get_by_role("textbox", name="Company")).to_have_value("Ahorn Verwaltung")
    new_desk.check(page)
    page.get_by_role("textbox", name="Password").fill("three green bicycles")
    page.get_by_role("button", name="Begin").click()

    expect(page).to_have_title("Inbox")
    expect(page.get_by_text("The desk is yours.")).to_be_visible()
    new_desk.check(page)
    plain = new_desk.open(address, script=False)
    expect(plain.get_by_role("heading", name="This link does not work")).to_be_visible()
    again = new_desk.open(address, size="phone")
    expect(again.get_by_role("heading", name="This link does not work")).to_be_visible()
    new_desk.check(again)
