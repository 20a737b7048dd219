"""A company's colour on the pages for people outside: a style sheet of its own, for no page may carry styles in itself."""

from __future__ import annotations

from flask import Blueprint, Response, abort

from hub.domain.contrast import INK_AT_NIGHT, NIGHT, PAPER, at_night, is_colour, mixed
from hub.web.guards import anybody, guarded

brand = guarded(Blueprint("brand", __name__), anybody)
A_YEAR = 365 * 24 * 3600
PALE, DEEP = 0.88, 0.75


def brand_url(accent: str) -> str:
    """Return the address of the style sheet of a colour."""
    return f"/brand/{accent.lstrip('#').lower()}.css"


@brand.get("/brand/<colour>.css")
def style_sheet(colour: str) -> Response:
    """Give the accent of a colour by day and by night; what is no colour is not found."""
    accent = f"#{colour}"
    if not is_colour(accent):
        abort(404)
    night = at_night(accent)
    pairs = {
        "accent": (accent, night),
        "on-accent": (PAPER, INK_AT_NIGHT),
        "accent-soft": (mixed(accent, PAPER, PALE), mixed(night, NIGHT, DEEP)),
        "accent-soft-ink": (accent, PAPER),
    }
    light = "".join(f"--{name}:{day};" for name, (day, _night) in pairs.items())
    both = "".join(f"--{name}:light-dark({day},{dark});" for name, (day, dark) in pairs.items())
    words = f":root{{{light}}}@supports (color:light-dark(#000,#fff)){{:root{{{both}}}}}"
    answer = Response(words, mimetype="text/css")
    answer.cache_control.public = True
    answer.cache_control.max_age = A_YEAR
    return answer
