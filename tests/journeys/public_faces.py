"""What people outside do on their phones, journey after journey: take a photo, write, sign in."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Literal
from uuid import uuid4

from PIL import Image
from playwright.sync_api import FilePayload, Locator, Page, expect

from tests.journeys.running import wait_for
from tests.journeys.visiting import SIZES, Program, Size, Visits

CODE = re.compile(r"\b(\d{6})\b")
LINK = re.compile(r"/login/link/\S+")


def photo(name: str = "tap.jpg", size: tuple[int, int] = (2400, 1800)) -> FilePayload:
    """Return a photo as phones take them: larger than any screen."""
    written = BytesIO()
    Image.effect_noise(size, 40).convert("RGB").save(written, "JPEG", quality=80)
    return {"name": name, "mimeType": "image/jpeg", "buffer": written.getvalue()}


def somebody(program: Program, subject: str, text: str) -> tuple[str, int]:
    """Bring a resident into the world and a mail of theirs; return their address and their ticket."""
    address = f"mira.olsen.{uuid4().hex[:8]}@example.com"
    # Strangers have a budget of answers in common, and hostile journeys before this one may have used it up.
    program.post("/contacts", {"company": "lindenhof", "name": "Mira Olsen", "role": "resident", "emails": [address]})
    return address, program.mail(subject, text, f"Mira Olsen <{address}>")


def ask_for_code(page: Page, url: str, address: str) -> None:
    """Ask the portal for a code, as a person does who has none."""
    page.goto(f"{url}/portal")
    page.get_by_role("textbox", name="Your email address or phone number").fill(address)
    page.get_by_role("button", name="Send me a code").click()
    expect(page.get_by_role("heading", name="Enter your code")).to_be_visible()


def code_for(program: Program, address: str, *, other_than: str = "") -> str:
    """Return the newest code that was mailed to an address."""

    def look() -> str | None:
        rows = program.get("/outbox", limit="50")["items"]
        mails = [row for row in rows if row["purpose"] == "sign_in" and row["recipient"] == address]
        found = CODE.search(mails[0]["body"]) if mails else None
        return found[1] if found and found[1] != other_than else None

    return wait_for(look, f"A code for {address}")


def sign_in(page: Page, program: Program, address: str) -> None:
    """Come into the portal by a code."""
    ask_for_code(page, program.url, address)
    page.get_by_role("textbox", name="Code").fill(code_for(program, address))
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Hello Mira Olsen")).to_be_visible()


def is_shown(picture: Locator) -> bool:
    """Tell whether a picture has pixels."""
    shown: bool = picture.evaluate("async image => { await image.decode(); return image.naturalWidth > 0; }")
    return shown


def reload_until(page: Page, shown: Locator) -> None:
    """Load a page again, as people do who wait for something, until it shows something."""

    def look() -> bool:
        return shown.count() > 0 or (page.reload() is not None and shown.count() > 0)

    wait_for(look, f"{shown} on {page.url}")


def check_everywhere(visits: Visits, page: Page) -> None:
    """Hold a page to the rules, light at a desk and dark on a phone, and leave it as it was."""
    before = page.viewport_size
    looks: tuple[tuple[Literal["light", "dark"], Size], ...] = (("light", "desk"), ("dark", "phone"))
    for scheme, size in looks:
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size(SIZES[size])
        visits.check(page)
    page.emulate_media(color_scheme="light")
    if before is not None:
        page.set_viewport_size(before)
