"""Views that agents keep under a name: for themselves, or for the colleagues of a company."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from urllib.parse import urlencode

from sqlalchemy import Select, and_, func, or_, select

from hub.desk import Desk
from hub.domain.access import Ability, Actor
from hub.errors import Forbidden, Invalid, NotFound
from hub.models import Company, SavedView
from hub.services.inbox.filters import Filters, read_filters
from hub.services.inbox.inbox import VIEWS, count_views
from hub.services.staff.scope import own_companies

LONGEST_NAME = 40
MOST_KEPT = 30


def path_of(view: str, filters: Filters) -> str:
    """Return the address of a view and its filters: what is kept is nothing else."""
    chosen = urlencode(filters.words)
    return f"/inbox/{view}{f'?{chosen}' if chosen else ''}"


def address_of(saved: SavedView) -> str:
    """Return the address of a kept view."""
    return path_of(saved.view, read_filters(saved.filters))


def saved_views(desk: Desk, actor: Actor) -> Sequence[SavedView]:
    """Return the views an agent has kept and those colleagues share with them, by name."""
    return desk.session.scalars(select_saved(actor)).all()


def select_saved(actor: Actor) -> Select[SavedView]:
    """Select the same."""
    shared = and_(SavedView.shared, own_companies(actor, SavedView))
    query = select(SavedView).where(or_(SavedView.agent_id == actor.agent_id, shared))
    return query.order_by(func.lower(SavedView.name), SavedView.id).limit(MOST_KEPT)


def by_name(saved: Iterable[SavedView]) -> Sequence[SavedView]:
    """Return kept views in the order of the menu."""
    return sorted(saved, key=lambda each: (each.name.lower(), each.id))


def count_with_saved(desk: Desk, actor: Actor, saved: Sequence[SavedView]) -> dict[str, int]:
    """Return what each view holds by its address: those of the desk, and those that are kept."""
    kept = {address_of(each): (each.view, read_filters(each.filters)) for each in saved}
    counts = count_views(desk, actor, kept)
    return {name if name in kept else path_of(name, Filters()): count for name, count in counts.items()}


def find_saved(desk: Desk, actor: Actor, number: int) -> SavedView:
    """Return one of them; raises `NotFound`."""
    found = next((each for each in saved_views(desk, actor) if each.id == number), None)
    if found is None:
        raise NotFound("There is no such view: it may have been removed by who kept it.")
    return found


def keep_view(desk: Desk, actor: Actor, name: str, *, view: str, filters: Filters, share: str = "") -> SavedView:
    """Keep a view under a name; `share` is the company (its slug) whose colleagues see it, or nothing.

    Raises `Invalid` for a name that is empty, too long or taken, and for a company that is not served.
    """
    if actor.agent_id is None:
        raise Forbidden("Only staff keep views.")
    if view not in VIEWS:
        raise NotFound(f"There is no view {view!r}.")
    mine = list(desk.session.scalars(select(SavedView).where(SavedView.agent_id == actor.agent_id)))
    if len(mine) >= MOST_KEPT:
        raise Invalid(f"You keep {MOST_KEPT} views already: remove one first.", field="name")
    company_id = _company(desk, actor, share or filters.company, field="share" if share else "")
    saved = SavedView(
        company_id=company_id,
        agent_id=actor.agent_id,
        name=_checked(name, mine),
        shared=bool(share),
        view=view,
        filters=filters.words,
    )
    desk.session.add(saved)
    desk.session.flush()
    return saved


def change_saved(desk: Desk, actor: Actor, number: int, name: str, *, share: str = "") -> SavedView:
    """Give a kept view another name, or share it, or share it no more; raises as `keep_view`, and `Forbidden`."""
    saved = _may_change(desk, actor, number)
    others = select(SavedView).where(SavedView.agent_id == saved.agent_id, SavedView.id != saved.id)
    saved.name = _checked(name, list(desk.session.scalars(others)))
    saved.shared = bool(share)
    if share:
        saved.company_id = _company(desk, actor, share, field="share")
    return saved


def remove_saved(desk: Desk, actor: Actor, number: int) -> SavedView:
    """Remove a kept view; the tickets stay where they are. Raises `NotFound` and `Forbidden`."""
    saved = _may_change(desk, actor, number)
    desk.session.delete(saved)
    return saved


def may_change(actor: Actor, saved: SavedView) -> bool:
    """Tell whether somebody may rename or remove a kept view: who kept it, and of shared ones an administrator."""
    return saved.agent_id == actor.agent_id or (saved.shared and actor.can(Ability.ADMINISTER, saved.company_id))


def _may_change(desk: Desk, actor: Actor, number: int) -> SavedView:
    saved = find_saved(desk, actor, number)
    if not may_change(actor, saved):
        raise Forbidden("A colleague keeps this view: ask them, or an administrator, to change it.")
    return saved


def _checked(name: str, others: Sequence[SavedView]) -> str:
    cleaned = " ".join(name.replace("\0", "").split())
    if not cleaned or len(cleaned) > LONGEST_NAME:
        raise Invalid(f"Name: give the view one of at most {LONGEST_NAME} characters.", field="name")
    if any(each.name.casefold() == cleaned.casefold() for each in others):
        raise Invalid(f"Name: you keep a view called {cleaned} already: choose another.", field="name")
    return cleaned


def _company(desk: Desk, actor: Actor, slug: str, *, field: str) -> int:
    """Return the company a view belongs to, the first that is served where none is meant."""
    served = sorted(actor.companies_with(Ability.READ_TICKETS))
    if slug:
        found = desk.session.scalar(select(Company.id).where(Company.slug == slug, Company.id.in_(served)))
        if found is not None:
            return found
    if field or not served:
        raise Invalid("Share with: choose a company you serve.", field=field or "name")
    return served[0]
