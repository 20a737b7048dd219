"""Whose help centre a writer works on."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import request

from hub.domain.access import Ability
from hub.errors import Forbidden, NotFound
from hub.models import Company
from hub.services.settings.companies import companies_with
from hub.web.desk import current_desk
from hub.web.guards import actor
from hub.web.viewmodels.parts import Link


def chosen_company() -> Company:
    """Return the company that is written for, the first one where none is named; raises `NotFound` for another's."""
    mine = companies_with(current_desk(), actor(), Ability.WRITE_ARTICLES)
    if not mine:
        raise Forbidden("Your role does not write articles.")
    wanted = request.values.get("company", "") or mine[0].slug
    found = next((each for each in mine if each.slug == wanted), None)
    if found is None:
        raise NotFound("You write for no such company.")
    return found


def company_links(path: str, chosen: Company) -> tuple[Link, ...]:
    """Return the same page of every company one writes for."""
    mine = companies_with(current_desk(), actor(), Ability.WRITE_ARTICLES)
    return tuple(
        Link(label=each.name, url=f"{path}?{urlencode({'company': each.slug})}", current=each.id == chosen.id)
        for each in mine
    )
