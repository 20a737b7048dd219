"""Orders over HTTP: placed on the task's page, taken on a phone without account or script, and no secret for a guess."""

from __future__ import annotations

import io
import re
from datetime import datetime, timedelta

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select
from werkzeug.test import TestResponse

from hub.clock import FixedClock
from hub.desk import Desk
from hub.domain.access import Role
from hub.models import Order, OrderPhoto, Task, Ticket
from tests.api.conftest import program_for
from tests.factories import make_agent, make_company
from tests.services.ordering import MORNING, NOVAK, NOVAKS_PHONE, Work
from tests.web.visitors import sign_in, token_on, visit

FORM_ID = re.compile(r'name="form_id" value="([^"]+)"')


def photo() -> tuple[io.BytesIO, str]:
    """Return a photo as a phone sends it, with where it was taken."""
    taken = Image.Exif()
    taken[0x9286] = "at home"
    data = io.BytesIO()
    Image.new("RGB", (64, 48), "#88aacc").save(data, "JPEG", exif=taken)
    data.seek(0)
    return data, "IMG_1.jpg"


def press(phone: FlaskClient, link: str, step: str, **given: object) -> TestResponse:
    """Open the link, fill in a form and send it."""
    page = phone.get(link).get_data(as_text=True)
    found = FORM_ID.search(page)
    data = {"csrf_token": token_on(page), "form_id": found.group(1) if found else "", "step": step} | given
    return phone.post(link, data=data, content_type="multipart/form-data")


def place(app: APIFlask, desk: Desk, work: Work, **more: str) -> TestResponse:
    """Fill in the form of the task's page as somebody of operations."""
    tom = sign_in(app, desk, work.tom)
    page = tom.get(f"/tasks/{work.task.id}").get_data(as_text=True)
    given = {
        "csrf_token": token_on(page),
        "craftsman": str(work.hofer.id),
        "scope": "Clear the drain",
        "limit": "180",
        "slot_1_on": "2026-11-18",
        "slot_1_at": "08:00-10:00",
        "needs_photo": "yes",
    }
    return tom.post(f"/tasks/{work.task.id}/orders", data=given | more)


def placed(desk: Desk) -> Order:
    """Return the order there is."""
    desk.session.expire_all()
    return desk.session.scalars(select(Order)).one()


def test_operations_order_a_craftsman_from_the_task(app: APIFlask, desk: Desk, work: Work) -> None:
    form = sign_in(app, desk, work.tom).get(f"/tasks/{work.task.id}").get_data(as_text=True)

    answer = place(app, desk, work)

    order = placed(desk)
    page = sign_in(app, desk, work.tom).get(f"/tasks/{work.task.id}").get_data(as_text=True)
    assert "Hofer Plumbing · plumbing · no insurance date" in form
    assert answer.status_code == 302
    assert (order.limit_cents, len(order.slots)) == (18_000, 1)
    assert datetime.fromisoformat(order.slots[0][0]).hour == 8
    assert f"O-{order.id} Hofer Plumbing" in page
    assert "Next: the craftsman" in page
    assert "Send the order" not in page


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"craftsman": ""}, "Choose a craftsman from the list"),
        ({"scope": ""}, "Say what the craftsman is to do"),
        ({"limit": "a lot"}, "Give an amount like 180"),
        ({"slot_1_on": ""}, "at least one time"),
        ({"slot_1_on": "18.11.2026"}, "Write the day like"),
        ({"slot_1_at": "99:00-10:00"}, "one of the times in the list"),
    ],
)
def test_what_is_missing_is_said_at_its_field(
    app: APIFlask, desk: Desk, work: Work, more: dict[str, str], words: str
) -> None:
    answer = place(app, desk, work, **more)

    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert words in page
    assert "There is a problem" in page
    assert desk.session.scalars(select(Order)).all() == []


def test_a_craftsman_accepts_comes_and_finishes_with_a_photo(
    app: APIFlask, desk: Desk, work: Work, clock: FixedClock
) -> None:
    order = work.order()
    link, phone = f"/o/{work.token(order)}", visit(app)
    before = phone.get(link).get_data(as_text=True)

    accepted = press(phone, link, "accept", slot=MORNING[0].isoformat())
    after = phone.get(link).get_data(as_text=True)
    clock.at = MORNING[0]
    press(phone, link, "arrive")
    refused = press(phone, link, "finish", report="Cleared")
    done = press(phone, link, "finish", report="Cleared", photos=photo())

    assert not [each for each in (NOVAK, "1A", NOVAKS_PHONE, "Key box") if each in before]
    assert "Accept Wed 18 Nov" in before
    assert accepted.status_code == done.status_code == 303
    assert all(each in after for each in (NOVAK, "1A", NOVAKS_PHONE, "Key box"))
    assert refused.status_code == 422
    assert "Add a photo of the finished work" in refused.get_data(as_text=True)
    desk.session.expire_all()
    assert desk.session.get_one(Task, work.task.id).state == "done"
    assert desk.session.get_one(Ticket, work.ticket).blocker == ""
    over = phone.get(link).get_data(as_text=True)
    assert not [each for each in (NOVAK, "1A", NOVAKS_PHONE) if each in over]


def test_the_photo_is_shown_redrawn_to_the_team_and_to_nobody_else(app: APIFlask, desk: Desk, work: Work) -> None:
    order = work.accepted()
    press(visit(app), f"/o/{work.token(order)}", "finish", photos=photo())
    kept = desk.session.scalars(select(OrderPhoto)).one()
    url = f"/tasks/{work.task.id}/order-photos/{kept.public_id}"
    tom = sign_in(app, desk, work.tom)
    stranger = sign_in(app, desk, make_agent(desk, make_company(desk, "Hafen Homes"), "Uwe", Role.OPERATIONS))

    shown = tom.get(url)

    assert url in tom.get(f"/tasks/{work.task.id}").get_data(as_text=True)
    assert (shown.status_code, shown.content_type) == (200, "image/webp")
    assert b"at home" not in shown.data
    assert visit(app).get(f"/o/{work.token(order)}/photos/{kept.public_id}").status_code == 200
    assert [each.get(url).status_code for each in (stranger, visit(app))] == [404, 302]
    assert visit(app).get(f"/o/{'A' * 22}/photos/{kept.public_id}").status_code == 404


@pytest.mark.parametrize("method", ["get", "head", "options"])
def test_a_mail_scanner_changes_nothing(app: APIFlask, desk: Desk, work: Work, method: str) -> None:
    order = work.order()

    for more in ("", "?step=accept", f"?step=accept&slot={MORNING[0].isoformat()}", "?_method=POST"):
        getattr(visit(app), method)(f"/o/{work.token(order)}{more}")

    assert (placed(desk).state, placed(desk).version) == ("offered", 1)


def test_a_guess_reads_like_an_ended_link_and_is_counted(app: APIFlask, desk: Desk, work: Work) -> None:
    work.order()
    guesser, elsewhere = visit(app), {"REMOTE_ADDR": "198.51.100.7"}

    answers = [guesser.get(f"/o/{'A' * 21}{each % 10}", environ_overrides=elsewhere).status_code for each in range(32)]

    assert answers[:30] == [404] * 30
    assert answers[30:] == [429, 429]


def test_a_cancelled_order_says_so_and_an_old_link_too(
    app: APIFlask, desk: Desk, work: Work, clock: FixedClock
) -> None:
    order = work.order()
    link = f"/o/{work.token(order)}"
    phone = visit(app)
    page = phone.get(link).get_data(as_text=True)
    tom = sign_in(app, desk, work.tom)
    task_page = tom.get(f"/tasks/{work.task.id}").get_data(as_text=True)
    tom.patch(f"/orders/{order.id}", data={"csrf_token": token_on(task_page), "step": "cancel"})

    late = phone.post(
        link, data={"csrf_token": token_on(page), "step": "accept", "slot": MORNING[0].isoformat(), "form_id": "x"}
    )
    shown = phone.get(link).get_data(as_text=True)
    clock.at += timedelta(days=15)
    ended = phone.get(link)

    assert late.status_code == 409
    assert "was cancelled: please do not come" in late.get_data(as_text=True)
    assert "This order was cancelled" in shown
    assert "Accept" not in shown
    assert ended.status_code == 409
    assert "This link has ended" in ended.get_data(as_text=True)


def test_a_step_that_is_none_changes_nothing(app: APIFlask, desk: Desk, work: Work) -> None:
    order = work.order()
    link = f"/o/{work.token(order)}"

    answers = [press(visit(app), link, step).status_code for step in ("", "cancel", "agree", "expire")]

    assert answers == [409] * 4
    assert placed(desk).state == "offered"


def test_the_directory_shows_trade_area_and_insurance(app: APIFlask, desk: Desk, work: Work) -> None:
    work.hofer.areas = "Park 3, 10999"
    desk.session.commit()
    tom = sign_in(app, desk, work.tom)

    pages = [
        tom.get(f"/craftsmen?{query}").get_data(as_text=True)
        for query in ("", "trade=plumbing&area=park+3", "trade=heating", "area=Lindenhof")
    ]

    assert ["Hofer Plumbing" in each for each in pages] == [True, True, False, False]
    assert "No craftsman matches" in pages[2]
    assert "Novak" not in pages[0]


def test_a_program_reads_orders_without_the_link(app: APIFlask, desk: Desk, work: Work) -> None:
    order = work.order()
    program = program_for(app, desk, work.tom.agent_id or 0)

    listed = program.get("/orders?state=offered")
    one = program.get(f"/orders/{order.id}")

    assert listed.json is not None
    assert one.json is not None
    assert [each["number"] for each in listed.json["items"]] == [order.id]
    assert (one.json["state"], one.json["next"], one.json["craftsman"]) == ("offered", "craftsman", "Hofer Plumbing")
    assert work.token(order) not in listed.text + one.text
    assert program.get(f"/orders/{order.id + 1}").status_code == 404
