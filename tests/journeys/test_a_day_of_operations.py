"""A day of operations, at the browser and at Slack: from a blocked drain to a resident who says that it is fixed."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.journeys.public_faces import photo
from tests.journeys.running import wait_for
from tests.journeys.test_the_whole_day import ADDRESS, JAN, World, enter, ticket_about, world
from tests.journeys.working import card_in
from tests.letters import make_mail
from tests.standins.slack.workspace import Message

__all__ = ["world"]

pytestmark = [pytest.mark.browser, pytest.mark.servers, pytest.mark.slow]

HOFER = "+493023125110"
SUBJECT = "Kitchen drain blocked"
IN_SLACK = "Grease as thick as a fist, the neighbours cook too much"
BY_HOFER = "Pulled out a sock and cleared the trap"
ORDERED = "Clear the drain under the sink, bring the long spiral"


def card_of(world: World) -> Message:
    """Return the card of the task."""
    return wait_for(
        lambda: next((each for each in world.slack.messages if SUBJECT in str(each.text)), None), "The card in Slack"
    )


def says(world: World, words: str) -> None:
    """Wait until the card says some words."""
    wait_for(lambda: words in str(card_of(world).text), f"A card that says {words!r}")


def order(tom: Page, product_url: str) -> None:
    """Order Hofer for tomorrow."""
    tom.goto(f"{product_url}/board")
    card_in(tom, "In progress", SUBJECT).get_by_role("link").click()
    tom.get_by_text("Order a craftsman…").click()
    form = tom.get_by_role("form", name="Order a craftsman")
    choice = form.get_by_role("combobox", name="Craftsman")
    choice.select_option(value=choice.locator("option", has_text="Hofer Plumbing").get_attribute("value"))
    form.get_by_role("textbox", name="What is to be done").fill(ORDERED)
    form.get_by_label("First day").fill((datetime.now(UTC).date() + timedelta(days=1)).isoformat())
    form.get_by_role("button", name="Send the order").click()
    expect(tom.get_by_text("Next: the craftsman")).to_be_visible()


def finish(phone: Page, link: str) -> None:
    """Accept, go there, and finish with a photo."""
    phone.goto(link)
    phone.get_by_role("button", name=re.compile("^Accept")).first.click()
    phone.get_by_role("button", name="On site").click()
    expect(phone.get_by_text("You are on site.")).to_be_visible()
    phone.get_by_label("Take photo").set_input_files(photo())
    phone.get_by_role("textbox", name="What did you do?").fill(BY_HOFER)
    phone.get_by_role("button", name="Finish order").click()
    expect(phone.get_by_text("The order is finished. Thank you!")).to_be_visible()


def mails_to_jan(world: World) -> list[EmailMessage]:
    """Return what the resident was written, in order."""
    return [each.message for each in world.mails.messages if JAN in each.rcpt_tos]


def words_of(message: EmailMessage) -> str:
    """Return the text of a mail."""
    body = message.get_body(("plain",))
    return str(body.get_content()) if body is not None else ""


def test_a_day_of_operations(world: World, desk_window: BrowserContext, phone: BrowserContext) -> None:
    product = world.product
    text = "The kitchen drain is blocked and nothing flows. Please send somebody."
    world.mailbox.append(make_mail(text, sender=f"Jan Novak <{JAN}>", subject=SUBJECT))

    # A task is made, its card comes to Slack, and Tom accepts it there and writes into its thread.
    card = card_of(world)
    colleague = world.slack.add_user("Tom Ritter")
    assert world.slack.press(card, "task_accept", colleague).status == 200
    says(world, "In progress")
    assert all(each.status == 200 for each in world.slack.thread_reply(card, IN_SLACK, colleague))

    # He orders a craftsman, who accepts on the phone, goes there and finishes with a photo.
    tom = enter(desk_window, product, "Tom Ritter")
    order(tom, product.url)
    expect(tom.get_by_text(IN_SLACK)).to_be_visible()
    says(world, "With craftsman")
    link = re.search(r"http://\S+/o/[\w-]{22}", world.text_to(HOFER, "O-"))
    assert link is not None
    finish(phone.new_page(), link[0])
    says(world, "Done")
    tom.reload()
    expect(tom.get_by_role("img", name="Craftsman's photo 1")).to_be_visible()
    tom.context.clear_cookies()

    # An agent sends the update that is offered.
    maria = enter(desk_window, product, "Maria Keller")
    ticket_about(maria, product, SUBJECT)
    maria.get_by_role("button", name=re.compile(r"^Tell Jan Novak: T-\d+ Done")).click()
    box = maria.get_by_role("textbox", name="Reply to Jan Novak")
    expect(box).to_have_value(re.compile("The work is done"))
    box.press("Control+Enter")
    expect(maria.get_by_text("Sending to").first).to_be_visible()
    world.mail_to(JAN, "The work is done")

    # The resident says it is fixed, and the ticket is closed by that.
    update = next(each for each in mails_to_jan(world) if "The work is done" in words_of(each))
    answer = make_mail(
        "Thank you, it is fixed!",
        sender=f"Jan Novak <{JAN}>",
        to=str(update["Reply-To"] or ADDRESS),
        subject=f"Re: {update['Subject']}",
        In_Reply_To=str(update["Message-ID"]),
    )
    world.mailbox.append(answer)
    expect(maria.get_by_text("Thank you, it is fixed!").first).to_be_attached()
    ticket_about(maria, product, SUBJECT)
    expect(maria.get_by_text("They say that it is fixed").first).to_be_attached()

    # Every step stands on the ticket in order, and no word of operations went to the resident.
    ticket_about(maria, product, SUBJECT)
    told = maria.get_by_role("list", name="Messages").text_content() or ""
    steps = (
        r"Task T-\d+ for Maintenance",
        r": In progress",
        r": With craftsman, O-\d+ to Hofer Plumbing",
        r": Scheduled, O-\d+",
        r": In progress, O-\d+",
        r": Done, O-\d+ finished with 1 photo",
        r"The work is done",
        r"Thank you, it is fixed!",
        r"They say that it is fixed",
        r"set it to Closed",
    )
    places = [found.start() if (found := re.search(each, told)) else -1 for each in steps]
    assert places == sorted(places), told
    assert -1 not in places, (places, told)
    written = " ".join(words_of(each) for each in mails_to_jan(world))
    assert not [each for each in (IN_SLACK, BY_HOFER, ORDERED, "Hofer") if each in written]
