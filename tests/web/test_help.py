"""The help centres and what stands beside forms, as a browser without script meets them."""

from __future__ import annotations

import re

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from hub.desk import Desk
from hub.models import Article, Company, Envelope, HelpSearch, Identity, SparedTicket
from hub.services.help.article_import import seed_articles
from tests.factories import make_company, make_contact
from tests.web.visitors import sign_in_person, token_on, visit


@pytest.fixture
def company(desk: Desk) -> Company:
    """Return a company with the first articles."""
    company = make_company(desk, mail="desk@example.org")
    with desk.transaction():
        seed_articles(desk, company.id)
    return company


@pytest.fixture
def anybody(app: APIFlask, company: Company) -> FlaskClient:
    return visit(app)


def titles(html: str) -> list[str]:
    return re.findall(r'<a href="/help/[^"]+" target="_blank" rel="noopener">([^<]+)</a>', html)


@pytest.mark.parametrize(
    ("audience", "typed", "title"),
    [
        ("residents", "Hello, there is no hot water in my shower since this morning", "No hot water"),
        ("residents", "I have lost the key to my flat", "lost my key"),
        ("residents", "Wie komme ich an ein Namensschild für den Briefkasten?", "Namensschild"),
        ("owners", "When do I get my monthly statement?", "statement"),
    ],
)
def test_articles_are_offered_while_somebody_writes(
    anybody: FlaskClient, audience: str, typed: str, title: str
) -> None:
    found = titles(anybody.get(f"/help/{audience}/helpful", query_string={"q": typed, "place": "report"}).text)

    assert 1 <= len(found) <= 3
    assert any(title.casefold() in each.casefold() for each in found), found


@pytest.mark.parametrize(
    "typed", ["", "   ", "Hi", "the and with", "%' OR 1=1 --", "& | ! ( ) : *", "\x00", "xyzzy" * 900]
)
def test_words_that_say_nothing_offer_nothing(anybody: FlaskClient, typed: str) -> None:
    answer = anybody.get("/help/residents/helpful", query_string={"q": typed})

    assert answer.status_code == 200
    assert titles(answer.text) == []


def test_the_public_form_has_a_step_that_looks_first_and_keeps_what_was_written(
    anybody: FlaskClient, desk: Desk
) -> None:
    page = anybody.get("/report").text
    form = {"csrf_token": token_on(page), "text": "No hot water since this morning", "email": "a@example.com"}

    looked = anybody.post("/report", data=form | {"way": "look"}).text

    assert "Look for an answer first" in page
    assert any("No hot water" in each for each in titles(looked))
    assert "No hot water since this morning</textarea>" in looked
    assert 'value="a@example.com"' in looked
    assert desk.session.scalar(select(func.count()).select_from(Envelope)) == 0


def test_the_portal_has_the_same_step(app: APIFlask, desk: Desk, company: Company) -> None:
    aylin = make_contact(desk, company, email="aylin@example.com")
    identity = desk.session.scalars(select(Identity).where(Identity.contact_id == aylin.id)).one()
    browser = sign_in_person(app, desk, aylin, identity)
    path = "/portal/requests/new/question"
    form = {"csrf_token": token_on(browser.get(path).text), "text": "Can I have a dog?", "way": "look"}

    looked = browser.post(path, data=form).text

    assert any("pet" in each.casefold() for each in titles(looked))
    assert "Can I have a dog?</textarea>" in looked
    assert desk.session.scalar(select(func.count()).select_from(Envelope)) == 0


def test_who_found_the_answer_while_writing_is_counted_for_its_article(anybody: FlaskClient, desk: Desk) -> None:
    page = anybody.get("/help/residents/helpful", query_string={"q": "no hot water", "place": "portal"}).text
    address = re.findall(r'href="(/help/[^"]+)"', page)[0]
    article = anybody.get(address).text
    action = re.findall(r'action="(/help/residents/articles/\d+/feedback[^"]*)"', article)[0]

    thanked = anybody.post(action.replace("&amp;", "&"), data={"csrf_token": token_on(article), "helpful": "yes"}).text

    row = desk.session.scalars(select(SparedTicket)).one()
    assert address.endswith("?from=portal")
    assert "you need not write to us" in thanked
    assert (row.place, row.audience) == ("portal", "residents")


def test_a_yes_under_an_article_alone_spares_nobody(anybody: FlaskClient, desk: Desk) -> None:
    number = desk.session.scalars(select(Article.id).where(Article.audience == "residents").limit(1)).one()
    path = f"/help/residents/articles/{number}/feedback"
    token = token_on(anybody.get("/report").text)

    anybody.post(f"{path}?from=elsewhere", data={"csrf_token": token, "helpful": "yes"})

    assert desk.session.scalar(select(func.count()).select_from(SparedTicket)) == 0


def test_searches_are_counted_by_words_and_day_without_anybodys_address(anybody: FlaskClient, desk: Desk) -> None:
    for typed in ("xylophone quagga", "Xylophone  QUAGGA", "write to jan@example.com"):
        anybody.get("/help/residents/search", query_string={"q": typed})
    anybody.get("/help/residents/search", query_string={"q": "typing"}, headers={"HX-Target": "results"})

    rows = {each.words: each for each in desk.session.scalars(select(HelpSearch))}
    assert set(rows) == {"xylophone quagga", "write to [email]"}
    assert (rows["xylophone quagga"].times, rows["xylophone quagga"].found) == (2, 0)


def test_an_article_names_its_other_languages_and_what_is_related(anybody: FlaskClient, desk: Desk) -> None:
    number = desk.session.scalars(
        select(Article.id).where(Article.slug == "no-hot-water", Article.audience == "residents")
    ).one()

    page = anybody.get(f"/help/residents/articles/{number}", follow_redirects=True).text

    assert "Deutsch" in page
    assert "Español" in page
    assert "Related" in page


def test_the_sitemap_lists_public_articles_and_robots_may_read_help_alone(anybody: FlaskClient, desk: Desk) -> None:
    found = re.findall(r"<loc>([^<]+)</loc>", anybody.get("/sitemap.xml").text)
    robots = anybody.get("/robots.txt").text

    count = desk.session.scalar(select(func.count()).select_from(Article)) or 0
    assert len(found) == count + 2
    assert all(each.startswith("http://desk.example.org/help/") for each in found)
    assert "Disallow: /\n" in robots
    assert "Sitemap: http://desk.example.org/sitemap.xml" in robots


def test_an_article_is_at_most_sixty_kilobytes(anybody: FlaskClient) -> None:
    pages = re.findall(r"<loc>http://desk.example.org([^<]+)</loc>", anybody.get("/sitemap.xml").text)

    sizes = {each: len(anybody.get(each).data) for each in pages[::12]}
    assert max(sizes.values()) <= 60_000, sizes
