"""The reader's language: Babel's functions with the types they have, their catalogue looked up once a request."""

from __future__ import annotations

from gettext import NullTranslations

import flask_babel
from flask import Flask, g
from flask_babel import Locale

PLAIN = NullTranslations()


def _(words: str, /, **values: object) -> str:
    """Return words in the reader's language, with values in place."""
    told = _catalogue().gettext(words)
    return told % values if values else told


def ngettext(one: str, many: str, num: int) -> str:
    """Return the form of some words that fits a number."""
    return _catalogue().ngettext(one, many, num) % {"num": num}


def install_language(app: Flask) -> None:
    """Have templates speak the reader's language as views do."""
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]  # of the extension that Babel has added
        gettext=_, ngettext=lambda one, many, num: _catalogue().ngettext(one, many, num), newstyle=True
    )


def reading_locale() -> Locale:
    """Return the reader's locale, English where nobody reads."""
    return flask_babel.get_locale() or Locale("en")


def _catalogue() -> NullTranslations:
    """Return the catalogue of the reader's language: a page of the inbox looks a thousand words up."""
    if not g:
        return PLAIN
    found: NullTranslations | None = g.get("catalogue")
    if found is None:
        found = g.catalogue = flask_babel.get_domain().get_translations()
    return found
