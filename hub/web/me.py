"""An agent's own account: how pages look, single keys, password, and the second factor."""

from __future__ import annotations

from flask import Blueprint, Flask, Response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from hub.errors import Invalid
from hub.models import Agent
from hub.services.staff import accounts, second_factor
from hub.web.desk import current_desk
from hub.web.guards import actor, begin, guarded, staff
from hub.web.language import _
from hub.web.limits import limiter
from hub.web.shell import DENSITIES, THEMES, add_toast, staff_shell
from hub.web.viewmodels.me import MePage
from hub.web.viewmodels.parts import Choice, Field, Form

me = guarded(Blueprint("me", __name__, url_prefix="/me"), staff())
TRIES = "20 per hour"


def register_me(app: Flask) -> None:
    """Register the account page."""
    app.register_blueprint(me)


@me.get("")
def show() -> str:
    """Show what an agent may set for themselves."""
    return _page()


@me.post("/appearance")
def set_appearance() -> AnyResponse:
    """Keep light, dark or the system's choice, and how many tickets a list shows at once."""
    wanted, density = request.form.get("appearance", ""), request.form.get("density", "")
    with current_desk().transaction():
        agent = _agent()
        agent.appearance = wanted if wanted in THEMES else "system"
        agent.density = density if density in DENSITIES else "default"
    add_toast(_("Saved"))
    return redirect("/me")


@me.post("/shortcuts")
def set_shortcuts() -> AnyResponse:
    """Switch single-key shortcuts on or off, from this page or from the help sheet."""
    with current_desk().transaction():
        _agent().shortcuts = request.form.get("single_keys") == "on"
    if request.headers.get("HX-Request") == "true":
        return Response(status=204)
    add_toast(_("Saved"))
    return redirect("/me")


@me.post("/password")
@limiter.limit(TRIES)
def set_password() -> AnyResponse | tuple[str, int]:
    """Set a password; who has one says it first, and every other device is signed out."""
    desk = current_desk()
    form = request.form
    try:
        with desk.transaction():
            signed_in = accounts.change_password(desk, _agent(), form.get("current", ""), form.get("password", ""))
    except Invalid as error:
        return _page(error), 422
    begin(signed_in)
    add_toast(_("Your password is set. Other devices have been signed out."))
    return redirect("/me")


@me.post("/totp")
def begin_totp() -> AnyResponse | str:
    """Make a new secret for an authenticator; it counts once a code has proved that it arrived."""
    desk = current_desk()
    if second_factor.has_totp(desk, _agent()):
        return redirect("/me")
    with desk.transaction():
        address = second_factor.begin_totp(desk, _agent().id)
    return _page(otpauth=address)


@me.post("/totp/confirm")
@limiter.limit(TRIES)
def confirm_totp() -> AnyResponse | tuple[str, int]:
    """Turn the second factor on."""
    desk = current_desk()
    try:
        with desk.transaction():
            second_factor.confirm_totp(desk, _agent().id, request.form.get("code", "").strip())
    except Invalid as error:
        return _page(error, otpauth=second_factor.totp_address(desk, _agent())), 422
    add_toast(_("From now on signing in with your password also asks for a code."))
    return redirect("/me")


@me.post("/totp/end")
@limiter.limit(TRIES)
def end_totp() -> AnyResponse | tuple[str, int]:
    """Turn the second factor off, against one last code."""
    desk = current_desk()
    try:
        with desk.transaction():
            second_factor.end_totp(desk, _agent(), request.form.get("code", ""))
    except Invalid as error:
        return _page(error), 422
    add_toast(_("Your password alone signs you in again."))
    return redirect("/me")


def _agent() -> Agent:
    return current_desk().session.get_one(Agent, actor().agent_id)


def _page(error: Invalid | None = None, *, otpauth: str = "") -> str:
    agent = _agent()
    on = second_factor.has_totp(current_desk(), agent)
    page = MePage(
        shell=staff_shell(actor()),
        title=_("My account"),
        name=agent.name,
        address=agent.email,
        appearance=_appearance(agent),
        shortcuts_action="/me/shortcuts",
        shortcuts=agent.shortcuts,
        password=_password(agent, error),
        factor_words=_("On: your password alone is not enough.") if on else _("Off: your password alone signs you in."),
        factor=_factor(error, on=on, begun=bool(otpauth)),
        otpauth=otpauth,
        secret=_grouped(otpauth),
    )
    return render_template("me/page.html", page=page)


def _appearance(agent: Agent) -> Form:
    labels = {"system": _("As the system"), "light": _("Light"), "dark": _("Dark")}
    choices = tuple(
        Choice(value=value, label=label, selected=value == THEMES.get(agent.appearance, "system"))
        for value, label in labels.items()
    )
    field = Field(name="appearance", label=_("Colours"), kind="radio", choices=choices)
    rows = {
        "compact": _("One line: most tickets"),
        "default": _("Two lines"),
        "comfortable": _("Three lines: most said"),
    }
    lines = tuple(
        Choice(value=value, label=label, selected=value == DENSITIES.get(agent.density, "default"))
        for value, label in rows.items()
    )
    density = Field(name="density", label=_("Tickets in a list"), kind="radio", choices=lines)
    return Form(action="/me/appearance", fields=(field, density), submit=_("Save"))


def _password(agent: Agent, error: Invalid | None) -> Form:
    present = Field(
        name="current",
        label=_("Present password"),
        kind="password",
        autocomplete="current-password",
        error=_at(error, "current"),
    )
    new = Field(
        name="password",
        label=_("New password"),
        kind="password",
        hint=_("At least 12 characters."),
        autocomplete="new-password",
        error=_at(error, "password"),
    )
    fields = (present, new) if agent.password_hash else (new,)
    return Form(action="/me/password", fields=fields, submit=_("Set the password"))


def _factor(error: Invalid | None, *, on: bool, begun: bool) -> Form:
    code = Field(
        name="code",
        label=_("Code of your authenticator"),
        kind="code",
        autocomplete="one-time-code",
        error=_at(error, "code"),
    )
    if on:
        return Form(action="/me/totp/end", fields=(code,), submit=_("Turn it off"))
    if begun:
        return Form(action="/me/totp/confirm", fields=(code,), submit=_("Turn it on"))
    return Form(action="/me/totp", fields=(), submit=_("Set up an authenticator"))


def _at(error: Invalid | None, field: str) -> str:
    return str(error) if error is not None and error.field == field else ""


def _grouped(otpauth: str) -> str:
    """Return the secret in groups of four, as people type it."""
    secret = otpauth.partition("secret=")[2].partition("&")[0]
    return " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
