"""Whether pages are served already, asked by one visitor who waits: asking anew would leave the web process a queue."""

from __future__ import annotations

import select
import socket

SERVED = (b"HTTP/1.1 200", b"HTTP/1.0 200")


class Visitor:
    """Asks for `/health` once and looks now and then whether there is an answer; asks again when it is not a good one."""

    def __init__(self, port: int) -> None:
        """Take the port of this machine where pages will be served."""
        self._port = port
        self._asked: socket.socket | None = None

    def is_answered(self) -> bool:
        """Tell whether pages are served, without waiting."""
        try:
            self._asked = self._asked or self._ask()
            if not select.select([self._asked], [], [], 0)[0]:
                return False
            answer = self._asked.recv(64)
        except OSError:
            answer = b""
        self.leave()
        return answer.startswith(SERVED)

    def leave(self) -> None:
        """Wait no longer."""
        if self._asked is not None:
            self._asked.close()
            self._asked = None

    def _ask(self) -> socket.socket:
        asked = socket.create_connection(("127.0.0.1", self._port), timeout=0.5)
        asked.sendall(f"GET /health HTTP/1.1\r\nHost: 127.0.0.1:{self._port}\r\nConnection: close\r\n\r\n".encode())
        return asked
