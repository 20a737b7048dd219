"""People in Slack: whoever may not act or comes too late is told so alone, and their photos come to the task."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from channels.channel import Account, Action, Unreachable
from channels.egress import RefusedError
from channels.message import Attachment, MediaLink, Outcome, Receipt
from hub.clock import FixedClock
from hub.desk import Desk
from hub.domain.task import TaskState
from hub.errors import NotFound
from hub.models import ChannelAccount, TaskEvent, TaskPhoto, TicketEvent
from hub.services.operations.task_photos import fetch_task_photos, find_own_photo, own_photos
from hub.services.operations.tasks import move_task
from hub.services.sending.provider_events import apply_events, store_actions
from hub.services.settings.configuration import read_directory
from tests.factories import make_agent, make_company, save
from tests.services.ordering import Work, make_work
from tests.services.steps import Office, Provider, events_of

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 50
PHOTO = {"name": "done.png", "type": "image/png", "size": "58", "url": "https://files.slack.com/1"}
PDF = {"name": "bill.pdf", "type": "application/pdf", "size": "9", "url": "https://files.slack.com/2"}


@dataclass
class Slack(Provider):
    """A workspace that keeps what is whispered, and gives files or does not."""

    heard: list[tuple[str, str, str]] = field(default_factory=list)
    files: dict[str, Attachment | Exception] = field(default_factory=dict)

    def whisper(self, account: Account, *, channel: str, user: str, text: str) -> Receipt:
        self.heard.append((channel, user, text))
        return Receipt(Outcome.ACCEPTED)

    def fetch_media(self, link: MediaLink, account: Account) -> Attachment:
        found = self.files.get(link.url, Attachment("done.png", "image/png", PNG))
        if isinstance(found, Exception):
            raise found
        return found


@dataclass(frozen=True)
class Room:
    """A desk with a workspace, and the work in it."""

    desk: Desk
    slack: Slack
    work: Work

    def tell(self, name: str, *, user: str = "U1", text: str = "", key: str = "", **facts: str) -> None:
        subject = f"T-{self.work.task.id}"
        action = Action(key or f"{name}{text}{facts}{user}", name, subject, user, text, {"channel": "C1", **facts})
        with self.desk.transaction():
            store_actions(self.desk, "slack", self.work.office.company.id, [action])
        apply_events(self.desk)
        self.desk.session.expire_all()

    def lines(self) -> list[str]:
        rows = self.desk.session.scalars(
            select(TaskEvent.facts).where(TaskEvent.kind == "comment").order_by(TaskEvent.id)
        )
        return [each["text"] for each in rows]


@pytest.fixture
def room(office: Office) -> Room:
    """Connect a workspace whose people may all act."""
    settings = {"channel": "C1"}
    save(office.desk, ChannelAccount(company_id=office.company.id, channel="slack", address="t1", settings=settings))
    slack = Slack(office.desk.channels["slack"])
    real = replace(office.desk.settings, outside="real")
    desk = replace(office.desk, settings=real, channels={**office.desk.channels, "slack": slack})
    return Room(desk, slack, make_work(replace(office, desk=desk)))


def finish(room: Room) -> None:
    with room.desk.transaction():
        move_task(room.desk, read_directory(room.desk), room.work.tom, room.work.task, TaskState.DONE)


def test_a_late_press_is_answered_to_whoever_pressed_and_changes_nothing(room: Room) -> None:
    finish(room)

    room.tell("task_done")

    assert room.slack.heard == [("C1", "U1", f"T-{room.work.task.id} is Done already: nothing was changed.")]


def test_a_press_that_was_done_already_is_told_so(room: Room) -> None:
    room.tell("task_accept", key="1")
    room.tell("task_accept", key="2")

    assert room.slack.heard == [("C1", "U1", f"T-{room.work.task.id} is In progress already: nothing was changed.")]


def test_a_step_that_cannot_be_says_why(room: Room) -> None:
    finish(room)

    room.tell("task_blocked", text="No parts")

    (_, user, words) = room.slack.heard[-1]
    assert (user, room.work.task.state) == ("U1", "done")
    assert words == f"T-{room.work.task.id} is Done and cannot go to Blocked. Nothing was changed."


def test_only_who_is_listed_may_act(room: Room) -> None:
    account = room.desk.session.scalars(select(ChannelAccount).where(ChannelAccount.channel == "slack")).one()
    account.settings = {"channel": "C1", "people": "U777777 U888888"}
    room.desk.session.commit()

    room.tell("task_done", user="U1")
    room.tell("comment", user="U1", text="hello")
    room.tell("task_accept", user="U888888")

    assert [user for _, user, _ in room.slack.heard] == ["U1", "U1"]
    assert "not on the list" in room.slack.heard[0][2]
    assert (room.work.task.state, room.lines()) == ("in_progress", [])


def test_done_without_a_photo_asks_for_one(room: Room) -> None:
    room.tell("task_done")

    assert room.slack.heard == [
        ("C1", "U1", f"T-{room.work.task.id} is done. Put a photo into this thread, and it comes to the task.")
    ]


def test_done_with_a_photo_keeps_it_on_the_task_and_shows_it_on_the_ticket(room: Room) -> None:
    room.tell("task_done", text="Cleared the trap", files=json.dumps([PHOTO]), user_name="Tom", values="{}")

    fetched = fetch_task_photos(room.desk)

    (photo,) = own_photos(room.desk, room.work.task)
    query = select(TicketEvent).where(TicketEvent.ticket_id == room.work.ticket).order_by(TicketEvent.id.desc())
    shown = room.desk.session.scalars(query).first()
    assert (fetched, room.work.task.state, room.slack.heard) == (1, "done", [])
    assert room.lines() == ["Cleared the trap", "sent a photo"]
    assert shown is not None
    assert shown.facts["photo"] == str(photo.public_id)
    assert "Cleared the trap" not in str(shown.facts)


def test_a_photo_of_work_that_somebody_else_finished_meanwhile_is_kept(room: Room) -> None:
    finish(room)

    room.tell("task_done", files=json.dumps([PHOTO]), user_name="Tom", values="{}")
    fetch_task_photos(room.desk)

    assert len(own_photos(room.desk, room.work.task)) == 1
    assert room.slack.heard[0][2] == (
        f"T-{room.work.task.id} is Done already: nothing was changed. What you sent with it was kept on the task."
    )


def test_finished_work_with_a_file_that_is_no_photo_is_done_and_says_so(room: Room) -> None:
    room.tell("task_done", files=json.dumps([PDF]), values="{}")

    assert (room.work.task.state, fetch_task_photos(room.desk)) == ("done", 0)
    assert room.slack.heard[0][2].startswith("Only photos come to a task")


def test_photos_of_a_thread_come_to_the_task_once(room: Room) -> None:
    files = json.dumps([PHOTO, PDF])
    room.tell("comment", text="Done, see here", key="1", files=files, user_name="Tom")
    room.tell("thread_reply_changed", text="Done, see here!", key="2", files=files, user_name="Tom")

    fetched = [fetch_task_photos(room.desk) for _ in range(3)]

    (photo,) = own_photos(room.desk, room.work.task)
    assert (fetched, photo.content_type, room.desk.storage.get(photo.sha256)) == ([1, 0, 0], "image/png", PNG)
    assert room.lines() == ["Done, see here", "Changed: Done, see here!", "sent a photo"]
    assert room.slack.heard[0][2].startswith("Only photos come to a task")
    assert events_of(room.desk, room.work.ticket)[-1] == "task changed"
    assert find_own_photo(room.desk, room.work.tom, room.work.task.id, photo.public_id) is photo
    stranger = make_agent(room.desk, make_company(room.desk, "Other"), "Sam")
    with pytest.raises(NotFound):
        find_own_photo(room.desk, stranger, room.work.task.id, photo.public_id)


def test_a_photo_that_cannot_be_had_is_tried_for_a_day(room: Room, clock: FixedClock) -> None:
    room.slack.files[PHOTO["url"]] = Unreachable("Slack did not answer.")
    room.tell("comment", text="See", files=json.dumps([PHOTO]))

    tries = 0
    for _ in range(60):
        tries += fetch_task_photos(room.desk)
        clock.at += timedelta(minutes=30)

    assert tries > 5
    assert room.desk.session.scalars(select(TaskPhoto)).one().next_at is None
    assert room.lines()[-1] == "A photo from Slack did not come: Slack did not answer."


@pytest.mark.parametrize(
    "answer",
    [RefusedError("The file is larger than 50 MB."), Attachment("x.svg", "image/svg+xml", b"<svg/>")],
)
def test_what_is_no_photo_after_all_is_refused_at_once(room: Room, answer: Attachment | Exception) -> None:
    room.slack.files[PHOTO["url"]] = answer
    room.tell("comment", text="See", files=json.dumps([PHOTO]))

    assert [fetch_task_photos(room.desk) for _ in range(2)] == [1, 0]
    assert own_photos(room.desk, room.work.task) == []
    assert room.lines()[-1].startswith("A photo from Slack did not come: ")
