"""The panel beside a conversation, as the page shows it."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from hub.desk import Desk
from hub.models import Company, Identity, Ticket, Unit
from tests.factories import make_agent, make_company, make_contact, make_lease, make_unit
from tests.services.steps import mail, take_in
from tests.web.visitors import sign_in, token_on


@pytest.fixture
def company(desk: Desk) -> Company:
    return make_company(desk, mail="desk@example.org")


@pytest.fixture
def unit(desk: Desk, company: Company) -> Unit:
    return make_unit(desk, company)


def panel(app: APIFlask, desk: Desk, company: Company, sender: str, **more: object) -> str:
    """Return the panel of a ticket of somebody, as an agent sees it."""
    number = take_in(desk, mail("Please help me.", subject="Tap", sender=sender))[0].ticket_id
    browser: FlaskClient = sign_in(app, desk, make_agent(desk, company, **more))
    return " ".join(browser.get(f"/tickets/{number}?part=person&view=all").text.split())


def test_a_resident_with_home_lease_rent_language_consent_and_tags(
    app: APIFlask, desk: Desk, company: Company, unit: Unit
) -> None:
    aylin = make_contact(
        desk,
        company,
        email="aylin@example.com",
        phone="+493023125101",
        role="resident",
        language="tr",
        tags=["patient"],
    )
    make_lease(desk, unit, aylin, make_contact(desk, company, "Omar Haddad"), balance_cents=-32_000)

    shown = panel(app, desk, company, "Aylin Demir <aylin@example.com>")
    with_balance = panel(app, desk, company, "Aylin Demir <aylin@example.com>", name="Ines Vogt", balances=True)
    phone = desk.session.scalars(select(Identity).where(Identity.kind == "phone")).one()
    phone.opted_out_at = datetime(2026, 11, 2, tzinfo=UTC)
    desk.session.commit()
    refused = panel(app, desk, company, "Aylin Demir <aylin@example.com>", name="Jonas Weber")

    for words in ("Lindenhof 12, 3B", "May 1, 2021 → open", "€1,140.00", "Türkçe", "patient", "Omar Haddad"):
        assert words in shown
    assert "may be sent texts" in shown
    assert "Hidden for your role" in shown
    assert "€320.00 owed" in with_balance
    assert "wants no texts since Nov 2, 2026" in refused


def test_nothing_a_former_resident_wrote_stands_in_the_panel_of_the_next(
    app: APIFlask, desk: Desk, company: Company, unit: Unit
) -> None:
    former = make_contact(desk, company, "Ewa Kowalska", email="ewa@example.com", role="resident")
    make_lease(desk, unit, former, starts_on=date(2020, 1, 1), ends_on=date(2024, 12, 31))
    gone = desk.session.get_one(
        Ticket, take_in(desk, mail("About my divorce", subject="Divorce", sender="Ewa <ewa@example.com>"))[0].ticket_id
    )
    gone.unit_id = unit.id
    aylin = make_contact(desk, company, email="aylin@example.com", role="resident")
    make_lease(desk, unit, aylin, starts_on=date(2025, 1, 1))

    shown = panel(app, desk, company, "Aylin Demir <aylin@example.com>")

    assert "Earlier in this home" in shown
    assert "Front desk, of a former resident" in shown
    assert not any(words in shown for words in ("Ewa", "ivorce", f"/tickets/{gone.id}"))


def test_a_craftsman_whose_insurance_has_lapsed(app: APIFlask, desk: Desk, company: Company) -> None:
    make_contact(
        desk,
        company,
        "Hofer Plumbing",
        email="hofer@example.com",
        role="craftsman",
        trade="plumbing",
        insured_until=date(2026, 10, 1),
    )

    shown = panel(app, desk, company, "Hofer Plumbing <hofer@example.com>")

    assert "Oct 1, 2026 (lapsed)" in shown
    assert "Open orders" in shown


def test_an_unknown_sender_is_said_to_be_somebody_and_it_is_taken_back(
    app: APIFlask, desk: Desk, company: Company, unit: Unit
) -> None:
    aylin = make_contact(desk, company, email="aylin@example.com", role="resident")
    make_lease(desk, unit, aylin)
    number = take_in(desk, mail("Please help me.", subject="Tap", sender="A. Demir <a.demir@example.org>"))[0].ticket_id
    browser: FlaskClient = sign_in(app, desk, make_agent(desk, company))

    def shown() -> str:
        return " ".join(browser.get(f"/tickets/{number}?part=person&view=all").text.split())

    def send(path: str, **fields: str) -> TestResponse:
        csrf = token_on(browser.get(f"/inbox/all/{number}").text)
        return browser.post(path, data={"csrf_token": csrf} | fields)

    stranger = shown()
    offered = browser.get(f"/tickets/{number}/person").text
    looked = send(f"/tickets/{number}/person", way="look", who="3b lind").text
    nobody = send(f"/tickets/{number}/person", who="xyzzy")
    joined = send(f"/tickets/{number}/person", into=str(aylin.id))
    page = browser.get(f"/inbox/all/{number}").text
    known = shown()
    way_back = re.search(r"/undo/[\w-]+", page)
    assert way_back is not None
    send(way_back.group())

    assert "Not A. Demir? Say who it is" in stranger
    assert f'value="{aylin.id}"' in offered
    assert f'value="{aylin.id}"' in looked
    assert (nobody.status_code, "Choose one of them, or look for somebody." in nobody.text) == (422, True)
    assert joined.status_code == 302
    assert "This is Aylin Demir now" in page
    assert "said that A. Demir is Aylin Demir" in page
    assert "Lindenhof 12, 3B" in known
    assert "Say who it is" not in known
    assert "Lindenhof 12, 3B" not in shown()
    assert "Not A. Demir? Say who it is" in shown()
