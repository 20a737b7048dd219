"""Handing mail to a sending server by SMTP: once per attempt, and saying truly how it ended (RFC 5321, 3207, 4954)."""

from __future__ import annotations

import contextlib
import smtplib
import ssl
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Lock
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from channels.address import clean_line
from channels.channel import Account
from channels.email.outgoing import BuiltMail, RefusedToBuild, build_mail
from channels.message import OutboundMessage, Outcome, Receipt, Refusal

DEFAULT_TIMEOUT = 30.0
IDLE_SECONDS = 30.0
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_STARTTLS = ("required", "offered", "never")


@dataclass(frozen=True, slots=True)
class SmtpSettings:
    """One sending server; `starttls` is `required`, `offered` (used where the server has it) or `never`."""

    host: str
    port: int
    user: str
    password: str
    implicit_tls: bool
    starttls: str
    return_path: str
    timeout: float
    ca_file: str | None

    def __repr__(self) -> str:
        return f"SmtpSettings({self.host}:{self.port})"


def read_smtp_settings(settings: Mapping[str, str]) -> SmtpSettings:
    """Read an account's settings.

    `smtp_url` is `smtp[s]://user:password@host:port`, optionally with `?starttls=required|offered|never`;
    `smtp_timeout` is in seconds; `smtp_ca_file` names a file of certificate authorities in place of the system's;
    `smtp_return_path` is `sender` (default) or `reply`: bounces then come to the signed
    reply address and find their ticket. Raises `ValueError` with a sentence that names the setting.
    """
    try:
        url = urlsplit(settings.get("smtp_url", ""))
    except ValueError:
        url = urlsplit("")
    if url.scheme not in ("smtp", "smtps") or not url.hostname:
        raise ValueError("Sending server: set it as smtp://user:password@host:587 or smtps://user:password@host:465.")
    starttls = parse_qs(url.query).get("starttls", ["offered"])[-1]
    if starttls not in _STARTTLS:
        raise ValueError("Sending server: starttls must be required, offered or never.")
    return_path = settings.get("smtp_return_path", "sender")
    if return_path not in ("sender", "reply"):
        raise ValueError("Sending server: the return path must be sender or reply.")
    try:
        timeout = float(settings.get("smtp_timeout", DEFAULT_TIMEOUT))
        port = url.port or _default_port(url)
    except ValueError:
        raise ValueError("Sending server: port and timeout must be numbers.") from None
    return SmtpSettings(
        host=url.hostname,
        port=port,
        user=unquote(url.username or ""),
        password=unquote(url.password or ""),
        implicit_tls=url.scheme == "smtps",
        starttls=starttls,
        return_path=return_path,
        timeout=timeout,
        ca_file=settings.get("smtp_ca_file") or None,
    )


def _default_port(url: SplitResult) -> int:
    return 465 if url.scheme == "smtps" else 587


class _Lost(Exception):
    """The connection ended; `after_content` when the server may have taken the message."""

    def __init__(self, why: str, *, after_content: bool) -> None:
        super().__init__(why)
        self.after_content = after_content


class _Refused(Exception):
    """The server answered no; codes 4xx are temporary."""

    def __init__(self, code: int, answer: bytes) -> None:
        super().__init__(clean_line(f"{code} {answer.decode('utf-8', 'replace')}")[:500])
        self.code = code


class Outbox:
    """Sends mail over kept connections, one pool an account; safe for many threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._idle: dict[SmtpSettings, list[tuple[smtplib.SMTP, float]]] = {}

    def send(self, message: OutboundMessage, account: Account) -> Receipt:
        """Hand over one message; never raises for what the server or the network does.

        A temporary refusal, a lost connection before the final dot and a refused sign-in are RETRY; a permanent refusal
        of the message is FAILED; a connection lost after the final dot is UNKNOWN: the message may have been taken.
        Where the server takes it for some of its recipients, it is ACCEPTED, and the others are in `refused`.
        """
        try:
            settings = read_smtp_settings(account.settings)
            mail = build_mail(message, datetime.now(UTC))
        except (ValueError, RefusedToBuild) as error:
            return Receipt(Outcome.FAILED, error=str(error))
        return_path = message.sender.value
        if settings.return_path == "reply" and message.reply_to:
            return_path = message.reply_to.value
        try:
            with self._connection(settings) as server:
                return self._hand_over(server, return_path, mail, message.only or mail.recipients)
        except _Refused as refusal:
            outcome = Outcome.RETRY if 400 <= refusal.code < 500 else Outcome.FAILED
            return Receipt(outcome, error=f"The sending server refused: {refusal}")
        except _Lost as lost:
            outcome = Outcome.UNKNOWN if lost.after_content else Outcome.RETRY
            provider_id = mail.message_id if lost.after_content else ""
            return Receipt(outcome, provider_id=provider_id, error=f"The sending server cannot be reached: {lost}")

    def close(self) -> None:
        """End all kept connections."""
        with self._lock:
            kept = [server for servers in self._idle.values() for server, _ in servers]
            self._idle.clear()
        for server in kept:
            server.close()

    def _hand_over(self, server: smtplib.SMTP, return_path: str, mail: BuiltMail, recipients: Sequence[str]) -> Receipt:
        """Run one mail transaction (RFC 5321 3.3)."""
        refused: dict[str, _Refused] = {}
        with _network(after_content=False):
            _expect(server.docmd("MAIL", f"FROM:<{return_path}>"), 250)
            for recipient in recipients:
                code, answer = server.docmd("RCPT", f"TO:<{recipient}>")
                if code not in (250, 251):
                    refused[recipient] = _Refused(code, answer)
            if len(refused) == len(recipients):
                server.rset()
                raise min(refused.values(), key=lambda one: one.code)
            _expect(server.docmd("DATA"), 354)
            server.send(_stuffed(mail.data))
        with _network(after_content=True):
            code, answer = server.getreply()
        if code != 250:
            raise _Refused(code, answer)
        error = "; ".join(f"{recipient} was refused: {why}" for recipient, why in refused.items())
        refusals = tuple(Refusal(each, str(why), permanent=why.code >= 500) for each, why in refused.items())
        return Receipt(Outcome.ACCEPTED, provider_id=mail.message_id, error=error, refused=refusals)

    @contextlib.contextmanager
    def _connection(self, settings: SmtpSettings) -> Iterator[smtplib.SMTP]:
        """Lend a connection; it is kept for the next message only if this one ended well."""
        server = self._take(settings) or _connect(settings)
        try:
            yield server
        except _Refused as refusal:
            if refusal.code == 421:  # the server says that it closes (RFC 5321 3.8)
                server.close()
            else:
                self._keep(settings, server)
            raise
        except BaseException:
            server.close()
            raise
        self._keep(settings, server)

    def _take(self, settings: SmtpSettings) -> smtplib.SMTP | None:
        while True:
            with self._lock:
                kept = self._idle.get(settings)
                if not kept:
                    return None
                server, since = kept.pop()
            if time.monotonic() - since < IDLE_SECONDS:
                with contextlib.suppress(OSError, smtplib.SMTPException):
                    if server.rset()[0] == 250:
                        return server
            server.close()

    def _keep(self, settings: SmtpSettings, server: smtplib.SMTP) -> None:
        with self._lock:
            self._idle.setdefault(settings, []).append((server, time.monotonic()))


def _connect(settings: SmtpSettings) -> smtplib.SMTP:
    """Connect, secure and sign in; raises `_Lost`, for another attempt may find it mended."""
    try:
        server = _open(settings)
    except (OSError, smtplib.SMTPException, ValueError) as error:
        raise _Lost(_words(error), after_content=False) from None
    try:
        _sign_in(server, settings)
    except smtplib.SMTPAuthenticationError as error:
        server.close()
        raise _Lost(f"it refused the user name or password ({error.smtp_code})", after_content=False) from None
    except (OSError, smtplib.SMTPException, ValueError) as error:
        server.close()
        raise _Lost(_words(error), after_content=False) from None
    return server


def _open(settings: SmtpSettings) -> smtplib.SMTP:
    if settings.implicit_tls:
        context = ssl.create_default_context(cafile=settings.ca_file)
        return smtplib.SMTP_SSL(settings.host, settings.port, timeout=settings.timeout, context=context)
    return smtplib.SMTP(settings.host, settings.port, timeout=settings.timeout)


def _sign_in(server: smtplib.SMTP, settings: SmtpSettings) -> None:
    server.ehlo_or_helo_if_needed()
    secure = settings.implicit_tls
    if not secure and settings.starttls != "never" and (settings.starttls == "required" or server.has_extn("starttls")):
        server.starttls(context=ssl.create_default_context(cafile=settings.ca_file))
        server.ehlo_or_helo_if_needed()
        secure = True
    if settings.user:
        if not secure and settings.starttls != "never" and settings.host not in _LOOPBACK:
            raise smtplib.SMTPException("it offers no encryption, and the password is not sent in the clear")
        server.login(settings.user, settings.password)


@contextlib.contextmanager
def _network(*, after_content: bool) -> Iterator[None]:
    """Turn what the network does into `_Lost`."""
    try:
        yield
    except (OSError, smtplib.SMTPException, ValueError) as error:
        raise _Lost(_words(error), after_content=after_content) from None


def _words(error: Exception) -> str:
    return clean_line(str(error))[:300] or type(error).__name__


def _expect(reply: tuple[int, bytes], code: int) -> None:
    if reply[0] != code:
        raise _Refused(*reply)


def _stuffed(data: bytes) -> bytes:
    """Double leading dots and add the final one (RFC 5321 4.5.2)."""
    stuffed = data.replace(b"\r\n.", b"\r\n..")
    return stuffed + (b"" if stuffed.endswith(b"\r\n") else b"\r\n") + b".\r\n"
