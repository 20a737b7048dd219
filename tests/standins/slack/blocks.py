"""Whether Slack would take these blocks: the limits of docs.slack.dev/reference/block-kit.

Every function returns complaints as Slack words them in `response_metadata.messages`.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping
from typing import Any

Complaints = list[str]

MESSAGE_BLOCKS, VIEW_BLOCKS = 50, 100
# Not documented; reported by Slack users in slackapi/bolt-js#2509 as the smallest that was refused.
ALL_TEXT = 13_200


def complain(what: str, pointer: str) -> str:
    """Return one complaint in Slack's form."""
    return f"[ERROR] {what} [json-pointer:{pointer}]"


def check_blocks(blocks: Any, most: int = MESSAGE_BLOCKS, pointer: str = "/blocks") -> Complaints:
    """Return what is wrong with a list of blocks; an empty list is well."""
    if not isinstance(blocks, list):
        return [complain("must be an array", pointer)]
    found: Complaints = []
    if len(blocks) > most:
        found.append(complain(f"no more than {most} items allowed", pointer))
    seen: set[str] = set()
    for index, block in enumerate(blocks):
        here = f"{pointer}/{index}"
        if not isinstance(block, dict) or block.get("type") not in _BLOCKS:
            found.append(complain(f"unsupported type: {block.get('type') if isinstance(block, dict) else block}", here))
            continue
        found += _length(block, "block_id", 255, here)
        if block.get("block_id") in seen:
            found.append(complain(f'"block_id" `{block["block_id"]}` already exists', here))
        seen |= {block["block_id"]} if block.get("block_id") else set()
        found += _BLOCKS[block["type"]](block, here)
    return found


def text_size(blocks: list[Any]) -> int:
    """Return the number of characters of all texts in the blocks."""

    def texts(value: Any) -> Iterator[str]:
        if isinstance(value, dict):
            for name, inner in value.items():
                if name == "text" and isinstance(inner, str):
                    yield inner
                yield from texts(inner)
        elif isinstance(value, list):
            for inner in value:
                yield from texts(inner)

    return sum(len(text) for text in texts(blocks))


def find_elements(blocks: list[Any]) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Yield (block, element) for every interactive element."""
    for block in blocks:
        inner = [*(block.get("elements") or []), block.get("accessory"), block.get("element")]
        for element in inner:
            if isinstance(element, dict) and "action_id" in element:
                yield block, element


def name_parts(blocks: list[Any]) -> None:
    """Give every block and interactive element the name Slack makes up when the app gave none."""
    for block in blocks:
        block.setdefault("block_id", secrets.token_urlsafe(4))
        for element in [*(block.get("elements") or []), block.get("accessory"), block.get("element")]:
            if isinstance(element, dict) and element.get("type") in _INTERACTIVE:
                element.setdefault("action_id", secrets.token_urlsafe(4))


def _length(holder: Mapping[str, Any], name: str, most: int, pointer: str, *, required: bool = False) -> Complaints:
    value = holder.get(name)
    if value is None:
        return [complain(f"missing required field: {name}", pointer)] if required else []
    here = f"{pointer}/{name}"
    if not isinstance(value, str):
        return [complain("must be a string", here)]
    if required and not value:
        return [complain("must be more than 0 characters", here)]
    return [complain(f"must be less than {most + 1} characters", here)] if len(value) > most else []


def check_text(value: Any, most: int, pointer: str, *, plain: bool = False) -> Complaints:
    """Return what is wrong with a text object; `plain` allows plain_text only."""
    if not isinstance(value, dict):
        return [complain("must be a text object", pointer)]
    allowed = ("plain_text",) if plain else ("plain_text", "mrkdwn")
    if value.get("type") not in allowed:
        return [complain(f"must be one of {', '.join(allowed)}", f"{pointer}/type")]
    return _length(value, "text", most, pointer, required=True)


def _section(block: dict[str, Any], here: str) -> Complaints:
    found: Complaints = []
    fields = block.get("fields")
    if block.get("text") is not None:
        found += check_text(block["text"], 3000, f"{here}/text")
    elif not fields:
        found.append(complain("missing required field: text or fields", here))
    if fields is not None:
        found += _counted(fields, 1, 10, f"{here}/fields")
        for index, value in enumerate(fields if isinstance(fields, list) else []):
            found += check_text(value, 2000, f"{here}/fields/{index}")
    if block.get("accessory") is not None:
        found += _outside_input(block["accessory"], f"{here}/accessory")
    return found


def _counted(items: Any, least: int, most: int, here: str) -> Complaints:
    if not isinstance(items, list):
        return [complain("must be an array", here)]
    if len(items) < least:
        return [complain(f"no fewer than {least} items allowed", here)]
    return [complain(f"no more than {most} items allowed", here)] if len(items) > most else []


def _actions(block: dict[str, Any], here: str) -> Complaints:
    elements = block.get("elements")
    found = _counted(elements, 1, 25, f"{here}/elements")
    seen: set[str] = set()
    for index, element in enumerate(elements if isinstance(elements, list) else []):
        found += _outside_input(element, f"{here}/elements/{index}")
        action = element.get("action_id") if isinstance(element, dict) else None
        if action in seen:
            found.append(complain(f'"action_id" `{action}` already exists', f"{here}/elements/{index}/action_id"))
        seen |= {action} if action else set()
    return found


def _context(block: dict[str, Any], here: str) -> Complaints:
    elements = block.get("elements")
    found = _counted(elements, 1, 10, f"{here}/elements")
    for index, element in enumerate(elements if isinstance(elements, list) else []):
        if isinstance(element, dict) and element.get("type") == "image":
            found += _image(element, f"{here}/elements/{index}")
        else:
            found += check_text(element, 3000, f"{here}/elements/{index}")
    return found


def _header(block: dict[str, Any], here: str) -> Complaints:
    return check_text(block.get("text"), 150, f"{here}/text", plain=True)


def _image(block: dict[str, Any], here: str) -> Complaints:
    found = _length(block, "alt_text", 2000, here, required=True)
    if block.get("slack_file") is None:
        found += _length(block, "image_url", 3000, here, required=True)
    if block.get("title") is not None:
        found += check_text(block["title"], 2000, f"{here}/title", plain=True)
    return found


def _input(block: dict[str, Any], here: str) -> Complaints:
    found = check_text(block.get("label"), 2000, f"{here}/label", plain=True)
    if block.get("hint") is not None:
        found += check_text(block["hint"], 2000, f"{here}/hint", plain=True)
    return found + check_element(block.get("element"), f"{here}/element")


def _markdown(block: dict[str, Any], here: str) -> Complaints:
    return _length(block, "text", 12_000, here, required=True)


def _anything(_block: dict[str, Any], _here: str) -> Complaints:
    return []


_BLOCKS: dict[str, Callable[[dict[str, Any], str], Complaints]] = {
    "section": _section,
    "actions": _actions,
    "context": _context,
    "header": _header,
    "image": _image,
    "input": _input,
    "markdown": _markdown,
    "divider": _anything,
    "rich_text": _anything,
    "file": _anything,
    "video": _anything,
}


def check_element(element: Any, here: str) -> Complaints:
    """Return what is wrong with a block element."""
    if not isinstance(element, dict) or element.get("type") not in _ELEMENTS:
        return [complain("unsupported element type", here)]
    found = _length(element, "action_id", 255, here)
    if element.get("confirm") is not None:
        found += _confirm(element["confirm"], f"{here}/confirm")
    if element.get("placeholder") is not None:
        found += check_text(element["placeholder"], 150, f"{here}/placeholder", plain=True)
    return found + _ELEMENTS[element["type"]](element, here)


def _outside_input(element: Any, here: str) -> Complaints:
    """Check an element of another block than input: files are asked for in an input block only."""
    if isinstance(element, dict) and element.get("type") == "file_input":
        return [complain("unsupported element type", here)]
    return check_element(element, here)


def _button(element: dict[str, Any], here: str) -> Complaints:
    found = check_text(element.get("text"), 75, f"{here}/text", plain=True)
    found += _length(element, "value", 2000, here) + _length(element, "url", 3000, here)
    found += _length(element, "accessibility_label", 75, here)
    if element.get("style", "primary") not in {"primary", "danger"}:
        found.append(complain("must be one of primary, danger", f"{here}/style"))
    return found


def _confirm(value: Any, here: str) -> Complaints:
    if not isinstance(value, dict):
        return [complain("must be an object", here)]
    found = check_text(value.get("title"), 100, f"{here}/title", plain=True)
    found += check_text(value.get("text"), 300, f"{here}/text")
    found += check_text(value.get("confirm"), 30, f"{here}/confirm", plain=True)
    return found + check_text(value.get("deny"), 30, f"{here}/deny", plain=True)


def _options(most: int) -> Callable[[dict[str, Any], str], Complaints]:
    def check(element: dict[str, Any], here: str) -> Complaints:
        if element.get("option_groups") is not None:
            return _counted(element["option_groups"], 1, 100, f"{here}/option_groups")
        options = element.get("options")
        found = _counted(options, 1, most, f"{here}/options")
        for index, option in enumerate(options if isinstance(options, list) else []):
            there = f"{here}/options/{index}"
            if not isinstance(option, dict):
                found.append(complain("must be an object", there))
                continue
            found += check_text(option.get("text"), 75, f"{there}/text")
            found += _length(option, "value", 150, there, required=True)
        return found

    return check


def _file_input(element: dict[str, Any], here: str) -> Complaints:
    """Check an element for files: one to ten of them (block-kit/block-elements/file-input-element)."""
    found: Complaints = []
    types, most = element.get("filetypes"), element.get("max_files", 10)
    if types is not None and (not isinstance(types, list) or not all(isinstance(each, str) and each for each in types)):
        found.append(complain("must be an array of file extensions", f"{here}/filetypes"))
    if not isinstance(most, int) or isinstance(most, bool) or not 1 <= most <= 10:
        found.append(complain("must be between 1 and 10", f"{here}/max_files"))
    return found


_ELEMENTS: dict[str, Callable[[dict[str, Any], str], Complaints]] = {
    "button": _button,
    "image": _image,
    "static_select": _options(100),
    "multi_static_select": _options(100),
    "overflow": _options(5),
    "checkboxes": _options(10),
    "radio_buttons": _options(10),
    **dict.fromkeys(
        (
            "plain_text_input",
            "email_text_input",
            "url_text_input",
            "number_input",
            "datepicker",
            "timepicker",
            "datetimepicker",
            "users_select",
            "multi_users_select",
            "conversations_select",
            "channels_select",
            "external_select",
            "rich_text_input",
        ),
        _anything,
    ),
    "file_input": _file_input,
}

_INTERACTIVE = frozenset(_ELEMENTS) - {"image"}


def check_view(view: Any) -> Complaints:
    """Return what is wrong with a modal (docs.slack.dev/reference/views/modal-views)."""
    if not isinstance(view, dict):
        return [complain("must be an object", "/view")]
    if view.get("type") != "modal":
        return [complain("must be modal", "/view/type")]
    found = check_text(view.get("title"), 24, "/view/title", plain=True)
    for name in ("submit", "close"):
        if view.get(name) is not None:
            found += check_text(view[name], 24, f"/view/{name}", plain=True)
    found += _length(view, "private_metadata", 3000, "/view") + _length(view, "callback_id", 255, "/view")
    found += _length(view, "external_id", 255, "/view")
    blocks = view.get("blocks")
    found += check_blocks(blocks, VIEW_BLOCKS, "/view/blocks")
    asks = any(isinstance(block, dict) and block.get("type") == "input" for block in blocks or [])
    if asks and view.get("submit") is None:
        found.append(complain("must provide `submit` text when there are input blocks", "/view/submit"))
    return found
