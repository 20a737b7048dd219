"""The setting of which programs are told what happens, and what was delivered to them."""

from __future__ import annotations

from flask import redirect, render_template, request
from werkzeug.wrappers import Response

from hub.domain.delivery import OutboxState
from hub.errors import Invalid, Refused
from hub.models import ChannelAccount, Company, OutboxRow
from hub.services.sending.webhooks import SUBJECTS, subjects_of
from hub.services.settings import webhook_accounts
from hub.web.admin.company import chosen_company, error_at, settings_link
from hub.web.admin.views import admin
from hub.web.desk import current_desk
from hub.web.guards import actor
from hub.web.language import _, ngettext
from hub.web.shell import add_toast, staff_shell
from hub.web.viewmodels.admin import AdminForm
from hub.web.viewmodels.parts import Banner, EmptyState, Field, Form, Link, Table
from hub.web.words import moment


@admin.get("/webhooks")
def show_webhooks() -> str:
    """Show which programs are told what happens."""
    return _list(chosen_company())


@admin.post("/webhooks")
def add_webhook() -> str | tuple[str, int]:
    """Add a program, and show the secret it checks our signature with, once."""
    desk, company = current_desk(), chosen_company()
    try:
        with desk.transaction():
            row, secret = webhook_accounts.add_webhook(
                desk, actor(), company, request.form.get("url", ""), request.form.getlist("subject")
            )
    except Invalid as error:
        return _list(company, error), 422
    return _one(row, secret)


@admin.get("/webhooks/<int:number>")
def show_webhook(number: int) -> str:
    """Show one program and what was delivered to it."""
    return _one(webhook_accounts.find_webhook(current_desk(), actor(), number))


@admin.post("/webhooks/<int:number>/secret")
def change_secret(number: int) -> str:
    """Give it another secret and show that once; the one before still signs beside it."""
    desk = current_desk()
    with desk.transaction():
        row, secret = webhook_accounts.change_secret(desk, actor(), number)
    return _one(row, secret)


@admin.post("/webhooks/<int:number>/test")
def try_webhook(number: int) -> Response:
    """Send it something to try it with."""
    desk = current_desk()
    try:
        with desk.transaction():
            webhook_accounts.try_webhook(desk, actor(), number)
    except Refused as error:
        add_toast(str(error))
    else:
        add_toast(_("A test is on its way: load this page again to see what came of it."))
    return redirect(f"/admin/webhooks/{number}")


@admin.post("/webhooks/<int:number>/pause")
def pause_webhook(number: int) -> Response:
    """Tell it nothing for now."""
    return _pause(number, paused=True)


@admin.post("/webhooks/<int:number>/resume")
def resume_webhook(number: int) -> Response:
    """Tell it what happens from now on."""
    return _pause(number, paused=False)


@admin.post("/webhooks/<int:number>/again")
def deliver_again(number: int) -> Response:
    """Send once more what failed."""
    desk = current_desk()
    with desk.transaction():
        count = webhook_accounts.deliver_again(desk, actor(), number)
    add_toast(ngettext("%(num)s is sent again", "%(num)s are sent again", count))
    return redirect(f"/admin/webhooks/{number}")


@admin.post("/webhooks/<int:number>/remove")
def remove_webhook(number: int) -> Response:
    """Tell it nothing any more."""
    desk = current_desk()
    with desk.transaction():
        company = desk.session.get_one(Company, webhook_accounts.remove_webhook(desk, actor(), number).company_id)
    add_toast(_("The webhook is removed"))
    return redirect(f"/admin/webhooks?company={company.slug}")


def _pause(number: int, *, paused: bool) -> Response:
    desk = current_desk()
    with desk.transaction():
        webhook_accounts.pause_webhook(desk, actor(), number, paused=paused)
    add_toast(_("Paused") if paused else _("Started: it hears what happens from now on"))
    return redirect(f"/admin/webhooks/{number}")


def _list(company: Company, error: Invalid | None = None) -> str:
    rows = webhook_accounts.webhooks_of(current_desk(), company.id)
    chosen = request.form.getlist("subject") if error is not None else list(SUBJECTS)
    fields = (
        Field(name="company", label="", kind="hidden", value=company.slug),
        Field(name="url", label=_("Address"), value=request.form.get("url", ""), error=error_at(error, "url"),
              hint=_("https, and public: nothing inside our own network is called."), autocomplete="off"),
        *(
            Field(name="subject", key=each, label=_subject(each), kind="checkbox", value=each, checked=each in chosen,
                  error=error_at(error, "subject") if each == SUBJECTS[0] else "")
            for each in SUBJECTS
        ),
    )  # fmt: skip
    page = AdminForm(
        shell=staff_shell(actor()),
        title=_("Webhooks of %(company)s", company=company.name),
        back=settings_link(),
        intro=_(
            "Other programs are told what happens, by a signed POST (standardwebhooks.com) that names what changed and where "
            "our API has it: no words and no addresses of people. What is not taken is tried again for a day, with the same id."
        ),
        table=Table(
            caption=_("Programs that are told"),
            headings=(_("Address"), _("Hears of"), _("State")),
            rows=tuple((each.address, _subjects(each), _state(each)) for each in rows),
            urls=tuple(f"/admin/webhooks/{each.id}" for each in rows),
        )
        if rows
        else None,
        empty=None if rows else EmptyState(title=_("No other program is told yet.")),
        form=Form(action="/admin/webhooks", fields=fields, submit=_("Add a webhook")),
    )
    return render_template("admin/form.html", page=page)


def _one(row: ChannelAccount, secret: str = "") -> str:
    desk = current_desk()
    company = desk.session.get_one(Company, row.company_id)
    here, log = f"/admin/webhooks/{row.id}", webhook_accounts.deliveries_of(desk, row)
    failed = sum(each.state == OutboxState.FAILED for each in log)
    others = [Form(action=f"{here}/test", fields=(), submit=_("Send a test"))] if row.active else []
    others.append(
        Form(action=f"{here}/pause", fields=(), submit=_("Pause"))
        if row.active
        else Form(action=f"{here}/resume", fields=(), submit=_("Start again"))
    )
    if failed:
        others.append(Form(action=f"{here}/again", fields=(), submit=_("Send what failed again")))
    others.append(Form(action=f"{here}/secret", fields=(), submit=_("New secret")))
    others.append(Form(action=f"{here}/remove", fields=(), submit=_("Remove")))
    page = AdminForm(
        shell=staff_shell(actor()),
        title=row.address,
        back=Link(
            label=_("Webhooks of %(company)s", company=company.name), url=f"/admin/webhooks?company={company.slug}"
        ),
        saved=Banner(
            title=_("The secret, shown only now"),
            text=_("%(secret)s : the program checks our signature with it.", secret=secret),
            tone="ok",
        )
        if secret
        else None,
        intro=_("%(state)s. It hears of: %(subjects)s.", state=_state(row), subjects=_subjects(row)),
        table=Table(
            caption=_("What was sent, newest first"),
            headings=(_("When"), _("What"), _("State"), _("Attempts"), _("Answer")),
            rows=tuple(_delivery(each) for each in log),
            numeric=frozenset({3}),
        )
        if log
        else None,
        others=tuple(others),
        empty=None if log else EmptyState(title=_("Nothing was sent yet.")),
    )
    return render_template("admin/form.html", page=page)


def _delivery(row: OutboxRow) -> tuple[str, ...]:
    company = current_desk().session.get_one(Company, row.company_id)
    at = moment(row.created_at, current_desk().clock.now(), company.time_zone).words
    return at, str(row.payload.get("subject", "")), _states(row.state), str(row.attempts), row.error or row.provider_id


def _states(state: str) -> str:
    return {
        OutboxState.ACCEPTED: _("taken"),
        OutboxState.DELIVERED: _("taken"),
        OutboxState.FAILED: _("failed"),
        OutboxState.CANCELLED: _("taken back"),
    }.get(OutboxState(state), _("waits"))


def _state(row: ChannelAccount) -> str:
    return _("Works") if row.active else _("Paused")


def _subject(subject: str) -> str:
    return {"ticket": _("Tickets"), "message": _("Messages"), "task": _("Tasks")}[subject]


def _subjects(row: ChannelAccount) -> str:
    return ", ".join(_subject(each) for each in subjects_of(row))
