"""The companies of a desk, as those see them who keep their settings."""

from __future__ import annotations

from sqlalchemy import select

from hub.desk import Desk
from hub.domain.access import Ability, Actor
from hub.models import Company


def administered(desk: Desk, actor: Actor) -> list[Company]:
    """Return the companies whose settings an actor keeps, oldest first."""
    return companies_with(desk, actor, Ability.ADMINISTER)


def companies_with(desk: Desk, actor: Actor, ability: Ability) -> list[Company]:
    """Return the companies in which an actor has an ability, oldest first."""
    query = select(Company).order_by(Company.id)
    if not actor.everything:
        query = query.where(Company.id.in_(sorted(actor.companies_with(ability))))
    return list(desk.session.scalars(query))
