"""An emergency by text: answered, paged, climbing while nobody answers, seen by everybody, and stopped by one word."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.running import ROOT, Product, wait_for
from tests.journeys.visiting import Program, Visits

pytestmark = [pytest.mark.browser, pytest.mark.servers, pytest.mark.slow]

WORDS = "water is pouring thru the kitchen light"
# The clock of one alarm is moved on; the product's own worker does the climbing.
LET_MINUTES_PASS = """
import sys
import threading
from sqlalchemy import select, update
from hub.cli.command import open_desk
from hub.models import Alarm

with open_desk() as desk:
    mine = Alarm.ticket_id == int(sys.argv[1])
    for _ in range(int(sys.argv[2])):
        with desk.transaction() as session:
            session.execute(update(Alarm).where(mine).values(next_at=desk.clock.now()))
        for _ in range(300):
            with desk.transaction() as session:
                if session.scalars(select(Alarm.next_at).where(mine)).one() > desk.clock.now():
                    break
            threading.Event().wait(0.2)
        else:
            sys.exit("Nobody climbed within a minute.")
"""


@pytest.fixture
def let_pass(practice: Product) -> Callable[[int, int], None]:
    """Return a way to let the minutes of some steps pass without an answer."""

    def let(number: int, steps: int) -> None:
        done = subprocess.run(
            [sys.executable, "-c", LET_MINUTES_PASS, str(number), str(steps)],
            cwd=ROOT,
            env=practice.environ,
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )
        assert done.returncode == 0, done.stderr

    return let


def phone_of(visits: Visits, label: str) -> Page:
    """Open the sandbox with the phone of somebody."""
    page = visits.open("/sandbox")
    option = page.get_by_label("You are").locator("option").filter(has_text=label).first
    page.goto(f"{visits.product.url}/sandbox?person={option.get_attribute('value')}")
    return page


def texts_on(page: Page, words: str) -> str:
    """Return the last text on a phone that holds some words, once it has come."""
    bubble = page.get_by_role("log", name="Text messages").locator(".bubble").filter(has_text=words).last
    expect(bubble).to_be_visible(timeout=60_000)
    return bubble.inner_text()


def test_an_emergency_is_paged_up_the_ladder_until_somebody_takes_it(
    visits: Visits, program: Program, let_pass: Callable[[int, int], None]
) -> None:
    resident = visits.open("/sandbox")
    somebody = resident.get_by_label("You are").locator("option").nth(5).get_attribute("value")
    resident.goto(f"{visits.product.url}/sandbox?person={somebody}")
    resident.get_by_role("textbox", name="Text message").fill(WORDS)
    resident.get_by_role("button", name="Send text").click()
    assert "We have alerted our on-call team" in texts_on(resident, "on-call")

    def find() -> int | None:
        found = [each for each in program.get("/tickets")["items"] if each["emergency"] and WORDS in each["preview"]]
        return found[0]["number"] if found else None

    number = wait_for(find, "The ticket of the emergency", seconds=60)

    maria = visits.open(f"/inbox/all/{number}", who="Maria Keller")
    expect(maria.get_by_text("Possible emergency (flood): call now.")).to_be_visible()
    expect(maria.get_by_role("button", name="I have it").first).to_be_visible()
    expect(maria.get_by_text(re.compile(rf"#{number} flood .*\(Tom Ritter is paged\)"))).to_be_visible()
    expect(maria.get_by_text(re.compile(r"T-\d+")).first).to_be_attached()
    visits.check(maria)
    visits.check(visits.open(f"/inbox/all/{number}", who="Maria Keller", size="phone", dark=True))

    tom = phone_of(visits, "On call: Tom Ritter, Lindenhof")
    page = texts_on(tom, f"EMERGENCY #{number}")
    code = re.search(r"ACK (\d{4})", page)
    assert code is not None
    expect(tom.get_by_role("button", name="Press 1")).to_be_visible()
    visits.check(tom)

    let_pass(number, 1)
    ines = phone_of(visits, "On call: Ines Vogt, Lindenhof")
    assert code[0] in texts_on(ines, f"EMERGENCY #{number}")

    let_pass(number, 2)
    bar = re.compile(rf"Nobody on call has taken it: #{number} flood")
    board = visits.open("/board", who="Tom Ritter")
    expect(board.get_by_text(bar)).to_be_visible()
    visits.check(board)
    small = visits.open("/board", who="Tom Ritter", size="phone", dark=True)
    expect(small.get_by_text(bar)).to_be_visible()
    visits.check(small)

    tom.get_by_role("textbox", name="Text message").fill(code[0].lower())
    tom.get_by_role("button", name="Send text").click()
    assert f"#{number} is yours, Tom Ritter" in texts_on(tom, "is yours")

    board.reload()
    expect(board.get_by_text(bar)).to_have_count(0)
    maria.reload()
    story = maria.content()
    for sentence in (
        "Tom Ritter paged by text and by call (step 1 of 3)",
        "Ines Vogt paged by text and by call (step 2 of 3)",
        "Karl Amsel paged by text and by call (step 3 of 3)",
        "Nobody on call answered: everybody sees it now, and paging begins again",
        "Tom Ritter took it by text",
    ):
        assert sentence in story
    expect(maria.get_by_text(re.compile(rf"#{number} flood .*is paged|{bar.pattern}"))).to_have_count(0)


def test_an_administrator_finds_the_ladder_and_the_safety_texts_in_the_menu(visits: Visits) -> None:
    page = visits.open("/board", who="Robin Sander")

    page.get_by_role("button", name="Robin Sander").click()
    page.get_by_role("link", name="Settings").click()
    visits.check(page)
    page.get_by_role("link", name="Who is on call").first.click()

    expect(page.get_by_role("row", name=re.compile("1 Tom Ritter"))).to_be_visible()
    visits.check(page)
    visits.check(visits.open("/admin/on-call", who="Robin Sander", size="phone", dark=True))
    page.goto(f"{visits.product.url}/admin/safety-texts?language=de")
    expect(page.get_by_role("textbox", name="Flood")).not_to_be_empty()
    visits.check(page)
