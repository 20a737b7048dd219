"""What a request to the inbox asks for."""

from __future__ import annotations

from flask import request

from hub.services.inbox import VIEWS, Filters

NEXT_VIEWS = frozenset(VIEWS)


def wants_fragment() -> bool:
    """Tell whether a part of a page is asked for."""
    return request.headers.get("HX-Request") == "true" and request.headers.get("HX-History-Restore-Request") != "true"


def asked_view() -> str:
    """Return the view that the address names, else all."""
    view = request.args.get("view", "all")
    return view if view in NEXT_VIEWS else "all"


def asked_filters() -> Filters:
    """Return the filters that the address names."""
    chosen = {name: value.replace("\0", "") for name, value in request.args.items()}
    words = {name: chosen.get(name, "") for name in ("queue", "channel", "tag", "company")}
    return Filters(**words, property_id=number_in(chosen.get("property", "")))


def number_in(words: str) -> int | None:
    """Return the number that words are, or nothing."""
    return int(words) if words.isascii() and words.isdecimal() and len(words) < 19 else None
