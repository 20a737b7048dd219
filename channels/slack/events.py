"""What a call from Slack says: presses, submitted modals, and what happens in the threads of our cards."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from channels.address import clean_line
from channels.channel import Action
from channels.slack.text import CONTROL, read_markup

REPLY = "thread_reply"
REPLY_CHANGED = "thread_reply_changed"
REPLY_DELETED = "thread_reply_deleted"
ANSWER_HOST = "hooks.slack.com"
MAX_FILES = 20
FILES = "file_input"
_SAID = frozenset({"", "file_share", "thread_broadcast", "me_message"})  # subtypes in which a person says something


def read_interaction(payload: Mapping[str, Any]) -> tuple[Action, ...]:
    """Return the presses or the submitted modal of an interaction payload; other kinds mean nothing to us.

    https://docs.slack.dev/reference/interaction-payloads
    """
    kind = payload.get("type")
    if kind == "block_actions":
        rows = payload.get("actions")
        pressed = [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
        return tuple(_read_press(payload, row) for row in pressed)
    if kind == "view_submission":
        return (_read_submission(payload),)
    return ()


def read_event(body: Mapping[str, Any]) -> tuple[Action, ...]:
    """Return what a person said, changed or deleted in a thread; everything else means nothing to us.

    https://docs.slack.dev/reference/events/message
    """
    event = branch(body, "event")
    if event.get("type") != "message":
        return ()
    subtype = word(event, "subtype")
    if subtype == "message_changed":
        said, before = branch(event, "message"), branch(event, "previous_message")
        if said.get("text") == before.get("text"):
            return ()  # Slack also tells of unfurled links and reply counts
        return _read_said(body, event, said, REPLY_CHANGED)
    if subtype == "message_deleted":
        return _read_said(body, event, branch(event, "previous_message"), REPLY_DELETED)
    return _read_said(body, event, event, REPLY) if subtype in _SAID else ()


def files_of(said: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return name, type, size and address of the files that came with a message or in a modal's element."""
    rows = said.get("files")
    return [
        {
            "name": clean_line(word(row, "name"))[:200],
            "type": clean_line(word(row, "mimetype"))[:100].lower(),
            "size": str(row.get("size", ""))[:20],
            "url": word(row, "url_private_download") or word(row, "url_private"),
        }
        for row in (rows[:MAX_FILES] if isinstance(rows, list) else [])
        if isinstance(row, dict) and (word(row, "url_private_download") or word(row, "url_private"))
    ]


def branch(tree: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Return an object inside an object, or an empty one."""
    value = tree.get(name)
    return value if isinstance(value, dict) else {}


def word(tree: Mapping[str, Any], name: str) -> str:
    """Return a text inside an object, without characters no database takes, or nothing."""
    value = tree.get(name)
    return CONTROL.sub("", value) if isinstance(value, str) else ""


def _read_press(payload: Mapping[str, Any], press: Mapping[str, Any]) -> Action:
    user, container = branch(payload, "user"), branch(payload, "container")
    channel = word(branch(payload, "channel"), "id") or word(container, "channel_id")
    message_ts = word(branch(payload, "message"), "ts") or word(container, "message_ts")
    name = word(press, "action_id")
    chosen = branch(press, "selected_option")
    return Action(
        event_key=":".join(("press", word(user, "id"), word(press, "action_ts"), channel, message_ts, name)),
        name=name,
        subject=word(press, "value") or word(chosen, "value"),
        actor=word(user, "id"),
        facts=_facts(payload, {"channel": channel, "message": f"{channel}:{message_ts}" if message_ts else ""}),
    )


def _read_submission(payload: Mapping[str, Any]) -> Action:
    user, view = branch(payload, "user"), branch(payload, "view")
    state = branch(branch(view, "state"), "values")
    values, files = _read_values(state), _read_files(state)
    occasion = word(payload, "trigger_id") or word(view, "hash")
    return Action(
        event_key=":".join(("view", word(user, "id"), word(view, "id"), occasion)),
        name=word(view, "callback_id"),
        subject=word(view, "private_metadata"),
        actor=word(user, "id"),
        text=next(iter(values.values()), ""),
        facts=_facts(payload, {"values": json.dumps(values), "files": json.dumps(files) if files else ""}),
    )


def _read_values(state: Mapping[str, Any]) -> dict[str, str]:
    """Return what was entered, by action id: a typed text, a chosen option, a date or a time; files are read apart."""
    values = {}
    for block in state.values():
        for action_id, element in (block if isinstance(block, dict) else {}).items():
            if isinstance(element, dict) and element.get("type") != FILES:
                chosen = word(branch(element, "selected_option"), "value")
                dated = word(element, "selected_date") or word(element, "selected_time")
                values[str(action_id)] = word(element, "value") or chosen or dated
    return values


def _read_files(state: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return the files that were put into a modal."""
    elements = [each for block in state.values() if isinstance(block, dict) for each in block.values()]
    given = [each for each in elements if isinstance(each, dict) and each.get("type") == FILES]
    return [file for each in given for file in files_of(each)][:MAX_FILES]


def _read_said(
    body: Mapping[str, Any], event: Mapping[str, Any], said: Mapping[str, Any], name: str
) -> tuple[Action, ...]:
    channel, thread, ts = word(event, "channel"), word(said, "thread_ts"), word(said, "ts")
    user = word(said, "user")
    if not (channel and thread and user) or thread == ts or said.get("bot_id"):
        return ()
    facts = {"channel": channel, "message": f"{channel}:{ts}", "team": word(body, "team_id")}
    files = files_of(said)
    if files and name != REPLY_DELETED:
        facts["files"] = json.dumps(files)
    action = Action(
        event_key=f"event:{word(body, 'event_id') or ':'.join((channel, ts, name, word(event, 'event_ts')))}",
        name=name,
        subject=f"{channel}:{thread}",
        actor=user,
        text=read_markup(word(said, "text")),
        facts=facts,
    )
    return (action,)


def _facts(payload: Mapping[str, Any], more: Mapping[str, str]) -> dict[str, str]:
    facts = {
        "team": word(branch(payload, "team"), "id"),
        "user_name": clean_line(word(branch(payload, "user"), "username") or word(branch(payload, "user"), "name")),
        "trigger_id": word(payload, "trigger_id"),
        "response_url": _answer_url(word(payload, "response_url")),
        **more,
    }
    return {name: value for name, value in facts.items() if value}


def _answer_url(url: str) -> str:
    """Return a response URL only where it is Slack's own."""
    try:
        parts = urlsplit(url)
        trusted = parts.scheme == "https" and parts.netloc == ANSWER_HOST
    except ValueError:
        trusted = False
    return url if trusted else ""
