"""The previews in a browser: every sample page on a loopback server, one Chromium for all that look at it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize

from tools.preview import environment, render, served
from tools.samples.conversation import COMPOSER, PANE, THREAD
from tools.samples.inbox import PAGE, ROWS

DESK: ViewportSize = {"width": 1440, "height": 900}


@dataclass(frozen=True)
class Previews:
    """The pages; `desk` is a window for all tests that need no other: nothing is kept in it but pages."""

    address: str
    browser: Browser
    desk: BrowserContext

    def open_at_desk(self, name: str) -> Page:
        """Show one page in the window that stays open: whoever asks for it closes the page."""
        page = self.desk.new_page()
        page.goto(f"{self.address}/{name}.html")
        return page

    def open(self, name: str, **context: object) -> Page:
        """Show one page in a window of its own; what the console complains about fails the test that closes it."""
        options = {"viewport": DESK, **context}
        page = self.browser.new_context(**options).new_page()
        page.goto(f"{self.address}/{name}.html")
        return page


def write_tickets(folder: Path) -> None:
    """Write what opening each ticket of the list answers, so that the list can be walked."""
    template = environment().get_template("inbox/_ticket.html")
    (folder / "inbox" / "mine").mkdir(parents=True)
    for row in ROWS:
        thread = replace(THREAD, number=row.number, subject=row.subject)
        page = replace(PAGE, ticket=replace(PANE, thread=thread, composer=replace(COMPOSER, reply_draft="")))
        (folder / "inbox" / "mine" / str(row.number)).write_text(template.render(page=page), encoding="utf-8")


@pytest.fixture(scope="module")
def previews(tmp_path_factory: pytest.TempPathFactory, chromium: Browser) -> Iterator[Previews]:
    folder = tmp_path_factory.mktemp("previews")
    render(folder)
    write_tickets(folder)
    with served(folder) as address:
        desk = chromium.new_context(viewport=DESK)
        desk.new_page()  # keeps the process that draws the pages: a new one costs a second of processor time
        yield Previews(address, chromium, desk)
        desk.close()
