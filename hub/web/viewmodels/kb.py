"""The writers' side of the help centres."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from hub.web.viewmodels.parts import EmptyState, Form, Link, Table
from hub.web.viewmodels.shell import StaffShell


@dataclass(frozen=True, slots=True, kw_only=True)
class ShelfOfLinks:
    """Articles that stand together, such as all drafts of one audience."""

    title: str
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class KbHome:
    """All articles of a company, and where else a writer goes."""

    shell: StaffShell
    title: str
    ways: tuple[Link, ...]
    companies: tuple[Link, ...]
    shelves: tuple[ShelfOfLinks, ...]
    empty: EmptyState | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KbTables:
    """Figures for writers: each with the rule it was counted by in words."""

    shell: StaffShell
    title: str
    back: Link
    companies: tuple[Link, ...]
    tables: tuple[tuple[Table, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class KbArticle:
    """One article in its editor: what stands where, how it looks, and what it said before (`versions`, to be had back)."""

    shell: StaffShell
    title: str
    back: Link
    state: str
    form: Form
    preview: Markup | None = None
    problems: tuple[str, ...] = ()
    versions: tuple[Form, ...] = ()
    public: Link | None = None
