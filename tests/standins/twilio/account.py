"""One Twilio account: credentials, numbers, and everything that has happened in it."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime

from tests.standins.twilio.errors import not_found
from tests.standins.web import Json

VERSION = "2010-04-01"


def new_sid(prefix: str) -> str:
    """Return a fresh 34 character identifier such as SM0123…"""
    return prefix + secrets.token_hex(16)


def rfc_2822(moment: datetime | None) -> str | None:
    """Return a moment as the API writes it, `Thu, 24 Aug 2023 05:01:45 +0000`."""
    return format_datetime(moment) if moment else None


@dataclass
class Media:
    """A picture or file of a message, kept until it is deleted."""

    content_type: str
    data: bytes
    message_sid: str
    sid: str = field(default_factory=lambda: new_sid("ME"))


@dataclass
class Message:
    """A Message resource; `status_callback` is where its changes are told."""

    sid: str
    direction: str
    sender: str
    recipient: str
    body: str
    status: str
    created_at: datetime
    num_segments: int = 1
    status_callback: str = ""
    sent_at: datetime | None = None
    updated_at: datetime | None = None
    error_code: int | None = None
    error_message: str | None = None
    media: list[Media] = field(default_factory=list)
    media_urls: list[str] = field(default_factory=list)


@dataclass
class Call:
    """A Call resource; the instructions are either a URL or TwiML given at once."""

    sid: str
    sender: str
    recipient: str
    url: str
    twiml: str
    created_at: datetime
    status: str = "queued"
    status_callback: str = ""
    status_events: tuple[str, ...] = ("completed",)
    said: list[str] = field(default_factory=list)
    duration: int | None = None


@dataclass
class Number:
    """A number the account owns and where Twilio tells what arrives on it."""

    number: str
    sms: bool = True
    voice: bool = True
    sms_url: str = ""
    sms_fallback_url: str = ""


@dataclass(frozen=True)
class Alert:
    """A line of the debugger: what went wrong when Twilio called the application."""

    code: int
    about_sid: str
    detail: str


@dataclass
class Account:
    """The state behind the API; every change is made under `lock`."""

    sid: str
    auth_token: str
    numbers: dict[str, Number] = field(default_factory=dict)
    trial: bool = False
    verified: set[str] = field(default_factory=set)
    landlines: set[str] = field(default_factory=set)
    newer_codes: bool = False
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    messages: dict[str, Message] = field(default_factory=dict)
    calls: dict[str, Call] = field(default_factory=dict)
    opted_out: set[tuple[str, str]] = field(default_factory=set)
    alerts: list[Alert] = field(default_factory=list)
    lock: threading.RLock = field(default_factory=threading.RLock)

    @property
    def root(self) -> str:
        """Return the path every resource of the account begins with."""
        return f"/{VERSION}/Accounts/{self.sid}"

    def message(self, sid: str) -> Message:
        """Return a message; raise TwilioError 20404 when there is none."""
        with self.lock:
            if sid not in self.messages:
                raise not_found(f"{self.root}/Messages/{sid}.json")
            return self.messages[sid]

    def add(self, message: Message) -> Message:
        """Keep a message and return it."""
        with self.lock:
            self.messages[message.sid] = message
        return message

    def alert(self, code: int, about_sid: str, detail: str) -> None:
        """Write a line to the debugger."""
        with self.lock:
            self.alerts.append(Alert(code, about_sid, detail))


def render_message(account: Account, message: Message) -> Json:
    """Return the JSON of a Message resource (docs/messaging/api/message-resource)."""
    uri = f"{account.root}/Messages/{message.sid}"
    return {
        "account_sid": account.sid,
        "api_version": VERSION,
        "body": message.body,
        "date_created": rfc_2822(message.created_at),
        "date_sent": rfc_2822(message.sent_at),
        "date_updated": rfc_2822(message.updated_at or message.created_at),
        "direction": message.direction,
        "error_code": message.error_code,
        "error_message": message.error_message,
        "from": message.sender,
        "messaging_service_sid": None,
        "num_media": str(len(message.media) or len(message.media_urls)),
        "num_segments": str(message.num_segments),
        "price": None,
        "price_unit": "USD",
        "sid": message.sid,
        "status": message.status,
        "subresource_uris": {"media": f"{uri}/Media.json"},
        "to": message.recipient,
        "uri": f"{uri}.json",
    }


def render_media(account: Account, message: Message, media: Media) -> Json:
    """Return the JSON of a Media resource (docs/messaging/api/media-resource)."""
    return {
        "account_sid": account.sid,
        "content_type": media.content_type,
        "date_created": rfc_2822(message.created_at),
        "date_updated": rfc_2822(message.created_at),
        "parent_sid": message.sid,
        "sid": media.sid,
        "uri": f"{account.root}/Messages/{message.sid}/Media/{media.sid}.json",
    }


def render_call(account: Account, call: Call) -> Json:
    """Return the JSON of a Call resource (docs/voice/api/call-resource)."""
    return {
        "account_sid": account.sid,
        "annotation": None,
        "answered_by": None,
        "api_version": VERSION,
        "caller_name": None,
        "date_created": rfc_2822(call.created_at),
        "date_updated": rfc_2822(call.created_at),
        "direction": "outbound-api",
        "duration": None if call.duration is None else str(call.duration),
        "end_time": None,
        "forwarded_from": None,
        "from": call.sender,
        "from_formatted": call.sender,
        "group_sid": None,
        "parent_call_sid": None,
        "phone_number_sid": None,
        "price": None,
        "price_unit": "USD",
        "queue_time": "0",
        "sid": call.sid,
        "start_time": None,
        "status": call.status,
        "subresource_uris": {},
        "to": call.recipient,
        "to_formatted": call.recipient,
        "trunk_sid": None,
        "uri": f"{account.root}/Calls/{call.sid}.json",
    }
