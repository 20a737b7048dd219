"""A craftsman's order, from the task to the photo: on a phone, without an account, and without script too."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.public_faces import photo
from tests.journeys.visiting import Program, Visits
from tests.journeys.working import JAN, TOM, card_in, make_task

pytestmark = [pytest.mark.browser, pytest.mark.servers, pytest.mark.slow]

HOFER = "+493023125110"
SECRETS = ("Novak", "1A")


def order_hofer(visits: Visits, program: Program, title: str) -> tuple[Page, Page, str]:
    """Order a craftsman for a resident's matter; return the agent's page, the task's, and the path of the private link."""
    number = program.mail(title, "Please change my name plate in 1A, I am Jan Novak, +49 30 23125 102", JAN)
    maria = make_task(visits, number, title)
    tom = visits.open("/board", who=TOM)
    card_in(tom, "To do", title).get_by_role("link").click()
    tom.get_by_text("Order a craftsman…").click()
    form = tom.get_by_role("form", name="Order a craftsman")
    form.get_by_role("button", name="Send the order").click()
    expect(tom.get_by_role("alert", name="There is a problem")).to_be_visible()
    visits.check(tom)
    form = tom.get_by_role("form", name="Order a craftsman")
    craftsman = form.get_by_role("combobox", name="Craftsman")
    value = craftsman.locator("option", has_text="Hofer Plumbing").get_attribute("value")
    craftsman.select_option(value=value)
    form.get_by_role("textbox", name="What is to be done").fill(f"Change the plate of Jan Novak in 1A ({title})")
    form.get_by_role("textbox", name="Costs at most").fill("180")
    form.get_by_label("First day").fill((datetime.now(UTC).date() + timedelta(days=1)).isoformat())
    form.get_by_role("button", name="Send the order").click()
    expect(tom.get_by_text("Next: the craftsman")).to_be_visible()
    visits.check(tom)
    return maria, tom, _link(program, tom)


def _link(program: Program, tom: Page) -> str:
    heading = tom.get_by_role("heading", name=re.compile(r"^O-\d+ Hofer Plumbing")).first.inner_text()
    number = re.search(r"O-\d+", heading)
    assert number is not None
    found = re.search(r"/o/[\w-]{22}", program.sent_to(HOFER, number[0]))
    assert found is not None
    return found[0]


def test_a_craftsman_accepts_on_a_phone_and_finishes_with_a_photo(visits: Visits, program: Program) -> None:
    title = f"Name plate {uuid4().hex[:6]}"
    maria, tom, link = order_hofer(visits, program, title)
    expect(maria.get_by_text(re.compile(r"With craftsman, O-\d+ to Hofer Plumbing")).first).to_be_attached()

    phone = visits.open(link, size="phone")
    visits.check(phone)
    before = phone.get_by_role("main").inner_text()
    phone.get_by_role("button", name=re.compile("^Accept")).first.click()
    expect(phone.get_by_role("button", name="On site")).to_be_visible()
    visits.check(phone)
    after = phone.get_by_role("main").inner_text()
    phone.get_by_role("button", name="On site").click()
    expect(phone.get_by_text("You are on site.")).to_be_visible()
    phone.get_by_role("button", name="Finish order").click()
    expect(phone.get_by_role("alert", name="There is a problem")).to_contain_text("Add a photo of the finished work")
    visits.check(phone)
    phone.get_by_label("Take photo").set_input_files(photo())
    phone.get_by_role("textbox", name="What did you do?").fill("Cleared it")
    phone.get_by_role("button", name="Finish order").click()
    expect(phone.get_by_text("The order is finished. Thank you!")).to_be_visible()
    visits.check(phone)

    assert not [each for each in SECRETS if each in before]
    assert [each for each in SECRETS if each in after] == list(SECRETS)
    expect(maria.get_by_text(re.compile(r"Done, O-\d+ finished with 1 photo")).first).to_be_attached()
    tom.goto(f"{visits.product.url}/board")
    card_in(tom, "Done", title).get_by_role("link").click()
    expect(tom.get_by_role("img", name="Craftsman's photo 1")).to_be_visible()
    expect(tom.get_by_role("textbox", name=re.compile("^Reply"))).to_have_count(0)
    visits.check(tom)


def test_an_order_is_taken_without_script_and_sent_when_the_signal_is_back(visits: Visits, program: Program) -> None:
    _maria, tom, link = order_hofer(visits, program, f"Name plate {uuid4().hex[:6]}")

    plain = visits.open(link, size="phone", script=False)
    plain.get_by_role("button", name=re.compile("^Accept")).first.click()
    expect(plain.get_by_role("button", name="On site")).to_be_visible()
    phone = visits.open(link, size="phone")
    phone.route("**/o/*", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    phone.get_by_role("button", name="On site").click()
    expect(phone.get_by_text("Waiting for signal.")).to_be_attached()
    phone.unroute("**/o/*")
    phone.evaluate("dispatchEvent(new Event('online'))")
    expect(phone.get_by_text("You are on site.")).to_be_visible()
    visits.problems[:] = [each for each in visits.problems if "ERR_FAILED" not in each]

    tom.reload()
    expect(tom.get_by_text("On site", exact=True).first).to_be_visible()
    tom.goto(f"{visits.product.url}/craftsmen")
    visits.check(tom)
    expect(tom.get_by_role("rowheader", name="Hofer Plumbing")).to_be_visible()


def test_nobody_reads_anything_with_a_guessed_link(visits: Visits) -> None:
    page = visits.open(f"/o/{'A' * 22}", size="phone")

    expect(page.get_by_role("heading", name="This link does not work")).to_be_visible()
    visits.check(page)
    visits.problems[:] = [each for each in visits.problems if "404 (NOT FOUND)" not in each]
