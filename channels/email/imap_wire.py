"""The IMAP library with two gaps closed: answers that trickle in are cut off, and IDLE loses no news."""

from __future__ import annotations

import contextlib
import imaplib
import selectors
import socket
import ssl
import threading
from collections.abc import Iterator
from typing import Self

from imapclient import IMAPClient

from channels.email.imap_settings import Encryption, ImapSettings


class Wire(IMAPClient):  # type: ignore[misc]  # the library ships no types
    """An `IMAPClient` over a socket that is open already."""

    def __init__(self, opened: socket.socket, host: str, timeout: float) -> None:
        self._opened = opened
        super().__init__(host, ssl=False, timeout=timeout)
        self.normalise_times = False

    def _create_IMAP4(self) -> imaplib.IMAP4:  # noqa: N802 - the library's name
        return _Protocol(self._opened, self.host)

    def take_exists(self) -> bool:
        """Tell, once, whether the server has announced a number of messages since the last call."""
        return bool(self._imap.response("EXISTS")[1] != [None])

    def idle(self) -> None:
        """Start IDLE, tolerating news that arrive before the continuation (RFC 9051 section 7: at any time).

        The library takes them for a refusal and leaves the connection half way into IDLE.
        """
        self._idle_tag = self._imap._command("IDLE")  # noqa: SLF001
        while self._imap._get_response() is not None:  # noqa: SLF001
            if self._imap.tagged_commands[self._idle_tag]:
                raise imaplib.IMAP4.error("IDLE was refused")

    def has_buffered_news(self) -> bool:
        """Tell whether lines came in one packet with the continuation: they are in a buffer where no poll sees them."""
        return bool(self.idle_check(timeout=0))

    def _poll_socket(self, sock: socket.socket, timeout: float | None = None) -> list[object]:
        return [sock] if timeout == 0 else super()._poll_socket(sock, timeout)


class _Protocol(imaplib.IMAP4):
    def __init__(self, opened: socket.socket, host: str) -> None:
        self._opened = opened
        super().__init__(host)  # the name STARTTLS compares with the certificate

    def _create_socket(self, timeout: float | None) -> socket.socket:  # noqa: ARG002 - the socket has its time-out
        return self._opened


class Deadline:
    """Cuts a socket off when a time is over: a time-out a read starts anew with every byte that trickles in."""

    def __init__(self, connection: socket.socket, seconds: float) -> None:
        self._connection = connection
        self._timer = threading.Timer(seconds, self._cut)
        self._timer.daemon = True
        self.over = False

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()

    def _cut(self) -> None:
        self.over = True
        with contextlib.suppress(OSError):
            # Not SSLSocket.shutdown, which takes the TLS object away under the reading thread
            socket.socket.shutdown(self._connection, socket.SHUT_RDWR)


def open_socket(settings: ImapSettings) -> socket.socket:
    """Connect, with TLS at once where the settings say so; raises `OSError` (DNS, refusal, TLS, time-out)."""
    opened = socket.create_connection((settings.host, settings.port), settings.timeout)
    if settings.encryption is not Encryption.TLS:
        return opened
    try:
        return tls_context(settings).wrap_socket(opened, server_hostname=settings.host)
    except OSError:
        opened.close()
        raise


def tls_context(settings: ImapSettings) -> ssl.SSLContext:
    """Trust what the machine trusts, and `imap_ca_file` besides."""
    context = ssl.create_default_context()
    if settings.ca_file:
        context.load_verify_locations(settings.ca_file)
    return context


def has_data(connection: socket.socket, seconds: float) -> bool:
    """Wait for the first byte (or the end) of what the other side says next."""
    with selectors.DefaultSelector() as selector:
        selector.register(connection, selectors.EVENT_READ)
        return bool(selector.select(seconds))


@contextlib.contextmanager
def closing(wire: Wire, timeout: float) -> Iterator[Wire]:
    """Log out politely when done, and close in any case."""
    try:
        yield wire
    finally:
        with contextlib.suppress(OSError, imaplib.IMAP4.error), Deadline(wire.socket(), timeout):
            wire.logout()
        with contextlib.suppress(OSError, imaplib.IMAP4.error):
            wire.shutdown()
