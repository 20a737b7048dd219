"""What stands around every page: who is here, where they can go, what everybody must know now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from hub.web.viewmodels.commands import Command, CommandGroup
from hub.web.viewmodels.parts import Banner, Direction, Link, Toast

Theme = Literal["system", "light", "dark"]


UNLISTED = frozenset({"palette", "leave"})


@dataclass(frozen=True, slots=True, kw_only=True)
class NavItem:
    """One place of the rail; `badge` is a count ("4") and `badge_words` what it counts ("4 new tickets")."""

    label: str
    url: str
    icon: str
    current: bool = False
    badge: str = ""
    badge_words: str = ""
    command: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EmergencyBar:
    """A possible emergency nobody has acknowledged: shown red on every staff page until somebody does."""

    text: str
    url: str
    phone_words: str = ""
    phone_url: str = ""
    acknowledge_url: str = ""
    page_again_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffShell:
    """Everything around a staff page.

    `events_url` is the live stream with its topics, `poll_url` the fallback; both empty where a page does not live.
    `notices_url` gives the bars above the page again (any staff page may: the part with the id "bars" is taken).
    `single_keys` is the agent's choice about single-key shortcuts, saved by posting to `single_keys_url`.
    `unseen` is how many notifications the agent has not looked at, for the bell of who reads tickets.
    """

    agent_name: str
    agent_initials: str
    navigation: tuple[NavItem, ...]
    commands: tuple[CommandGroup, ...]
    practice_mode: bool = False
    emergencies: tuple[EmergencyBar, ...] = ()
    banners: tuple[Banner, ...] = ()
    toasts: tuple[Toast, ...] = ()
    theme: Theme = "system"
    language: str = "en"
    direction: Direction = "ltr"
    home_url: str = "/inbox"
    logout_url: str = "/logout"
    account_links: tuple[Link, ...] = ()
    events_url: str = ""
    poll_url: str = ""
    notices_url: str = ""
    single_keys: bool = True
    single_keys_url: str = "/me/shortcuts"
    has_bell: bool = True
    unseen: str = ""
    unseen_words: str = ""

    @property
    def palette(self) -> tuple[Command, ...]:
        """Return what the palette offers: what is about the page first, what works anywhere last."""
        anywhere, listing, *here = self.commands
        return tuple(each for group in (*here, listing, anywhere) for each in group.commands if each.id not in UNLISTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicShell:
    """Everything around a page for residents, owners, craftsmen or anybody: the company's name, and a way to a person.

    `navigation` is empty for people without an account; `phone_url` is `tel:...`,
    `brand_url` the style sheet of the company's colour.
    """

    company: str
    home_url: str
    brand_url: str = ""
    navigation: tuple[NavItem, ...] = ()
    languages: tuple[Link, ...] = ()
    help_url: str = ""
    phone_words: str = ""
    phone_url: str = ""
    person: str = ""
    logout_url: str = ""
    banners: tuple[Banner, ...] = ()
    theme: Theme = "system"
    language: str = "en"
    direction: Direction = "ltr"
