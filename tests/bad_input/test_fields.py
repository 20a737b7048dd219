"""Bad words, reliability.md 4 A to C, in the fields people and programs fill in: one test each door, the same rows for all.

A row is refused with a sentence that names its field, or is one message that holds its words as text: nothing runs, nothing
is a header, and no door answers with an error of ours.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from hub.clock import FixedClock
from hub.desk import Desk
from hub.domain.access import Actor
from hub.models import Agent, Company, Identity, Message
from hub.services.intake import receive
from hub.services.staff.accounts import create_api_token
from tests.bad_input.conftest import emptied
from tests.bad_input.rows import Row, ids, read_rows
from tests.bad_input.taking import heard
from tests.channels.sms_values import ANNA, a_form
from tests.factories import make_agent, make_company, make_contact
from tests.web.callers import connect_sms, text_us
from tests.web.visitors import sign_in, sign_in_person, token_on

ROWS = read_rows("fields")
SAID = [row for row in ROWS if row["field"] == "text"]
PLAIN = {"text": "The tap drips.", "subject": "Tap", "name": "Anna", "email": "anna@example.com"}
REFUSED = {400, 413, 422}
LARGEST_PAGE = 1_000_000


@dataclass(frozen=True)
class Taken:
    """How a door answered a row, what of it became a message, and the page a colleague reads that on."""

    status: int
    words: str
    messages: list[Message]
    page: str


@dataclass
class Street:
    """A company with every door that has fields, and somebody who looks at what came in by them."""

    app: APIFlask
    desk: Desk
    company: Company
    colleague: FlaskClient
    person: FlaskClient
    token: str
    errors: list[str]

    def take(self, door: str, row: Row) -> Taken:
        """Fill a row in at a door and file what came of it."""
        before = self.newest()
        fields = {**PLAIN, row["field"]: letters(row["value"])}
        with heard(self.errors):
            status, words = getattr(self, door)(fields, row)
            while receive(self.desk):
                pass
        self.desk.session.expire_all()
        found = list(self.desk.session.scalars(select(Message).where(Message.id > before).order_by(Message.id)))
        page = self.colleague.get(f"/inbox/all/{found[0].ticket_id}").get_data(as_text=True) if found else ""
        return Taken(status, words, found, page)

    def newest(self) -> int:
        return self.desk.session.scalar(select(func.coalesce(func.max(Message.id), 0))) or 0

    def form(self, fields: dict[str, str], row: Row) -> tuple[int, str]:
        """Fill in the public form, each row at a machine of its own."""
        browser = self.app.test_client()
        machine = {"REMOTE_ADDR": f"192.0.2.{ROWS.index(row) + 1}"}
        token = token_on(browser.get("/report").get_data(as_text=True))
        answer = browser.post("/report", data={**fields, "csrf_token": token}, environ_base=machine)
        return answer.status_code, answer.get_data(as_text=True)

    def portal(self, fields: dict[str, str], row: Row) -> tuple[int, str]:
        """Begin a request in the portal, as somebody who is signed in."""
        machine = {"REMOTE_ADDR": f"192.0.2.{ROWS.index(row) + 1}"}
        token = token_on(self.person.get("/portal/requests/new/other").get_data(as_text=True))
        sent = {"text": fields["text"], "subject": fields["subject"], "csrf_token": token, "form_id": str(uuid4())}
        answer = self.person.post("/portal/requests/new/other", data=sent, environ_base=machine)
        return answer.status_code, answer.get_data(as_text=True)

    def text(self, fields: dict[str, str], row: Row) -> tuple[int, str]:
        """Text us, as Twilio hands a text over."""
        place = SAID.index(row)
        sender, sid = f"+1202555{100 + place:04}", f"SM{place:032x}"
        answer = text_us(self.app, a_form(Body=fields["text"], MessageSid=sid, From=sender))
        return answer.status_code, answer.get_data(as_text=True)

    def program(self, fields: dict[str, str], _row: Row) -> tuple[int, str]:
        """Hand a mail in, described field by field."""
        sender = fields["email"] if fields["name"] == PLAIN["name"] else f"{fields['name']} <{fields['email']}>"
        mail = {"from": sender, "to": "desk@example.org", "subject": fields["subject"], "html": fields["text"]}
        answer = self.app.test_client().post(
            "/api/v1/inbound/email", json=mail, headers={"Authorization": f"Bearer {self.token}"}
        )
        return answer.status_code, answer.get_data(as_text=True)


def letters(recipe: Any) -> str:
    """Return the words that a recipe describes: as for octets, but characters."""
    if isinstance(recipe, str):
        return recipe
    if isinstance(recipe, list):
        return "".join(map(letters, recipe))
    if recipe.get("numbered"):
        return "".join(letters(recipe["of"]).replace("{n}", str(number)) for number in range(recipe["times"]))
    return letters(recipe["of"]) * int(recipe["times"])


@pytest.fixture(scope="module")
def street(whole_app: APIFlask, clock: FixedClock) -> Iterator[Street]:
    """Lend a company with all its doors."""
    with emptied(whole_app, clock) as desk:
        company = make_company(desk, mail="desk@example.org", number="+12025550199")
        connect_sms(desk, company)
        maria = make_agent(desk, company)
        anna = make_contact(desk, company, "Anna", email="anna@example.com", phone=ANNA)
        mail = desk.session.scalars(
            select(Identity).where(Identity.contact_id == anna.id, Identity.kind == "email")
        ).one()
        token = create_api_token(desk, email_of(desk, maria))
        desk.session.commit()
        person = sign_in_person(whole_app, desk, anna, mail)
        yield Street(whole_app, desk, company, sign_in(whole_app, desk, maria), person, token, [])


def email_of(desk: Desk, actor: Actor) -> str:
    return desk.session.scalars(select(Agent.email).where(Agent.id == actor.agent_id)).one()


def assert_taken_or_refused(found: Taken, row: Row, *, shown: Callable[[Message], str], at_most: int = 1) -> None:
    """Hold a row to what is expected of every one at every door."""
    if found.status in REFUSED:
        assert found.messages == []
        assert "Traceback" not in found.words
        assert "sqlalchemy" not in found.words.lower()
        return
    assert found.status in (200, 202), found.words[:300]
    assert len(found.messages) == at_most
    (message,) = found.messages
    for line in (message.author_name, message.subject, message.author_address):
        assert not [each for each in line if not each.isprintable()], line
    assert "\0" not in shown(message)
    assert len(found.page) < LARGEST_PAGE
    for payload in ("<script>alert", "onerror=alert", "<iframe srcdoc", "javascript:alert"):
        assert payload not in found.page.replace(html.escape(payload), "")


BY_PEOPLE = [("form", each) for each in ROWS] + [(door, each) for door in ("portal", "text") for each in SAID]


@pytest.mark.parametrize(("door", "row"), BY_PEOPLE, ids=[f"{door}-{each['id']}" for door, each in BY_PEOPLE])
def test_bad_words_that_people_write(street: Street, door: str, row: Row) -> None:
    found = street.take(door, row)

    assert street.errors == []
    assert_taken_or_refused(found, row, shown=lambda message: message.text)
    assert all(each.safe_html == "" for each in found.messages)


@pytest.mark.parametrize("row", ROWS, ids=ids(ROWS))
def test_bad_words_from_a_program(street: Street, row: Row) -> None:
    found = street.take("program", row)

    assert street.errors == []
    assert_taken_or_refused(found, row, shown=lambda message: f"{message.text}{message.safe_html}")
