"""Narrowing the inbox and keeping a view, as a browser without script does it."""

from __future__ import annotations

import re

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import select

from hub.desk import Desk
from hub.domain.access import Actor
from hub.models import Company, SavedView, Ticket
from hub.services.tickets.tickets import Change, change_ticket
from tests.factories import make_agent, make_company
from tests.services.steps import mail, take_in
from tests.web.visitors import sign_in, token_on

ROW = re.compile(r'class="row-link"\s+href="([^"]+)"')


@pytest.fixture
def company(desk: Desk) -> Company:
    return make_company(desk, mail="desk@example.org")


@pytest.fixture
def maria(desk: Desk, company: Company) -> Actor:
    return make_agent(desk, company)


@pytest.fixture
def browser(app: APIFlask, desk: Desk, maria: Actor) -> FlaskClient:
    return sign_in(app, desk, maria)


def arrived(desk: Desk, maria: Actor, subject: str, **change: object) -> Ticket:
    message = take_in(desk, mail("Please help me.", subject=subject))[0]
    with desk.transaction():
        return change_ticket(desk, maria, message.ticket_id, Change(**change))


def test_a_form_narrows_the_list_and_its_answers_stand_in_the_address(
    browser: FlaskClient, desk: Desk, maria: Actor
) -> None:
    key = arrived(desk, maria, "Key", tags=("keys",))
    arrived(desk, maria, "Tap", priority="high")

    form = browser.get("/inbox/all/filter?tag=keys").text
    sent = browser.get("/inbox/all?status=&waiting=us&tag=keys&property=")
    page = browser.get(sent.headers["Location"]).text

    assert '<select id="field-status" name="status"' in " ".join(form.split())
    assert re.search(r'<option value="keys"\s+selected>keys</option>', form)
    assert sent.headers["Location"] == "/inbox/all?waiting=us&tag=keys"
    assert ROW.findall(page) == [f"/inbox/all/{key.id}?waiting=us&amp;tag=keys"]
    assert 'aria-label="Remove keys"' in page
    assert 'href="/inbox/all?waiting=us"' in page


def test_what_is_done_to_a_ticket_leads_back_to_the_narrowed_list(
    browser: FlaskClient, desk: Desk, maria: Actor
) -> None:
    first = arrived(desk, maria, "Tap", tags=("heating",))
    second = arrived(desk, maria, "Boiler", tags=("heating",))
    arrived(desk, maria, "Key")
    page = browser.get(f"/inbox/all/{first.id}?tag=heating").text
    action = re.search(r'action="(/tickets/\d+\?view=all&amp;tag=heating)"', page)
    assert action is not None

    answer = browser.post(
        action[1].replace("&amp;", "&"), data={"csrf_token": token_on(page), "_method": "PATCH", "status": "closed"}
    )

    assert answer.headers["Location"] == f"/inbox/all/{second.id}?tag=heating"


def test_a_kept_view_stands_in_the_rail_with_its_count_until_it_is_removed(
    browser: FlaskClient, desk: Desk, maria: Actor, company: Company
) -> None:
    arrived(desk, maria, "Key", tags=("keys",))
    ask = browser.get("/inbox/all/keep?tag=keys").text
    token = token_on(ask)

    nameless = browser.post("/inbox/all/keep?tag=keys", data={"csrf_token": token, "name": " ", "share": ""})
    kept = browser.post("/inbox/all/keep?tag=keys", data={"csrf_token": token, "name": "Keys", "share": company.slug})
    number = desk.session.scalars(select(SavedView.id)).one()
    there = browser.get("/inbox/all?tag=keys").text
    alias = browser.get(f"/inbox/v-{number}").headers["Location"]
    removed = browser.post(f"/views/{number}", data={"csrf_token": token, "way": "remove"})

    assert (nameless.status_code, "Name: give the view one" in nameless.text) == (422, True)
    assert kept.headers["Location"] == alias == removed.headers["Location"] == "/inbox/all?tag=keys"
    link = re.search(
        r'href="/inbox/all\?tag=keys"\s+aria-current="page">\s*<span>Keys</span> <span class="view-count">1<', there
    )
    assert link is not None
    assert "<h2>Keys</h2>" in there
    assert f'href="/views/{number}"' in there
    assert "/inbox/all?tag=keys" not in browser.get("/inbox/all").text


def test_the_sent_view_lists_what_the_agent_answered(browser: FlaskClient, desk: Desk, maria: Actor) -> None:
    tap = arrived(desk, maria, "Tap")
    arrived(desk, maria, "Key")
    page = browser.get(f"/inbox/all/{tap.id}").text
    browser.post(
        f"/tickets/{tap.id}/messages?view=all",
        data={"csrf_token": token_on(page), "kind": "reply", "body_reply": "We come.", "then": "stay"},
    )

    assert ROW.findall(browser.get("/inbox/sent").text) == [f"/inbox/sent/{tap.id}"]


@pytest.mark.parametrize(
    "path", ["/inbox/nowhere/filter", "/inbox/nowhere/keep", "/inbox/v-9", "/inbox/v-x", "/views/9"]
)
def test_a_view_that_is_not_there_is_not_found(browser: FlaskClient, path: str) -> None:
    assert browser.get(path).status_code == 404
