"""Cards and modals: built from plain values, whatever a resident wrote into them (reliability.md F09, F10)."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.slack.card import Button, task_card, words_view
from channels.slack.text import escape, escape_within, read_markup

LINK = "https://desk.example.org/ops/tasks/88"


def a_card(**values: Any) -> list[dict[str, Any]]:
    defaults: dict[str, Any] = {"number": "T-88", "title": "Kitchen drain blocked", "link": LINK, "state": "To do"}
    return task_card(**{**defaults, **values})


def texts_in(tree: object) -> list[dict[str, Any]]:
    """All text objects of a card."""
    if isinstance(tree, dict):
        own = [tree] if tree.get("type") in {"mrkdwn", "plain_text"} else []
        return own + [text for value in tree.values() for text in texts_in(value)]
    return [text for value in tree for text in texts_in(value)] if isinstance(tree, list) else []


def test_a_card_says_what_where_when_and_how_it_stands() -> None:
    blocks = a_card(
        unit="Lindenhof 12 · 3B",
        priority="urgent",
        due="Mon 30 Nov, 12:00",
        assignee="Tom",
        details="Water comes back up in the sink.",
        note="Access: with notice",
        buttons=(Button("task_accept", "Accept", "T-88", "primary"), Button("task_blocked", "Blocked", "T-88")),
    )

    assert [block["type"] for block in blocks] == ["section", "section", "section", "actions", "context"]
    assert blocks[0]["text"]["text"] == f"🔴 *<{LINK}|T-88>* Kitchen drain blocked"
    shown = [field["text"] for field in blocks[1]["fields"]]
    assert shown == [
        "*Where*\nLindenhof 12 · 3B",
        "*State*\nTo do",
        "*Priority*\nurgent",
        "*Due*\nMon 30 Nov, 12:00",
        "*Who*\nTom",
    ]
    accept, blocked = blocks[3]["elements"]
    assert (accept["action_id"], accept["value"], accept["style"]) == ("task_accept", "T-88", "primary")
    assert "style" not in blocked


def test_what_is_not_known_is_not_shown() -> None:
    assert [block["type"] for block in a_card()] == ["section", "section"]


@pytest.mark.parametrize(
    "field", ["number", "title", "state", "unit", "priority", "due", "assignee", "details", "note"]
)
def test_nobody_is_rung_up_by_what_a_resident_wrote(field: str) -> None:
    card = json.dumps(a_card(**{field: "<!channel> <@U1> <https://evil.example|click> *x* & ```"}))

    assert "<!channel>" not in card
    assert "<@U1>" not in card
    assert "<https://evil.example" not in card


def test_slack_finds_no_links_or_names_by_itself() -> None:
    texts = texts_in(a_card(details="see evil.example and #general"))

    assert all(text["verbatim"] is True for text in texts if text["type"] == "mrkdwn")


@pytest.mark.parametrize("link", ["javascript:alert(1)", "", "desk.example.org", "data:text/html,x"])
def test_a_link_that_is_no_web_address_is_left_out(link: str) -> None:
    assert a_card(link=link)[0]["text"]["text"].startswith("*T-88*")


def test_a_link_cannot_break_out_of_its_brackets() -> None:
    heading = a_card(link="https://desk.example.org/a|b>c d")[0]["text"]["text"]

    assert heading.startswith("*<https://desk.example.org/a%7Cb&gt;c%20d|T-88>*")


@given(st.text(), st.text(), st.text(max_size=5), st.text())
def test_a_card_keeps_to_slacks_limits(title: str, details: str, label: str, value: str) -> None:
    buttons = tuple(Button(f"a{number}" * 200, label * 50, value * 50) for number in range(40))

    blocks = a_card(title=title * 40, details=details * 400, note=details * 300, buttons=buttons)

    assert len(blocks) <= 50
    for text in texts_in(blocks):
        assert len(text["text"]) <= (75 if text["type"] == "plain_text" else 3_000)
    for block in blocks:
        if block["type"] == "actions":
            assert len(block["elements"]) <= 25
            assert all(len(each["action_id"]) <= 255 and len(each["value"]) <= 2_000 for each in block["elements"])


def test_a_modal_asks_for_words_and_brings_them_back() -> None:
    view = words_view(action="task_blocked", subject="T-88", title="Why is it blocked?", label="Reason", hint="No key")

    assert (view["callback_id"], view["private_metadata"]) == ("task_blocked", "T-88")
    question: Any
    (question,) = view["blocks"]
    assert question["element"]["action_id"] == "words"
    assert question["optional"] is False


def test_a_modal_that_wants_photos_does_not_demand_them() -> None:
    view: Any = words_view(action="task_done", subject="T-88", title="Done", label="What?", photos_label="Photos")

    photos = view["blocks"][-1]
    assert (photos["type"], photos["optional"], photos["element"]["type"]) == ("input", True, "file_input")
    assert 1 <= photos["element"]["max_files"] <= 10
    assert "png" in photos["element"]["filetypes"]


def test_a_modals_texts_keep_to_slacks_limits() -> None:
    view = words_view(action="a" * 300, subject="b" * 4_000, title="c" * 99, label="d" * 999, hint="e" * 999)

    assert len(str(view["callback_id"])) == 255
    assert len(str(view["private_metadata"])) == 3_000
    assert len(view["title"]["text"]) == 24  # type: ignore[index]


@given(st.text(alphabet=st.characters(exclude_categories=["Cc", "Cs"])))
def test_an_escaped_text_reads_back_as_it_was(text: str) -> None:
    assert read_markup(escape(text)) == text[:40_000].strip()


@given(st.text(alphabet="<>&a", max_size=200), st.integers(min_value=6, max_value=100))
def test_a_cut_text_never_ends_in_half_an_entity(text: str, limit: int) -> None:
    cut = escape_within(text, limit)

    assert len(cut) <= limit
    assert cut.count("&") == cut.count(";")
