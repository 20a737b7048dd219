"""Narrowing a view, and keeping what it was narrowed to under a name."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from hub.domain.access import Ability
from hub.domain.ticket import Priority, TicketStatus
from hub.errors import Invalid, NotFound
from hub.models import SavedView
from hub.services.inbox.filters import Choices, Filters, filter_choices
from hub.services.inbox.inbox import VIEWS
from hub.services.inbox.saved_views import address_of, change_saved, find_saved, keep_view, path_of, remove_saved
from hub.services.settings.setup import QUEUES
from hub.web.desk import current_desk
from hub.web.guards import actor, companies_served, guarded, staff
from hub.web.inbox.asked import asked_filters, wants_fragment
from hub.web.inbox.rows import assignee_words, view_names, waiting_words
from hub.web.language import _
from hub.web.shell import add_toast, staff_shell
from hub.web.viewmodels.inbox import FilterPage, FormPage
from hub.web.viewmodels.parts import Choice, Field, Form, Link
from hub.web.words import CHANNEL_ICONS, channel_words, priority_words, queue_words, status_words

filtering = guarded(Blueprint("filtering", __name__), staff(Ability.READ_TICKETS))
WRITTEN = tuple(each for each in CHANNEL_ICONS if each != "note")


@filtering.get("/inbox/<view>/filter")
def ask(view: str) -> str:
    """Ask what to narrow a view to; beside the list where the page has it."""
    who = actor()
    _check_view(view)
    filters = asked_filters()
    page = FilterPage(
        shell=staff_shell(who, place="inbox"),
        title=_("Filter %(view)s", view=view_names()[view]),
        action=f"/inbox/{view}",
        fields=_fields(filters, filter_choices(current_desk(), who)),
        submit=_("Show"),
        clear=Link(label=_("Clear filters"), url=f"/inbox/{view}"),
    )
    return render_template("inbox/_filter.html" if wants_fragment() else "inbox/filter.html", page=page)


@filtering.get("/inbox/<view>/keep")
def ask_name(view: str) -> str:
    """Ask under which name to keep a view."""
    _check_view(view)
    return _keep_page(view, asked_filters())


@filtering.post("/inbox/<view>/keep")
def keep(view: str) -> Response | tuple[str, int]:
    """Keep a view under a name."""
    desk = current_desk()
    filters = asked_filters()
    try:
        with desk.transaction():
            saved = keep_view(desk, actor(), _typed("name"), view=view, filters=filters, share=_typed("share"))
    except Invalid as error:
        return _keep_page(view, filters, error), 422
    add_toast(_("%(name)s is kept among your views", name=saved.name))
    return redirect(path_of(view, filters))


@filtering.get("/views/<int:number>")
def show(number: int) -> str:
    """Show what can be changed of a kept view."""
    return _change_page(find_saved(current_desk(), actor(), number))


@filtering.post("/views/<int:number>")
def change(number: int) -> Response | tuple[str, int]:
    """Rename a kept view, share it, or remove it."""
    desk = current_desk()
    saved = find_saved(desk, actor(), number)
    back = address_of(saved)
    try:
        with desk.transaction():
            if request.form.get("way") == "remove":
                name = remove_saved(desk, actor(), number).name
                add_toast(_("%(name)s is removed", name=name))
                return redirect(back)
            change_saved(desk, actor(), number, _typed("name"), share=_typed("share"))
    except Invalid as error:
        desk.session.refresh(saved)
        return _change_page(saved, error), 422
    add_toast(_("Saved"))
    return redirect(back)


def _fields(filters: Filters, known: Choices) -> tuple[Field, ...]:
    """Return a question for each filter; one that has a single answer here is not asked."""
    named = assignee_words()
    questions = (
        ("status", _("Status"), filters.status, tuple((each, status_words(each)) for each in TicketStatus)),
        ("waiting", _("Waiting on"), filters.waiting, tuple(waiting_words().items())),
        ("queue", _("Queue"), filters.queue, tuple((each, queue_words(each)) for each in QUEUES)),
        ("assignee", _("Assignee"), filters.assignee, (*named.items(), *known.assignees)),
        ("priority", _("Priority"), filters.priority, tuple((each, priority_words(each)) for each in Priority)),
        ("tag", _("Tag"), filters.tag, tuple((each, each) for each in _with(known.tags, filters.tag))),
        ("channel", _("Channel"), filters.channel, tuple((each, channel_words(each)) for each in WRITTEN)),
        ("property", _("Property"), str(filters.property_id or ""), known.properties),
        ("company", _("Company"), filters.company, known.companies if len(known.companies) > 1 else ()),
    )
    asked = [each for each in questions if each[3]]
    return tuple(
        Field(name=name, label=label, kind="select", choices=_choices(chosen, answers), autofocus=at == 0)
        for at, (name, label, chosen, answers) in enumerate(asked)
    )


def _choices(chosen: str, answers: tuple[tuple[str, str], ...]) -> tuple[Choice, ...]:
    anything = Choice(value="", label=_("Any"), selected=not chosen)
    return (anything, *(Choice(value=value, label=label, selected=value == chosen) for value, label in answers))


def _with(known: tuple[str, ...], chosen: str) -> tuple[str, ...]:
    """Return what is known, and what is chosen although it is not."""
    return known if not chosen or chosen in known else (chosen, *known)


def _keep_page(view: str, filters: Filters, error: Invalid | None = None) -> str:
    back = Link(label=_("Back to the list"), url=path_of(view, filters))
    action = path_of(f"{view}/keep", filters)
    form = Form(action=action, fields=_name_fields(error=error), submit=_("Keep the view"), cancel=back)
    page = FormPage(
        shell=staff_shell(actor(), place="inbox"),
        title=_("Keep this view"),
        text=_("It stands below the other views, with the number of tickets in it."),
        form=form,
    )
    return render_template("inbox/form.html", page=page)


def _change_page(saved: SavedView, error: Invalid | None = None) -> str:
    page = FormPage(
        shell=staff_shell(actor(), place="inbox"),
        title=_("The view %(name)s", name=saved.name),
        text=_("Removing a view changes no ticket."),
        form=Form(
            action=f"/views/{saved.id}",
            fields=_name_fields(saved, error=error),
            submit=_("Save"),
            also=Choice(value="remove", label=_("Remove the view")),
            cancel=Link(label=_("Back to the list"), url=address_of(saved)),
        ),
    )
    return render_template("inbox/form.html", page=page)


def _name_fields(saved: SavedView | None = None, *, error: Invalid | None) -> tuple[Field, ...]:
    served = companies_served()
    name, shared = saved.name if saved else "", served[saved.company_id].slug if saved and saved.shared else ""
    if error is not None:
        name, shared = _typed("name"), _typed("share")
    choices = (
        Choice(value="", label=_("Only me"), selected=not shared),
        *(
            Choice(
                value=each.slug, label=_("Everybody at %(company)s", company=each.name), selected=each.slug == shared
            )
            for each in sorted(served.values(), key=lambda company: company.name)
        ),
    )
    return (
        Field(name="name", label=_("Name"), value=name, error=_at(error, "name"), autocomplete="off", autofocus=True),
        Field(name="share", label=_("Who sees it"), kind="radio", choices=choices, error=_at(error, "share")),
    )


def _at(error: Invalid | None, field: str) -> str:
    return str(error) if error is not None and error.field == field else ""


def _typed(name: str) -> str:
    return request.form.get(name, "")


def _check_view(view: str) -> None:
    if view not in VIEWS:
        raise NotFound(f"There is no view {view!r}.")
