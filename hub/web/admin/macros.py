"""The setting of canned replies: their words, and what they do to a ticket beside."""

from __future__ import annotations

from flask import redirect, render_template, request
from werkzeug.wrappers import Response

from hub.domain.ticket import Priority
from hub.errors import Invalid
from hub.models import Company
from hub.services.inbox.macros import KNOWN
from hub.services.settings import macro_settings
from hub.services.settings.macro_settings import STATUSES, TypedMacro
from hub.services.settings.setup import QUEUES
from hub.web.admin.company import chosen_company, error_at, settings_link
from hub.web.admin.views import admin
from hub.web.desk import current_desk
from hub.web.guards import actor
from hub.web.language import _
from hub.web.shell import add_toast, staff_shell
from hub.web.viewmodels.admin import AdminForm
from hub.web.viewmodels.parts import Choice, EmptyState, Field, Form, Link
from hub.web.words import priority_words, queue_words, status_words

FIELDS = ("name", "text", "status", "queue", "priority", "tags")


@admin.get("/macros")
def show_macros() -> str:
    """Show a company's canned replies, and the form for one more."""
    return _page(chosen_company(), TypedMacro())


@admin.post("/macros")
def add_macro() -> str | Response | tuple[str, int]:
    """Offer one more canned reply."""
    desk = current_desk()
    company = chosen_company()
    typed = _typed()
    try:
        with desk.transaction():
            macro_settings.keep_macro(desk, actor(), company, typed)
    except Invalid as error:
        return _page(company, typed, error), 422
    _say_saved(typed)
    return redirect(_url(company))


@admin.get("/macros/<int:number>")
def show_macro(number: int) -> str:
    """Show one canned reply."""
    macro = macro_settings.find_macro(current_desk(), actor(), number)
    return _macro_page(number, macro_settings.typed_of(macro))


@admin.post("/macros/<int:number>")
def change_macro(number: int) -> str | Response | tuple[str, int]:
    """Change a canned reply, or remove it."""
    desk = current_desk()
    typed = _typed()
    company = desk.session.get_one(Company, macro_settings.find_macro(desk, actor(), number).company_id)
    if request.form.get("way") == "remove":
        with desk.transaction():
            name = macro_settings.remove_macro(desk, actor(), number).name
        add_toast(_("%(name)s is removed", name=name))
        return redirect(_url(company))
    try:
        with desk.transaction():
            macro_settings.keep_macro(desk, actor(), company, typed, number=number)
    except Invalid as error:
        return _macro_page(number, typed, error), 422
    _say_saved(typed)
    return redirect(_url(company))


def _page(company: Company, typed: TypedMacro, error: Invalid | None = None) -> str:
    known = macro_settings.macros_of(current_desk(), company)
    hidden = Field(name="company", label="", kind="hidden", value=company.slug)
    page = AdminForm(
        shell=staff_shell(actor()),
        title=_("Canned replies of %(company)s", company=company.name),
        back=settings_link(),
        intro=_("Agents find them behind / in the composer, by their name or a word in them."),
        rows=tuple(Link(label=each.name, url=f"/admin/macros/{each.id}") for each in known),
        empty=None if known else EmptyState(title=_("There is no canned reply yet.")),
        form=Form(action="/admin/macros", fields=(hidden, *_fields(typed, error)), submit=_("Offer it")),
    )
    return render_template("admin/form.html", page=page)


def _macro_page(number: int, typed: TypedMacro, error: Invalid | None = None) -> str:
    desk = current_desk()
    macro = macro_settings.find_macro(desk, actor(), number)
    page = AdminForm(
        shell=staff_shell(actor()),
        title=_("The reply %(name)s", name=macro.name),
        back=Link(label=_("Canned replies"), url=_url(desk.session.get_one(Company, macro.company_id))),
        intro=_("What was sent with it stays as it was sent."),
        form=Form(
            action=f"/admin/macros/{number}",
            fields=_fields(typed, error),
            submit=_("Save"),
            also=Choice(value="remove", label=_("Remove it")),
        ),
    )
    return render_template("admin/form.html", page=page)


def _fields(typed: TypedMacro, error: Invalid | None) -> tuple[Field, ...]:
    listed = ", ".join(f"{{{{{each}}}}}" for each in KNOWN)
    statuses = {str(each): status_words(each) for each in STATUSES}
    queues = {each: queue_words(each) for each in QUEUES}
    ranks = {str(each): priority_words(each) for each in Priority}
    return (
        Field(name="name", label=_("Name"), value=typed.name, error=error_at(error, "name"), autocomplete="off"),
        Field(
            name="text", label=_("Text"), kind="textarea", rows=6, value=typed.text, error=error_at(error, "text"),
            hint=_("Filled in by the ticket: %(listed)s. Any other placeholder is left to the agent.", listed=listed),
        ),
        _select("status", _("Sets the status to"), typed.status, statuses, error),
        _select("queue", _("Moves it to"), typed.queue, queues, error),
        _select("priority", _("Sets the priority to"), typed.priority, ranks, error),
        Field(
            name="tags", label=_("Adds the tags"), value=typed.tags, optional=True, autocomplete="off",
            hint=_("With commas between."), error=error_at(error, "tags"),
        ),
    )  # fmt: skip


def _select(name: str, label: str, chosen: str, answers: dict[str, str], error: Invalid | None) -> Field:
    nothing = Choice(value="", label=_("as it is"), selected=not chosen)
    choices = (nothing, *(Choice(value=key, label=words, selected=key == chosen) for key, words in answers.items()))
    return Field(name=name, label=label, kind="select", choices=choices, error=error_at(error, name))


def _typed() -> TypedMacro:
    return TypedMacro(**{name: request.form.get(name, "") for name in FIELDS})


def _say_saved(typed: TypedMacro) -> None:
    left = macro_settings.left_to_agents(typed.text)
    add_toast(_("Saved. Agents fill in %(names)s.", names=", ".join(left)) if left else _("Saved"))


def _url(company: Company) -> str:
    return f"/admin/macros?company={company.slug}"
