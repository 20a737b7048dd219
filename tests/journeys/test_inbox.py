"""The inbox: finding work, reading, answering, handing on, with keys, with a thumb, and without script."""

from __future__ import annotations

import io
import re
from email.message import EmailMessage
from uuid import uuid4

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, Route, expect

from tests.journeys.running import wait_for
from tests.journeys.visiting import Program, Size, Visits, ticket_in

pytestmark = [pytest.mark.browser, pytest.mark.servers, pytest.mark.slow]

JAN = "Jan Novak <jan.novak@example.com>"
MARIA = "Maria Keller"


def conversation(page: Page) -> Locator:
    return page.get_by_role("region", name="Conversation")


def current(page: Page) -> int:
    """Return the place of the open ticket in the list, from 0."""
    rows = page.get_by_role("list", name="Tickets").get_by_role("link")
    marks: list[str | None] = rows.evaluate_all("rows => rows.map(row => row.getAttribute('aria-current'))")
    return marks.index("true")


def html_mail(subject: str) -> bytes:
    """Return a mail as mail programs write it: HTML with a picture of its own and one from elsewhere, and two files."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = JAN, "lindenhof@example.org", subject
    mail["Message-ID"] = f"<{uuid4()}@example.com>"
    mail.set_content("The gutter above the bins leaks.")
    mail.add_alternative(
        "<p>The gutter above the <b>bins</b> leaks.</p><script>parent.document.title = 'owned'</script>"
        '<p><img src="https://pictures.example.net/gutter.png" alt="gutter"></p>',
        subtype="html",
    )
    picture = io.BytesIO()
    Image.new("RGB", (320, 200), "#88aacc").save(picture, "JPEG")
    mail.add_attachment(picture.getvalue(), maintype="image", subtype="jpeg", filename="gutter.jpg")
    mail.add_attachment(b"%PDF-1.4 offer", maintype="application", subtype="pdf", filename="offer.pdf")
    return mail.as_bytes()


def test_the_list_names_work_and_the_first_ticket_is_open(visits: Visits) -> None:
    page = visits.open("/inbox/mine", who=MARIA)

    rows = page.get_by_role("list", name="Tickets").get_by_role("link")
    first = rows.first
    expect(first).to_have_attribute("aria-current", "true")
    names: list[str] = rows.evaluate_all("rows => rows.map(row => row.getAttribute('aria-label'))")
    assert len(names) >= 10
    assert all(re.match(r"\d+, .+", name) for name in names)
    assert all(re.search(r"answer in|late by|paused|answered|waiting", name, re.IGNORECASE) for name in names[:10])
    subject = conversation(page).get_by_role("heading", level=1).inner_text()
    assert subject in names[0]
    expect(page.get_by_text("Practice mode: nothing leaves this machine.")).to_be_visible()
    visits.check(page)


@pytest.mark.parametrize("dark", [False, True])
def test_on_a_phone_one_pane_at_a_time_fits(visits: Visits, dark: bool) -> None:
    page = visits.open("/inbox/mine", who=MARIA, size="phone", dark=dark)
    visits.check(page)

    page.get_by_role("list", name="Tickets").get_by_role("link").nth(1).click()

    expect(conversation(page).get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_role("region", name="Tickets")).to_be_hidden()
    visits.check(page)
    page.get_by_role("button", name="Person").click()
    expect(page.get_by_role("complementary", name="Person")).to_be_visible()
    page.keyboard.press("Escape")
    conversation(page).get_by_role("link", name="Tickets").click()
    expect(page.get_by_role("region", name="Tickets")).to_be_visible()


def test_keys_walk_the_list_and_letters_in_a_text_stay_letters(visits: Visits) -> None:
    page = visits.open("/inbox/mine", who=MARIA, dark=True)
    rows = page.get_by_role("list", name="Tickets").get_by_role("link")
    expect(rows.first).to_have_attribute("aria-current", "true")

    for key, place in (("j", 1), ("j", 2), ("j", 3), ("k", 2)):
        page.keyboard.press(key)
        expect(rows.nth(place)).to_have_attribute("aria-current", "true")
    number = re.match(r"\d+", rows.nth(2).get_attribute("aria-label") or "")
    assert number is not None
    expect(page).to_have_url(re.compile(rf"/inbox/mine/{number.group()}$"))
    subject = conversation(page).get_by_role("heading", level=1).inner_text()
    expect(page).to_have_title(re.compile(re.escape(subject)))
    page.keyboard.press("r")
    box = page.get_by_role("textbox", name=re.compile("^Reply to"))
    expect(box).to_be_focused()
    page.keyboard.type("jjkk")
    expect(box).to_have_value("jjkk")
    page.keyboard.press("Escape")
    page.keyboard.press("n")

    expect(page.get_by_role("textbox", name="Note, staff only")).to_be_focused()
    expect(page.get_by_text("Only staff can see this note")).to_be_visible()
    expect(page.get_by_role("button", name="Send and next")).to_be_hidden()
    assert current(page) == 2
    visits.check(page)


def test_what_is_typed_for_a_ticket_that_is_on_its_way_waits_for_it(visits: Visits, program: Program) -> None:
    page = visits.open("/inbox/mine", who=MARIA)
    rows = page.get_by_role("list", name="Tickets").get_by_role("link")
    second = re.match(r"\d+", rows.nth(1).get_attribute("aria-label") or "")
    assert second is not None
    slow: list[Route] = []

    def keep(route: Route) -> None:
        slow.append(route)

    page.route(f"**/inbox/mine/{second.group()}", keep)

    with page.expect_request(f"**/inbox/mine/{second.group()}"):
        page.keyboard.press("j")
    page.keyboard.press("n")
    page.keyboard.type("ej e")
    slow[0].continue_()

    box = page.get_by_role("textbox", name="Note, staff only")
    expect(box).to_be_focused()
    expect(box).to_have_value("ej e")
    expect(page).to_have_url(re.compile(f"/{second.group()}$"))
    assert current(page) == 1
    assert program.get(f"/tickets/{second.group()}")["status"] != "closed"
    box.fill("")
    page.keyboard.press("Escape")


def test_a_reply_is_sent_by_keys_taken_back_by_z_and_sent_again(visits: Visits, program: Program) -> None:
    number = program.mail(f"Roof hatch {uuid4().hex[:6]}", "Who may open the roof hatch, please?", JAN)
    page = visits.open(f"/inbox/all/{number}", who=MARIA)
    box = page.get_by_role("textbox", name="Reply to Jan Novak")
    words = f"Only the chimney sweep, I am afraid. {uuid4().hex[:6]}"

    page.keyboard.press("r")
    page.keyboard.type(words)
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("Sending to Jan Novak")).to_be_visible()
    page.keyboard.press("z")

    expect(box).to_have_value(words)
    assert [row for row in program.get("/outbox", ticket=str(number))["items"] if row["purpose"] == "reply"] == []
    page.get_by_role("button", name="More send options").click()
    page.get_by_role("button", name="Send and stay").click()
    expect(page.get_by_role("listitem", name="Message from Maria Keller").get_by_text(words).last).to_be_visible()
    expect(page.get_by_role("button", name="Status: Waiting for tenant")).to_be_visible()
    assert words in program.sent_to("jan.novak@", words)
    expect(
        page.get_by_role("listitem", name="Message from Maria Keller").get_by_text("Sent", exact=True)
    ).to_be_visible()


def test_a_note_stays_inside(visits: Visits, program: Program) -> None:
    number = program.mail(f"Cellar lamp {uuid4().hex[:6]}", "The lamp in the cellar flickers.", JAN)
    page = visits.open(f"/inbox/all/{number}", who=MARIA)

    page.keyboard.press("n")
    page.keyboard.type("Call the owner first.")
    page.keyboard.press("Control+Enter")

    note = page.get_by_role("listitem", name="Note from Maria Keller, staff only")
    expect(note.get_by_text("Call the owner first.")).to_be_visible()
    assert all("owner first" not in (row["body"] or "") for row in program.get("/outbox")["items"])
    visits.check(page)


def test_an_empty_reply_and_one_overtaken_by_a_message_keep_what_was_typed(visits: Visits, program: Program) -> None:
    key = uuid4().hex
    number = program.mail(f"Bicycle {key[:6]}", "My bicycle is in the way.", JAN, message_id=f"{key}@example.com")
    page = visits.open(f"/inbox/all/{number}", who=MARIA)
    box = page.get_by_role("textbox", name="Reply to Jan Novak")
    box.press("Control+Enter")
    expect(page.get_by_role("alert").filter(has_text="Write something first")).to_be_visible()
    box.fill("We will put a stand there.")
    box.evaluate("box => box.setSelectionRange(3, 3)")

    program.mail(f"Re: Bicycle {key[:6]}", "And it is blue.", JAN, in_reply_to=f"{key}@example.com")

    expect(page.get_by_role("button", name="Read new message, then send")).to_be_visible()
    expect(page.get_by_role("listitem", name="Message from Jan Novak").last).to_contain_text("And it is blue.")
    expect(box).to_have_value("We will put a stand there.")
    assert box.evaluate("box => box.selectionStart") == 3
    box.press("Control+Enter")
    expect(page.get_by_role("button", name="Send and next")).to_be_visible()
    box.press("Control+Enter")
    expect(page.get_by_text("Sending to Jan Novak")).to_be_visible()


def test_a_reply_to_what_was_not_seen_is_held(visits: Visits, program: Program) -> None:
    key = uuid4().hex
    number = program.mail(f"Skylight {key[:6]}", "The skylight is open.", JAN, message_id=f"{key}@example.com")
    page = visits.open(f"/inbox/all/{number}", who=MARIA, script=False)
    page.get_by_role("textbox", name="Reply to Jan Novak").fill("We come and close it.")
    program.mail(f"Re: Skylight {key[:6]}", "It is closed now, thank you.", JAN, in_reply_to=f"{key}@example.com")

    page.get_by_role("button", name="Send and next").click()

    held = page.get_by_role("form", name="Compose").get_by_role("alert")
    expect(held).to_contain_text("wrote again while you were writing")
    expect(page.get_by_role("textbox", name="Reply to Jan Novak")).to_have_value("We come and close it.")
    expect(page.get_by_text("It is closed now, thank you.").first).to_be_visible()
    held.get_by_role("button", name="Keep as note").click()
    expect(page.get_by_role("listitem", name="Note from Maria Keller, staff only")).to_contain_text(
        "We come and close it."
    )


def test_without_script_an_agent_reads_answers_assigns_and_closes(visits: Visits, program: Program) -> None:
    number = program.mail(f"Door bell {uuid4().hex[:6]}", "The door bell is silent.", JAN)
    page = visits.open("/inbox/all?list=1", who=MARIA, script=False)

    ticket_in(page, number).click()
    page.get_by_role("textbox", name="Reply to Jan Novak").fill("Tom comes at nine.")
    page.get_by_role("button", name="More send options").click()
    page.get_by_role("button", name="Send and stay").click()
    expect(page.get_by_role("listitem", name="Message from Maria Keller")).to_contain_text("Tom comes at nine.")
    page.get_by_role("button", name="Assignee: Maria Keller").click()
    page.get_by_role("option", name="Jonas Weber").click()
    expect(page.get_by_role("button", name="Assignee: Jonas Weber")).to_be_visible()
    page.get_by_role("button", name="Close").click()

    page.goto(f"{visits.product.url}/inbox/all/{number}")
    expect(page.get_by_role("button", name="Status: Closed")).to_be_visible()


def test_html_stays_in_its_frame_pictures_from_elsewhere_stay_off_and_files_download(
    visits: Visits, program: Program
) -> None:
    number = program.arrive(html_mail(f"Gutter {uuid4().hex[:6]}"))
    page = visits.open(f"/inbox/all/{number}", who=MARIA)
    message = page.get_by_role("listitem", name="Message from Jan Novak")

    frame = message.frame_locator("iframe")
    expect(frame.get_by_text("The gutter above the bins leaks.")).to_be_visible()
    expect(message.get_by_text("1 picture from elsewhere is off.")).to_be_visible()
    expect(page).not_to_have_title("owned")
    photo = message.get_by_role("img", name="gutter.jpg")
    expect(photo).to_be_visible()
    assert photo.evaluate("async image => { await image.decode(); return image.naturalWidth; }") > 0
    for name, begins in (("gutter.jpg", b"\xff\xd8"), ("offer.pdf", b"%PDF"), ("View original", b"From: ")):
        with page.expect_download() as download:
            message.get_by_role("link", name=name).last.click()
        assert begins in download.value.path().read_bytes()[:2000]
    visits.check(page)


def test_a_message_nobody_could_read_is_a_ticket_with_its_bytes_and_a_second_try(
    visits: Visits, program: Program
) -> None:
    number = program.arrive(b"\x00\xff\x00 no mail at all")
    page = visits.open(f"/inbox/all/{number}", who=MARIA)
    expect(page.get_by_text("This message could not be read")).to_be_visible()

    with page.expect_download() as download:
        page.get_by_role("link", name="Download it as it came").click()
    page.get_by_role("button", name="Try again").click()

    assert download.value.path().read_bytes() == b"\x00\xff\x00 no mail at all"
    expect(page.get_by_text("It is being read again.")).to_be_visible()


def numbers_of(program: Program, words: str) -> list[int]:
    """Return the tickets on which some words were said."""
    return [each["number"] for each in program.get("/tickets", q=words)["items"]]


def test_a_reply_that_could_not_be_sent_says_so_in_red_and_is_tried_again(visits: Visits, program: Program) -> None:
    sandbox = visits.open("/sandbox")
    sandbox.get_by_label("You are").select_option(label="Omar Haddad, Lindenhof Property Care")
    sandbox.get_by_role("button", name="Change").click()
    mark = uuid4().hex[:6]
    sandbox.get_by_role("textbox", name="Text message").fill(f"May I plant ivy? {mark}")
    sandbox.get_by_role("button", name="Send text").click()
    number = wait_for(lambda: numbers_of(program, mark), "The ticket of the text")[0]
    page = visits.open(f"/inbox/all/{number}", who=MARIA)
    page.get_by_role("textbox", name="Reply to Omar Haddad").fill("Yes, in pots.")
    page.get_by_role("button", name="More send options").click()
    page.get_by_role("button", name="Send and stay").click()
    expect(page.get_by_text("Sending to Omar Haddad").or_(page.get_by_text("said STOP")).first).to_be_visible()

    sandbox.get_by_role("textbox", name="Text message").fill("STOP")
    sandbox.get_by_role("button", name="Send text").click()

    failed = page.get_by_role("listitem", name="Message from Maria Keller").filter(has_text="Not sent")
    expect(failed).to_contain_text("said STOP")
    visits.check(page)
    failed.get_by_role("button", name="Try again").click()
    expect(page.get_by_text("Trying again")).to_be_visible()
    sandbox.get_by_role("textbox", name="Text message").fill("START")
    sandbox.get_by_role("button", name="Send text").click()


def test_triage_takes_one_key(visits: Visits) -> None:
    page = visits.open("/inbox/triage", who=MARIA)
    bar = page.get_by_role("region", name="Suggested queue")
    expect(bar).to_be_visible()
    visits.check(page)
    proposed = bar.get_by_role("button").first.inner_text().split("\n")[-1].split(" ", 1)[-1]

    page.keyboard.press("1")

    expect(bar).to_be_hidden()
    expect(page.get_by_role("button", name=re.compile(f"^Queue: {proposed.split(' ')[0]}"))).to_be_visible()


def test_the_sheet_of_keys_lists_what_works_and_switches_single_keys_off(visits: Visits) -> None:
    page = visits.open("/inbox/mine", who="Jonas Weber")
    page.keyboard.press("?")
    sheet = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(sheet).to_be_visible()
    visits.check(page)
    assert sheet.get_by_role("listitem").count() >= 25
    with page.expect_response("**/me/shortcuts"):
        sheet.get_by_role("switch", name="Single-key shortcuts").click()
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()

    page.reload()
    before = current(page)
    page.keyboard.press("j")

    assert current(page) == before
    page.get_by_role("button", name="Keys").click()
    with page.expect_response("**/me/shortcuts"):
        sheet.get_by_role("switch", name="Single-key shortcuts").click()


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_search_finds_by_words_people_homes_and_numbers(visits: Visits, program: Program, size: Size) -> None:
    word = f"periwinkle{uuid4().hex[:6]}"
    number = program.mail("Flowers in the yard", f"May I plant {word} in the yard?", JAN)
    page = visits.open("/inbox/mine", who=MARIA, size=size)

    for question in (word, word[:-2], "Jan Novak", "jan.novak@example.com", "Park 3, 1A"):
        page.get_by_role("searchbox", name="Search tickets").fill(question)
        page.get_by_role("searchbox", name="Search tickets").press("Enter")
        expect(ticket_in(page, number)).to_be_visible()
    visits.check(page)
    page.get_by_role("searchbox", name="Search tickets").fill(f"#{number}")
    page.get_by_role("searchbox", name="Search tickets").press("Enter")

    expect(conversation(page).get_by_role("heading", level=1)).to_have_text("Flowers in the yard")


def test_search_without_script_says_when_there_is_nothing(visits: Visits) -> None:
    page = visits.open("/inbox/mine", who=MARIA, script=False)

    page.get_by_role("searchbox", name="Search tickets").fill("xylophone-of-nobody")
    page.get_by_role("searchbox", name="Search tickets").press("Enter")

    expect(page.get_by_text("Nothing has “xylophone-of-nobody” in it.")).to_be_visible()
