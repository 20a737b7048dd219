"""Orders, the craftsman's side: what a private link shows, and each step taken with it, whatever a phone sends twice."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from channels.message import Attachment as File
from channels.message import IdentityKind
from hub.desk import Desk
from hub.domain.masking import mask
from hub.domain.order import LINK_WORKS_AFTER_END, OrderState, OrderStep, is_repeat, shows_resident, without_unit
from hub.domain.ticket import AuthorKind, TicketStatus
from hub.errors import Invalid, NotFound, Refused
from hub.models import Attachment, Company, Contact, Identity, Order, OrderPhoto, Property, Task, Ticket, Unit
from hub.services.operations.board import photos_of_task
from hub.services.operations.order_letters import hash_token
from hub.services.operations.order_steps import check_step, lock_order, slot_words, take_step, was_sent_before
from hub.services.operations.tasks import tickets_of_task
from hub.services.people.craftsmen import area_of
from hub.services.tickets.files import PICTURES

TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")
GONE = "This link does not work. Open the newest message about your order, or call the office that sent it."
OVER = "This link has ended: the order was over two weeks ago. Call the office if something is still open."
MOST_PHOTOS = 6
LONGEST = 2000
MOST_CENTS = 100_000_000


@dataclass(frozen=True, slots=True)
class Visit:
    """Who lives there and how to get in: shown near an agreed visit only."""

    name: str
    phone: str
    place: str
    floor: str
    access: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """An order as its link shows it; `visit` is None while it is nobody's business where exactly."""

    order: Order
    task: Task
    company: Company
    title: str
    area: str
    visit: Visit | None
    photos: Sequence[Attachment]
    own_photos: Sequence[OrderPhoto]


@dataclass(frozen=True, slots=True)
class Report:
    """What a craftsman says of the work: words, an amount where more is needed, photos."""

    words: str = ""
    cents: int | None = None
    photos: Sequence[File] = ()
    no_photo_reason: str = ""


def find_by_token(desk: Desk, token: str) -> Order:
    """Return the order of a link; raises `NotFound` alike for a guess and for anything that is no token."""
    found = (
        desk.session.scalar(select(Order).where(Order.token_hash == hash_token(token)))
        if TOKEN.fullmatch(token)
        else None
    )
    if found is None:
        raise NotFound(GONE)
    if found.ended_at is not None and desk.clock.now() - found.ended_at > LINK_WORKS_AFTER_END:
        raise Refused(OVER)
    return found


def open_sheet(desk: Desk, token: str) -> Sheet:
    """Return what a link shows; raises `NotFound` and `Refused`. Looking changes nothing: mail scanners follow links."""
    order = find_by_token(desk, token)
    session = desk.session
    task = session.get_one(Task, order.task_id)
    home = session.get(Property, task.property_id) if task.property_id else None
    unit = session.get(Unit, task.unit_id) if task.unit_id else None
    state = OrderState(order.state)
    near = shows_resident(state, desk.clock.now(), order.starts_at, order.ends_at)
    own = session.scalars(select(OrderPhoto).where(OrderPhoto.order_id == order.id).order_by(OrderPhoto.id)).all()
    return Sheet(
        order,
        task,
        session.get_one(Company, order.company_id),
        task.title if near else without_unit(task.title, unit.label if unit else "", task.place),
        area_of(home),
        _visit(desk, task, unit) if near else None,
        photos_of_task(desk, task),
        own,
    )


def find_photo(desk: Desk, token: str, public_id: UUID) -> str:
    """Return the SHA-256 of a photo of the task or of the order; raises `NotFound` and `Refused`."""
    sheet = open_sheet(desk, token)
    named = {each.public_id: each.sha256 for each in sheet.photos}
    named |= {each.public_id: each.sha256 for each in sheet.own_photos}
    if public_id not in named:
        raise NotFound("This order has no such photo.")
    return named[public_id]


def accept(desk: Desk, token: str, form_id: UUID, slot: str) -> Order:
    """Accept an order for one of its times; raises `NotFound`, `Invalid` without one of them, and `Refused`."""
    order, task = _lock(desk, token)
    chosen = next((each for each in order.slots if each[0] == slot), None)
    begins = datetime.fromisoformat(chosen[0]) if chosen else None
    ends = datetime.fromisoformat(chosen[1]) if chosen else None
    if _done_before(desk, order, OrderStep.ACCEPT, form_id):
        if order.state == OrderState.ACCEPTED and begins is not None and begins != order.starts_at:
            when = slot_words(_zone(desk, order), order.starts_at, order.ends_at)
            raise Refused(f"Order O-{order.id} is accepted for {when} already. Propose another time to change it.")
        return order
    if begins is None or ends is None:
        raise Invalid("Choose one of the times, or propose another one.", field="slot")
    if ends <= desk.clock.now():
        raise Invalid("This time is past: choose another one, or propose one.", field="slot")
    order.starts_at, order.ends_at = begins, ends
    when = slot_words(_zone(desk, order), begins, ends)
    _take(desk, order, task, OrderStep.ACCEPT, form_id, news=f"accepted for {when}", standing=when)
    return order


def propose(desk: Desk, token: str, form_id: UUID, slot: tuple[datetime, datetime] | None) -> Order:
    """Propose another time; raises `NotFound`, `Invalid` and `Refused`."""
    order, task = _lock(desk, token)
    if was_sent_before(desk, order, form_id):
        return order
    if order.state == OrderState.PROPOSED and slot == (order.starts_at, order.ends_at):
        return order
    if order.state != OrderState.PROPOSED:
        check_step(order, OrderStep.PROPOSE)
    if slot is None or slot[1] <= desk.clock.now():
        raise Invalid("Give a day and a time to come.", field="propose_on")
    order.starts_at, order.ends_at = slot
    when = slot_words(_zone(desk, order), *slot)
    _take(desk, order, task, OrderStep.PROPOSE, form_id, news=f"asks for {when} instead", standing=f"proposes {when}")
    return order


def decline(desk: Desk, token: str, form_id: UUID, reason: str) -> Order:
    """Decline an order; raises `NotFound` and `Refused`."""
    order, task = _lock(desk, token)
    if not _done_before(desk, order, OrderStep.DECLINE, form_id):
        words = _words(desk, task, reason)
        news = f"declined: {words}" if words else "declined"
        _take(desk, order, task, OrderStep.DECLINE, form_id, news=news, standing="")
    return order


def arrive(desk: Desk, token: str, form_id: UUID) -> Order:
    """Say that somebody is on site; raises `NotFound` and `Refused`."""
    order, task = _lock(desk, token)
    if not _done_before(desk, order, OrderStep.ARRIVE, form_id):
        _take(desk, order, task, OrderStep.ARRIVE, form_id, news="on site", standing="on site")
    return order


def finish(desk: Desk, token: str, form_id: UUID, report: Report) -> Order:
    """Finish the work with a photo, or say why there is none; raises `NotFound`, `Invalid` and `Refused`."""
    order, task = _lock(desk, token)
    if _done_before(desk, order, OrderStep.FINISH, form_id):
        return order
    _check_photos(report.photos, "photos")
    reason = _words(desk, task, report.no_photo_reason)
    if order.needs_photo and not report.photos and not reason:
        raise Invalid("Add a photo of the finished work, or say why there is none.", field="photos")
    order.report, order.no_photo_reason = _words(desk, task, report.words), "" if report.photos else reason
    _keep(desk, order, OrderStep.FINISH, report.photos)
    count = len(report.photos)
    proof = f"with {count} photo{'s' if count > 1 else ''}" if count else f"without a photo: {reason}" if reason else ""
    _take(desk, order, task, OrderStep.FINISH, form_id, news=f"finished {proof}".strip(), standing="")
    return order


def ask_for_more(desk: Desk, token: str, form_id: UUID, report: Report) -> Order:
    """Say that more work is needed, at what price, with a photo; raises `NotFound`, `Invalid` and `Refused`."""
    order, task = _lock(desk, token)
    if _done_before(desk, order, OrderStep.ASK_MORE, form_id):
        return order
    words = _words(desk, task, report.words)
    _check_photos(report.photos, "more_photos")
    if not words:
        raise Invalid("Say what else has to be done.", field="more_words")
    if report.cents is None or not 0 < report.cents <= MOST_CENTS:
        raise Invalid("Give what it costs as an amount like 250 or 250.50.", field="more_amount")
    if not report.photos:
        raise Invalid("Add a photo of what has to be done.", field="more_photos")
    order.more_cents, order.more_reason = report.cents, words
    _keep(desk, order, OrderStep.ASK_MORE, report.photos)
    currency = desk.session.get_one(Company, order.company_id).currency
    news = f"needs more work for {report.cents / 100:.2f} {currency}: {words}"
    _take(desk, order, task, OrderStep.ASK_MORE, form_id, news=news, standing="more work needed, waits for us")
    return order


def give_up(desk: Desk, token: str, form_id: UUID, reason: str) -> Order:
    """Say that the work cannot be finished, and why; raises `NotFound`, `Invalid` and `Refused`."""
    order, task = _lock(desk, token)
    if _done_before(desk, order, OrderStep.GIVE_UP, form_id):
        return order
    words = _words(desk, task, reason)
    if not words:
        raise Invalid("Say why the work cannot be finished.", field="give_up_reason")
    order.report = words
    _take(desk, order, task, OrderStep.GIVE_UP, form_id, news=f"cannot finish: {words}", standing="")
    return order


def _lock(desk: Desk, token: str) -> tuple[Order, Task]:
    order = find_by_token(desk, token)
    return order, lock_order(desk, order)


def _done_before(desk: Desk, order: Order, step: OrderStep, form_id: UUID) -> bool:
    """Tell whether this has been done: by this very form, or by a second tap or phone. Raises `Refused` where it cannot be."""
    if was_sent_before(desk, order, form_id):
        return True
    return is_repeat(OrderState(order.state), step) or not check_step(order, step)


def _take(desk: Desk, order: Order, task: Task, step: OrderStep, form_id: UUID, *, news: str, standing: str) -> None:
    name = order.craftsman_name
    take_step(
        desk,
        order,
        task,
        step,
        by=AuthorKind.CONTACT,
        name=name,
        news=news,
        standing=f"{name}, {standing}" if standing else "",
        form_id=form_id,
    )


def _visit(desk: Desk, task: Task, unit: Unit | None) -> Visit:
    """Return the resident of the oldest ticket that waits, and the way to the door."""
    people = [each for each in tickets_of_task(desk, task) if each.requester_role == "resident"]
    waiting = sorted(people, key=lambda each: each.status == TicketStatus.CLOSED)
    ticket = waiting[0] if waiting else None
    return Visit(
        ticket.requester_name if ticket else "",
        _phone_of(desk, ticket) if ticket else "",
        task.place,
        unit.floor if unit else "",
        task.access_notes,
    )


def _phone_of(desk: Desk, ticket: Ticket) -> str:
    if ticket.contact_id is None:
        return ""
    query = (
        select(Identity.value)
        .join(Contact, Contact.id == Identity.contact_id)
        .where(
            Identity.contact_id == ticket.contact_id, Identity.kind == IdentityKind.PHONE, Contact.blocked_at.is_(None)
        )
        .order_by(Identity.id)
        .limit(1)
    )
    return desk.session.scalar(query) or ""


def _check_photos(photos: Sequence[File], field: str) -> None:
    if len(photos) > MOST_PHOTOS:
        raise Invalid(f"These are {len(photos)} photos. Send at most {MOST_PHOTOS} at once.", field=field)
    if any(each.content_type not in PICTURES for each in photos):
        raise Invalid("One of the files is no photo: send JPEG, PNG or WebP.", field=field)


def _keep(desk: Desk, order: Order, step: OrderStep, photos: Sequence[File]) -> None:
    for each in photos:
        desk.session.add(
            OrderPhoto(
                company_id=order.company_id,
                order_id=order.id,
                step=step,
                sha256=desk.storage.put(each.data),
                content_type=each.content_type,
                size=len(each.data),
                created_at=desk.clock.now(),
            )
        )


def _words(desk: Desk, task: Task, text: str) -> str:
    """Return what a craftsman wrote without names, numbers and addresses: operations read it on the task."""
    names = [each.requester_name for each in tickets_of_task(desk, task)]
    return mask(text.replace("\0", "").strip()[:LONGEST], names=names)


def _zone(desk: Desk, order: Order) -> str:
    return desk.session.get_one(Company, order.company_id).time_zone
