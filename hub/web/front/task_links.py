"""A colleague's link from a mail about a task, `/t/<token>`: a page with one button, without signing in."""

from __future__ import annotations

from flask import Blueprint, make_response, render_template, request
from werkzeug.wrappers import Response

from hub.domain.task import STATE_WORDS, TaskState
from hub.errors import HubError, Invalid, NotFound
from hub.models import Company, Task
from hub.services.operations import task_mail, task_taps
from hub.services.operations.task_mail import TEAMS, Tap
from hub.web.desk import current_desk
from hub.web.front.views import company
from hub.web.guards import anybody, guarded
from hub.web.language import _
from hub.web.limits import limiter
from hub.web.shell import public_shell
from hub.web.viewmodels.order import TapPage
from hub.web.viewmodels.parts import Choice, Fact, Field, Form, Link
from hub.web.viewmodels.survey import ThanksPage
from hub.web.words import day, lines_of, queue_words

task_links = guarded(Blueprint("task_links", __name__), anybody)
GUESSES = "30 per hour"


def _guessed(response: Response) -> bool:
    return response.status_code == 404


guesses = limiter.shared_limit(GUESSES, scope="task links", deduct_when=_guessed)


@task_links.get("/t/<token>")
@guesses
def show(token: str) -> Response:
    """Show what a link would do; looking changes nothing, for mail scanners follow links."""
    try:
        return make_response(_page(token))
    except HubError as error:
        return _said(str(error), title=_("This link does not work"), status=404 if isinstance(error, NotFound) else 200)


@task_links.post("/t/<token>")
@limiter.limit("60 per hour")
@guesses
def tap(token: str) -> Response:
    """Do it; tapped twice, it is done once."""
    desk = current_desk()
    try:
        with desk.transaction():
            said = task_taps.tap(desk, token, request.form.to_dict())
            number = task_taps.open_link(desk, token)[1].id
    except Invalid as error:
        return make_response(_page(token, error), 422)
    except NotFound as error:
        return _said(str(error), title=_("This link does not work"), status=404)
    except HubError as error:
        return _said(str(error), title=_("Nothing was changed"))
    return _said(said, title=_("Thank you"), links=(Link(label=_("Open the task"), url=f"/tasks/{number}"),))


def _page(token: str, mistake: Invalid | None = None) -> str:
    desk = current_desk()
    link, task, who = task_taps.open_link(desk, token)
    label = _(task_mail.WORDS[link.tap])
    page = TapPage(
        shell=public_shell(desk.session.get_one(Company, task.company_id)),
        title=f"T-{task.id} {task.title}",
        intro=_("%(name)s, one tap does it.", name=who.name),
        facts=tuple(
            Fact(label=name, value=value)
            for name, value in (
                (_("Status"), _(STATE_WORDS[TaskState(task.state)])),
                (_("Where"), task.place),
                (_("Due"), day(task.due_on)),
            )
            if value
        ),
        text=lines_of(task.description),
        form=Form(action=f"/t/{token}", fields=_fields(link.tap, task, mistake), submit=label),
    )
    return render_template("order/tap.html", page=page)


def _fields(tap: Tap, task: Task, mistake: Invalid | None) -> tuple[Field, ...]:
    form = request.form

    def wrong(*names: str) -> str:
        return str(mistake) if mistake is not None and mistake.field in names else ""

    def words(label: str, hint: str = "", *, optional: bool = False) -> Field:
        return Field(
            name="words",
            label=label,
            kind="textarea",
            rows=3,
            value=form.get("words", ""),
            hint=hint,
            optional=optional,
            error=wrong("words", "reason", "question"),
            maxlength=2000,
        )

    if tap is Tap.BLOCK:
        until = Field(name="until", label=_("Until"), kind="date", value=form.get("until", ""), error=wrong("until"))
        return words(_("Blocked because"), _("Customer service tells people this.")), until
    if tap is Tap.ASK:
        return (words(_("Your question"), _("It goes to customer service. Residents never read it.")),)
    if tap is Tap.HAND_OVER:
        teams = tuple(Choice(value=each, label=queue_words(each)) for each in TEAMS if each != task.team)
        return Field(name="team", label=_("Whose work is it?"), kind="select", choices=teams), words(
            _("Why"), optional=True
        )
    return (words(_("A note"), _("Staff read it, residents never."), optional=True),) if tap is Tap.DONE else ()


def _said(words: str, *, title: str, status: int = 200, links: tuple[Link, ...] = ()) -> Response:
    page = ThanksPage(shell=public_shell(company()), title=title, text=words, links=links)
    return make_response(render_template("survey/thanks.html", page=page), status)
