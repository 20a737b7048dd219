"""The help centres: found by what people type, opinions, the way to a person, and each audience for itself."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.public_faces import check_everywhere
from tests.journeys.visiting import Visits

pytestmark = [pytest.mark.browser, pytest.mark.servers, pytest.mark.slow]


def test_a_resident_finds_an_article_in_spite_of_a_typing_mistake_and_says_why_it_did_not_help(visits: Visits) -> None:
    page = visits.open("/help", size="phone")
    check_everywhere(visits, page)
    page.get_by_role("link", name="I live here").click()
    check_everywhere(visits, page)

    page.get_by_role("searchbox", name="Search help").fill("warm watr")
    page.get_by_role("button", name="Search").click()
    article = page.get_by_role("link", name="No hot water: what to check first")
    expect(article).to_be_visible()
    check_everywhere(visits, page)
    article.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("No hot water: what to check first")
    check_everywhere(visits, page)
    page.get_by_role("group", name="Did this help?").get_by_role("button", name="No").click()

    expect(page.get_by_role("group", name="What was missing?")).to_be_in_viewport()
    check_everywhere(visits, page)
    page.get_by_label("I did not understand it").check()
    page.get_by_role("textbox", name="Tell us more").fill("Which switch?")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("Thank you. It helps us to write better.")).to_be_in_viewport()
    page.get_by_role("region", name="Still need us?").get_by_role("link", name="Ask us").click()
    expect(page.get_by_role("textbox", name="In a few words")).to_have_value("No hot water: what to check first")


def test_without_script_an_owner_reads_what_is_for_owners_and_a_search_for_nothing_leads_to_the_form(
    visits: Visits,
) -> None:
    page = visits.open("/help/owners", size="phone", script=False)
    titles = {each.strip() for each in page.get_by_role("main").get_by_role("listitem").all_inner_texts()}
    page.get_by_role("navigation", name="Help for").get_by_role("link", name="Residents").click()
    expect(page).to_have_url(re.compile("/help/residents"))
    others = {each.strip() for each in page.get_by_role("main").get_by_role("listitem").all_inner_texts()}
    assert titles - others
    assert others - titles

    page.goto(f"{visits.product.url}/help/owners")
    page.get_by_role("searchbox", name="Search help").fill("no hot water")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_role("link", name="No hot water: what to check first")).to_have_count(0)
    page.get_by_role("searchbox", name="Search help").fill("statement of costs")
    page.get_by_role("button", name="Search").click()
    page.locator("#results").get_by_role("link").first.click()
    expect(page).to_have_url(re.compile("/help/owners/articles/"))
    article = page.url
    page.get_by_role("button", name="Yes").click()
    expect(page.get_by_text("Thank you. It helps us to write better.")).to_be_visible()
    answer = page.request.get(article.replace("/owners/", "/residents/"))
    assert answer.status == 404

    page.goto(f"{visits.product.url}/help/owners/search?q=xylophone-quagga")
    expect(page.get_by_text("We found nothing for “xylophone-quagga”.")).to_be_visible()
    page.get_by_role("main").get_by_role("link", name="Ask us").first.click()
    expect(page.get_by_role("textbox", name="In a few words")).to_have_value("xylophone-quagga")
