"""The reader's language: Babel's functions with the types they have."""

from __future__ import annotations

import flask_babel


def _(words: str, /, **values: object) -> str:
    """Return words in the reader's language, with values in place."""
    return str(flask_babel.gettext(words, **values))


def ngettext(one: str, many: str, num: int) -> str:
    """Return the form of some words that fits a number."""
    return str(flask_babel.ngettext(one, many, num))
