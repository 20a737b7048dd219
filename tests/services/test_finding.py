"""What a search finds, and what it never shows."""

from __future__ import annotations

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Dialect, select
from sqlalchemy.dialects import postgresql

from hub.desk import Desk
from hub.domain.access import THE_DESK, Role
from hub.models import Company, Order, Property, Task, TaskTicket, Ticket
from hub.services.inbox.finding import found_by, search_tickets
from hub.services.intake import accept, receive
from hub.services.tickets.search import name_words
from tests.factories import make_agent, make_company, make_contact, make_lease, make_unit, save
from tests.letters import arrive, make_mail


@pytest.fixture
def company(desk: Desk) -> Company:
    company = make_company(desk, mail="desk@example.org")
    aylin = make_contact(desk, company, email="aylin@example.com", phone="+493023125101", role="resident")
    make_lease(desk, make_unit(desk, company), aylin)
    return company


def write(
    desk: Desk, text: str = "The tap drips.", sender: str = "Aylin Demir <aylin@example.com>", subject: str = "Tap"
) -> None:
    with desk.transaction():
        accept(desk, arrive(make_mail(text, sender=sender, subject=subject)))
    receive(desk)


def found(desk: Desk, company: Company, question: str, **more: object) -> list[str]:
    actor = make_agent(desk, company, **more)
    return [each.subject for each in search_tickets(desk, actor, question).tickets]


@pytest.mark.parametrize(
    "question",
    [
        "drips",
        "drip",
        "Täp DRIPS",
        "tap",
        "aylin",
        "Demir",
        "aylin@example.com",
        "23125101",
        "+49 30 23125101",
        "030 23125-101",
        "Lindenhof 12",
        "lindenhof 12, 3B",
        "Lindenhof 12 3b",
    ],
)
def test_a_ticket_is_found_by_words_person_address_number_and_home(desk: Desk, company: Company, question: str) -> None:
    write(desk)
    write(desk, "Where is my statement?", "R. Brandt <brandt@example.com>", "Statement")

    assert found(desk, company, question) == ["Tap"]


def test_a_ticket_is_found_by_its_number(desk: Desk, company: Company) -> None:
    write(desk)
    number = desk.session.scalars(select(Ticket.id)).one()

    assert [found(desk, company, f"#{number}"), found(desk, company, str(number))] == [["Tap"], ["Tap"]]


@pytest.mark.parametrize("question", ["", "   ", "boiler", "%", "_", "'", "\\", "a:*|b", "& ( ! :*", "\0"])
def test_a_question_that_fits_nothing_finds_nothing(desk: Desk, company: Company, question: str) -> None:
    write(desk)

    assert found(desk, company, question) == []


def test_newest_activity_comes_first_and_pages_neither_skip_nor_repeat(desk: Desk, company: Company) -> None:
    for number in range(5):
        write(desk, "The tap drips.", f"Person {number} <person{number}@example.com>", f"Tap {number}")
    actor = make_agent(desk, company)
    whole = [each.subject for each in search_tickets(desk, actor, "drips").tickets]

    seen, cursor = [], ""
    while True:
        page = search_tickets(desk, actor, "drips", cursor=cursor, limit=2)
        seen += [each.subject for each in page.tickets]
        cursor = page.next
        if not cursor:
            break

    assert seen == whole == ["Tap 4", "Tap 3", "Tap 2", "Tap 1", "Tap 0"]


def test_nothing_of_another_company_or_queue_is_found(desk: Desk, company: Company) -> None:
    write(desk)
    other = make_company(desk, "Park Homes")

    assert found(desk, other, "tap") == []
    assert found(desk, company, "tap", name="Lea Blum", queues=["billing"]) == []
    assert found(desk, company, "tap", name="Tom Ritter", role=Role.OPERATIONS) == []


@pytest.mark.parametrize(
    "typed",
    [
        "Alyn Demir",
        "Aylin Demirr",
        "Dehmir",
        "aylin@exmaple.com",
        "Lindenhoff 12",
        "Lindnhof 12 3B",
        'from:"Aylim Demir"',
    ],
)
def test_what_is_spelt_nearly_like_a_name_or_an_address_finds_it(desk: Desk, company: Company, typed: str) -> None:
    write(desk)
    write(desk, "Where is my statement?", "R. Brandt <brandt@example.com>", "Statement")

    result = search_tickets(desk, make_agent(desk, company), typed)

    assert [each.subject for each in result.tickets] == ["Tap"]
    assert result.nearly


def test_what_is_found_as_it_is_spelt_hides_what_is_only_spelt_alike(desk: Desk, company: Company) -> None:
    make_contact(desk, company, "Jan Walter", email="walter@example.com")
    write(desk, "The water is cold.")
    write(desk, "My key is lost.", "Jan Walter <walter@example.com>", "Key")

    result = search_tickets(desk, make_agent(desk, company), "water")

    assert [each.subject for each in result.tickets] == ["Tap"]
    assert not result.nearly


def test_pages_of_what_is_spelt_nearly_so_neither_skip_nor_repeat(desk: Desk, company: Company) -> None:
    for number in range(5):
        write(desk, "Please help me.", subject=f"Tap {number}")
    actor = make_agent(desk, company)

    seen, cursor = [], ""
    while True:
        page = search_tickets(desk, actor, "Alyn Demir", cursor=cursor, limit=2)
        seen += [each.subject for each in page.tickets]
        cursor = page.next
        if not cursor:
            break

    assert seen == ["Tap 4", "Tap 3", "Tap 2", "Tap 1", "Tap 0"]


@pytest.mark.parametrize(
    ("typed", "subjects"),
    [
        ("from:aylin", ["Tap"]),
        ("from:brandt@example.com", ["Statement"]),
        ('from:"R. Brandt" statement', ["Statement"]),
        ("from:brandt drips", []),
        ('unit:"Lindenhof 12, 3B"', ["Tap"]),
        ("unit:3B is:open", ["Tap"]),
        ("unit:Park", []),
        ("is:open", ["Statement", "Tap"]),
        ("is:closed", []),
        ("is:new", ["Statement", "Tap"]),
        ("is:waiting", []),
        ("is:mine", []),
        ("is:unassigned is:unread from:aylin", ["Tap"]),
        ("is:late", []),
        ("IS:urgent", []),
        ("is:snoozed", []),
        ("is:emergency", []),
        ("is:funny", []),
        ("statement is:funny", ["Statement"]),
    ],
)
def test_a_question_may_ask_for_the_sender_the_home_and_the_state(
    desk: Desk, company: Company, typed: str, subjects: list[str]
) -> None:
    write(desk)
    write(desk, "Where is my statement?", "R. Brandt <brandt@example.com>", "Statement")

    assert found(desk, company, typed) == subjects


def test_a_street_finds_the_tickets_of_its_homes(desk: Desk, company: Company) -> None:
    home = desk.session.scalars(select(Property)).one()
    home.street, home.postcode, home.city = "Lindenallee 7", "10557", "Berlin"
    desk.session.commit()
    write(desk)

    assert [found(desk, company, each) for each in ("lindenallee", "10557 berlin", "Lindenalle 7")] == [["Tap"]] * 3


def test_a_task_and_an_order_find_the_tickets_that_wait_for_them(desk: Desk, company: Company) -> None:
    write(desk)
    write(desk, "Where is my statement?", "R. Brandt <brandt@example.com>", "Statement")
    ticket = desk.session.scalars(select(Ticket).where(Ticket.subject == "Tap")).one()
    task = save(desk, Task(company_id=company.id, kind="repair", title="Mend the tap", team="maintenance"))
    save(desk, TaskTicket(company_id=company.id, task_id=task.id, ticket_id=ticket.id))
    order = save(
        desk,
        Order(
            company_id=company.id,
            task_id=task.id,
            craftsman_name="Hofer Plumbing",
            public_id=uuid4(),
            token_hash=b"a hash",
            scope="Mend it",
            answer_by=task.created_at,
        ),
    )
    other = make_company(desk, "Park Homes")

    assert [found(desk, company, each) for each in (f"T-{task.id}", f"o-{order.id}")] == [["Tap"], ["Tap"]]
    assert [found(desk, company, each) for each in ("T-999999", "O-999999", "T-")] == [[], [], []]
    assert found(desk, other, f"T-{task.id}") == []


def attach(desk: Desk, name: str) -> None:
    """Have a letter with a file come in."""
    letter = message_from_bytes(make_mail("Please see.", subject="Photo"), policy=default)
    assert isinstance(letter, EmailMessage)
    letter.add_attachment(b"not really", maintype="image", subtype="jpeg", filename=name)
    with desk.transaction():
        accept(desk, arrive(letter.as_bytes()))
    receive(desk)


def test_the_name_of_a_file_finds_its_ticket_and_is_shown(desk: Desk, company: Company) -> None:
    attach(desk, "meter.jpg")

    result = search_tickets(desk, make_agent(desk, company), "meter.jpg")

    assert [each.subject for each in result.tickets] == ["Photo"]
    assert "meter.jpg" in result.passages[result.tickets[0].id]


@pytest.mark.parametrize(
    "question",
    [
        "lease",
        "demir",
        "2024",
        "anhang",
        "lease_Demir-2024",
        "Demir-2024",
        "lease_Demir-2024.AnhangB.pdf",
        "demir lea",
        "Demir_Anh",
    ],
)
def test_every_word_of_a_files_name_finds_its_ticket(desk: Desk, company: Company, question: str) -> None:
    attach(desk, "lease_Demir-2024.AnhangB.pdf")
    write(desk, "Nothing of the kind.", "R. Brandt <brandt@example.com>", "Other")

    result = search_tickets(desk, make_agent(desk, company), question)

    assert [each.subject for each in result.tickets] == ["Photo"]
    assert not result.nearly


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("meter.jpg", "meter.jpg meter jpg"),
        ("lease_Demir-2024.pdf", "lease_Demir-2024.pdf lease Demir 2024 pdf"),
        ("MietvertragÖzgür2B.PDF", "MietvertragÖzgür2B.PDF Mietvertrag Özgür2 B PDF"),
        ("PDFScan", "PDFScan PDF Scan"),
        ("photo", "photo"),
    ],
)
def test_a_files_name_is_indexed_whole_and_in_its_words(name: str, words: str) -> None:
    assert name_words(name) == words


def test_the_passage_is_of_the_newest_message_that_has_the_words(desk: Desk, company: Company) -> None:
    write(desk, "The boiler is cold.")
    write(desk, "Anything new about the boiler?", subject="Re: Tap")

    result = search_tickets(desk, make_agent(desk, company), "boiler")

    assert len(result.tickets) == len(result.passages)
    assert "Anything new about the boiler?" in result.passages[result.tickets[0].id]


@given(question=st.text(max_size=80))
def test_no_question_breaks_the_search(question: str) -> None:
    dialect: Dialect = postgresql.dialect()  # type: ignore[no-untyped-call]  # the dialects are typed in part
    assert found_by(THE_DESK, question).compile(dialect=dialect).string
