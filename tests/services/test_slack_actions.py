"""Slack as it is: presses twice, late and in any order, modals, threads, and a Slack that is away for a while."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from random import Random

import pytest
from sqlalchemy import select

from channels.channel import Account, Action
from channels.message import Outcome, Receipt
from hub.clock import FixedClock
from hub.desk import Desk
from hub.domain.task import STATE_WORDS, TaskState
from hub.models import ChannelAccount, Correction, ProviderEvent, Task, TaskEvent
from hub.services.operations.tasks import move_task
from hub.services.sending.provider_events import apply_events, store_actions
from hub.services.settings.configuration import read_directory
from tests.factories import make_team, save
from tests.services.ordering import Work, make_work
from tests.services.steps import Office, Provider, outbox, send_all

AWAY = Receipt(Outcome.RETRY, error="Slack could not be reached.")


@dataclass
class Slack(Provider):
    """A workspace that opens modals, or is too slow to."""

    opened: list[dict[str, object]] = field(default_factory=list)
    modal: Receipt = field(default_factory=lambda: Receipt(Outcome.ACCEPTED))

    def open_view(self, account: Account, *, trigger_id: str, view: dict[str, object]) -> Receipt:
        if self.modal.outcome is Outcome.ACCEPTED:
            self.opened.append(view)
        return self.modal


@dataclass(frozen=True)
class Connected:
    """A desk with a workspace, and the work in it."""

    desk: Desk
    slack: Slack
    work: Work

    def press(self, name: str, *, key: str = "", text: str = "", **facts: str) -> None:
        """Have Slack tell us of a press or a sent modal."""
        action = Action(key or f"press:{name}:{facts}", name, f"T-{self.work.task.id}", "U1", text, facts)
        self.tell(action)

    def tell(self, *actions: Action) -> None:
        """Have Slack tell us of some actions in one call."""
        with self.desk.transaction():
            store_actions(self.desk, "slack", self.work.office.company.id, actions)

    def apply(self) -> None:
        """Let a worker apply what waits."""
        while apply_events(self.desk):
            pass

    def task(self) -> Task:
        """Return the task as it is now."""
        self.desk.session.expire_all()
        return self.desk.session.get_one(Task, self.work.task.id)


@pytest.fixture
def connected(office: Office) -> Connected:
    """Connect a workspace with a channel for maintenance and one for leasing."""
    save(office.desk, ChannelAccount(company_id=office.company.id, channel="slack", address="t1", settings={}))
    make_team(office.desk, office.company, "maintenance", slack_channel="C-repairs")
    make_team(office.desk, office.company, "leasing", slack_channel="C-leasing")
    slack = Slack(office.desk.channels["slack"])
    desk = replace(office.desk, channels={**office.desk.channels, "slack": slack})
    return Connected(desk, slack, make_work(replace(office, desk=desk)))


def move(connected: Connected, wanted: TaskState) -> None:
    desk = connected.desk
    with desk.transaction():
        move_task(desk, read_directory(desk), connected.work.tom, connected.work.task, wanted)


@pytest.mark.parametrize(
    ("name", "values", "words"),
    [
        ("task_blocked", '{"words": "Part arrives", "date": "2026-11-19"}', "Blocked"),
        ("task_wrong_team", '{"words": "", "choice": "leasing"}', "Wrong team"),
        ("task_need_info", '{"words": "Who is at home?"}', "Need information"),
        ("task_done", '{"words": "Cleared"}', "Done"),
    ],
)
def test_a_button_that_needs_words_asks_for_them_before_anything_moves(
    connected: Connected, name: str, values: str, words: str
) -> None:
    connected.press(name, trigger_id="1.2", user_name="tom")
    connected.apply()
    before = (connected.task().state, connected.task().team, connected.task().question)

    connected.press(name, text="Part arrives" if "Part" in values else "", values=values, user_name="tom")
    connected.apply()

    after = (connected.task().state, connected.task().team, connected.task().question)
    assert [str(each["title"]["text"]) for each in connected.slack.opened] == [words]  # type: ignore[index]
    assert before == ("to_do", "maintenance", "")
    assert after != before


def test_a_block_keeps_the_words_and_the_day_of_its_modal(connected: Connected) -> None:
    connected.press(
        "task_blocked", text="Part arrives", values='{"words": "Part arrives", "date": "2026-11-19"}', user_name="tom"
    )
    connected.apply()

    task = connected.task()
    assert (task.blocked_reason, str(task.blocked_until)) == ("Part arrives", "2026-11-19")


@pytest.mark.parametrize("name", ["task_done", "task_blocked"])
def test_nobody_is_asked_for_words_about_work_that_is_done_already(connected: Connected, name: str) -> None:
    move(connected, TaskState.DONE)

    connected.press(name, trigger_id="1.2", user_name="tom")
    connected.apply()

    assert (connected.slack.opened, connected.task().state) == ([], "done")


def test_the_card_of_blocked_work_says_what_was_asked_and_why_it_is_blocked(connected: Connected) -> None:
    connected.press("task_blocked", text="Part arrives", values='{"date": "2026-11-19"}')
    connected.press("task_need_info", text="Who is at home?", values="{}")
    connected.apply()
    send_all(connected.desk)

    card = str(connected.slack.sent[-1].card)
    assert "Customer service was asked: Who is at home?" in card
    assert "Blocked: Part arrives" in card


@pytest.mark.parametrize("late", [False, True])
def test_a_modal_that_cannot_be_opened_any_more_is_a_step_without_words(
    connected: Connected, clock: FixedClock, late: bool
) -> None:
    connected.slack.modal = Receipt(Outcome.FAILED, error="The trigger is too old.")
    connected.press("task_blocked", trigger_id="1.2")
    if late:
        row = connected.desk.session.scalars(select(ProviderEvent)).one()
        row.created_at = clock.at - timedelta(minutes=1)
        connected.desk.session.commit()

    connected.apply()

    assert connected.task().state == "blocked"


def test_the_wrong_team_is_a_correction_and_gets_a_card_of_its_own(connected: Connected) -> None:
    move(connected, TaskState.IN_PROGRESS)
    send_all(connected.desk)
    connected.press("task_wrong_team", values='{"words": "", "choice": "leasing"}')
    connected.apply()
    send_all(connected.desk)

    correction = connected.desk.session.scalars(select(Correction)).one()
    old, farewell, new = connected.slack.sent[-3:]
    assert (correction.queue_before, correction.queue_after) == ("maintenance", "leasing")
    assert (farewell.update_of, new.update_of) == (connected.slack.sent[0].update_of or "slack-1", "")
    assert "buttons" not in str(farewell.card)
    assert new.recipients[0].value == "C-leasing" != old.recipients[0].value


def test_what_is_said_in_the_thread_of_a_card_is_a_note_on_its_task(connected: Connected) -> None:
    task = connected.task()
    task.card_provider_id = "C1:17.1"
    connected.desk.session.commit()

    for name, text in (("thread_reply", "On my way"), ("thread_reply_changed", "Later"), ("thread_reply_deleted", "x")):
        connected.tell(Action(f"event:{name}", name, "C1:17.1", "U1", text, {}))
    connected.apply()

    said = connected.desk.session.scalars(select(TaskEvent).where(TaskEvent.kind == "comment").order_by(TaskEvent.id))
    assert [each.facts["text"] for each in said] == ["On my way", "Changed: Later", "Deleted: x"]


@pytest.mark.parametrize("seed", range(5))
def test_presses_doubled_late_and_reordered_count_once_and_the_card_says_what_the_task_is(
    connected: Connected, clock: FixedClock, seed: int
) -> None:
    dice = Random(seed)
    presses = [("task_accept", "1"), ("task_done", "2"), ("task_accept", "3"), ("task_explode", "4")] * 3
    dice.shuffle(presses)
    connected.slack.answers = [AWAY] * 6

    for name, key in presses:
        connected.press(name, key=key)
        if dice.random() < 0.5:
            connected.apply()
        clock.at += timedelta(seconds=20)
        send_all(connected.desk)
    connected.apply()
    clock.at += timedelta(hours=1)
    send_all(connected.desk)

    steps = connected.desk.session.scalars(select(TaskEvent.facts).where(TaskEvent.kind == "moved")).all()
    assert len(connected.desk.session.scalars(select(ProviderEvent)).all()) == 4
    assert len(steps) <= 3
    assert STATE_WORDS[TaskState(connected.task().state)] in connected.slack.sent[-1].text


def test_ten_minutes_without_slack_end_with_one_card_that_is_true(connected: Connected, clock: FixedClock) -> None:
    connected.slack.answers = [AWAY] * 3
    for wanted in (TaskState.SCHEDULED, TaskState.IN_PROGRESS, TaskState.DONE):
        move(connected, wanted)
        send_all(connected.desk)
        clock.at += timedelta(minutes=3)
    clock.at += timedelta(minutes=30)
    send_all(connected.desk)

    taken = [each for each in outbox(connected.desk, "card") if each.state == "accepted"]
    assert len(taken) == 1
    assert connected.slack.sent[-1].text.endswith("Done")
    assert connected.task().card_provider_id == taken[0].provider_id
