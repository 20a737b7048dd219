"""Work whose truth is elsewhere: the newest word counts, is shown with its age, and is changed nowhere here."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from hub.domain.access import Role
from hub.errors import Forbidden, Invalid, NotFound
from hub.models import Company, OutsideTask
from hub.services.operations.outside_sheets import export_sheet, import_sheet
from hub.services.operations.outside_tasks import (
    Kept,
    Report,
    find_outside_task,
    is_stale,
    keep_report,
    list_outside_tasks,
    outside_tasks_about,
)
from hub.services.tickets.tickets import find_ticket
from tests.factories import make_agent, make_company, make_unit
from tests.services.ordering import Work, make_work
from tests.services.steps import Office, events_of

NINE = datetime(2026, 11, 16, 8, tzinfo=UTC)
MELD = Report("property-meld", "M-7", "Vendor assigned", NINE, words="Hofer comes", url="https://meld.example.org/7")


@pytest.fixture
def work(office: Office) -> Work:
    """Return a drain to clear."""
    return make_work(office)


def keep(work: Work, report: Report = MELD) -> Kept:
    desk = work.office.desk
    with desk.transaction():
        return keep_report(desk, work.tom, desk.session.get_one(Company, work.office.company.id), report)


def take(work: Work, text: str) -> tuple[int, int]:
    desk = work.office.desk
    with desk.transaction():
        company = desk.session.get_one(Company, work.office.company.id)
        done = import_sheet(desk, work.tom, company, text.encode(), name="melds.csv")
    return done.taken, done.older


def test_the_newest_word_counts_whatever_order_words_come_in(work: Work) -> None:
    keep(work, replace(MELD, state="Completed", as_of=NINE + timedelta(hours=1)))

    late = keep(work)

    assert (late.taken, late.new, late.task.state) == (False, False, "Completed")


def test_the_same_report_again_changes_nothing(work: Work) -> None:
    about = replace(MELD, ticket_id=work.ticket)
    first, second = keep(work, about), keep(work, about)

    assert (first.new, second.new, first.task.id) == (True, False, second.task.id)
    assert events_of(work.office.desk, work.ticket).count("work elsewhere") == 1


def test_what_a_later_report_leaves_out_stays(work: Work) -> None:
    keep(work, replace(MELD, ticket_id=work.ticket))

    task = keep(work, replace(MELD, state="Completed", as_of=NINE + timedelta(hours=1))).task

    assert (task.ticket_id, task.state) == (work.ticket, "Completed")
    assert events_of(work.office.desk, work.ticket).count("work elsewhere") == 2


def test_it_is_shown_on_the_ticket_of_its_unit_and_of_its_person(work: Work) -> None:
    desk = work.office.desk
    ticket = find_ticket(desk, work.office.maria, work.ticket)
    abouts: tuple[dict[str, int | None], ...] = (
        {"ticket_id": ticket.id},
        {"unit_id": ticket.unit_id},
        {"contact_id": ticket.contact_id},
        {},
    )
    for number, about in enumerate(abouts):
        keep(work, replace(MELD, outside_id=f"M-{number}", **about))

    found = outside_tasks_about(desk, ticket)

    assert {each.outside_id for each in found} == {"M-0", "M-1", "M-2"}


def test_it_is_stale_after_a_day_without_a_word(work: Work) -> None:
    task = keep(work).task

    assert [is_stale(task, NINE + timedelta(hours=hours)) for hours in (23, 25)] == [False, True]


def test_people_are_taken_out_of_what_other_programs_say(work: Work) -> None:
    task = keep(work, replace(MELD, words="Jan Novak, +49 30 23125 102, is at home", ticket_id=work.ticket)).task

    assert task.words == "[name], [phone], is at home"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"source": "Property Meld"}, "source"),
        ({"source": ""}, "source"),
        ({"outside_id": " "}, "id"),
        ({"outside_id": "x" * 201}, "id"),
        ({"state": ""}, "state"),
        ({"state": "x" * 61}, "state"),
        ({"words": "x" * 2001}, "words"),
        ({"url": "javascript:alert(1)"}, "url"),
        ({"url": "https://user@evil.example/"}, "url"),
        ({"url": "https://[broken"}, "url"),
        ({"as_of": NINE + timedelta(days=400)}, "as_of"),
        ({"ticket_id": 999_999}, "ticket"),
        ({"unit_id": 999_999}, "unit"),
        ({"contact_id": 999_999}, "person"),
    ],
)
def test_a_report_that_cannot_be_names_its_field(work: Work, wrong: dict[str, object], field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        keep(work, replace(MELD, **wrong))

    assert refusal.value.field == field


def test_customer_service_reads_it_and_another_company_does_not(work: Work) -> None:
    desk = work.office.desk
    keep(work)
    stranger = make_agent(desk, make_company(desk, "Other"), "Sam", Role.OPERATIONS)

    assert find_outside_task(desk, work.office.maria, "property-meld", "M-7").state == "Vendor assigned"
    with pytest.raises(NotFound):
        find_outside_task(desk, stranger, "property-meld", "M-7")
    with pytest.raises(Forbidden):
        keep_report(desk, work.office.maria, work.office.company, MELD)
    with pytest.raises(Forbidden):
        keep_report(desk, stranger, work.office.company, MELD)


def test_a_table_is_taken_over_and_says_nothing_twice(work: Work) -> None:
    unit = make_unit(work.office.desk, work.office.company, "Seestr. 4", "2B")
    table = (
        "Source;ID;State;As of;Ticket;Property;Unit;Person\n"
        f"airtable;rec1;Open;2026-11-16T09:00:00+01:00;#{work.ticket};;;\n"
        "airtable;rec2;Open;2026-11-16T09:00:00;;seestr. 4;2b;JAN@example.com\n"
    )

    first, again = take(work, table), take(work, table.replace("09:00", "08:00"))

    rows = {each.outside_id: each for each in list_outside_tasks(work.office.desk, work.tom)}
    assert (first, again) == ((2, 0), (0, 2))
    assert rows["rec1"].ticket_id == work.ticket
    assert (rows["rec2"].unit_id, rows["rec2"].contact_id is not None) == (unit.id, True)


def test_a_table_with_a_wrong_row_is_not_taken_at_all(work: Work) -> None:
    table = (
        "source,id,state,as_of,ticket\n"
        "airtable,1,Open,2026-11-16,\n"
        "airtable,2,,2026-11-16,\n"
        "airtable,3,Open,yesterday,\n"
        "airtable,4,Open,2026-11-16,many\n"
    )

    with pytest.raises(Invalid) as refusal:
        take(work, table)

    assert [f"Row {number}" in str(refusal.value) for number in (2, 3, 4, 5)] == [False, True, True, True]
    assert list_outside_tasks(work.office.desk, work.tom) == []
    with pytest.raises(Invalid, match="lacks the column as_of"):
        take(work, "source,id,state\na,b,c\n")


def test_what_is_taken_along_runs_in_no_spreadsheet_and_comes_back_as_it_was(work: Work) -> None:
    keep(work, replace(MELD, outside_id="=cmd|'/c calc'!A1", state="@SUM(1)", words="+1+1", url=""))

    table = export_sheet(work.office.desk, work.tom)
    taken = take(work, table)

    cells = [cell for line in table.splitlines()[1:] for cell in line.split(",")]
    assert not [cell for cell in cells if cell.lstrip('"').startswith(("=", "+", "@", "-"))]
    assert taken == (1, 0)
    assert work.office.desk.session.query(OutsideTask).count() == 1
