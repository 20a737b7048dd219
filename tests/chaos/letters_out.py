"""Replies with tokens: written on tickets of their own, found again in what a mail server was handed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from datetime import timedelta
from email.message import EmailMessage

from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from hub.desk import Desk
from hub.domain.access import Actor
from hub.models import Message
from hub.services.intake import accept, receive
from hub.services.sending.reply import Draft, reply
from tests.chaos.rig import Rig
from tests.chaos.tokens import TOKEN, Tally
from tests.factories import make_agent
from tests.journeys.running import wait_for
from tests.services.steps import mail
from tests.standins.smtp_session import Received
from tests.standins.smtp_sink import SmtpSink


def write_replies(rig: Rig, tally: Tally, number: int, *, agent: Actor | None = None) -> None:
    """Take some mails in and answer each with a token; the answers are due at once."""
    with rig.desk() as desk:
        actor = agent or make_agent(desk, rig.company)
        for _ in range(number):
            token = tally.token()
            sender = f"{token.lower()}@example.com"
            with desk.transaction():
                accept(desk, mail("The tap drips.", sender=sender, rcpt_to=rig.address), company_id=rig.company.id)
            ticket_id = wait_for(lambda sender=sender: file_and_find(desk, sender), f"The mail of {sender}")
            with desk.transaction():
                draft = Draft(f"We come at nine. {token}", send_at=desk.clock.now() - timedelta(seconds=1))
                reply(desk, actor, ticket_id, draft)


def file_and_find(desk: Desk, sender: str) -> int | None:
    """File what waits, unless a worker does, and return the ticket of a sender once there is one."""
    with suppress(OperationalError):  # a worker has it in its hands: a loop would try again as well
        receive(desk)
    desk.session.rollback()
    return desk.session.scalar(select(Message.ticket_id).where(Message.author_address == sender))


def tokens_sent(sink: SmtpSink) -> list[str]:
    """Return the text of every mail a sink has taken."""
    return texts_of(sink.messages)


def texts_of(mails: Iterable[Received]) -> list[str]:
    """Return the text of some mails that were taken."""
    return [text_of(each.message) for each in mails]


def text_of(message: EmailMessage) -> str:
    """Return the plain text of a mail."""
    body = message.get_body(("plain",))
    return str(body.get_content()) if body is not None else ""


def doubled(sink: SmtpSink) -> dict[str, set[str]]:
    """Return the Message-IDs of every token that was handed over more than once."""
    ids: dict[str, set[str]] = {}
    times: Counter[str] = Counter()
    for each in sink.messages:
        for token in set(TOKEN.findall(text_of(each.message))):
            times[token] += 1
            ids.setdefault(token, set()).add(each.message_id)
    return {token: found for token, found in ids.items() if times[token] > 1}
