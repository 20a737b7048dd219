"""Who may enter a face. Every blueprint names its guard when it is registered; none is an error (tests/structure)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar
from urllib.parse import quote

from apiflask import APIBlueprint
from flask import Blueprint, g, redirect, request, session
from werkzeug.wrappers import Response

from hub.domain.access import Ability, Actor
from hub.errors import Forbidden
from hub.models import Contact, Identity
from hub.services import accounts
from hub.web.desk import current_desk

SIGN_IN = "sign_in"
Guard = Callable[[], Response | None]
Kind = TypeVar("Kind", bound=Blueprint)


def guarded(blueprint: Kind, guard: Guard) -> Kind:
    """Put a guard before every view of a blueprint."""
    blueprint.before_request(guard)
    blueprint.guard = guard  # type: ignore[attr-defined]  # read by the test of the shape
    if not isinstance(blueprint, APIBlueprint):
        blueprint.enable_openapi = False  # type: ignore[attr-defined]  # APIFlask asks every blueprint that has a guard
    return blueprint


def anybody() -> None:
    """Let everybody in: pages that are public by design."""


def by_signature() -> None:
    """Let calls in that their view checks by signature or token."""


def staff(*abilities: Ability) -> Guard:
    """Return the guard for staff with one of some abilities in any company; views check the company of what they touch."""

    def guard() -> Response | None:
        actor = present_actor()
        if actor is None:
            return (
                redirect(f"/login?next={quote(request.full_path.rstrip('?'))}")
                if request.method == "GET"
                else redirect("/login")
            )
        if abilities and not any(actor.can_anywhere(each) for each in abilities):
            raise Forbidden("Your role has no part in this page.")
        return None

    return guard


def resident() -> Response | None:
    """Let people in who are signed in to the portal."""
    return None if present_contact() is not None else redirect("/portal/sign-in")


def present_actor() -> Actor | None:
    """Return the agent signed in to this browser, with rights as they are now."""
    if "actor" not in g:
        desk = current_desk()
        row = accounts.find_sign_in(desk, session.get(SIGN_IN, ""))
        g.actor = accounts.actor_of(desk, row.agent_id) if row is not None and row.agent_id is not None else None
    actor: Actor | None = g.actor
    return actor


def actor() -> Actor:
    """Return the agent a guarded view serves."""
    found = present_actor()
    if found is None:
        raise Forbidden("Sign in first.")
    return found


def present_contact() -> tuple[Contact, Identity] | None:
    """Return the person signed in to the portal and the identity they proved."""
    if "contact" not in g:
        desk = current_desk()
        row = accounts.find_sign_in(desk, session.get(SIGN_IN, ""))
        contact = desk.session.get(Contact, row.contact_id) if row is not None and row.contact_id is not None else None
        identity = (
            desk.session.get(Identity, row.identity_id) if row is not None and row.identity_id is not None else None
        )
        known = contact is not None and identity is not None and contact.blocked_at is None
        g.contact = (contact, identity) if known else None
    found: tuple[Contact, Identity] | None = g.contact
    return found


def begin(signed_in: accounts.SignedIn) -> None:
    """Give this browser a fresh sign-in; whatever it held before is gone (no fixation)."""
    session.clear()
    session[SIGN_IN] = signed_in.secret
    session.permanent = True


def safe_next(wanted: str) -> str:
    """Return a path of ours to go to, or nothing: never another host (reliability G09)."""
    return (
        wanted
        if wanted.startswith("/")
        and not wanted.startswith(("//", "/\\"))
        and wanted.isprintable()
        and "\\" not in wanted
        else ""
    )
