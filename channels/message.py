"""The values that cross the border between a channel and the hub."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class IdentityKind(StrEnum):
    """What kind of address an identity is."""

    EMAIL = "email"
    PHONE = "phone"
    PORTAL = "portal"
    SLACK = "slack"


@dataclass(frozen=True, slots=True)
class Address:
    """One address of somebody, canonical by `channels.address`, with the name they gave themselves."""

    kind: IdentityKind
    value: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Envelope:
    """What arrived, exactly as it arrived, before any parsing.

    `source` names the door it came through (`imap:3`, `smtp`, `twilio:2`, `portal`, `api`, `file`); `source_key` is the
    provider's own identity of this delivery, unique within the source (UIDVALIDITY and UID, MessageSid, a form's UUID).
    `facts` holds what only the transport knew, as text: `rcpt_to`, `mail_from`, `own_addresses`, `authserv_id`.
    """

    channel: str
    source: str
    source_key: str
    raw: bytes
    received_at: datetime
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that came or goes with a message; `content_type` is sniffed, `declared_type` is the sender's claim."""

    name: str
    content_type: str
    data: bytes
    declared_type: str = ""
    disposition: str = "attachment"
    content_id: str = ""


@dataclass(frozen=True, slots=True)
class MediaLink:
    """A file the provider keeps for us and the hub fetches after the envelope is stored (MMS photos)."""

    url: str
    content_type: str


class Trust(StrEnum):
    """How sure we are that the sender is who they say they are."""

    VERIFIED = "verified"
    UNVERIFIED = "unverified"


class Kind(StrEnum):
    """What a message is, apart from what it says."""

    PERSONAL = "personal"
    AUTO_REPLY = "auto_reply"
    BOUNCE = "bounce"
    COMPLAINT = "complaint"
    RECEIPT = "receipt"
    BROADCAST = "broadcast"
    OPT_OUT = "opt_out"
    OPT_IN = "opt_in"
    HELP = "help"


@dataclass(frozen=True, slots=True)
class Bounce:
    """One recipient of a delivery report; `status` as RFC 3463 (`5.1.1`), `permanent` when it will never arrive."""

    recipient: str
    status: str
    reason: str
    permanent: bool


@dataclass(frozen=True, slots=True)
class Forwarded:
    """The original sender named in a forwarded message: proposed to the agent, never switched to silently."""

    sender: Address
    subject: str = ""


@dataclass(frozen=True, slots=True)
class InboundMessage:
    """A message as a channel understood it.

    `text` is the whole message as plain text, `reply_text` what remains when quoted history and signature are folded
    away (display and triage only), `html` is untrusted source HTML. `reference_ids` are Message-IDs it answers, nearest
    first, without angle brackets. `reply_tokens` are signed tokens found in the addresses it was sent to, in order.
    `defects` are sentences a person can read. `also_from` are further senders a mail claims; one that has any is never
    verified. `is_forward` says that the text is somebody else's, forwarded, whether or not its sender could be read.
    """

    channel: str
    sender: Address | None
    text: str
    subject: str = ""
    reply_text: str = ""
    html: str = ""
    kind: Kind = Kind.PERSONAL
    trust: Trust = Trust.UNVERIFIED
    sent_at: datetime | None = None
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    reply_to: tuple[Address, ...] = ()
    message_id: str = ""
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    reference_ids: tuple[str, ...] = ()
    reply_tokens: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    media: tuple[MediaLink, ...] = ()
    forwarded: Forwarded | None = None
    bounces: tuple[Bounce, ...] = ()
    may_answer: bool = True
    language: str = ""
    defects: tuple[str, ...] = ()
    extra: Mapping[str, str] = field(default_factory=dict)
    also_from: tuple[Address, ...] = ()
    is_forward: bool = False


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A parse that failed, with a sentence a person can act on. The raw bytes stay with the envelope."""

    reason: str


@dataclass(frozen=True, slots=True)
class OutboundMessage:
    """What must leave. `id` is fixed when it is composed and is the same on every attempt.

    `subject`, `html`, `message_id`, `references`, `reply_to` mean something to email only. `automatic` marks machine mail
    (RFC 3834). `card` is the channel's own structured content (Slack blocks), `update_of` the provider id of what it replaces.
    `only` names those of the recipients whom it is handed over for where the others have it already, else nobody.
    """

    id: UUID
    channel: str
    sender: Address
    recipients: tuple[Address, ...]
    text: str
    subject: str = ""
    html: str = ""
    message_id: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    reply_to: Address | None = None
    attachments: tuple[Attachment, ...] = ()
    automatic: bool = False
    card: Mapping[str, object] | None = None
    update_of: str = ""
    status_callback: str = ""
    only: tuple[str, ...] = ()


class Outcome(StrEnum):
    """How an attempt to send ended."""

    ACCEPTED = "accepted"
    RETRY = "retry"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Refusal:
    """One of several recipients whom the provider did not take a message for; `permanent` when it never will."""

    recipient: str
    reason: str
    permanent: bool


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the provider said to one attempt.

    RETRY is a temporary refusal (`retry_after` seconds where the provider named them), FAILED is final, UNKNOWN means the
    answer was lost after the content may have been taken: look it up before sending again. `refused` are those whom an
    ACCEPTED message was not taken for.
    """

    outcome: Outcome
    provider_id: str = ""
    error: str = ""
    retry_after: float | None = None
    refused: tuple[Refusal, ...] = ()


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """A provider's later word on something we sent: `state` is the hub's, `event_key` makes it count once."""

    event_key: str
    provider_id: str
    outbox_id: str
    state: str
    error: str = ""
    body: Mapping[str, str] = field(default_factory=dict)
