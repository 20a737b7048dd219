"""Ticket Trick 2017 (Intigriti; HackerOne 235139): another service's sign-up mail to support@ became a ticket its finder could read.

Our rule: what a mail says about its sender opens no door. The portal shows tickets only to who proved the mailbox by a code of
ours, and mail of machines is answered by none.
"""

from __future__ import annotations

from apiflask import APIFlask
from sqlalchemy import select

from hub.models import Identity
from tests.factories import make_contact
from tests.incidents.letters import AYLIN, page_of
from tests.letters import make_mail
from tests.services.steps import Office, mail, outbox, take_in, ticket_of, triage_all
from tests.web.visitors import sign_in_person, token_on, visit

CODE = "workspace-code-7731"


def test_a_sign_up_mail_to_our_address_is_read_by_staff_alone(app: APIFlask, office: Office) -> None:
    aylin = make_contact(office.desk, office.company, email=AYLIN)
    identity = office.desk.session.scalars(select(Identity).where(Identity.contact_id == aylin.id)).one()
    raw = make_mail(f"Your {CODE}", sender="Chat <no-reply@chat.example>", subject=f"Confirm {CODE}", Cc=AYLIN)
    (message,) = take_in(office.desk, raw)
    triage_all(office.desk)
    ticket = ticket_of(office.desk, message)
    resident, stranger = sign_in_person(app, office.desk, aylin, identity), visit(app)
    addresses = [
        *(
            "/portal",
            "/portal/requests",
            f"/portal/requests/{ticket.public_id}",
            "/help",
            "/help/residents/search?q=workspace",
        ),
        *(f"/tickets/{ticket.id}", f"/messages/{message.public_id}/original", f"/api/v1/tickets/{ticket.id}"),
        "/api/v1/tickets?q=workspace",
    ]

    shown = [
        browser.get(each, follow_redirects=True).get_data(as_text=True)
        for browser in (resident, stranger)
        for each in addresses
    ]

    assert CODE not in "".join(shown)
    assert outbox(office.desk) == []


def test_the_ticket_is_there_for_staff(app: APIFlask, office: Office) -> None:
    (message,) = take_in(office.desk, mail(f"Your {CODE}", sender="no-reply@chat.example"))

    assert CODE in page_of(app, office, message)


def test_nobody_enters_the_portal_by_the_name_of_somebody_who_wrote(app: APIFlask, office: Office) -> None:
    take_in(office.desk, mail(sender="no-reply@chat.example"))
    browser = visit(app)
    token = token_on(browser.get("/portal/sign-in").text)
    browser.post("/portal/sign-in", data={"csrf_token": token, "address": "no-reply@chat.example"})

    sent_to = {each.recipient for each in outbox(office.desk, "sign_in")}
    entered = browser.get("/portal").status_code

    assert (sent_to, entered) == ({"no-reply@chat.example"}, 302)
