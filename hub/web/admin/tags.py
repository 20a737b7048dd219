"""The setting of which tags a company offers its agents."""

from __future__ import annotations

from flask import redirect, render_template, request
from werkzeug.wrappers import Response

from hub.errors import Invalid
from hub.models import Company
from hub.services.settings import tag_settings
from hub.web.admin.company import chosen_company, error_at, settings_link
from hub.web.admin.views import admin
from hub.web.desk import current_desk
from hub.web.guards import actor
from hub.web.language import _
from hub.web.shell import add_toast, staff_shell
from hub.web.viewmodels.admin import AdminForm
from hub.web.viewmodels.parts import Choice, EmptyState, Field, Form, Link


@admin.get("/tags")
def show_tags() -> str:
    """Show the tags a company offers."""
    return _page(chosen_company())


@admin.post("/tags")
def add_tag() -> str | Response | tuple[str, int]:
    """Offer one more tag."""
    desk = current_desk()
    company = chosen_company()
    try:
        with desk.transaction():
            tag = tag_settings.add_tag(desk, actor(), company, request.form.get("name", ""))
    except Invalid as error:
        return _page(company, error), 422
    add_toast(_("%(name)s is offered now", name=tag.name))
    return redirect(_url(company))


@admin.get("/tags/<int:number>")
def show_tag(number: int) -> str:
    """Show what can be done to a tag."""
    return _tag_page(number)


@admin.post("/tags/<int:number>")
def change_tag(number: int) -> str | Response | tuple[str, int]:
    """Rename a tag on all tickets, or offer it no more."""
    desk = current_desk()
    try:
        with desk.transaction():
            if request.form.get("way") == "remove":
                tag = tag_settings.remove_tag(desk, actor(), number)
            else:
                tag = tag_settings.rename_tag(desk, actor(), number, request.form.get("name", ""))
    except Invalid as error:
        return _tag_page(number, error), 422
    add_toast(_("Saved"))
    return redirect(_url(desk.session.get_one(Company, tag.company_id)))


def _page(company: Company, error: Invalid | None = None) -> str:
    tags = tag_settings.tags_of(current_desk(), company)
    typed = request.form.get("name", "") if error is not None else ""
    name = Field(name="name", label=_("New tag"), value=typed, error=error_at(error, "name"), autocomplete="off")
    hidden = Field(name="company", label="", kind="hidden", value=company.slug)
    page = AdminForm(
        shell=staff_shell(actor()),
        title=_("Tags of %(company)s", company=company.name),
        back=settings_link(),
        intro=_("Agents choose from these; the inbox can be filtered by them. A tag of their own they may still type."),
        rows=tuple(Link(label=each.name, url=f"/admin/tags/{each.id}") for each in tags),
        empty=None if tags else EmptyState(title=_("No tag is offered yet.")),
        form=Form(action="/admin/tags", fields=(hidden, name), submit=_("Offer it")),
    )
    return render_template("admin/form.html", page=page)


def _tag_page(number: int, error: Invalid | None = None) -> str:
    desk = current_desk()
    tag = tag_settings.find_tag(desk, actor(), number)
    typed = request.form.get("name", "") if error is not None else tag.name
    name = Field(name="name", label=_("Name"), value=typed, error=error_at(error, "name"), autocomplete="off")
    company = desk.session.get_one(Company, tag.company_id)
    page = AdminForm(
        shell=staff_shell(actor()),
        title=_("The tag %(name)s", name=tag.name),
        back=Link(label=_("Tags"), url=_url(company)),
        intro=_("Another name is put on every ticket that has the tag. Tickets keep a tag that is offered no more."),
        form=Form(
            action=f"/admin/tags/{number}",
            fields=(name,),
            submit=_("Save"),
            also=Choice(value="remove", label=_("Offer it no more")),
        ),
    )
    return render_template("admin/form.html", page=page)


def _url(company: Company) -> str:
    return f"/admin/tags?company={company.slug}"
