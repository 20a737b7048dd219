"""The settings: a list of what can be set, and one form a page."""

from __future__ import annotations

from dataclasses import dataclass

from hub.web.viewmodels.parts import Banner, EmptyState, Form, Link, Table
from hub.web.viewmodels.shell import StaffShell


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One thing that can be set, and how it stands now."""

    label: str
    url: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingGroup:
    """Settings that belong together."""

    title: str
    settings: tuple[Setting, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AdminHome:
    """Everything that can be set."""

    shell: StaffShell
    title: str
    groups: tuple[SettingGroup, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AdminForm:
    """One setting: what changing it does, what is there, the form, and other things to do (each a form of its own)."""

    shell: StaffShell
    title: str
    back: Link
    intro: str
    form: Form | None = None
    saved: Banner | None = None
    table: Table | None = None
    rows: tuple[Link, ...] = ()
    others: tuple[Form, ...] = ()
    empty: EmptyState | None = None
