"""`/tickets/{number}/messages`: what was said, and what an agent says or notes; and the files of both."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from urllib.parse import quote
from uuid import UUID

from flask import Response
from pydantic import Field

from hub.domain.delivery import OutboxState
from hub.domain.ticket import AuthorKind, Direction, Visibility
from hub.models import Message
from hub.services.sending.reply import Draft, reply, write_note
from hub.services.tickets.files import find_attachment, read_attachment
from hub.services.tickets.ticket_messages import Said, list_messages, with_files
from hub.web.api.blueprint import api, need_tickets
from hub.web.api.fields import Body, FileIn, Id, Instant, Out, Paged, Text, absent, bytes_of, open_files
from hub.web.api.once import once
from hub.web.desk import current_desk
from hub.web.security import FILE_POLICY

MOST_FILES = 30
PERSONAL = "personal"


class AuthorOut(Out):
    """Who said it: somebody outside, a colleague, or the machine."""

    kind: str
    name: str
    address: str


class AttachmentOut(Out):
    """A file; its bytes are at `url`."""

    id: UUID
    name: str
    content_type: str
    size: int
    url: str


class DeliveryOut(Out):
    """What became of an outgoing message, for one set of people."""

    id: UUID
    state: OutboxState
    recipient: str
    error: str


class MessageOut(Out):
    """One utterance on a ticket; an internal one is a note."""

    id: int
    ticket: int
    kind: str
    direction: Direction
    visibility: Visibility
    channel: str
    author: AuthorOut
    subject: str
    text: str
    reply_text: str
    html: str
    trust: str
    language: str
    defects: list[str]
    files_to_come: int
    created_at: datetime
    sent_at: datetime | None
    attachments: list[AttachmentOut]
    deliveries: list[DeliveryOut]


class MessageList(Out):
    """A page of a ticket's messages."""

    items: list[MessageOut]
    next: str | None


class MessageIn(Body):
    """A reply to the people of a ticket, or a note that only staff see."""

    kind: Literal["reply", "note"]
    text: Annotated[Text, Field(min_length=1)]
    channel: Literal["email", "sms", "portal"] = absent()
    close: bool = Field(default=False, description="Close the ticket with the reply.")
    send_at: Instant = absent()
    last_seen: Annotated[Id, Field(description="The newest inbound message read: a newer one stops it (409).")] = (
        absent()
    )
    attachments: Annotated[list[FileIn], Field(max_length=MOST_FILES)] = Field(default_factory=list)


@api.get("/tickets/<id:number>/messages")
@api.input(Paged, location="query", arg_name="query")
@api.output(MessageList)
def messages(number: int, query: Paged) -> MessageList:
    """List a ticket's messages and notes, oldest first."""
    page = list_messages(current_desk(), need_tickets(), number, cursor=query.cursor, limit=query.limit)
    return MessageList(items=[describe(each) for each in page.items], next=page.next)


@api.post("/tickets/<id:number>/messages")
@api.input(MessageIn, arg_name="draft")
@api.output(MessageOut, status_code=201)
@once(201)
def write(number: int, draft: MessageIn) -> MessageOut:
    """Write a reply, which leaves after its undo time, or a note, which never leaves."""
    desk, actor = current_desk(), need_tickets()
    files = open_files(draft.attachments)
    if draft.kind == "note":
        message = write_note(desk, actor, number, draft.text, files=files)
    else:
        wanted = Draft(draft.text, draft.channel or "", draft.last_seen, draft.close, draft.send_at, files)
        message = reply(desk, actor, number, wanted)
    desk.session.flush()
    return describe(with_files(desk, [message])[0])


@api.get("/attachments/<uuid:attachment_id>")
@api.doc(responses=bytes_of("The file's bytes", "application/octet-stream"))
def attachment(attachment_id: UUID) -> Response:
    """Download a file."""
    desk = current_desk()
    found = find_attachment(desk, need_tickets(), None, attachment_id)
    response = Response(read_attachment(desk, found), mimetype="application/octet-stream")
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(found.name, safe='')}"
    response.headers["Content-Security-Policy"] = FILE_POLICY
    return response


def _kind(row: Message) -> str:
    """Return what a message is: what a channel read in it, else who says it to whom."""
    if row.kind != PERSONAL:
        return row.kind
    if row.visibility == Visibility.INTERNAL:
        return "note"
    if row.direction == Direction.IN:
        return PERSONAL
    return "reply" if row.author_kind == AuthorKind.AGENT else "automatic"


def describe(said: Said) -> MessageOut:
    """Return a message as programs see it."""
    row = said.message
    return MessageOut(
        id=row.id,
        ticket=row.ticket_id,
        kind=_kind(row),
        direction=Direction(row.direction),
        visibility=Visibility(row.visibility),
        channel=row.channel,
        author=AuthorOut(kind=row.author_kind, name=row.author_name, address=row.author_address),
        subject=row.subject,
        text=row.text,
        reply_text=row.reply_text,
        html=row.safe_html,
        trust=row.trust,
        language=row.language,
        defects=[str(each) for each in row.facts.get("defects", [])],
        files_to_come=len(row.facts.get("media_waiting", [])),
        created_at=row.created_at,
        sent_at=row.sent_at,
        attachments=[
            AttachmentOut(
                id=each.public_id,
                name=each.name,
                content_type=each.content_type,
                size=each.size,
                url=f"/api/v1/attachments/{each.public_id}",
            )
            for each in said.files
        ],
        deliveries=[
            DeliveryOut(id=each.id, state=OutboxState(each.state), recipient=each.recipient, error=each.error)
            for each in said.deliveries
        ],
    )
