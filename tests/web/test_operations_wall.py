"""Canaries in every private field of a hundred tickets: nothing operations or a craftsman reads contains one of them."""

from __future__ import annotations

from datetime import timedelta

from apiflask import APIFlask
from sqlalchemy import select, update

from hub.clock import FixedClock
from hub.desk import Desk
from hub.domain.access import Role
from hub.domain.task import TaskKind
from hub.models import (
    ChannelAccount,
    Contact,
    Identity,
    Lease,
    Message,
    Order,
    OutboxRow,
    Task,
    TaskEvent,
    TaskTicket,
    Ticket,
)
from hub.services.operations.handmade_tasks import make_task
from hub.services.operations.order_letters import make_tokens
from hub.services.operations.orders import Wanted, place_order
from hub.services.operations.outside_tasks import Report, keep_report
from hub.services.operations.task_details import Details, change_details
from hub.services.operations.task_mail import Tap, make_token
from hub.services.operations.task_talk import answer_operations, ask_customer_service
from hub.services.sending.reply import Draft, reply
from hub.services.sending.webhooks import SUBJECTS, announce
from hub.services.settings.configuration import read_directory
from hub.services.settings.webhook_accounts import add_webhook
from tests.api.conftest import program_for
from tests.factories import make_agent, make_company, save
from tests.services.ordering import MORNING, Work, make_work
from tests.services.steps import Office, thinking, with_providers
from tests.web.visitors import sign_in, visit

TICKETS = 100
ORDERED = 10
PAGES = ("/board", "/board?as=list", "/craftsmen", "/board/elsewhere", "/board/elsewhere.csv", "/tasks/new")
CANARIES = ("Kanarienvogel", "canary.mail@", "+491719", "98765432", "canaryword", "Kanarischer Betreff", "Gelbfeder")


def hide_canaries(work: Work) -> list[int]:
    """Write a hundred tickets whose every private field holds a canary; return their numbers."""
    desk, company = work.office.desk, work.office.company
    session = desk.session
    unit = session.scalars(select(Task.unit_id)).first()
    numbers = []
    for at in range(TICKETS):
        contact = save(
            desk,
            Contact(company_id=company.id, name=f"Gelbfeder Kanarienvogel{at:03}", role="resident", note="canaryword"),
        )
        for kind, value in (("email", f"canary.mail@x{at}.example.com"), ("phone", f"+491719{at:06}")):
            session.add(Identity(company_id=company.id, contact_id=contact.id, kind=kind, value=value))
        ticket = Ticket(
            company_id=company.id,
            contact_id=contact.id,
            requester_name=contact.name,
            requester_role="resident",
            subject=f"Kanarischer Betreff {at}",
            channel="email",
            queue="maintenance",
            status="open",
            priority="normal",
            unit_id=unit,
            last_activity_at=desk.clock.now(),
        )
        session.add(ticket)
        session.flush()
        message = Message(
            company_id=company.id,
            ticket_id=ticket.id,
            direction="in",
            channel="email",
            author_kind="contact",
            author_name=contact.name,
            author_address=f"canary.mail@x{at}.example.com",
            text="canaryword of a resident",
            reply_text="canaryword of a resident",
        )
        session.add(message)
        session.flush()
        ticket.last_inbound_id = message.id
        numbers.append(ticket.id)
    for lease in session.scalars(select(Lease)):
        lease.balance_cents = 98765432
    session.commit()
    return numbers


def tell_elsewhere(work: Work) -> None:
    """Have other programs told of everything, tell us of a task of theirs, and Tom written to because Slack is gone."""
    desk = work.office.desk
    ticket = desk.session.scalars(select(Ticket).order_by(Ticket.id.desc())).first()
    task = desk.session.scalars(select(Task).order_by(Task.id.desc())).first()
    assert ticket is not None
    assert task is not None
    words = f"{ticket.requester_name}, +491719000001, canary.mail@x1.example.com is at home"
    admin = make_agent(desk, work.office.company, "Ada Admin", Role.ADMIN)
    url = "https://hooks.example.org/frontdesk"
    with desk.transaction() as session:
        session.execute(update(ChannelAccount).where(ChannelAccount.channel == "slack").values(active=False))
        add_webhook(desk, admin, work.office.company, url, SUBJECTS)
        at = desk.clock.now()
        report = Report(
            "property-meld", "M-7", "Open", at, words=words, ticket_id=ticket.id, contact_id=ticket.contact_id
        )
        keep_report(desk, work.tom, work.office.company, report)
        details = Details(TaskKind.REPAIR, {"room": words}, work.tom.agent_id)
        change_details(desk, read_directory(desk), admin, task.id, details)
        reply(desk, work.office.maria, ticket.id, Draft(f"Dear {words}"))
    announce(desk)


def test_no_canary_of_a_hundred_tickets_is_read_by_operations_or_craftsmen(
    app: APIFlask, desk: Desk, clock: FixedClock
) -> None:
    company = make_company(desk, mail="desk@example.org", number="+12025550100")
    save(desk, ChannelAccount(company_id=company.id, channel="slack", address="t1", settings={"channel": "C1"}))
    scripted, providers = with_providers(thinking(desk))
    work = make_work(Office(scripted, company, make_agent(desk, company), providers))
    for at, number in enumerate(hide_canaries(work)):
        title = f"Tap of Kanarienvogel{at:03}"
        text = f"Gelbfeder Kanarienvogel{at:03}, call +491719{at:06}, canary.mail@x{at}.example.com"
        with scripted.transaction():
            task = make_task(scripted, work.office.maria, number, team="maintenance", title=title, text=text)
        if at >= ORDERED:
            continue
        with scripted.transaction():
            later = [(MORNING[0] + timedelta(days=9), MORNING[1] + timedelta(days=9))]
            wanted = Wanted(str(work.hofer.id), f"Mend the tap of {text}", later)
            place_order(scripted, work.tom, task.id, wanted)
            ask_customer_service(scripted, read_directory(scripted), work.tom, task, "Who is at home?")
            answer_operations(scripted, read_directory(scripted), work.office.maria, task, text)
    tell_elsewhere(work)
    tom, phone = sign_in(app, desk, work.tom), visit(app)
    program = program_for(app, desk, work.tom.agent_id or 0)
    tasks = desk.session.scalars(select(Task.id).order_by(Task.id)).all()

    read = {
        path: tom.get(path).get_data(as_text=True)
        for path in (*PAGES, *(f"/tasks/{each}" for each in tasks[: ORDERED + 2]))
    }
    for path in ("/tasks?limit=200", "/orders?limit=200"):
        read[path] = program.get(path).text
    for path in ("/tickets", "/contacts", "/leases", "/outbox", "/envelopes/1"):
        answer = program.get(path)
        read[path] = answer.text
        assert answer.status_code == 403
    for order in desk.session.scalars(select(Order)):
        link = f"/o/{make_tokens(desk, order.public_id)[0]}"
        read[link] = phone.get(link).get_data(as_text=True)
    for row in desk.session.scalars(
        select(OutboxRow).where(OutboxRow.purpose.in_(("card", "order", "task", "webhook")))
    ):
        read[f"{row.purpose} {row.id}"] = str(row.payload)
    for step in Tap:
        link = f"/t/{make_token(desk, desk.session.get_one(Task, tasks[-1]), work.tom.agent_id or 0, step)}"
        read[link] = phone.get(link).get_data(as_text=True)
    read["elsewhere"] = program.get("/tasks/by-source/property-meld/M-7").text
    read["history"] = str([each.facts for each in desk.session.scalars(select(TaskEvent))])

    assert len(desk.session.scalars(select(TaskTicket)).all()) == TICKETS + 1
    assert len([each for each in read if each.startswith("card")]) >= TICKETS
    assert {each.split()[0] for each in read if " " in each} == {"card", "order", "task", "webhook"}
    leaks = [(where, each) for where, text in read.items() for each in CANARIES if each in text]
    assert leaks == []
