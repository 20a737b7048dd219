from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.channels.scripted_server import ScriptedServer


@pytest.fixture
def web() -> Iterator[ScriptedServer]:
    with ScriptedServer() as server:
        yield server


@pytest.fixture(scope="session")
def closed_port_url() -> str:
    """An address where nobody listens."""
    with ScriptedServer() as server:
        return server.url
