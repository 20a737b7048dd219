"""Operations' board and a task: what is to do, who does it, who waits for it. Nothing here leads to a resident."""

from __future__ import annotations

from dataclasses import dataclass

from hub.web.viewmodels.conversation import EventLine
from hub.web.viewmodels.parts import (
    Attachment,
    Chip,
    Choice,
    Clock,
    EmptyState,
    Fact,
    Form,
    Link,
    Pagination,
    Table,
    Tone,
)
from hub.web.viewmodels.shell import StaffShell


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A column a card can go to: its button's `words`, and what is said when it has gone there ("T-88 moved to Blocked")."""

    status: str
    label: str
    words: str
    moved: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskCard:
    """A task on the board: title, unit, one date, one person, tickets waiting. No more.

    `reason` is why it is blocked, until when. Choosing a move posts `status` with `_method=PATCH` to `change_url`.
    """

    number: str
    url: str
    title: str
    place: str
    change_url: str
    moves: tuple[Move, ...]
    status: str = ""
    date: str = ""
    date_tone: Tone = "neutral"
    who: str = ""
    waiting: str = ""
    reason: str = ""
    urgent: bool = False

    @property
    def menu_id(self) -> str:
        """Return the id of its "Move to" menu."""
        return f"move-{self.number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A status of tasks and the cards in it; `count` is of all, `more` leads to those that are not shown."""

    status: str
    label: str
    count: str
    cards: tuple[TaskCard, ...]
    more: Link | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardFilter:
    """One select above the board."""

    name: str
    label: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardPage:
    """The whole board, in columns or, where `shape` is "list", in rows with the `rest` of them.

    `mirror` says how the chat tool stands ("Slack #ops, synced 10:42").
    """

    shell: StaffShell
    title: str
    columns: tuple[Column, ...]
    action: str
    rows: tuple[TaskCard, ...] = ()
    rest: Pagination | None = None
    shape: str = ""
    filters: tuple[BoardFilter, ...] = ()
    views: tuple[Link, ...] = ()
    create: Link | None = None
    mirror: Chip | None = None
    empty: EmptyState | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedTicket:
    """A ticket that waits for a task: its number and how long; never an address. Who may, takes it off at `unlink_url`."""

    label: str
    words: str
    url: str = ""
    unlink_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskOrder:
    """An order on its task: how it stands, who must act next, and what the team can do; a button posts `step`."""

    number: str
    words: str
    status: str
    tone: Tone
    next: str
    action: str
    facts: tuple[Fact, ...] = ()
    photos: tuple[Attachment, ...] = ()
    buttons: tuple[Choice, ...] = ()
    again: Form | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A step of a checklist; `words` say who did it and when."""

    name: str
    label: str
    done: bool
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checklist:
    """The steps of a task's kind; without `action` one may only read them."""

    title: str
    steps: tuple[Step, ...]
    action: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ElsewherePage:
    """What other programs say of tasks that are theirs; `form` hands a table of them over."""

    shell: StaffShell
    title: str
    text: str
    views: tuple[Link, ...]
    table: Table
    export: Link
    form: Form | None = None
    empty: EmptyState | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskPage:
    """One task: what it is, where, how it stands, what happened, who waits.

    `statuses` are the choices of the status button; `blocked` asks for reason and until, `question` goes to customer
    service, `answer` comes from there, `order` goes to a craftsman, `for_agents` leads to what only customer service may do.
    `opened` names the form that is to be filled in now.
    """

    shell: StaffShell
    title: str
    number: str
    subject: str
    place: str
    status: str
    change_url: str
    statuses: tuple[Choice, ...]
    facts: tuple[Fact, ...]
    events: tuple[EventLine, ...]
    tickets: tuple[LinkedTicket, ...]
    board: Link
    status_tone: Tone = "neutral"
    waiting: str = ""
    text: tuple[str, ...] = ()
    photos: tuple[Attachment, ...] = ()
    clock: Clock | None = None
    blocked: Form | None = None
    question: Form | None = None
    answer: Form | None = None
    opened: str = ""
    order: Form | None = None
    orders: tuple[TaskOrder, ...] = ()
    for_agents: tuple[Link, ...] = ()
    checklist: Checklist | None = None
    details: Form | None = None
