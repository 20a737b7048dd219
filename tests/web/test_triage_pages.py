"""What staff see of triage: a banner while nothing is sorted, the page of rules, and the table of how it fares."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import update

from classifiers.cascade import Unclassified
from classifiers.classifier import Band, Triage
from classifiers.labels import Priority, Queue
from hub.desk import Desk
from hub.domain.access import Role
from hub.models import Company, Correction, Ticket
from hub.services.tickets.tickets import Change, change_ticket, keep_prediction
from hub.services.triage.routing_rules import rules_of
from tests.factories import make_agent, make_company
from tests.services.steps import mail, take_in, thinking, triage_all
from tests.web.visitors import sign_in, token_on

WHY = "The classifier file abc.skops is damaged or was exchanged; train or roll back."


@pytest.fixture
def company(desk: Desk) -> Company:
    return make_company(desk, mail="desk@example.org")


@pytest.fixture
def robin(app: APIFlask, desk: Desk, company: Company) -> FlaskClient:
    return sign_in(app, desk, make_agent(desk, company, "Robin Sander", Role.ADMIN))


def triaged(desk: Desk, queue: Queue, band: Band, sender: str) -> int:
    thought = Triage("plumbing", queue, Priority.NORMAL, 0.8, band)
    (message,) = take_in(desk, mail("The tap drips.", sender=sender))
    triage_all(thinking(desk, thought))
    return message.ticket_id


def an_hour_ago(desk: Desk) -> None:
    """Let all this have happened before the present of the tests, whose clock stands."""
    with desk.transaction() as session:
        for table in (Ticket, Correction):
            session.execute(update(table).values(created_at=desk.clock.now() - timedelta(hours=1)))


def row_of(page: str, queue: str) -> list[str]:
    """Return the cells of a queue in the table of triage."""
    table = page.partition('id="triage-data"')[2].partition("</table>")[0]
    for row in re.findall(r"<tr>(.*?)</tr>", table, re.DOTALL):
        cells = [
            re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)
        ]
        if cells[0] == queue:
            return cells[1:]
    return []


def test_a_banner_says_why_messages_are_not_sorted_until_they_are_again(
    app: APIFlask, desk: Desk, company: Company
) -> None:
    maria = sign_in(app, desk, make_agent(desk, company))
    broken = replace(desk, open_classifier=lambda: Unclassified(WHY))
    take_in(broken, mail("The tap drips."))
    triage_all(broken)
    during = maria.get("/inbox/all").text

    triaged(desk, Queue.MAINTENANCE, Band.SUGGEST, "two@example.com")

    assert WHY in during
    assert "Messages are not sorted" in during
    assert WHY not in maria.get("/inbox/all").text


def test_an_administrator_sends_a_topic_elsewhere_and_says_how_sure_is_sure_enough(
    robin: FlaskClient, desk: Desk, company: Company
) -> None:
    page = robin.get("/admin/routing")
    fields = {
        "csrf_token": token_on(page.text),
        "silent": "90",
        "suggest": "60",
        "keys": "maintenance",
        "lift": "maintenance",
    }

    answer = robin.post("/admin/routing", data=fields, follow_redirects=True)

    rules = rules_of(desk.session.get_one(Company, company.id, populate_existing=True))
    assert (dict(rules.queues), rules.silent, rules.suggest) == ({"keys": "maintenance"}, 0.9, 0.6)
    assert re.search(r'name="silent"[^>]*value="90"', answer.text)
    assert "1 topic elsewhere" in robin.get("/admin").text


def test_a_mistake_is_told_at_its_field_and_keeps_what_was_typed(robin: FlaskClient) -> None:
    fields = {"csrf_token": token_on(robin.get("/admin/routing").text), "silent": "very", "keys": "maintenance"}

    answer = robin.post("/admin/routing", data=fields)

    assert answer.status_code == 422
    assert 'id="field-silent-error"' in answer.text
    assert 'value="very"' in answer.text
    assert re.search(
        r'value="maintenance"\s*selected', answer.text.partition('name="keys"')[2].partition("</select>")[0]
    )


def test_rules_of_another_company_are_out_of_reach(robin: FlaskClient, desk: Desk) -> None:
    other = make_company(desk, "Hafen Homes")
    fields = {"csrf_token": token_on(robin.get("/admin/routing").text), "company": other.slug, "keys": "maintenance"}

    answers = [robin.get(f"/admin/routing?company={other.slug}"), robin.post("/admin/routing", data=fields)]

    assert [each.status_code for each in answers] == [404, 404]
    assert rules_of(desk.session.get_one(Company, other.id, populate_existing=True)).queues == {}


def test_the_metrics_say_how_often_triage_was_right(app: APIFlask, desk: Desk, company: Company) -> None:
    maria = make_agent(desk, company)
    ines = sign_in(app, desk, make_agent(desk, company, "Ines Vogt", Role.MANAGER))
    kept = triaged(desk, Queue.MAINTENANCE, Band.SUGGEST, "a@example.com")
    moved = triaged(desk, Queue.MAINTENANCE, Band.SUGGEST, "b@example.com")
    triaged(desk, Queue.MAINTENANCE, Band.SILENT, "c@example.com")
    with desk.transaction():
        keep_prediction(desk, maria, kept)
        change_ticket(desk, maria, moved, Change(queue="billing"))
    an_hour_ago(desk)

    page = ines.get("/metrics").text

    assert row_of(page, "Maintenance") == ["3", "1", "2", "1", "1", "50 %"]
    assert "3 tickets sorted, 33 % without asking; of 2 that people checked 50 % were right; 1 correction" in page


def test_the_metrics_of_a_desk_without_messages_say_so(app: APIFlask, desk: Desk, company: Company) -> None:
    ines = sign_in(app, desk, make_agent(desk, company, "Ines Vogt", Role.MANAGER))

    assert "Nothing was sorted in this period." in ines.get("/metrics").text
