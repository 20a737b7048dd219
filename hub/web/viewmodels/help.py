"""The public help centres: search first, topics, articles."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from hub.web.viewmodels.parts import Announcement, Choice, EmptyState, Link, Pagination
from hub.web.viewmodels.shell import PublicShell


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchBox:
    """The search field of one audience: a GET form with `q`."""

    action: str
    query: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AudienceDoor:
    """One of the help centres."""

    title: str
    text: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChooserPage:
    """Which help centre? The first question at `/help`."""

    shell: PublicShell
    title: str
    audiences: tuple[AudienceDoor, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicCard:
    """A topic with its first articles."""

    title: str
    url: str
    count: str
    articles: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HomePage:
    """The first page of a help centre."""

    shell: PublicShell
    title: str
    audience: str
    audiences: tuple[Link, ...]
    search: SearchBox
    popular: tuple[Link, ...]
    topics: tuple[TopicCard, ...]
    ask: Link
    announcements: tuple[Announcement, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicPage:
    """All articles of a topic."""

    shell: PublicShell
    title: str
    trail: tuple[Link, ...]
    search: SearchBox
    articles: tuple[Link, ...]
    ask: Link


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedback:
    """The question under an article. Yes or No posts `helpful`; after No, `reasons` and a text are asked for.

    `thanks` replaces the question once it was answered.
    """

    action: str
    reasons: tuple[Choice, ...]
    asking_why: bool = False
    thanks: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticlePage:
    """One article. `body` is safe HTML made by the knowledge base from its Markdown."""

    shell: PublicShell
    title: str
    trail: tuple[Link, ...]
    search: SearchBox
    checked: str
    body: Markup
    feedback: Feedback
    ask: Link
    languages: tuple[Link, ...] = ()
    related: tuple[Link, ...] = ()
    language: str = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A piece of an excerpt; `hit` for words that were searched for."""

    text: str
    hit: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchHit:
    """An article that was found, and why."""

    title: str
    url: str
    excerpt: tuple[Piece, ...]
    topic: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchPage:
    """What a search found; nothing found offers the report form with the words in it."""

    shell: PublicShell
    title: str
    trail: tuple[Link, ...]
    search: SearchBox
    found: str
    hits: tuple[SearchHit, ...]
    ask: Link
    empty: EmptyState | None = None
    pagination: Pagination | None = None
