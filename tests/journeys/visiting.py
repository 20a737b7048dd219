"""People at the product: windows as wide as a desk's or a phone's, and everything that goes wrong in them written down."""

from __future__ import annotations

import json
import re
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple
from urllib.parse import urlencode, urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, StorageState, ViewportSize

from tests.journeys.running import PATIENCE_SECONDS, Product, wait_for

Size = Literal["desk", "phone"]
SIZES: dict[Size, ViewportSize] = {"desk": {"width": 1440, "height": 900}, "phone": {"width": 375, "height": 812}}
WCAG = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    "resultTypes": ["violations"],  # half the time: of what is right it writes down no more than that it is
    "preload": False,
}
ANSWERS_TO_MISTAKES = re.compile(r"the server responded with a status of (401|409|410|422) ")
PATIENCE_MS = 60_000


class Look(NamedTuple):
    """What sets windows apart."""

    size: Size
    script: bool
    dark: bool


@dataclass
class Visits:
    """The windows of one journey; `problems` is what their consoles complained about and whom they called elsewhere."""

    browser: Browser
    product: Product
    keys: dict[str, StorageState]
    idle: dict[Look, BrowserContext]
    problems: list[str] = field(default_factory=list)
    windows: list[BrowserContext] = field(default_factory=list)
    borrowed: list[tuple[Look, BrowserContext]] = field(default_factory=list)
    checking: bool = False

    def open(
        self, path: str = "/", *, who: str = "", size: Size = "desk", script: bool = True, dark: bool = False
    ) -> Page:
        """Open a page in a window of its own, signed in as one of the demo's staff where one is named."""
        page = self._borrow(Look(size, script, dark), self.key_of(who) if who else None).new_page()
        page.goto(f"{self.product.url}{path}")
        return page

    def window(
        self, *, size: Size = "desk", script: bool = True, dark: bool = False, key: StorageState | None = None
    ) -> BrowserContext:
        """Open a window nobody has used, or one with a key to the desk."""
        window = self._make(Look(size, script, dark), key)
        window.on("page", self._watch)
        self.windows.append(window)
        return window

    def _borrow(self, look: Look, key: StorageState | None) -> BrowserContext:
        """Take a window that journeys before this one have used: our pages keep nothing in a browser but cookies.

        A new one costs a second of processor time. The empty page in it keeps the process that draws its pages.
        """
        window = self.idle.pop(look, None)
        if window is None:
            window = self._make(look, None)
            window.new_page()
        window.clear_cookies()
        window.add_cookies(key["cookies"] if key else [])  # what Playwright gave itself
        window.on("page", self._watch)
        self.borrowed.append((look, window))
        return window

    def _give_back(self, look: Look, window: BrowserContext) -> None:
        for page in window.pages[1:]:
            page.close()
        window.remove_listener("page", self._watch)
        if self.idle.setdefault(look, window) is not window:
            window.close()

    def _make(self, look: Look, key: StorageState | None) -> BrowserContext:
        window = self.browser.new_context(
            viewport=SIZES[look.size],
            has_touch=look.size == "phone",
            is_mobile=look.size == "phone",
            color_scheme="dark" if look.dark else "light",
            locale="en",
            timezone_id="Europe/Berlin",
            java_script_enabled=look.script,
            storage_state=key,
            reduced_motion="reduce",
        )
        window.set_default_timeout(PATIENCE_MS)
        return window

    def key_of(self, who: str) -> StorageState:
        """Return what a browser keeps once somebody has come in; they come in once for all journeys."""
        if who not in self.keys:
            window = self.window()
            page = window.new_page()
            page.goto(f"{self.product.url}/login")
            page.get_by_role("button", name=re.compile(who)).click()
            page.wait_for_url(re.compile(r"/(inbox|board)"))
            self.keys[who] = window.storage_state()
        return self.keys[who]

    def check(self, page: Page) -> None:
        """Hold a page to WCAG 2.2 AA as far as axe can see it, and to its window's width."""
        self.checking = True  # axe itself tries styles that our policy refuses
        results = Axe().run(page, options=WCAG)
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        self.checking = False
        assert results.violations_count == 0, f"{page.url}\n{results.generate_report()}"
        assert wide <= 0, f"{page.url} scrolls sideways by {wide} pixels."

    def close(self) -> None:
        """Close every window nobody else may use, and every page in the others."""
        for window in self.windows:
            window.close()
        for look, window in self.borrowed:
            self._give_back(look, window)

    def _watch(self, page: Page) -> None:
        page.on("console", self._listen)
        page.on("pageerror", lambda error: self.problems.append(f"{page.url}: {error}"))
        page.on("request", self._look_after)

    def _listen(self, message: ConsoleMessage) -> None:
        expected = ANSWERS_TO_MISTAKES.search(message.text) or (self.checking and "inline style" in message.text)
        if message.type in {"error", "warning"} and not expected:
            self.problems.append(f"{message.location.get('url')}: {message.text}")

    def _look_after(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in {"data", "blob", "about"} and parts.netloc != urlsplit(self.product.url).netloc:
            self.problems.append(f"A request to another host: {request.url}")


@dataclass(frozen=True)
class Program:
    """A program with the token of one of the staff: what journeys need to be there before they begin."""

    url: str
    token: str

    def get(self, path: str, **query: str) -> Any:
        """Return what the API answers."""
        return self._call("GET", f"{path}?{urlencode(query)}" if query else path)

    def post(self, path: str, body: dict[str, Any]) -> Any:
        """Send an object and return what the API answers."""
        return self._call("POST", path, json.dumps(body).encode(), "application/json")

    def patch(self, path: str, body: dict[str, Any]) -> Any:
        """Change something and return what the API answers."""
        return self._call("PATCH", path, json.dumps(body).encode(), "application/json")

    def arrive(self, raw: bytes) -> int:
        """Take a mail in and return its ticket's number, once it is on one."""
        return self._ticket_of(self.hand_over(raw))

    def hand_over(self, raw: bytes) -> int:
        """Hand a mail over and return its envelope's number."""
        number: int = self._call("POST", "/inbound/email", raw, "message/rfc822")["id"]
        return number

    def mail(self, subject: str, text: str, sender: str = "Jan Novak <jan.novak@example.org>", **more: Any) -> int:
        """Write a mail to the desk and return its ticket's number, once it is on one and was thought about."""
        letter = {"from": sender, "to": "lindenhof@example.org", "subject": subject, "text": text, **more}
        return self._ticket_of(self.post("/inbound/email", letter)["id"])

    def sent_to(self, recipient: str, words: str) -> str:
        """Return the text of something that left for somebody and contains some words, once it has left."""

        def look() -> str | None:
            rows = self.get("/outbox", limit="100")["items"]
            bodies = [row["body"] or "" for row in rows if recipient in row["recipient"]]
            return next((body for body in bodies if words in body), None)

        return wait_for(look, f"A message to {recipient} with {words!r}")

    def _ticket_of(self, envelope: int) -> int:
        def look() -> int | None:
            found = self.get(f"/envelopes/{envelope}")
            return found["ticket"] if found["state"] != "new" else None

        return wait_for(look, f"The ticket of envelope {envelope}")

    def _call(self, method: str, path: str, data: bytes | None = None, kind: str = "") -> Any:
        headers = {"Authorization": f"Bearer {self.token}"} | ({"Content-Type": kind} if kind else {})
        request = urllib.request.Request(f"{self.url}/api/v1{path}", data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE_SECONDS) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{method} {path}: {error.code} {error.read().decode()}") from error


def ticket_in(page: Page, number: int) -> Any:
    """Return the row of a ticket in the list."""
    return page.get_by_role("list", name="Tickets").get_by_role("link", name=re.compile(rf"^{number}, "))
