"""Linking tickets to a task and telling all of their people, over HTTP."""

from __future__ import annotations

from apiflask import APIFlask

from hub.desk import Desk
from hub.models import Ticket
from tests.services.ordering import Work
from tests.services.steps import mail, outbox, take_in
from tests.web.visitors import sign_in, token_on


def test_an_agent_finds_links_tells_and_unlinks(app: APIFlask, desk: Desk, work: Work) -> None:
    (message,) = take_in(work.office.desk, mail("The sink smells too.", sender="eva@example.com", subject="Sink"))
    maria = sign_in(app, desk, work.office.maria)
    task = f"/tasks/{work.task.id}"
    found = maria.get(f"{task}/tickets?q=sink").get_data(as_text=True)
    csrf = {"csrf_token": token_on(found)}

    maria.post(f"{task}/tickets/{message.ticket_id}", data=csrf)
    shown = maria.get(task).get_data(as_text=True)
    asked = maria.get(f"{task}/tell").get_data(as_text=True)
    nobody = maria.post(f"{task}/tell", data=csrf | {"text": "Hello"})
    told = maria.post(f"{task}/tell", data=csrf | {"text": "We come.", "number": [work.ticket, message.ticket_id]})
    maria.delete(f"{task}/tickets/{message.ticket_id}", data=csrf)
    after = maria.get(task).get_data(as_text=True)

    assert f"Link #{message.ticket_id}" in found
    assert "Tell all 2" in shown
    assert f"Unlink #{message.ticket_id}" in shown
    assert "Hello {{name}}," in asked
    assert (nobody.status_code, told.status_code) == (422, 302)
    assert len(outbox(work.office.desk, "reply")) == 2
    assert f'aria-label="Unlink #{message.ticket_id}"' not in after


def test_who_was_not_told_stands_on_a_page_with_the_reason(app: APIFlask, desk: Desk, work: Work) -> None:
    desk.session.get_one(Ticket, work.ticket).requester_name = "jan@example.com"
    desk.session.commit()
    maria = sign_in(app, desk, work.office.maria)
    task = f"/tasks/{work.task.id}"
    csrf = {"csrf_token": token_on(maria.get(f"{task}/tell").get_data(as_text=True))}

    answer = maria.post(f"{task}/tell", data=csrf | {"text": "Hello {{name}}", "number": work.ticket})

    page = answer.get_data(as_text=True)
    assert "Who was not told" in page
    assert f"#{work.ticket}" in page
    assert "Fill in {{name}} first" in page


def test_operations_have_no_way_to_link_or_to_tell(app: APIFlask, desk: Desk, work: Work) -> None:
    tom = sign_in(app, desk, work.tom)
    page = tom.get(f"/tasks/{work.task.id}").get_data(as_text=True)
    csrf = {"csrf_token": token_on(page)}

    answers = [
        tom.get(f"/tasks/{work.task.id}/tickets"),
        tom.get(f"/tasks/{work.task.id}/tell"),
        tom.post(f"/tasks/{work.task.id}/tell", data=csrf | {"text": "We come.", "number": work.ticket}),
        tom.post(f"/tasks/{work.task.id}/tickets/{work.ticket}", data=csrf),
    ]

    assert [each.status_code for each in answers] == [403] * 4
    assert "Unlink" not in page
    assert "/tell" not in page
