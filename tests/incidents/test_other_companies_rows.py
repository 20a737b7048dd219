"""Other companies' rows (osTicket 5972fe81, Zammad CVE-2026-34722): the interface for programs gave what the pages did not.

Our rule: a program may what its agent may, in the companies that agent serves, and no answer holds a word of another company.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import uuid4

import pytest
from apiflask import APIFlask
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from hub.desk import Desk
from hub.domain.access import Role
from hub.models import (
    Agent,
    Article,
    Company,
    Contact,
    Envelope,
    Lease,
    LeaseParty,
    Membership,
    Message,
    OutboxRow,
    Property,
    Task,
    TaskTicket,
    Ticket,
    Unit,
)
from hub.services.tickets.search import search_row
from tests.api.conftest import Program, program_for
from tests.conftest import MONDAY_MORNING
from tests.factories import make_company, make_contact, make_lease, make_unit, save

COMPANIES = 3
QUEUES = ("maintenance", "billing")
LISTS = ("/tickets", "/contacts", "/outbox", "/properties", "/units", "/leases", "/tasks", "/articles")
FOR_TICKETS = frozenset({Role.AGENT, Role.MANAGER, Role.ADMIN})


@dataclass(frozen=True)
class Rows:
    """One row of everything in one company; every text in it holds the company's own word."""

    company: Company
    word: str
    paths: list[str] = field(default_factory=list)
    ticket_paths: list[str] = field(default_factory=list)


def fill(desk: Desk, number: int) -> Rows:
    """Make a company with one ticket in each of two queues, and one of everything else."""
    word = f"canary{number}word"
    company = make_company(desk, f"Company {word}", mail=f"{word}@example.org")
    person = make_contact(desk, company, f"Aylin {word}", email=f"aylin{number}@{word}.example")
    unit = make_unit(desk, company, building=f"House {word}", label=word)
    lease = make_lease(desk, unit, person)
    task = save(desk, Task(company_id=company.id, kind="repair", title=f"Tap {word}", team="maintenance"))
    article = save(desk, Article(company_id=company.id, slug=word, title=word, audience="residents", body=word))
    rows = Rows(company, word)
    rows.paths.extend(
        (f"/tasks/{task.id}", f"/articles/{article.id}", f"/units/{unit.id}", f"/properties/{unit.property_id}")
    )
    rows.ticket_paths.extend((f"/contacts/{person.id}", f"/leases/{lease.id}"))
    for queue in QUEUES:
        _fill_ticket(desk, rows, person, task, queue)
    return rows


def _fill_ticket(desk: Desk, rows: Rows, person: Contact, task: Task, queue: str) -> None:
    company, word = rows.company, rows.word
    ticket = save(
        desk,
        Ticket(
            company_id=company.id,
            channel="email",
            queue=queue,
            subject=f"{queue} {word}",
            contact_id=person.id,
            requester_name=person.name,
            preview=word,
        ),
    )
    message = save(
        desk,
        Message(
            company_id=company.id,
            ticket_id=ticket.id,
            direction="in",
            channel="email",
            author_kind="contact",
            text=f"shared {word}",
            reply_text=word,
            created_at=MONDAY_MORNING,
        ),
    )
    save(desk, search_row(ticket, message))
    save(desk, TaskTicket(company_id=company.id, task_id=task.id, ticket_id=ticket.id))
    outgoing = save(
        desk,
        OutboxRow(
            id=uuid4(),
            company_id=company.id,
            ticket_id=ticket.id,
            channel="email",
            purpose="reply",
            recipient=f"{word}@example.com",
            payload={"text": word, "subject": word},
            next_at=MONDAY_MORNING,
            give_up_at=MONDAY_MORNING,
        ),
    )
    envelope = save(
        desk,
        Envelope(
            company_id=company.id,
            channel="email",
            source="test",
            source_key=uuid4().bytes,
            content_key=uuid4().bytes,
            raw=word.encode(),
            size=len(word),
            received_at=MONDAY_MORNING,
            state="done",
            message_id=message.id,
        ),
    )
    rows.ticket_paths.extend(
        (
            f"/tickets/{ticket.id}",
            f"/tickets/{ticket.id}/messages",
            f"/outbox/{outgoing.id}",
            f"/envelopes/{envelope.id}",
            f"/envelopes/{envelope.id}/raw",
        )
    )


Grants = dict[int, tuple[Role, list[str]]]
GRANT = st.tuples(st.sampled_from(Role), st.lists(st.sampled_from(QUEUES), unique=True, max_size=1))
GRANTS = st.lists(st.dictionaries(st.integers(0, COMPANIES - 1), GRANT), min_size=3, max_size=3)


def grant(desk: Desk, agents: list[Agent], rows: list[Rows], grants: list[Grants]) -> None:
    """Give the agents exactly these roles."""
    desk.session.execute(delete(Membership))
    for agent, theirs in zip(agents, grants, strict=True):
        for number, (role, queues) in theirs.items():
            desk.session.add(
                Membership(company_id=rows[number].company.id, agent_id=agent.id, role=role, queues=queues)
            )
    desk.session.commit()


def check_lists(program: Program, rows: list[Rows], theirs: Grants) -> None:
    """See that no list and no search shows a word of a company without a grant, and every one with it."""
    searches = [f"/tickets?q={word}" for word in ("shared", *(each.word for each in rows))]
    by_company = [f"/contacts?company={each.company.slug}" for each in rows]
    for path in (*LISTS, *searches, *by_company, *(f"/tickets?company={each.company.slug}" for each in rows)):
        answer = program.get(path)
        for number, each in enumerate(rows):
            if number not in theirs:
                said = answer.text.replace(each.word, "", 1) if "errors" in answer.text else answer.text
                assert each.word not in said, f"{path} shows a company without a grant"
    for path in ("/tasks", "/articles", "/units"):
        if theirs:
            text = program.get(path).text
            assert all(rows[number].word in text for number in theirs), f"{path} hides a company with a grant"


def check_rows(desk: Desk, program: Program, rows: list[Rows], theirs: Grants) -> None:
    """See that each row is there for those who may see it, and for nobody else."""
    for number, each in enumerate(rows):
        role, queues = theirs.get(number, (None, []))
        for path in each.paths:
            assert (program.get(path).status_code == 200) is (role is not None), path
        for path in each.ticket_paths:
            answer = program.get(path)
            if role not in FOR_TICKETS:
                assert answer.status_code in {403, 404}, path
                assert each.word not in answer.text, path
            elif not queues:
                assert answer.status_code == 200, path
    for number, (role, queues) in theirs.items():
        if role in FOR_TICKETS and queues:
            shown = program.get(f"/tickets?company={rows[number].company.slug}").get_json()["items"]
            assert {each["queue"] for each in shown} == set(queues)
            other = next(each["number"] for each in tickets_in(desk, rows[number]) if each["queue"] not in queues)
            assert program.get(f"/outbox?ticket={other}").get_json()["items"] == []
            assert program.get(f"/tickets/{other}/messages").status_code == 404


def tickets_in(desk: Desk, rows: Rows) -> list[dict[str, object]]:
    found = desk.session.execute(select(Ticket.id, Ticket.queue).where(Ticket.company_id == rows.company.id))
    return [{"number": number, "queue": queue} for number, queue in found]


def check_changes(desk: Desk, program: Program, rows: list[Rows], theirs: Grants) -> None:
    """See that nothing of a company without a grant can be changed."""
    before = desk.session.scalars(select(Ticket.version).order_by(Ticket.id)).all()
    for number, each in enumerate(rows):
        if number in theirs:
            continue
        ticket = next(path for path in each.ticket_paths if path.startswith("/tickets/"))
        task = next(path for path in each.paths if path.startswith("/tasks/"))
        statuses = [
            program.patch(ticket, {"priority": "high"}).status_code,
            program.post(f"{ticket}/messages", json={"kind": "note", "text": "x"}).status_code,
            program.post(f"{ticket}/messages", json={"kind": "reply", "text": "x"}).status_code,
            program.patch(task, {"state": "done"}).status_code,
            program.patch(each.ticket_paths[0], {"note": "x"}).status_code,
        ]
        assert set(statuses) <= {403, 404}
    desk.session.expire_all()
    assert desk.session.scalars(select(Ticket.version).order_by(Ticket.id)).all() == before


@pytest.mark.slow
def test_no_answer_shows_a_row_of_another_company(app: APIFlask, desk: Desk) -> None:
    rows = [fill(desk, number) for number in range(COMPANIES)]
    agents = [save(desk, Agent(email=f"agent-{number}@example.org", name=f"Agent {number}")) for number in range(3)]
    programs = [program_for(app, desk, agent.id) for agent in agents]

    @settings(max_examples=1, deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None)
    @given(GRANTS)
    @example([{0: (Role.AGENT, [])}, {1: (Role.OPERATIONS, []), 2: (Role.AGENT, ["billing"])}, {}])
    @example(
        [{0: (Role.ADMIN, []), 1: (Role.MANAGER, ["maintenance"])}, {2: (Role.OPERATIONS, [])}, {1: (Role.ADMIN, [])}]
    )
    def check(grants: list[Grants]) -> None:
        grant(desk, agents, rows, grants)
        for program, theirs in zip(programs, grants, strict=True):
            check_lists(program, rows, theirs)
            check_rows(desk, program, rows, theirs)
            check_changes(desk, program, rows, theirs)

    check()


def test_a_person_of_another_company_cannot_be_put_on_a_lease(app: APIFlask, desk: Desk) -> None:
    ours, theirs = make_company(desk, "Ahornhaus"), make_company(desk, "Birkenhof")
    stranger = make_contact(desk, theirs, "Jan Novak")
    unit = make_unit(desk, ours)
    agent = save(desk, Agent(email="admin@example.org", name="Admin"))
    save(desk, Membership(company_id=ours.id, agent_id=agent.id, role=Role.ADMIN))
    program = program_for(app, desk, agent.id)
    lease = {"unit_id": unit.id, "starts_on": "2026-01-01", "tenant_ids": [stranger.id], "rent_cents": 1}

    answer = program.post("/leases", json=lease)

    assert answer.status_code == 422
    assert desk.session.scalars(select(Lease)).all() == []
    assert desk.session.scalars(select(LeaseParty)).all() == []
    assert desk.session.scalars(select(Unit).where(Unit.company_id == theirs.id)).all() == []
    assert desk.session.scalars(select(Property).where(Property.company_id == theirs.id)).all() == []
