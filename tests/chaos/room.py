"""A company at work in this process, over real servers and real channels: for cases that are about order, not about kills."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy import select

from channels.email import EmailChannel
from hub.app import choose_channels
from hub.clock import FixedClock
from hub.desk import Desk
from hub.domain.access import Actor
from hub.domain.delivery import WAITING
from hub.models import Company, OutboxRow, Participant, TicketEvent
from hub.services.sending.reply import Draft, reply
from hub.services.sending.sending import LEASE, send
from hub.services.settings.setup import connect_account
from tests.chaos.asking import count_states, count_waiting, find_broken, texts_in
from tests.chaos.tokens import Tally
from tests.factories import make_agent, make_company, make_contact, save
from tests.services.steps import mail, take_in, text_message, thinking

MAIL = "desk@example.org"
NUMBER = "+12025550100"


@dataclass(frozen=True)
class Room:
    """A desk whose channels are the real ones, its company, an agent, and the clock they live by."""

    desk: Desk
    company: Company
    maria: Actor
    clock: FixedClock

    @classmethod
    def furnish(
        cls, desk: Desk, clock: FixedClock, *, mail: dict[str, str] | None = None, sms: dict[str, str] | None = None
    ) -> Room:
        """Found a company with accounts at the given providers."""
        company = make_company(desk, mail=MAIL, number=NUMBER)
        maria = make_agent(desk, company)
        with desk.transaction():
            for channel, address, secrets in (("email", MAIL, mail), ("sms", NUMBER, sms)):
                connect_account(desk, company, channel, address, secrets or {})
        return cls(replace(thinking(desk), channels=choose_channels(practice=False)), company, maria, clock)

    def texts(self) -> list[str]:
        """Return the text of every message that came in."""
        return texts_in(self.desk)

    def waiting(self) -> int:
        """Return how many envelopes nobody has filed."""
        return count_waiting(self.desk)

    def states(self) -> dict[str, int]:
        """Return how many envelopes ended how."""
        return count_states(self.desk)

    def broken_promises(self) -> dict[str, int]:
        """Return the promises of `hub doctor` that do not hold."""
        return find_broken(self.desk)

    def answer_mail(self, tally: Tally, *, also: str = "") -> OutboxRow:
        """Take a mail in and answer it with a token, perhaps to a second person; returns what carries the answer."""
        token = tally.token()
        (message,) = take_in(self.desk, mail(sender=f"{token.lower()}@example.com"))
        if also:
            contact = make_contact(self.desk, self.company, also, email=also)
            person = Participant(company_id=self.company.id, ticket_id=message.ticket_id, contact_id=contact.id)
            save(self.desk, person)
        return self._answer(message.ticket_id, token)

    def answer_text(self, tally: Tally, sender: str) -> OutboxRow:
        """Take a text in and answer it with a token."""
        token = tally.token()
        (message,) = take_in(self.desk, text_message("No water", sender=sender))
        return self._answer(message.ticket_id, token)

    def answer_texts(self, tally: Tally, senders: Sequence[str]) -> list[OutboxRow]:
        """Take a text of each sender in, all at once, and answer each with a token; returns what carries the answers."""
        taken = take_in(self.desk, *(text_message("No water", sender=each) for each in senders))
        tickets = {each.author_address: each.ticket_id for each in taken}
        return [self._answer(tickets[each], tally.token()) for each in senders]

    def _answer(self, ticket_id: int, token: str) -> OutboxRow:
        with self.desk.transaction():
            written = reply(self.desk, self.maria, ticket_id, Draft(f"We come. {token}", send_at=self.clock.at))
        return self.desk.session.scalars(select(OutboxRow).where(OutboxRow.message_id == written.id)).one()

    def read(self, row: OutboxRow) -> OutboxRow:
        """Return a row as it is now."""
        return next(each for each in self.rows() if each.id == row.id)

    def events(self, kind: str) -> list[TicketEvent]:
        """Return what was told on tickets, of one kind."""
        query = select(TicketEvent).where(TicketEvent.kind == kind).order_by(TicketEvent.id)
        return list(self.desk.session.scalars(query))

    def rows(self) -> list[OutboxRow]:
        """Return the outbox as it is now."""
        query = select(OutboxRow).order_by(OutboxRow.position).execution_options(populate_existing=True)
        return list(self.desk.session.scalars(query))

    def hang_up(self) -> None:
        """Close the connections kept to the mail server, as half a minute without mail does."""
        channel = self.desk.channels["email"]
        assert isinstance(channel, EmailChannel)
        channel.close()

    def send_until_settled(self, rounds: int = 60) -> None:
        """Let time pass from attempt to attempt until nothing waits."""
        for _ in range(rounds):
            while send(self.desk):
                pass
            waiting = [each for each in self.rows() if each.state in WAITING]
            if not waiting:
                return
            self.clock.at = max(self.clock.at, min(each.next_at for each in waiting)) + timedelta(milliseconds=1)
            if any(each.state == "sending" for each in waiting):
                self.clock.at += LEASE
