"""Tasks with the fields and the checklist of their kind, over HTTP."""

from __future__ import annotations

import pytest
from apiflask import APIFlask
from sqlalchemy import select

from hub.desk import Desk
from hub.domain.task import TaskKind
from hub.domain.task_kinds import SHEETS
from hub.models import Task
from tests.services.ordering import Work
from tests.web.visitors import sign_in, token_on


@pytest.mark.parametrize("kind", list(TaskKind))
def test_the_form_of_a_kind_asks_for_its_own_things(app: APIFlask, desk: Desk, work: Work, kind: TaskKind) -> None:
    page = sign_in(app, desk, work.tom).get(f"/tasks/new?kind={kind}").get_data(as_text=True)

    assert f"New task: {SHEETS[kind].label}" in page
    asked = {each.name for sheet in SHEETS.values() for each in sheet.questions if f'name="detail_{each.name}"' in page}
    assert asked == {each.name for each in SHEETS[kind].questions}


def test_a_task_is_made_changed_and_checked_on_its_page(app: APIFlask, desk: Desk, work: Work) -> None:
    tom = sign_in(app, desk, work.tom)
    csrf = {"csrf_token": token_on(tom.get("/tasks/new").get_data(as_text=True))}

    refused = tom.post("/tasks", data=csrf | {"kind": "key", "title": "", "team": "maintenance"})
    made = tom.post("/tasks", data=csrf | {"kind": "key", "title": "Spare key", "team": "maintenance"})
    wrong = tom.post(f"{made.location}/details", data=csrf | {"kind": "key", "detail_count": "many", "cost": "1"})
    saved = tom.post(
        f"{made.location}/details",
        data=csrf
        | {"kind": "key", "detail_count": "2", "cost": "12,50", "due": "2026-11-30", "assignee": work.tom.agent_id},
    )
    tom.post(f"{made.location}/checklist", data=csrf | {"step": ["checked", "ordered"]})
    page = tom.get(made.location).get_data(as_text=True)

    assert (refused.status_code, wrong.status_code, saved.status_code) == (422, 422, 302)
    assert "How many: give a whole number." in wrong.get_data(as_text=True)
    assert "Checklist: 2 of 3" in page
    assert "€12.50" in page
    desk.session.expire_all()
    task = desk.session.scalars(select(Task).where(Task.title == "Spare key")).one()
    assert (task.details, task.cost_cents, task.assignee_id) == ({"count": "2"}, 1250, work.tom.agent_id)


def test_customer_service_reads_the_checklist_and_chooses_the_kind_on_the_ticket(
    app: APIFlask, desk: Desk, work: Work
) -> None:
    maria = sign_in(app, desk, work.office.maria)

    task = maria.get(f"/tasks/{work.task.id}").get_data(as_text=True)
    form = maria.get(f"/tickets/{work.ticket}/tasks/new?kind=name_plate").get_data(as_text=True)
    board = maria.get("/tasks/new")
    made = maria.post(
        f"/tickets/{work.ticket}/tasks",
        data={
            "csrf_token": token_on(form),
            "kind": "name_plate",
            "team": "leasing",
            "title": "Plate",
            "detail_plate": "Novak-Lang",
        },
    )

    assert "Checklist: 0 of 4" in task
    assert "Save the checklist" not in task
    assert 'name="detail_plate"' in form
    assert (board.status_code, made.status_code) == (403, 302)
    made_task = desk.session.scalars(select(Task).where(Task.title == "Plate")).one()
    assert made_task.details == {"plate": "Novak-Lang"}


def test_the_board_is_narrowed_by_trade(app: APIFlask, desk: Desk, work: Work) -> None:
    work.task.details = {"trade": "plumbing"}
    desk.session.commit()
    tom = sign_in(app, desk, work.tom)

    shown, hidden = (tom.get(f"/board?trade={each}").get_data(as_text=True) for each in ("plumbing", "lift"))

    assert f'href="/tasks/{work.task.id}"' in shown
    assert f'href="/tasks/{work.task.id}"' not in hidden
