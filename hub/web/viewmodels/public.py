"""The pages before any sign-in: three doors, a report without an account, a mistake, a link to confirm."""

from __future__ import annotations

from dataclasses import dataclass

from hub.web.viewmodels.parts import Choice, Form, Link, Question
from hub.web.viewmodels.shell import PublicShell, StaffShell


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """One way in: who it is for, what they find."""

    title: str
    text: str
    url: str
    icon: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorsPage:
    """The first page. In the demo `try_this` says what to try, and where."""

    shell: PublicShell
    title: str
    doors: tuple[Door, ...]
    intro: str = ""
    try_this: str = ""
    try_link: Link | None = None
    report: Link | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportPage:
    """Reporting something without an account."""

    shell: PublicShell
    title: str
    form: Form
    intro: str = ""
    emergency: str = ""
    emergency_call: Link | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerPage:
    """An answer from the help centre, opened by its link, with the question whether it solved the matter.

    `settled` is what was said already; `gone` takes the place of the article where there is none any more.
    """

    shell: PublicShell
    title: str
    about: str
    name: str
    language: str
    paragraphs: tuple[str, ...]
    settled: str = ""
    article: Link | None = None
    gone: str = ""
    question: Question | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FixedPage:
    """Is the work fixed? Opened by a link, answered by a button. `settled` is what was said already."""

    shell: PublicShell
    title: str
    about: str
    settled: str = ""
    question: Question | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginPage:
    """Staff sign-in: address and password, and the code of an authenticator where one is set.

    In the demo, at the machine it runs on, `guests` are the colleagues whom anybody may be; choosing posts `who` and `next`.
    """

    shell: PublicShell
    title: str
    form: Form
    residents: Link | None = None
    guests: tuple[Choice, ...] = ()
    guests_action: str = ""
    guests_next: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkPage:
    """A link from a message, opened: nothing happens before the button is pressed, so that mail scanners do nothing.

    `again` takes the form's place where the link no longer works.
    """

    shell: PublicShell
    title: str
    text: str
    form: Form
    other: Link | None = None
    again: Link | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorPage:
    """A mistake in words: what happened, what is safe, what to do. `reference` finds it in the log."""

    shell: PublicShell
    title: str
    text: str
    actions: tuple[Link, ...] = ()
    reference: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffErrorPage:
    """The same for a colleague, inside the frame they work in."""

    shell: StaffShell
    title: str
    text: str
    actions: tuple[Link, ...] = ()
