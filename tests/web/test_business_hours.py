"""Business hours and holidays as an administrator keeps them: each setting moves a due time that an agent sees."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from hub.clock import FixedClock
from hub.desk import Desk
from hub.domain.access import Role
from hub.models import Ticket, TicketEvent
from tests.factories import make_agent, make_company
from tests.services.steps import Office, mail, take_in, triage_all
from tests.web.visitors import sign_in, token_on

AFTERNOON = datetime(2026, 11, 16, 15, 0, tzinfo=UTC)  # 16:00 in Berlin, two hours before the office closes


@pytest.fixture
def robin(app: APIFlask, office: Office, clock: FixedClock) -> FlaskClient:
    clock.at = AFTERNOON
    return sign_in(app, office.desk, make_agent(office.desk, office.company, "Robin Sander", Role.ADMIN))


@pytest.fixture
def number(office: Office, robin: FlaskClient) -> int:
    (message,) = take_in(office.desk, mail())
    triage_all(office.desk)
    return message.ticket_id


def send(browser: FlaskClient, path: str, **fields: str) -> TestResponse:
    return browser.post(path, data={"csrf_token": token_on(browser.get("/admin/on-call").text)} | fields)


def week(**changes: str) -> dict[str, str]:
    usual = {f"day{each}": "09:00-18:00" if each < 5 else "" for each in range(7)}
    return usual | {"time_zone": "Europe/Berlin"} | changes


def ticket_of(desk: Desk, number: int) -> Ticket:
    desk.session.expire_all()
    return desk.session.get_one(Ticket, number)


def due(desk: Desk, number: int) -> str:
    """Return the day and the hour, in UTC."""
    at = ticket_of(desk, number).due_at
    assert at is not None
    return f"{at:%d. %H:%M}"


def test_hours_move_what_is_due_and_the_history_says_why(office: Office, robin: FlaskClient, number: int) -> None:
    before = due(office.desk, number)
    shown_before = robin.get(f"/inbox/all/{number}").text

    send(robin, "/admin/business-hours", **week(day1="08:00-09:00, 14:00-18:00"))

    event = office.desk.session.query(TicketEvent).filter_by(kind="due changed").one()
    assert before == "17. 10:00"  # 11:00 in Berlin: two hours today, two tomorrow
    assert due(office.desk, number) == "17. 14:00"
    assert event.facts["reason"] == "business hours changed"
    assert event.actor_name == "Robin Sander"
    assert robin.get(f"/inbox/all/{number}").text != shown_before


def test_a_time_zone_moves_what_is_due(office: Office, robin: FlaskClient, number: int) -> None:
    send(robin, "/admin/business-hours", **week(time_zone="America/New_York"))

    assert due(office.desk, number) == "16. 19:00"  # it is ten in the morning in New York


def test_a_team_with_hours_of_its_own_promises_by_them(office: Office, robin: FlaskClient, number: int) -> None:
    everyday = {f"day{each}": "00:00-24:00" for each in range(7)}

    send(robin, "/admin/business-hours", team="leasing", **everyday, time_zone="")
    others = due(office.desk, number)
    send(robin, "/admin/business-hours", team="maintenance", **everyday, time_zone="")

    assert others == "17. 10:00"
    assert due(office.desk, number) == "16. 19:00"


def test_a_team_works_on_holidays_where_it_says_so(office: Office, robin: FlaskClient, number: int) -> None:
    send(robin, "/admin/holidays/close", day="2026-11-17", name="Staff outing")
    closed = due(office.desk, number)

    nothing = {f"day{each}": "" for each in range(7)}
    send(robin, "/admin/business-hours", team="maintenance", **nothing, time_zone="", works_on_holidays="yes")

    assert closed == "18. 10:00"
    assert due(office.desk, number) == "17. 10:00"


def test_public_holidays_of_a_region_move_what_is_due_and_one_may_be_worked(
    office: Office, robin: FlaskClient, number: int
) -> None:
    send(robin, "/admin/holidays/close", day="2026-11-17", name="Staff outing")

    send(robin, "/admin/holidays", country="DE", region="BE")
    in_berlin = due(office.desk, number)
    send(robin, "/admin/holidays", country="DE", region="sn")  # Saxony keeps the Day of Prayer, on 18 November
    in_saxony = due(office.desk, number)
    send(robin, "/admin/holidays/work", worked="2026-11-18")

    assert (in_berlin, in_saxony) == ("18. 10:00", "19. 10:00")
    assert due(office.desk, number) == "18. 10:00"
    assert "open all the same" in robin.get("/admin/holidays").text


def test_a_day_of_ones_own_comes_and_goes(office: Office, robin: FlaskClient, number: int) -> None:
    send(robin, "/admin/holidays/close", day="2026-11-17", name="Staff outing")
    listed = robin.get("/admin/holidays").text
    send(robin, "/admin/holidays/work", worked="2026-11-17")

    assert "Staff outing" in listed
    assert "Staff outing" not in robin.get("/admin/holidays").text
    assert due(office.desk, number) == "17. 10:00"


@pytest.mark.parametrize(
    ("path", "fields", "field", "remedy"),
    [
        ("/admin/business-hours", week(day2="nine to five"), "day2", "Wednesday: write hours such as"),
        ("/admin/business-hours", week(time_zone="Berlin"), "time_zone", "continent and city"),
        ("/admin/business-hours", week(**{f"day{each}": "" for each in range(5)}), "day0", "never opens"),
        ("/admin/holidays", {"country": "XX"}, "country", "Country: choose one"),
        ("/admin/holidays", {"country": "DE", "region": "Bavaria"}, "region", "BY"),
        ("/admin/holidays/close", {"day": "soon", "name": "Outing"}, "day", "Day: choose a date"),
        ("/admin/holidays/close", {"day": "2026-12-01", "name": " "}, "name", "Name: say what day"),
        ("/admin/holidays/close", {"day": "9999-12-31", "name": "The end"}, "day", "between 2000 and 2100"),
    ],
)
def test_a_mistake_names_the_field_and_the_remedy(
    robin: FlaskClient, path: str, fields: dict[str, str], field: str, remedy: str
) -> None:
    answer = send(robin, path, **fields)

    assert answer.status_code == 422
    assert remedy in answer.text
    assert f'id="field-{field}-error"' in answer.text


def test_only_administrators_of_the_company_keep_its_hours(app: APIFlask, office: Office, robin: FlaskClient) -> None:
    other = make_company(office.desk, "Hafen Homes")
    maria = sign_in(app, office.desk, office.maria)

    answers = [
        maria.get("/admin/business-hours").status_code,
        robin.get(f"/admin/business-hours?company={other.slug}").status_code,
        send(robin, "/admin/holidays/close", company=other.slug, day="2026-12-01", name="Eve").status_code,
        robin.get("/admin/business-hours?team=nobody").status_code,
    ]

    assert answers == [403, 404, 404, 404]
