"""The first set-up by a one-time link: the company's name, its first administrator, and if they like mailbox and number."""

from __future__ import annotations

from dataclasses import fields

from flask import Blueprint, Flask, redirect, render_template, request
from werkzeug.wrappers import Response

from hub.errors import Invalid, Refused
from hub.services.settings.beginning import Beginning, set_up_with_link
from hub.services.settings.setup import ensure_company, read_setup_link
from hub.web.desk import current_desk
from hub.web.guards import anybody, begin, guarded
from hub.web.language import _
from hub.web.limits import limiter
from hub.web.shell import add_toast, public_shell
from hub.web.viewmodels.parts import Field, FieldKind, Form, Link
from hub.web.viewmodels.public import ErrorPage, LinkPage

LONGEST = 1000

setup = guarded(Blueprint("setup", __name__), anybody)


def register_setup(app: Flask) -> None:
    """Register the page of the first set-up."""
    app.register_blueprint(setup)


@setup.get("/setup")
def ask() -> str | tuple[str, int]:
    """Ask what the desk needs to begin; looking at it changes nothing."""
    token = request.args.get("token", "")
    try:
        read_setup_link(current_desk(), token)
    except Refused as error:
        return _closed(str(error))
    return _page(token, Beginning(company="", name="", email=""))


@setup.post("/setup")
@limiter.limit("30 per hour")
def begin_desk() -> str | Response | tuple[str, int]:
    """Make the first administrator and sign them in, once."""
    desk = current_desk()
    token = request.form.get("token", "")
    given = {each.name: request.form.get(each.name, "")[:LONGEST] for each in fields(Beginning)}
    beginning = Beginning(
        **({"company": "", "name": "", "email": ""} | {name: words for name, words in given.items() if words})
    )
    try:
        with desk.transaction():
            signed_in = set_up_with_link(desk, token, beginning)
    except Refused as error:
        return _closed(str(error))
    except Invalid as error:
        return _page(token, beginning, error), 422
    begin(signed_in)
    add_toast(_("The desk is yours. Invite your colleagues with: hub agent invite."))
    return redirect("/inbox")


def _page(token: str, beginning: Beginning, error: Invalid | None = None) -> str:
    page = LinkPage(
        shell=public_shell(ensure_company(current_desk())),
        title=_("Set up this desk"),
        text=_(
            "You become its first administrator. Mailbox and number can wait: HUB_IMAP_URL and TWILIO_NUMBER name them later."
        ),
        form=Form(action="/setup", fields=_fields(token, beginning, error), submit=_("Begin")),
    )
    return render_template("auth/link.html", page=page)


def _fields(token: str, given: Beginning, error: Invalid | None) -> tuple[Field, ...]:
    """Return the questions, with what was answered and what is wrong with it; passwords are asked again."""

    def field(
        name: str,
        label: str,
        kind: FieldKind = "text",
        *,
        hint: str = "",
        optional: bool = False,
        autocomplete: str = "off",
        secret: bool = False,
    ) -> Field:
        return Field(
            name=name,
            label=label,
            kind=kind,
            value="" if secret else str(getattr(given, name)),
            hint=hint,
            error=str(error) if error is not None and error.field == name else "",
            optional=optional,
            autocomplete=autocomplete,
            autofocus=name == "company" and error is None,
        )

    return (
        Field(name="token", label="", kind="hidden", value=token),
        field("company", _("Company"), hint=_("As people know it."), autocomplete="organization"),
        field("name", _("Your name"), autocomplete="name"),
        field("email", _("Your email"), "email", autocomplete="username"),
        field(
            "password",
            _("Password"),
            "password",
            hint=_("At least 12 characters."),
            autocomplete="new-password",
            secret=True,
        ),
        field("time_zone", _("Time zone"), hint=_("Such as Europe/Berlin.")),
        field("region", _("Country"), hint=_("Two letters, such as DE.")),
        field(
            "imap_url",
            _("Mailbox"),
            "password",
            hint=_("imaps://user:password@host:993/INBOX; what is in it stays history and is never answered."),
            optional=True,
            secret=True,
        ),
        field(
            "smtp_url",
            _("Sending server"),
            "password",
            hint=_("smtps://user:password@host:465"),
            optional=True,
            secret=True,
        ),
        field("number", _("Number for texts"), "tel", optional=True),
        field("account_sid", _("Twilio Account SID"), optional=True),
        field("auth_token", _("Twilio auth token"), "password", optional=True, secret=True),
    )


def _closed(sentence: str) -> tuple[str, int]:
    page = ErrorPage(
        shell=public_shell(ensure_company(current_desk())),
        title=_("This link does not work"),
        text=sentence,
        actions=(Link(label=_("Sign in"), url="/login"), Link(label=_("Back to the start"), url="/")),
    )
    return render_template("error.html", page=page), 410
