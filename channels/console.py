"""The development twin: what would leave is taken and kept, and what is typed comes in."""

from __future__ import annotations

import copy
from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Protocol, TypeVar, runtime_checkable

from channels.address import AddressError, clean_line, email_address, phone_address
from channels.channel import Account, Channel, MediaChannel, ReconcilingChannel
from channels.egress import RefusedError
from channels.message import (
    Address,
    Attachment,
    Envelope,
    InboundMessage,
    MediaLink,
    OutboundMessage,
    Outcome,
    Receipt,
    Unreadable,
)
from channels.sniff import safe_file_name, sniff

FILE_MARK = "+file "
MAX_TEXT = 100_000

AnyChannel = TypeVar("AnyChannel", bound=Channel)


class ConsoleChannel:
    """Typed lines: `who: what they say`, then `+file NAME BASE64` for each file that comes along."""

    kind = "console"

    def parse(self, envelope: Envelope) -> InboundMessage | Unreadable:
        """Read what was typed; nobody has shown who they are."""
        typed = envelope.raw.decode("utf-8", "replace").replace("\x00", "")
        if not typed.strip():
            return Unreadable("Nothing was typed.")
        words: list[str] = []
        files: list[Attachment] = []
        for line in typed.split("\n"):
            file = _read_file(line, len(files) + 1) if line.startswith(FILE_MARK) else None
            if file:
                files.append(file)
            else:
                words.append(line)
        sender, text = _split_sender("\n".join(words)[:MAX_TEXT])
        return InboundMessage(
            channel="console",
            sender=sender,
            text=text,
            reply_text=text,
            message_id=envelope.source_key,
            attachments=tuple(files),
            may_answer=sender is not None,
        )

    def send(self, message: OutboundMessage, account: Account) -> Receipt:  # noqa: ARG002
        """Take everything; the outbox shows it."""
        return accept(message)


@runtime_checkable
class Refusing(Protocol):
    """A channel that can tell, without its provider, why a message can never be sent."""

    def refusal(self, message: OutboundMessage, account: Account) -> str:
        """Return the reason as a sentence, or nothing."""


class Practice:
    """What a channel's class becomes in practice mode: it reads as ever, and hands nothing to anybody."""

    def send(self, message: OutboundMessage, account: Account) -> Receipt:
        """Take what the real channel would hand over, and refuse what it would refuse."""
        reason = self.refusal(message, account) if isinstance(self, Refusing) else ""
        return Receipt(Outcome.FAILED, error=reason) if reason else accept(message)


class PracticeLists:
    """What the lists of a provider become in practice mode, for a channel whose provider keeps some."""

    def recent(self, account: Account, *, since: datetime) -> list[Envelope]:  # noqa: ARG002
        """Return nothing: the provider is not asked."""
        return []

    def find_sent(
        self,
        message: OutboundMessage,
        account: Account,  # noqa: ARG002
        *,
        since: datetime,  # noqa: ARG002
        known: frozenset[str] = frozenset(),  # noqa: ARG002
    ) -> Receipt | None:
        """Say that it was taken, which in practice mode is always true."""
        return accept(message)


class PracticeMedia:
    """What the files of a provider become in practice mode: the provider is not asked for any."""

    def fetch_media(self, link: MediaLink, account: Account) -> Attachment:  # noqa: ARG002
        """Refuse, so that the ticket says why there is no file; raises `RefusedError`."""
        raise RefusedError("This is practice mode: no file is fetched from the provider.")


def practise(channel: AnyChannel) -> AnyChannel:
    """Return a channel's development twin: same kind, parsing and webhooks, but nothing leaves the machine."""
    real = type(channel)
    twin = copy.copy(channel)
    stand_ins = (
        Practice,
        *((PracticeLists,) if isinstance(channel, ReconcilingChannel) else ()),
        *((PracticeMedia,) if isinstance(channel, MediaChannel) else ()),
    )
    twin.__class__ = type(f"Practice{real.__name__}", (*stand_ins, real), {})
    return twin


def accept(message: OutboundMessage) -> Receipt:
    """Return the receipt of a message that stays here; the same on every attempt."""
    return Receipt(Outcome.ACCEPTED, provider_id=f"console-{message.id}")


def read_lines(lines: Iterable[str], *, session: str, clock: Iterable[datetime]) -> Iterator[Envelope]:
    """Yield an envelope for each line that says something; `session` and the line's number are its source key."""
    for number, (line, now) in enumerate(zip(lines, clock, strict=False), start=1):
        if line.strip():
            yield Envelope("console", "console", f"{session}:{number}", line.strip().encode(), now)


def _split_sender(text: str) -> tuple[Address | None, str]:
    who, colon, said = text.partition(":")
    if not colon or len(who) > 320:
        return None, text.strip()
    try:
        return (email_address(clean_line(who)) if "@" in who else phone_address(who)), said.strip()
    except AddressError:
        return None, text.strip()


def _read_file(line: str, number: int) -> Attachment | None:
    name, _, encoded = line.removeprefix(FILE_MARK).strip().partition(" ")
    try:
        data = b64decode(encoded, validate=True)
    except (Base64Error, ValueError):
        return None
    content_type = sniff(data, name)
    return Attachment(safe_file_name(name, content_type, number), content_type, data) if data else None
