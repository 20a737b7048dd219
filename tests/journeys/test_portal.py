"""The portal: coming in by a link or a code, own requests only, photos, answers, going out."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.journeys.public_faces import (
    LINK,
    ask_for_code,
    check_everywhere,
    code_for,
    is_shown,
    photo,
    reload_until,
    sign_in,
    somebody,
)
from tests.journeys.visiting import Program, Visits

pytestmark = [pytest.mark.browser, pytest.mark.servers, pytest.mark.slow]


def test_a_code_is_six_digits_for_a_quarter_of_an_hour_and_five_tries(visits: Visits, program: Program) -> None:
    address, _ticket = somebody(program, f"Lamp {uuid4().hex[:6]}", "May I hang a lamp in the stairwell?")
    page = visits.open("/portal/code", size="phone")
    expect(page).to_have_url(re.compile("/portal/sign-in$"))
    check_everywhere(visits, page)

    ask_for_code(page, program.url, address)
    expect(page.get_by_text("The code works once, for 15 minutes, and for at most five tries.")).to_be_visible()
    code = code_for(program, address)
    box, enter = page.get_by_role("textbox", name="Code"), page.get_by_role("button", name="Sign in")
    box.fill("12345")
    enter.click()
    expect(page.get_by_role("alert")).to_contain_text("Type the six digits of the code.")
    wrong = "000000" if code != "000000" else "000001"
    for words in ("You have 4 more tries.", "3 more tries.", "2 more tries.", "You have 1 more try.", "fifth wrong"):
        box.fill(wrong)
        enter.click()
        expect(page.get_by_role("alert")).to_contain_text(words)
    check_everywhere(visits, page)
    box.fill(code)
    enter.click()
    expect(page.get_by_role("alert")).to_contain_text("no longer works")

    page.get_by_role("link", name="Nothing came? Send another").click()
    expect(page.get_by_role("textbox", name="Your email address or phone number")).to_have_value(address)
    page.get_by_role("button", name="Send me a code").click()
    fresh = code_for(program, address, other_than=code)
    box.fill(f" {fresh[:3]} {fresh[3:]} ")
    enter.click()

    expect(page.get_by_role("heading", name="Hello Mira Olsen")).to_be_visible()


def test_an_address_nobody_knows_gets_the_same_pages(visits: Visits, program: Program) -> None:
    page = visits.open("/portal/sign-in", size="phone")
    nobody = f"nobody.{uuid4().hex[:8]}@example.com"

    ask_for_code(page, program.url, nobody)
    page.get_by_role("textbox", name="Code").fill("123456")
    page.get_by_role("button", name="Sign in").click()

    expect(page.get_by_role("alert")).to_contain_text("You have 4 more tries.")
    assert all(row["recipient"] != nobody for row in program.get("/outbox")["items"])


def test_a_link_that_is_only_looked_at_stays_good_and_pressed_is_used_up(visits: Visits, program: Program) -> None:
    address, number = somebody(program, f"Ladder {uuid4().hex[:6]}", "May I borrow the ladder of the house?")
    page = visits.open("/portal/sign-in", size="phone", script=False)
    page.get_by_role("textbox", name="Your email address or phone number").fill(address)
    page.get_by_role("button", name="Send me a code").click()
    mail = program.sent_to(address, "/login/link/")
    assert "once, for 15 minutes" in mail
    found = LINK.search(mail)
    assert found is not None

    for _look in range(3):
        page.goto(f"{program.url}{found[0]}")
    page.get_by_role("button", name="Sign in").click()

    expect(page.get_by_role("heading", name="Hello Mira Olsen")).to_be_visible()
    expect(page.get_by_role("link", name=re.compile("Ladder"))).to_be_visible()
    other = visits.open(found[0], size="phone")
    expect(other.get_by_text("This link has been used or is older than 15 minutes.")).to_be_visible()
    check_everywhere(visits, other)
    other.get_by_role("link", name="Ask for a new link").click()
    expect(other.get_by_role("textbox", name="Your email address or phone number")).to_be_visible()
    assert program.get(f"/tickets/{number}")["status"] == "new"


def test_a_resident_reports_with_a_photo_and_an_agents_answer_appears(visits: Visits, program: Program) -> None:
    address, _ticket = somebody(program, f"Cellar {uuid4().hex[:6]}", "Which cellar is mine?")
    page = visits.open("/portal/sign-in", size="phone")
    sign_in(page, program, address)
    check_everywhere(visits, page)
    page.get_by_role("main").get_by_role("link", name="Report a problem").click()
    expect(page.get_by_text("Up to 30 photos, short videos or PDF files, 35 MB together.")).to_be_visible()
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("alert")).to_be_focused()
    page.get_by_role("alert").get_by_role("link", name="Tell us what happened").click()
    box = page.get_by_role("textbox", name="What happened, and where?")
    expect(box).to_be_focused()
    check_everywhere(visits, page)

    mark = uuid4().hex[:6]
    box.fill(f"The tap in the kitchen drips all night {mark}")
    page.get_by_label("Photos or files").set_input_files([photo(f"{n}.jpg", (400, 300)) for n in range(31)])
    expect(page.get_by_text("These are 31 files: choose at most 30.")).to_be_visible()
    page.get_by_label("Photos or files").set_input_files([photo()])
    expect(page.get_by_text(re.compile(r"^1 file, 0\.\d MB$"))).to_be_visible()
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", name="We have your message")).to_be_visible()
    check_everywhere(visits, page)

    row = page.get_by_role("link", name=re.compile(f"The tap in the kitchen drips all night {mark}"))
    page.get_by_role("link", name="My requests").click()
    reload_until(page, row)
    check_everywhere(visits, page)
    row.click()
    expect(page.get_by_role("list", name="Progress")).to_contain_text("Received")
    assert is_shown(page.get_by_role("img", name="tap.jpg"))
    check_everywhere(visits, page)

    page.get_by_role("textbox", name="Your message").fill("It drips on the floor now.")
    page.get_by_label("Photos or files").set_input_files([photo("floor.jpg")])
    page.get_by_role("button", name="Send").click()
    own = page.get_by_role("list", name="Messages").get_by_role("listitem").filter(has_text="on the floor now")
    expect(own).to_be_visible()
    assert is_shown(own.get_by_role("img", name="floor.jpg"))
    expect(page.get_by_text("on its way to us")).to_be_hidden()

    number = int((page.get_by_text(re.compile(r"^#\d+$")).inner_text()).removeprefix("#"))
    assert program.get(f"/tickets/{number}")["subject"].startswith("The tap in the kitchen drips")
    program.post(f"/tickets/{number}/messages", {"kind": "note", "text": "Third time this year, staff only."})
    article = f"{program.url}/help/residents"
    program.post(f"/tickets/{number}/messages", {"kind": "reply", "text": f"Tom comes at nine. See {article} too."})
    answer = page.get_by_role("list", name="Messages").get_by_role("listitem").filter(has_text="Tom comes at nine.")
    page.reload()
    expect(answer).to_be_visible()
    expect(answer.get_by_role("link", name=article)).to_have_attribute("href", article)
    expect(page.get_by_text("staff only")).to_be_hidden()

    mine = page.url
    _other, theirs = somebody(program, f"Attic {uuid4().hex[:6]}", "Is the attic dry?")
    stranger = visits.open("/portal/sign-in", size="phone")
    sign_in(stranger, program, _other)
    assert theirs != number
    answered = stranger.request.get(mine)
    picture = stranger.request.get(program.url + (page.get_by_role("img", name="tap.jpg").get_attribute("src") or ""))
    assert (answered.status, picture.status) == (404, 404)

    page.get_by_role("button", name="Sign out Mira Olsen").click()
    page.goto(mine)
    expect(page).to_have_url(re.compile("/portal/sign-in$"))


def test_without_script_a_question_is_answered_by_a_help_article_in_the_portal(
    visits: Visits, program: Program
) -> None:
    address, _ticket = somebody(program, f"Hello {uuid4().hex[:6]}", "I moved in yesterday, nice to meet you.")
    page = visits.open("/portal/sign-in", size="phone", script=False)
    sign_in(page, program, address)
    page.get_by_role("main").get_by_role("link", name="Question").click()

    page.get_by_role("textbox", name="What happened, and where?").fill("What are the quiet hours in the house?")
    page.get_by_role("button", name="Send").click()
    page.get_by_role("link", name="My requests").click()
    row = page.get_by_role("link", name=re.compile("What are the quiet hours"))
    reload_until(page, row)
    row.click()
    answer = page.get_by_role("list", name="Messages").get_by_role("listitem").filter(has_text="22:00")
    reload_until(page, answer)
    answer.get_by_role("link", name=re.compile("help.residents.articles")).click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("quiet hours")
