"""The setting of who works for a company, and as what."""

from __future__ import annotations

from flask import redirect, render_template, request
from werkzeug.wrappers import Response

from hub.domain.access import Role
from hub.errors import Invalid, Refused
from hub.models import Company
from hub.services.settings.setup import QUEUES
from hub.services.staff.colleagues import Post, change_post, find_colleague, invite, staff_of, take_out
from hub.web.admin.company import chosen_company, error_at, settings_link
from hub.web.admin.views import admin
from hub.web.desk import current_desk
from hub.web.guards import actor
from hub.web.language import _
from hub.web.shell import add_toast, staff_shell
from hub.web.viewmodels.admin import AdminForm
from hub.web.viewmodels.parts import Banner, Choice, Field, Form, Link
from hub.web.words import queue_words


@admin.get("/colleagues")
def show_colleagues() -> str:
    """Show who works for a company, and the form for one more."""
    return _page(chosen_company())


@admin.post("/colleagues")
def invite_colleague() -> str | tuple[str, int]:
    """Invite somebody; the link that lets them in is shown once."""
    desk, company = current_desk(), chosen_company()
    form = request.form
    try:
        with desk.transaction():
            invited = invite(
                desk, actor(), company, email=form.get("email", ""), name=form.get("name", ""), post=_typed()
            )
    except Invalid as error:
        return _page(company, error), 422
    if not invited.link:
        text = _("%(name)s has an account already and signs in as ever.", name=invited.agent.name)
        return _page(company, saved=Banner(text=text, tone="ok"))
    text = _(
        "Give %(name)s this link: %(link)s It works once, and is shown only now.",
        name=invited.agent.name,
        link=invited.link,
    )
    return _page(company, saved=Banner(text=text, tone="ok"))


@admin.get("/colleagues/<int:number>")
def show_colleague(number: int) -> str:
    """Show what somebody is to a company."""
    return _colleague_page(chosen_company(), number)


@admin.post("/colleagues/<int:number>")
def change_colleague(number: int) -> str | Response | tuple[str, int]:
    """Change what somebody is to a company, or take them out."""
    desk, company = current_desk(), chosen_company()
    try:
        with desk.transaction():
            if request.form.get("way") == "remove":
                name = take_out(desk, actor(), company, number).name
                add_toast(_("%(name)s works here no more", name=name))
            else:
                change_post(desk, actor(), company, number, _typed())
                add_toast(_("Saved"))
    except (Invalid, Refused) as error:
        return _colleague_page(company, number, error), 422
    return redirect(f"/admin/colleagues?company={company.slug}")


def role_words() -> dict[str, str]:
    """Return what somebody can be to a company, in words."""
    return {
        Role.AGENT: _("Customer service"),
        Role.OPERATIONS: _("Operations"),
        Role.MANAGER: _("Manager"),
        Role.ADMIN: _("Administrator"),
    }


def _page(company: Company, error: Invalid | None = None, *, saved: Banner | None = None) -> str:
    form = request.form if error is not None else {}
    roles = role_words()
    fields = (
        _hidden(company),
        Field(
            name="email", label=_("Email"), kind="email", value=form.get("email", ""), error=error_at(error, "email"),
            autocomplete="off",
        ),
        Field(name="name", label=_("Name"), value=form.get("name", ""), error=error_at(error, "name"), autocomplete="off"),
        *_post_fields(_typed() if error is not None else Post(Role.AGENT), error),
    )  # fmt: skip
    page = AdminForm(
        shell=staff_shell(actor()),
        title=_("Who works for %(company)s", company=company.name),
        back=settings_link(),
        intro=_(
            "Customer service answers people; operations see tasks and never what people wrote; managers also see the figures."
        ),
        saved=saved,
        rows=tuple(
            Link(
                label=f"{agent.name}, {roles[membership.role]}",
                url=f"/admin/colleagues/{agent.id}?company={company.slug}",
            )
            for agent, membership in staff_of(current_desk(), company)
        ),
        form=Form(action="/admin/colleagues", fields=fields, submit=_("Invite")),
    )
    return render_template("admin/form.html", page=page)


def _colleague_page(company: Company, number: int, error: Invalid | Refused | None = None) -> str:
    agent, membership = find_colleague(current_desk(), company, number)
    post = Post(membership.role, membership.queues, membership.balances)
    wrong = error if isinstance(error, Invalid) else None
    page = AdminForm(
        shell=staff_shell(actor()),
        title=f"{agent.name}, {agent.email}",
        back=Link(label=_("Who works here"), url=f"/admin/colleagues?company={company.slug}"),
        intro=_("What is changed here holds at once. Who is taken out leaves their open tickets to nobody."),
        form=Form(
            action=f"/admin/colleagues/{number}",
            fields=(_hidden(company), *_post_fields(_typed() if error is not None else post, wrong)),
            submit=_("Save"),
            error=str(error) if isinstance(error, Refused) else "",
            also=Choice(value="remove", label=_("Take them out")),
        ),
    )
    return render_template("admin/form.html", page=page)


def _post_fields(post: Post, error: Invalid | None) -> tuple[Field, ...]:
    roles = tuple(Choice(value=key, label=words, selected=key == post.role) for key, words in role_words().items())
    role = Field(name="role", label=_("Role"), kind="select", choices=roles, error=error_at(error, "role"))
    queues = tuple(
        Field(
            name="queues",
            key=each,
            label=_("Only %(queue)s, and what else is ticked", queue=queue_words(each)),
            kind="checkbox",
            value=each,
            checked=each in post.queues,
        )
        for each in QUEUES
    )
    balances = Field(name="balances", label=_("Sees what residents owe"), kind="checkbox", checked=post.balances)
    return (role, *queues, balances)


def _typed() -> Post:
    form = request.form
    return Post(form.get("role", ""), tuple(form.getlist("queues")), "balances" in form)


def _hidden(company: Company) -> Field:
    return Field(name="company", label="", kind="hidden", value=company.slug)
