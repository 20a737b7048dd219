"""Files of messages, for those who may see the ticket they are on."""

from __future__ import annotations

from itertools import count
from uuid import UUID

from sqlalchemy import select

from channels.channel import Unreachable
from channels.egress import Policy, download
from channels.html import safe_html
from hub.desk import Desk
from hub.domain.access import Actor
from hub.domain.ticket import Visibility
from hub.drawing import NotDrawn, Studio
from hub.errors import NotFound
from hub.models import Attachment, Contact, Envelope, Identity, Message, Ticket
from hub.services.staff.scope import tickets_of

LARGEST_SIDE = 480
WHOLE_SIDE = 1600
LEFT_OFF = " data-remote-src="
OUTSIDE = Policy(https_only=False, images_only=True, max_bytes=5_000_000, seconds=8.0)
STUDIO = Studio()
GONE = "There is no such file."
PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})  # what a browser is shown, redrawn by us


def find_attachment(
    desk: Desk, actor: Actor | None, person: tuple[Contact, Identity] | None, public_id: UUID
) -> Attachment:
    """Return an attachment of a ticket that an agent may see, or of a public message on a person's own ticket; raises `NotFound`."""
    query = (
        select(Attachment)
        .join(Message, Message.id == Attachment.message_id)
        .join(Ticket, Ticket.id == Message.ticket_id)
        .where(Attachment.public_id == public_id)
    )
    if actor is not None:
        query = query.where(tickets_of(actor))
    elif person is not None:
        query = query.where(Ticket.contact_id == person[0].id, Message.visibility == Visibility.PUBLIC)
    else:
        raise NotFound(GONE)
    found = desk.session.scalar(query)
    if found is None:
        raise NotFound(GONE)
    return found


def read_attachment(desk: Desk, attachment: Attachment) -> bytes:
    """Return a file's bytes; raises `NotFound` when storage lost them."""
    return desk.storage.get(attachment.sha256)


def make_preview(desk: Desk, attachment: Attachment, *, whole: bool = False) -> bytes:
    """Return a small WebP of a picture, or the whole of it at screen size; raises `NotFound` for what is no picture of ours."""
    if not attachment.content_type.startswith("image/"):
        raise NotFound(GONE)
    return _redraw(read_attachment(desk, attachment), WHOLE_SIDE if whole else LARGEST_SIDE)


def draw_picture(desk: Desk, sha256: str, *, whole: bool = False) -> bytes:
    """Return a kept picture as `make_preview` does; raises `NotFound`."""
    return _redraw(desk.storage.get(sha256), WHOLE_SIDE if whole else LARGEST_SIDE)


def _redraw(data: bytes, side: int) -> bytes:
    """Return a picture as we draw it, in a process of its own; raises `NotFound`."""
    try:
        return STUDIO.draw(data, side)
    except NotDrawn as error:
        raise NotFound(str(error)) from error


def count_left_off(message: Message) -> int:
    """Return how many pictures of a mail would come from somewhere else and are left off."""
    return message.safe_html.count(LEFT_OFF)


def message_html(desk: Desk, actor: Actor | None, public_id: UUID, *, pictures: bool = False) -> str:
    """Return the safe HTML of a message with its own inline pictures in place; raises `NotFound`.

    With `pictures` those from elsewhere are shown as well: we fetch and redraw them, the reader's browser asks nobody.
    """
    message = _find_message(desk, actor, public_id)
    inline = {
        each.content_id.strip("<>"): f"/attachments/{each.public_id}/preview"
        for each in desk.session.scalars(
            select(Attachment).where(Attachment.message_id == message.id, Attachment.content_id != "")
        )
    }
    numbers = count()
    return safe_html(
        _with_pictures(message) if pictures else message.safe_html,
        rewrite_cid=lambda name: inline.get(name.strip("<>")),
        rewrite_remote=(lambda _: f"/messages/{public_id}/pictures/{next(numbers)}") if pictures else None,
    ).html


def outside_picture(desk: Desk, actor: Actor | None, public_id: UUID, number: int) -> bytes:
    """Return a picture that a mail has somewhere else, fetched and redrawn by us; raises `NotFound`.

    Only an address that stands in this very message is fetched, and nothing in practice mode.
    """
    message = _find_message(desk, actor, public_id)
    addresses: list[str] = []

    def note(address: str) -> str:
        addresses.append(address)
        return address

    safe_html(_with_pictures(message), rewrite_remote=note)
    if desk.settings.practice:
        raise NotFound("In practice mode nothing leaves this machine, so nothing is fetched either.")
    if number >= len(addresses):
        raise NotFound(GONE)
    address = addresses[number]
    try:
        found = download(f"https:{address}" if address.startswith("//") else address, OUTSIDE)
    except Unreachable as error:
        raise NotFound(f"This picture could not be fetched: {error}") from error
    return _redraw(found.data, WHOLE_SIDE)


def _with_pictures(message: Message) -> str:
    return message.safe_html.replace(LEFT_OFF, " src=")


def message_original(desk: Desk, actor: Actor | None, public_id: UUID) -> bytes:
    """Return the bytes a message came as; raises `NotFound`."""
    message = _find_message(desk, actor, public_id)
    envelope = desk.session.scalar(select(Envelope).where(Envelope.message_id == message.id))
    if envelope is None:
        raise NotFound("This message did not come from outside.")
    return envelope.raw if envelope.raw is not None else desk.storage.get(envelope.raw_sha256 or "")


def _find_message(desk: Desk, actor: Actor | None, public_id: UUID) -> Message:
    if actor is None:
        raise NotFound("There is no such message.")
    found = desk.session.scalar(
        select(Message)
        .join(Ticket, Ticket.id == Message.ticket_id)
        .where(Message.public_id == public_id, tickets_of(actor))
    )
    if found is None:
        raise NotFound("There is no such message.")
    return found
