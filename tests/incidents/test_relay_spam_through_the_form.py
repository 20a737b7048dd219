"""Relay spam through forms (Zendesk, since 2026-01-18): anybody wrote to strangers in the desk's name by naming them in its form.

Our rule: who is not verified reads no word of what came in their name, not even a name, and hears from us once a day; all
strangers together thirty times an hour. Every form is a ticket all the same.
"""

from __future__ import annotations

from datetime import timedelta

from apiflask import APIFlask
from sqlalchemy import func, select

from channels.message import OutboundMessage
from hub.clock import FixedClock
from hub.models import Message, Ticket
from hub.services.sending.budgets import FROM_COMPANY_TO_STRANGERS, HOUR
from tests.services.steps import Office, acknowledged, form, mail, send_all, take_in, triage_all
from tests.web.visitors import token_on, visit

CANARY = "zinnia-9f3a"


def test_a_stranger_reads_none_of_the_words_that_came_in_their_name(office: Office) -> None:
    take_in(office.desk, mail(f"Buy {CANARY}", sender=f'"{CANARY} shop" <victim@example.net>', subject=f"Win {CANARY}"))
    take_in(
        office.desk, form(office.desk, f"Buy {CANARY}", name=f"{CANARY}", email="other@example.net", subject=CANARY)
    )

    rows = acknowledged(office)
    send_all(office.desk)

    assert {each.recipient for each in rows} == {"victim@example.net", "other@example.net"}
    assert CANARY not in "".join(words_of(each) for each in office.providers["email"].sent)


def words_of(message: OutboundMessage) -> str:
    return f"{message.subject} {message.text} {message.html} {[each.name for each in message.recipients]}"


def test_a_stranger_hears_from_us_once_a_day(office: Office, clock: FixedClock) -> None:
    for _ in range(3):
        take_in(office.desk, mail(sender="victim@example.net"))
    acknowledged(office)
    clock.at += timedelta(hours=23)
    take_in(office.desk, mail(sender="victim@example.net"))
    within_a_day = len(acknowledged(office))
    clock.at += timedelta(hours=2)
    take_in(office.desk, mail(sender="victim@example.net"))

    assert (within_a_day, len(acknowledged(office))) == (1, 2)


def test_three_hundred_victims_of_the_public_form_stay_within_the_budget(office: Office, clock: FixedClock) -> None:
    most = FROM_COMPANY_TO_STRANGERS[HOUR]
    victims = [f"victim{number}@example.net" for number in range(300)] + ["same@example.net"] * 50
    words = ["Hello", "There is a strong smell of gas"] * 175

    take_in(
        office.desk,
        *[form(office.desk, f"{says} {CANARY}", email=each) for says, each in zip(words, victims, strict=True)],
    )
    triage_all(office.desk)
    send_all(office.desk)
    within_the_hour = list(office.providers["email"].sent)
    clock.at += HOUR + timedelta(seconds=1)
    take_in(office.desk, form(office.desk, "Hello", email="later@example.net"))
    triage_all(office.desk)
    send_all(office.desk)

    assert len(within_the_hour) <= 2 * most
    assert office.providers["email"].sent[-1].recipients[0].value == "later@example.net"
    assert CANARY not in "".join(words_of(each) for each in office.providers["email"].sent)
    tickets = office.desk.session.scalar(select(func.count(func.distinct(Ticket.id))))
    messages = office.desk.session.scalar(select(func.count()).select_from(Message).where(Message.direction == "in"))
    assert (messages, (tickets or 0) >= 302) == (351, True)


def test_one_machine_fills_the_form_in_twenty_times_an_hour(app: APIFlask, office: Office) -> None:
    browser = visit(app)
    token = token_on(browser.get("/report").text)

    statuses = [
        browser.post(
            "/report",
            data={"csrf_token": token, "text": "Hello", "email": f"victim{number}@example.net"},
            headers={"X-Forwarded-For": f"192.0.2.{number}"},
            environ_overrides={"REMOTE_ADDR": "198.51.100.22"},
        ).status_code
        for number in range(23)
    ]

    assert statuses == [200] * 20 + [429] * 3
