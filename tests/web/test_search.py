"""Searching over HTTP, as a browser without script does it."""

from __future__ import annotations

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from hub.desk import Desk
from hub.models import Company, Task, TaskTicket
from tests.factories import make_agent, make_company, make_contact, make_lease, make_unit, save
from tests.services.steps import mail, take_in
from tests.web.visitors import sign_in


@pytest.fixture
def company(desk: Desk) -> Company:
    company = make_company(desk, mail="desk@example.org")
    aylin = make_contact(desk, company, email="aylin@example.com", role="resident")
    make_lease(desk, make_unit(desk, company), aylin)
    return company


@pytest.fixture
def browser(app: APIFlask, desk: Desk, company: Company) -> FlaskClient:
    return sign_in(app, desk, make_agent(desk, company))


def search(browser: FlaskClient, question: str) -> str:
    return " ".join(browser.get("/search", query_string={"q": question}).text.split())


def test_what_was_found_is_marked_in_its_passage_its_subject_and_its_sender(browser: FlaskClient, desk: Desk) -> None:
    text = "Good morning, I write to you because of <b>the</b> boiler, which is cold."
    take_in(desk, mail(text, subject="Boiler again"))

    said, sender = search(browser, "boiler cold"), search(browser, "from:aylin")

    assert "<mark>Boiler</mark> again" in said
    assert "&lt;b&gt;the&lt;/b&gt; <mark>boiler</mark>, which is <mark>cold</mark>." in said
    assert "<mark>Aylin</mark> Demir · Lindenhof 12 3B" in sender


def test_a_misspelt_name_is_found_and_the_page_says_so(browser: FlaskClient, desk: Desk) -> None:
    take_in(desk, mail("The tap drips.", subject="Tap"))

    page = search(browser, "Alyn Demir")

    assert "these are spelt nearly like it" in page
    assert "Lindenhof 12 3B, Tap" in page


def test_a_word_after_is_that_means_nothing_is_named(browser: FlaskClient) -> None:
    assert "is:funny says nothing here. There are is:open, is:new" in search(browser, "is:funny")


def test_a_tasks_number_leads_to_it_and_to_its_tickets(browser: FlaskClient, desk: Desk, company: Company) -> None:
    message = take_in(desk, mail("The tap drips.", subject="Tap"))[0]
    task = save(desk, Task(company_id=company.id, kind="repair", title="Mend the tap", team="maintenance"))
    save(desk, TaskTicket(company_id=company.id, task_id=task.id, ticket_id=message.ticket_id))

    page = search(browser, f"T-{task.id}")

    assert f'<a href="/tasks/{task.id}">T-{task.id} Mend the tap</a>' in page
    assert f'href="/inbox/all/{message.ticket_id}"' in page
