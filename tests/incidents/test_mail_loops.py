"""Mail loops (osTicket 598dedc, FreeScout 59da4e4f): two machines thanked each other for their thanks until disks were full.

Our rule: mail that says it is a machine's is answered by none, and where it does not say so, budgets end it: three automatic
messages to one address within the hour, then silence and a flag for people. Everything that came is kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from hub.clock import FixedClock
from hub.models import Message, Ticket
from hub.services.sending.acknowledge import LOOP
from tests.factories import make_agent, make_company
from tests.services.steps import (
    Office,
    acknowledged,
    events_of,
    mail,
    make_resident,
    outbox,
    send_all,
    take_in,
    triage_all,
)


def test_a_responder_that_strips_every_header_gets_three_answers_and_a_flag(office: Office, clock: FixedClock) -> None:
    make_resident(office, "bot@example.com")
    answers = bounce_back(office, clock, minutes=10)

    received = office.desk.session.scalar(select(func.count()).select_from(Message).where(Message.direction == "in"))
    flagged = office.desk.session.scalars(select(Ticket).where(Ticket.tags.contains([LOOP]))).all()
    assert answers == 3
    assert received == 11
    assert flagged
    assert "not acknowledged" in events_of(office.desk, flagged[0].id)


def bounce_back(office: Office, clock: FixedClock, *, minutes: int) -> int:
    """Let a stupid responder write a fresh mail a minute, whatever it hears."""
    for _ in range(minutes + 1):
        take_in(office.desk, mail("I am away.", sender="bot@example.com", subject="Away"))
        triage_all(office.desk)
        send_all(office.desk)
        clock.at += timedelta(minutes=1)
    return len(office.providers["email"].sent)


def test_two_desks_that_answer_each_other_stop_after_three_messages(office: Office, clock: FixedClock) -> None:
    other = make_company(office.desk, "Hafen Homes", mail="office@example.net")
    make_agent(office.desk, other, "Jonas Weber")
    take_in(office.desk, mail("Hello, is anybody there?", sender="office@example.net", rcpt_to="desk@example.org"))
    carried = 0

    for _ in range(20):
        triage_all(office.desk)
        send_all(office.desk)
        for each in carry(office, carried):
            take_in(office.desk, each)
        carried = len(office.providers["email"].sent)
        clock.at += timedelta(seconds=30)

    assert len(outbox(office.desk, "acknowledgement", "answer", "safety")) <= 3


def carry(office: Office, since: int) -> Iterator[object]:
    """Carry what one desk sent to the other, every header lost on the way."""
    for message in office.providers["email"].sent[since:]:
        yield mail(
            message.text,
            sender=message.sender.value,
            rcpt_to=message.recipients[0].value,
            subject=message.subject.replace("[", "").replace("]", ""),
        )


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Auto_Submitted": "auto-generated"},
        {"Precedence": "bulk"},
        {"List_Id": "<tenants.example.com>"},
        {"X_Auto_Response_Suppress": "All"},
        {"sender": "MAILER-DAEMON@example.com"},
        {"sender": "no-reply@example.com"},
        {"sender": "desk@example.org"},
    ],
)
def test_machines_and_ourselves_get_no_acknowledgement(office: Office, headers: dict[str, str]) -> None:
    take_in(office.desk, mail(**headers))

    assert acknowledged(office) == []
