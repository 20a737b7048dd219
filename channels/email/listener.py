"""Taking mail by SMTP: a delivery is stored before it is answered with 250, and nothing is ever passed on."""

from __future__ import annotations

import asyncio
import concurrent.futures
import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Self
from uuid import uuid4

from aiosmtpd.smtp import SMTP, Session
from aiosmtpd.smtp import Envelope as Delivery

from channels.email.limits import MAX_MESSAGE_BYTES
from channels.message import Envelope

MOST_RECIPIENTS = 100  # the least a server has to take (RFC 5321 section 4.5.3.1.8)
LONGEST_LINE = 4 * 1024 * 1024  # beyond the 998 of RFC 5322: scripts and scanners send HTML in one line
SECONDS_TO_STORE = 60.0  # a client waits 10 minutes for the answer to its last dot (RFC 5321 section 4.5.3.2.6)
SECONDS_A_DELIVERY = 600.0
SECONDS_TO_FINISH = 10.0

LATER = "451 4.3.0 The message could not be stored: try again later"

Accept = Callable[[Envelope], None]

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Taking:
    """What happens to deliveries: the hooks of `aiosmtpd`.

    `accept` stores an envelope or raises, in a thread of its own; only its return makes the answer 250. `serves` says
    which recipients are the desk's (all, if it is not given), `facts` are added to each envelope's.
    """

    accept: Accept
    serves: Callable[[str], bool] | None = None
    facts: Mapping[str, str] = field(default_factory=dict)

    async def handle_RCPT(  # noqa: N802 - the library's name
        self, _server: SMTP, _session: Session, delivery: Delivery, address: str, options: list[str]
    ) -> str:
        """Take a recipient of ours; 550 for others, since nothing is relayed."""
        if len(delivery.rcpt_tos) >= MOST_RECIPIENTS:
            return "452 4.5.3 Too many recipients: send the message to the others once more"
        if address != _one_line(address) or " " in address:
            return "553 5.1.3 The address is malformed"
        if self.serves is not None and not await asyncio.to_thread(self.serves, address):
            return "550 5.7.1 No mail is taken for this address here, and none is relayed"
        delivery.rcpt_tos.append(address)
        delivery.rcpt_options.extend(options)
        return "250 2.1.5 OK"

    async def handle_DATA(self, _server: SMTP, session: Session, delivery: Delivery) -> str:  # noqa: N802
        """Hand the delivery over; 451 where it could not be stored."""
        taken = self._envelope(session, delivery)
        try:
            await asyncio.wait_for(asyncio.to_thread(self.accept, taken), SECONDS_TO_STORE)
        except Exception:
            log.exception("A message by SMTP from %s could not be stored; its sender will try again.", session.peer)
            return LATER
        return "250 2.0.0 OK: stored"

    async def handle_exception(self, error: Exception) -> str:
        """Answer what the library stumbles over, without telling the client about our insides."""
        log.error("An SMTP command failed.", exc_info=error)
        return LATER

    def _envelope(self, session: Session, delivery: Delivery) -> Envelope:
        peer = session.peer[0] if isinstance(session.peer, tuple) else str(session.peer or "")
        return Envelope(
            channel="email",
            source="smtp",
            source_key=f"smtp|{uuid4()}",
            raw=delivery.original_content or b"",
            received_at=datetime.now(UTC),
            facts={
                "mail_from": _one_line(delivery.mail_from or "").replace("<>", ""),
                "rcpt_to": " ".join(delivery.rcpt_tos),
                "peer": peer,
                "helo": _one_line(session.host_name or ""),
                **self.facts,
            },
        )


class Listener:
    """An SMTP server in a thread, from `start` to `stop`; a context manager. Port 0 takes any free one."""

    def __init__(self, taking: Taking, *, host: str, port: int, name: str = "localhost") -> None:
        self.port = port
        self._taking = taking
        self._host = host
        self._name = name
        self._connections: set[_Connection] = set()
        self._bound: concurrent.futures.Future[int] = concurrent.futures.Future()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping = asyncio.Event()
        self._thread = threading.Thread(target=self._run, name="smtp-listener", daemon=True)

    def start(self) -> Self:
        """Listen; raises `OSError` where the address is taken or not ours, `OverflowError` for no port."""
        self._thread.start()
        self.port = self._bound.result()
        return self

    def stop(self) -> None:
        """Take no more connections, give deliveries under way some seconds, then hang up: their senders try again."""
        if self._loop is not None and self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except (OSError, OverflowError) as error:  # a port above 65535 overflows
            if self._bound.done():
                raise
            self._bound.set_exception(error)

    async def _serve(self) -> None:
        self._loop = loop = asyncio.get_running_loop()
        server = await loop.create_server(
            lambda: _Connection(self._taking, self._name, self._connections), self._host, self.port
        )
        async with server:
            self._bound.set_result(server.sockets[0].getsockname()[1])
            await self._stopping.wait()
            server.close()
            await self._finish()

    async def _finish(self) -> None:
        until = asyncio.get_running_loop().time() + SECONDS_TO_FINISH
        while any(one.is_delivering for one in self._connections) and asyncio.get_running_loop().time() < until:
            await asyncio.sleep(0.05)
        for one in list(self._connections):
            one.hang_up()
        await asyncio.sleep(0)


class _Connection(SMTP):
    """One client's connection."""

    line_length_limit = LONGEST_LINE

    def __init__(self, taking: Taking, name: str, connections: set[_Connection]) -> None:
        super().__init__(
            taking,
            hostname=name,
            ident="Frontdesk",
            data_size_limit=MAX_MESSAGE_BYTES,
            enable_SMTPUTF8=True,
            timeout=SECONDS_A_DELIVERY,
            loop=asyncio.get_running_loop(),
        )
        self._connections = connections

    @property
    def is_delivering(self) -> bool:
        """Whether a message has been announced and not yet answered for."""
        return bool(self.envelope and self.envelope.rcpt_tos)

    def hang_up(self) -> None:
        """Close the connection without another word."""
        if self.transport is not None:
            self.transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember the connection."""
        self._connections.add(self)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        """Forget the connection."""
        self._connections.discard(self)
        super().connection_lost(error)


def _one_line(text: str) -> str:
    """Keep what a database and a log line can hold: no control characters, no bytes that were no UTF-8."""
    whole = text.encode("utf-8", "replace").decode()
    return "".join(character for character in whole if character.isprintable())
