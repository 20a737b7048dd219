"""What a request to the inbox asks for."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import request

from hub.services.inbox.filters import Filters, read_filters
from hub.services.inbox.inbox import VIEWS
from hub.services.inbox.saved_views import path_of

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
    return read_filters(request.args)


def asked_list() -> str:
    """Return the address of the view and filters that the address names."""
    return path_of(asked_view(), asked_filters())


def asked_place() -> str:
    """Return the view and filters that the address names as a query string, for the next address."""
    return place_words(asked_view(), asked_filters())


def place_words(view: str, filters: Filters) -> str:
    """Return a view and its filters as a query string."""
    return urlencode({"view": view, **filters.words})


def number_in(words: str) -> int | None:
    """Return the number that words are, or nothing."""
    return int(words) if words.isascii() and words.isdecimal() and len(words) < 19 else None
