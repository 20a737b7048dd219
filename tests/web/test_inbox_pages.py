"""The inbox over HTTP, as a browser without script uses it."""

from __future__ import annotations

import pytest
from apiflask import APIFlask
from sqlalchemy import select

from hub.desk import Desk
from hub.domain.access import Role
from hub.models import Company, Lease, Message, OutboxRow, Ticket
from hub.services.intake import accept, receive
from hub.services.triage.triage import triage
from tests.factories import make_agent, make_company, make_contact, make_lease, make_unit
from tests.letters import arrive, make_mail
from tests.web.visitors import sign_in, token_on, visit


def arrived(desk: Desk, text: str = "The tap in the kitchen drips.") -> Ticket:
    """Return the ticket a resident's mail became."""
    company = make_company(desk, mail="desk@example.org")
    aylin = make_contact(desk, company, email="aylin@example.com", role="resident")
    make_lease(desk, make_unit(desk, company), aylin)
    with desk.transaction():
        accept(desk, arrive(make_mail(text)))
    receive(desk)
    while triage(desk):
        pass
    return desk.session.scalars(select(Ticket)).one()


def test_agent_sees_the_ticket_its_message_and_the_person(app: APIFlask, desk: Desk) -> None:
    ticket = arrived(desk)
    company = desk.session.get_one(Company, ticket.company_id)
    browser = sign_in(app, desk, make_agent(desk, company))

    page = browser.get(f"/inbox/all/{ticket.id}").get_data(as_text=True)

    assert "The tap in the kitchen drips." in page
    assert "Lindenhof 12" in page
    assert "Reply to Aylin Demir" in page


def test_reply_without_script_goes_into_the_outbox_and_stops_the_clock(app: APIFlask, desk: Desk) -> None:
    ticket = arrived(desk)
    company = desk.session.get_one(Company, ticket.company_id)
    browser = sign_in(app, desk, make_agent(desk, company))
    page = browser.get(f"/inbox/all/{ticket.id}").get_data(as_text=True)

    answer = browser.post(
        f"/tickets/{ticket.id}/messages?view=all",
        data={
            "csrf_token": token_on(page),
            "kind": "reply",
            "body_reply": "We send Tom.",
            "last_seen": ticket.last_inbound_id,
            "then": "stay",
        },
    )

    assert answer.status_code == 302
    reply = desk.session.scalars(select(OutboxRow).where(OutboxRow.purpose == "reply")).one()
    assert reply.recipient == "aylin@example.com"
    desk.session.refresh(ticket)
    assert (ticket.status, ticket.waiting_since) == ("pending", None)


def test_reply_is_held_when_the_person_wrote_again(app: APIFlask, desk: Desk) -> None:
    ticket = arrived(desk)
    company = desk.session.get_one(Company, ticket.company_id)
    browser = sign_in(app, desk, make_agent(desk, company))
    page = browser.get(f"/inbox/all/{ticket.id}").get_data(as_text=True)

    answer = browser.post(
        f"/tickets/{ticket.id}/messages?view=all",
        data={
            "csrf_token": token_on(page),
            "kind": "reply",
            "body_reply": "We send Tom.",
            "last_seen": (ticket.last_inbound_id or 1) - 1,
        },
    )

    assert answer.status_code == 409
    assert "We send Tom." in answer.get_data(as_text=True)
    assert desk.session.scalars(select(Message).where(Message.author_kind == "agent")).all() == []


def test_operations_have_no_part_in_the_inbox(app: APIFlask, desk: Desk) -> None:
    ticket = arrived(desk)
    company = desk.session.get_one(Company, ticket.company_id)
    browser = sign_in(app, desk, make_agent(desk, company, "Tom Ritter", Role.OPERATIONS))

    answers = [
        browser.get(path).status_code
        for path in ("/inbox/all", f"/inbox/all/{ticket.id}", "/board", f"/tickets/{ticket.id}")
    ]

    assert answers == [403, 403, 200, 403]


def test_strangers_are_led_to_the_sign_in(app: APIFlask, desk: Desk) -> None:
    make_company(desk)

    answer = visit(app).get("/inbox/mine")

    assert (answer.status_code, answer.headers["Location"]) == (302, "/login?next=/inbox/mine")


def test_public_pages_open(app: APIFlask, desk: Desk) -> None:
    make_company(desk)
    browser = visit(app)

    answers = {
        path: browser.get(path).status_code
        for path in ("/", "/login", "/portal/sign-in", "/report", "/help", "/help/residents")
    }

    assert set(answers.values()) == {200}


def test_closing_while_work_is_open_asks_why_and_takes_the_answer(app: APIFlask, desk: Desk) -> None:
    ticket = arrived(desk, "The kitchen drain is blocked and nothing flows. Please send somebody.")
    company = desk.session.get_one(Company, ticket.company_id)
    browser = sign_in(app, desk, make_agent(desk, company))
    token = token_on(browser.get(f"/inbox/all/{ticket.id}").get_data(as_text=True))

    form = {"csrf_token": token, "_method": "PATCH", "status": "closed"}
    asked = browser.post(f"/tickets/{ticket.id}?view=all", data=form)
    question = browser.get(asked.headers["Location"]).get_data(as_text=True)
    closed = browser.post(
        f"/tickets/{ticket.id}?view=all", data={**form, "reason": "The plumber comes tomorrow anyway."}
    )

    assert "Why may it be closed all the same?" in question
    assert closed.status_code == 302
    desk.session.refresh(ticket)
    assert ticket.status == "closed"


@pytest.mark.parametrize(("cents", "said"), [(-32_000, "€320.00 owed"), (1_250, "€12.50 in credit"), (0, "€0.00")])
def test_a_balance_is_told_by_a_word_and_no_sign(app: APIFlask, desk: Desk, cents: int, said: str) -> None:
    ticket = arrived(desk)
    lease = desk.session.scalars(select(Lease)).one()
    lease.balance_cents = cents
    desk.session.commit()
    company = desk.session.get_one(Company, ticket.company_id)
    browser = sign_in(app, desk, make_agent(desk, company, balances=True))

    page = browser.get(f"/inbox/all/{ticket.id}").get_data(as_text=True)

    assert said in page
    assert f"-{said}" not in page


def test_what_is_to_be_said_waits_for_the_page_that_shows_it(app: APIFlask, desk: Desk) -> None:
    ticket = arrived(desk)
    company = desk.session.get_one(Company, ticket.company_id)
    browser = sign_in(app, desk, make_agent(desk, company))
    page = browser.get(f"/inbox/all/{ticket.id}").get_data(as_text=True)
    close = {"csrf_token": token_on(page), "_method": "PATCH", "status": "closed", "reason": "Mended"}
    browser.post(f"/tickets/{ticket.id}", data=close)
    live = {"HX-Request": "true", "X-Live": "true"}

    refreshed = [browser.get(f"/inbox/all{path}", headers=live) for path in ("?part=list", f"/{ticket.id}")]
    shown = browser.get("/inbox/all?list=1").get_data(as_text=True)

    assert [each.headers.getlist("Set-Cookie") for each in refreshed] == [[], []]
    assert f"Closed #{ticket.id}" in shown
