"""What the scripts add to the inbox, and what is there without them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.web.previews import Previews, previews

__all__ = ["previews"]
pytestmark = pytest.mark.browser

REPLY = "Reply to Aylin Demir"


@pytest.fixture
def inbox(previews: Previews) -> Iterator[Page]:
    page = previews.open_at_desk("inbox")
    yield page
    page.close()


@pytest.fixture(scope="module")
def counting(previews: Previews) -> Iterator[Page]:
    """Lend one page to all tests that only ask its scripts."""
    page = previews.open_at_desk("inbox")
    yield page
    page.close()


def open_ticket(page: Page) -> str:
    current = page.get_by_role("list", name="Tickets").locator('[aria-current="true"]')
    return (current.get_attribute("aria-label") or "").split(",")[0]


def test_elements_have_the_names_of_the_contract(inbox: Page) -> None:
    roles = [
        ("navigation", "Main"),
        ("navigation", "Views"),
        ("region", "Tickets"),
        ("region", "Conversation"),
        ("list", "Messages"),
        ("complementary", "Person"),
        ("region", "Suggested queue"),
        ("region", "Suggested answers"),
        ("form", "Compose"),
        ("textbox", REPLY),
        ("button", "Send and next"),
        ("button", "More send options"),
        ("button", "Queue: Maintenance"),
        ("button", "Assignee: Maria Keller"),
        ("button", "Keep Maintenance"),
        ("button", "Change to Front desk"),
        ("button", "Insert: Heating or hot water fails: what we do"),
        ("button", "Undo"),
    ]

    for role, name in roles:
        expect(inbox.get_by_role(role, name=name, exact=True).first).to_be_visible()
    expect(inbox.get_by_role("group", name="Kind").get_by_role("radio")).to_have_count(2)
    expect(inbox.get_by_role("heading", level=1)).to_have_text("No hot water since yesterday")


def test_j_and_k_walk_the_list_and_the_conversation_follows(inbox: Page) -> None:
    for key in "jjjk":
        inbox.keyboard.press(key)

    expect(inbox.get_by_role("heading", level=1)).to_have_text("Statement March wrong")
    assert open_ticket(inbox) == "4702"


def test_letters_typed_in_a_reply_stay_letters(inbox: Page) -> None:
    inbox.keyboard.press("r")

    inbox.keyboard.type("jjkk")

    expect(inbox.get_by_role("textbox", name=REPLY)).to_be_focused()
    expect(inbox.get_by_role("textbox", name=REPLY)).to_have_value(
        "Dear Ms Demir,\n\nthe part arrives on Thursday. jjkk"
    )
    assert open_ticket(inbox) == "4711"


def test_note_mode_looks_and_says_that_nobody_outside_reads_it(inbox: Page) -> None:
    inbox.keyboard.press("n")

    expect(inbox.get_by_role("textbox", name="Note, staff only")).to_be_focused()
    expect(inbox.get_by_text("Only staff can see this note")).to_be_visible()
    expect(inbox.get_by_role("button", name="Add note")).to_be_visible()
    expect(inbox.get_by_role("button", name="Send and next")).to_be_hidden()
    expect(inbox.get_by_role("textbox", name=REPLY)).to_be_hidden()


def test_note_mode_needs_no_script(previews: Previews) -> None:
    page = previews.open("inbox", java_script_enabled=False)

    page.get_by_text("Note", exact=True).first.click()

    expect(page.get_by_text("Only staff can see this note")).to_be_visible()
    expect(page.get_by_role("button", name="Send and next")).to_be_hidden()


def test_menus_open_without_script(previews: Previews) -> None:
    page = previews.open("inbox", java_script_enabled=False)

    page.get_by_role("button", name="Queue: Maintenance").click()

    expect(page.get_by_role("listbox", name="Queue").get_by_role("option")).to_have_count(5)


def test_i_inserts_the_best_answer_into_an_empty_reply(inbox: Page) -> None:
    inbox.get_by_role("textbox", name=REPLY).fill("")
    inbox.keyboard.press("Escape")

    inbox.keyboard.press("i")

    expect(inbox.get_by_role("textbox", name=REPLY)).to_be_focused()
    assert "no-hot-water" in inbox.get_by_role("textbox", name=REPLY).input_value()


def test_the_sheet_lists_the_keys_and_switches_single_keys_off(inbox: Page) -> None:
    inbox.keyboard.press("?")
    sheet = inbox.get_by_role("dialog", name="Keyboard shortcuts")
    expect(sheet.get_by_role("listitem")).not_to_have_count(0)
    entries = sheet.get_by_role("listitem").count()
    sheet.get_by_role("switch", name="Single-key shortcuts").click()
    inbox.keyboard.press("Escape")

    inbox.keyboard.press("j")

    assert entries >= 25
    expect(sheet).to_be_hidden()
    assert open_ticket(inbox) == "4711"


def test_control_enter_sends_only_from_the_composer(inbox: Page) -> None:
    sent: list[str] = []
    inbox.on("request", lambda request: sent.append(request.url) if request.url.endswith("/messages") else None)
    inbox.keyboard.press("Control+Enter")
    before = len(sent)
    inbox.get_by_role("textbox", name=REPLY).focus()

    with inbox.expect_request("**/tickets/4711/messages") as request:
        inbox.keyboard.press("Control+Enter")

    assert before == 0
    assert 'name="then"\r\n\r\nnext' in (request.value.post_data or "")


def test_a_placeholder_left_open_holds_the_reply(inbox: Page) -> None:
    sent: list[str] = []
    inbox.on("request", lambda request: sent.append(request.url) if request.url.endswith("/messages") else None)
    inbox.get_by_role("textbox", name=REPLY).fill("The part arrives on {{day}}.")

    inbox.keyboard.press("Control+Enter")

    message = inbox.get_by_role("textbox", name=REPLY).evaluate("box => box.validationMessage")
    assert message == "Fill in {{day}} first"
    assert sent == []


def test_a_draft_is_saved_by_itself(inbox: Page) -> None:
    with inbox.expect_request("**/tickets/4711/draft?kind=reply") as request:
        inbox.get_by_role("textbox", name=REPLY).fill("It arrives on Friday.")

    assert request.value.post_data == "body=It+arrives+on+Friday.&form_id="
    expect(inbox.get_by_text("Draft saved")).to_be_visible()


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("ş" * 70, 1),
        ("ş" * 71, 2),
        ("😀" * 35, 1),
        ("😀" * 36, 2),
    ],
)
def test_texts_are_counted_as_the_network_splits_them(counting: Page, text: str, count: int) -> None:
    counted = counting.evaluate("async text => (await import('/static/js/segments.js')).segments(text)", text)

    assert counted == count


def test_the_person_is_a_drawer_on_a_narrow_screen(previews: Previews) -> None:
    page = previews.open("inbox-ticket", viewport={"width": 900, "height": 800})
    panel = page.get_by_role("complementary", name="Person")
    expect(panel).to_be_hidden()

    page.keyboard.press("v")

    expect(panel).to_be_visible()


def test_new_tickets_wait_behind_a_button_and_move_no_row(inbox: Page) -> None:
    order = "[...document.querySelectorAll('#rows > li')].map(row => row.id)"
    before = inbox.evaluate(order)
    inbox.route(
        "**/inbox/mine?part=list", lambda route: route.fulfill(body=with_new_row(inbox), content_type="text/html")
    )

    inbox.evaluate(
        "async () => (await import('/static/js/live.js')).receive('list', '1', {views: {'/inbox/mine': '13'}})"
    )

    expect(inbox.get_by_role("button", name="Show 1 new ticket")).to_be_visible()
    assert inbox.evaluate(order) == before
    expect(inbox.get_by_role("link", name="Mine 13")).to_be_visible()


def with_new_row(page: Page) -> str:
    """Return the list as the server would give it after another ticket came."""
    html: str = page.locator("#tickets").evaluate("pane => pane.outerHTML")
    row: str = page.locator("#row-4709").evaluate("row => row.outerHTML")
    return html.replace(row, row.replace("4709", "4799") + row)


def test_typing_survives_a_new_message_which_holds_the_first_sending(inbox: Page) -> None:
    box = inbox.get_by_role("textbox", name=REPLY)
    box.fill("It arrives on Thursday, I am so sorry.")
    box.evaluate("box => box.setSelectionRange(10, 10)")
    said = '<li class="message" id="message-9" data-message="9" aria-label="Message from Aylin Demir">'
    said += '<span class="message-author">Aylin Demir</span></li>'
    inbox.route(
        "**/tickets/4711?part=messages&after=4", lambda route: route.fulfill(body=said, content_type="text/html")
    )
    sent: list[str] = []
    inbox.on("request", lambda request: sent.append(request.url) if request.url.endswith("/messages") else None)

    inbox.evaluate(
        "async () => (await import('/static/js/live.js')).receive('message', '2', {ticket: 4711, message: 9})"
    )
    expect(inbox.get_by_role("button", name="Read new message, then send")).to_be_visible()
    caret = box.evaluate("box => box.selectionStart")
    inbox.keyboard.press("Control+Enter")
    expect(inbox.get_by_role("button", name="Send and next")).to_be_visible()
    held = len(sent)
    with inbox.expect_request("**/tickets/4711/messages"):
        inbox.keyboard.press("Control+Enter")

    assert (held, caret) == (0, 10)


def test_what_was_typed_stays_with_its_ticket(inbox: Page) -> None:
    inbox.get_by_role("textbox", name=REPLY).fill("Half a sentence")
    inbox.keyboard.press("Escape")
    inbox.keyboard.press("j")
    expect(inbox.get_by_role("heading", level=1)).to_have_text("Key lost, need a copy")
    inbox.get_by_role("textbox", name=REPLY).fill("")
    inbox.keyboard.press("Escape")

    inbox.keyboard.press("k")

    expect(inbox.get_by_role("heading", level=1)).to_have_text("No hot water since yesterday")
    expect(inbox.get_by_role("textbox", name=REPLY)).to_have_value("Half a sentence")


def test_what_was_sent_does_not_come_back(inbox: Page) -> None:
    inbox.get_by_role("textbox", name=REPLY).fill("It arrives on Friday.")
    with inbox.expect_response("**/tickets/4711/messages"):
        inbox.keyboard.press("Control+Enter")
    inbox.keyboard.press("Escape")
    inbox.keyboard.press("j")
    expect(inbox.get_by_role("heading", level=1)).to_have_text("Key lost, need a copy")

    inbox.keyboard.press("k")

    expect(inbox.get_by_role("heading", level=1)).to_have_text("No hot water since yesterday")
    expect(inbox.get_by_role("textbox", name=REPLY)).to_have_value("")
