"""The question after a ticket is closed: how likely, from 0 to 10, and why."""

from __future__ import annotations

from dataclasses import dataclass

from hub.web.viewmodels.parts import Choice, Field, Link
from hub.web.viewmodels.shell import PublicShell


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyPage:
    """Eleven scores and a free field. A score from the link is picked, never sent by itself."""

    shell: PublicShell
    title: str
    about: str
    question: str
    scores: tuple[Choice, ...]
    lowest: str
    highest: str
    comment: Field
    action: str
    submit: str
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ThanksPage:
    """The answer has arrived, or cannot be taken any more."""

    shell: PublicShell
    title: str
    text: str
    links: tuple[Link, ...] = ()
