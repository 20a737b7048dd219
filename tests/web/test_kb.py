"""The writers' pages, as an agent's browser uses them, and where notices are told."""

from __future__ import annotations

import re

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from hub.desk import Desk
from hub.domain.access import Role
from hub.models import Article, Identity, Notice, Ticket
from hub.services.help.article_import import seed_articles
from hub.services.help.help_searches import note_search
from tests.factories import make_agent, make_contact, make_lease, make_unit
from tests.services.steps import Office, mail, take_in
from tests.web.visitors import sign_in, sign_in_person, token_on, visit

NEW = {
    "title": "Where parcels wait",
    "body": "In the **orange** cupboard.",
    "audience": "residents",
    "topic": "building",
}
WATER = {"title": "No water on Thursday", "text": "From 9 to 12.", "audience": "residents", "ends_on": "2026-11-19"}


@pytest.fixture
def maria(app: APIFlask, desk: Desk, office: Office) -> FlaskClient:
    return sign_in(app, desk, office.maria)


def send(browser: FlaskClient, path: str, **fields: str) -> TestResponse:
    return browser.post(path, data={"csrf_token": token_on(browser.get("/kb/articles/new").text)} | fields)


def test_an_agent_writes_an_article_looks_at_it_and_publishes_it(maria: FlaskClient, app: APIFlask, desk: Desk) -> None:
    looked = send(maria, "/kb/articles/new", **NEW, way="preview")
    draft = send(maria, "/kb/articles/new", **NEW)
    listed = maria.get("/kb").text
    send(maria, draft.location, **NEW, published="yes")

    article = desk.session.scalars(select(Article)).one()
    public = visit(app).get(f"/help/residents/articles/{article.id}-where-parcels-wait")
    assert "<strong>orange</strong>" in looked.text
    assert "Where parcels wait (draft)" in listed
    assert public.status_code == 200
    assert "used in 0 messages" in maria.get(draft.location).text


def test_what_is_missing_is_named(maria: FlaskClient) -> None:
    answer = send(maria, "/kb/articles/new", **(NEW | {"body": " "}))

    assert answer.status_code == 422
    assert "Write what the article says." in answer.text


def test_a_link_that_leads_nowhere_is_told_in_the_editor(maria: FlaskClient) -> None:
    looked = send(maria, "/kb/articles/new", **(NEW | {"body": "See [keys](no-such-article.md)."}), way="preview")

    assert "This link leads nowhere: no-such-article.md" in looked.text


def test_an_earlier_version_comes_back(maria: FlaskClient, desk: Desk) -> None:
    first = send(maria, "/kb/articles/new", **NEW)
    send(maria, first.location, **(NEW | {"body": "In the cellar."}))
    page = maria.get(first.location).text
    path = re.findall(r'action="(/kb/articles/\d+/versions/\d+)"', page)[-1]

    send(maria, path)

    assert desk.session.scalars(select(Article.body)).one() == NEW["body"]


def test_readers_of_an_article_that_was_taken_out_are_told_so(maria: FlaskClient, app: APIFlask, desk: Desk) -> None:
    made = send(maria, "/kb/articles/new", **NEW, published="yes")
    number = made.location.rpartition("/")[2]
    send(maria, made.location, **NEW)

    page = visit(app).get(f"/help/residents/articles/{number}-where-parcels-wait")

    assert page.status_code == 404
    assert "taken out of the help centre" in page.text
    assert NEW["title"] not in page.text


def test_the_composer_tells_of_a_link_that_leads_nowhere_any_more(
    maria: FlaskClient, desk: Desk, office: Office
) -> None:
    made = send(maria, "/kb/articles/new", **NEW, published="yes")
    number = made.location.rpartition("/")[2]
    (message,) = take_in(office.desk, mail("Where is my parcel?"))
    token = token_on(maria.get("/kb/articles/new").text)
    maria.put(
        f"/tickets/{message.ticket_id}/draft?kind=reply",
        data={"body": f"See http://desk.example.org/k/{number}", "csrf_token": token},
    )
    before = maria.get(f"/inbox/all/{message.ticket_id}").text
    send(maria, made.location, **NEW)

    after = maria.get(f"/inbox/all/{message.ticket_id}").text

    assert "is not in the help centre any more" not in before
    assert "is not in the help centre any more" in after


def test_an_article_begins_with_a_reply_whose_names_are_taken_out(
    maria: FlaskClient, desk: Desk, office: Office
) -> None:
    (message,) = take_in(office.desk, mail("Where do bikes go?", sender="aylin@example.com"))
    with desk.transaction() as session:
        session.execute(update(Ticket).values(requester_name="Aylin Demir"))
    send(
        maria, f"/tickets/{message.ticket_id}/messages", body_reply="Dear Aylin, into the cellar. Ring 0171 2345678.", kind="reply"
    )  # fmt: skip

    page = maria.get(f"/kb/articles/new?ticket={message.ticket_id}&asked=where+do+bikes+go").text

    assert "into the cellar" in page
    assert "Aylin" not in page.split("<h1>")[1]
    assert "2345678" not in page


def test_what_to_write_next_leads_to_an_article_begun_with_its_words(
    maria: FlaskClient, desk: Desk, office: Office
) -> None:
    with desk.transaction():
        note_search(desk, office.company.id, "owners", "balloon insurance", found=0)

    page = maria.get("/kb/gaps").text
    begun = maria.get("/kb/articles/new?asked=balloon+insurance&audience=owners").text

    assert "balloon insurance" in page
    assert "Silence counts as nothing" in page
    assert 'value="Balloon insurance"' in begun


def test_a_notice_stands_in_the_help_centre_and_in_its_buildings_portal(
    maria: FlaskClient, app: APIFlask, desk: Desk, office: Office
) -> None:
    with desk.transaction():
        seed_articles(desk, office.company.id)
    aylin = make_contact(desk, office.company, email="aylin@example.com")
    home, other = make_unit(desk, office.company), make_unit(desk, office.company, "Park 3", "1A")
    make_lease(desk, home, aylin)
    identity = desk.session.scalars(select(Identity).where(Identity.contact_id == aylin.id)).one()
    for place, title in ((home.property_id, "Lift stands"), (other.property_id, "Bins move"), ("", WATER["title"])):
        send(maria, "/kb/notices", **(WATER | {"title": title, "property": str(place), "starts_on": "2026-11-16"}))

    portal = sign_in_person(app, desk, aylin, identity).get("/portal").text
    public = visit(app).get("/help/residents").text

    assert "Lift stands" in portal
    assert WATER["title"] in portal
    assert "Bins move" not in portal
    assert WATER["title"] in public
    assert "Lift stands" not in public


def test_an_agent_is_offered_the_notice_a_ticket_is_about_and_may_take_it_back(
    maria: FlaskClient, desk: Desk, office: Office
) -> None:
    send(maria, "/kb/notices", **(WATER | {"text": "The valve is changed.", "starts_on": "2026-11-16"}))
    (message,) = take_in(office.desk, mail("No water! Is it the valve?"))
    offered = maria.get(f"/inbox/all/{message.ticket_id}").text
    number = desk.session.scalars(select(Notice.id)).one()

    send(maria, f"/kb/notices/{number}/end")

    assert "Insert the notice: No water on Thursday" in offered
    assert "Insert the notice" not in maria.get(f"/inbox/all/{message.ticket_id}").text


def test_operations_do_not_write_articles(app: APIFlask, desk: Desk, office: Office) -> None:
    tom = sign_in(app, desk, make_agent(desk, office.company, "Tom Ritter", Role.OPERATIONS))

    assert tom.get("/kb").status_code == 403
