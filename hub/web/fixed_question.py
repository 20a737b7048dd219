"""The question after finished work: is it fixed? For every page that shows one."""

from __future__ import annotations

from hub.domain.fix_check import FixState
from hub.models import FixCheck
from hub.services.operations.fix_checks import LONGEST
from hub.web.language import _
from hub.web.viewmodels.parts import Choice, Field, Question


def fixed_question(action: str, check: FixCheck, *, picked: str = "") -> Question:
    """Return the question with what may still be said, the picked answer first."""
    yes = Choice(value=FixState.FIXED, label=_("Yes, it is fixed"), selected=picked != FixState.NOT_FIXED)
    no = Choice(value=FixState.NOT_FIXED, label=_("No, not yet"), selected=picked == FixState.NOT_FIXED)
    words = Field(
        name="words",
        label=_("If not: what is still wrong?"),
        kind="textarea",
        value=check.words,
        optional=True,
        rows=3,
        maxlength=LONGEST,
    )
    fixed = check.state == FixState.FIXED
    choices = (no,) if fixed else (no, yes) if no.selected else (yes, no)
    return Question(action=action, question=_("Is it fixed?"), name="fixed", choices=choices, words=words)


def fixed_words(check: FixCheck) -> str:
    """Return what was said and what comes of it; empty while nothing was."""
    return {
        FixState.FIXED: _("You said that it is fixed. Thank you! If something is still wrong, say so here."),
        FixState.NOT_FIXED: _("You said that it is not fixed yet. We look at it again and write to you."),
    }.get(FixState(check.state), "")


def said_by(value: str) -> FixState:
    """Return what a button says; whatever is not a yes is read by a person."""
    return FixState.FIXED if value == FixState.FIXED else FixState.NOT_FIXED
