"""The setting that connects Slack: token and secret, channels, who may act, a test, and the app to install."""

from __future__ import annotations

import json

from flask import make_response, redirect, render_template, request
from werkzeug.wrappers import Response

from hub.errors import HubError, Invalid
from hub.models import Company
from hub.services.settings import slack_accounts
from hub.services.settings.slack_accounts import Workspace
from hub.web.admin.company import chosen_company, error_at, settings_link
from hub.web.admin.views import admin
from hub.web.desk import current_desk
from hub.web.guards import actor
from hub.web.language import _
from hub.web.shell import add_toast, staff_shell
from hub.web.viewmodels.admin import AdminForm
from hub.web.viewmodels.parts import Banner, Field, Form, Link


@admin.get("/slack")
def show_slack() -> str:
    """Show how Slack is connected."""
    return _page(chosen_company())


@admin.post("/slack")
def connect_slack() -> str | Response | tuple[str, int]:
    """Keep token, secret, channels and who may act."""
    desk, company, form = current_desk(), chosen_company(), request.form
    wanted = Workspace(
        bot_token=form.get("bot_token", ""),
        signing_secret=form.get("signing_secret", ""),
        channel=form.get("channel", ""),
        people=form.get("people", ""),
        rooms={name: form[name] for name, _words, _room in slack_accounts.rooms_of(desk, company.id) if name in form},
    )
    try:
        with desk.transaction():
            slack_accounts.connect_slack(desk, actor(), company, wanted)
    except Invalid as error:
        return _page(company, error), 422
    add_toast(_("Saved. Try it now."))
    return redirect(f"/admin/slack?company={company.slug}")


@admin.post("/slack/test")
def try_slack() -> Response:
    """Ask Slack whose token it is and post a line."""
    company = chosen_company()
    try:
        said = slack_accounts.try_slack(current_desk(), actor(), company)
    except HubError as error:
        said = str(error)
    add_toast(said)
    return redirect(f"/admin/slack?company={company.slug}")


@admin.post("/slack/disconnect")
def disconnect_slack() -> Response:
    """Forget the token."""
    desk, company = current_desk(), chosen_company()
    with desk.transaction():
        slack_accounts.disconnect_slack(desk, actor(), company)
    add_toast(_("Slack is disconnected"))
    return redirect(f"/admin/slack?company={company.slug}")


@admin.get("/slack/manifest.json")
def manifest() -> Response:
    """Give the file from which Slack makes our app."""
    known = slack_accounts.app_manifest(current_desk().settings.base_url)
    response = make_response(json.dumps(known, indent=2) + "\n")
    response.headers["Content-Type"] = "application/json"
    response.headers["Content-Disposition"] = 'attachment; filename="frontdesk-slack-app.json"'
    return response


def _page(company: Company, error: Invalid | None = None) -> str:
    desk, form = current_desk(), request.form
    row = slack_accounts.workspace_of(desk, company.id)
    connected = row is not None and row.active
    settings = row.settings if row is not None else {}
    keeps = _("Leave it empty to keep the one there is.") if connected else ""
    fields = (
        Field(name="company", label="", kind="hidden", value=company.slug),
        Field(name="bot_token", label=_("Bot token"), kind="password", hint=keeps or _("It begins with xoxb-."), optional=connected,
              error=error_at(error, "bot_token"), autocomplete="off"),
        Field(name="signing_secret", label=_("Signing secret"), kind="password", hint=keeps, optional=connected,
              error=error_at(error, "signing_secret"), autocomplete="off"),
        Field(name="channel", label=_("Channel for all tasks"), value=form.get("channel", str(settings.get("channel", ""))),
              hint=_("Its ID or name; the app has to be invited there with /invite."), optional=True,
              error=error_at(error, "channel"), autocomplete="off"),
        Field(name="people", label=_("Who may act"), value=form.get("people", str(settings.get("people", ""))), optional=True,
              hint=_("Member IDs with spaces between. Empty: everybody in the channel."),
              error=error_at(error, "people"), autocomplete="off"),
        *(
            Field(name=name, label=_("Channel for %(what)s", what=words), value=form.get(name, room), optional=True,
                  error=error_at(error, name), autocomplete="off")
            for name, words, room in slack_accounts.rooms_of(desk, company.id)
        ),
    )  # fmt: skip
    hidden = (Field(name="company", label="", kind="hidden", value=company.slug),)
    page = AdminForm(
        shell=staff_shell(actor()),
        title=_("Slack of %(company)s", company=company.name),
        back=settings_link(),
        saved=Banner(text=_("Connected: %(name)s", name=row.name or row.address), tone="ok")
        if connected and row is not None
        else None,
        intro=_(
            "Each task is one message in the channel of its building, else of its team, else of all; it is kept true, its "
            "buttons do the steps, its thread becomes notes and photos of the task. Residents never read any of it. Begin "
            "with the app: download its manifest, make the app from it at api.slack.com/apps, install it, and enter its "
            "token and secret here."
        ),
        rows=(Link(label=_("Download the app manifest"), url="/admin/slack/manifest.json"),),
        others=(
            Form(action="/admin/slack/test", fields=hidden, submit=_("Send a test")),
            Form(action="/admin/slack/disconnect", fields=hidden, submit=_("Disconnect")),
        )
        if connected
        else (),
        form=Form(action="/admin/slack", fields=fields, submit=_("Save")),
    )
    return render_template("admin/form.html", page=page)
