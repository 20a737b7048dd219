"""The fields of each kind of task in forms: when one is made, of a ticket or on the board, and when it is changed."""

from __future__ import annotations

from collections.abc import Mapping

from hub.domain.task import TaskKind
from hub.domain.task_kinds import SHEETS, Answer, Question
from hub.errors import Invalid
from hub.web.language import _
from hub.web.viewmodels.parts import Choice, Field, FieldKind, Link

PREFIX = "detail_"
KINDS: dict[Answer, FieldKind] = {
    Answer.TEXT: "text",
    Answer.DAY: "date",
    Answer.COUNT: "text",
    Answer.AMOUNT: "text",
    Answer.CHOICE: "select",
}


def kind_named(words: str, otherwise: TaskKind) -> TaskKind:
    """Return the kind that words name, else another."""
    return TaskKind(words) if words in set(TaskKind) else otherwise


def kind_links(address: str, chosen: TaskKind) -> tuple[Link, ...]:
    """Return the kinds to choose from, each an address of the same form."""
    return tuple(
        Link(label=_(sheet.label), url=f"{address}?kind={kind}", current=kind is chosen)
        for kind, sheet in SHEETS.items()
    )


def kind_choices(chosen: TaskKind) -> tuple[Choice, ...]:
    """Return the kinds as the options of a select."""
    return tuple(Choice(value=kind, label=_(sheet.label), selected=kind is chosen) for kind, sheet in SHEETS.items())


def kind_fields(kind: TaskKind, values: Mapping[str, str], mistake: Invalid | None = None) -> tuple[Field, ...]:
    """Return what a kind asks for, with what was answered and what is wrong with it."""
    return tuple(_field(each, values.get(each.name, ""), mistake) for each in SHEETS[kind].questions)


def given_answers(form: Mapping[str, str]) -> dict[str, str]:
    """Return what was entered in the fields of a kind."""
    return {name.removeprefix(PREFIX): words for name, words in form.items() if name.startswith(PREFIX)}


def _field(question: Question, value: str, mistake: Invalid | None) -> Field:
    choices: tuple[Choice, ...] = ()
    if question.answer is Answer.CHOICE:
        choices = (Choice(value="", label=_("Not known"), selected=not value),)
        choices += tuple(Choice(value=name, label=_(words), selected=name == value) for name, words in question.choices)
    return Field(
        name=f"{PREFIX}{question.name}",
        label=_(question.label),
        kind=KINDS[question.answer],
        value=value,
        choices=choices,
        optional=True,
        error=str(mistake) if mistake is not None and mistake.field == question.name else "",
        autocomplete="off",
    )
