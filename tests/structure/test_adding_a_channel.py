"""The page about adding a channel is true: its one file, dropped beside the others, is a channel."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from apiflask import APIFlask
from sqlalchemy import select

import channels
from channels.registry import find_channels
from hub.app import choose_channels
from hub.desk import Desk
from hub.models import ChannelAccount, Message, OutboxRow
from hub.services.intake import receive
from hub.services.sending.reply import Draft, reply
from hub.services.sending.sending import send
from tests.factories import make_agent, make_company, save
from tests.web.visitors import visit

PAGE = Path(__file__).resolve().parents[2] / "docs" / "adding-a-channel.md"


@pytest.fixture
def loft(tmp_path: Path) -> Iterator[None]:
    """Drop the page's file beside the channels, in a folder that Python takes for a part of the package."""
    code = re.search(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert code is not None
    (tmp_path / "pigeon.py").write_text(code.group(1), encoding="utf-8")
    channels.__path__.append(str(tmp_path))
    find_channels.cache_clear()
    yield
    channels.__path__.remove(str(tmp_path))
    sys.modules.pop("channels.pigeon", None)
    find_channels.cache_clear()


@pytest.fixture
def desk_with_pigeons(loft: None, app: APIFlask, desk: Desk) -> Iterator[Desk]:
    """Lend a desk that found the new channel by itself."""
    richer = replace(desk, channels=choose_channels(practice=False))
    app.extensions["desk"] = richer
    yield richer
    app.extensions["desk"] = desk


def test_one_file_is_a_channel_with_a_webhook_a_ticket_and_a_reply(app: APIFlask, desk_with_pigeons: Desk) -> None:
    desk = desk_with_pigeons
    company = make_company(desk)
    save(
        desk, ChannelAccount(company_id=company.id, channel="pigeon", address="the loft", settings={"feather": "grey"})
    )
    maria = make_agent(desk, company)

    answer = visit(app).post(
        "/hooks/pigeon", data=b"Omar: no hot water", headers={"X-Feather": "grey", "X-Flight": "1"}
    )
    receive(desk)
    message = desk.session.scalars(select(Message)).one()
    with desk.transaction():
        reply(desk, maria, message.ticket_id, Draft("On our way."))
    row = desk.session.scalars(select(OutboxRow)).one()
    row.next_at = desk.clock.now()
    desk.session.commit()
    send(desk)

    assert (answer.status_code, answer.data) == (200, b"coo")
    assert message.text == "no hot water"
    desk.session.refresh(row)
    assert (row.channel, row.state) == ("pigeon", "accepted")


def test_a_pigeon_from_another_loft_is_not_let_in(app: APIFlask, desk_with_pigeons: Desk) -> None:
    desk = desk_with_pigeons
    company = make_company(desk)
    save(
        desk, ChannelAccount(company_id=company.id, channel="pigeon", address="the loft", settings={"feather": "grey"})
    )

    answer = visit(app).post(
        "/hooks/pigeon", data=b"Mallory: open the door", headers={"X-Feather": "white", "X-Flight": "2"}
    )

    assert answer.status_code == 403
    assert desk.session.scalars(select(Message)).all() == []
