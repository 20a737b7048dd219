"""The demo's sandbox: a resident's phone and mailbox on the left, the inbox on the right."""

from __future__ import annotations

from dataclasses import dataclass

from hub.web.viewmodels.parts import Choice, Instant, Link
from hub.web.viewmodels.shell import PublicShell


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneMessage:
    """A text on the resident's phone; `own` for what they sent."""

    text: str
    at: Instant
    own: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MailItem:
    """A mail in the resident's mailbox, or one they sent."""

    subject: str
    sender: str
    at: Instant
    paragraphs: tuple[str, ...]
    own: bool = False
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxPage:
    """Both sides of the desk.

    `live_url` gives `_devices.html` again; `events_url` a stream whose "outbox" events say when. The forms post
    `person` and `text` (a text message), or `person`, `subject` and `text` (a mail).
    """

    shell: PublicShell
    title: str
    people: tuple[Choice, ...]
    person: str
    person_name: str
    phone_number: str
    mail_address: str
    texts: tuple[PhoneMessage, ...]
    mails: tuple[MailItem, ...]
    action: str
    sms_action: str
    mail_action: str
    inbox: Link
    live_url: str
    events_url: str = ""
    portal: Link | None = None
    try_text: str = ""
