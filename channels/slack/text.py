"""Text on its way into Slack's markup and out of it (https://docs.slack.dev/messaging/formatting-message-text)."""

from __future__ import annotations

import re

MAX_TEXT = 40_000  # Slack cuts longer texts itself
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_MARKUP = re.compile(r"<([^<>|]{1,2000})(?:\|([^<>]{0,2000}))?>")


def escape(text: str) -> str:
    """Return a text that Slack shows as it is: no mention, no link, nobody rung up (`<!channel>`)."""
    return CONTROL.sub("", text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def shorten(text: str, limit: int) -> str:
    """Return at most `limit` characters, with an ellipsis where something is missing."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def escape_within(text: str, limit: int) -> str:
    """Return an escaped text of at most `limit` characters; an entity is never cut in half."""
    escaped = escape(text)
    kept = len(text)
    while len(escaped) > limit:
        kept = min(kept - 1, max(1, kept * limit // len(escaped)))
        escaped = escape(shorten(text, kept))
    return escaped


def read_markup(text: str) -> str:
    """Return Slack's markup as plain text: links with their address, mentions with an @."""
    plain = _MARKUP.sub(_read_reference, CONTROL.sub("", text[:MAX_TEXT]))
    return plain.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").strip()


def _read_reference(found: re.Match[str]) -> str:
    target, label = found[1], found[2] or ""
    if target.startswith(("@", "#")):
        return target[0] + (label or target[1:])
    if target.startswith("!"):
        return label or "@" + target[1:].partition("^")[0]
    if label and label != target:
        return f"{label} ({target.removeprefix('mailto:')})"
    return target.removeprefix("mailto:")
