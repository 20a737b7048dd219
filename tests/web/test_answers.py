"""The links in answers as a browser follows them, the same question in the portal, and who sends answers."""

from __future__ import annotations

import pytest
from apiflask import APIFlask
from sqlalchemy import select, update

from classifiers.classifier import Band, Triage
from classifiers.labels import Priority, Queue
from hub.desk import Desk
from hub.domain.access import Role
from hub.models import Article, Company, Contact, GivenAnswer, Identity, Ticket
from hub.services.help.article_import import seed_articles
from hub.services.help.given_answers import link_of
from tests.factories import make_agent, make_company, make_contact
from tests.services.steps import mail, take_in, thinking, triage_all
from tests.web.visitors import sign_in, sign_in_person, token_on, visit

ASKING = Triage("name-plate", Queue.FRONT_DESK, Priority.NORMAL, 0.9, Band.SILENT)


@pytest.fixture
def aylin(desk: Desk) -> Contact:
    company = make_company(desk, mail="desk@example.org", answers_by_itself=True)
    return make_contact(desk, company, email="aylin@example.com")


@pytest.fixture
def given(desk: Desk, aylin: Contact) -> GivenAnswer:
    """Return an answer that a resident got by mail."""
    desk = thinking(desk, ASKING)
    with desk.transaction():
        seed_articles(desk, aylin.company_id)
    take_in(desk, mail("How do I get a name plate on the letterbox?", sender="aylin@example.com"))
    triage_all(desk)
    return desk.session.scalars(select(GivenAnswer)).one()


def path_of(desk: Desk, given: GivenAnswer) -> str:
    return link_of(desk, given).removeprefix(desk.settings.base_url)


def status_of(desk: Desk, given: GivenAnswer) -> str:
    return desk.session.get_one(Ticket, given.ticket_id, populate_existing=True).status


def test_opening_the_link_asks_and_only_the_button_tells(app: APIFlask, desk: Desk, given: GivenAnswer) -> None:
    browser, path = visit(app), path_of(desk, given)

    asked = browser.get(f"{path}?said=solved").text
    opened = status_of(desk, given)
    told = browser.post(path, data={"csrf_token": token_on(asked), "said": "solved"}).text

    assert "Did this solve it?" in asked
    assert given.title in asked
    assert (opened, status_of(desk, given)) == ("pending", "closed")
    assert "closed as solved" in told
    assert "I still need a person" in told


def test_who_needs_a_person_is_told_that_one_comes(app: APIFlask, desk: Desk, given: GivenAnswer) -> None:
    browser, path = visit(app), path_of(desk, given)
    asked = browser.get(f"{path}?said=person").text

    told = browser.post(path, data={"csrf_token": token_on(asked), "said": "person"}).text

    assert asked.index(">I still need a person<") < asked.index(">This solved it<")
    assert "They see all that was said so far" in told
    assert status_of(desk, given) == "open"


def test_a_form_without_a_token_says_nothing(app: APIFlask, desk: Desk, given: GivenAnswer) -> None:
    answer = visit(app).post(path_of(desk, given), data={"said": "solved"})

    assert answer.status_code >= 400
    assert status_of(desk, given) == "pending"


@pytest.mark.parametrize("token", ["1-AAAAAAAAAAAAAAAA", "x", "1", "99999999999999999999-AAAAAAAAAAAAAAAA", "%00"])
def test_a_link_that_is_none_says_so(app: APIFlask, given: GivenAnswer, token: str) -> None:
    answer = visit(app).get(f"/a/{token}")

    assert answer.status_code == 404


def test_the_short_link_leads_to_the_article_and_to_nothing_once_it_is_gone(
    app: APIFlask, desk: Desk, given: GivenAnswer
) -> None:
    browser = visit(app)

    there = browser.get(f"/k/{given.article_id}")
    with desk.transaction() as session:
        session.execute(update(Article).where(Article.id == given.article_id).values(published_at=None))
    gone = browser.get(f"/k/{given.article_id}")
    page = browser.get(path_of(desk, given)).text

    assert there.location.startswith("/help/residents/articles/")
    assert gone.status_code == 404
    assert "taken out of the help centre" in page


def test_a_short_link_never_leads_to_what_only_staff_may_read(app: APIFlask, desk: Desk, given: GivenAnswer) -> None:
    with desk.transaction() as session:
        session.execute(update(Article).where(Article.id == given.article_id).values(audience="staff"))

    assert visit(app).get(f"/k/{given.article_id}").status_code == 404


def test_the_portal_asks_the_same_under_the_request(
    app: APIFlask, desk: Desk, given: GivenAnswer, aylin: Contact
) -> None:
    identity = desk.session.scalars(select(Identity).where(Identity.contact_id == aylin.id)).one()
    browser = sign_in_person(app, desk, aylin, identity)
    path = f"/portal/requests/{desk.session.get_one(Ticket, given.ticket_id).public_id}"

    page = browser.get(path).text
    answer = browser.post(f"{path}/answer", data={"csrf_token": token_on(page), "said": "solved"})

    assert "Did this solve it?" in page
    assert answer.location == path
    assert status_of(desk, given) == "closed"
    assert "closed as solved" in browser.get(path).text


def test_another_persons_request_takes_no_word(app: APIFlask, desk: Desk, given: GivenAnswer, aylin: Contact) -> None:
    company = desk.session.get_one(Company, aylin.company_id)
    jan = make_contact(desk, company, "Jan Novak", email="jan@example.com")
    identity = desk.session.scalars(select(Identity).where(Identity.contact_id == jan.id)).one()
    browser = sign_in_person(app, desk, jan, identity)
    token = token_on(browser.get("/portal/requests/new/question").text)
    path = f"/portal/requests/{desk.session.get_one(Ticket, given.ticket_id).public_id}/answer"

    assert browser.post(path, data={"csrf_token": token, "said": "solved"}).status_code == 404
    assert status_of(desk, given) == "pending"


def test_an_administrator_sees_how_the_drafts_went_and_cannot_switch_too_early(app: APIFlask, desk: Desk) -> None:
    company = make_company(desk)
    robin = sign_in(app, desk, make_agent(desk, company, "Robin Sander", Role.ADMIN))

    page = robin.get("/admin/answers").text
    sent = robin.post("/admin/answers", data={"csrf_token": token_on(page), "by_itself": "yes", "silence": ""})
    silent = robin.post("/admin/answers", data={"csrf_token": token_on(page), "by_itself": "no", "silence": "14"})

    assert "The desk by itself" not in page
    assert sent.status_code == 422
    assert "0 drafts went out unchanged so far" in sent.text
    assert silent.status_code == 302
    assert desk.session.get_one(Company, company.id, populate_existing=True).settings["silence_days"] == 14
