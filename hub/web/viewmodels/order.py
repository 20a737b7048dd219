"""Orders: what a craftsman sees with a private link, and the directory of craftsmen."""

from __future__ import annotations

from dataclasses import dataclass

from hub.web.viewmodels.board import BoardFilter
from hub.web.viewmodels.parts import Attachment, Choice, EmptyState, Fact, Form, Link, Table, Tone
from hub.web.viewmodels.shell import PublicShell, StaffShell


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderPage:
    """An order on a craftsman's phone. A form that is None is not for now; choosing a time posts `slot`.

    `form_id` makes sending twice one step; `accept_step` and `arrive_step` are posted as `step`.
    """

    shell: PublicShell
    title: str
    subject: str
    status: str
    tone: Tone
    said: str
    facts: tuple[Fact, ...]
    scope: tuple[str, ...]
    action: str
    form_id: str
    photos: tuple[Attachment, ...] = ()
    own_photos: tuple[Attachment, ...] = ()
    visit: tuple[Fact, ...] = ()
    times: tuple[Choice, ...] = ()
    error: str = ""
    accept_step: str = ""
    arrive_step: str = ""
    propose: Form | None = None
    decline: Form | None = None
    finish: Form | None = None
    more: Form | None = None
    give_up: Form | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TapPage:
    """What one tap of a colleague on a link of a mail would do to a task."""

    shell: PublicShell
    title: str
    intro: str
    facts: tuple[Fact, ...]
    text: tuple[str, ...]
    form: Form


@dataclass(frozen=True, slots=True, kw_only=True)
class CraftsmenPage:
    """The craftsmen of the companies one works for, narrowed by trade and area."""

    shell: StaffShell
    title: str
    action: str
    filters: tuple[BoardFilter, ...]
    area_label: str
    area: str
    table: Table
    views: tuple[Link, ...] = ()
    empty: EmptyState | None = None
