"""An SMTP server that keeps what it is sent and fails on order.

Written from RFC 5321 (replies, the final dot), RFC 3207 (STARTTLS), RFC 4954 (AUTH), RFC 6531
(SMTPUTF8) and RFC 6647 (greylisting). Run alone: `python -m tests.standins.smtp_sink --port 2526`.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import ssl
import tempfile
import threading
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.standins.certificates import Certificate, make_certificate
from tests.standins.process import Control, control, serve_until_stopped
from tests.standins.smtp_session import KINDS, STAGES, Event, Ledger, Received, SinkSession, Trouble
from tests.standins.web import Answer, Json, Request, WebServer, json_answer

SIZE_LIMIT = 50 * 1024 * 1024


class SmtpSink:
    """An SMTP server on a loopback port; a context manager.

    `tls`: "" for none, or a kind of certificate (good, expired, wrong-host, untrusted), offered by
    STARTTLS or, with `implicit_tls`, from the first byte. `login` demands AUTH with that user and
    password. `address` is (host, port); `authority` the file a client must trust.
    """

    def __init__(
        self,
        *,
        port: int = 0,
        tls: str = "",
        implicit_tls: bool = False,
        login: tuple[str, str] | None = None,
        size_limit: int = SIZE_LIMIT,
        smtputf8: bool = True,
    ) -> None:
        self.ledger = Ledger(login=login)
        self._port, self._tls, self._implicit = port, tls, implicit_tls
        self._settings = {"data_size_limit": size_limit, "enable_SMTPUTF8": smtputf8, "hostname": "sink.example.org"}
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._certificate: Certificate | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._server: asyncio.Server | None = None
        self._sessions: list[SinkSession] = []

    # -- running -----------------------------------------------------------------------------------

    @property
    def address(self) -> tuple[str, int]:
        """Return host and port; the port stays the same after a restart."""
        return "127.0.0.1", self._port

    @property
    def url(self) -> str:
        """Return the address as `smtp://host:port`, or `smtps://`."""
        return f"smtp{'s' if self._implicit else ''}://127.0.0.1:{self._port}"

    @property
    def authority(self) -> Path:
        """Return the certificate authority a client has to trust."""
        assert self._certificate is not None, "the sink has no TLS, or is not running"
        return self._certificate.authority

    def start(self) -> Self:
        """Listen on 127.0.0.1."""
        context = self._context()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._server = asyncio.run_coroutine_threadsafe(self._listen(context), self._loop).result(10)
        self._port = int(self._server.sockets[0].getsockname()[1])
        return self

    def stop(self) -> None:
        """Close everything, open connections too; what was received stays readable."""
        if self._loop is None or self._thread is None:
            return
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()
        self._loop = self._thread = None
        if self._folder is not None:
            self._folder.cleanup()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _context(self) -> ssl.SSLContext | None:
        if not self._tls:
            return None
        self._folder = tempfile.TemporaryDirectory(prefix="sink-")
        self._certificate = make_certificate(Path(self._folder.name), self._tls)
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(self._certificate.certificate, self._certificate.key)
        return context

    async def _listen(self, context: ssl.SSLContext | None) -> asyncio.Server:
        loop = asyncio.get_running_loop()

        def connect() -> SinkSession:
            session = SinkSession(
                self.ledger,
                loop=loop,
                tls_context=None if self._implicit else context,
                auth_require_tls=bool(context) and not self._implicit,
                **self._settings,
            )
            self._sessions.append(session)
            return session

        return await loop.create_server(connect, "127.0.0.1", self._port, ssl=context if self._implicit else None)

    async def _close(self) -> None:
        assert self._server is not None
        self._server.close()
        for session in self._sessions:
            session.cut()
        self._sessions.clear()
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        # One turn more, for the transports to close their sockets.
        await asyncio.sleep(0.01)

    # -- reading -----------------------------------------------------------------------------------

    @property
    def messages(self) -> list[Received]:
        """Return what was accepted, oldest first: also what the client was not told of."""
        with self.ledger.changed:
            return list(self.ledger.messages)

    @property
    def events(self) -> list[Event]:
        """Return connections, refusals and final answers, oldest first."""
        with self.ledger.changed:
            return list(self.ledger.events)

    def wait_for(self, count: int, timeout: float = 10.0) -> list[Received]:
        """Return the messages once there are `count`; raise TimeoutError after `timeout` seconds."""
        with self.ledger.changed:
            if not self.ledger.changed.wait_for(lambda: len(self.ledger.messages) >= count, timeout):
                raise TimeoutError(f"{len(self.ledger.messages)} of {count} messages came in {timeout} s")
            return list(self.ledger.messages)

    def clear(self) -> None:
        """Forget messages, events and what was scripted."""
        with self.ledger.changed:
            for forgotten in (self.ledger.messages, self.ledger.events, self.ledger.troubles):
                forgotten.clear()
            self.ledger.first_seen.clear()
            self.ledger.greylist_seconds = None

    # -- misbehaving -------------------------------------------------------------------------------

    def script(
        self,
        stage: str,
        kind: str = "reply",
        reply: str = "",
        *,
        times: int = 1,
        about: str = "",
        seconds: float = 600.0,
    ) -> None:
        """Let something go wrong `times` times.

        Stages: connect, tls, mail, rcpt, data (after 354), dot (the final one). Kinds: `reply` with
        the line in `reply`; `cut` the connection; `silent` for `seconds`, then cut; and at the final
        dot also `cut_accepted` and `silent_accepted` (the message is kept but no reply is sent) and
        `cut_after` (kept, 250 sent, then cut). `about` is a pattern: the peer, the argument of MAIL
        or RCPT, or the recipients joined by commas. Raises ValueError for anything else.
        """
        if stage not in STAGES or kind not in KINDS:
            raise ValueError(f"stages are {', '.join(STAGES)}; kinds are {', '.join(KINDS)}")
        if kind.endswith(("_accepted", "_after")) and stage != "dot":
            raise ValueError(f"{kind} happens only at the final dot")
        if (kind == "reply") != bool(reply):
            raise ValueError("a reply needs its line, such as '451 4.3.0 Try later'; the other kinds have none")
        with self.ledger.changed:
            self.ledger.troubles.append(Trouble(stage, kind, reply, times, about, seconds))

    def refuse_recipient(self, about: str, reply: str = "550 5.1.1 No such user", times: int = 10**9) -> None:
        """Refuse recipients that match a pattern, the others are taken."""
        self.script("rcpt", "reply", reply, times=times, about=about)

    def greylist(self, seconds: float | None) -> None:
        """Answer 450 to a new pair of sender and recipient until `seconds` have passed; None ends it."""
        with self.ledger.changed:
            self.ledger.greylist_seconds = seconds

    # -- steering from another process -------------------------------------------------------------

    def answer(self, request: Request) -> Answer:
        """Answer a steering request over HTTP."""
        return control(request, self._verbs()) or json_answer({"error": "not found"}, 404)

    def _verbs(self) -> dict[str, Control]:
        return {
            "messages": lambda _: [_as_json(message) for message in self.messages],
            "events": lambda _: [asdict(event) for event in self.events],
            "script": lambda given: self.script(**given),
            "refuse_recipient": lambda given: self.refuse_recipient(**given),
            "greylist": lambda given: self.greylist(given["seconds"]),
            "clear": lambda _: self.clear(),
        }


def _as_json(message: Received) -> Json:
    values: dict[str, Any] = asdict(message)
    values["content"] = base64.b64encode(message.content).decode()
    values["message_id"] = message.message_id
    return values


def main() -> None:
    """Serve until stopped; prints the addresses of the sink and of its steering as one line of JSON."""
    parser = argparse.ArgumentParser(description="An SMTP sink on loopback.")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--control-port", type=int, default=0)
    parser.add_argument("--tls", default="", help="good, expired, wrong-host or untrusted")
    parser.add_argument("--implicit-tls", action="store_true")
    parser.add_argument("--login", help="user:password that must be given")
    given = parser.parse_args()
    user, _, password = (given.login or "").partition(":")
    login = (user, password) if given.login else None
    sink = SmtpSink(port=given.port, tls=given.tls, implicit_tls=given.implicit_tls, login=login)
    with sink, WebServer(sink.answer, given.control_port) as steering:
        serve_until_stopped({"url": sink.url, "control": steering.url})


if __name__ == "__main__":
    main()
