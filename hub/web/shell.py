"""What stands around every staff page and every page for people: built once a request."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from flask import request, session
from flask_babel import get_locale

from hub.domain.access import Ability, Actor
from hub.domain.paging import plain_kind
from hub.models import Agent, Company
from hub.services.emergencies.emergencies import OpenEmergency
from hub.services.inbox.notices import read_notices
from hub.services.inbox.notifications import MOST_COUNTED
from hub.web.brand import brand_url
from hub.web.desk import current_desk
from hub.web.language import _, ngettext, reading_locale
from hub.web.viewmodels.commands import CommandGroup, read_commands
from hub.web.viewmodels.inbox import Density
from hub.web.viewmodels.parts import Banner, Direction, Link, Toast
from hub.web.viewmodels.shell import EmergencyBar, NavItem, PublicShell, StaffShell, Theme
from hub.web.words import initials

TOASTS = "toasts"
RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})
THEMES: dict[str, Theme] = {"light": "light", "dark": "dark", "system": "system"}

DENSITIES: dict[str, Density] = {"compact": "compact", "default": "default", "comfortable": "comfortable"}


@cache
def _registry() -> str:
    return (Path(__file__).parent / "static" / "js" / "commands.json").read_text(encoding="utf-8")


@cache
def _commands(locale: str) -> tuple[CommandGroup, ...]:  # noqa: ARG001 - what the words are kept by
    return read_commands(_registry(), _)


def staff_shell(actor: Actor, *, topics: str = "", place: str = "") -> StaffShell:
    """Return the shell of a staff page; `place` is the rail item it belongs to, `topics` what it listens to."""
    desk = current_desk()
    agent = desk.session.get_one(Agent, actor.agent_id)  # known since the guard let them in
    notices = read_notices(desk, actor)
    language, direction = reading()
    reads = actor.can_anywhere(Ability.READ_TICKETS)
    unseen = notices.unseen if reads else 0
    return StaffShell(
        agent_name=actor.name,
        agent_initials=initials(actor.name),
        navigation=_navigation(actor, place),
        commands=_commands(str(reading_locale())),
        practice_mode=desk.settings.practice,
        emergencies=tuple(_bar(each) for each in notices.emergencies),
        banners=(*_classifier_banner(notices.trouble), *_held_banner(notices.held)),
        toasts=take_toasts(),
        theme=THEMES.get(agent.appearance, "system"),
        language=language,
        direction=direction,
        home_url="/inbox" if actor.can_anywhere(Ability.READ_TICKETS) else "/board",
        account_links=_account_links(actor),
        events_url=f"/events?topics={topics}" if topics else "",
        poll_url=f"/events/poll?topics={topics}" if topics else "",
        notices_url=request.path,
        single_keys=agent.shortcuts,
        has_bell=reads,
        unseen=(f"{unseen}+" if unseen >= MOST_COUNTED else str(unseen)) if unseen else "",
        unseen_words=ngettext("%(num)s new", "%(num)s new", unseen) if unseen else "",
    )


def public_shell(company: Company, *, person: str = "", navigation: tuple[NavItem, ...] = ()) -> PublicShell:
    """Return the shell of a page for residents, owners, craftsmen or anybody."""
    language, direction = reading()
    phone = company.emergency_phone
    return PublicShell(
        company=company.name,
        brand_url=brand_url(company.accent),
        home_url="/portal" if person else "/",
        navigation=navigation,
        help_url="/help",
        phone_words=_("Emergency %(phone)s", phone=phone) if phone else "",
        phone_url=f"tel:{phone}" if phone else "",
        person=person,
        logout_url="/portal/sign-out" if person else "",
        language=language,
        direction=direction,
    )


def reading() -> tuple[str, Direction]:
    """Return the reader's language and the direction it is written in."""
    locale = get_locale()
    language = locale.language if locale else "en"
    return language, "rtl" if language in RIGHT_TO_LEFT else "ltr"


def add_toast(text: str, *, undo_url: str = "") -> None:
    """Say something on the next page."""
    session[TOASTS] = [*session.get(TOASTS, []), {"text": text, "undo_url": undo_url}][-3:]


def take_toasts() -> tuple[Toast, ...]:
    """Return what was to be said, once; what a page fetches by itself shows only a part of it, and leaves this to the next."""
    if request.headers.get("X-Live") == "true":
        return ()
    return tuple(Toast(text=each["text"], undo_url=each["undo_url"]) for each in session.pop(TOASTS, []))


def _navigation(actor: Actor, place: str) -> tuple[NavItem, ...]:
    items = (
        ("inbox", _("Inbox"), "/inbox", "inbox", "go-inbox", Ability.READ_TICKETS),
        ("board", _("Board"), "/board", "kanban", "go-board", Ability.SEE_BOARD),
        ("metrics", _("Metrics"), "/metrics", "chart-no-axes-column", "go-metrics", Ability.SEE_METRICS),
    )
    return tuple(
        NavItem(label=label, url=url, icon=icon, current=name == place, command=command)
        for name, label, url, icon, command, ability in items
        if actor.can_anywhere(ability)
    )


def _account_links(actor: Actor) -> tuple[Link, ...]:
    links = (
        (_("My account"), "/me", None),
        (_("Write for the help centre"), "/kb", Ability.WRITE_ARTICLES),
        (_("Settings"), "/admin", Ability.ADMINISTER),
    )
    return tuple(
        Link(label=label, url=url) for label, url, ability in links if ability is None or actor.can_anywhere(ability)
    )


def _classifier_banner(why: str) -> tuple[Banner, ...]:
    """Say why messages are not sorted; they are on their tickets all the same, and dangers are told by their words."""
    return (
        (Banner(text=why, tone="warn", title=_("Messages are not sorted: choose their queues yourselves.")),)
        if why
        else ()
    )


def _held_banner(count: int) -> tuple[Banner, ...]:
    """Ask whether to send what would come too late, or twice: nobody but a person can tell."""
    if not count:
        return ()
    text = ngettext("%(num)s automatic message waits", "%(num)s automatic messages wait", count)
    why = _("a mailbox was not fetched for more than a day, or the desk was restored.")
    return (
        Banner(text=f"{text}: {why}", tone="warn", action=_("Look at them"), action_url="/held", action_is_link=True),
    )


def _bar(found: OpenEmergency) -> EmergencyBar:
    what = f"#{found.number} {plain_kind(found.kind)} {found.place}".strip()
    words = _("Nobody on call has taken it: %(what)s", what=what) if found.unanswered else ""
    if not words and found.paged:
        words = _("Possible emergency: %(what)s (%(who)s is paged)", what=what, who=found.paged)
    work = f"/tasks/{found.task}" if found.task else "/board"
    return EmergencyBar(
        text=words or _("Possible emergency: %(what)s", what=what),
        url=f"/tickets/{found.number}" if found.seen else work,
        phone_words=found.phone,
        phone_url=f"tel:{found.phone}" if found.phone else "",
        acknowledge_url=f"/emergencies/{found.number}/take",
        page_again_url=f"/emergencies/{found.number}/page",
    )
