import socket
from collections.abc import Iterator
from typing import Any

import pytest

from tests.standins.application import Application
from tests.standins.twilio import TwilioStandIn
from tests.standins.twilio.sdk import client


@pytest.fixture
def application() -> Iterator[Application]:
    with Application() as running:
        yield running


@pytest.fixture
def twilio() -> Iterator[TwilioStandIn]:
    with TwilioStandIn() as running:
        yield running


@pytest.fixture
def sdk(twilio: TwilioStandIn) -> Iterator[Any]:
    made = client(twilio.url, twilio.account.sid, twilio.account.auth_token, timeout=2)
    yield made
    made.http_client.close()


@pytest.fixture
def closed_port() -> Iterator[int]:
    with socket.socket() as bound_but_deaf:
        bound_but_deaf.bind(("127.0.0.1", 0))
        yield int(bound_but_deaf.getsockname()[1])
