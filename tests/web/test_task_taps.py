"""A link of a mail in a browser: looked at by scanners, tapped by people, twice too."""

from __future__ import annotations

from apiflask import APIFlask

from hub.desk import Desk
from hub.domain.access import Role
from hub.models import Task
from hub.services.operations.task_mail import Tap, make_token, readers_of
from tests.factories import make_agent
from tests.services.ordering import Work
from tests.web.visitors import sign_in, token_on, visit


def test_only_the_button_does_something_and_it_does_it_once(app: APIFlask, desk: Desk, work: Work) -> None:
    url = f"/t/{make_token(desk, work.task, work.tom.agent_id or 0, Tap.BLOCK)}"
    phone = visit(app)

    for _ in range(3):
        phone.head(url)
        page = phone.get(url).get_data(as_text=True)
    desk.session.expire_all()
    looked = desk.session.get_one(Task, work.task.id).state
    csrf = {"csrf_token": token_on(page)}
    empty = phone.post(url, data=csrf)
    first = phone.post(url, data=csrf | {"words": "No parts", "until": "2026-11-20"})
    second = phone.post(url, data=csrf | {"words": "No parts", "until": "2026-11-20"})

    assert "Tom Ritter, one tap does it." in page
    assert not [each for each in ("Novak", "jan@", "+49") if each in page]
    assert looked == "to_do"
    assert (empty.status_code, first.status_code, second.status_code) == (422, 200, 200)
    assert "Say what blocks the work" in empty.get_data(as_text=True)
    assert "customer service tells people why" in first.get_data(as_text=True)
    assert "already: nothing was changed" in second.get_data(as_text=True)


def test_a_guess_is_told_nothing_and_may_not_be_made_for_long(app: APIFlask, desk: Desk, work: Work) -> None:
    phone = visit(app)
    guess = f"/t/{work.task.id}-{work.tom.agent_id}-accept-1893456000-{'A' * 22}"

    elsewhere = {"REMOTE_ADDR": "198.51.100.77"}
    answers = [phone.get(guess, environ_base=elsewhere).status_code for _ in range(32)]

    assert answers[0] == 404
    assert answers[-1] == 429


def test_administrators_say_who_gets_tasks_by_mail(app: APIFlask, desk: Desk, work: Work) -> None:
    admin = sign_in(app, desk, make_agent(desk, work.office.company, "Ada", Role.ADMIN))
    csrf = {"csrf_token": token_on(admin.get("/admin/task-mail").get_data(as_text=True))}

    wrong = admin.post("/admin/task-mail", data=csrf | {"maintenance": "friends"})
    saved = admin.post("/admin/task-mail", data=csrf | {"maintenance": "all"})

    desk.session.expire_all()
    assert (wrong.status_code, saved.status_code) == (422, 302)
    assert readers_of(work.office.company, "maintenance") == "all"
