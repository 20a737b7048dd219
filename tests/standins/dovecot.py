"""A real Dovecot for tests: its own configuration, folder and ports, gone when the test is.

Needs Debian's packages dovecot-core and dovecot-imapd. Runs as root (in a container too) and as an
ordinary user. Run alone: `python -m tests.standins.dovecot --user tenant@example.org:secret`.
"""

from __future__ import annotations

import argparse
import contextlib
import imaplib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

from tests.ports import free_port
from tests.standins.application import wait_until
from tests.standins.certificates import make_certificate
from tests.standins.dovecot_config import Owner, write_config
from tests.standins.dovecot_mail import Mailboxes
from tests.standins.introspection import Introspection
from tests.standins.process import Control, control, serve_until_stopped
from tests.standins.web import Answer, Json, Request, WebServer, json_answer

BINARY = "/usr/sbin/dovecot"
INSTALL = "apt-get install --yes dovecot-core dovecot-imapd"


class DovecotMissing(RuntimeError):
    """Dovecot is not installed; the sentence says how to get it."""

    def __init__(self, binary: str) -> None:
        super().__init__(f"Dovecot is not installed ({binary} is missing). Install it with: {INSTALL}")


class Dovecot(Mailboxes):
    """An IMAP server on a loopback port; a context manager.

    `users` are name -> password; names are whole addresses. With `tls` it also speaks IMAPS on
    `tls_port` and STARTTLS, with a certificate of the authority in `authority`. Raises DovecotMissing.
    """

    def __init__(
        self, users: dict[str, str] | None = None, *, tls: str = "", port: int = 0, binary: str = BINARY
    ) -> None:
        if not Path(binary).exists():
            raise DovecotMissing(binary)
        self._binary = binary
        self.users = dict(users or {"desk@example.org": "secret"})
        self.port = port or free_port()
        self.tls_port = free_port() if tls else 0
        self.tokens = Introspection()
        self._tls = tls
        self.owner = Owner.here()
        self._folder: Path | None = None
        self._master: subprocess.Popen[bytes] | None = None
        self._guard: subprocess.Popen[bytes] | None = None

    # -- running -----------------------------------------------------------------------------------

    @property
    def folder(self) -> Path:
        """Return the folder with everything in it; it lives from start to stop."""
        assert self._folder is not None, "start Dovecot first"
        return self._folder

    @property
    def authority(self) -> Path:
        """Return the certificate authority a client has to trust."""
        return self.folder / "authority.pem"

    @property
    def running(self) -> bool:
        """Tell whether the server's main process is alive."""
        return self._master is not None and self._master.poll() is None

    def start(self) -> Self:
        """Make the folder if there is none, and serve; TimeoutError with the log if it does not."""
        if self._folder is None:
            try:
                self._make_folder()
            except BaseException:
                self.stop()
                raise
        environment = {"PATH": os.environ.get("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")}
        command = [self._binary, "-F", "-c", str(self.folder / "dovecot.conf")]
        with (self.folder / "output").open("ab") as output:
            self._master = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True, env=environment
            )
        self._guard = _watch_over(self._master.pid, self.folder)
        try:
            wait_until(self._greets, timeout=10)
        except TimeoutError as error:
            story = self.log()
            self.stop()
            raise TimeoutError(f"Dovecot does not answer on port {self.port}: {story}") from error
        return self

    def stop(self) -> None:
        """End every process, close the token endpoint and delete the folder."""
        self.halt()
        if self._folder is not None:
            self.tokens.server.stop()
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None

    def halt(self) -> None:
        """End every process in good order; the mail stays, `start` brings it back."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """Kill every process at once, as a power cut would; the mail stays."""
        self._end(signal.SIGKILL)

    def restart(self) -> None:
        """Stop in good order and serve again on the same port."""
        self.halt()
        self.start()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def log(self) -> str:
        """Return what Dovecot wrote, newest last."""
        files = [self.folder / "output", self.folder / "dovecot.log"]
        return "".join(path.read_text(errors="replace") for path in files if path.exists())[-4000:]

    def processes(self) -> list[int]:
        """Return the ids of the server's processes that are alive."""
        return [] if self._master is None else _group(self._master.pid)

    def _make_folder(self) -> None:
        # Not below a test's own folder: that is closed to others, and too long for socket paths.
        self._folder = Path(tempfile.mkdtemp(prefix="dovecot-"))
        self._folder.chmod(0o755)
        certificate = ""
        if self._tls:
            made = make_certificate(self._folder, self._tls)
            certificate = f"ssl_cert = <{made.certificate}\nssl_key = <{made.key}"
        self.tokens.server.start()
        introspection = f"{self.tokens.server.url}/introspect"
        write_config(self._folder, self.owner, self.port, self.tls_port, introspection, certificate)
        self._write_users()

    def _write_users(self) -> None:
        lines = []
        for name, password in self.users.items():
            home = self.folder / "mail" / name
            if not home.exists():
                home.mkdir(parents=True, mode=0o755)
                os.chown(home, self.owner.uid, self.owner.gid)
            lines.append(f"{name}:{{PLAIN}}{password}:{self.owner.uid}:{self.owner.gid}::{home}::\n")
        fresh = self.folder / "users.new"
        fresh.write_text("".join(lines))
        fresh.replace(self.folder / "users")

    def _greets(self) -> bool:
        if not self.running:
            raise TimeoutError
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1) as connection:
            connection.settimeout(1)
            return connection.recv(64).startswith(b"* OK")
        return False

    def _end(self, number: signal.Signals) -> None:
        if self._master is None:
            return
        master, self._master = self._master, None
        if self._guard is not None:
            os.killpg(self._guard.pid, signal.SIGKILL)
            self._guard.communicate()
            self._guard = None
        with contextlib.suppress(ProcessLookupError):
            os.killpg(master.pid, number)
        try:
            master.wait(5)
            wait_until(lambda: not _group(master.pid), timeout=5)
        except (subprocess.TimeoutExpired, TimeoutError):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(master.pid, signal.SIGKILL)
            master.wait(5)
            wait_until(lambda: not _group(master.pid), timeout=5)

    # -- people ------------------------------------------------------------------------------------

    def add_user(self, name: str, password: str) -> None:
        """Add a user or change a password, and wait until it holds: Dovecot looks at its list once a second."""
        self.users[name] = password
        if self._folder is not None:
            self._write_users()
        if self.running:
            wait_until(lambda: self._lets_in(name), timeout=5)

    def _lets_in(self, name: str) -> bool:
        connection = imaplib.IMAP4("127.0.0.1", self.port, timeout=10)
        try:
            connection.login(name, self.users[name])
        except imaplib.IMAP4.error:
            return False
        finally:
            connection.shutdown()
        return True

    def add_token(self, name: str, token: str) -> None:
        """Accept an access token as a user's, for XOAUTH2 and OAUTHBEARER."""
        self.tokens.tokens[token] = name

    def url(self, name: str = "", folder: str = "INBOX") -> str:
        """Return `imap://user:password@host:port/FOLDER`, name and password percent-encoded."""
        user = name or next(iter(self.users))
        login = f"{quote(user, safe='')}:{quote(self.users[user], safe='')}"
        return f"imap://{login}@127.0.0.1:{self.port}/{quote(folder)}"

    # -- steering from another process -------------------------------------------------------------

    def answer(self, request: Request) -> Answer:
        """Answer a steering request over HTTP."""
        return control(request, self._verbs()) or json_answer({"error": "not found"}, 404)

    def _verbs(self) -> dict[str, Control]:
        def append(given: Json) -> int:
            return self.append(given["mail"].encode(), given.get("user", ""), given.get("folder", "INBOX"))

        return {
            "append": append,
            "uids": lambda given: self.uids(given.get("user", ""), given.get("folder", "INBOX")),
            "wipe_uidlist": lambda given: self.wipe_uidlist(given.get("user", "")),
            "add_user": lambda given: self.add_user(given["user"], given["password"]),
            "add_token": lambda given: self.add_token(given["user"], given["token"]),
            "kill": lambda _: self.kill(),
            "start": lambda _: self.start() and None,
        }


def _watch_over(master: int, folder: Path) -> subprocess.Popen[bytes]:
    """Start a shell that ends the server when this process dies in any way, SIGKILL included."""
    # The shell reads a pipe whose other end only this process holds.
    script = 'trap "" INT TERM HUP; cat >/dev/null; kill -TERM -$1; sleep 2; kill -KILL -$1; rm -rf "$2"'
    return subprocess.Popen(
        ["/bin/sh", "-c", script, "guard", str(master), str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def _group(leader: int) -> list[int]:
    """Return the living processes of a process group."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            state, _parent, group = path.read_text().rpartition(")")[2].split()[:3]
            if int(group) == leader and state != "Z":
                found.append(int(path.parent.name))
    return found


def main() -> None:
    """Serve until stopped; prints the addresses as one line of JSON."""
    parser = argparse.ArgumentParser(description="A throw-away Dovecot on loopback.")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--control-port", type=int, default=0)
    parser.add_argument("--user", action="append", help="name:password; may be repeated")
    parser.add_argument("--tls", default="", help="good, expired, wrong-host or untrusted")
    given = parser.parse_args()
    pairs = [user.partition(":") for user in given.user or ["desk@example.org:secret"]]
    try:
        server = Dovecot({name: password for name, _, password in pairs}, tls=given.tls, port=given.port)
    except DovecotMissing as error:
        raise SystemExit(str(error)) from error
    with server, WebServer(server.answer, given.control_port) as steering:
        urls = {name: server.url(name) for name in server.users}
        serve_until_stopped(
            {"port": server.port, "urls": urls, "control": steering.url, "processes": server.processes()}
        )


if __name__ == "__main__":
    main()
