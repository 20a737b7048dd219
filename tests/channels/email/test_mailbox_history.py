"""A large mailbox: connected in the background, in flat memory, without delaying what is new."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Generator, Iterator
from threading import Event
from typing import cast

import pytest

from channels.channel import Batch, Cursor
from channels.email.mailbox import fetch
from tests.channels.email.following import account, following, message, settings_of
from tests.standins.dovecot import Dovecot

pytestmark = [pytest.mark.servers, pytest.mark.slow]

A_MONTH = 30 * 86_400.0
USERS = ("many@example.org", "large@example.org")


@pytest.fixture(scope="module")
def dovecot() -> Iterator[Dovecot]:
    with Dovecot(dict.fromkeys(USERS, "mailbox-secret")) as server:
        yield server


def test_ten_thousand_old_messages_are_history_and_new_mail_passes_them(dovecot: Dovecot) -> None:
    user, body = USERS[0], "The heating is cold. " * 150
    dovecot.deliver([message(number, body) for number in range(10_000)], user, age=A_MONTH)

    with following(settings_of(dovecot, user)) as mailbox:
        started = time.monotonic()
        old = mailbox.next_envelopes(500, history=True, seconds=60)
        dovecot.append(message(20_000), user)
        (new,) = mailbox.next_envelopes(1)
        history_before_new = sum(len(batch.envelopes) for batch in mailbox.batches if batch.history)
        old += mailbox.next_envelopes(9_500, history=True, seconds=120)
        seconds = time.monotonic() - started

    assert new.raw == message(20_000)
    assert history_before_new < 10_000
    assert [envelope.facts["uid"] for envelope in old] == [str(number) for number in range(1, 10_001)]
    assert {envelope.raw for envelope in old} == {message(number, body) for number in range(10_000)}
    assert max(len(batch.envelopes) for batch in mailbox.batches) <= 100
    assert 10_000 / seconds > 100, f"{10_000 / seconds:.0f} messages a second"


def test_memory_stays_flat_whatever_the_mailbox_weighs(dovecot: Dovecot) -> None:
    user, megabyte = USERS[1], 1024 * 1024
    dovecot.deliver([message(number, "x" * megabyte) for number in range(120)], user, age=A_MONTH)
    batches = cast("Generator[Batch]", fetch(account(settings_of(dovecot, user)), Cursor(), stop=Event()))
    next(batches)

    tracemalloc.start()
    count = 0
    while count < 120:
        count += len(next(batches).envelopes)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    batches.close()

    assert peak < 40 * megabyte, f"{peak / megabyte:.0f} MB"
