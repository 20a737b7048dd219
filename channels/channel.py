"""What a channel is: it parses, it sends, and it may verify webhooks or fetch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, runtime_checkable

from channels.message import (
    Address,
    Attachment,
    DeliveryReport,
    Envelope,
    InboundMessage,
    MediaLink,
    OutboundMessage,
    Receipt,
    Unreadable,
)


@dataclass(frozen=True, slots=True)
class Account:
    """One company's account on a channel: a mailbox, a number, a workspace.

    `settings` are the decrypted settings of the account, all text; each channel documents the keys it reads.
    `own_addresses` are all addresses of the desk on this channel, for loop guards.
    """

    id: int
    channel: str
    address: Address
    settings: Mapping[str, str] = field(default_factory=dict)
    own_addresses: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class HookRequest:
    """One webhook call: `url` is rebuilt from the configured base URL, never taken from the request's Host."""

    url: str
    method: str
    headers: Mapping[str, str]
    body: bytes
    form: Mapping[str, str]
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Action:
    """A press on a button or a word in a thread: what operations did in a chat tool, to be applied once by `event_key`."""

    event_key: str
    name: str
    subject: str
    actor: str
    text: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class HookResult:
    """What a verified webhook call contained, and the answer the provider expects."""

    envelopes: tuple[Envelope, ...] = ()
    reports: tuple[DeliveryReport, ...] = ()
    actions: tuple[Action, ...] = ()
    status: int = 200
    body: str = ""
    content_type: str = "text/plain"


class Forged(Exception):
    """Raised by `verify` when a webhook call is not from the provider; the hub answers 401 or 403 and stores nothing."""

    def __init__(self, reason: str, status: int = 403) -> None:
        super().__init__(reason)
        self.status = status


class Malformed(Exception):
    """Raised by `verify` when a genuine call cannot be read; the hub answers 400 with the reason."""


class Unreachable(Exception):
    """Raised by whatever asks a provider (`fetch`, `recent`, `find_sent`, `fetch_media`) when it cannot be reached."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a fetcher stands in one account; opaque to the hub, JSON-safe text."""

    value: str = ""


@dataclass(frozen=True, slots=True)
class Batch:
    """Envelopes fetched together, and the cursor that is true once they are stored.

    `history` marks what was in the mailbox before it was connected: filed, never answered or counted.
    """

    envelopes: tuple[Envelope, ...]
    cursor: Cursor
    history: bool = False


@runtime_checkable
class Channel(Protocol):
    """A way in and out. `parse` is pure and total: any bytes give a message or `Unreadable`, never another exception."""

    kind: str

    def parse(self, envelope: Envelope) -> InboundMessage | Unreadable:
        """Read an envelope."""

    def send(self, message: OutboundMessage, account: Account) -> Receipt:
        """Hand one message to the provider, once; never raises for what the provider or the network does."""


@runtime_checkable
class HookedChannel(Channel, Protocol):
    """A channel whose provider calls us at `/hooks/<kind>` (and below)."""

    def verify(self, request: HookRequest, account: Account, *, part: str = "") -> HookResult:
        """Check the signature and read the call; raises `Forged` or `Malformed`."""


@runtime_checkable
class FetchedChannel(Channel, Protocol):
    """A channel that must be asked for its messages."""

    def fetch(self, account: Account, cursor: Cursor, *, stop: StopSignal) -> Iterator[Batch]:
        """Yield batches for ever, waiting for news between them, until `stop` is set; raises `Unreachable`."""


@runtime_checkable
class ReconcilingChannel(Channel, Protocol):
    """A channel whose provider keeps lists we can compare with ours."""

    def recent(self, account: Account, *, since: datetime) -> list[Envelope]:
        """List what came in since an instant, as envelopes with the same source keys as the webhook's."""

    def find_sent(
        self, message: OutboundMessage, account: Account, *, since: datetime, known: frozenset[str] = frozenset()
    ) -> Receipt | None:
        """Look up whether a message with an unknown outcome was taken; None when the provider has not got it.

        `since` is when the attempt began whose answer was lost, `known` the provider's ids of our other messages to the
        same people. Raises `Unreachable`: then nothing is known, and sending again could send twice.
        """


@runtime_checkable
class MediaChannel(Channel, Protocol):
    """A channel whose messages name files to be fetched from the provider."""

    def fetch_media(self, link: MediaLink, account: Account) -> Attachment:
        """Download one file with the account's credentials, from the provider's host only; raises `Unreachable`."""


class StopSignal(Protocol):
    """The part of `threading.Event` a fetcher needs."""

    def is_set(self) -> bool:
        """Tell whether to stop."""

    def wait(self, timeout: float | None = None) -> bool:
        """Sleep until stopped or the time is over."""
