"""C25: presses and words in Slack come twice, late, in any order, forged and replayed, while Slack itself fails and is away."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from random import Random
from typing import Any

from apiflask import APIFlask
from sqlalchemy import select
from werkzeug.serving import make_server

from hub.clock import FixedClock
from hub.desk import Desk
from hub.domain.access import Actor, Role
from hub.domain.delivery import WAITING
from hub.domain.task import MOVES, STATE_WORDS, TaskState
from hub.errors import HubError
from hub.models import ProviderEvent, Task, TaskEvent, TaskPhoto, TicketEvent
from hub.services.operations.handmade_tasks import make_task
from hub.services.operations.task_photos import fetch_task_photos
from hub.services.operations.tasks import move_task
from hub.services.sending.provider_events import apply_events
from hub.services.sending.sending import send
from hub.services.settings.configuration import read_directory
from hub.services.settings.setup import connect_account
from tests.chaos.conftest import Judge
from tests.chaos.room import Room
from tests.chaos.scale import Scale
from tests.chaos.tokens import Tally
from tests.factories import make_agent
from tests.ports import free_port
from tests.services.steps import mail, take_in
from tests.standins.slack import SlackStandIn
from tests.standins.slack.delivery import Delivery
from tests.standins.slack.workspace import Message, User

TROUBLES = ("429", "500", "503", "html", "empty")
BUTTONS = ("task_accept", "task_done", "task_blocked", "task_need_info", "task_wrong_team")
PNG = b"\x89PNG\r\n\x1a\n" + bytes(50)
AWAY = timedelta(minutes=10)
TEN_SECONDS = timedelta(seconds=10)


@contextmanager
def served(app: APIFlask) -> Iterator[str]:
    """Serve the pages from a thread of this process; yields the address of the hook."""
    server = make_server("127.0.0.1", free_port(), app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/hooks/slack"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@dataclass
class Storm:
    """A room whose operations sit in Slack, and everything that goes wrong between the two."""

    room: Room
    slack: SlackStandIn
    tom: Actor
    user: User
    dice: Random
    tally: Tally
    good: list[Delivery] = field(default_factory=list)
    held: list[dict[str, Any]] = field(default_factory=list)
    photos: int = 0

    @property
    def desk(self) -> Desk:
        """Return the desk."""
        return self.room.desk

    def tasks(self) -> list[Task]:
        """Return the tasks as they are now."""
        query = select(Task).order_by(Task.id).execution_options(populate_existing=True)
        return list(self.desk.session.scalars(query))

    def card(self, task: Task) -> Message | None:
        """Return the card of a task."""
        room, _, ts = task.card_provider_id.partition(":")
        return self.slack.workspace.messages.get((room, ts))

    def work(self) -> None:
        """Let a worker do what waits, and a little time pass."""
        while apply_events(self.desk):
            pass
        while send(self.desk):
            pass
        while fetch_task_photos(self.desk):
            pass
        self.desk.session.commit()
        self.room.clock.at += TEN_SECONDS

    def step(self) -> None:
        """Do one thing, whatever the dice say."""
        task = self.dice.choice(self.tasks())
        self.dice.choice(
            (self.press, self.press, self.say, self.again, self.hold, self.late, self.forge, self.move, self.trouble)
        )(task)
        self.fill_in()

    def press(self, task: Task) -> None:
        """Press a button that the card shows."""
        payload = self.payload(task)
        if payload is not None:
            self.sent(self.slack.courier.interact(self.slack.people.interactivity_url, payload))

    def payload(self, task: Task) -> dict[str, Any] | None:
        """Return a press of a button that the card shows now."""
        card = self.card(task)
        if card is None:
            return None
        try:
            return self.slack.people.press_payload(card.channel, card.ts, self.dice.choice(BUTTONS), self.user.id)
        except LookupError:  # a card of finished work has no buttons
            return None

    def hold(self, task: Task) -> None:
        """Keep a press back, to let it come after others."""
        payload = self.payload(task)
        if payload is not None:
            self.held.append(payload)

    def late(self, _task: Task) -> None:
        """Let the presses that were kept back come, in any order, some of them twice."""
        self.dice.shuffle(self.held)
        for each in self.held:
            for _ in range(self.dice.choice((1, 2))):
                self.sent(self.slack.courier.interact(self.slack.people.interactivity_url, each))
        self.held.clear()

    def say(self, task: Task) -> None:
        """Write in the thread of a card; Slack tells us of it until we have heard."""
        card = self.card(task)
        if card is not None:
            for each in self.slack.thread_reply(card, f"We are at it. {self.tally.token()}", self.user):
                self.sent(each)

    def again(self, _task: Task) -> None:
        """Send the very same call again, as a retry or a thief does."""
        fresh = [each for each in self.good[-20:] if self.age(each) < timedelta(minutes=4)]
        if fresh:
            assert self.slack.courier.replay(self.dice.choice(fresh)).status == 200

    def forge(self, task: Task) -> None:
        """Press with another secret, or too long ago."""
        payload = self.payload(task)
        if payload is None:
            return
        wrong = self.dice.choice(({"secret": "f" * 32}, {"age": 301.0}, {"age": -301.0}))
        url = self.slack.people.interactivity_url
        assert self.slack.courier.interact(url, payload, **wrong).status == 401

    def move(self, task: Task) -> None:
        """Move the task on the board meanwhile."""
        wanted = self.dice.choice(sorted(MOVES[TaskState(task.state)] - {TaskState.BLOCKED}))
        try:
            with self.desk.transaction():
                move_task(self.desk, read_directory(self.desk), self.tom, task, wanted)
        except HubError:
            pass

    def trouble(self, _task: Task) -> None:
        """Let Slack fail for some calls."""
        self.slack.script(self.dice.choice(TROUBLES), times=self.dice.randint(1, 4))

    def fill_in(self) -> None:
        """Fill in the modals that are open, one of them twice."""
        apply_events(self.desk)
        for view in list(self.slack.workspace.views.values()):
            if view.state != "open":
                continue
            values: dict[str, dict[str, Any]] = {"words": {"words": "No parts until Friday"}}
            for block in view.payload["blocks"]:
                if block["block_id"] == "date":
                    values["date"] = {"date": (self.room.clock.at + timedelta(days=3)).date().isoformat()}
                if block["block_id"] == "choice":
                    values["choice"] = {"choice": self.dice.choice(("maintenance", "leasing", "billing"))}
                if block["block_id"] == "photos" and self.dice.random() < 0.5:
                    values["photos"] = {"photos": [("done.png", "image/png", PNG)]}
                    self.photos += 1
            self.sent(self.slack.submit_view(view.id, values))

    def sent(self, delivery: Delivery) -> None:
        """Note a call that had to be taken, in time."""
        assert (delivery.status, delivery.problem) == (200, "")
        self.good.append(delivery)

    def age(self, delivery: Delivery) -> timedelta:
        """Return how old a call is by its own timestamp."""
        return timedelta(seconds=self.room.clock.at.timestamp() - int(delivery.headers["X-Slack-Request-Timestamp"]))

    def settle(self) -> None:
        """Let Slack be well again and everything that waits be done."""
        self.slack.faults.clear()
        self.late(self.tasks()[0])
        for _ in range(60):
            self.fill_in()
            self.work()
            rows = [each for each in self.room.rows() if each.state in WAITING]
            if not rows:
                return
            self.room.clock.at = max(self.room.clock.at, min(each.next_at for each in rows)) + TEN_SECONDS

    def notes(self) -> list[str]:
        """Return what was written in threads, as the tasks have it."""
        query = select(TaskEvent.facts).where(TaskEvent.kind == "comment").order_by(TaskEvent.id)
        return [str(each.get("text", "")) for each in self.desk.session.scalars(query)]


def test_c25_a_storm_of_presses_leaves_card_and_record_the_same(
    app: APIFlask, desk: Desk, clock: FixedClock, judge: Judge, scale: Scale
) -> None:
    dice, tally = scale.dice("C25"), Tally.begin("C25", scale.seed)
    with served(app) as hook, SlackStandIn(interactivity_url=hook, events_url=hook) as slack:
        slack.courier.now = lambda: clock.now().timestamp()
        storm = furnish(desk, clock, slack, dice, tally, tasks=scale.pick(4, 30))
        storm.work()

        for number in range(scale.pick(45, 1500)):
            storm.step()
            if dice.random() < 0.6:
                storm.work()
            if number == scale.pick(22, 700):
                away(storm)
        storm.settle()
        storm.settle()

        judge("C25", tally, storm.room, look=storm.notes, seconds=30)
        check_once(storm)
        check_cards(storm)
        check_photos(storm)


def furnish(desk: Desk, clock: FixedClock, slack: SlackStandIn, dice: Random, tally: Tally, *, tasks: int) -> Storm:
    """Found a company whose operations sit in one channel, with some tasks of residents."""
    room = Room.furnish(desk, clock)
    room = replace(room, desk=replace(room.desk, settings=replace(room.desk.settings, outside="real")))
    with room.desk.transaction():
        secrets = {
            "bot_token": slack.workspace.bot_token,
            "signing_secret": slack.workspace.signing_secret,
            "team_id": slack.workspace.team_id,
            "api_base": slack.url,
            "channel": slack.add_channel("operations").id,
        }
        connect_account(room.desk, room.company, "slack", slack.workspace.team_id, secrets)
    for number in range(tasks):
        (message,) = take_in(
            room.desk, mail(f"The tap drips {number}", sender=f"p{number}@example.com", subject=f"Tap {number}")
        )
        with room.desk.transaction():
            make_task(room.desk, room.maria, message.ticket_id, team="maintenance", title=f"Tap {number}", text="")
    tom = make_agent(room.desk, room.company, "Tom Ritter", Role.OPERATIONS)
    return Storm(room, slack, tom, slack.add_user("Tom Ritter"), dice, tally)


def away(storm: Storm) -> None:
    """Let Slack be away for ten minutes while the board goes on, and catch up by itself."""
    storm.slack.script("503", times=1000)
    until = storm.room.clock.at + AWAY
    while storm.room.clock.at < until:
        storm.move(storm.dice.choice(storm.tasks()))
        storm.work()
        storm.room.clock.at += timedelta(seconds=50)
    storm.slack.faults.clear()


def check_once(storm: Storm) -> None:
    """Every call counts once however often it came, and every step of a task stands on its ticket."""
    session = storm.desk.session
    events = session.scalars(select(ProviderEvent).where(ProviderEvent.provider == "slack")).all()
    assert all(each.applied_at is not None for each in events)
    assert len(events) <= len({each.body for each in storm.good})
    steps = select(TaskEvent).where(TaskEvent.kind == "moved").order_by(TaskEvent.id)
    lines = select(TicketEvent).where(TicketEvent.kind == "task moved").order_by(TicketEvent.id)
    moved = [(each.task_id, each.facts["state"]) for each in session.scalars(steps)]
    told = [(each.facts["task"], each.facts["state"]) for each in session.scalars(lines)]
    assert sorted(moved) == sorted(told)


def check_photos(storm: Storm) -> None:
    """Every photo that was sent with finished work came to its task, once, and is announced once."""
    session = storm.desk.session
    rows = session.scalars(select(TaskPhoto).order_by(TaskPhoto.id)).all()
    told = session.scalars(select(TicketEvent).where(TicketEvent.facts["photo"].astext != "")).all()
    assert [each.next_at for each in rows if each.next_at is not None or not each.sha256] == []
    assert len(rows) == storm.photos
    assert sorted(each.facts["photo"] for each in told) == sorted(str(each.public_id) for each in rows)


def check_cards(storm: Storm) -> None:
    """There is one card a task where the task is known to stand, and it says what the record says."""
    for task in storm.tasks():
        card = storm.card(task)
        assert card is not None
        state = STATE_WORDS[TaskState(task.state)]
        assert card.text == f"T-{task.id} {task.title}: {state}"
        assert state in json.dumps(card.blocks)
        if task.blocked_reason:
            assert task.blocked_reason in json.dumps(card.blocks)
