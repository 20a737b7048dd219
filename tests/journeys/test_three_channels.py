"""A question the help centre can answer, by each channel: answered with its article, and what people say of it is heard."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.public_faces import check_everywhere, sign_in, somebody
from tests.journeys.running import wait_for
from tests.journeys.visiting import Program, Visits

pytestmark = [pytest.mark.browser, pytest.mark.servers, pytest.mark.slow]

QUESTION = "How do I get a name plate on the letterbox?"
ARTICLE = re.compile("name plate", re.IGNORECASE)


def somebody_who_never_texted(page: Page) -> str:
    """Open the phone of a resident without texts and return their name: a text goes on with the ticket of the last."""
    for key in page.get_by_label("You are").locator("option").evaluate_all("options => options.map(o => o.value)"):
        page.goto(f"{page.url.partition('?')[0]}?person={key}")
        if page.get_by_text("No texts yet.").count():
            heading = page.get_by_role("heading", name=re.compile("phone$")).inner_text()
            return heading.replace("’s phone", "")
    raise AssertionError("Everybody in the sandbox has texts already.")


def test_a_text_is_answered_with_its_article_and_2_reaches_a_person_in_the_inbox(visits: Visits) -> None:
    page = visits.open("/sandbox")
    name = somebody_who_never_texted(page)
    texts = page.get_by_role("log", name="Text messages")

    page.get_by_role("textbox", name="Text message").fill(QUESTION)
    page.get_by_role("button", name="Send text").click()
    answer = texts.locator(".bubble").filter(has_text="Reply 1 = solved, 2 = a person.")
    expect(answer).to_be_visible()
    link = answer.get_by_role("link").get_attribute("href") or ""
    article = visits.open(link.removeprefix(visits.product.url), size="phone")
    expect(article.get_by_role("heading", level=1)).to_have_text(ARTICLE)

    page.get_by_role("textbox", name="Text message").fill("2 please")
    page.get_by_role("button", name="Send text").click()
    maria = visits.open("/inbox/unassigned", who="Maria Keller")
    row = maria.get_by_role("list", name="Tickets").get_by_role("link", name=re.compile(rf"{name}.*wants a person"))

    wait_for(lambda: row.count() or (maria.reload() is None), "The ticket in the inbox")
    row.first.click()
    talk = maria.get_by_role("list", name="Messages")
    expect(talk.get_by_text(QUESTION).first).to_be_visible()
    expect(talk.get_by_text("2 please")).to_be_visible()
    visits.check(maria)


def test_a_mail_is_answered_and_solved_closes_it_and_counts(visits: Visits, program: Program) -> None:
    page = visits.open("/sandbox")
    subject = f"Name plate {uuid4().hex[:6]}"

    page.get_by_role("textbox", name="Subject").fill(subject)
    page.get_by_role("textbox", name="Mail", exact=True).fill(QUESTION)
    page.get_by_role("button", name="Send mail").click()
    number = wait_for(
        lambda: next(
            (each for each in program.get("/tickets", q=subject)["items"] if each["subject"] == subject), None
        ),
        "The ticket",
    )["number"]
    mail = page.locator("article.mail").filter(has_text=f"[#{number}]").filter(has_text="Did this solve it?")
    wait_for(lambda: mail.count() or (page.reload() is None), "The answer in the mailbox")
    link = mail.get_by_role("link", name=re.compile("said=solved")).get_attribute("href") or ""

    asked = visits.open(link.removeprefix(visits.product.url), size="phone")
    check_everywhere(visits, asked)
    before = program.get(f"/tickets/{number}")["status"]
    asked.get_by_role("button", name="This solved it").click()
    expect(asked.get_by_text("Your request is closed as solved.")).to_be_visible()
    check_everywhere(visits, asked)

    assert (before, program.get(f"/tickets/{number}")["status"]) == ("pending", "closed")
    ines = visits.open("/metrics/tickets?figure=deflected", who="Ines Vogt")
    counted = ines.get_by_text(subject)
    wait_for(lambda: counted.count() or (ines.reload() is None), "The ticket among the solved ones")


def test_in_the_portal_the_answer_stands_under_the_question_before_it_is_sent(visits: Visits, program: Program) -> None:
    address, _ = somebody(program, "A lamp", "The lamp in the hall flickers.")
    page = visits.open(size="phone")
    sign_in(page, program, address)
    page.get_by_role("link", name="Question").click()

    page.get_by_role("textbox", name="What happened, and where?").press_sequentially(QUESTION)
    found = page.get_by_role("complementary", name="Articles that may help").get_by_role("link").first
    expect(found).to_have_text(ARTICLE)
    check_everywhere(visits, page)
    with page.context.expect_page() as opened:
        found.click()
    article = opened.value
    article.get_by_role("button", name="Yes").click()

    expect(article.get_by_text("Good: you need not write to us.")).to_be_visible()
    expect(page.get_by_role("textbox", name="What happened, and where?")).to_have_value(QUESTION)
    assert [each["subject"] for each in program.get("/tickets", q=address)["items"]] == ["A lamp"]


def test_without_script_the_public_form_has_a_step_that_looks_first(visits: Visits) -> None:
    page = visits.open("/report", size="phone", script=False)

    page.get_by_role("textbox", name="What happened, and where?").fill(QUESTION)
    page.get_by_role("button", name="Look for an answer first").click()

    expect(page.get_by_role("complementary", name="Articles that may help").get_by_role("link").first).to_have_text(
        ARTICLE
    )
    expect(page.get_by_role("textbox", name="What happened, and where?")).to_have_value(QUESTION)
