"""Hostile HTML in a real browser, one wall at a time: sanitiser, sandbox and policy each hold with the other two away."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from html import escape
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Dialog, Page, Route

from channels.html import safe_html
from hub.web.security import FRAME_POLICY
from tests.bad_input.payloads import REMOTE, SCRIPTS, Payload
from tests.journeys.running import ROOT

pytestmark = [pytest.mark.browser, pytest.mark.slow]

DESK = "https://desk.example.org"
FRAME = re.compile(r'<iframe class="message-frame".*?sandbox="([^"]+)"', re.DOTALL)
Guard = Callable[[str], str]


def nothing(html: str) -> str:
    return html


@dataclass
class Range:
    """A page of ours that shows every payload in a frame of its own, in a world where no server answers."""

    window: BrowserContext
    policy: str = ""
    sandbox: str | None = None
    clean: Guard = nothing
    documents: dict[str, str] = field(default_factory=dict)
    asked: set[str] = field(default_factory=set)
    told: set[str] = field(default_factory=set)

    @property
    def guarded(self) -> bool:
        """Tell whether any wall stands; without one a page may reload for ever."""
        return bool(self.policy or self.sandbox is not None or self.clean is not nothing)

    def fire(self, payloads: Sequence[Payload]) -> None:
        """Show all payloads at once, press what can be pressed, and wait until nothing more happens."""
        self.documents = {f"/frames/{each.id}": self.clean(each.html) for each in payloads}
        self.window.route("**/*", self._answer)
        self.window.add_init_script("window.alert = words => { window.canary = words }")  # nobody is there to press OK
        self.window.on("dialog", self._note)
        page = self.window.new_page()
        page.goto(f"{DESK}/")
        for each in payloads:
            if each.press:
                self._press(page, each.id)
        page.wait_for_load_state("networkidle" if self.guarded else "load")
        self.told |= {each.evaluate("String(window.canary || '')") for each in page.frames if each.url.startswith(DESK)}
        self.told |= self.asked & {each.id for each in SCRIPTS}
        self.told -= {""}
        assert page.title() == "ours"

    def _note(self, dialog: Dialog) -> None:
        self.told.add(dialog.message)
        dialog.dismiss()

    def _press(self, page: Page, name: str) -> None:
        frame = page.frame(name)
        for each in frame.locator("a, button, text").all() if frame is not None else ():
            each.click(force=True, no_wait_after=True)

    def _answer(self, route: Route) -> None:
        parts = urlsplit(route.request.url)
        if f"{parts.scheme}://{parts.netloc}" != DESK:
            self.asked.add(parts.path.strip("/").partition("/")[0])
            route.abort()
        elif parts.path == "/":
            route.fulfill(content_type="text/html", body=self._page())
        elif parts.path in self.documents:
            headers = {"Content-Security-Policy": self.policy} if self.policy else {}
            body = f'<!doctype html><meta charset="utf-8">{self.documents[parts.path]}'
            route.fulfill(content_type="text/html", headers=headers, body=body)
        else:
            route.fulfill(status=404, content_type="text/plain", body="")

    def _page(self) -> str:
        inside = "" if self.sandbox is None else f' sandbox="{escape(self.sandbox)}"'
        names = [path.rpartition("/")[2] for path in self.documents]
        frames = "".join(f'<iframe name="{name}" src="/frames/{name}"{inside}></iframe>' for name in names)
        return f"<!doctype html><title>ours</title>{frames}"


@pytest.fixture
def window(chromium: Browser) -> Iterator[BrowserContext]:
    context = chromium.new_context()
    yield context
    context.close()


def our_sandbox() -> str:
    """Return what our page allows the frame of a message."""
    found = FRAME.search((ROOT / "hub/web/templates/_parts/message.html").read_text("utf-8"))
    assert found is not None
    return found[1]


def test_without_any_wall_payloads_run_and_fetch(window: BrowserContext) -> None:
    bare = Range(window)

    bare.fire([*SCRIPTS, *REMOTE])

    assert len(bare.told & {each.id for each in SCRIPTS}) >= 35
    assert len(bare.asked & {each.id for each in REMOTE}) >= 30


def test_the_sanitiser_alone_lets_nothing_run_and_nothing_be_fetched(window: BrowserContext) -> None:
    alone = Range(window, clean=lambda html: safe_html(html).html)

    alone.fire([*SCRIPTS, *REMOTE])

    assert (alone.told, alone.asked) == (set(), set())


def test_the_policy_alone_lets_nothing_run_and_nothing_be_fetched(window: BrowserContext) -> None:
    alone = Range(window, policy=FRAME_POLICY)

    alone.fire([*SCRIPTS, *REMOTE])

    assert (alone.told, alone.asked) == (set(), set())


def test_the_sandbox_alone_lets_nothing_run(window: BrowserContext) -> None:
    alone = Range(window, sandbox=our_sandbox())

    alone.fire([*SCRIPTS, *REMOTE])

    fetched = {each.id for each in SCRIPTS if "{out}" in each.source}  # not run: a sandbox stops no request
    assert alone.told <= fetched
