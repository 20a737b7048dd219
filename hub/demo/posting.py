"""Messages of the demo with all that belongs to one: envelope, outbox row, references, event."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from channels.html import text_to_html
from channels.message import Address, IdentityKind, Trust
from channels.message import Attachment as File
from channels.wire import to_json
from hub.demo.letters import Received, compose, quote, receive
from hub.demo.pictures import photo
from hub.demo.rows import Rows
from hub.demo.stage import Play
from hub.demo.wording import as_letter, as_reply
from hub.desk import Desk
from hub.domain.delivery import UNDO, OutboxState, Purpose, Urgency, patience
from hub.domain.envelope import EnvelopeState, choose_lane
from hub.domain.reference import hash_id
from hub.domain.ticket import AuthorKind, Direction, Visibility
from hub.models import Attachment, Envelope, Message, MessageReference, OutboxRow, TicketEvent

KINDS = {"email": IdentityKind.EMAIL, "sms": IdentityKind.PHONE, "portal": IdentityKind.PORTAL}
TRIAGED_WITHIN = timedelta(seconds=10)


@dataclass
class Talk:
    """One conversation while it is written: its ticket's number, and what was said last."""

    rows: Rows
    play: Play
    number: int
    desk: Desk
    public_id: UUID = field(default_factory=uuid4)
    last_received: str = ""
    last_sent: str = ""
    last_words: tuple[str, str, datetime] | None = None

    @property
    def channel(self) -> str:
        """Return the channel people talk on."""
        return self.play.story.channel

    @property
    def company_id(self) -> int:
        """Return the company all rows belong to."""
        return self.play.stage.company.id

    @property
    def language(self) -> str:
        """Return the language people talk in."""
        return self.play.story.options.get("lang", "en")

    @property
    def subject(self) -> str:
        """Return the subject of the ticket: the mail's, else the first words."""
        return self.play.story.subject or self.play.story.lines[0].text[:120]

    @property
    def recipient(self) -> Address:
        """Return where answers go."""
        requester = self.play.requester
        value = str(self.public_id) if self.channel == "portal" else requester.address
        return Address(KINDS[self.channel], value, requester.person.name)

    def receive(self, words: str, at: datetime, message_id: int, *, opening: bool) -> str:
        """Write one message of the requester with its envelope, and return it without what it quotes."""
        stage, requester = self.play.stage, self.play.requester
        name = requester.person.name
        said = as_letter(words, channel=self.channel, language=self.language, name=name, random=stage.random)
        files = self._photos if opening else ()
        quoted = quote(*self.last_words) if self.channel == "email" and self.last_words and not opening else ""
        came = receive(
            self.channel,
            sender=Address(KINDS[self.channel], requester.address, name),
            to=stage.own_address(self.channel),
            subject=self.subject if opening else f"Re: {self.subject} [#{self.number}]",
            text=said + quoted,
            at=at,
            answers="" if opening else self.last_sent,
            ticket="" if opening else str(self.public_id),
            known=requester.known,
            files=files,
        )
        self._message(
            message_id,
            at,
            direction=Direction.IN,
            author_kind=AuthorKind.CONTACT,
            author_name=name,
            author_address=requester.address,
            contact_id=requester.person.contact_id,
            subject=came.subject,
            text=said + quoted,
            reply_text=said,
            trust=Trust.VERIFIED if requester.known or self.channel == "sms" else Trust.UNVERIFIED,
            language=self.language,
            sent_at=at,
            triaged_at=at + TRIAGED_WITHIN,
            may_answer=True,
            facts=came.facts | {"threaded_by": "" if opening else "reference"},
        )
        self._attach(files, at, message_id)
        self._envelope(came, at, message_id)
        self._reference(came.message_id, message_id, sent=False)
        kind = "first message" if opening else "message received"
        self.event(kind, at, by=AuthorKind.CONTACT, name=name, message_id=message_id, channel=self.channel)
        self.last_received, self.last_words = came.message_id, (said, name or requester.address, at)
        return said

    def reply(self, words: str, at: datetime, message_id: int, *, first: bool) -> str:
        """Write an agent's answer with its outbox row and return its words."""
        agent = self.play.agent
        said = as_reply(
            words,
            channel=self.channel,
            language=self.language,
            name=self.play.requester.person.name,
            agent=agent.name,
            company=self.play.stage.company.name,
        )
        author = {"author_kind": AuthorKind.AGENT, "author_name": agent.name, "agent_id": agent.id}
        self._send(said, at, message_id, Purpose.REPLY, f"Re: {self.subject} [#{self.number}]", **author)
        self.event("reply", at, by=AuthorKind.AGENT, message_id=message_id, first=first, channel=self.channel)
        return said

    def say(self, words: str, at: datetime, message_id: int, purpose: Purpose, *, subject: str = "") -> None:
        """Write a message of the desk itself."""
        company = self.play.stage.company.name
        subject = subject or f"[#{self.number}] {company}"
        author = {"author_kind": AuthorKind.MACHINE, "author_name": company, "kind": purpose, "subject": subject}
        self._send(words, at, message_id, purpose, subject, **author)
        self.event("machine message", at, message_id=message_id, purpose=str(purpose))

    def note(self, words: str, at: datetime, message_id: int) -> None:
        """Write a note that only staff can see."""
        agent = self.play.agent
        self._message(
            message_id,
            at,
            visibility=Visibility.INTERNAL,
            channel="note",
            author_kind=AuthorKind.AGENT,
            author_name=agent.name,
            agent_id=agent.id,
            text=words,
            reply_text=words,
        )
        self.event("note", at, by=AuthorKind.AGENT, message_id=message_id)

    def post(
        self,
        words: str,
        at: datetime,
        purpose: Purpose,
        *,
        channel: str,
        to: Address,
        subject: str = "",
        message_id: int | None = None,
    ) -> str:
        """Write what left as an outbox row and return its Message-ID; without a message it is a page or a survey."""
        stage = self.play.stage
        outbox_id = uuid4()
        outbound = compose(
            outbox_id=outbox_id,
            channel=channel,
            sender=Address(KINDS[channel], stage.own_address(channel) or "portal", stage.company.name),
            recipient=to,
            text=words,
            subject=subject,
            html=text_to_html(words),
            automatic=purpose is not Purpose.REPLY,
            company_id=self.company_id,
            number=self.number,
            keys=self.desk.vault.keys("reply token"),
            answers=self.last_received if channel == "email" else "",
        )
        account = stage.accounts.get(channel)
        left = at + UNDO if purpose is Purpose.REPLY and channel != "portal" else at
        taken = left + timedelta(seconds=1)
        self.rows.add(
            OutboxRow,
            id=outbox_id,
            company_id=self.company_id,
            account_id=account.id if account else None,
            ticket_id=self.number,
            message_id=message_id,
            channel=channel,
            purpose=purpose,
            recipient=to.value,
            payload=to_json(outbound),
            rfc_message_id=outbound.message_id or None,
            urgency=int(Urgency.PERSON if purpose is Purpose.REPLY else Urgency.MACHINE),
            state=OutboxState.DELIVERED if channel == "sms" else OutboxState.ACCEPTED,
            attempts=1,
            next_at=left,
            give_up_at=left + patience(channel),
            provider_id=f"demo-{outbox_id}",
            accepted_at=taken,
            delivered_at=taken if channel == "sms" else None,
            created_at=at,
        )
        return outbound.message_id

    def event(
        self,
        kind: str,
        at: datetime,
        *,
        by: AuthorKind = AuthorKind.MACHINE,
        name: str = "",
        message_id: int | None = None,
        agent_id: int | None = None,
        **facts: Any,
    ) -> None:
        """Write one line of the ticket's history; an agent's without a name is the one who answers."""
        if by is AuthorKind.AGENT and agent_id is None:
            name, agent_id = self.play.agent.name, self.play.agent.id
        self.rows.add(
            TicketEvent,
            company_id=self.company_id,
            ticket_id=self.number,
            kind=kind,
            actor_kind=by,
            agent_id=agent_id,
            actor_name=name,
            message_id=message_id,
            facts=facts,
            created_at=at,
        )

    @property
    def _photos(self) -> tuple[File, ...]:
        name = self.play.story.options.get("photo", "")
        return (File(f"{name}.jpg", "image/jpeg", photo(name), declared_type="image/jpeg"),) if name else ()

    def _attach(self, files: Sequence[File], at: datetime, message_id: int) -> None:
        for each in files:
            self.rows.add(
                Attachment,
                company_id=self.company_id,
                message_id=message_id,
                sha256=self.desk.storage.put(each.data),
                name=each.name,
                content_type=each.content_type,
                declared_type=each.declared_type,
                size=len(each.data),
                created_at=at,
            )

    def _send(
        self, words: str, at: datetime, message_id: int, purpose: Purpose, subject: str, /, **author: Any
    ) -> None:
        to = self.recipient
        facts = {"to": [{"address": to.value, "name": to.name}]}
        self._message(message_id, at, text=words, reply_text=words, facts=facts, **author)
        sent = self.post(words, at, purpose, channel=self.channel, to=to, subject=subject, message_id=message_id)
        if sent:
            self._reference(sent, message_id, sent=True)
            self.last_sent = sent
        self.last_words = (words, self.play.stage.company.name, at)

    def _message(self, message_id: int, at: datetime, **given: Any) -> None:
        usual: dict[str, Any] = {
            "direction": Direction.OUT,
            "visibility": Visibility.PUBLIC,
            "channel": self.channel,
            "kind": "personal",
            "author_address": "",
            "contact_id": None,
            "agent_id": None,
            "subject": "",
            "trust": Trust.VERIFIED,
            "language": "",
            "sent_at": None,
            "triaged_at": None,
            "may_answer": False,
            "facts": {},
        }
        owner = {"id": message_id, "company_id": self.company_id, "ticket_id": self.number, "created_at": at}
        self.rows.add(Message, **owner | usual | given)

    def _envelope(self, came: Received, at: datetime, message_id: int) -> None:
        account = self.play.stage.accounts.get(self.channel)
        self.rows.add(
            Envelope,
            company_id=self.company_id,
            account_id=account.id if account else None,
            channel=self.channel,
            source="demo",
            source_key=hashlib.sha256(came.message_id.encode()).digest(),
            content_key=hashlib.sha256(self.channel.encode() + b"\0" + came.raw).digest(),
            raw=came.raw,
            size=len(came.raw),
            facts=came.transport,
            received_at=at,
            state=EnvelopeState.DONE,
            lane=int(choose_lane(self.channel, history=False)),
            message_id=message_id,
        )

    def _reference(self, rfc_id: str, message_id: int, *, sent: bool) -> None:
        self.rows.add(
            MessageReference,
            company_id=self.company_id,
            id_hash=hash_id(rfc_id),
            message_id=message_id,
            ticket_id=self.number,
            sent=sent,
        )
