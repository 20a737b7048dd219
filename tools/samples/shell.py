"""What stands around the sample pages."""

from __future__ import annotations

from pathlib import Path

from hub.web.viewmodels.commands import read_commands
from hub.web.viewmodels.parts import Banner, Choice, Clock, Fact, Instant, Link, Toast
from hub.web.viewmodels.shell import EmergencyBar, NavItem, PublicShell, StaffShell

REGISTRY = Path(__file__).resolve().parents[2] / "hub" / "web" / "static" / "js" / "commands.json"


def navigation(current: str) -> tuple[NavItem, ...]:
    """Return the rail of an agent with one place marked."""
    places = (
        ("Inbox", "/inbox", "inbox", "go-inbox"),
        ("Board", "/board", "kanban", "go-board"),
        ("People", "/people", "users", "go-people"),
        ("Articles", "/kb", "book-open", "go-articles"),
        ("Metrics", "/metrics", "chart-no-axes-column", "go-metrics"),
        ("Admin", "/admin", "settings", "go-admin"),
    )
    return tuple(
        NavItem(
            label=label,
            url=url,
            icon=icon,
            command=command,
            current=label == current,
            badge="12" if label == "Inbox" else "",
            badge_words="12 tickets of yours" if label == "Inbox" else "",
        )
        for label, url, icon, command in places
    )


def staff(current: str, *, emergency: bool = False, toast: bool = False) -> StaffShell:
    """Return the shell of Maria Keller's pages."""
    return StaffShell(
        agent_name="Maria Keller",
        agent_initials="MK",
        navigation=navigation(current),
        commands=read_commands(REGISTRY.read_text(encoding="utf-8")),
        practice_mode=True,
        emergencies=(
            EmergencyBar(
                text="Gas smell, Park 3, 1A — nobody has answered the page",
                url="/tickets/4733",
                phone_words="+49 30 23125 112",
                phone_url="tel:+4930231250112",
                acknowledge_url="/emergencies/1/acknowledge",
                page_again_url="/emergencies/1/page",
            ),
        )
        if emergency
        else (),
        banners=(
            Banner(
                tone="danger",
                title="Mailbox office@example.org:",
                text="signed out by the server since 10:42.",
                action="Sign in again",
                action_url="/admin/mailboxes/1",
                action_is_link=True,
            ),
        )
        if emergency
        else (),
        toasts=(Toast(text="Moved to Front desk", undo_url="/undo/1"),) if toast else (),
        account_links=(Link(label="Shortcuts", url="/me/shortcuts"), Link(label="Appearance", url="/me/appearance")),
    )


def public(current: str = "", *, signed_in: bool = False) -> PublicShell:
    """Return the shell of the pages of Lindenhof Property Services."""
    places = (
        ("Home", "/portal", "house"),
        ("Report", "/portal/requests/new/damage/1", "wrench"),
        ("Requests", "/portal/requests", "message-square-text"),
        ("Help", "/help/residents", "book-open"),
    )
    return PublicShell(
        company="Lindenhof Property Services",
        home_url="/portal" if signed_in else "/",
        navigation=tuple(
            NavItem(label=label, url=url, icon=icon, current=label == current) for label, url, icon in places
        )
        if signed_in
        else (),
        languages=(
            Link(label="English", url="?lang=en", current=True),
            Link(label="Deutsch", url="?lang=de"),
            Link(label="Türkçe", url="?lang=tr"),
        ),
        help_url="/help/residents",
        phone_words="+49 30 23125 100",
        phone_url="tel:+4930231250100",
        person="Aylin Demir" if signed_in else "",
        logout_url="/logout" if signed_in else "",
    )


def at(words: str, iso: str = "2026-11-19T09:02:00+01:00") -> Instant:
    """Return a moment that reads as given."""
    return Instant(iso=iso, words=words, full="Thursday 19 November 2026, 09:02")


def clock(words: str, tone: str = "neutral") -> Clock:
    """Return a clock that reads as given."""
    tones = {
        "neutral": Clock(words=words, explained="15 minutes of business time, Mon to Fri 8:00 to 18:00."),
        "warn": Clock(words=words, tone="warn", explained="15 minutes of business time."),
        "late": Clock(words=words, tone="late", explained="Due at 08:50."),
        "ok": Clock(words=words, tone="ok", explained="Answered at 09:10."),
        "paused": Clock(words=words, tone="paused", explained="Waiting for the tenant."),
    }
    return tones[tone]


def choices(selected: str, *labels: str) -> tuple[Choice, ...]:
    """Return choices whose values are their labels as slugs."""
    return tuple(
        Choice(value=label.lower().replace(" ", "-"), label=label, selected=label == selected) for label in labels
    )


def facts(*pairs: tuple[str, str]) -> tuple[Fact, ...]:
    """Return plain facts."""
    return tuple(Fact(label=label, value=value) for label, value in pairs)
