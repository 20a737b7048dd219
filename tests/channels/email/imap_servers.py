"""What no real mail server does on request: a line that misbehaves, and a server that says what a test wants."""

from __future__ import annotations

import contextlib
import socket
import socketserver
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass

Script = str | bytes | list[str]
Alter = Callable[[bytes], bytes | Iterator[bytes] | None]


@dataclass
class Proxy:
    """Passes bytes between client and server; `alter` sees what the server says, may change it, or cut (None)."""

    upstream: int
    alter: Alter = lambda chunk: chunk
    port: int = 0
    connections: int = 0

    @contextlib.contextmanager
    def running(self) -> Iterator[Proxy]:
        proxy = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                proxy.connections += 1
                with socket.create_connection(("127.0.0.1", proxy.upstream)) as server:
                    up = threading.Thread(target=pump, args=(self.request, server, lambda chunk: chunk), daemon=True)
                    up.start()
                    pump(server, self.request, lambda chunk: proxy.alter(chunk))  # noqa: PLW0108 - alter changes
                    up.join(5)

        with serving(Handler) as self.port:
            yield self


def pump(source: socket.socket, target: socket.socket, alter: Alter) -> None:
    with contextlib.suppress(OSError):
        while chunk := source.recv(65536):
            altered = alter(chunk)
            if altered is None:
                break
            for piece in altered if isinstance(altered, Iterator) else [altered]:
                target.sendall(piece)
    for end in (source, target):
        with contextlib.suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)


@contextlib.contextmanager
def scripted_imap(**scripts: Script) -> Iterator[int]:
    """Serve a mailbox with one message, UID 5 of 40 bytes; yield the port.

    A script is what is said, `TAG` being the command's, to commands that begin with its name (`UID_FETCH` for
    `UID FETCH`) and to continuations by `DATA`; an empty one hangs up, several are said in turn, the last for ever.
    """
    date = "01-Mar-2026 09:30:00 +0000"
    usual: dict[str, Script] = {
        "CAPABILITY": "* CAPABILITY IMAP4rev1\r\nTAG OK done\r\n",
        "EXAMINE": "* 1 EXISTS\r\n* OK [UIDVALIDITY 9] valid\r\n* OK [UIDNEXT 6] next\r\nTAG OK [READ-ONLY] done\r\n",
        "UID SEARCH": "* SEARCH 5\r\nTAG OK done\r\n",
        "UID FETCH 5 (RFC822.SIZE": f'* 1 FETCH (UID 5 RFC822.SIZE 40 INTERNALDATE "{date}")\r\nTAG OK done\r\n',
        "": "TAG OK done\r\n",
    }
    wanted = {name.replace("_", " "): text for name, text in scripts.items()}
    said = wanted | {name: text for name, text in usual.items() if name not in wanted}

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            tag = ""
            with contextlib.suppress(OSError):
                self.wfile.write(b"* OK ready\r\n")
                for line in self.rfile:
                    start, space, rest = line.decode().strip().partition(" ")
                    tag, command = (start, rest) if space else (tag, "DATA")
                    answer = next(text for name, text in said.items() if command.startswith(name))
                    if isinstance(answer, list):
                        answer = answer.pop(0) if len(answer) > 1 else answer[0]
                    if not answer:
                        return
                    raw = answer if isinstance(answer, bytes) else answer.encode()
                    self.wfile.write(raw.replace(b"TAG", tag.encode()))

    with serving(Handler) as port:
        yield port


@contextlib.contextmanager
def serving(handler: type[socketserver.BaseRequestHandler]) -> Iterator[int]:
    class Server(socketserver.ThreadingTCPServer):
        allow_reuse_address = True
        daemon_threads = True

    with Server(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join(5)
