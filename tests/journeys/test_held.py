"""Automatic messages that wait because their mailbox was silent for a day: sent or discarded in one click."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.journeys.running import ROOT, Product, wait_for
from tests.journeys.visiting import Program, Visits
from tests.letters import make_mail

pytestmark = [pytest.mark.browser, pytest.mark.servers, pytest.mark.slow]

MARIA = "Maria Keller"
TAKE_IN = """
import sys
from uuid import uuid4
from channels.message import Envelope
from hub.cli.command import open_desk
from hub.services.settings.configuration import read_directory
from hub.services.intake.accept import accept_all

with open_desk() as desk, desk.transaction():
    directory = read_directory(desk)
    account = directory.account_for("email", "lindenhof@example.org")
    mail = Envelope(
        channel="email", source="journey", source_key=uuid4().hex, raw=sys.stdin.buffer.read(), received_at=desk.clock.now()
    )
    accept_all(desk, [mail], company_id=directory.company_of_account[account.id], account_id=account.id, late=True)
"""


def states(program: Program, recipient: str) -> set[str]:
    """Return how far everything is that goes to somebody."""
    rows = program.get("/outbox", limit="100")["items"]
    return {row["state"] for row in rows if recipient in row["recipient"]}


@pytest.fixture
def arrive_late(practice: Product, program: Program) -> Callable[[str], str]:
    """Return a way to take in a mail that lay in the mailbox while nobody fetched; it returns who wrote it."""

    def arrive(text: str) -> str:
        sender = f"early.{uuid4().hex[:8]}@example.com"
        # Somebody known: strangers have a budget in common, and other journeys are strangers to the same desk.
        known = {"company": "lindenhof", "name": "Ada Early", "role": "resident", "emails": [sender]}
        program.post("/contacts", known)
        raw = make_mail(
            text,
            sender=f"Ada Early <{sender}>",
            to="lindenhof@example.org",
            Message_ID=f"<{uuid4()}@example.com>",
            subject="Bicycle cellar",
        )
        done = subprocess.run(
            [sys.executable, "-c", TAKE_IN], cwd=ROOT, env=practice.environ, input=raw, capture_output=True, check=False
        )
        assert done.returncode == 0, done.stderr.decode()

        wait_for(lambda: states(program, sender) == {"held"}, f"The held answer to {sender}")
        return sender

    return arrive


def test_what_waits_is_shown_and_sent_in_one_click(
    visits: Visits, program: Program, arrive_late: Callable[[str], str]
) -> None:
    sender = arrive_late("Could somebody oil the lock of the bicycle cellar?")
    page = visits.open("/inbox/all?list=1", who=MARIA)
    page.get_by_role("link", name="Look at them").click()
    expect(page.get_by_role("heading", name="Automatic messages that wait")).to_be_visible()
    expect(page.get_by_role("row").filter(has_text=sender)).to_be_visible()
    visits.check(page)

    page.get_by_role("button", name="Send them all").click()

    expect(page.get_by_role("status").filter(has_text="1 message leaves")).to_be_visible()
    wait_for(lambda: states(program, sender) <= {"accepted", "delivered"}, "The answer that was held")
    expect(page.get_by_role("link", name="Look at them")).to_have_count(0)


def test_without_script_on_a_phone_what_waits_is_discarded(
    visits: Visits, program: Program, arrive_late: Callable[[str], str]
) -> None:
    sender = arrive_late("Is the bicycle cellar open on Sunday?")
    page = visits.open("/held", who=MARIA, size="phone", script=False)
    looked = visits.open("/held", who=MARIA, size="phone")
    visits.check(looked)

    page.get_by_role("button", name="Discard them all").click()

    expect(page.get_by_text("1 message discarded")).to_be_visible()
    looked.reload()
    expect(looked.get_by_text("Nothing waits.")).to_be_visible()
    visits.check(looked)
    assert states(program, sender) <= {"cancelled"}
