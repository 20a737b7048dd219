"""From a real mailbox to tickets, through the fetcher as it runs in the product."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from apiflask import APIFlask
from sqlalchemy import func, select, text

from hub.desk import Desk
from hub.fetcher import AccountThread
from hub.models import ChannelAccount, Envelope, Message, OutboxRow, Ticket
from hub.services.intake import receive
from hub.services.triage.triage import triage
from tests.factories import make_company
from tests.journeys.running import wait_for
from tests.letters import make_mail
from tests.standins.dovecot import Dovecot

pytestmark = pytest.mark.servers
OLD = 300


@pytest.fixture
def mailbox() -> Iterator[Dovecot]:
    """Lend a real Dovecot with one mailbox."""
    with Dovecot({"desk": "secret"}) as server:
        yield server


@pytest.fixture
def fetching(app: APIFlask, desk: Desk, mailbox: Dovecot) -> Iterator[AccountThread]:
    """Lend the fetcher's thread for that mailbox, not yet started."""
    company = make_company(desk, mail="desk@example.org")
    account = desk.session.scalars(select(ChannelAccount).where(ChannelAccount.company_id == company.id)).one()
    account.secrets = desk.vault.lock({"imap_url": mailbox.url("desk")})
    desk.session.commit()
    thread = AccountThread(account.id, {})
    yield thread
    thread.stop.set()
    if thread.thread is not None:
        thread.thread.join(15)


def envelopes(desk: Desk) -> int:
    """Return how many messages were accepted."""
    desk.session.rollback()
    return desk.session.scalar(select(func.count()).select_from(Envelope)) or 0


def connected(desk: Desk) -> bool:
    """Tell whether the mailbox's place has been kept."""
    desk.session.rollback()
    return bool(desk.session.scalar(select(ChannelAccount.cursor)))


def file_all(desk: Desk) -> None:
    """File and triage all that was accepted."""
    while receive(desk):
        pass
    while triage(desk):
        pass


def test_mail_that_arrives_becomes_a_ticket(
    app: APIFlask, desk: Desk, mailbox: Dovecot, fetching: AccountThread
) -> None:
    fetching.start(app)
    wait_for(lambda: connected(desk), "The connection to the mailbox")

    mailbox.append(make_mail("The tap drips."), "desk")
    wait_for(lambda: envelopes(desk), "The envelope")
    file_all(desk)

    assert desk.session.scalars(select(Message.text).where(Message.direction == "in")).all() == ["The tap drips."]


def test_what_was_in_the_mailbox_before_is_history(
    app: APIFlask, desk: Desk, mailbox: Dovecot, fetching: AccountThread
) -> None:
    mailbox.deliver([make_mail(f"Old matter {number}", subject=f"Old {number}") for number in range(OLD)], "desk")

    fetching.start(app)
    wait_for(lambda: envelopes(desk) == OLD, "The old messages", seconds=60)
    file_all(desk)

    rows = desk.session.execute(select(Ticket.status, Ticket.history).distinct()).all()
    assert [tuple(row) for row in rows] == [("closed", True)]
    assert desk.session.scalar(select(func.count()).select_from(OutboxRow)) == 0
    assert desk.session.scalar(select(func.count()).select_from(Ticket)) == OLD


def test_two_fetchers_of_one_mailbox_take_each_message_once(
    app: APIFlask, desk: Desk, mailbox: Dovecot, fetching: AccountThread
) -> None:
    second = AccountThread(fetching.account_id, {})
    fetching.start(app)
    second.start(app)
    wait_for(lambda: connected(desk), "The connection to the mailbox")
    try:
        mailbox.append_all([make_mail(f"Matter {number}", subject=f"Matter {number}") for number in range(20)], "desk")
        wait_for(lambda: envelopes(desk) >= 20, "The messages")
        file_all(desk)
    finally:
        second.stop.set()
        assert second.thread is not None
        second.thread.join(15)

    assert desk.session.scalar(select(func.count()).select_from(Message).where(Message.direction == "in")) == 20
    wait_for(lambda: count_locks(desk) == 1, "The one that is left, whichever had the mailbox before")


def count_locks(desk: Desk) -> int:
    """Return how many hold a mailbox."""
    desk.session.rollback()
    return desk.session.scalar(text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'")) or 0
