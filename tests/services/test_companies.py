"""Three agents, three companies, thousands of random actions: nothing leaves with another company's address, name or link."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from channels.email.threads import parse_token
from channels.message import Envelope
from hub.clock import FixedClock
from hub.desk import Desk
from hub.domain.access import Ability, Actor, Grant, Role
from hub.errors import HubError
from hub.models import Article, ChannelAccount, Company, Identity, Message, OutboxRow, Participant, Survey, Ticket
from hub.services.intake import accept, receive
from hub.services.intake.receive import BATCH
from hub.services.metrics.surveys import answer_survey
from hub.services.operations.handmade_tasks import make_task
from hub.services.sending.reply import Draft, reply, undo_reply, write_note
from hub.services.staff import accounts
from hub.services.tickets.tickets import Change, change_ticket
from hub.services.triage.triage import triage
from tests.chaos.scale import Scale
from tests.factories import make_agent, make_company, make_contact, make_lease, make_unit, save
from tests.letters import arrive, make_mail
from tests.services.steps import form, send_all, text_message, thinking, with_providers
from tests.services.summing import catch_up, kept_and_rebuilt

PEOPLE = ("aylin", "ben", "cem", "dana", "emil")
QUEUES = ("front-desk", "maintenance", "leasing", "billing", "other")
TEXTS = (
    "The tap drips",
    "STOP",
    "START",
    "9",
    "10!! thanks",
    "There is a strong smell of gas",
)
MISLEADING = "Write to desk@hafen.example.net, call +12025550102, ask Parkview Residences"
MARKS = {
    "Lindenhof Care": ("desk@lindenhof.example.org", "+12025550101", "+49 30 23125 001"),
    "Hafen Homes": ("desk@hafen.example.net", "+12025550102", "+49 30 23125 002"),
    "Parkview Residences": ("desk@parkview.example.com", "+12025550103", "+49 30 23125 003"),
}


class Town:
    """Companies with the same people, agents with random grants, and everything that can happen there."""

    def __init__(self, desk: Desk, clock: FixedClock, seed: int) -> None:
        self.desk, self.providers = with_providers(thinking(desk))
        self.clock = clock
        self.random = random.Random(seed)
        self.companies = [self._found(name, marks) for name, marks in MARKS.items()]
        agents = [make_agent(desk, self.companies[0], f"Agent {letter}") for letter in "ABC"]
        self.agents = [Actor(each.agent_id, each.name, self._grants()) for each in agents]
        self.waiting: list[tuple[Company, Envelope]] = []
        self.done: Counter[str] = Counter()

    def _found(self, name: str, marks: tuple[str, str, str]) -> Company:
        mail, number, emergency = marks
        company = make_company(self.desk, name, mail=mail, number=number, emergency_phone=emergency)
        for who in PEOPLE:
            contact = make_contact(self.desk, company, who.title(), email=f"{who}@example.com", phone=self.phone(who))
            make_lease(self.desk, make_unit(self.desk, company, f"House of {who}"), contact)
        return company

    def phone(self, who: str) -> str:
        return f"+1202555015{PEOPLE.index(who)}"

    def _grants(self) -> dict[int, Grant]:
        served = self.random.sample(self.companies, self.random.randint(1, 3))
        roles = (Role.AGENT, Role.AGENT, Role.MANAGER, Role.ADMIN, Role.OPERATIONS)
        return {each.id: Grant(self.random.choice(roles)) for each in served}

    def live(self, actions: int) -> None:
        """Let some actions happen, each whole or not at all, many in one transaction: services never commit."""
        left = actions
        while left > 0:
            with self.desk.transaction() as session:
                for _ in range(min(left, 50)):
                    act = self.random.choice(ACTIONS)
                    try:
                        with session.begin_nested():
                            act(self)
                        self.done[act.__name__] += 1
                    except HubError:
                        self.done[f"{act.__name__} refused"] += 1
                    left -= 1
            self._work()

    def _work(self) -> None:
        """Do what workers do between people's actions."""
        with self.desk.transaction():
            for company, arrival in self.waiting:
                accept(self.desk, arrival, company_id=company.id)
        self.waiting.clear()
        while receive(self.desk, limit=BATCH):
            pass
        while triage(self.desk):
            pass
        self.clock.at += timedelta(seconds=self.random.choice((5, 30, 600, 90_000)))
        send_all(self.desk)
        catch_up(self.desk)

    def ticket(self) -> int:
        newest = self.desk.session.scalar(select(func.max(Ticket.id))) or 1
        return self.random.randint(1, newest)

    def agent(self) -> Actor:
        return self.random.choice(self.agents)

    def agent_for(self, number: int) -> Actor:
        """Return an agent, mostly one who may write to the ticket's people."""
        ticket = self.desk.session.get(Ticket, number)
        company_id = ticket.company_id if ticket is not None else 0
        serving = [each for each in self.agents if each.can(Ability.WRITE_TO_PEOPLE, company_id)]
        return self.random.choice(serving) if serving and self.random.random() < 0.75 else self.agent()

    def something_sent(self) -> OutboxRow | None:
        session = self.desk.session
        place = self.random.randint(0, session.scalar(select(func.max(OutboxRow.position))) or 0)
        query = select(OutboxRow).where(OutboxRow.channel == "email", OutboxRow.position >= place)
        return session.scalars(query.order_by(OutboxRow.position).limit(1)).first()

    def sent(self) -> list[OutboxRow]:
        return list(self.desk.session.scalars(select(OutboxRow).order_by(OutboxRow.position)))


def somebody_mails(town: Town) -> None:
    company = town.random.choice(town.companies)
    who = town.random.choice(PEOPLE)
    headers = {"Cc": "desk@hafen.example.net, mallory@example.net"} if town.random.random() < 0.2 else {}
    to = MARKS[company.name][0]
    row = town.something_sent()
    if row is not None and town.random.random() < 0.5:
        headers["In_Reply_To"] = f"<{row.rfc_message_id}>"
        to = (row.payload.get("reply_to") or {}).get("value", to)
    raw = make_mail(
        town.random.choice((*TEXTS, MISLEADING)),
        sender=f"{who.title()} <{who}@example.com>",
        to=to,
        subject=f"Tap {uuid4()}",
        **headers,
    )
    town.waiting.append((company, arrive(raw, rcpt_to=to)))


def somebody_texts(town: Town) -> None:
    company, who = town.random.choice(town.companies), town.random.choice(PEOPLE)
    arrival = text_message(town.random.choice(TEXTS), sender=town.phone(who), to=MARKS[company.name][1])
    town.waiting.append((company, arrival))


def somebody_fills_in_a_form(town: Town) -> None:
    company = town.random.choice(town.companies)
    town.waiting.append(
        (company, form(town.desk, town.random.choice(TEXTS), email=f"{town.random.choice(PEOPLE)}@example.com"))
    )


def an_agent_replies(town: Town) -> None:
    channel = town.random.choice(("", "", "", "email", "sms", "portal"))
    draft = Draft("We will see to it.", channel=channel, close=town.random.random() < 0.2)
    number = town.ticket()
    reply(town.desk, town.agent_for(number), number, draft)


def an_agent_writes_a_note(town: Town) -> None:
    write_note(town.desk, town.agent(), town.ticket(), "Hafen Homes and desk@parkview.example.com know more.")


def an_agent_takes_a_reply_back(town: Town) -> None:
    agent = town.agent()
    query = select(Message.public_id).where(Message.agent_id == agent.agent_id).order_by(Message.id.desc()).limit(1)
    public_id = town.desk.session.scalar(query)
    undo_reply(town.desk, agent, public_id or uuid4())


def an_agent_changes_a_ticket(town: Town) -> None:
    change = town.random.choice(
        (
            Change(status="closed", reason="Done"),
            Change(status="open"),
            Change(queue=town.random.choice(QUEUES)),
            Change(priority="high"),
            Change(assignee_id=town.agent().agent_id),
        )
    )
    number = town.ticket()
    change_ticket(town.desk, town.agent_for(number), number, change)


def an_agent_makes_a_task(town: Town) -> None:
    make_task(town.desk, town.agent(), town.ticket(), team="maintenance", title="Tap", text="It drips")


def an_agent_adds_a_participant(town: Town) -> None:
    ticket = town.desk.session.get(Ticket, town.ticket())
    if ticket is not None:
        query = select(Identity).where(Identity.company_id == ticket.company_id, Identity.kind == "email")
        someone = town.desk.session.scalars(query.order_by(func.random()).limit(1)).one()
        known = select(Participant.id).where(
            Participant.ticket_id == ticket.id, Participant.contact_id == someone.contact_id
        )
        if town.desk.session.scalar(known) is None:
            row = Participant(company_id=ticket.company_id, ticket_id=ticket.id, contact_id=someone.contact_id)
            town.desk.session.add(row)
            town.desk.session.flush()


def somebody_asks_for_a_code(town: Town) -> None:
    company = town.random.choice(town.companies)
    accounts.request_portal_link(town.desk, company, f"{town.random.choice(PEOPLE)}@example.com")


def somebody_answers_a_survey(town: Town) -> None:
    public_id = town.desk.session.scalar(select(Survey.public_id).order_by(func.random()).limit(1))
    answer_survey(town.desk, public_id or uuid4(), score=town.random.randint(0, 10), comment="")


ACTIONS: tuple[Callable[[Town], None], ...] = (
    somebody_mails,
    somebody_texts,
    somebody_fills_in_a_form,
    *(an_agent_replies,) * 6,
    an_agent_changes_a_ticket,
    an_agent_writes_a_note,
    an_agent_takes_a_reply_back,
    an_agent_changes_a_ticket,
    an_agent_makes_a_task,
    an_agent_adds_a_participant,
    somebody_asks_for_a_code,
    somebody_answers_a_survey,
)


def check(town: Town) -> int:
    """Look at everything that left or waits to leave, and return how much that was."""
    session = town.desk.session
    session.expire_all()
    company_of = dict(session.execute(select(Ticket.id, Ticket.company_id)).all())
    author_of = dict(session.execute(select(Message.id, Message.agent_id)).all())
    channels = {each.id: each for each in session.scalars(select(ChannelAccount))}
    known = set(session.execute(select(Identity.company_id, Identity.value)).all())
    serves = {each.agent_id: each.grants for each in town.agents}
    names = {each.id: each.name for each in town.companies}
    tickets = {str(public_id) for public_id in session.scalars(select(Ticket.public_id))}
    rows = town.sent()
    for row in rows:
        foreign = [mark for name, marks in MARKS.items() if name != names[row.company_id] for mark in (name, *marks)]
        words = json.dumps(row.payload, ensure_ascii=False)
        assert not [mark for mark in foreign if mark in words], f"{row.id} of {names[row.company_id]}: {words}"
        if row.ticket_id:
            assert company_of[row.ticket_id] == row.company_id
        if row.account_id:
            assert channels[row.account_id].company_id == row.company_id
            assert row.payload["sender"]["value"] == channels[row.account_id].address
        if token := (row.payload.get("reply_to") or {}).get("value", "").partition("+")[2].partition("@")[0]:
            read = parse_token(token)
            assert read is not None
            assert (read.company_id, read.ticket_number) == (row.company_id, row.ticket_id)
        for address in row.recipient.split(", "):
            assert (row.company_id, address) in known or address in tickets
        if row.purpose == "reply":
            agent_id = author_of[row.message_id or 0]
            assert row.company_id in serves[agent_id]
            assert serves[agent_id][row.company_id].role is not Role.OPERATIONS
    return len(rows)


def run(desk: Desk, clock: FixedClock, *, seed: int, actions: int) -> Town:
    town = Town(desk, clock, seed)
    for company in town.companies:
        article = {"audience": "residents", "slug": "taps", "title": "Taps", "body": f"{company.name} mends taps."}
        save(desk, Article(company_id=company.id, published_at=clock.at, **article))
    town.live(actions)
    return town


@pytest.mark.slow
def test_random_days_in_three_companies_mix_nothing(desk: Desk, clock: FixedClock) -> None:
    scale = Scale.of_this_run()
    actions = scale.pick(1_000, 10_000)

    town = run(desk, clock, seed=scale.seed, actions=actions)

    rows = check(town)
    replies = sum(each.purpose == "reply" for each in town.sent())
    assert sum(town.done.values()) == actions
    assert town.done["an_agent_replies refused"] > actions / 100
    assert replies > actions / 10
    assert rows > actions / 5
    kept, rebuilt = kept_and_rebuilt(town.desk)
    assert kept
    assert kept == rebuilt
