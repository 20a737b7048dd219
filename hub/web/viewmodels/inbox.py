"""The agents' inbox: its views and the list of tickets, beside the open one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from hub.domain.highlight import Piece
from hub.web.viewmodels.conversation import Thread, TicketPane
from hub.web.viewmodels.parts import Chip, Choice, Clock, EmptyState, Field, Form, Instant, Link, Pagination, Table
from hub.web.viewmodels.shell import StaffShell

Density = Literal["compact", "default", "comfortable"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewLink:
    """A view of the inbox with how many tickets are in it; `command` is the key's command ("go-triage")."""

    label: str
    url: str
    count: str = ""
    current: bool = False
    command: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketRow:
    """One ticket in the list: who, what, how long they have waited, and what is blocking.

    `accessible_name` is the whole row as one sentence. `age` counts from the message that waits. `blocker` is a few
    words ("Task blocked", "Maria replying"); `clock` stands in the row only when it warns, is late or paused. What a search
    has found is in pieces, those marked that it looked for.
    """

    number: int
    url: str
    accessible_name: str
    who: str
    subject: str
    age: Instant
    unit: str = ""
    preview: str = ""
    channel: str = ""
    channel_icon: str = "mail"
    queue: str = ""
    status_words: str = ""
    clock: Clock | None = None
    blocker: str = ""
    company: str = ""
    unread: bool = False
    emergency: bool = False
    selected: bool = False
    draft: bool = False
    emergency_words: str = ""
    found_who: tuple[Piece, ...] = ()
    found_subject: tuple[Piece, ...] = ()
    found_passage: tuple[Piece, ...] = ()

    @property
    def element_id(self) -> str:
        """Return the id of the row in the page, by which live updates find it."""
        return f"row-{self.number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkBar:
    """What can be done to all chosen tickets at once: posts `number`s, and `do` ("queue:billing") or a `tag`."""

    action: str
    groups: tuple[tuple[str, tuple[Choice, ...]], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketList:
    """The middle pane: `remarks` on what a search has done, `things` that are no tickets (a task) above the rows.

    `live_url` gives this list again as a fragment; `filters` narrow it, each removable; `keep` keeps them.
    """

    title: str
    count_words: str
    rows: tuple[TicketRow, ...]
    url: str
    live_url: str
    search_url: str = "/search"
    search_value: str = ""
    filters: tuple[Chip, ...] = ()
    filter_url: str = ""
    keep: Link | None = None
    sorts: tuple[Link, ...] = ()
    empty: EmptyState | None = None
    pagination: Pagination | None = None
    density: Density = "default"
    bulk: BulkBar | None = None
    remarks: tuple[str, ...] = ()
    things: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxPage:
    """The whole inbox. On a phone `pane` says whether the list or the ticket is shown."""

    shell: StaffShell
    title: str
    views: tuple[ViewLink, ...]
    list: TicketList
    ticket: TicketPane | None = None
    saved_views: tuple[ViewLink, ...] = ()
    nothing_open: EmptyState | None = None
    pane: Literal["list", "ticket"] = "list"
    log_call_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenTicket:
    """The open ticket alone, or that none is: what a page is given that has its list already."""

    title: str
    ticket: TicketPane | None
    nothing_open: EmptyState | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterPage:
    """What may narrow a view: each a question, answered in the address that `action` begins."""

    shell: StaffShell
    title: str
    action: str
    fields: tuple[Field, ...]
    submit: str
    clear: Link


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldPage:
    """Automatic messages that wait for a click, and the two things to do with them."""

    shell: StaffShell
    title: str
    text: str
    table: Table | None
    send: Form
    discard: Form
    empty: EmptyState


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkPage:
    """Several tickets at once: what each person will get, or what was not done and why."""

    shell: StaffShell
    title: str
    text: str
    back: Link
    table: Table | None = None
    form: Form | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkRow:
    """A ticket that could wait for a task too; its button posts to `action`."""

    label: str
    url: str
    words: str
    action: str
    button: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkPage:
    """Tickets to let wait for a task: found by number or words, before that those of the same building."""

    shell: StaffShell
    title: str
    text: str
    action: str
    question: str
    heading: str
    rows: tuple[LinkRow, ...]
    back: Link
    empty: EmptyState | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperPage:
    """A ticket as it goes on paper: facts, messages, and notes only where `switch` has asked for them."""

    shell: StaffShell
    title: str
    company: str
    person: str
    thread: Thread
    switch: Link
    back: Link


@dataclass(frozen=True, slots=True, kw_only=True)
class FormPage:
    """What is asked before something is done to a ticket; `kinds` lead to the same form for another kind of task."""

    shell: StaffShell
    title: str
    text: str
    form: Form
    kinds: tuple[Link, ...] = ()
    others: tuple[Form, ...] = ()
