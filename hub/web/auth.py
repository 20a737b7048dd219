"""Signing in and out: staff by password or link, everybody's links confirmed by a button (GET changes nothing)."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from hub.domain.access import Ability
from hub.errors import Refused
from hub.services.sandbox import list_staff
from hub.services.settings.configuration import read_directory
from hub.services.staff import accounts
from hub.web.desk import current_desk
from hub.web.guards import SIGN_IN, anybody, begin, end, guarded, on_this_machine, safe_next
from hub.web.language import _
from hub.web.limits import limiter
from hub.web.shell import public_shell
from hub.web.viewmodels.parts import Choice, Field, Form, Link
from hub.web.viewmodels.public import LinkPage, LoginPage

auth = guarded(Blueprint("auth", __name__), anybody)
ADDRESS_LIMIT = "10 per 15 minutes"
MACHINE_LIMIT = "60 per 15 minutes"


def typed_address() -> str:
    """Return the address somebody types in, as the key of its limit."""
    return accounts.address_key(request.form.get("email", "") or request.form.get("address", ""))[:320]


@auth.get("/login")
def login() -> str:
    """Ask staff who they are."""
    return _login_page()


@auth.post("/login")
@limiter.limit(MACHINE_LIMIT)
@limiter.limit(ADDRESS_LIMIT, key_func=typed_address)
def sign_in() -> str | Response | tuple[str, int]:
    """Sign staff in with a password, or post them a link; every mistake gets the same answer."""
    desk = current_desk()
    email = request.form.get("email", "")
    if request.form.get("way") == "link":
        with desk.transaction():
            accounts.request_agent_link(desk, email)
        return _login_page(
            email=email, hint=_("If this address is known here, a link is on its way. It works for 15 minutes.")
        )
    try:
        with desk.transaction():
            signed_in = accounts.sign_in_with_password(
                desk, email, request.form.get("password", ""), request.form.get("code", "")
            )
    except Refused as error:
        return _login_page(email=email, error=str(error)), 401
    begin(signed_in)
    return redirect(safe_next(request.args.get("next", "")) or "/inbox")


@auth.get("/login/link/<token>")
def link(token: str) -> str | tuple[str, int]:
    """Show the button that signs in; a mail scanner that only looks changes nothing."""
    return _open_link(token)


@auth.post("/login/link/<token>")
@limiter.limit(MACHINE_LIMIT)
def use_link(token: str) -> Response | str | tuple[str, int]:
    """Sign in by a link, once."""
    desk = current_desk()
    try:
        with desk.transaction():
            signed_in = accounts.sign_in_with_link(desk, token, code=request.form.get("code", ""))
    except Refused as error:
        return _open_link(token, mistake=str(error))
    begin(signed_in)
    if signed_in.contact_id is not None:
        return redirect("/portal")
    return redirect(_staff_home(signed_in.agent_id))


@auth.post("/logout")
def logout() -> Response:
    """End the staff sign-in."""
    end(SIGN_IN)
    return redirect("/")


def _staff_home(agent_id: int | None) -> str:
    actor = accounts.actor_of(current_desk(), agent_id) if agent_id else None
    return "/inbox" if actor is not None and actor.can_anywhere(Ability.READ_TICKETS) else "/board"


def _login_page(*, email: str = "", error: str = "", hint: str = "") -> str:
    directory = read_directory(current_desk())
    company = directory.companies[directory.first_company_id]
    fields = (
        Field(
            name="email",
            label=_("Email"),
            kind="email",
            value=email,
            autocomplete="username",
            autofocus=True,
            hint=hint,
        ),
        Field(name="password", label=_("Password"), kind="password", autocomplete="current-password"),
        _code_field(_("Only where you have set one up.")),
    )
    action = request.full_path.rstrip("?") if request.args.get("next") else "/login"
    page = LoginPage(
        shell=public_shell(company),
        title=_("Sign in for staff"),
        form=Form(
            action=action,
            fields=fields,
            submit=_("Sign in"),
            error=error,
            also=Choice(value="link", label=_("Email me a sign-in link")),
        ),
        guests=_guests(),
        guests_action="/sandbox/enter",
        guests_next=request.args.get("next", ""),
        residents=Link(label=_("You live with us or own with us? Your door is here."), url="/portal/sign-in"),
    )
    return render_template("auth/login.html", page=page)


def _code_field(hint: str = "") -> Field:
    return Field(
        name="code", label=_("Code of your authenticator"), kind="code", autocomplete="one-time-code", hint=hint
    )


def _guests() -> tuple[Choice, ...]:
    """Return the demo's staff at the machine the demo runs on, nobody elsewhere."""
    desk = current_desk()
    if not desk.settings.demo or not on_this_machine():
        return ()
    roles = {
        "agent": _("customer service"),
        "operations": _("operations"),
        "manager": _("manager"),
        "admin": _("admin"),
    }
    return tuple(
        Choice(value=each.email, label=each.name, hint=roles.get(role, role)) for each, role in list_staff(desk)
    )


def _open_link(token: str, *, mistake: str = "") -> str | tuple[str, int]:
    """Return the page of a link: its button, a field for the code where one is needed, or why it does not work."""
    desk = current_desk()
    try:
        row = accounts.read_link(desk, token)
    except Refused as error:
        return _link_page(token, error=str(error)), 410
    page = _link_page(token, mistake=mistake, code=accounts.needs_code(desk, row))
    return (page, 401) if mistake else page


def _link_page(token: str, *, error: str = "", mistake: str = "", code: bool = False) -> str:
    directory = read_directory(current_desk())
    company = directory.companies[directory.first_company_id]
    page = LinkPage(
        shell=public_shell(company),
        title=_("This link does not work") if error else _("Sign in"),
        text=error or _("Press the button to sign in on this device."),
        form=Form(
            action=f"/login/link/{token}",
            fields=(_code_field(),) if code else (),
            submit=_("Sign in"),
            error=mistake,
        ),
        other=Link(label=_("Sign in for staff"), url="/login")
        if error
        else Link(label=_("Back to the start"), url="/"),
        again=Link(label=_("Ask for a new link"), url="/portal/sign-in") if error else None,
    )
    return render_template("auth/link.html", page=page)
