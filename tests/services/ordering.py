"""What tests of orders begin with: a task of a resident's drain, and a craftsman to send."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from channels.message import Attachment
from hub.domain.access import Actor, Role
from hub.domain.ticket import Priority
from hub.models import Contact, Order, OutboxRow, Task
from hub.services.operations.handmade_tasks import make_task
from hub.services.operations.order_letters import make_tokens
from hub.services.operations.order_link import Report, accept
from hub.services.operations.orders import Slot, Wanted, place_order
from tests.factories import make_agent, make_contact, make_lease, make_unit
from tests.services.steps import Office, mail, outbox, take_in

WEDNESDAY = datetime(2026, 11, 18, 8, tzinfo=UTC)
MORNING = (WEDNESDAY, WEDNESDAY + timedelta(hours=2))
AFTERNOON = (WEDNESDAY + timedelta(hours=6), WEDNESDAY + timedelta(hours=8))
PHOTO = Attachment("done.jpg", "image/jpeg", b"\xff\xd8\xff a photo")
NOVAK = "Jan Novak"
NOVAKS_PHONE = "+493023125102"


@dataclass(frozen=True)
class Work:
    """A drain to clear: the office, somebody of operations, the task, and the firm."""

    office: Office
    tom: Actor
    task: Task
    hofer: Contact
    ticket: int

    def order(self, **more: object) -> Order:
        """Order the firm for Wednesday morning or afternoon."""
        with self.office.desk.transaction():
            return place_order(self.office.desk, self.tom, self.task.id, self.wanted(**more))

    def wanted(self, **more: object) -> Wanted:
        """Return what the firm is asked to do."""
        known = {"craftsman": str(self.hofer.id), "scope": "Clear the drain", "slots": (MORNING, AFTERNOON)} | more
        return Wanted(**known)

    def token(self, order: Order) -> str:
        """Return the token of an order's link."""
        return make_tokens(self.office.desk, order.public_id)[0]

    def accepted(self, slot: Slot = MORNING, **more: object) -> Order:
        """Return an order the firm has accepted."""
        order = self.order(**more)
        with self.office.desk.transaction():
            return accept(self.office.desk, self.token(order), uuid4(), slot[0].isoformat())

    def letters(self) -> list[OutboxRow]:
        """Return what craftsmen were written."""
        return outbox(self.office.desk, "order")


def make_work(office: Office, *, priority: Priority = Priority.NORMAL) -> Work:
    """Make a task of a resident's mail and a craftsman with a number and an address."""
    desk, company = office.desk, office.company
    jan = make_contact(desk, company, NOVAK, email="jan@example.com", phone=NOVAKS_PHONE, role="resident")
    make_lease(desk, make_unit(desk, company, "Park 3", "1A", floor="2nd floor", access_notes="Key box 2"), jan)
    (message,) = take_in(desk, mail("The drain is blocked.", sender="jan@example.com", subject="Drain in 1A"))
    with desk.transaction():
        task = make_task(
            desk, office.maria, message.ticket_id, team="maintenance", title="Drain in 1A blocked", text="Blocked"
        )
        task.priority = priority
    hofer = make_contact(
        desk,
        company,
        "Hofer Plumbing",
        email="hofer@example.com",
        phone="+12025550192",
        role="craftsman",
        trade="plumbing",
    )
    return Work(office, make_agent(desk, company, "Tom Ritter", Role.OPERATIONS), task, hofer, message.ticket_id)


def report(words: str = "Cleared it", *, photos: int = 1, cents: int | None = None, why: str = "") -> Report:
    """Return what a craftsman says of the work."""
    return Report(words, cents, (PHOTO,) * photos, why)


def a_form() -> UUID:
    """Return the id of a form nobody has sent yet."""
    return uuid4()
