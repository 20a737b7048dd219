"""Who may enter a face. Every blueprint names its guard when it is registered; none is an error (tests/structure)."""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import ip_address
from typing import TypeVar
from urllib.parse import quote, urlsplit

from apiflask import APIBlueprint
from flask import Blueprint, g, redirect, request, session
from werkzeug.wrappers import Response

from hub.domain.access import ABILITIES, Ability, Actor, Role
from hub.errors import Forbidden
from hub.models import Company, Contact, Identity
from hub.services.staff import accounts
from hub.services.staff.signed_in import Staff, find_staff
from hub.web.desk import current_desk

SIGN_IN = "sign_in"
PORTAL_SIGN_IN = "portal_sign_in"
ROLE_WORDS = {
    Role.AGENT: "customer service",
    Role.OPERATIONS: "operations",
    Role.MANAGER: "managers",
    Role.ADMIN: "administrators",
}
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
        if actor is None and _asked_by_itself():
            # No form to sign in with: its session would put out who is just signing in beside a page that is still open.
            return Response(status=401)
        if actor is None:
            return (
                redirect(f"/login?next={quote(request.full_path.rstrip('?'))}")
                if request.method == "GET"
                else redirect("/login")
            )
        if abilities and not any(actor.can_anywhere(each) for each in abilities):
            raise Forbidden(_for_whom(abilities, actor))
        return None

    return guard


def _asked_by_itself() -> bool:
    """Tell whether a page asks, and nobody who would read an answer in its place."""
    return request.headers.get("X-Live") == "true" or request.path.startswith("/events")


def _for_whom(abilities: tuple[Ability, ...], actor: Actor) -> str:
    """Say whose page this is and who could make it the visitor's too."""
    roles = [ROLE_WORDS[role] for role in Role if any(each in ABILITIES[role] for each in abilities)]
    listed = f"{', '.join(roles[:-1])} and {roles[-1]}" if len(roles) > 1 else roles[0]
    names = accounts.administrators_of(current_desk(), actor)
    ask = f"Ask {' or '.join(names)}" if names else "Ask an administrator of your company"
    return f"This page is for {listed}; your role has no part in it. {ask} if you need it."


def resident() -> Response | None:
    """Let people in who are signed in to the portal."""
    return None if present_contact() is not None else redirect("/portal/sign-in")


def present_actor() -> Actor | None:
    """Return the agent signed in to this browser, with rights as they are now."""
    staff = _present_staff()
    return staff.actor if staff is not None else None


def actor() -> Actor:
    """Return the agent a guarded view serves."""
    found = present_actor()
    if found is None:
        raise Forbidden("Sign in first.")
    return found


def companies_served() -> dict[int, Company]:
    """Return the companies that the agent signed in here works for, by id."""
    staff = _present_staff()
    return staff.companies if staff is not None else {}


def _present_staff() -> Staff | None:
    """Return who of the staff is signed in, asked once a request."""
    if "staff" not in g:
        g.staff = find_staff(current_desk(), session.get(SIGN_IN, ""))
    found: Staff | None = g.staff
    return found


def present_contact() -> tuple[Contact, Identity] | None:
    """Return the person signed in to the portal and the identity they proved."""
    if "contact" not in g:
        desk = current_desk()
        row = accounts.find_sign_in(desk, session.get(PORTAL_SIGN_IN, ""))
        contact = desk.session.get(Contact, row.contact_id) if row is not None and row.contact_id is not None else None
        identity = (
            desk.session.get(Identity, row.identity_id) if row is not None and row.identity_id is not None else None
        )
        known = contact is not None and identity is not None and contact.blocked_at is None
        g.contact = (contact, identity) if known else None
    found: tuple[Contact, Identity] | None = g.contact
    return found


def begin(signed_in: accounts.SignedIn) -> None:
    """Give this browser a fresh sign-in; whatever it held before is gone (no fixation).

    Only the other face's stays, with the token its open pages carry: an agent may look into the portal as a resident.
    """
    mine, other = (SIGN_IN, PORTAL_SIGN_IN) if signed_in.agent_id is not None else (PORTAL_SIGN_IN, SIGN_IN)
    kept = {name: session[name] for name in (other, "csrf_token") if name in session and session.get(other)}
    session.clear()
    session.update(kept)
    session[mine] = signed_in.secret
    session.permanent = True
    g.pop("staff", None)
    g.pop("contact", None)


def end(name: str) -> None:
    """End one face's sign-in on the server and forget it in this browser; with the last one everything is forgotten."""
    desk = current_desk()
    secret = session.pop(name, "")
    if secret:
        with desk.transaction():
            accounts.end_sign_ins(desk, secret=secret)
    if not (session.get(SIGN_IN) or session.get(PORTAL_SIGN_IN)):
        session.clear()


def came_from(otherwise: str) -> str:
    """Return the page of ours that the visitor was on, else another."""
    parts = urlsplit(request.referrer or "")
    path = safe_next(f"{parts.path}?{parts.query}".rstrip("?")) if parts.netloc == request.host else ""
    return path or otherwise


def on_this_machine() -> bool:
    """Tell whether the visitor sits at the machine the desk runs on: no proxy between, and the desk is published nowhere."""
    published = urlsplit(current_desk().settings.base_url).hostname or ""
    called = urlsplit(f"//{request.host}").hostname or ""
    forwarded = any(
        name in request.headers for name in ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-Ip")
    )
    return not forwarded and all(_is_loopback(each) for each in (request.remote_addr or "", called, published))


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


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
