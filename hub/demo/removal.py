"""Taking the demo out, and leaving what real people put in, even where they put it into a company of the demo."""

from __future__ import annotations

from datetime import time

from sqlalchemy import delete, func, or_, select, text

from hub.demo.companies import ADOPTED, FIRMS, MACROS, MARK, TAGS, holds_anything
from hub.demo.loading import take_turn
from hub.demo.settling import OUTSIDE
from hub.demo.staff import STAFF
from hub.desk import Desk
from hub.models import (
    Agent,
    Article,
    BusinessHours,
    ChannelAccount,
    Company,
    Contact,
    Envelope,
    Identity,
    Macro,
    Membership,
    Message,
    OnCallStep,
    OutboxRow,
    Property,
    Tag,
    Task,
    TaskTicket,
    Ticket,
)
from hub.services.settings.setup import FIRST_NAME, FIRST_SLUG, connect_environment, open_on_workdays

COMPANIES = select(Company.id).where(Company.demo)
PEOPLE = select(Contact.id).where(Contact.demo, Contact.company_id.in_(COMPANIES))
TICKETS = select(Ticket.id).where(Ticket.contact_id.in_(PEOPLE))
MESSAGES = select(Message.id).where(Message.ticket_id.in_(TICKETS))
HOMES = select(Property.id).where(Property.company_id.in_(COMPANIES), Property.outside_id.startswith(f"{OUTSIDE}-"))
STAFF_IDS = select(Agent.id).where(Agent.email.in_([each.email for each in STAFF]))
SOURCES = ("demo", "sandbox")


def remove_demo(desk: Desk) -> None:
    """Remove the demo's people with all they wrote, their homes, articles and staff, and the companies nobody else uses.

    What came from other people stays, and so do accounts that an administrator or the environment connected.
    """
    with desk.transaction() as session:
        take_turn(desk)
        session.execute(text("SELECT set_config('hub.erase', 'on', true)"))
        _remove_messages(desk)
        _remove_things(desk)
        session.execute(delete(Agent).where(Agent.demo))
        session.expire_all()
        for company in session.scalars(select(Company).where(Company.demo).order_by(Company.id)).all():
            _give_back(desk, company)
        session.execute(text("SELECT set_config('hub.erase', 'off', true)"))
        connect_environment(desk)


def _remove_messages(desk: Desk) -> None:
    """Remove what the demo's people wrote and what they were sent, with the work it made; envelopes before their messages."""
    session = desk.session
    gone = select(Envelope.id).where(
        Envelope.company_id.in_(COMPANIES), or_(Envelope.source.in_(SOURCES), Envelope.message_id.in_(MESSAGES))
    )
    session.execute(
        delete(Envelope).where(or_(Envelope.duplicate_of_id.in_(gone), Envelope.stub_ticket_id.in_(TICKETS)))
    )
    session.execute(delete(Envelope).where(Envelope.id.in_(gone)))
    addresses = (
        select(Identity.value).where(Identity.contact_id.in_(PEOPLE)).union(select(Agent.email).where(Agent.demo))
    )
    session.execute(
        delete(OutboxRow).where(
            OutboxRow.company_id.in_(COMPANIES), OutboxRow.ticket_id.is_(None), OutboxRow.recipient.in_(addresses)
        )
    )
    served = select(TaskTicket.task_id).where(TaskTicket.ticket_id.in_(TICKETS))
    others = select(TaskTicket.task_id).where(TaskTicket.ticket_id.not_in(TICKETS))
    session.execute(delete(Task).where(Task.id.in_(served), Task.id.not_in(others)))
    session.execute(delete(Ticket).where(Ticket.id.in_(TICKETS)))


def _remove_things(desk: Desk) -> None:
    """Remove people, homes, articles, and what the companies were furnished with."""
    session = desk.session
    session.execute(delete(Property).where(Property.id.in_(HOMES)))
    session.execute(delete(Contact).where(Contact.id.in_(PEOPLE)))
    session.execute(delete(Article).where(Article.demo, Article.company_id.in_(COMPANIES)))
    phones = [phone for firm in FIRMS for _, phone in firm.on_call]
    session.execute(delete(OnCallStep).where(OnCallStep.company_id.in_(COMPANIES), OnCallStep.phone.in_(phones)))
    session.execute(delete(Tag).where(Tag.company_id.in_(COMPANIES), Tag.name.in_(TAGS)))
    session.execute(delete(Macro).where(Macro.company_id.in_(COMPANIES), Macro.text.in_(MACROS.values())))
    session.execute(
        delete(ChannelAccount).where(
            ChannelAccount.company_id.in_(COMPANIES),
            ChannelAccount.settings.contains(MARK),
            ChannelAccount.secrets.is_(None),
        )
    )
    session.execute(delete(Membership).where(Membership.company_id.in_(COMPANIES), Membership.agent_id.in_(STAFF_IDS)))


def _give_back(desk: Desk, company: Company) -> None:
    """Remove a company nobody else uses; one that somebody does is theirs from now on, with usual hours."""
    session = desk.session
    connected = session.scalar(
        select(func.count()).select_from(ChannelAccount).where(ChannelAccount.company_id == company.id)
    )
    if not connected and not holds_anything(desk, company):
        session.delete(company)
        session.flush()
        return
    if ADOPTED in company.settings:
        company.name, company.slug = FIRST_NAME, FIRST_SLUG
        company.settings = {key: value for key, value in company.settings.items() if key != ADOPTED}
    company.demo = False
    company.answers_by_itself = False
    company.emergency_phone = company.signature = ""
    session.execute(delete(BusinessHours).where(BusinessHours.company_id == company.id, BusinessHours.opens == time(0)))
    open_on_workdays(desk, company)
    session.flush()
