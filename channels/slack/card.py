"""The pieces of Block Kit we use, built from plain values (https://docs.slack.dev/reference/block-kit)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from channels.slack.text import escape, escape_within, shorten

Block = dict[str, object]

MAX_SECTION = 3_000
MAX_FIELD = 2_000
MAX_FIELDS = 10
MAX_BUTTONS = 25
MAX_BUTTON_TEXT = 75
MAX_ACTION_ID = 255
MAX_VALUE = 2_000
MAX_PHOTOS = 10
PHOTO_TYPES = ("jpg", "jpeg", "png", "gif", "webp")
_STYLES = frozenset({"primary", "danger"})
_PRIORITY_SIGNS = {"urgent": "🔴 ", "high": "🟠 "}


@dataclass(frozen=True, slots=True)
class Button:
    """A button of a card: `action` comes back as the action's name, `value` as its subject."""

    action: str
    label: str
    value: str
    style: str = ""


def task_card(
    *,
    number: str,
    title: str,
    link: str,
    state: str,
    unit: str = "",
    priority: str = "",
    due: str = "",
    assignee: str = "",
    details: str = "",
    note: str = "",
    buttons: Sequence[Button] = (),
) -> list[Block]:
    """Return the blocks of a task's card; every text is shown as it is, whatever a resident wrote into it.

    `number` is what people call the task (`T-88`), `details` what is to be done, `note` a small last line.
    """
    sign = _PRIORITY_SIGNS.get(priority.lower(), "")
    heading = f"{sign}*{linked(link, number)}* {escape_within(title, 300)}"
    facts = {"Where": unit, "State": state, "Priority": priority, "Due": due, "Who": assignee}
    blocks = [_section(heading)]
    fields = [_markup(f"*{name}*\n{escape_within(value, 500)}") for name, value in facts.items() if value.strip()]
    if fields:
        blocks.append({"type": "section", "fields": fields[:MAX_FIELDS]})
    if details.strip():
        blocks.append(_section(escape_within(details, MAX_SECTION)))
    if buttons:
        elements = [_button(button) for button in buttons[:MAX_BUTTONS]]
        blocks.append({"type": "actions", "elements": elements})
    if note.strip():
        blocks.append({"type": "context", "elements": [_markup(escape_within(note, MAX_FIELD))]})
    return blocks


def words_view(
    *,
    action: str,
    subject: str,
    title: str,
    label: str,
    hint: str = "",
    optional: bool = False,
    date_label: str = "",
    choice_label: str = "",
    choices: Mapping[str, str] | None = None,
    photos_label: str = "",
) -> Block:
    """Return a modal that asks for words; sending it comes back as an action of that name, subject and text.

    Where they are named it also asks for a date and for one of some choices (values with their labels): they come back among
    the action's `values`, as `date` and `choice`. Photos, where they are named, are not demanded and come back among its
    `files`, as those of a thread do.
    """
    field: Block = {"type": "plain_text_input", "action_id": "words", "multiline": True, "max_length": 3_000}
    if hint:
        field["placeholder"] = _plain(hint, 150)
    question = {"type": "input", "block_id": "words", "label": _plain(label, 200), "element": field}
    return {
        "type": "modal",
        "callback_id": action[:MAX_ACTION_ID],
        "private_metadata": subject[:3_000],
        "title": _plain(title, 24),
        "submit": _plain("Send", 24),
        "close": _plain("Cancel", 24),
        "blocks": [
            {**question, "optional": optional},
            *_date(date_label),
            *_choice(choice_label, choices or {}),
            *_photos(photos_label),
        ],
    }


def _date(label: str) -> list[Block]:
    if not label:
        return []
    element = {"type": "datepicker", "action_id": "date"}
    return [{"type": "input", "block_id": "date", "label": _plain(label, 200), "element": element}]


def _choice(label: str, choices: Mapping[str, str]) -> list[Block]:
    if not choices:
        return []
    options = [{"text": _plain(words, 75), "value": value} for value, words in choices.items()]
    element = {"type": "static_select", "action_id": "choice", "options": options}
    return [{"type": "input", "block_id": "choice", "label": _plain(label, 200), "element": element}]


def _photos(label: str) -> list[Block]:
    """Ask for photos: at most ten of 10 MB each, our app needs `files:read`, and only whoever opens them knows what they are.

    https://docs.slack.dev/reference/block-kit/block-elements/file-input-element
    """
    if not label:
        return []
    element = {"type": "file_input", "action_id": "photos", "filetypes": list(PHOTO_TYPES), "max_files": MAX_PHOTOS}
    return [{"type": "input", "block_id": "photos", "label": _plain(label, 200), "element": element, "optional": True}]


def linked(url: str, label: str) -> str:
    """Return a link in Slack's markup; an address that is not http or https is left out."""
    if urlsplit(url).scheme not in {"http", "https"}:
        return escape_within(label, 200)
    return f"<{quote(escape(url), safe=':/?#[]@!$&()*+,;=%~')}|{escape_within(label.replace('|', '/'), 200)}>"


def _section(markup: str) -> Block:
    return {"type": "section", "text": _markup(markup)}


def _markup(markup: str) -> Block:
    # verbatim: Slack must not find links, channels and names in the text by itself
    return {"type": "mrkdwn", "text": markup, "verbatim": True}


def _plain(text: str, limit: int) -> Mapping[str, object]:
    return {"type": "plain_text", "text": shorten(text, limit)}


def _button(button: Button) -> Block:
    element: Block = {
        "type": "button",
        "action_id": button.action[:MAX_ACTION_ID],
        "text": _plain(button.label, MAX_BUTTON_TEXT),
        "value": button.value[:MAX_VALUE],
    }
    if button.style in _STYLES:
        element["style"] = button.style
    return element
