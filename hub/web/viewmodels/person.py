"""The person beside a conversation: who they are, where they live, what is under way for them."""

from __future__ import annotations

from dataclasses import dataclass

from hub.web.viewmodels.parts import Chip, Fact, Link, Tone


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactLine:
    """One way to reach the person: what it is, its words, its address for the device (`tel:`, `mailto:`)."""

    kind: str
    words: str
    icon: str
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelItem:
    """A line of a panel section with something behind it: a task, an earlier ticket, another person."""

    title: str
    url: str = ""
    words: str = ""
    tone: Tone = "neutral"
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelSection:
    """A part of the person panel under its heading: facts, then items, then one thing to do."""

    title: str
    facts: tuple[Fact, ...] = ()
    items: tuple[PanelItem, ...] = ()
    empty: str = ""
    action: Link | None = None
    action_command: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonPanel:
    """Who this is with, what they rent or own, and what is under way for them. `live_url` gives it again."""

    name: str
    role: str
    live_url: str
    url: str = ""
    contacts: tuple[ContactLine, ...] = ()
    remarks: tuple[str, ...] = ()
    tags: tuple[Chip, ...] = ()
    sections: tuple[PanelSection, ...] = ()
    change: Link | None = None
