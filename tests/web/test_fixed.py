"""'Is it fixed?' as a browser meets it: the link of a mail, the portal, and the one question that follows."""

from __future__ import annotations

from datetime import timedelta

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import select

from hub.clock import FixedClock
from hub.desk import Desk
from hub.domain.task import TaskState
from hub.models import Contact, FixCheck, Identity, Ticket
from hub.services.operations.fix_checks import link_of
from hub.services.operations.tasks import move_task
from hub.services.sending.reply import Draft, reply
from hub.services.settings.configuration import read_directory
from tests.services.ordering import Work, make_work
from tests.services.steps import Office, send_all
from tests.web.visitors import sign_in_person, token_on, visit


@pytest.fixture
def work(office: Office, clock: FixedClock) -> Work:
    """Return work that is done, told of in the portal as well as by mail, and asked about."""
    work = make_work(office)
    with office.desk.transaction():
        move_task(office.desk, read_directory(office.desk), work.tom, work.task, TaskState.DONE)
    clock.at += timedelta(minutes=5)
    with office.desk.transaction():
        reply(office.desk, office.maria, work.ticket, Draft("The work is done."))
    clock.at += timedelta(minutes=5)
    send_all(office.desk)
    return work


def check(desk: Desk) -> FixCheck:
    return desk.session.scalars(select(FixCheck).execution_options(populate_existing=True)).one()


def status(work: Work) -> str:
    return work.office.desk.session.get_one(Ticket, work.ticket, populate_existing=True).status


def jan(app: APIFlask, desk: Desk) -> FlaskClient:
    found = desk.session.scalars(select(Contact).where(Contact.name == "Jan Novak")).one()
    known = desk.session.scalars(select(Identity).where(Identity.contact_id == found.id, Identity.kind == "email"))
    return sign_in_person(app, desk, found, known.one())


def test_a_scanner_that_opens_every_link_answers_nothing(app: APIFlask, work: Work) -> None:
    desk = work.office.desk
    path = link_of(desk, check(desk)).removeprefix(desk.settings.base_url)

    pages = [visit(app).get(f"{path}{query}") for query in ("", "?fixed=yes", "?fixed=no", "?fixed=%00")]
    heads = [visit(app).head(f"{path}?fixed=yes")]

    assert [each.status_code for each in (*pages, *heads)] == [200] * 5
    assert (check(desk).state, status(work)) == ("asked", "pending")
    assert pages[1].text.index("Yes, it is fixed") < pages[1].text.index("No, not yet")
    assert pages[2].text.index("No, not yet") < pages[2].text.index("Yes, it is fixed")


def test_a_button_answers_with_the_words_beside_it(app: APIFlask, work: Work) -> None:
    desk = work.office.desk
    path = link_of(desk, check(desk)).removeprefix(desk.settings.base_url)
    browser = visit(app)
    token = token_on(browser.get(path).text)

    told = browser.post(path, data={"csrf_token": token, "fixed": "no", "words": "It <b>drips</b>"}).text
    brought_back = status(work)
    closed = browser.post(path, data={"csrf_token": token, "fixed": "yes"}).text

    assert "We look at it again" in told
    assert "It &lt;b&gt;drips" in told
    assert (brought_back, status(work)) == ("open", "closed")
    assert "Yes, it is fixed" not in closed


def test_a_form_without_a_token_and_a_link_that_is_none_answer_nothing(app: APIFlask, work: Work) -> None:
    desk = work.office.desk
    path = link_of(desk, check(desk)).removeprefix(desk.settings.base_url)

    refused = visit(app).post(path, data={"fixed": "yes"})
    unknown = [visit(app).get(f"/fixed/{token}").status_code for token in ("1-AAAAAAAAAAAAAAAA", "x", "%00")]

    assert refused.status_code >= 400
    assert unknown == [404] * 3
    assert check(desk).state == "asked"


def test_the_portal_asks_and_after_a_yes_leads_to_the_one_question(app: APIFlask, work: Work) -> None:
    desk = work.office.desk
    browser = jan(app, desk)
    public_id = desk.session.get_one(Ticket, work.ticket).public_id
    asked = browser.get(f"/portal/requests/{public_id}").text

    data = {"csrf_token": token_on(asked), "fixed": "yes"}
    shown = browser.post(f"/portal/requests/{public_id}/fixed", data=data, follow_redirects=True).text

    assert "Is it fixed?" in asked
    assert "/nps/" not in asked
    assert status(work) == "closed"
    assert "You said that it is fixed" in shown
    assert "/nps/" in shown


def test_nobody_answers_in_the_portal_for_somebody_else(app: APIFlask, work: Work) -> None:
    desk = work.office.desk
    public_id = desk.session.get_one(Ticket, work.ticket).public_id

    answer = visit(app).post(f"/portal/requests/{public_id}/fixed", data={"fixed": "yes"})

    assert answer.status_code >= 300
    assert check(desk).state == "asked"
