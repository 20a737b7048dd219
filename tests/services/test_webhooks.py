"""What happens reaches other programs once, later if need be, and says nothing about people."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from channels.webhook import Webhook
from hub.clock import FixedClock
from hub.desk import Desk
from hub.domain.access import Actor, Role
from hub.domain.delivery import OutboxState
from hub.domain.task import TaskState
from hub.errors import Forbidden, Invalid, NotFound, Refused
from hub.models import ChannelAccount, TicketEvent
from hub.services.operations.tasks import move_task
from hub.services.sending.outbox_list import OutboxFilters, list_outbox
from hub.services.sending.reply import Draft, reply
from hub.services.sending.webhooks import announce
from hub.services.settings.configuration import read_directory
from hub.services.settings.webhook_accounts import (
    add_webhook,
    change_secret,
    deliver_again,
    deliveries_of,
    pause_webhook,
    remove_webhook,
    try_webhook,
    webhooks_of,
)
from tests.factories import make_agent, make_company
from tests.services.ordering import Work, make_work
from tests.services.steps import RETRY, Office, Provider, mail, outbox, send_all, take_in

URL = "https://hooks.example.org/frontdesk"


@pytest.fixture
def work(office: Office) -> Work:
    """Return a drain to clear, at a desk whose webhooks end at a scripted provider."""
    channels = {**office.desk.channels, "webhook": Taking(Webhook())}
    return make_work(replace(office, desk=replace(office.desk, channels=channels)))


class Taking(Provider):
    """A provider that knows which addresses it will never call."""

    def address_refusal(self, url: str) -> str:
        return Webhook().address_refusal(url)


@pytest.fixture
def admin(office: Office) -> Actor:
    """Return who keeps the settings."""
    return make_agent(office.desk, office.company, "Ada Admin", Role.ADMIN)


def add(work: Work, admin: Actor, url: str = URL, subjects: tuple[str, ...] = ("ticket", "task")) -> ChannelAccount:
    with work.office.desk.transaction():
        return add_webhook(work.office.desk, admin, work.office.company, url, subjects)[0]


def move(work: Work, state: TaskState) -> None:
    desk = work.office.desk
    with desk.transaction():
        move_task(desk, read_directory(desk), work.tom, work.task, state)


def kinds(desk: Desk) -> list[str]:
    return [each.payload["subject"] for each in outbox(desk, "webhook")]


def test_a_webhook_hears_what_happens_from_then_on_and_each_thing_once(work: Work, admin: Actor) -> None:
    desk = work.office.desk
    add(work, admin)

    silent = announce(desk)
    move(work, TaskState.SCHEDULED)
    told = [announce(desk), announce(desk)]

    assert (silent, told) == (0, [2, 0])
    assert sorted(kinds(desk)) == ["task.changed", "ticket.changed"]


def test_what_commits_later_than_its_number_is_told_all_the_same(work: Work, admin: Actor) -> None:
    desk = work.office.desk
    add(work, admin, subjects=("ticket",))
    move(work, TaskState.SCHEDULED)
    move(work, TaskState.IN_PROGRESS)
    first = desk.session.query(TicketEvent).order_by(TicketEvent.id.desc()).limit(2).all()[1]
    number = first.company_id
    other = make_company(desk, "Other")
    hide = "SET LOCAL session_replication_role = replica"
    desk.session.connection().exec_driver_sql(hide)  # histories are append-only
    desk.session.execute(update(TicketEvent).where(TicketEvent.id == first.id).values(company_id=other.id))
    desk.session.commit()
    seen = announce(desk)

    desk.session.connection().exec_driver_sql(hide)
    desk.session.execute(update(TicketEvent).where(TicketEvent.id == first.id).values(company_id=number))
    desk.session.commit()

    assert (seen, announce(desk), announce(desk)) == (1, 1, 0)


def test_no_word_and_no_address_of_a_person_is_told(work: Work, admin: Actor) -> None:
    desk = work.office.desk
    add(work, admin, subjects=("ticket", "message", "task"))
    (message,) = take_in(desk, mail("My IBAN is secret.", sender="jan@example.com", subject="Private matter"))
    with desk.transaction():
        reply(desk, work.office.maria, message.ticket_id, Draft("We come at nine."))

    announce(desk)

    told = " ".join(each.payload["text"] for each in outbox(desk, "webhook"))
    assert "message.created" in kinds(desk)
    assert not [each for each in ("jan@", "Novak", "IBAN", "Private", "nine") if each in told]


def test_what_is_not_taken_is_tried_again_with_the_same_id_and_fails_visibly_after_a_day(
    work: Work, admin: Actor, clock: FixedClock
) -> None:
    desk = work.office.desk
    provider = desk.channels["webhook"]
    assert isinstance(provider, Provider)
    row = add(work, admin, subjects=("task",))
    provider.answers[:] = [RETRY] * 50
    move(work, TaskState.SCHEDULED)
    announce(desk)

    for _ in range(40):
        send_all(desk)
        clock.at += timedelta(hours=1)

    (delivery,) = deliveries_of(desk, row)
    assert len({each.id for each in provider.sent}) == 1
    assert len(provider.sent) > 5
    assert delivery.state == OutboxState.FAILED
    provider.answers.clear()
    with desk.transaction():
        again = deliver_again(desk, admin, row.id)
    send_all(desk)
    assert (again, deliveries_of(desk, row)[0].state) == (1, OutboxState.ACCEPTED)


def test_a_paused_webhook_hears_nothing_and_goes_on_from_when_it_is_started(work: Work, admin: Actor) -> None:
    desk = work.office.desk
    row = add(work, admin, subjects=("task",))
    move(work, TaskState.SCHEDULED)
    announce(desk)
    with desk.transaction():
        pause_webhook(desk, admin, row.id, paused=True)
    move(work, TaskState.IN_PROGRESS)
    announce(desk)
    with pytest.raises(Refused, match="paused"):
        try_webhook(desk, admin, row.id)
    with desk.transaction():
        pause_webhook(desk, admin, row.id, paused=False)
    announce(desk)
    move(work, TaskState.DONE)
    announce(desk)

    states = [each.state for each in reversed(deliveries_of(desk, row))]
    assert states == [OutboxState.CANCELLED, OutboxState.PENDING]


def test_a_test_is_sent_and_a_new_secret_leaves_the_old_one_beside_it(work: Work, admin: Actor) -> None:
    desk = work.office.desk
    row = add(work, admin)
    before = desk.vault.unlock(row.secrets)["secret"]

    with desk.transaction():
        try_webhook(desk, admin, row.id)
        _, secret = change_secret(desk, admin, row.id)
    send_all(desk)

    assert desk.vault.unlock(row.secrets) == {"secret": secret, "secret_previous": before}
    assert [(each.payload["subject"], each.state) for each in deliveries_of(desk, row)] == [("test", "accepted")]
    assert read_directory(desk).accounts[row.id].settings["secret"] == secret


def test_a_removed_webhook_hears_nothing_more(work: Work, admin: Actor) -> None:
    desk = work.office.desk
    row = add(work, admin)
    with desk.transaction():
        try_webhook(desk, admin, row.id)
        remove_webhook(desk, admin, row.id)
    move(work, TaskState.DONE)

    assert announce(desk) == 0
    assert [each.state for each in outbox(desk, "webhook")] == [OutboxState.CANCELLED]
    assert webhooks_of(desk, work.office.company.id) == []


@pytest.mark.parametrize(
    ("url", "subjects", "field"),
    [
        ("http://127.0.0.1/", ("task",), "url"),
        ("https://169.254.169.254/", ("task",), "url"),
        ("", ("task",), "url"),
        (URL, (), "subject"),
        (URL, ("balances",), "subject"),
    ],
)
def test_an_address_inside_and_a_webhook_of_nothing_are_refused(
    work: Work, admin: Actor, url: str, subjects: tuple[str, ...], field: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        add(work, admin, url, subjects)

    assert refusal.value.field == field


def test_only_the_companys_administrators_have_webhooks_and_nobody_reads_them_in_the_outbox(
    work: Work, admin: Actor
) -> None:
    desk = work.office.desk
    row = add(work, admin)
    other = make_company(desk, "Other")
    stranger = make_agent(desk, other, "Sam", Role.ADMIN)
    with desk.transaction():
        try_webhook(desk, admin, row.id)

    with pytest.raises(Forbidden):
        add_webhook(desk, work.office.maria, work.office.company, URL, ["task"])
    with pytest.raises(NotFound):
        remove_webhook(desk, stranger, row.id)
    assert list_outbox(desk, admin, OutboxFilters()).items == []
    assert list_outbox(desk, admin, OutboxFilters(channel="webhook")).items == []
