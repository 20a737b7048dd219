"""Settings of what is promised: first and next answer, solution and news, for whom, and by which clock."""

from __future__ import annotations

from collections.abc import Iterable

from flask import redirect, render_template, request
from werkzeug.wrappers import Response

from classifiers.labels import TOPICS
from hub.domain.promises import DEFAULTS, ClockKind, Policy
from hub.domain.ticket import Priority
from hub.errors import Invalid
from hub.models import Company
from hub.services.settings import sla_policies
from hub.services.settings.setup import QUEUES
from hub.services.settings.sla_policies import CHANNELS, TypedPolicy
from hub.web.admin.company import chosen_company, error_at, settings_link
from hub.web.admin.views import admin
from hub.web.desk import current_desk
from hub.web.guards import actor
from hub.web.language import _, ngettext
from hub.web.shell import add_toast, staff_shell
from hub.web.viewmodels.admin import AdminForm
from hub.web.viewmodels.parts import Choice, Field, FieldKind, Form, Table
from hub.web.words import channel_words, priority_words, queue_words

DAY = 24 * 60


@admin.get("/promises")
def show_promises() -> str:
    """Show what a company promises."""
    return _page(chosen_company(), TypedPolicy())


@admin.post("/promises")
def add_promise() -> str | Response | tuple[str, int]:
    """Keep a promise; what is due moves with it."""
    desk = current_desk()
    company = chosen_company()
    form = request.form
    names = ("clock", "amount", "unit", "warn", "queue", "priority", "topic", "channel")
    typed = TypedPolicy(
        **{name: form.get(name, "") for name in names},
        business=form.get("hours", "business") == "business",
        escalates="escalates" in form,
    )
    try:
        with desk.transaction():
            sla_policies.add_policy(desk, actor(), company, typed)
    except Invalid as error:
        return _page(company, typed, error), 422
    add_toast(_("Saved"))
    return redirect(f"/admin/promises?company={company.slug}")


@admin.post("/promises/<int:number>/remove")
def remove_promise(number: int) -> Response:
    """Promise the usual again."""
    desk = current_desk()
    with desk.transaction():
        company = sla_policies.remove_policy(desk, actor(), number)
    add_toast(_("Saved"))
    return redirect(f"/admin/promises?company={company.slug}")


def clock_names() -> dict[str, str]:
    """Return what can be promised, in words."""
    return {
        ClockKind.FIRST_RESPONSE: _("First answer"),
        ClockKind.NEXT_RESPONSE: _("Next answer"),
        ClockKind.RESOLUTION: _("Solution"),
        ClockKind.NEWS: _("News"),
    }


def _page(company: Company, typed: TypedPolicy, error: Invalid | None = None) -> str:
    own = sla_policies.policies_of(current_desk(), company)
    page = AdminForm(
        shell=staff_shell(actor()),
        title=_("Promises of %(company)s", company=company.name),
        back=settings_link(),
        intro=_(
            "The promise with most conditions counts. The solution is not counted while the person is waited for or the "
            "ticket is snoozed; news is owed on everything that does not wait for the person. Saving moves what is due."
        ),
        table=Table(
            caption=_("What is promised"),
            headings=(_("Promise"), _("For"), _("Within"), _("Warned before"), _("When missed")),
            rows=tuple(_row(each) for each in (*DEFAULTS, *own)),
        ),
        others=tuple(
            Form(action=f"/admin/promises/{each.id}/remove", fields=(), submit=_("Remove: %(what)s", what=_said(each)))
            for each in own
        ),
        form=Form(action="/admin/promises", fields=_fields(company, typed, error), submit=_("Promise this")),
    )
    return render_template("admin/form.html", page=page)


def _fields(company: Company, typed: TypedPolicy, error: Invalid | None) -> tuple[Field, ...]:
    def choose(name: str, label: str, options: Iterable[tuple[str, str]], kind: FieldKind = "select") -> Field:
        value = getattr(typed, name)
        choices = tuple(Choice(value=str(key), label=words, selected=key == value) for key, words in options)
        return Field(name=name, label=label, kind=kind, choices=choices, error=error_at(error, name))

    everything = ("", _("any"))
    units = (("minutes", _("minutes")), ("hours", _("hours")), ("days", _("days of 24 hours")))
    clocks = (("business", _("business hours")), ("calendar", _("around the clock")))
    hours = "business" if typed.business else "calendar"
    return (
        Field(name="company", label="", kind="hidden", value=company.slug),
        choose("clock", _("Promise"), clock_names().items()),
        Field(
            name="amount", label=_("Within"), value=typed.amount, error=error_at(error, "amount"), autocomplete="off"
        ),
        choose("unit", _("Unit"), units),
        Field(
            name="hours",
            label=_("Counted in"),
            kind="select",
            choices=tuple(Choice(value=key, label=words, selected=key == hours) for key, words in clocks),
        ),
        choose("queue", _("Queue"), (everything, *((each, queue_words(each)) for each in QUEUES))),
        choose("priority", _("Priority"), (everything, *((str(each), priority_words(each)) for each in Priority))),
        choose("topic", _("Topic"), (everything, *((each, each.replace("-", " ")) for each in sorted(TOPICS)))),
        choose("channel", _("Channel"), (everything, *((each, channel_words(each)) for each in CHANNELS))),
        Field(
            name="warn",
            label=_("Warn this many minutes before"),
            value=typed.warn,
            error=error_at(error, "warn"),
            optional=True,
            autocomplete="off",
        ),
        Field(
            name="escalates",
            label=_("Raise the priority when it is missed"),
            kind="checkbox",
            value="yes",
            checked=typed.escalates,
        ),
    )


def _row(policy: Policy) -> tuple[str, ...]:
    warned = ngettext("%(num)s minute", "%(num)s minutes", policy.warn_minutes) if policy.warn_minutes else _("not")
    missed = _("noted, priority raised") if policy.escalates else _("noted")
    return (clock_names()[policy.clock], _conditions(policy), _amount(policy), warned, missed)


def _said(policy: Policy) -> str:
    return f"{clock_names()[policy.clock]}, {_conditions(policy)}, {_amount(policy)}"


def _conditions(policy: Policy) -> str:
    said = (
        queue_words(policy.queue) if policy.queue else "",
        priority_words(policy.priority) if policy.priority else "",
        policy.topic.replace("-", " "),
        channel_words(policy.channel) if policy.channel else "",
    )
    return ", ".join(each for each in said if each) or _("everything")


def _amount(policy: Policy) -> str:
    minutes = policy.minutes
    if minutes % DAY == 0:
        words = ngettext("%(num)s day of 24 hours", "%(num)s days of 24 hours", minutes // DAY)
    elif minutes % 60 == 0:
        words = ngettext("%(num)s hour", "%(num)s hours", minutes // 60)
    else:
        words = ngettext("%(num)s minute", "%(num)s minutes", minutes)
    return f"{words}, {_('business hours') if policy.business else _('around the clock')}"
