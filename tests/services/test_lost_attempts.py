"""An attempt whose answer was lost: looked up before anything is sent again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import uuid4

from channels.channel import Account, Unreachable
from channels.message import (
    Address,
    Envelope,
    IdentityKind,
    InboundMessage,
    OutboundMessage,
    Outcome,
    Receipt,
    Unreadable,
)
from channels.wire import to_json
from hub.clock import FixedClock
from hub.desk import Desk
from hub.models import Attachment, Company, Message, OutboxRow, Ticket
from hub.services.sending.sending import LEASE, send
from tests.factories import make_company, save

ANNA = "+12025550123"


@dataclass
class ScriptedChannel:
    """A provider that answers each attempt, and each look-up, as it was told to."""

    answers: list[Receipt]
    list_says: Callable[[], Receipt | None] = lambda: None
    sent: list[OutboundMessage] = field(default_factory=list)
    asked: list[tuple[datetime, frozenset[str]]] = field(default_factory=list)
    kind: str = "sms"

    def parse(self, envelope: Envelope) -> InboundMessage | Unreadable:
        return Unreadable("Nothing comes in here.")

    def send(self, message: OutboundMessage, account: Account) -> Receipt:
        self.sent.append(message)
        return self.answers.pop(0)

    def recent(self, account: Account, *, since: datetime) -> list[Envelope]:
        return []

    def find_sent(
        self, message: OutboundMessage, account: Account, *, since: datetime, known: frozenset[str] = frozenset()
    ) -> Receipt | None:
        self.asked.append((since, known))
        return self.list_says()


def unreachable() -> Receipt | None:
    raise Unreachable("Twilio did not answer.")


def write_row(desk: Desk, company: Company, clock: FixedClock, **more: object) -> OutboxRow:
    number = uuid4()
    us, them = Address(IdentityKind.PHONE, "+12025550100"), Address(IdentityKind.PHONE, ANNA)
    values = {
        "id": number,
        "company_id": company.id,
        "channel": "sms",
        "purpose": "reply",
        "recipient": ANNA,
        "payload": to_json(OutboundMessage(number, "sms", us, (them,), "We come at nine")),
        "next_at": clock.at,
        "give_up_at": clock.at + timedelta(hours=4),
        **more,
    }
    return save(desk, OutboxRow(**values))


def test_a_lost_answer_is_looked_up_from_the_instant_of_its_attempt(desk: Desk, clock: FixedClock) -> None:
    channel = ScriptedChannel([Receipt(Outcome.UNKNOWN)], lambda: Receipt(Outcome.ACCEPTED, "SM1"))
    desk = replace(desk, channels={"sms": channel})
    row = write_row(desk, make_company(desk), clock)
    began = clock.at
    send(desk)
    clock.at += timedelta(hours=1)

    send(desk)

    assert channel.asked == [(began, frozenset())]
    assert len(channel.sent) == 1
    assert (row.state, row.provider_id) == ("accepted", "SM1")


def test_a_list_that_cannot_be_read_leaves_the_outcome_unknown_and_sends_nothing(desk: Desk, clock: FixedClock) -> None:
    channel = ScriptedChannel([Receipt(Outcome.UNKNOWN)], unreachable)
    desk = replace(desk, channels={"sms": channel})
    row = write_row(desk, make_company(desk), clock)
    began = clock.at
    send(desk)

    for _ in range(3):
        clock.at = row.next_at
        send(desk)

    assert (row.state, len(channel.sent)) == ("unknown", 1)
    assert "Twilio did not answer." in row.error
    assert {since for since, _ in channel.asked} == {began}


def test_what_the_provider_has_not_got_is_sent_again_with_the_same_id(desk: Desk, clock: FixedClock) -> None:
    channel = ScriptedChannel([Receipt(Outcome.UNKNOWN), Receipt(Outcome.ACCEPTED, "SM2")])
    desk = replace(desk, channels={"sms": channel})
    row = write_row(desk, make_company(desk), clock)
    send(desk)
    clock.at += timedelta(minutes=2)

    send(desk)

    assert (row.state, row.provider_id) == ("accepted", "SM2")
    assert {each.id for each in channel.sent} == {row.id}


def test_the_same_words_sent_before_are_not_taken_for_the_lost_text(desk: Desk, clock: FixedClock) -> None:
    channel = ScriptedChannel([Receipt(Outcome.UNKNOWN)], lambda: Receipt(Outcome.ACCEPTED, "SM2"))
    desk = replace(desk, channels={"sms": channel})
    company = make_company(desk)
    write_row(desk, company, clock, state="delivered", provider_id="SM1")
    write_row(desk, company, clock, state="delivered", provider_id="SM9", recipient="+12025550188")
    write_row(desk, company, clock)
    send(desk)
    clock.at += timedelta(minutes=2)

    send(desk)

    assert [known for _, known in channel.asked] == [frozenset({"SM1"})]


def test_a_sender_that_died_is_looked_up_from_when_it_began(desk: Desk, clock: FixedClock) -> None:
    channel = ScriptedChannel([], lambda: Receipt(Outcome.ACCEPTED, "SM1"))
    desk = replace(desk, channels={"sms": channel})
    began = clock.at - LEASE - timedelta(minutes=1)
    row = write_row(
        desk, make_company(desk), clock, state="sending", attempted_at=began, lease_until=began + LEASE, lease_token=uuid4()
    )  # fmt: skip

    send(desk)

    assert ([since for since, _ in channel.asked], row.state) == ([began], "accepted")


def test_an_attached_file_that_is_gone_fails_its_message_and_delays_no_other(desk: Desk, clock: FixedClock) -> None:
    channel = ScriptedChannel([Receipt(Outcome.ACCEPTED, "SM1")])
    desk = replace(desk, channels={"sms": channel})
    company = make_company(desk)
    ticket = save(desk, Ticket(company_id=company.id, channel="sms"))
    message = save(
        desk,
        Message(company_id=company.id, ticket_id=ticket.id, direction="out", channel="sms", author_kind="agent"),
    )
    save(
        desk,
        Attachment(
            company_id=company.id, message_id=message.id, sha256="0" * 64, name="a.pdf", content_type="application/pdf", size=1
        ),
    )  # fmt: skip
    broken = write_row(desk, company, clock, ticket_id=ticket.id, message_id=message.id)
    good = write_row(desk, company, clock)

    send(desk)

    assert (broken.state, good.state) == ("failed", "accepted")
    assert "An attached file is missing" in broken.error
