"""Which company an administrator sets, and what their pages share."""

from __future__ import annotations

from babel import Locale
from flask import request
from flask_babel import get_locale

from hub.errors import Invalid, NotFound
from hub.models import Company
from hub.services.help.drafted_answers import record_of_drafts
from hub.services.settings.companies import administered
from hub.web.desk import current_desk
from hub.web.guards import actor
from hub.web.language import _
from hub.web.viewmodels.parts import Link


def chosen_company() -> Company:
    """Return the company that is being set, the first one where none is named; raises `NotFound` for another's."""
    mine = administered(current_desk(), actor())
    wanted = request.values.get("company", "") or mine[0].slug
    found = next((each for each in mine if each.slug == wanted), None)
    if found is None:
        raise NotFound("You keep the settings of no such company.")
    return found


def settings_link() -> Link:
    """Return the way back to all settings."""
    return Link(label=_("Settings"), url="/admin")


def error_at(error: Invalid | None, field: str) -> str:
    """Return the words of an error that is about a field."""
    return str(error) if error is not None and error.field == field else ""


def answering_words(company: Company) -> str:
    """Return how a company's answers leave, for the list of settings."""
    if company.answers_by_itself:
        return _("the desk answers by itself")
    record = record_of_drafts(current_desk(), company.id)
    return _("people send drafts; the desk is ready to answer by itself") if record.earned else _("people send drafts")


def language_name(language: str) -> str:
    """Return a language's name in the reader's own."""
    return Locale.parse(language).get_display_name(get_locale()) or language
