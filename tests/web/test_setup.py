"""The first set-up: one link, one administrator, and everything they said in its place."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from hub.clock import FixedClock
from hub.desk import Desk
from hub.errors import Invalid, Refused
from hub.models import Agent, ChannelAccount, Company, Membership
from hub.services.settings.beginning import Beginning, set_up
from hub.services.settings.setup import ensure_company, setup_link
from hub.services.staff.accounts import sign_in_with_password
from tests.factories import make_agent, make_company

ANSWERS = {
    "company": "Ahorn Verwaltung",
    "name": "Bettina Ahorn",
    "email": "Bettina@example.com",
    "password": "three green bicycles",
}


@pytest.fixture
def client(app: APIFlask) -> FlaskClient:
    return app.test_client()


def fresh_link(desk: Desk) -> str:
    with desk.transaction():
        ensure_company(desk)
        link = setup_link(desk)
    parts = urlsplit(link)
    return f"{parts.path}?{parts.query}"


def send(client: FlaskClient, link: str, **answers: str) -> TestResponse:
    page = client.get(link).text
    token = re.search(r'name="csrf_token"\s+value="([^"]+)"', page)
    given = {"token": link.partition("token=")[2], "csrf_token": token.group(1) if token else ""}
    return client.post("/setup", data=given | answers)


def test_a_new_desk_hands_out_a_link_and_one_with_staff_none(desk: Desk) -> None:
    link = fresh_link(desk)
    make_agent(desk, make_company(desk))

    assert link.startswith("/setup?token=")
    assert setup_link(desk) == ""


def test_the_page_makes_the_company_its_administrator_and_signs_them_in(client: FlaskClient, desk: Desk) -> None:
    link = fresh_link(desk)

    answer = send(client, link, **ANSWERS)

    assert (answer.status_code, answer.headers["Location"]) == (302, "/inbox")
    assert client.get("/inbox", follow_redirects=True).status_code == 200
    company = desk.session.scalars(select(Company)).one()
    desk.session.refresh(company)
    assert (company.name, company.slug, company.currency) == ("Ahorn Verwaltung", "ahorn-verwaltung", "EUR")
    agent = desk.session.scalars(select(Agent)).one()
    assert (agent.email, agent.name) == ("bettina@example.com", "Bettina Ahorn")
    assert desk.session.scalars(select(Membership.role)).one() == "admin"
    assert sign_in_with_password(desk, "bettina@example.com", ANSWERS["password"], "").agent_id == agent.id


def test_the_link_works_once(client: FlaskClient, desk: Desk) -> None:
    link = fresh_link(desk)
    send(client, link, **ANSWERS)

    again = client.get(link)

    assert again.status_code == 410
    assert "has been used" in again.text


def test_looking_at_the_page_does_not_use_the_link_up(client: FlaskClient, desk: Desk) -> None:
    link = fresh_link(desk)

    looks = [client.get(link).status_code for _ in range(3)]

    assert looks == [200, 200, 200]
    assert send(client, link, **ANSWERS).status_code == 302


def test_a_newer_link_ends_the_older_one(client: FlaskClient, desk: Desk) -> None:
    older, newer = fresh_link(desk), fresh_link(desk)

    answers = [client.get(each).status_code for each in (older, newer)]

    assert answers == [410, 200]


def test_a_link_ends_after_a_day(client: FlaskClient, desk: Desk, clock: FixedClock) -> None:
    link = fresh_link(desk)
    clock.at += timedelta(hours=24)

    assert client.get(link).status_code == 410


def test_no_link_no_page(client: FlaskClient, desk: Desk) -> None:
    fresh_link(desk)

    assert [client.get(each).status_code for each in ("/setup", "/setup?token=guess")] == [410, 410]


@pytest.mark.parametrize(
    ("field", "given", "remedy"),
    [
        ("company", "", "the company&#39;s name"),
        ("email", "bettina", "name@example.org"),
        ("password", "short", "At least 12 characters"),
        ("time_zone", "Berlin", "Europe/Berlin"),
        ("region", "Deutschland", "Two letters"),
        ("imap_url", "mail.example.com", "imaps://user:password@host"),
        ("number", "call me", "Phone number"),
    ],
)
def test_a_wrong_answer_is_named_and_nothing_is_made(
    client: FlaskClient, desk: Desk, field: str, given: str, remedy: str
) -> None:
    link = fresh_link(desk)

    answer = send(client, link, **(ANSWERS | {field: given}))

    assert answer.status_code == 422
    assert remedy in answer.text
    assert f'id="field-{field}-error"' in answer.text
    assert desk.session.scalars(select(Agent)).all() == []
    assert send(client, link, **ANSWERS).status_code == 302


def test_mailbox_and_number_are_connected_with_their_secrets_encrypted(desk: Desk) -> None:
    said = Beginning(
        **ANSWERS,
        imap_url="imaps://desk%40example.com:pass@mail.example.com/INBOX",
        smtp_url="smtps://desk%40example.com:pass@mail.example.com",
        number="030 23125 007",
        account_sid="AC" + "0" * 32,
        auth_token="token",
    )

    with desk.transaction():
        set_up(desk, said)

    rows = {each.channel: each for each in desk.session.scalars(select(ChannelAccount))}
    assert {channel: row.address for channel, row in rows.items()} == {
        "email": "desk@example.com",
        "sms": "+493023125007",
    }
    assert desk.vault.unlock(rows["email"].secrets)["smtp_url"].startswith("smtps://")
    assert b"pass" not in (rows["email"].secrets or b"")


def test_a_desk_with_staff_is_not_set_up_again(desk: Desk) -> None:
    make_agent(desk, make_company(desk))

    with pytest.raises(Refused, match="set up already"):
        set_up(desk, Beginning(**ANSWERS))


def test_a_number_without_its_account_asks_for_the_account(desk: Desk) -> None:
    with pytest.raises(Invalid, match="Account SID") as wrong:
        set_up(desk, Beginning(**ANSWERS, number="+493023125007"))

    assert wrong.value.field == "account_sid"
