"""One open ticket: what was said and what happened, where an agent writes, and the model's proposals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from hub.web.viewmodels.parts import Attachment, Chip, Choice, Clock, Direction, Instant, Link, Pagination, Tone
from hub.web.viewmodels.person import PersonPanel


@dataclass(frozen=True, slots=True, kw_only=True)
class HeaderChip:
    """A changeable fact of the ticket: a button "Queue: Maintenance" that opens its choices.

    Choosing posts `field` = the choice's value, with `_method=PATCH`, to the ticket's `change_url`.
    """

    field: str
    label: str
    words: str
    choices: tuple[Choice, ...]
    tone: Tone = "neutral"
    command: str = ""

    @property
    def menu_id(self) -> str:
        """Return the id of its menu."""
        return f"menu-{self.field}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What became of a message we sent; `retry_url` after a failure, `undo_url` while it can be taken back."""

    words: str
    tone: Tone = "neutral"
    retry_url: str = ""
    undo_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageView:
    """One message or note.

    `accessible_name` is "Message from X" or "Note from X, staff only". `paragraphs` are its plain text; where
    `html_url` is given, a sandboxed frame shows that safe HTML instead. `rest` is what a long text
    folds away, `quoted` the history it carried. `pictures_words` says that pictures from elsewhere are left off,
    `pictures_url` shows them in the frame. `warning` is what must be known before anybody does what it asks.
    """

    id: int
    author: str
    initials: str
    accessible_name: str
    at: Instant
    outbound: bool
    internal: bool = False
    role: str = ""
    channel: str = ""
    channel_icon: str = "mail"
    paragraphs: tuple[str, ...] = ()
    rest: tuple[str, ...] = ()
    quoted: tuple[str, ...] = ()
    html_url: str = ""
    html_title: str = ""
    pictures_words: str = ""
    pictures_url: str = ""
    original_url: str = ""
    forward_url: str = ""
    attachments: tuple[Attachment, ...] = ()
    delivery: Delivery | None = None
    trust_note: str = ""
    warning: str = ""
    notice: str = ""
    language: str = ""
    direction: Direction | Literal["auto"] = "auto"
    unread: bool = False

    @property
    def is_event(self) -> bool:
        """Return False: somebody said this."""
        return False

    @property
    def element_id(self) -> str:
        """Return the id of the message in the page."""
        return f"message-{self.id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class EventLine:
    """One thing that happened to the ticket, as a sentence, and the photo it brought."""

    text: str
    at: Instant
    url: str = ""
    photo: Attachment | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EventGroup:
    """A run of events: one is a line, two and more are folded under `summary` ("4 changes")."""

    id: int
    lines: tuple[EventLine, ...]
    summary: str = ""

    @property
    def is_event(self) -> bool:
        """Return True: this is history, not speech."""
        return True

    @property
    def element_id(self) -> str:
        """Return the id of the group in the page."""
        return f"events-{self.id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketAlert:
    """A sentence at the head of a conversation: an emergency, a merge, a message that could not be read.

    `press` is a button that posts to `press_url`.
    """

    text: str
    tone: Tone
    links: tuple[Link, ...] = ()
    press: str = ""
    press_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """Something staff may promise by themselves, on a page of its own; `command` is its name in the palette."""

    label: str
    url: str
    command: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """The conversation of one ticket.

    `change_url` takes changes of the header's facts. `header_url` and `messages_url` give their fragments again; the
    second is asked with `?after=<id of the last message shown>`. `presence` is who else is here ("Maria is replying").
    `snooze` is what it may sleep until, `snoozed` until when it does.
    """

    number: int
    subject: str
    place: str
    chips: tuple[HeaderChip, ...]
    items: tuple[MessageView | EventGroup, ...]
    url: str
    change_url: str
    header_url: str
    messages_url: str
    list_url: str
    place_url: str = ""
    company: str = ""
    clock: Clock | None = None
    clock_label: str = ""
    tags: tuple[Chip, ...] = ()
    tag_words: str = ""
    offered_tags: tuple[Choice, ...] = ()
    alerts: tuple[TicketAlert, ...] = ()
    presence: str = ""
    closed: bool = False
    earlier: Pagination | None = None
    print_url: str = ""
    merge_url: str = ""
    promises: tuple[Promise, ...] = ()
    block_url: str = ""
    task_url: str = ""
    snooze: tuple[Choice, ...] = ()
    snoozed: str = ""
    mine: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueGuess:
    """A queue the model proposes; `words` is its confidence ("71 %", "may fit"), `label` the button's whole name."""

    queue: str
    words: str
    label: str
    value: str
    command: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TriageBar:
    """The model's proposal while the queue is a prediction; `action` takes `queue` and `source`."""

    action: str
    sentence: str
    guesses: tuple[QueueGuess, ...]
    because: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A help article that may answer, or news of a task; `text` is what inserting puts into the reply.

    `spoken` names the button where it is no article.
    """

    title: str
    url: str
    text: str
    fit: str
    excerpt: str
    audience: str = ""
    spoken: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Macro:
    """A canned reply behind the send menu's neighbour."""

    title: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Insertion:
    """What the picker offers: `text` is put in where it was opened, `command` is done instead; `macro` does more on sending."""

    group: str
    title: str
    text: str = ""
    more: str = ""
    url: str = ""
    command: str = ""
    macro: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Why a reply was not sent yet (HTTP 409): something newer arrived. `confirm` names the button that still sends."""

    text: str
    confirm: str
    keep_as_note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ComposerView:
    """Where an agent writes.

    `form_id` is new whenever the composer is drawn: the same one again is not sent twice.
    Posts `kind` (reply or note), `body_reply`, `body_note`, `last_seen` (the newest inbound message), `last_said` (the
    newest of all), `channel`, `files`, and `then` (next, stay or
    close) or `send_at`; `confirm` (send or note) answers what was `held`. Reply and note have their own text and draft;
    `reply_label` is the name of the reply's text box ("Reply to Aylin Demir"). With `can_reply` False only notes are
    offered, and `cannot_reply` says why. `counts_segments` for SMS. `people` get a mail: posted as `to`, with `chooses`.
    `greeting` is what a mail gets above its words, `signature` what below them, wanted in `frame_language`.
    """

    action: str
    reply_label: str
    recipients: str
    last_seen: int
    last_said: int = 0
    form_id: str = ""
    kind: Literal["reply", "note"] = "reply"
    channels: tuple[Choice, ...] = ()
    people: tuple[Choice, ...] = ()
    reply_draft: str = ""
    note_draft: str = ""
    draft_url: str = ""
    draft_words: str = ""
    presence_url: str = ""
    counts_segments: bool = False
    can_reply: bool = True
    cannot_reply: str = ""
    company: str = ""
    greeting: str = ""
    signature: str = ""
    frame_language: str = ""
    notices: tuple[str, ...] = ()
    error: str = ""
    held: Held | None = None
    macros: tuple[Macro, ...] = ()
    send_at: tuple[Choice, ...] = ()
    insertions_url: str = ""
    colleagues_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketPane:
    """One open ticket: conversation, composer, person."""

    thread: Thread
    composer: ComposerView
    person: PersonPanel
    triage: TriageBar | None = None
    suggestions: tuple[Suggestion, ...] = ()
