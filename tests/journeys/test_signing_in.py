"""Staff come in: by a link that works once, by password, with a second factor; every mistake gets the same answer."""

from __future__ import annotations

import re
import time
from uuid import uuid4

import pyotp
import pytest
from playwright.sync_api import Page, expect

from tests.journeys.visiting import Size, Visits

pytestmark = [pytest.mark.browser, pytest.mark.servers, pytest.mark.slow]

NOT_RIGHT = "That address, password or code is not right."
PASSWORD = "four quiet stairwells"


def sign_in(page: Page, email: str, password: str, code: str = "") -> None:
    """Fill in the form as a person does."""
    page.get_by_role("textbox", name="Email").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("textbox", name="Code of your authenticator").fill(code)
    page.get_by_role("button", name="Sign in", exact=True).click()


def sign_out(page: Page, name: str) -> None:
    page.get_by_role("button", name=name).click()
    page.get_by_role("button", name="Sign out").click()


def test_an_invited_colleague_comes_in_once_by_link_then_by_password_then_with_a_code(visits: Visits) -> None:
    email, name = f"lena.{uuid4().hex[:6]}@example.org", f"Lena Brook {uuid4().hex[:4]}"
    link = visits.product.hub("agent", "invite", email, "--role", "agent", "--name", name).strip().splitlines()[-1]
    path = link.removeprefix(visits.product.url)

    # The link: looking at it changes nothing, pressing its button uses it up.
    page = visits.open(path)
    visits.check(page)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(re.compile("/inbox"))
    late = visits.open(path, size="phone")
    expect(late.get_by_role("heading", name="This link does not work")).to_be_visible()
    visits.check(late)

    # A password, then the second factor.
    page.goto(f"{visits.product.url}/me")
    password = page.get_by_role("form", name="Password")
    password.get_by_label("New password").fill("too short")
    password.get_by_role("button", name="Set the password").click()
    expect(password.get_by_role("alert")).to_contain_text("Use at least 12 characters")
    password.get_by_label("New password").fill(PASSWORD)
    password.get_by_role("button", name="Set the password").click()
    expect(page.get_by_role("status").filter(has_text="Your password is set")).to_be_visible()
    factor = page.get_by_role("form", name="Second factor")
    factor.get_by_role("button", name="Set up an authenticator").click()
    totp = pyotp.TOTP(page.locator("code").inner_text().replace(" ", ""))
    visits.check(page)
    factor.get_by_role("textbox", name="Code of your authenticator").fill("000000")
    factor.get_by_role("button", name="Turn it on").click()
    expect(factor.get_by_role("alert")).to_contain_text("That code does not fit")
    factor.get_by_role("textbox", name="Code of your authenticator").fill(totp.now())
    factor.get_by_role("button", name="Turn it on").click()
    expect(page.get_by_text("On: your password alone is not enough.")).to_be_visible()
    sign_out(page, name)
    page.wait_for_url(f"{visits.product.url}/")

    # Whatever is wrong, the answer is the same, and what was meant to be opened is not forgotten.
    page.goto(f"{visits.product.url}/inbox/all?list=1")
    answers = set()
    for mistake in ((f"nobody.{email}", PASSWORD), (email, "three quiet stairwells"), (email, PASSWORD)):
        sign_in(page, *mistake)
        expect(page.get_by_role("alert")).to_contain_text(NOT_RIGHT)
        answers.add(page.get_by_role("alert").inner_text())
    visits.check(page)
    assert len(answers) == 1
    sign_in(page, email, PASSWORD, totp.now())
    page.wait_for_url(re.compile(r"/inbox/all\?list=1$"))

    # A code counts once: the second factor goes off with the next one, and the password is enough again.
    page.goto(f"{visits.product.url}/me")
    factor.get_by_role("textbox", name="Code of your authenticator").fill(totp.at(int(time.time()) + 30))
    factor.get_by_role("button", name="Turn it off").click()
    expect(page.get_by_text("Off: your password alone signs you in.")).to_be_visible()
    sign_out(page, name)
    page.goto(f"{visits.product.url}/login")
    sign_in(page, email, PASSWORD)
    page.wait_for_url(re.compile("/inbox"))


def test_without_script_on_a_phone_somebody_comes_in_and_goes(visits: Visits) -> None:
    page = visits.open("/board", size="phone", script=False)
    page.wait_for_url(re.compile(r"/login\?next=/board$"))

    page.get_by_role("button", name=re.compile("Tom Ritter")).click()

    page.wait_for_url(re.compile("/board$"))
    expect(page.get_by_role("heading", name="Board", level=1)).to_be_visible()
    sign_out(page, "Tom Ritter")
    page.goto(f"{visits.product.url}/board")
    expect(page.get_by_role("heading", name="Sign in for staff")).to_be_visible()


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_asking_for_a_link_says_the_same_to_everybody(visits: Visits, size: Size) -> None:
    page = visits.open("/login", size=size, dark=size == "phone")
    visits.check(page)

    hints = []
    for email in ("robin.sander@example.org", "nobody.at.all@example.org"):
        page.get_by_role("textbox", name="Email").fill(email)
        page.get_by_role("button", name="Email me a sign-in link").click()
        expect(page.get_by_text("If this address is known here")).to_be_visible()
        hints.append(page.get_by_text("If this address is known here").inner_text())

    assert len(set(hints)) == 1
    visits.check(page)
