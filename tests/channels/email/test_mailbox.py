"""A mailbox on a real Dovecot: new mail at once, old mail as history, whatever others do meanwhile."""

from __future__ import annotations

import contextlib
import json
import logging
import time
from collections.abc import Iterator
from imaplib import Time2Internaldate

import pytest

from channels.channel import Unreachable
from tests.channels.email.following import connected, following, message, settings_of
from tests.standins.dovecot import Dovecot

pytestmark = pytest.mark.servers

A_DAY = 86_400.0


@pytest.fixture(scope="module")
def dovecot() -> Iterator[Dovecot]:
    with Dovecot({f"desk-{number}@example.org": "mailbox-secret" for number in range(50)}) as server:
        yield server


@pytest.fixture(scope="module")
def unused(dovecot: Dovecot) -> list[str]:
    return list(dovecot.users)


@pytest.fixture
def user(unused: list[str]) -> str:
    return unused.pop()


def test_a_message_appended_while_we_wait_comes_within_a_second(dovecot: Dovecot, user: str) -> None:
    with following(settings_of(dovecot, user)) as mailbox:
        mailbox.next_batch()

        waits = []
        for number in range(4):  # Dovecot tells after half a second; the best of four forgives a busy machine
            started = time.monotonic()
            dovecot.append(message(number), user)
            (envelope,) = mailbox.next_envelopes(1)
            waits.append(time.monotonic() - started)

            assert envelope.raw == message(number)

    assert min(waits) < 1, f"it took {waits} s"


def test_messages_that_arrive_one_after_the_other_all_come_in_order(dovecot: Dovecot, user: str) -> None:
    with following(settings_of(dovecot, user)) as mailbox:
        mailbox.next_batch()

        for number in range(40):
            dovecot.append(message(number), user)
        envelopes = mailbox.next_envelopes(40)

    assert [envelope.raw for envelope in envelopes] == [message(number) for number in range(40)]


def test_an_envelope_says_where_it_comes_from(dovecot: Dovecot, user: str) -> None:
    with following(settings_of(dovecot, user, authserv_id="mx.example.org")) as mailbox:
        mailbox.next_batch()
        dovecot.append(message(1), user)

        (envelope,) = mailbox.next_envelopes(1)

    uidvalidity = json.loads(mailbox.cursor.value)["uidvalidity"]
    assert (envelope.channel, envelope.source) == ("email", "imap:7")
    assert envelope.source_key == f"imap|7|INBOX|{uidvalidity}|1"
    assert envelope.facts["own_addresses"] == "desk@example.org"
    assert envelope.facts["authserv_id"] == "mx.example.org"
    assert (envelope.facts["mailbox"], envelope.facts["uid"]) == ("INBOX", "1")
    assert envelope.facts["internaldate"].endswith("+00:00")
    assert envelope.received_at.tzinfo is not None


def test_what_was_there_before_is_history_and_what_comes_later_is_not(dovecot: Dovecot, user: str) -> None:
    dovecot.append_all([message(1), message(2)], user)

    with following(settings_of(dovecot, user)) as mailbox:
        old = mailbox.next_envelopes(2, history=True)
        dovecot.append(message(3), user)
        new = mailbox.next_envelopes(1)

    assert [envelope.raw for envelope in old] == [message(1), message(2)]
    assert [envelope.raw for envelope in new] == [message(3)]


def test_nothing_is_marked_as_seen(dovecot: Dovecot, user: str) -> None:
    dovecot.append(message(1), user)

    with following(settings_of(dovecot, user)) as mailbox:
        mailbox.next_envelopes(1, history=True)
        dovecot.append(message(2), user)
        mailbox.next_envelopes(1)

    assert [dovecot.flags(uid, user) & {"\\Seen"} for uid in (1, 2)] == [set(), set()]


def test_a_message_somebody_else_has_read_comes_all_the_same(dovecot: Dovecot, user: str) -> None:
    cursor = connected(settings_of(dovecot, user))
    dovecot.append_all([message(1), message(2)], user)
    dovecot.flag([1], "\\Seen", user)

    with following(settings_of(dovecot, user), cursor) as mailbox:
        envelopes = mailbox.next_envelopes(2)

    assert [envelope.raw for envelope in envelopes] == [message(1), message(2)]


def test_a_message_deleted_before_it_was_fetched_is_reported_as_a_gap(
    dovecot: Dovecot, user: str, caplog: pytest.LogCaptureFixture
) -> None:
    cursor = connected(settings_of(dovecot, user))
    dovecot.append_all([message(1), message(2), message(3)], user)
    dovecot.delete([2], user)

    with (
        caplog.at_level(logging.WARNING, "channels.email.mailbox"),
        following(settings_of(dovecot, user), cursor) as mailbox,
    ):
        envelopes = mailbox.next_envelopes(2)
        dovecot.append(message(4), user)
        mailbox.next_envelopes(1)

    assert [envelope.raw for envelope in envelopes] == [message(1), message(3)]
    (report,) = [record.getMessage() for record in caplog.records]
    assert report.startswith(f"1 of the messages 1 to 3 of INBOX at 127.0.0.1:{dovecot.port} were deleted or moved")


def test_after_a_restart_only_what_is_new_comes(dovecot: Dovecot, user: str) -> None:
    with following(settings_of(dovecot, user)) as first:
        first.next_batch()
        dovecot.append(message(1), user)
        first.next_envelopes(1)
    dovecot.append(message(2), user)

    with following(settings_of(dovecot, user), first.cursor) as second:
        (envelope,) = second.next_envelopes(1)

    assert envelope.raw == message(2)
    assert [one.envelopes for one in second.batches] == [(), (envelope,)]


def test_history_goes_on_after_a_restart_where_it_was_stored(dovecot: Dovecot, user: str) -> None:
    dovecot.deliver([message(number) for number in range(250)], user)
    with following(settings_of(dovecot, user)) as first:
        first.next_batch()
        stored = first.next_batch().envelopes

    with following(settings_of(dovecot, user), first.cursor) as second:
        rest = second.next_envelopes(250 - len(stored), history=True)

    assert 0 < len(stored) <= 100
    assert [envelope.raw for envelope in (*stored, *rest)] == [message(number) for number in range(250)]


def test_new_mail_does_not_wait_for_the_history(dovecot: Dovecot, user: str) -> None:
    dovecot.deliver([message(number) for number in range(1000)], user)
    with following(settings_of(dovecot, user)) as mailbox:
        mailbox.next_batch()
        first = mailbox.next_batch()
    dovecot.append(message(5000), user)

    with following(settings_of(dovecot, user), mailbox.cursor) as again:
        again.next_batch()
        second = again.next_batch()

    assert first.history
    assert not second.history
    assert [envelope.raw for envelope in second.envelopes] == [message(5000)]


def test_when_the_uids_change_everything_comes_again_with_history_still_history(dovecot: Dovecot, user: str) -> None:
    dovecot.deliver([message(number) for number in range(3)], user, age=A_DAY)
    with following(settings_of(dovecot, user)) as first:
        before = first.next_envelopes(3, history=True)
        dovecot.append(message(10), user)
        before += first.next_envelopes(1)
    dovecot.wipe_uidlist(user)
    dovecot.append(message(11), user)

    with following(settings_of(dovecot, user), first.cursor) as second:
        old = second.next_envelopes(3, history=True)
        new = second.next_envelopes(2)
        dovecot.append(message(12), user)
        (latest,) = second.next_envelopes(1)

    assert [envelope.raw for envelope in old] == [message(0), message(1), message(2)]
    assert [envelope.raw for envelope in new] == [message(10), message(11)]
    assert latest.raw == message(12)
    keys = [envelope.source_key for envelope in (*before, *old, *new, latest)]
    assert len(set(keys)) == len(keys)


def test_a_restored_backup_that_hands_out_uids_again_loses_nothing(dovecot: Dovecot, user: str) -> None:
    settings = settings_of(dovecot, user)
    cursor = connected(settings)
    dovecot.append(message(1), user)
    uidlist = dovecot.folder / "mail" / user / "Maildir" / "dovecot-uidlist"
    backup = uidlist.read_bytes()
    dovecot.append(message(2), user)
    with following(settings, cursor) as first:
        taken = first.next_envelopes(2)[1]
    dovecot.delete([2], user)
    dovecot.wipe_uidlist(user)
    uidlist.write_bytes(backup)
    with dovecot.session(user) as person:
        person.append("INBOX", "", Time2Internaldate(time.time() + 60), message(3))

    with following(settings, first.cursor) as second:
        found = second.next_envelopes(2)

    assert found[1].facts["uid"] == taken.facts["uid"] == "2"
    assert [envelope.raw for envelope in found] == [message(1), message(3)]
    assert found[1].source_key != taken.source_key


def test_another_folder_is_connected_anew_and_a_renamed_one_goes_on(dovecot: Dovecot, user: str) -> None:
    dovecot.create_folder("Support", user)
    dovecot.append(message(1), user, "Support")
    settings = settings_of(dovecot, user, imap_folder="Support")
    cursor = connected(settings)
    dovecot.append(message(2), user, "Support")
    dovecot.rename_folder("Support", "K&APw-che &- Bad", user)
    dovecot.create_folder("Elsewhere", user)
    dovecot.append(message(3), user, "Elsewhere")

    with following(settings_of(dovecot, user, imap_folder="Küche & Bad"), cursor) as renamed:
        went_on = renamed.next_envelopes(1)
    with following(settings_of(dovecot, user, imap_folder="Elsewhere"), cursor) as elsewhere:
        anew = elsewhere.next_envelopes(1, history=True)

    assert [envelope.raw for envelope in went_on] == [message(2)]
    assert [envelope.raw for envelope in anew] == [message(3)]


def test_stopping_takes_less_than_a_second_while_waiting(dovecot: Dovecot, user: str) -> None:
    with following(settings_of(dovecot, user)) as mailbox:
        mailbox.next_batch()

        seconds = mailbox.close()

    assert seconds < 1


def test_a_quiet_mailbox_gives_signs_of_life_and_idle_is_renewed(dovecot: Dovecot, user: str) -> None:
    with following(settings_of(dovecot, user, imap_idle_seconds="0.3")) as mailbox:
        signs = [mailbox.next_batch() for _ in range(4)]
        dovecot.append(message(1), user)
        (envelope,) = mailbox.next_envelopes(1)

    assert [sign.envelopes for sign in signs] == [()] * 4
    assert envelope.raw == message(1)


def test_uids_that_change_while_we_are_connected_are_noticed(dovecot: Dovecot, user: str) -> None:
    dovecot.deliver([message(1)], user, age=A_DAY)
    settings = settings_of(dovecot, user, imap_idle_seconds="0.3")
    with following(settings) as mailbox:
        mailbox.next_envelopes(1, history=True)

        dovecot.wipe_uidlist(user)
        dovecot.append(message(2), user)
        # The server may hang up on finding its numbers gone: the hub connects again with the stored cursor
        with contextlib.suppress(Unreachable):
            mailbox.next_envelopes(1)
        with following(settings, mailbox.cursor) as again:
            (envelope,) = again.next_envelopes(1)

    assert envelope.raw == message(2)
