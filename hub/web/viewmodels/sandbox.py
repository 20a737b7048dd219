"""The demo's sandbox: a resident's phone and mailbox on the left, the inbox on the right."""

from __future__ import annotations

from dataclasses import dataclass

from hub.web.viewmodels.parts import Choice, Instant, Link
from hub.web.viewmodels.shell import PublicShell


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneMessage:
    """A text on the resident's phone; `own` for what they sent, `page` for a call that waits for a key."""

    text: str
    at: Instant
    own: bool
    page: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailItem:
    """A mail in the resident's mailbox, or one they sent."""

    subject: str
    sender: str
    at: Instant
    paragraphs: tuple[str, ...]
    own: bool = False
    reply_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxPage:
    """Both sides of the desk.

    `live_url` gives `_devices.html` again, every two seconds. The forms post `person` and `text` (a text message), or
    `person`, `subject`, `text` and `answers` (a mail). `host_text` says why the inbox is not shown, where the visitor may not see it;
    `host` names the button that signs in as an agent, where that may be.
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
    key_action: str
    mail_action: str
    inbox: Link
    live_url: str
    portal: Link | None = None
    try_text: str = ""
    answers: str = ""
    subject: str = ""
    text_error: str = ""
    mail_error: str = ""
    host_text: str = ""
    host: str = ""
    host_action: str = ""
    host_address: str = ""
