"""Ports for the servers that tests start by number."""

from __future__ import annotations

import os
import random
import socket

# Below what Linux (from 32768) and macOS (from 49152) lend to outgoing connections: a port found
# free there stays free until its server listens, however many connections other tests open.
FIRST, LAST = 20_000, 32_000

_order = random.Random(f"{os.getpid()} {os.environ.get('PYTEST_XDIST_WORKER', '')}")
_given: set[int] = set()


def free_port() -> int:
    """Return a loopback port that nobody listens on and that this process was not given before."""
    while True:
        port = _order.randint(FIRST, LAST)
        if port not in _given and _is_free(port):
            _given.add(port)
            return port


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
