import socket
from collections.abc import Iterator
from typing import Any

import pytest
from slack_sdk import WebClient

from tests.standins.application import Application
from tests.standins.slack import SlackStandIn
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


@pytest.fixture
def slack() -> Iterator[SlackStandIn]:
    with SlackStandIn() as running:
        running.courier.retry_delays = (0.0, 0.0, 0.0)
        yield running


@pytest.fixture
def web(slack: SlackStandIn) -> WebClient:
    return WebClient(token=slack.workspace.bot_token, base_url=slack.url, timeout=2, retry_handlers=[])
