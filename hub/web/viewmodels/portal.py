"""The portal for residents and owners: phone first, one thing a page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from hub.web.viewmodels.parts import (
    Announcement,
    Attachment,
    EmptyState,
    Form,
    Instant,
    Link,
    Pagination,
    Question,
    Tone,
)
from hub.web.viewmodels.shell import PublicShell


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """Something a resident can begin: "Key lost"."""

    label: str
    url: str
    icon: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestRow:
    """One request in a list: what, how it stands, when the next news comes."""

    title: str
    url: str
    status: str
    tone: Tone = "neutral"
    next_news: str = ""
    number: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PortalHome:
    """The first page after signing in."""

    shell: PublicShell
    title: str
    greeting: str
    place: str
    report: Link
    actions: tuple[Action, ...]
    requests: tuple[RequestRow, ...]
    all_requests: Link
    announcements: tuple[Announcement, ...] = ()
    empty: EmptyState | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInPage:
    """Asking for a sign-in link or code: one field, email or phone. In the demo `mailbox` is where the code arrives."""

    shell: PublicShell
    title: str
    form: Form
    staff: Link | None = None
    mailbox: Link | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EnterCodePage:
    """Entering the code that was sent; `sent_to` says where without saying whether it is known."""

    shell: PublicShell
    title: str
    sent_to: str
    form: Form
    again: Link
    mailbox: Link | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestListPage:
    """All requests, open ones first."""

    shell: PublicShell
    title: str
    open: tuple[RequestRow, ...]
    closed: tuple[RequestRow, ...]
    report: Link
    empty: EmptyState | None = None
    pagination: Pagination | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One of the four steps of a request; `words` tells its state to those who do not see the dots."""

    label: str
    state: Literal["done", "now", "later"]
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PortalMessage:
    """A message as its reader sees it; `own` for what they wrote themselves."""

    author: str
    at: Instant
    paragraphs: tuple[str, ...]
    own: bool = False
    attachments: tuple[Attachment, ...] = ()
    state: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestPage:
    """One request: where it stands, when news comes, what was said, and a form to write.

    `form` has a textarea and a file field; its file field is shrunk in the browser where scripts run. `again` looks once
    more for what was just sent and is not there yet. `solved` asks what an answer from the help centre was worth, `settled`
    is what was said of it; `fixed` and `fixed_settled` are the same of work that was done. `survey` leads to the one question
    after closing.
    """

    shell: PublicShell
    title: str
    number: str
    back: Link
    steps: tuple[Step, ...]
    sentence: str
    next_news: str
    messages: tuple[PortalMessage, ...]
    form: Form
    fixed: Question | None = None
    fixed_settled: str = ""
    survey: Link | None = None
    solved: Question | None = None
    settled: str = ""
    closed: str = ""
    again: Link | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRequestPage:
    """One page of asking for something: one question, what to do in an emergency."""

    shell: PublicShell
    title: str
    form: Form
    back: Link
    step: str = ""
    intro: str = ""
    emergency: str = ""
    emergency_call: Link | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SentPage:
    """What was sent has arrived: its number, what happens next, by when."""

    shell: PublicShell
    title: str
    number: str
    next_steps: tuple[str, ...]
    links: tuple[Link, ...]
