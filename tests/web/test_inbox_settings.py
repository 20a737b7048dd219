"""The settings of the inbox, as an administrator's browser uses them, and where agents and people outside meet them."""

from __future__ import annotations

import re

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from hub.desk import Desk
from hub.domain.access import Role
from hub.models import Agent, Company, Macro, Tag, Ticket
from tests.factories import make_agent, make_company, make_contact
from tests.services.steps import mail, take_in
from tests.web.visitors import sign_in, token_on, visit


@pytest.fixture
def company(desk: Desk) -> Company:
    company = make_company(desk, mail="desk@example.org")
    make_contact(desk, company, email="aylin@example.com", role="resident")
    return company


@pytest.fixture
def robin(app: APIFlask, desk: Desk, company: Company) -> FlaskClient:
    return sign_in(app, desk, make_agent(desk, company, "Robin Sander", Role.ADMIN))


def send(browser: FlaskClient, path: str, **fields: str) -> TestResponse:
    return browser.post(path, data={"csrf_token": token_on(browser.get("/admin/tags").text)} | fields)


def plain(page: str) -> str:
    return " ".join(page.split())


def test_every_setting_of_the_inbox_is_listed_and_opens(robin: FlaskClient) -> None:
    home = robin.get("/admin").text

    pages = [
        robin.get(f"/admin/{name}").status_code
        for name in ("branding", "greetings", "macros", "tags", "queues", "colleagues")
    ]

    assert pages == [200] * 6
    assert all(words in home for words in ("Name and signature", "Canned replies", "Tags", "Queues and teams"))


def test_a_tag_is_offered_in_the_menu_of_a_ticket_beside_those_of_its_own(
    robin: FlaskClient, desk: Desk, company: Company
) -> None:
    ticket = desk.session.get_one(Ticket, take_in(desk, mail())[0].ticket_id)
    wrong = send(robin, "/admin/tags", name="a,b")
    send(robin, "/admin/tags", name="heat")
    page = robin.get(f"/inbox/all/{ticket.id}").text
    robin.post(
        f"/tickets/{ticket.id}?view=all",
        data={"csrf_token": token_on(page), "_method": "PATCH", "tag": "heat", "tags": "own, "},
    )
    after = plain(robin.get(f"/inbox/all/{ticket.id}").text)

    assert (wrong.status_code, "Tag: a word or two without a comma" in wrong.text) == (422, True)
    assert '<input type="checkbox" name="tag" value="heat" > heat' in plain(page)
    desk.session.refresh(ticket)
    assert ticket.tags == ["heat", "own"]
    assert '<input type="checkbox" name="tag" value="heat" checked> heat' in after
    assert '<input type="text" name="tags" value="own">' in after


def test_a_tag_is_renamed_and_removed(robin: FlaskClient, desk: Desk, company: Company) -> None:
    send(robin, "/admin/tags", name="heat")
    number = desk.session.scalars(select(Tag.id)).one()

    renamed = send(robin, f"/admin/tags/{number}", name="Heating")
    listed = robin.get("/admin/tags").text
    removed = send(robin, f"/admin/tags/{number}", way="remove")

    assert (renamed.status_code, removed.status_code, robin.get(f"/admin/tags/{number}").status_code) == (302, 302, 404)
    assert f'<a href="/admin/tags/{number}" >Heating</a>' in plain(listed)


def test_a_canned_reply_says_what_is_left_to_the_agent_and_is_offered_in_the_composer(
    robin: FlaskClient, desk: Desk, company: Company
) -> None:
    ticket = desk.session.get_one(Ticket, take_in(desk, mail())[0].ticket_id)
    wrong = send(robin, "/admin/macros", name="", text="x")
    send(robin, "/admin/macros", name="Visit", text="{{name}}, Tom comes {{when}}.", status="pending")
    said = robin.get("/admin/macros").text
    number = desk.session.scalars(select(Macro.id)).one()
    offered = robin.get(f"/tickets/{ticket.id}/insertions?q=visit").text
    form = robin.get(f"/admin/macros/{number}").text

    assert (wrong.status_code, "Name: give it one" in wrong.text) == (422, True)
    assert "Agents fill in {{when}}." in said
    assert "Aylin Demir, Tom comes {{when}}." in offered
    assert re.search(r'<option value="pending"\s+selected>', form)
    assert send(robin, f"/admin/macros/{number}", way="remove").status_code == 302
    assert "Aylin Demir, Tom comes" not in robin.get(f"/tickets/{ticket.id}/insertions?q=visit").text


def test_the_signature_is_looked_at_kept_and_stands_below_the_composer(
    robin: FlaskClient, desk: Desk, company: Company
) -> None:
    ticket = desk.session.get_one(Ticket, take_in(desk, mail())[0].ticket_id)
    brand = {"name": "Linden", "sends_as": "{{agent}}, Linden", "signature": "Yours\r\n{{agent}}", "accent": "#7A3E12"}

    looked = send(robin, "/admin/branding", **brand, way="look")
    wrong = send(robin, "/admin/branding", **brand | {"accent": "#FFD700"})
    desk.session.refresh(company)
    before = company.signature
    kept = send(robin, "/admin/branding", **brand)
    composer = plain(robin.get(f"/inbox/all/{ticket.id}").text)

    assert "from Robin Sander, Linden, signed: Yours · Robin Sander" in looked.text
    assert (wrong.status_code, "have a contrast of 1.4, and need 4.5" in wrong.text, before) == (422, True, "")
    assert kept.status_code == 302
    assert 'Signed: <bdi lang="en">Yours · Robin Sander</bdi>' in composer


def test_greeting_and_signature_of_a_language_stand_around_the_composer_and_begin_what_is_suggested(
    robin: FlaskClient, desk: Desk, company: Company
) -> None:
    ticket = desk.session.get_one(Ticket, take_in(desk, mail())[0].ticket_id)
    german = {"language": "de", "greeting": "Guten Tag {{name}},", "signature": "Viele Grüße\r\n{{agent}}"}
    send(robin, "/admin/greetings", greeting="Hello {{name}},", signature="Kind regards")
    send(robin, "/admin/greetings", **german)
    english = plain(robin.get(f"/inbox/all/{ticket.id}").text)
    ticket.language = "de"
    desk.session.commit()

    composer = plain(robin.get(f"/inbox/all/{ticket.id}").text)
    wrong = send(robin, "/admin/greetings", language="de", greeting="Hallo {{unit}}")
    form = plain(robin.get("/admin/greetings?language=de").text)
    other = plain(robin.get("/admin/greetings?language=tr").text)

    assert 'unless you greet yourself: <bdi lang="en">Hello Aylin Demir,</bdi>' in english
    assert 'Signed: <bdi lang="en">Kind regards</bdi>' in english
    assert 'unless you greet yourself: <bdi lang="de">Guten Tag Aylin Demir,</bdi>' in composer
    assert 'Signed: <bdi lang="de">Viele Grüße · Robin Sander</bdi>' in composer
    assert (wrong.status_code, "Greeting: {{unit}} means nothing here" in wrong.text) == (422, True)
    assert "Guten Tag Aylin Demir, · … · Viele Grüße · Robin Sander" in form
    assert "While it is empty, English is used: Kind regards" in other
    assert "English, German" in robin.get("/admin").text


def test_pages_for_people_outside_have_the_companys_colour_by_day_and_night(
    app: APIFlask, desk: Desk, company: Company
) -> None:
    company.accent = "#7A3E12"
    desk.session.commit()
    browser = visit(app)

    pages = [browser.get(path).text for path in ("/", "/help/residents", "/portal/sign-in")]
    style = browser.get("/brand/7a3e12.css")

    assert all('href="/brand/7a3e12.css"' in page for page in pages)
    assert "--accent:#7a3e12;" in style.text
    assert "--accent:light-dark(#7a3e12," in style.text
    assert style.content_type.startswith("text/css")
    assert [browser.get(f"/brand/{each}.css").status_code for each in ("red", "7a3e1", "}body{")] == [404] * 3


def test_queues_and_teams_are_kept(robin: FlaskClient, desk: Desk, company: Company) -> None:
    fields = {f"name-{each}": each.title() for each in ("front-desk", "maintenance", "leasing", "billing")}
    wrong = send(robin, "/admin/queues", **fields | {"name-leasing": " "})

    kept = send(robin, "/admin/queues", **fields | {"team-other": "billing", "tasks-leasing": "yes"})
    page = plain(robin.get("/admin/queues").text)

    assert (wrong.status_code, "Team: give it a name" in wrong.text, kept.status_code) == (422, True, 302)
    assert '<option value="billing" selected>Billing</option>' in page
    assert re.search(r'id="field-tasks-leasing" name="tasks-leasing"[^>]*checked', page)
    assert not re.search(r'id="field-tasks-billing" name="tasks-billing"[^>]*checked', page)


def test_a_colleague_is_invited_changed_and_taken_out(robin: FlaskClient, desk: Desk, company: Company) -> None:
    fields = {"email": "lea.blum@example.org", "name": "Lea Blum", "role": "agent", "queues": "billing"}
    wrong = send(robin, "/admin/colleagues", **fields | {"email": "nobody"})

    invited = send(robin, "/admin/colleagues", **fields)
    number = desk.session.scalars(select(Agent.id).where(Agent.name == "Lea Blum")).one()
    page = plain(robin.get(f"/admin/colleagues/{number}").text)
    changed = send(robin, f"/admin/colleagues/{number}", role="manager")
    listed = robin.get("/admin/colleagues").text
    removed = send(robin, f"/admin/colleagues/{number}", way="remove")

    assert (wrong.status_code, "Email: " in wrong.text) == (422, True)
    assert "http://desk.example.org/login/link/" in invited.text
    assert re.search(r'id="field-queues-billing" name="queues"[^>]*checked', page)
    assert (changed.status_code, "Lea Blum, Manager" in listed, removed.status_code) == (302, True, 302)
    assert robin.get(f"/admin/colleagues/{number}").status_code == 404


def test_the_last_administrator_is_told_why_they_cannot_go(robin: FlaskClient, desk: Desk, company: Company) -> None:
    number = desk.session.scalars(select(Agent.id).where(Agent.name == "Robin Sander")).one()

    answer = send(robin, f"/admin/colleagues/{number}", way="remove")

    assert (answer.status_code, "has no other administrator" in answer.text) == (422, True)


@pytest.mark.parametrize("place", ["tags", "macros"])
def test_a_number_that_no_row_can_have_is_not_there(robin: FlaskClient, place: str) -> None:
    assert robin.get(f"/admin/{place}/{2**63}").status_code == 404


def test_how_dense_a_list_is_is_everybodys_own_choice(
    app: APIFlask, robin: FlaskClient, desk: Desk, company: Company
) -> None:
    take_in(desk, mail())
    maria = sign_in(app, desk, make_agent(desk, company))
    usual = robin.get("/inbox/all").text
    send(robin, "/me/appearance", appearance="dark", density="compact")

    dense = robin.get("/inbox/all").text
    theirs = maria.get("/inbox/all").text
    chosen = plain(robin.get("/me").text)
    send(robin, "/me/appearance", appearance="dark", density="endless")

    assert 'class="rows-default"' in usual
    assert 'class="rows-compact"' in dense
    assert 'class="rows-default"' in theirs
    assert re.search(r'name="density" value="compact" checked', chosen)
    assert 'class="rows-default"' in robin.get("/inbox/all").text
