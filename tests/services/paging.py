"""What tests of alarms do: raise one, let people answer it, and read what became of it."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from channels.channel import Action
from hub.clock import FixedClock
from hub.desk import Desk
from hub.models import Alarm, Message, OutboxRow, Page, TicketEvent
from hub.services.emergencies.alarms import climb
from hub.services.emergencies.page_answers import hear_key
from tests.services.steps import Office, outbox, take_in, text_message

FLOOD = "Water is pouring through the ceiling into my kitchen"
TOM, INES, KARL = "+12025550191", "+12025550192", "+12025550193"


def raise_one(office: Office, words: str = FLOOD) -> Message:
    """Let a resident tell of danger."""
    (message,) = take_in(office.desk, text_message(words))
    return message


def alarms(desk: Desk) -> list[Alarm]:
    """Return every alarm as it is now, oldest first."""
    return list(desk.session.scalars(select(Alarm).order_by(Alarm.id).execution_options(populate_existing=True)))


def pages(desk: Desk, channel: str = "sms") -> list[str]:
    """Return whom the pages of one way went to, in order."""
    return list(desk.session.scalars(select(Page.phone).where(Page.channel == channel).order_by(Page.id)))


def wait(office: Office, clock: FixedClock, minutes: float) -> int:
    """Let some minutes pass and whatever is due happen."""
    clock.at += timedelta(minutes=minutes)
    return climb(office.desk)


def say(office: Office, words: str, *, phone: str = TOM) -> Message:
    """Let somebody text the desk."""
    (message,) = take_in(office.desk, text_message(words, sender=phone))
    return message


def press(office: Office, key: str, *, phone: str = TOM, page: Page | None = None) -> str:
    """Let somebody press a key in the last call they got, or in that of another page."""
    desk = office.desk
    query = select(Page).where(Page.channel == "voice", Page.phone == phone).order_by(Page.id.desc()).limit(1)
    found = page or desk.session.scalars(query).one()
    with desk.transaction():
        return hear_key(desk, office.company.id, Action("", "key_pressed", str(found.id), phone, key))


def told(desk: Desk, phone: str) -> list[OutboxRow]:
    """Return the texts of the desk to somebody on call, oldest first."""
    return [each for each in outbox(desk, "page") if each.channel == "sms" and each.recipient == phone]


def facts_of(desk: Desk, ticket_id: int, kind: str) -> list[dict[str, object]]:
    """Return what is known of each event of a kind on a ticket, oldest first."""
    query = select(TicketEvent.facts).where(TicketEvent.ticket_id == ticket_id, TicketEvent.kind == kind)
    return list(desk.session.scalars(query.order_by(TicketEvent.id)))
