"""The settings of who is on call and of what people in danger are told, as an administrator's browser uses them."""

from __future__ import annotations

import re

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from hub.desk import Desk
from hub.domain.access import Role
from hub.models import Company
from hub.services.emergencies.on_call import ladder_of
from hub.services.emergencies.safety_texts import safety_words
from tests.factories import make_agent, make_company, make_step
from tests.services.paging import INES, TOM
from tests.web.visitors import sign_in, token_on


@pytest.fixture
def company(desk: Desk) -> Company:
    return make_company(desk, region="DE")


@pytest.fixture
def robin(app: APIFlask, desk: Desk, company: Company) -> FlaskClient:
    return sign_in(app, desk, make_agent(desk, company, "Robin Sander", Role.ADMIN))


def send(browser: FlaskClient, path: str, **fields: str) -> TestResponse:
    return browser.post(path, data={"csrf_token": token_on(browser.get("/admin/on-call").text)} | fields)


def names(desk: Desk, company: Company) -> list[str]:
    desk.session.expire_all()
    return [each.name for each in ladder_of(desk, company.id)]


def test_an_administrator_arranges_the_ladder(robin: FlaskClient, desk: Desk, company: Company) -> None:
    empty = robin.get("/admin/on-call").text
    send(robin, "/admin/on-call", name="Tom Ritter", phone="030 23125 990", wait_minutes="3")
    send(robin, "/admin/on-call", name="Ines Vogt", phone="+1 202 555 0192", wait_minutes="10")
    tom, ines = ladder_of(desk, company.id)
    send(robin, f"/admin/on-call/{ines.id}/up")
    turned = names(desk, company)
    send(robin, f"/admin/on-call/{tom.id}/remove")

    assert "Nobody is on call" in empty
    assert (tom.phone, tom.wait_minutes, ines.phone) == ("+493023125990", 3, "+12025550192")
    assert turned == ["Ines Vogt", "Tom Ritter"]
    assert names(desk, company) == ["Ines Vogt"]


@pytest.mark.parametrize(
    ("field", "typed", "remedy"),
    [
        ("name", "  ", "Name: say who is called"),
        ("phone", "call Tom", "Phone: write the number with its country code"),
        ("phone", "+1 202 555 0191", "is on the ladder already"),
        ("wait_minutes", "0", "Minutes: a whole number from 1 to 120"),
        ("wait_minutes", "five", "Minutes: a whole number from 1 to 120"),
    ],
)
def test_a_mistake_names_the_field_and_the_remedy_and_keeps_what_was_typed(
    robin: FlaskClient, desk: Desk, company: Company, field: str, typed: str, remedy: str
) -> None:
    make_step(desk, company, "Tom Ritter", TOM)

    answer = send(
        robin, "/admin/on-call", **({"name": "Ines Vogt", "phone": INES, "wait_minutes": "7"} | {field: typed})
    )

    assert answer.status_code == 422
    assert remedy in answer.text
    assert f'id="field-{field}-error"' in answer.text
    assert names(desk, company) == ["Tom Ritter"]


def test_safety_texts_are_written_per_language_and_brought_back_by_emptying_them(
    robin: FlaskClient, desk: Desk, company: Company
) -> None:
    usual = safety_words(company, "flood", "de")

    send(robin, "/admin/safety-texts", language="de", flood="Haupthahn zu, dann anrufen.")
    own = safety_words(desk.session.get_one(Company, company.id, populate_existing=True), "flood", "de")
    english = safety_words(company, "flood", "en")
    shown = robin.get("/admin/safety-texts?language=de").text
    send(robin, "/admin/safety-texts", language="de", flood="")

    assert own == "Haupthahn zu, dann anrufen."
    assert "Haupthahn" not in english
    assert "Haupthahn zu, dann anrufen." in shown
    assert safety_words(desk.session.get_one(Company, company.id, populate_existing=True), "flood", "de") == usual


def test_a_safety_text_too_long_for_a_text_message_is_refused_at_its_field(robin: FlaskClient) -> None:
    answer = send(robin, "/admin/safety-texts", language="en", gas="out " * 200)

    assert answer.status_code == 422
    assert "may have 600" in answer.text


def test_the_menu_leads_administrators_there_and_nobody_else(
    app: APIFlask, desk: Desk, company: Company, robin: FlaskClient
) -> None:
    maria = sign_in(app, desk, make_agent(desk, company))

    home = robin.get("/admin").text

    assert 'href="/admin"' in robin.get("/me").text
    assert re.search(r"Who is on call</a>\s*<span[^>]*>nobody yet", home)
    assert 'href="/admin"' not in maria.get("/me").text
    assert maria.get("/admin").status_code == 403


def test_settings_of_another_company_are_out_of_reach(
    app: APIFlask, desk: Desk, company: Company, robin: FlaskClient
) -> None:
    other = make_company(desk, "Hafen Homes")
    step = make_step(desk, other, "Tom Ritter", TOM)

    answers = [
        robin.get(f"/admin/on-call?company={other.slug}"),
        send(robin, "/admin/on-call", company=other.slug, name="Eve", phone=INES, wait_minutes="5"),
        send(robin, f"/admin/on-call/{step.id}/remove"),
        send(robin, f"/admin/on-call/{step.id}/up"),
        send(robin, "/admin/safety-texts", company=other.slug, language="en", gas="Stay."),
    ]

    assert [each.status_code for each in answers] == [404] * 5
    assert names(desk, other) == ["Tom Ritter"]
