"""An agent's own account."""

from __future__ import annotations

from dataclasses import dataclass

from hub.web.viewmodels.parts import EmptyState, Form, Instant, Pagination
from hub.web.viewmodels.shell import StaffShell


@dataclass(frozen=True, slots=True, kw_only=True)
class MePage:
    """What an agent sets for themselves. `otpauth` and `secret` are there while an authenticator is being set up."""

    shell: StaffShell
    title: str
    name: str
    address: str
    appearance: Form
    shortcuts_action: str
    shortcuts: bool
    password: Form
    factor_words: str
    factor: Form
    otpauth: str = ""
    secret: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeRow:
    """One thing an agent was told of, with the ticket it is about."""

    words: str
    ticket: str
    url: str
    at: Instant
    unseen: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticesPage:
    """What an agent was told of, newest first."""

    shell: StaffShell
    title: str
    rows: tuple[NoticeRow, ...]
    see_action: str
    empty: EmptyState
    pagination: Pagination | None = None
