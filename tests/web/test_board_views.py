"""The board over HTTP: columns or rows, narrowed, and each step also without script."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from html import unescape

import pytest
from apiflask import APIFlask
from sqlalchemy import insert

from channels.message import Outcome, Receipt
from hub.clock import FixedClock
from hub.desk import Desk
from hub.domain.task import TaskState
from hub.models import ChannelAccount, Task
from hub.services.operations.tasks import move_task
from hub.services.settings.configuration import read_directory
from tests.factories import save
from tests.services.ordering import Work
from tests.services.steps import Provider, send_all
from tests.web.visitors import sign_in, token_on


def test_the_list_has_a_select_of_the_status_for_each_task(app: APIFlask, desk: Desk, work: Work) -> None:
    tom = sign_in(app, desk, work.tom)
    page = tom.get("/board?as=list").get_data(as_text=True)

    answer = tom.patch(f"/tasks/{work.task.id}", data={"csrf_token": token_on(page), "status": "scheduled"})

    desk.session.expire_all()
    assert f'aria-label="Status of T-{work.task.id}"' in page
    assert answer.status_code == 302
    assert desk.session.get_one(Task, work.task.id).state == "scheduled"


def test_to_be_blocked_a_card_leads_to_why_and_until_when(app: APIFlask, desk: Desk, work: Work) -> None:
    tom = sign_in(app, desk, work.tom)
    page = tom.get("/board").get_data(as_text=True)

    answer = tom.patch(f"/tasks/{work.task.id}", data={"csrf_token": token_on(page), "status": "blocked"})
    asked = tom.get(answer.location).get_data(as_text=True)

    assert "Move to Blocked" in page
    assert answer.location == f"/tasks/{work.task.id}?blocked"
    assert re.search(r'<details class="task-form"\s+open', asked)


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", True),
        ("team=maintenance", True),
        ("team=billing", False),
        ("team=nonsense", True),
        ("property={home}", True),
        ("property=999999", False),
        ("property=99999999999999999999999", True),
        ("person={tom}", True),
        ("person=999999&as=list", False),
        ("person=%00", True),
    ],
)
def test_the_board_is_narrowed_by_team_property_and_person(
    app: APIFlask, desk: Desk, work: Work, query: str, shown: bool
) -> None:
    work.task.assignee_id = work.tom.agent_id
    desk.session.commit()
    query = query.format(home=work.task.property_id, tom=work.tom.agent_id)

    page = sign_in(app, desk, work.tom).get(f"/board?{query}").get_data(as_text=True)

    assert (f'href="/tasks/{work.task.id}"' in page) is shown
    assert "Park 3" in page
    assert "Tom Ritter" in page


def many_tasks(desk: Desk, work: Work, state: TaskState, count: int) -> None:
    """Give the company many tasks that stand alike, all newer than those it has."""
    values = {"company_id": work.task.company_id, "kind": "repair", "team": "maintenance", "state": state}
    desk.session.execute(insert(Task), [{**values, "title": f"Work {at}"} for at in range(count)])
    desk.session.commit()


def tasks_in(page: str) -> list[int]:
    """Return the tasks a page shows, in its order."""
    return [int(number) for number in re.findall(r'class="card-title" href="/tasks/(\d+)"', page)]


def test_the_board_says_how_many_more_there_are_and_leads_to_each_of_them(
    app: APIFlask, desk: Desk, work: Work
) -> None:
    many_tasks(desk, work, TaskState.BLOCKED, 450)
    tom = sign_in(app, desk, work.tom)
    page = tom.get("/board?team=maintenance").get_data(as_text=True)
    blocked = re.search(r'<a href="([^"]+status=blocked[^"]*)">Show 250 more</a>', page)
    waiting = re.search(r'<a href="([^"]+status=to_do[^"]*)">Show 1 more</a>', page)
    assert blocked is not None
    assert waiting is not None

    second = tom.get(unescape(blocked[1])).get_data(as_text=True)
    more = re.search(r'<a href="([^"]+)">Show 50 more</a>', second)
    assert more is not None
    third = tom.get(unescape(more[1])).get_data(as_text=True)
    other = tom.get(unescape(waiting[1])).get_data(as_text=True)

    shown = [tasks_in(each) for each in (page, second, third)]
    assert [len(each) for each in shown] == [200, 200, 50]
    assert len({number for each in shown for number in each}) == 450
    assert "team=maintenance" in blocked[1]
    assert re.search(r'Blocked <span class="count">450</span>', re.sub(r"\s+", " ", page))
    assert re.search(r"Show \d+ more", third) is None
    assert "Back to the start" in third
    assert tasks_in(other) == [work.task.id]


def test_a_list_of_one_status_shows_that_alone(app: APIFlask, desk: Desk, work: Work) -> None:
    many_tasks(desk, work, TaskState.SCHEDULED, 3)
    tom = sign_in(app, desk, work.tom)

    page = tom.get("/board?as=list&status=to_do").get_data(as_text=True)
    foreign = tom.get("/board?as=list&cursor=nonsense")

    assert tasks_in(page) == [work.task.id]
    assert foreign.status_code == 422


def test_operations_ask_and_an_agent_answers_on_the_task(app: APIFlask, desk: Desk, work: Work) -> None:
    tom, maria = sign_in(app, desk, work.tom), sign_in(app, desk, work.office.maria)
    url = f"/tasks/{work.task.id}"

    empty = tom.post(f"{url}/questions", data={"csrf_token": token_on(tom.get(url).get_data(as_text=True))})
    tom.post(
        f"{url}/questions",
        data={"csrf_token": token_on(tom.get(url).get_data(as_text=True)), "question": "May we come at nine?"},
    )
    asked = maria.get(url).get_data(as_text=True)
    ticket = maria.get(f"/inbox/all/{work.ticket}").get_data(as_text=True)
    maria.post(f"{url}/comments", data={"csrf_token": token_on(asked), "comment": "Yes, Jan Novak is at home"})
    answered = tom.get(url).get_data(as_text=True)

    assert empty.status_code == 422
    assert "Answer operations" in asked
    assert f"Operations ask: T-{work.task.id}: May we come at nine?" in ticket
    assert "Yes, [name] is at home" in answered
    assert "Novak" not in answered


def test_the_board_says_since_when_slack_is_not_reached_and_when_it_is_again(
    app: APIFlask, desk: Desk, work: Work, clock: FixedClock
) -> None:
    save(
        desk,
        ChannelAccount(company_id=work.office.company.id, channel="slack", address="t1", settings={"channel": "C1"}),
    )
    slack = Provider(desk.channels["slack"], [Receipt(Outcome.RETRY, error="Slack could not be reached.")])
    scripted = replace(desk, channels={**desk.channels, "slack": slack})
    tom = sign_in(app, desk, work.tom)
    unused = tom.get("/board").get_data(as_text=True)
    with scripted.transaction():
        move_task(scripted, read_directory(scripted), work.tom, work.task, TaskState.SCHEDULED)
    send_all(scripted)

    away = tom.get("/board").get_data(as_text=True)
    clock.at += timedelta(minutes=10)
    send_all(scripted)
    back = tom.get("/board").get_data(as_text=True)

    assert "Slack" not in unused.split("<main", 1)[1]
    assert "Slack not reached since 10:00, 1 update waits" in away
    assert "Slack, synced 10:10" in back
