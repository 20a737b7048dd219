"""A morning's work without a pointer: how many keys it takes, and that no hand leaves them."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.visiting import Program, Visits

pytestmark = [pytest.mark.browser, pytest.mark.servers, pytest.mark.slow]

JONAS = "Jonas Weber"
TWELVE = 12
MOST_KEYS = 70


class Hands:
    """Hands on the keys of a page, counted but for the prose they write."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.pressed = 0

    def press(self, key: str) -> None:
        """Press a key, or several at once."""
        self.pressed += len(key.split("+"))
        self.page.keyboard.press(key)

    def write(self, prose: str) -> None:
        """Write into the field that has the focus."""
        expect(self.page.locator("textarea:focus")).to_be_visible()
        self.page.keyboard.type(prose)


def reply(hands: Hands) -> None:
    hands.press("r")
    hands.write("Thank you, somebody comes on Thursday at nine.")
    hands.press("Control+Enter")


def close(hands: Hands) -> None:
    hands.press("e")


def snooze(hands: Hands) -> None:
    hands.press("s")
    expect(hands.page.get_by_role("option", name="Later today")).to_be_visible()
    hands.press("Enter")


def note_and_close(hands: Hands) -> None:
    hands.press("n")
    hands.write("Told by phone already.")
    hands.press("Control+Enter")
    expect(hands.page.get_by_role("listitem", name=f"Note from {JONAS}, staff only")).to_be_visible()
    hands.page.keyboard.press("Escape")
    hands.pressed += 1
    close(hands)


WAYS: tuple[Callable[[Hands], None], ...] = (reply, close, reply, snooze, reply, note_and_close)


def test_twelve_tickets_are_handled_in_at_most_seventy_keys_besides_prose(visits: Visits, program: Program) -> None:
    tag = f"keys-{uuid4().hex[:8]}"
    numbers = {
        program.mail(f"Newsletter {each}", f"I have a question about newsletter {each}.", f"{tag}-{each}@example.com")
        for each in range(1, TWELVE + 1)
    }
    for each in numbers:
        program.patch(f"/tickets/{each}", {"tags": [tag]})
    page = visits.open(f"/inbox/unassigned?tag={tag}", who=JONAS)
    hands = Hands(page)
    rows = page.get_by_role("list", name="Tickets").get_by_role("link")
    expect(rows).to_have_count(TWELVE)

    for done in range(TWELVE):
        subject = page.get_by_role("region", name="Conversation").get_by_role("heading", level=1)
        before = subject.inner_text()
        WAYS[done % len(WAYS)](hands)
        if done < TWELVE - 1:
            expect(subject).not_to_have_text(before)
    expect(page.get_by_text("No ticket is open.")).to_be_visible()

    assert hands.pressed <= MOST_KEYS
    handled = [program.get(f"/tickets/{each}") for each in numbers]
    assert sum(each["status"] == "pending" for each in handled) == 6
    assert sum(each["status"] == "closed" for each in handled) == 4
    assert sum(each["snooze_until"] is not None for each in handled) == 2
