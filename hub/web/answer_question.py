"""The question under an answer from the help centre: did this solve it? For every page that shows one."""

from __future__ import annotations

from hub.domain.answers import AnswerState
from hub.domain.verdict import Verdict
from hub.models import GivenAnswer
from hub.web.language import _
from hub.web.viewmodels.parts import Choice, Question


def question(action: str, given: GivenAnswer, *, picked: str = "") -> Question | None:
    """Return the question with what may still be said, the picked one first; None where a person is on their way."""
    solved = Choice(value=Verdict.SOLVED, label=_("This solved it"), selected=picked != Verdict.PERSON)
    person = Choice(value=Verdict.PERSON, label=_("I still need a person"), selected=picked == Verdict.PERSON)
    offered = {
        AnswerState.OPEN: (person, solved) if person.selected else (solved, person),
        AnswerState.SOLVED: (person,),
        AnswerState.SILENT: (person,),
    }.get(AnswerState(given.state), ())
    return Question(action=action, question=_("Did this solve it?"), name="said", choices=offered) if offered else None


def settled_words(given: GivenAnswer) -> str:
    """Return what was said of an answer and what comes of it; empty while it is open."""
    return {
        AnswerState.SOLVED: _("Your request is closed as solved. If you need a person after all, say so here."),
        AnswerState.PERSON: _("A person answers you as soon as they can. They see all that was said so far."),
        AnswerState.SILENT: _("We heard nothing and closed your request. If you still need a person, say so here."),
    }.get(AnswerState(given.state), "")
