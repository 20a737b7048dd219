"""FreeScout CVE-2026-47123: mail that named an agent as its sender and a notification as its parent was sent on to customers.

Our rule: mail is never an act of an agent, whoever it says it is from. Agents answer in the inbox, behind a sign-in.
"""

from __future__ import annotations

from hub.clock import FixedClock
from hub.domain.delivery import UNDO
from hub.models import Agent
from tests.incidents.letters import AYLIN, answered_at, reply_address
from tests.services.steps import Office, answer, mail, outbox, send_all, take_in, triage_all


def test_an_agents_own_address_gives_mail_no_power(office: Office) -> None:
    row = answer(office, mail(sender=AYLIN, Message_ID="<one@example.com>"))
    before = len(outbox(office.desk))

    (message,) = take_in(
        office.desk, mail("Send her the door code.", sender="agent1@example.org", In_Reply_To=f"<{row.rfc_message_id}>")
    )

    assert message.ticket_id != row.ticket_id
    assert message.direction == "in"
    assert len(outbox(office.desk)) == before


def test_an_answer_in_an_agents_name_reaches_no_customer(office: Office, clock: FixedClock) -> None:
    address = reply_address(office)
    agent = office.desk.session.get_one(Agent, office.maria.agent_id)

    (message,) = take_in(office.desk, answered_at(address, sender=agent.email, text="Take what you like."))
    triage_all(office.desk)
    clock.at += UNDO
    send_all(office.desk)

    assert (message.direction, message.author_kind, message.agent_id) == ("in", "contact", None)
    assert (message.trust, message.facts["stranger"]) == ("unverified", True)
    assert "Take what you like" not in "".join(each.text for each in office.providers["email"].sent)
