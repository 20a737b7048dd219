"""Everybody's own account: colours and keys, kept on the server, with script and without."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.visiting import Visits

pytestmark = [pytest.mark.browser, pytest.mark.servers, pytest.mark.slow]

ROBIN = "Robin Sander"


def test_an_admin_chooses_dark_and_every_window_of_theirs_is_dark(visits: Visits) -> None:
    page = visits.open("/inbox", who=ROBIN)
    page.get_by_role("button", name=ROBIN).click()
    page.get_by_role("link", name="My account").click()
    colours = page.get_by_role("form", name="Appearance")
    expect(colours.get_by_label("As the system")).to_be_checked()
    visits.check(page)

    colours.get_by_label("Dark").check()
    colours.get_by_role("button", name="Save").click()

    expect(page.get_by_role("status").filter(has_text="Saved")).to_be_visible()
    expect(colours.get_by_label("Dark")).to_be_checked()
    rings = [
        colours.get_by_label(each).evaluate("box => getComputedStyle(box).borderWidth") for each in ("Dark", "Light")
    ]
    assert rings[0] != rings[1]  # what is chosen shows
    visits.check(page)
    phone = visits.open("/me", who=ROBIN, size="phone")
    assert phone.evaluate("getComputedStyle(document.body).colorScheme") in {"dark", "normal"}
    assert phone.evaluate("document.documentElement.dataset.theme") == "dark"
    visits.check(phone)
    phone.get_by_label("As the system").check()
    phone.get_by_role("form", name="Appearance").get_by_role("button", name="Save").click()
    expect(phone.get_by_label("As the system")).to_be_checked()


def test_without_script_single_keys_go_off_and_on(visits: Visits) -> None:
    page = visits.open("/me", who=ROBIN, script=False)
    keys = page.get_by_role("form", name="Keys")
    box = keys.get_by_role("checkbox", name="Use single-key shortcuts")
    expect(box).to_be_checked()

    box.uncheck()
    keys.get_by_role("button", name="Save").click()

    expect(page.get_by_text("Saved")).to_be_visible()
    expect(box).not_to_be_checked()
    quiet = visits.open("/inbox", who=ROBIN)
    quiet.keyboard.press("?")
    quiet.keyboard.press("g")
    quiet.keyboard.press("b")
    expect(quiet).to_have_url(re.compile("/inbox"))
    expect(quiet.get_by_role("dialog", name="Keyboard shortcuts")).to_be_hidden()
    box.check()
    keys.get_by_role("button", name="Save").click()
    expect(box).to_be_checked()
