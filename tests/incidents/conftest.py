"""The company that incidents happen to, a host elsewhere, the `hub` command: as the other tests have them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from hub.web.limits import limiter
from tests.channels.conftest import web
from tests.classifiers.conftest import model
from tests.cli.conftest import home, hub
from tests.services.conftest import maria, office

__all__ = ["home", "hub", "maria", "model", "office", "web"]


@pytest.fixture(autouse=True)
def counts_begin_anew(request: pytest.FixtureRequest) -> Iterator[None]:
    """Forget how often pages were asked for once a test is over: the limits count for as long as the servers run."""
    uses_pages = "app" in request.fixturenames
    if uses_pages:
        request.getfixturevalue("app")
        limiter.reset()
    yield
    if uses_pages:
        limiter.reset()
