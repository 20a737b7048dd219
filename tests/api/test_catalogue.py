"""People, places, leases, tasks and articles for programs."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from apiflask import APIFlask
from sqlalchemy import select

from hub.clock import FixedClock
from hub.desk import Desk
from hub.domain.access import Role
from hub.models import Article, Company, Contact, Membership, Task, TaskTicket, Ticket, TicketEvent
from tests.api.conftest import Program, program_as
from tests.factories import make_company, make_contact, make_lease, make_unit, save

ANNA = "+12025550123"


def test_a_contact_is_made_found_and_changed(maria: Program) -> None:
    made = maria.post(
        "/contacts",
        json={"name": "Anna Berg", "role": "resident", "emails": ["Anna@Example.COM"], "phones": ["(202) 555-0123"]},
    )

    number = made.get_json()["id"]
    assert made.status_code == 201
    assert [each["value"] for each in made.get_json()["identities"]] == ["anna@example.com", ANNA]
    for question in ("berg", "anna@", "555012"):
        assert [each["id"] for each in maria.get(f"/contacts?q={question}").get_json()["items"]] == [number]
    changed = maria.patch(f"/contacts/{number}", {"note": "Prefers mornings", "insured_until": "2027-01-31"})
    assert (changed.get_json()["note"], changed.get_json()["insured_until"]) == ("Prefers mornings", "2027-01-31")
    assert changed.get_json()["name"] == "Anna Berg"


def test_an_address_is_one_persons(desk: Desk, company: Company, maria: Program) -> None:
    anna = make_contact(desk, company, "Anna Berg", phone=ANNA)
    jan = make_contact(desk, company, "Jan Novak")

    taken = maria.post(f"/contacts/{jan.id}/identities", json={"kind": "phone", "value": ANNA})
    again = maria.post(f"/contacts/{anna.id}/identities", json={"kind": "phone", "value": ANNA})
    added = maria.post(f"/contacts/{jan.id}/identities", json={"kind": "email", "value": "jan@example.com"})

    assert (taken.status_code, again.status_code, added.status_code) == (409, 201, 201)
    assert f"contact {anna.id}" in taken.get_json()["detail"]
    assert len(again.get_json()["identities"]) == 1


def test_what_is_wrong_is_said_in_our_words_alone(maria: Program) -> None:
    refused = maria.post("/contacts", json={"name": "A\nB", "insured_until": "31.02.2026"})

    said = {each["field"]: each["detail"] for each in refused.get_json()["errors"]}
    assert said == {"name": "write it in one line", "insured_until": "write the date like 2026-11-30"}


def test_the_same_address_in_two_companies_is_two_people(app: APIFlask, desk: Desk, company: Company) -> None:
    other = make_company(desk, "Ahornhaus")
    make_contact(desk, other, "Anna Berg", phone=ANNA)
    both = program_as(app, desk, company, Role.AGENT)
    save(desk, Membership(company_id=other.id, agent_id=both.agent_id, role="agent"))

    unsaid = both.post("/contacts", json={"name": "Anna Berg", "phones": [ANNA]})
    said = both.post("/contacts", json={"company": company.slug, "name": "Anna Berg", "phones": [ANNA]})

    assert (unsaid.status_code, unsaid.get_json()["errors"][0]["field"]) == (422, "company")
    assert (said.status_code, said.get_json()["company"]) == (201, company.slug)


@pytest.mark.parametrize(
    ("contact", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "   "}, "name"),
        ({"name": "A\nB"}, "name"),
        ({"name": "A", "emails": ["a@"]}, "emails"),
        ({"name": "A", "emails": ["a@x.example, b@x.example"]}, "emails"),
        ({"name": "A", "phones": ["call me"]}, "phones"),
        ({"name": "A", "role": "admin"}, "role"),
        ({"name": "A", "insured_until": "31.02.2026"}, "insured_until"),
        ({"name": "A", "insured_until": "2026-02-31"}, "insured_until"),
        ({"name": "A", "company": "nowhere"}, "company"),
    ],
)
def test_a_contact_that_cannot_be_names_its_field(
    desk: Desk, maria: Program, contact: dict[str, object], field: str
) -> None:
    answer = maria.post("/contacts", json=contact)

    assert answer.status_code == 422
    assert answer.get_json()["errors"][0]["field"].startswith(field)
    assert desk.session.scalars(select(Contact)).all() == []


def test_the_rent_rolls_id_names_one_person(maria: Program) -> None:
    maria.post("/contacts", json={"name": "Anna Berg", "outside_id": "R-1"})

    assert maria.post("/contacts", json={"name": "Jan Novak", "outside_id": "R-1"}).status_code == 409


def test_an_administrator_makes_places_and_lets_them(desk: Desk, company: Company, admin: Program) -> None:
    anna = make_contact(desk, company, "Anna Berg")
    home = admin.post(
        "/properties", json={"name": "Lindenhof 12", "street": "Lindenhof 12", "city": "Berlin"}
    ).get_json()
    unit = admin.post("/units", json={"property_id": home["id"], "label": "3B", "floor": "3"}).get_json()

    lease = admin.post(
        "/leases",
        json={
            "unit_id": unit["id"],
            "starts_on": "2026-01-01",
            "tenant_ids": [anna.id],
            "rent_cents": 95_000,
            "deposit_cents": 190_000,
        },
    ).get_json()

    assert (lease["rent_cents"], lease["currency"], lease["deposit_cents"]) == (95_000, "EUR", 190_000)
    assert lease["tenants"] == [{"id": anna.id, "name": "Anna Berg"}]
    assert [each["id"] for each in admin.get(f"/units?property={home['id']}").get_json()["items"]] == [unit["id"]]
    assert [each["id"] for each in admin.get(f"/leases?tenant={anna.id}").get_json()["items"]] == [lease["id"]]
    assert admin.patch(f"/units/{unit['id']}", {"label": "3C"}).get_json()["label"] == "3C"
    assert admin.patch(f"/properties/{home['id']}", {"postcode": "12049"}).get_json()["postcode"] == "12049"


def test_two_leases_of_a_unit_never_overlap(desk: Desk, company: Company, admin: Program) -> None:
    anna, jan = make_contact(desk, company, "Anna Berg"), make_contact(desk, company, "Jan Novak")
    unit = make_unit(desk, company)
    make_lease(desk, unit, anna, starts_on=date(2024, 1, 1), ends_on=date(2026, 7, 1))
    lease = {"unit_id": unit.id, "starts_on": "2026-06-01", "tenant_ids": [jan.id], "rent_cents": 1}

    overlapping = admin.post("/leases", json=lease)
    following = admin.post("/leases", json={**lease, "starts_on": "2026-07-01"})

    assert (overlapping.status_code, following.status_code) == (409, 201)
    assert "runs at that time" in overlapping.get_json()["detail"]


def test_a_rent_that_begins_later_leaves_todays_as_it_is(desk: Desk, company: Company, admin: Program) -> None:
    lease = make_lease(desk, make_unit(desk, company), make_contact(desk, company))

    raised = admin.patch(f"/leases/{lease.id}", {"rent": {"starts_on": "2027-01-01", "amount_cents": 120_000}})

    shown = raised.get_json()
    assert shown["rent_cents"] == 114_000
    assert [each["amount_cents"] for each in shown["rents"]] == [114_000, 120_000]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"ends_on": "2021-05-01"}, "ends_on"),
        ({"tenant_ids": [4711]}, "tenant_ids"),
        ({"notice_months": -1}, "notice_months"),
        ({"balance_cents": 10**13}, "balance_cents"),
        ({"balance_cents": 1.5}, "balance_cents"),
        ({"rent": {"starts_on": "2027-01-01"}}, "rent.amount_cents"),
    ],
)
def test_a_lease_that_cannot_be_names_its_field(
    desk: Desk, company: Company, admin: Program, change: dict[str, object], field: str
) -> None:
    lease = make_lease(desk, make_unit(desk, company), make_contact(desk, company))

    answer = admin.patch(f"/leases/{lease.id}", change)

    assert (answer.status_code, answer.get_json()["errors"][0]["field"]) == (422, field)


def test_only_administrators_change_what_the_company_manages(desk: Desk, company: Company, maria: Program) -> None:
    anna = make_contact(desk, company)
    lease = make_lease(desk, make_unit(desk, company), anna)

    statuses = [
        maria.post("/properties", json={"name": "Park 3"}).status_code,
        maria.post("/units", json={"property_id": 1, "label": "9Z"}).status_code,
        maria.patch("/units/1", {"label": "9Z"}).status_code,
        maria.patch(f"/leases/{lease.id}", {"balance_cents": 0}).status_code,
    ]

    assert statuses == [422, 403, 403, 403]


def make_task(desk: Desk, company: Company, **more: object) -> Task:
    values = {"kind": "repair", "title": "Tap drips", "team": "maintenance", "company_id": company.id, **more}
    return save(desk, Task(**values))


def test_operations_move_a_task_and_its_ticket_says_so(desk: Desk, company: Company, tom: Program) -> None:
    ticket = save(desk, Ticket(company_id=company.id, channel="sms", status="on_hold"))
    task = make_task(desk, company)
    save(desk, TaskTicket(company_id=company.id, task_id=task.id, ticket_id=ticket.id))

    blocked = tom.patch(
        f"/tasks/{task.id}", {"state": "blocked", "reason": "part arrives Thursday", "until": "2026-11-19"}
    )

    shown = blocked.get_json()
    assert (shown["state"], shown["blocked_until"], shown["tickets"]) == ("blocked", "2026-11-19", [ticket.id])
    assert ticket.blocker.startswith("Task blocked: part arrives Thursday")
    assert tom.patch(f"/tasks/{task.id}", {"state": "done"}).get_json()["done_at"] is not None
    assert desk.session.scalars(select(TicketEvent.kind)).all() == ["task moved", "task moved"]


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"state": "blocked"}, 422),
        ({"state": "blocked", "reason": "no part"}, 422),
        ({"state": "banana"}, 422),
        ({}, 422),
        ({"state": "to_do"}, 409),
        ({"state": "done", "version": 7}, 409),
    ],
)
def test_a_step_that_does_not_exist_is_refused(
    desk: Desk, company: Company, tom: Program, change: dict[str, object], status: int
) -> None:
    task = make_task(desk, company)

    assert tom.patch(f"/tasks/{task.id}", change).status_code == status
    assert tom.get(f"/tasks/{task.id}").get_json()["state"] == "to_do"


def test_customer_service_reads_tasks_and_moves_none(desk: Desk, company: Company, maria: Program) -> None:
    task = make_task(desk, company)

    assert maria.get(f"/tasks/{task.id}").status_code == 200
    assert maria.patch(f"/tasks/{task.id}", {"state": "done"}).status_code == 403


def test_tasks_are_narrowed_by_state_team_and_ticket(desk: Desk, company: Company, tom: Program) -> None:
    ticket = save(desk, Ticket(company_id=company.id, channel="sms"))
    first = make_task(desk, company)
    second = make_task(desk, company, team="billing", kind="billing_matter")
    third = make_task(desk, company, state="done")
    save(desk, TaskTicket(company_id=company.id, task_id=second.id, ticket_id=ticket.id))

    found = {
        query: [each["number"] for each in tom.get(f"/tasks{query}").get_json()["items"]]
        for query in ("?state=done", "?team=billing", f"?ticket={ticket.id}", "")
    }

    assert found == {
        "?state=done": [third.id],
        "?team=billing": [second.id],
        f"?ticket={ticket.id}": [second.id],
        "": [third.id, second.id, first.id],
    }


def test_articles_are_listed_drafts_too(desk: Desk, company: Company, clock: FixedClock, maria: Program) -> None:
    for slug, audience, published_at in (("heat", "residents", clock.at), ("costs", "owners", None)):
        save(
            desk,
            Article(
                company_id=company.id, slug=slug, title=slug.title(), audience=audience, body="# Hi", published_at=published_at
            ),
        )  # fmt: skip

    found = {
        query: [each["slug"] for each in maria.get(f"/articles{query}").get_json()["items"]]
        for query in ("", "?audience=owners", "?published=true", "?published=false", "?language=de")
    }

    assert found == {
        "": ["costs", "heat"],
        "?audience=owners": ["costs"],
        "?published=true": ["heat"],
        "?published=false": ["costs"],
        "?language=de": [],
    }
    assert maria.get("/articles/1").get_json()["body"] == "# Hi"


def test_a_manager_reads_how_fast_people_are_answered_and_whether_they_like_it(
    desk: Desk, company: Company, ines: Program, clock: FixedClock
) -> None:
    begins = clock.at - timedelta(hours=20)
    for minutes, score in ((10, 10), (20, 9), (60, 3)):
        ticket = save(desk, Ticket(company_id=company.id, channel="email", created_at=begins))
        lines: list[tuple[str, str, datetime, dict[str, int]]] = [
            ("first message", "contact", begins, {}),
            ("reply", "agent", begins + timedelta(minutes=minutes), {}),
        ]
        lines.append(("survey answered", "contact", begins, {"score": score}))
        for kind, by, at, facts in lines:
            event = {"kind": kind, "actor_kind": by, "created_at": at, "facts": facts}
            save(desk, TicketEvent(company_id=company.id, ticket_id=ticket.id, **event))

    figures = ines.get("/metrics?days=7").get_json()

    assert figures["first_response_seconds"]["wall"] == {"average": 1800.0, "median": 1200.0, "p90": 3600.0, "count": 3}
    assert (round(figures["nps"]["score"], 1), figures["nps"]["passives"]) == (33.3, 0)
    assert figures["tickets_by_queue"] == {"front-desk": 3}


def test_metrics_of_nothing_are_null_and_not_zero(ines: Program, maria: Program) -> None:
    figures = ines.get("/metrics").get_json()

    assert (figures["first_response_seconds"]["business"], figures["nps"]) == (None, None)
    assert maria.get("/metrics").status_code == 403


@pytest.mark.parametrize("days", ["0", "-1", "abc", "99999", "1.5"])
def test_a_period_that_is_none_is_refused(ines: Program, days: str) -> None:
    assert ines.get(f"/metrics?days={days}").status_code == 422


@pytest.mark.parametrize(
    ("until", "words"), [("2020-01-01", "is past"), ("soon", "write the date like"), ("2026-02-31", "")]
)
def test_a_block_until_no_day_to_come_is_refused_by_its_field(
    desk: Desk, company: Company, tom: Program, until: str, words: str
) -> None:
    task = make_task(desk, company)

    refused = tom.patch(f"/tasks/{task.id}", {"state": "blocked", "reason": "No parts", "until": until})

    (fault,) = refused.get_json()["errors"]
    assert (refused.status_code, fault["field"]) == (422, "until")
    assert words in fault["detail"]
