"""The web process: gunicorn with threads, enough of them for the live streams it may hold."""

from __future__ import annotations

import os
import sys

THREADS = 128
WORKERS = 2


def web_command(port: int, host: str = "127.0.0.1") -> list[str]:
    """Return the command that serves pages, hooks and live events."""
    return [
        sys.executable,
        "-m",
        "gunicorn",
        "hub.wsgi:app",
        "--worker-class=gthread",
        f"--workers={os.environ.get('WEB_CONCURRENCY', WORKERS)}",
        f"--threads={THREADS}",
        f"--bind={host}:{port}",
        "--timeout=60",
        "--graceful-timeout=5",
        "--keep-alive=5",
        "--no-control-socket",
        "--limit-request-line=8190",
        "--log-level=warning",
    ]


def run_web() -> None:
    """Become the web process."""
    command = web_command(int(os.environ.get("PORT", "8000")), os.environ.get("HUB_BIND", "127.0.0.1"))
    os.execv(command[0], command)  # noqa: S606 - our own interpreter
