"""The product's whole sentence, over the real processes of `hub up` and real servers: thin, and never red."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.journeys.public_faces import photo
from tests.journeys.running import Product, wait_for
from tests.letters import make_mail
from tests.ports import free_port
from tests.standins.dovecot import Dovecot
from tests.standins.slack import SlackStandIn
from tests.standins.smtp_sink import SmtpSink
from tests.standins.twilio import TwilioStandIn

pytestmark = [pytest.mark.browser, pytest.mark.servers, pytest.mark.slow]

ADDRESS = "desk@example.org"
JAN = "jan.novak@example.org"
AYLIN_PHONE = "+493023125101"
OMAR = "omar.haddad@example.org"
CODE = re.compile(r"\b(\d{6})\b")
SURVEY = re.compile(r"http://\S+/nps/\S+")


@dataclass(frozen=True)
class World:
    """The product among the real servers and stand-ins it speaks to."""

    product: Product
    mailbox: Dovecot
    mails: SmtpSink
    twilio: TwilioStandIn
    slack: SlackStandIn

    @property
    def number(self) -> str:
        """Return the company's number."""
        return next(iter(self.twilio.account.numbers))

    def mail_to(self, address: str, words: str) -> str:
        """Return the text of the mail to an address that contains some words."""

        def look() -> str | None:
            texts = [each.message.get_body(("plain",)) for each in self.mails.messages if address in each.rcpt_tos]
            contents = [str(each.get_content()) for each in texts if each is not None]
            return next((each for each in contents if words in each), None)

        return wait_for(look, f"A mail to {address} that says {words!r}")

    def text_to(self, number: str, words: str) -> str:
        """Return the text message to a number that contains some words."""
        return wait_for(
            lambda: next(
                (each.body for each in self.twilio.created if each.recipient == number and words in each.body), None
            ),
            f"A text to {number} that says {words!r}",
        )


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with (
        Dovecot({"desk": "secret of the mailbox"}) as mailbox,
        SmtpSink() as mails,
        TwilioStandIn(sms_url=f"{url}/hooks/sms") as twilio,
        SlackStandIn(interactivity_url=f"{url}/hooks/slack", events_url=f"{url}/hooks/slack") as slack,
    ):
        environ = {
            "HUB_OUTSIDE": "real",
            "HUB_BASE_URL": url,
            "HUB_EMAIL_ADDRESS": ADDRESS,
            "HUB_IMAP_URL": mailbox.url("desk"),
            "HUB_SMTP_URL": mails.url,
            "TWILIO_ACCOUNT_SID": twilio.account.sid,
            "TWILIO_AUTH_TOKEN": twilio.caller.auth_token,
            "TWILIO_NUMBER": next(iter(twilio.account.numbers)),
            "TWILIO_API_BASE": twilio.url,
            "SLACK_BOT_TOKEN": slack.workspace.bot_token,
            "SLACK_SIGNING_SECRET": slack.workspace.signing_secret,
            "SLACK_API_BASE": slack.url,
            "SLACK_CHANNEL": slack.add_channel("maintenance").id,
        }
        with Product(tmp_path / "home", port=port, environ=environ) as product:
            yield World(product, mailbox, mails, twilio, slack)


def enter(window: BrowserContext, product: Product, who: str) -> Page:
    """Sign in by a printed link, as a person does: open it, press the button."""
    page = window.new_page()
    page.goto(next(link for title, link in product.links.items() if who in title))
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(re.compile(r"/(inbox|board)"))
    return page


def ticket_about(page: Page, product: Product, subject: str) -> None:
    """Open the ticket with a subject from the list of all tickets, once it has come."""
    page.goto(f"{product.url}/inbox/all?list=1")
    row = page.get_by_role("list", name="Tickets").get_by_role("link", name=re.compile(re.escape(subject))).first
    expect(row).to_be_visible(timeout=20_000)
    row.click()
    expect(page.get_by_role("region", name="Conversation").get_by_role("heading", level=1)).to_have_text(subject)


def reply(page: Page, name: str, words: str) -> None:
    """Type a reply and send it with the keys an agent uses."""
    box = page.get_by_role("textbox", name=f"Reply to {name}")
    box.fill(words)
    box.press("Control+Enter")
    expect(page.get_by_text("Sending to").first).to_be_visible()


def test_the_whole_day(world: World, chromium: Browser, desk_window: BrowserContext, phone: BrowserContext) -> None:
    product = world.product

    # Three people write: by mail, by text, in the portal.
    world.mailbox.append(
        make_mail(
            "The kitchen drain is blocked and nothing flows. Please send somebody.",
            sender=f"Jan Novak <{JAN}>",
            subject="Kitchen drain",
        )
    )
    world.twilio.receive_sms(AYLIN_PHONE, world.number, "What are the quiet hours in the house?")
    portal = phone.new_page()
    portal.goto(f"{product.url}/portal")
    portal.get_by_role("textbox", name="Your email address or phone number").fill(OMAR)
    portal.get_by_role("button", name="Send me a code").click()
    code = CODE.search(world.mail_to(OMAR, "code"))
    assert code is not None
    portal.get_by_role("textbox", name="Code").fill(code.group(1))
    portal.get_by_role("button", name="Sign in").click()
    portal.get_by_role("link", name="Question").first.click()
    portal.get_by_role("textbox", name="What happened, and where?").fill(
        "Could the bicycle room get a second stand near the window?"
    )
    portal.get_by_role("button", name="Send").click()
    expect(portal.get_by_role("heading", name="We have your message")).to_be_visible()

    # The help centre answers the text on the channel it came by.
    assert "22:00" in world.text_to(AYLIN_PHONE, "Quiet hours")

    # Operations get the drain as a task: on the board and in Slack, where Tom says it is done.
    card = wait_for(
        lambda: next((each for each in world.slack.messages if "Kitchen drain" in str(each.text)), None),
        "The card in Slack",
    )
    tom = enter(desk_window, product, "Tom Ritter")
    expect(tom.get_by_role("list", name="To do").get_by_role("link", name=re.compile("Kitchen drain"))).to_be_visible()
    assert world.slack.press(card, "task_done", world.slack.add_user("Tom Ritter")).status == 200
    modal = wait_for(lambda: next(iter(world.slack.workspace.views), ""), "The modal in Slack")
    given = {"photos": {"photos": [("sock.jpg", "image/jpeg", photo()["buffer"])]}}
    assert world.slack.submit_view(modal, given).status == 200
    tom.close()
    desk_window.clear_cookies()

    # An agent answers the mail and the portal in the inbox.
    maria = enter(desk_window, product, "Maria Keller")
    ticket_about(maria, product, "Kitchen drain")
    reply(maria, "Jan Novak", "Our plumber was here this morning; please tell us if it flows again.")
    bicycle = "Could the bicycle room get a second stand near the window?"
    ticket_about(maria, product, bicycle)
    reply(maria, "Omar Haddad", "Yes: the second stand comes next week.")

    # All three have their replies.
    assert "plumber" in world.mail_to(JAN, "Our plumber was here")
    portal.goto(f"{product.url}/portal/requests")
    portal.get_by_role("link", name=re.compile("bicycle room")).first.click()
    expect(portal.get_by_text("Yes: the second stand comes next week.")).to_be_visible()

    # Solved: one question, one answer.
    ticket_about(maria, product, "Kitchen drain")
    expect(maria.get_by_text(re.compile("Kitchen drain: Done")).first).to_be_attached()
    expect(maria.get_by_role("img", name=re.compile(r"^Photo of T-\d+$"), include_hidden=True)).to_be_attached()
    maria.get_by_role("button", name="Close").click()
    expect(maria.get_by_text("Closed #").first).to_be_visible()
    link = SURVEY.search(world.mail_to(JAN, "/nps/"))
    assert link is not None
    survey = phone.new_page()
    survey.goto(link.group(0))
    survey.get_by_label("9", exact=True).check()
    survey.get_by_role("button", name="Send").click()
    expect(survey.get_by_role("heading", name="Thank you")).to_be_visible()

    # The metrics page says how fast it went and what Jan thought.
    maria.close()
    desk_window.clear_cookies()
    ines = enter(desk_window, product, "Ines Vogt")
    ines.goto(f"{product.url}/metrics?days=7")
    speed = ines.get_by_role("figure", name="How fast do we answer?")
    expect(speed).to_contain_text("Average")
    liking = ines.get_by_role("figure", name="Do they like us?")
    liking.get_by_text("Show data").click()
    expect(liking.get_by_role("row", name=re.compile(r"^9 [1-9]"))).to_be_visible()
