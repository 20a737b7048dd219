"""How long a fetcher rests after a failure: longer each time in a row, and briefly again once it has brought something."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace

from apiflask import APIFlask
from sqlalchemy import select

from channels.channel import Account, Batch, Cursor, StopSignal, Unreachable
from channels.email.channel import EmailChannel
from hub.desk import Desk
from hub.fetcher import LONGEST_REST, AccountThread
from hub.models import ChannelAccount
from tests.factories import make_company
from tests.letters import arrive, make_mail


class LostAgain(EmailChannel):
    """A mailbox whose connection is lost each time, on some occasions after it gave a message."""

    def __init__(self, gives: list[bool]) -> None:
        super().__init__()
        self.gives = gives

    def fetch(self, account: Account, cursor: Cursor, *, stop: StopSignal) -> Iterator[Batch]:
        if self.gives.pop(0):
            yield Batch((arrive(make_mail(f"Message with {len(self.gives)} to go")),), cursor)
        raise Unreachable("The connection was lost.")


class Rests(threading.Event):
    """Notes each rest instead of waiting, and stops after some."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self.most = most
        self.taken: list[float] = []

    def wait(self, timeout: float | None = None) -> bool:
        self.taken.append(timeout or 0.0)
        if len(self.taken) == self.most:
            self.set()
        return self.is_set()


def rests_of(app: APIFlask, desk: Desk, gives: list[bool]) -> list[float]:
    company = make_company(desk, mail="desk@example.org")
    account = desk.session.scalars(select(ChannelAccount).where(ChannelAccount.company_id == company.id)).one()
    desk.session.commit()
    stop = Rests(len(gives))
    lost = replace(desk, channels={**desk.channels, "email": LostAgain(gives)})
    app.extensions["desk"] = lost
    try:
        AccountThread(account.id, {}, stop).run(app)
    finally:
        app.extensions["desk"] = desk
    return stop.taken


def test_failures_in_a_row_are_tried_again_ever_more_rarely(app: APIFlask, desk: Desk) -> None:
    rests = rests_of(app, desk, [False] * 10)

    assert rests == [2, 4, 8, 16, 32, 64, 128, 256, LONGEST_REST, LONGEST_REST]


def test_a_connection_that_brought_mail_before_it_was_lost_begins_anew(app: APIFlask, desk: Desk) -> None:
    rests = rests_of(app, desk, [False, False, True, False, True])

    assert rests == [2, 4, 2, 4, 2]
