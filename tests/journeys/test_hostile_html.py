"""Hostile words in every field that comes from outside, on every page that shows them: nothing runs, nothing is fetched."""

from __future__ import annotations

import re
from collections.abc import Iterator
from uuid import uuid4

import pytest
from playwright.sync_api import Dialog, FilePayload, Page, expect

from tests.bad_input.payloads import SCRIPTS
from tests.journeys.hostile_letters import LONGEST_COMMENT, filled, handfuls, send_mails, send_report, send_texts
from tests.journeys.public_faces import sign_in, somebody
from tests.journeys.running import Product, wait_for
from tests.journeys.visiting import Program, Visits

pytestmark = [pytest.mark.browser, pytest.mark.servers, pytest.mark.slow]

MARIA, ADMIN, TOM = "Maria Keller", "Robin Sander", "Tom Ritter"
SURVEY = re.compile(r"/nps/\S+")
MARKS = "() => [document.title.includes('owned') ? document.title : '', String(window.canary || '')].join('')"


class Watch:
    """A window that writes down everything a payload could do; requests elsewhere are `Visits`' to complain about."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.done: list[str] = []
        page.context.on("dialog", self._dialog)

    def look(self, url: str) -> None:
        """Open a page and its frames, and see that it is still ours."""
        answer = self.page.goto(url, wait_until="load")
        assert answer is not None
        assert answer.status == 200, url
        for frame in self.page.locator("iframe.message-frame").all():
            frame.scroll_into_view_if_needed()
        self.page.wait_for_function(
            "() => [...document.querySelectorAll('iframe.message-frame')]"
            ".every(each => each.contentDocument && each.contentDocument.readyState === 'complete')"
        )
        self.done += [f"{url}: {told}" for told in [each.evaluate(MARKS) for each in self.page.frames] if told]

    def _dialog(self, dialog: Dialog) -> None:
        self.done.append(f"{self.page.url}: {dialog.message}")
        dialog.dismiss()


@pytest.fixture(scope="module")
def tickets(program: Program) -> list[int]:
    """Send every payload by mail, some in every field."""
    return send_mails(program)


@pytest.fixture
def watches(visits: Visits) -> Iterator[list[Watch]]:
    """Keep watch on windows; nothing may have been done in any of them."""
    kept: list[Watch] = []
    yield kept
    assert [each for watch in kept for each in watch.done] == []


def watch(visits: Visits, watches: list[Watch], who: str) -> Watch:
    window = visits.window(key=visits.key_of(who) if who else None)
    watches.append(Watch(window.new_page()))
    return watches[-1]


@pytest.mark.parametrize("who", [MARIA, ADMIN])
def test_hostile_mail_does_nothing_in_the_inbox(
    visits: Visits, watches: list[Watch], tickets: list[int], practice: Product, who: str
) -> None:
    seen = watch(visits, watches, who)

    for path in ("/inbox/all?list=1", "/search?q=alert", "/held", "/board"):
        seen.look(f"{practice.url}{path}")
    for number in tickets:
        seen.look(f"{practice.url}/inbox/all/{number}")
        expect(seen.page.locator("iframe.message-frame").first).to_be_visible()
    seen.page.emulate_media(media="print")
    seen.look(f"{practice.url}/tickets/{tickets[0]}/tasks/new")

    originals = seen.page.request.get(f"{practice.url}/inbox/all/{tickets[0]}").text()
    found = re.findall(r'href="(/(?:messages/[0-9a-f-]+/original|attachments/[0-9a-f-]+))"', originals)
    assert len(found) >= 2
    for path in set(found):
        headers = seen.page.request.get(f"{practice.url}{path}").headers
        assert headers["content-disposition"].startswith("attachment;")
        assert headers["x-content-type-options"] == "nosniff"
        assert "sandbox" in headers["content-security-policy"]


def test_a_task_with_hostile_words_does_nothing_on_the_board(
    visits: Visits, watches: list[Watch], program: Program, practice: Product
) -> None:
    # Of somebody with an ordinary name: the words of a sender's name are masked in a task.
    number = program.mail(f"Greetings {uuid4().hex[:6]}", "When is the office open on Friday?")
    maria = watch(visits, watches, MARIA)
    maria.look(f"{practice.url}/tickets/{number}/tasks/new")
    for name in ("What is to be done?",):
        maria.page.get_by_role("textbox", name=name).fill(" ".join(each.words for each in SCRIPTS[:4]))
    maria.page.get_by_role("button", name="Make the task").click()
    expect(maria.page.get_by_text(re.compile(r"Task T-\d+ is with operations"))).to_be_visible()

    tom = watch(visits, watches, TOM)
    tom.look(f"{practice.url}/board")
    tom.page.get_by_role("link", name=re.compile("alert")).first.click()

    expect(tom.page.get_by_role("heading", level=1)).to_contain_text("alert(`S01`)")


def test_hostile_texts_forms_and_comments_do_nothing_to_whoever_reads_them(
    visits: Visits, watches: list[Watch], program: Program, practice: Product
) -> None:
    resident = watch(visits, watches, "")
    address, number = somebody(program, f"Survey {uuid4().hex[:6]}", "Is the office open on Friday?")
    program.post(f"/tickets/{number}/messages", {"kind": "reply", "text": "Yes.", "close": True})
    send_texts(resident.page.request, practice.url)
    for some in handfuls(SCRIPTS, 30):
        send_report(resident.page.request, practice.url, some)
    sign_in(resident.page, program, address)
    resident.look(f"{practice.url}/portal/requests/new/damage")
    resident.page.get_by_role("textbox", name="What happened, and where?").fill("\n".join(filled(100_000)))
    resident.page.get_by_label("Photos or files").set_input_files(
        FilePayload(name=SCRIPTS[5].words, mimeType="text/html", buffer=SCRIPTS[5].html.encode())
    )
    resident.page.get_by_role("button", name="Send").click()
    question = SURVEY.search(program.sent_to(address, "/nps/"))
    assert question is not None
    resident.look(f"{practice.url}{question[0]}?score=2")
    resident.page.get_by_role("textbox", name="Why?").fill(next(filled(LONGEST_COMMENT)))
    resident.page.get_by_role("button", name="Send").click()

    newest = wait_for(lambda: hostile_tickets(program), "Three tickets with hostile words")
    resident.look(f"{practice.url}/portal/requests")
    resident.page.get_by_role("link", name=re.compile("alert")).first.click()
    expect(resident.page.get_by_text("alert(`S01`)").first).to_be_visible()
    resident.look(resident.page.url)
    for who in (MARIA, ADMIN):
        seen = watch(visits, watches, who)
        for path in ("/search?q=alert", "/sandbox", *(f"/inbox/all/{each}" for each in newest)):
            seen.look(f"{practice.url}{path}")
    watch(visits, watches, ADMIN).look(f"{practice.url}/metrics")


def hostile_tickets(program: Program) -> list[int]:
    """Return the tickets of a text, a form and the portal whose words are payloads, once all three are there."""
    rows = program.get("/tickets", limit="50")["items"]
    found = {row["channel"]: row["number"] for row in rows if "alert(" in row["subject"] + row["preview"]}
    portal = [row["number"] for row in rows if row["channel"] == "portal" and "alert(" in row["subject"]]
    return [found["sms"], *portal] if "sms" in found and len(portal) >= 3 else []
