"""The `hub` command as a person types it, on the test servers and in a home of its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from apiflask import APIFlask
from click.testing import CliRunner, Result

from hub.cli import main
from hub.desk import Desk
from hub.models import Company
from hub.settings import Settings
from tests.cli.backed_up import FORMS, make_message
from tests.factories import make_agent, make_company, make_contact, make_lease, make_unit

Hub = Callable[..., Result]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The `HUB_HOME` of the commands."""
    return tmp_path / "home"


@pytest.fixture
def hub(app: APIFlask, settings: Settings, home: Path) -> Hub:
    """Run `hub` with arguments and standard input; `status` is the exit status that is expected, None for any."""
    environ = {
        "HUB_HOME": str(home),
        "HUB_DATABASE_URL": settings.database_url,
        "HUB_REDIS_URL": settings.redis_url,
        "HUB_SECRET_KEY": settings.secret_key,
        "HUB_BASE_URL": settings.base_url,
        "HUB_ATTACHMENTS": settings.attachments_place,
        "HUB_DEMO": "1",
    }

    def run(*arguments: object, text: str | bytes = "", status: int | None = 0, **more: str) -> Result:
        done = CliRunner().invoke(
            main, [str(each) for each in arguments], input=text, env=environ | more, catch_exceptions=False
        )
        assert status is None or done.exit_code == status, done.output
        return done

    return run


@pytest.fixture
def company(desk: Desk) -> Company:
    """A company somebody works for, with homes, people, messages and files."""
    company = make_company(desk)
    make_agent(desk, company)
    contact = make_contact(desk, company, email="aylin@example.org")
    make_lease(desk, make_unit(desk, company), contact)
    make_message(desk, company, FORMS, b"a photo")
    return company


@pytest.fixture
def other_place(tmp_path: Path) -> Path:
    """An attachments folder of another machine."""
    return tmp_path / "elsewhere"
