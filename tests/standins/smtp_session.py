"""One SMTP connection of the sink, able to misbehave at every stage (RFC 5321, RFC 3207)."""

from __future__ import annotations

import asyncio
import re
import threading
import time
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, cast

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

STAGES = ("connect", "tls", "mail", "rcpt", "data", "dot")
KINDS = ("reply", "cut", "cut_accepted", "cut_after", "silent", "silent_accepted")


@dataclass(frozen=True)
class Received:
    """A message the sink has taken: its envelope, and its bytes as the sender meant them."""

    mail_from: str
    rcpt_tos: tuple[str, ...]
    content: bytes
    helo: str
    tls: bool
    login: str
    mail_options: tuple[str, ...]
    at: float

    @property
    def message(self) -> EmailMessage:
        """Return the parsed message."""
        return message_from_bytes(self.content, policy=policy.default)

    @property
    def message_id(self) -> str:
        """Return the Message-ID as it stands in the header."""
        return str(self.message["Message-ID"] or "").strip()


@dataclass(frozen=True)
class Event:
    """What was asked at a stage and what was answered; an empty reply: the connection was cut."""

    stage: str
    about: str
    reply: str


@dataclass
class Trouble:
    """What goes wrong at `stage` the next `times` times for what matches `about`."""

    stage: str
    kind: str
    reply: str = ""
    times: int = 1
    about: str = ""
    seconds: float = 600.0


@dataclass
class Ledger:
    """The sink's memory, shared by all connections and by the test's thread."""

    messages: list[Received] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)
    greylist_seconds: float | None = None
    login: tuple[str, str] | None = None
    first_seen: dict[tuple[str, str], float] = field(default_factory=dict)
    changed: threading.Condition = field(default_factory=threading.Condition)

    def take(self, stage: str, about: str) -> Trouble | None:
        """Return the trouble for a stage and count it as used."""
        with self.changed:
            for trouble in self.troubles:
                if trouble.stage == stage and re.search(trouble.about, about):
                    trouble.times -= 1
                    if trouble.times <= 0:
                        self.troubles.remove(trouble)
                    return trouble
        return None

    def note(self, stage: str, about: str, reply: str) -> None:
        """Keep an event."""
        with self.changed:
            self.events.append(Event(stage, about, reply))
            self.changed.notify_all()

    def keep(self, message: Received) -> None:
        """Keep a message."""
        with self.changed:
            self.messages.append(message)
            self.changed.notify_all()

    def is_greylisted(self, mail_from: str, recipient: str) -> bool:
        """Tell whether a pair is too new; the first attempt starts its clock."""
        if self.greylist_seconds is None:
            return False
        now = time.monotonic()
        with self.changed:
            first = self.first_seen.get((mail_from, recipient))
            if first is None:
                self.first_seen[mail_from, recipient] = now
                return True
        return now - first < self.greylist_seconds


class _Hooks:
    """What aiosmtpd calls when a message is complete."""

    async def handle_DATA(self, server: SinkSession, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        return await server.finish(envelope)


class SinkSession(SMTP):
    """An aiosmtpd connection that asks the script before every answer."""

    def __init__(self, ledger: Ledger, **settings: Any) -> None:
        super().__init__(_Hooks(), authenticator=self._check_login, **settings)
        self.ledger = ledger
        # Set here because the constructor warns about logins without TLS, which loopback allows.
        self._auth_required = ledger.login is not None
        self._cut_when_done = False

    def _check_login(
        self, _server: SMTP, session: Session, _envelope: Envelope, _mechanism: str, data: Any
    ) -> AuthResult:
        assert isinstance(data, LoginPassword)
        given = (data.login.decode(), data.password.decode())
        if given != self.ledger.login:
            return AuthResult(success=False, handled=False)
        return AuthResult(success=True, auth_data=given[0])

    def cut(self) -> None:
        """End the connection with a reset."""
        if self.transport is not None:
            cast("asyncio.Transport", self.transport).abort()

    async def _meet(self, stage: str, about: str) -> bool:
        """Run into the trouble scripted for a stage, if any; tell whether the stage is over."""
        trouble = self.ledger.take(stage, about)
        if trouble is None:
            return False
        await self._suffer(trouble, about)
        return True

    async def _suffer(self, trouble: Trouble, about: str) -> None:
        self.ledger.note(trouble.stage, about, trouble.reply if trouble.kind == "reply" else "")
        if trouble.kind == "reply":
            await self.push(trouble.reply)
        else:
            if trouble.kind.startswith("silent"):
                await asyncio.sleep(trouble.seconds)
            self.cut()

    async def _handle_client(self) -> None:
        peer = str(cast("asyncio.BaseTransport", self.transport).get_extra_info("peername")[0])
        if await self._meet("connect", peer):
            if self.transport is not None:
                self.transport.close()
            return
        self.ledger.note("connect", peer, "220")
        await super()._handle_client()

    async def smtp_STARTTLS(self, arg: str) -> None:  # noqa: N802
        """Answer STARTTLS, or promise TLS and break it."""
        trouble = self.ledger.take("tls", "")
        if trouble is None:
            await super().smtp_STARTTLS(arg)
            return
        if trouble.kind != "reply":
            await self.push("220 Ready to start TLS")
        await self._suffer(trouble, "")

    async def smtp_MAIL(self, arg: str | None) -> None:  # noqa: N802
        """Answer MAIL FROM."""
        if not await self._meet("mail", arg or ""):
            await super().smtp_MAIL(arg)

    async def smtp_RCPT(self, arg: str | None) -> None:  # noqa: N802
        """Answer RCPT TO, refusing what the script or the greylist refuses."""
        about = arg or ""
        if await self._meet("rcpt", about):
            return
        assert self.envelope is not None
        if self.ledger.is_greylisted(self.envelope.mail_from or "", about):
            reply = "450 4.7.1 Greylisted, try again later"
            self.ledger.note("rcpt", about, reply)
            await self.push(reply)
            return
        await super().smtp_RCPT(arg)

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802
        """Take the message, or do not; what happens after the final dot is decided in `finish`."""
        assert self.envelope is not None
        about = ",".join(self.envelope.rcpt_tos)
        trouble = self.ledger.take("data", about)
        if trouble is None:
            await super().smtp_DATA(arg)
            if self._cut_when_done and self.transport is not None:
                self.transport.close()
            return
        if trouble.kind != "reply":
            await self.push("354 End data with <CR><LF>.<CR><LF>")
            await self._reader.read(16)
        await self._suffer(trouble, about)

    async def finish(self, envelope: Envelope) -> str:
        """Answer the final dot."""
        about = ",".join(envelope.rcpt_tos)
        trouble = self.ledger.take("dot", about)
        if trouble is None:
            self._keep(envelope)
            self.ledger.note("dot", about, "250")
            return "250 2.0.0 OK"
        if trouble.kind == "reply":
            self.ledger.note("dot", about, trouble.reply)
            return trouble.reply
        if trouble.kind in {"cut_accepted", "cut_after", "silent_accepted"}:
            self._keep(envelope)
        if trouble.kind == "cut_after":
            self._cut_when_done = True
            self.ledger.note("dot", about, "250")
            return "250 2.0.0 OK"
        await self._suffer(trouble, about)
        return "421 4.3.0 gone"

    def _keep(self, envelope: Envelope) -> None:
        session, transport = self.session, self.transport
        assert session is not None
        assert transport is not None
        assert envelope.mail_from is not None
        self.ledger.keep(
            Received(
                # aiosmtpd calls the null reverse-path of RFC 5321 4.5.5 `<>`.
                mail_from="" if envelope.mail_from == "<>" else envelope.mail_from,
                rcpt_tos=tuple(envelope.rcpt_tos),
                content=bytes(envelope.original_content or b""),
                helo=session.host_name or "",
                tls=session.ssl is not None or transport.get_extra_info("sslcontext") is not None,
                login=session.auth_data or "",
                mail_options=tuple(envelope.mail_options),
                at=time.time(),
            )
        )
