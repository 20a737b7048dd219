"""The setting of where topics belong and how sure is sure enough, company by company."""

from __future__ import annotations

from collections.abc import Mapping

from flask import redirect, render_template, request
from werkzeug.wrappers import Response

from classifiers.labels import TOPICS, Queue
from hub.errors import Invalid
from hub.models import Company
from hub.services.triage.routing_rules import rules_of, write_rules
from hub.web.admin.company import chosen_company, error_at, settings_link
from hub.web.admin.views import admin
from hub.web.desk import current_desk
from hub.web.guards import actor
from hub.web.language import _
from hub.web.shell import add_toast, staff_shell
from hub.web.viewmodels.admin import AdminForm
from hub.web.viewmodels.parts import Choice, Field, Form
from hub.web.words import queue_words

SHARES = ("silent", "suggest")


@admin.get("/routing")
def show_rules() -> str:
    """Show where topics belong and how sure is sure enough."""
    return _page(chosen_company())


@admin.post("/routing")
def keep_rules() -> str | Response | tuple[str, int]:
    """Keep where topics belong and how sure is sure enough."""
    desk, company = current_desk(), chosen_company()
    given = {name: request.form[name] for name in (*TOPICS, *SHARES) if name in request.form}
    topics = {topic: given[topic] for topic in TOPICS if topic in given}
    try:
        with desk.transaction():
            write_rules(
                desk, actor(), company, topics, silent=given.get("silent", ""), suggest=given.get("suggest", "")
            )
    except Invalid as error:
        return _page(company, given, error), 422
    add_toast(_("Saved"))
    return redirect(f"/admin/routing?company={company.slug}")


def _page(company: Company, given: Mapping[str, str] | None = None, error: Invalid | None = None) -> str:
    rules = rules_of(company)
    typed = given or {"silent": _percent(rules.silent), "suggest": _percent(rules.suggest)}
    shares = (
        Field(
            name="silent", label=_("Route without asking from, in percent"), value=typed.get("silent", ""), optional=True,
            hint=_("Empty: from where 95 of 100 were right when the classifier was tried, queue by queue."),
            error=error_at(error, "silent"), autocomplete="off",
        ),
        Field(
            name="suggest", label=_("Suggest a queue from, in percent"), value=typed.get("suggest", ""), optional=True,
            hint=_("Empty: from where the right queue was nearly always among the first two. Below it a person chooses."),
            error=error_at(error, "suggest"), autocomplete="off",
        ),
    )  # fmt: skip
    topics = tuple(
        Field(
            name=slug,
            label=topic.title,
            kind="select",
            choices=_choices((given or {}).get(slug) or rules.queue_of(slug, topic.queue), topic.queue),
            error=error_at(error, slug),
        )
        for slug, topic in TOPICS.items()
    )
    hidden = Field(name="company", label="", kind="hidden", value=company.slug)
    page = AdminForm(
        shell=staff_shell(actor()),
        title=_("Where messages go at %(company)s", company=company.name),
        back=settings_link(),
        intro=_(
            "Triage gives every message a topic; each topic belongs to a queue. What is changed here holds for messages "
            "that come from now on. Emergencies always go to people at once, whatever is set here."
        ),
        form=Form(action="/admin/routing", fields=(hidden, *shares, *topics), submit=_("Save")),
    )
    return render_template("admin/form.html", page=page)


def _choices(chosen: str, usual: Queue) -> tuple[Choice, ...]:
    return tuple(
        Choice(
            value=str(each),
            label=_("%(queue)s (usual)", queue=queue_words(each)) if each is usual else queue_words(each),
            selected=each == chosen,
        )
        for each in Queue
    )


def _percent(share: float | None) -> str:
    return "" if share is None else str(round(100 * share))
