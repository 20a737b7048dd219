"""Tickets for programs: listed by activity, searched, changed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from apiflask import APIFlask
from sqlalchemy import select

from hub.clock import FixedClock
from hub.desk import Desk
from hub.domain.access import Role
from hub.models import Company, Ticket, TicketEvent
from hub.services.sending.reply import write_note
from tests.api.arrivals import take_in
from tests.api.conftest import Program, program_as
from tests.factories import make_agent, make_contact, make_lease, make_unit, save

FILTERS = ("queue=billing", "status=closed", "assignee=me", "assignee=none", "quarantined=true", "")


def numbers(program: Program, query: str = "") -> list[int]:
    answer = program.get(f"/tickets{query}")
    assert answer.status_code == 200, answer.text
    return [each["number"] for each in answer.get_json()["items"]]


def make_tickets(desk: Desk, company: Company, clock: FixedClock, count: int, **more: object) -> list[int]:
    """Make tickets, each a minute newer than the one before but every third, which is as new."""
    made = []
    for number in range(count):
        at = clock.at + timedelta(minutes=number - number % 3)
        made.append(save(desk, Ticket(company_id=company.id, channel="email", last_activity_at=at, **more)).id)
    return made


def test_a_ticket_shows_what_its_page_shows(desk: Desk, company: Company, maria: Program) -> None:
    aylin = make_contact(desk, company, email="aylin@example.com")
    make_lease(desk, make_unit(desk, company), aylin)
    message = take_in(desk, company, subject="No hot water")

    shown = maria.get(f"/tickets/{message.ticket_id}").get_json()

    assert (shown["subject"], shown["status"], shown["queue"]) == ("No hot water", "new", "front-desk")
    assert shown["requester"] == {"id": aylin.id, "name": "Aylin Demir", "role": "resident"}
    assert shown["unit"]["label"] == "Lindenhof 12 3B"
    assert shown["created_at"] == "2026-11-16T09:00:00Z"
    assert shown == maria.get("/tickets").get_json()["items"][0]


def test_pages_follow_each_other_without_a_gap_or_a_double(
    desk: Desk, company: Company, maria: Program, clock: FixedClock
) -> None:
    made = make_tickets(desk, company, clock, 120)
    seen: list[int] = []
    cursor = ""

    while True:
        page = maria.get(f"/tickets?cursor={cursor}").get_json()
        seen += [each["number"] for each in page["items"]]
        if page["next"] is None:
            break
        cursor = page["next"]

    assert seen == sorted(made, key=lambda number: ((number - 1) // 3, number), reverse=True)


@pytest.mark.parametrize(("asked", "given"), [("1", 1), ("7", 7), ("200", 120), ("", 50)])
def test_a_page_has_as_many_rows_as_asked_for(
    desk: Desk, company: Company, maria: Program, clock: FixedClock, asked: str, given: int
) -> None:
    make_tickets(desk, company, clock, 120)

    query = f"?limit={asked}" if asked else ""

    assert len(numbers(maria, query)) == given


@pytest.mark.parametrize("asked", ["0", "-1", "201", "100000", "9" * 30, "abc", "1e3", "1.0", "", " 7"])
@pytest.mark.parametrize("path", ["/tickets", "/outbox", "/contacts", "/tasks"])
def test_a_page_that_cannot_be_is_refused_with_what_is_allowed(
    company: Company, maria: Program, path: str, asked: str
) -> None:
    answer = maria.get(path, query_string={"limit": asked})

    assert (answer.status_code, answer.content_type) == (422, "application/problem+json")
    assert answer.get_json()["errors"] == [{"field": "limit", "detail": "give a whole number from 1 to 200"}]


@pytest.mark.parametrize(
    "query",
    [
        *("limit=abc", "limit=1e3", "limit=١٢", "cursor=abc", "cursor=%00", "cursor=MTIz"),
        *(
            "status=banana",
            "queue=general",
            "assignee=x",
            "assignee=0",
            "quarantined=perhaps",
            "page=2",
            "sort=password",
        ),
    ],
)
def test_a_filter_that_is_none_is_refused_by_name(company: Company, maria: Program, query: str) -> None:
    answer = maria.get(f"/tickets?{query}")

    assert answer.status_code == 422
    assert [each["field"] for each in answer.get_json()["errors"]] == [query.partition("=")[0]]


def test_a_filter_that_stands_twice_is_refused(company: Company, maria: Program) -> None:
    answer = maria.get("/tickets?status=open&status=closed")

    assert answer.status_code == 400
    assert "status" in answer.get_json()["detail"]


def test_filters_narrow_the_list(
    app: APIFlask, desk: Desk, company: Company, maria: Program, clock: FixedClock
) -> None:
    jonas = program_as(app, desk, company, Role.AGENT, name="Jonas Weber")
    mine, his, nobodys, closed, blocked = make_tickets(desk, company, clock, 5)
    maria.patch(f"/tickets/{mine}", {"assignee": "me", "queue": "billing"})
    maria.patch(f"/tickets/{his}", {"assignee": jonas.agent_id})
    maria.patch(f"/tickets/{closed}", {"status": "closed"})
    desk.session.get_one(Ticket, blocked).quarantined = True
    desk.session.commit()

    found = {query: set(numbers(maria, f"?{query}")) for query in (*FILTERS, f"assignee={jonas.agent_id}")}

    assert found == {
        "queue=billing": {mine},
        "status=closed": {closed},
        "assignee=me": {mine},
        f"assignee={jonas.agent_id}": {his},
        "assignee=none": {nobodys, closed},
        "quarantined=true": {blocked},
        "": {mine, his, nobodys, closed},
    }


def test_search_finds_words_names_and_numbers(desk: Desk, company: Company, maria: Program) -> None:
    make_contact(desk, company, "Aylin Demir", email="aylin@example.com")
    tap = take_in(desk, company, "Der Wasserhahn in der Küche tropft.").ticket_id
    key = take_in(desk, company, "I lost my key.", sender="jan@example.com", subject="Key").ticket_id
    with desk.transaction():
        write_note(desk, make_agent(desk, company), key, "Locksmith Hofer is on the way.")

    found = {
        question: numbers(maria, f"?q={question}")
        for question in ("wasserhahn", "kuche", "lost key", '"lost my"', "hofer", "aylin", f"%23{tap}", f"{key}", "nothing")
    }  # fmt: skip

    assert found == {
        "wasserhahn": [tap],
        "kuche": [tap],
        "lost key": [key],
        '"lost my"': [key],
        "hofer": [key],
        "aylin": [tap],
        f"%23{tap}": [tap],
        f"{key}": [key],
        "nothing": [],
    }


@pytest.mark.parametrize(
    "question",
    ["a %26 | (", "!!!", '"', "x" * 1000, "a%00b", "the of", "(a*)*b", "%25 _ \\", "' OR 1=1 --", "<->", ":*", "-", "99999999999999999999"],
)  # fmt: skip
def test_any_question_is_answered(company: Company, maria: Program, question: str) -> None:
    assert numbers(maria, f"?q={question}") == []


def test_a_change_is_one_line_of_history_each(desk: Desk, company: Company, maria: Program, clock: FixedClock) -> None:
    (number,) = make_tickets(desk, company, clock, 1)

    answer = maria.patch(
        f"/tickets/{number}",
        {
            "queue": "maintenance",
            "assignee": "me",
            "priority": "high",
            "status": "open",
            "tags": ["water", "urgent "],
            "snooze_until": "2026-11-17T08:00:00+01:00",
        },
    )

    shown = answer.get_json()
    assert (shown["queue"], shown["assignee"]["id"], shown["priority"], shown["status"], shown["tags"], shown["snooze_until"]) == (
        "maintenance", maria.agent_id, "high", "open", ["urgent", "water"], "2026-11-17T07:00:00Z",
    )  # fmt: skip
    kinds = desk.session.scalars(select(TicketEvent.kind).where(TicketEvent.agent_id == maria.agent_id)).all()
    assert sorted(kinds) == [
        "assigned",
        "priority changed",
        "queue changed",
        "snoozed",
        "status changed",
        "tags changed",
    ]


def test_null_gives_a_ticket_back_and_wakes_it(desk: Desk, company: Company, maria: Program, clock: FixedClock) -> None:
    (number,) = make_tickets(desk, company, clock, 1)
    maria.patch(f"/tickets/{number}", {"assignee": "me", "snooze_until": "2026-11-17T08:00:00Z"})

    shown = maria.patch(f"/tickets/{number}", {"assignee": None, "snooze_until": None}).get_json()

    assert (shown["assignee"], shown["snooze_until"]) == (None, None)


def test_what_is_left_out_stays(desk: Desk, company: Company, maria: Program, clock: FixedClock) -> None:
    (number,) = make_tickets(desk, company, clock, 1)
    before = maria.patch(f"/tickets/{number}", {"assignee": "me", "tags": ["a"]}).get_json()

    after = maria.patch(f"/tickets/{number}", {}).get_json()

    assert after == before | {"version": before["version"] + 1}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"queue": "general"}, "queue"),
        ({"queue": None}, "queue"),
        ({"status": "solved"}, "status"),
        ({"priority": 1}, "priority"),
        ({"tags": "water"}, "tags"),
        ({"tags": [""]}, "tags.0"),
        ({"snooze_until": "tomorrow"}, "snooze_until"),
        ({"snooze_until": 1795315153}, "snooze_until"),
        ({"snooze_until": "2026-11-17T08:00:00"}, "snooze_until"),
        ({"snooze_until": "9999-12-31T23:59:00-14:00"}, "snooze_until"),
        ({"snooze_until": "2020-01-01T00:00:00Z"}, "snooze_until"),
        ({"assignee": "nobody@example.org"}, "assignee"),
        ({"assignee": 4711}, "assignee"),
        ({"subject": "new"}, "subject"),
    ],
)
def test_a_change_that_cannot_be_names_its_field_and_changes_nothing(
    desk: Desk, company: Company, maria: Program, clock: FixedClock, change: dict[str, object], field: str
) -> None:
    (number,) = make_tickets(desk, company, clock, 1)

    answer = maria.patch(f"/tickets/{number}", {"tags": ["kept"], **change} if field != "tags" else change)

    assert answer.status_code == 422
    assert answer.get_json()["errors"][0]["field"].startswith(field)
    assert maria.get(f"/tickets/{number}").get_json()["tags"] == []


def test_who_changes_an_old_version_is_told(desk: Desk, company: Company, maria: Program, clock: FixedClock) -> None:
    (number,) = make_tickets(desk, company, clock, 1)
    version = maria.get(f"/tickets/{number}").get_json()["version"]
    maria.patch(f"/tickets/{number}", {"priority": "high", "version": version})

    answer = maria.patch(f"/tickets/{number}", {"priority": "low", "version": version})

    assert answer.status_code == 409
    assert maria.get(f"/tickets/{number}").get_json()["priority"] == "high"
