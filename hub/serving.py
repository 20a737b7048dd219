"""The web process: gunicorn with threads, enough of them for the live streams it may hold."""

from __future__ import annotations

import errno
import os
import socket
import sys

from hub.errors import Misconfigured
from hub.settings import read_settings

THREADS = 128
WORKERS = 2
WAITING = 2048  # visitors who may wait for an answer, as many as gunicorn lets


def take_port(port: int, host: str = "127.0.0.1") -> socket.socket:
    """Return a socket that listens there, for a web process to serve; raises `Misconfigured` if the port is not to be had.

    Whoever has it has the port for good: visitors who come early wait, and no other program can answer in our place.
    """
    taken = socket.socket()
    try:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # what a desk before us left behind is no hindrance
        # Head and body of an answer are two writes: without this the second waits 40 ms for the visitor to confirm the first.
        taken.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        taken.bind((host, port))
        taken.listen(WAITING)
    except OSError as error:
        taken.close()
        other = port + 1 if port < 65535 else port - 1
        if error.errno == errno.EADDRINUSE:
            why, end = "is taken by another program (perhaps another Frontdesk)", "end it, or choose"
        else:
            why, end, other = f"cannot be had ({error.strerror})", "choose", 8000 if port != 8000 else other
        raise Misconfigured([f"Port {port} {why}: {end} another with PORT={other} / --port {other}."]) from error
    return taken


def web_command(port: int, host: str = "127.0.0.1", *, lent: int | None = None) -> list[str]:
    """Return the command that serves pages, hooks and live events, on a listening socket if one is `lent`."""
    return [
        sys.executable,
        "-m",
        "gunicorn",
        "hub.wsgi:app",
        "--worker-class=gthread",
        f"--workers={os.environ.get('WEB_CONCURRENCY') or WORKERS}",
        f"--threads={THREADS}",
        f"--bind={host}:{port}" if lent is None else f"--bind=fd://{lent}",
        "--timeout=60",
        "--graceful-timeout=5",
        "--keep-alive=5",
        "--no-control-socket",
        "--limit-request-line=8190",
        "--log-level=warning",
    ]


def run_web() -> None:
    """Become the web process; raises `Misconfigured` before that if the settings cannot work."""
    command = web_command(read_settings(os.environ).port, os.environ.get("HUB_BIND", "127.0.0.1"))
    os.execv(command[0], command)  # noqa: S606 - our own interpreter
