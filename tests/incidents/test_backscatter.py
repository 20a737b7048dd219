"""Backscatter and joe jobs: desks that bounced mail after they had taken it wrote to addresses that never wrote to them.

Our rule: what we took we keep, and no machine tells the sender what is wrong with it. Only the door refuses, before it took.
"""

from __future__ import annotations

from sqlalchemy import func, select

from hub.clock import FixedClock
from hub.domain.delivery import UNDO
from hub.models import Ticket
from tests.incidents.letters import AYLIN
from tests.letters import arrive
from tests.services.steps import Office, answer, mail, outbox, send_all, take_in, triage_all


def test_mail_to_an_address_that_we_do_not_have_is_a_ticket_and_nothing_is_sent(office: Office) -> None:
    names = ("nobody@example.org", "desk+nonsense@example.org", "postmaster@example.org", "old-desk@example.net")
    machine = {"Auto_Submitted": "auto-generated"}

    messages = take_in(
        office.desk,
        *[mail(f"To {each}", rcpt_to=each, sender=f"{at}@example.com", **machine) for at, each in enumerate(names)],
    )
    triage_all(office.desk)
    send_all(office.desk)

    assert [each.text.strip() for each in messages] == [f"To {each}" for each in names]
    assert office.providers["email"].sent == []


def test_mail_nobody_can_read_is_a_ticket_and_nothing_is_sent(office: Office) -> None:
    take_in(
        office.desk,
        arrive(b"", rcpt_to="desk@example.org"),
        arrive(b"\0" * 2000, rcpt_to="desk@example.org", mail_from="victim@example.net"),
    )
    triage_all(office.desk)
    send_all(office.desk)

    assert office.desk.session.scalar(select(func.count()).select_from(Ticket)) == 2
    assert office.providers["email"].sent == []


def test_a_bounce_of_our_own_mail_is_answered_with_none(office: Office, clock: FixedClock) -> None:
    row = answer(office, mail(sender=AYLIN))
    clock.at += UNDO
    send_all(office.desk)
    before = len(office.providers["email"].sent)

    for _ in range(3):
        take_in(
            office.desk,
            mail(
                "Undeliverable",
                sender="MAILER-DAEMON@example.com",
                In_Reply_To=f"<{row.rfc_message_id}>",
                facts={"mail_from": ""},
            ),
        )
    triage_all(office.desk)
    send_all(office.desk)

    acknowledged = outbox(office.desk, "acknowledgement")
    assert {each.recipient for each in acknowledged} <= {AYLIN}
    assert len(office.providers["email"].sent) - before <= len(acknowledged)
