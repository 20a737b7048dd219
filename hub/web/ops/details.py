"""What a task says beside its text, on its page: facts, the form that changes them, the checklist."""

from __future__ import annotations

from datetime import datetime

from flask import request

from hub.desk import Desk
from hub.domain.task import TaskKind
from hub.domain.task_kinds import SHEETS, Answer, Question, details_in_words
from hub.errors import Invalid
from hub.models import Agent, Company, Task
from hub.services.operations.assigning import who_works
from hub.web.language import _
from hub.web.ops.cards import ZONE
from hub.web.task_fields import given_answers, kind_choices, kind_fields, kind_named
from hub.web.viewmodels.board import Checklist, Step
from hub.web.viewmodels.parts import Choice, Fact, Field, Form
from hub.web.words import day, moment, money


def details_facts(desk: Desk, task: Task) -> list[Fact]:
    """Return kind, who, when, cost and the kind's answers as facts."""
    kind = TaskKind(task.kind)
    company = desk.session.get_one(Company, task.company_id)
    assignee = desk.session.get(Agent, task.assignee_id) if task.assignee_id else None
    facts = [
        (_("Kind"), _(SHEETS[kind].label)),
        (_("Who"), assignee.name if assignee else _("nobody yet")),
        (_("Due"), day(task.due_on)),
        (_("Cost"), money(task.cost_cents, company.currency)),
        *(
            (_(question.label), _spoken(question, words, company))
            for question, words in details_in_words(kind, task.details)
        ),
    ]
    return [Fact(label=label, value=value) for label, value in facts if value]


def details_form(desk: Desk, task: Task, mistake: Invalid | None) -> Form:
    """Return the form that changes them, with what was wrong in it."""
    form = request.form if mistake is not None else {}
    kind = kind_named(form.get("kind", ""), TaskKind(task.kind))
    present = form.get("assignee", str(task.assignee_id or ""))
    people = (("", _("Nobody")), *((str(number), name) for number, name in who_works(desk, task.company_id)))

    def wrong(name: str) -> str:
        return str(mistake) if mistake is not None and mistake.field == name else ""

    cost = f"{task.cost_cents / 100:.2f}" if task.cost_cents is not None else ""
    fields = (
        Field(name="kind", label=_("Kind"), kind="select", choices=kind_choices(kind), hint=_("Another kind asks for other things.")),
        *kind_fields(kind, given_answers(form) if form else task.details, mistake),
        Field(
            name="assignee", label=_("Who"), kind="select", error=wrong("assignee"),
            choices=tuple(Choice(value=value, label=name, selected=value == present) for value, name in people),
        ),
        Field(name="due", label=_("Due"), kind="date", optional=True, error=wrong("due"),
              value=form.get("due", task.due_on.isoformat() if task.due_on else "")),
        Field(name="cost", label=_("Cost"), optional=True, value=form.get("cost", cost), error=wrong("cost"), autocomplete="off"),
    )  # fmt: skip
    return Form(action=f"/tasks/{task.id}/details", fields=fields, submit=_("Save"))


def checklist(task: Task, now: datetime, *, may: bool) -> Checklist | None:
    """Return the steps of a task's kind and which are done."""
    steps = SHEETS[TaskKind(task.kind)].steps
    done = sum(each.name in task.steps_done for each in steps)
    return Checklist(
        title=_("Checklist: %(done)s of %(all)s", done=done, all=len(steps)),
        steps=tuple(
            Step(
                name=each.name,
                label=_(each.label),
                done=each.name in task.steps_done,
                words=_done_words(task.steps_done[each.name], now) if each.name in task.steps_done else "",
            )
            for each in steps
        ),
        action=f"/tasks/{task.id}/checklist" if may else "",
    )


def _done_words(known: dict[str, str], now: datetime) -> str:
    return f"{known['by']}, {moment(datetime.fromisoformat(known['at']), now, ZONE).words}"


def _spoken(question: Question, words: str, company: Company) -> str:
    if question.answer is Answer.DAY:
        return day(datetime.fromisoformat(words).date())
    if question.answer is Answer.AMOUNT:
        return money(round(float(words.replace(",", ".")) * 100), company.currency)
    return _(words) if question.answer is Answer.CHOICE else words
