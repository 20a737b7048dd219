"""The small values that several faces share, one for each macro in `templates/_parts`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Tone = Literal["neutral", "info", "ok", "warn", "danger", "pause", "accent"]
ClockTone = Literal["neutral", "warn", "late", "ok", "paused"]
Direction = Literal["ltr", "rtl"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Somewhere to go."""

    label: str
    url: str
    current: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Chip:
    """A word or two with a meaning; `icon` is a name of the sprite, `remove_url` takes a filter off."""

    label: str
    tone: Tone = "neutral"
    icon: str = ""
    url: str = ""
    remove_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """A promise and how it stands, in words.

    `due_iso` and `warn_iso` let the page keep the words true between loads; leave `due_iso` empty where the office
    closes before it is due, for the page counts wall-clock minutes. `explained` says how it was counted.
    """

    words: str
    tone: ClockTone = "neutral"
    due_iso: str = ""
    warn_iso: str = ""
    explained: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A line of a fact list. `hidden` when the reader's role may not see the value: the words say so instead."""

    label: str
    value: str
    url: str = ""
    tone: Tone = "neutral"
    hidden: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One option of a select, a radio group or a menu."""

    value: str
    label: str
    selected: bool = False
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """A dated notice: what people should know for some days (`dates` in words)."""

    title: str
    text: str
    url: str = ""
    dates: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpfulArticle:
    """An article that may spare somebody writing."""

    title: str
    url: str
    summary: str
    language: str = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpfulBox:
    """Articles under what somebody writes; `source` gives them anew for `q`."""

    source: str
    articles: tuple[HelpfulArticle, ...] = ()


FieldKind = Literal[
    "text",
    "email",
    "password",
    "tel",
    "number",
    "date",
    "time",
    "search",
    "code",
    "textarea",
    "select",
    "radio",
    "checkbox",
    "file",
    "hidden",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A question in a form: its label, a hint, what was answered, and what is wrong with that.

    `kind` "code" is a one-time code (digits, filled in by the phone). `accept` and `multiple` mean something to files
    only, as do `most_files` and `most_bytes` (of all together), `rows` to a textarea only. For a checkbox `checked`
    holds the answer and `value` what is sent. `helpful` are articles under a textarea.
    """

    name: str
    label: str
    kind: FieldKind = "text"
    value: str = ""
    hint: str = ""
    error: str = ""
    choices: tuple[Choice, ...] = ()
    checked: bool = False
    optional: bool = False
    autocomplete: str = ""
    accept: str = ""
    multiple: bool = False
    most_files: int = 0
    most_bytes: int = 0
    rows: int = 5
    maxlength: int | None = None
    autofocus: bool = False
    key: str = ""
    helpful: HelpfulBox | None = None

    @property
    def id(self) -> str:
        """Return the id of the control, where the error summary leads; `key` tells several of one name apart."""
        return f"field-{self.name}-{self.key}" if self.key else f"field-{self.name}"

    @property
    def described_by(self) -> str:
        """Return the ids of its hint and its error, for `aria-describedby`."""
        ids = (("hint", self.hint), ("error", self.error))
        return " ".join(f"{self.id}-{part}" for part, words in ids if words)


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A form that posts to `action`; `error` is what is wrong with the whole of it, beside its fields' errors.

    `also` is a second button: its value is posted as `way`.
    """

    action: str
    fields: tuple[Field, ...]
    submit: str
    error: str = ""
    multipart: bool = False
    cancel: Link | None = None
    also: Choice | None = None

    @property
    def mistakes(self) -> tuple[Field, ...]:
        """Return the fields with an error, in order, for the error summary."""
        return tuple(field for field in self.fields if field.error)

    @property
    def failed(self) -> bool:
        """Tell whether anything was wrong with what was sent."""
        return bool(self.error or self.mistakes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question answered by pressing one of a few buttons, the selected one first; posts `name` to `action`.

    `words` is what somebody may say beside it.
    """

    action: str
    question: str
    name: str
    choices: tuple[Choice, ...]
    words: Field | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Banner:
    """A sentence above the page; `action_url` posts (a link when `action_is_link`)."""

    text: str
    tone: Tone = "info"
    title: str = ""
    action: str = ""
    action_url: str = ""
    action_is_link: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Toast:
    """What just happened; with `undo_url` it can be taken back for `seconds`."""

    text: str
    tone: Tone = "neutral"
    undo_url: str = ""
    seconds: int = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class EmptyState:
    """What a list says when it has nothing: how things stand, and the next best thing to do."""

    title: str
    text: str = ""
    actions: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pagination:
    """The rest of a list: "Show 50 more"; `first_url` leads back to the start, in the words of `first` where it has them."""

    more: str = ""
    more_url: str = ""
    first_url: str = ""
    first: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file of a message. `thumb_url` and `whole_url` only for pictures that we re-encoded; `alt` says what it is and whose."""

    name: str
    url: str
    size_words: str
    thumb_url: str = ""
    whole_url: str = ""
    alt: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Instant:
    """A moment: machine-readable, in short words ("9 min", "Tue 09:02") and in full."""

    iso: str
    words: str
    full: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table of words: headings, rows; `numeric` are the columns to align as numbers (from 0), `urls` where each row leads."""

    caption: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: frozenset[int] = frozenset()
    urls: tuple[str, ...] = ()
