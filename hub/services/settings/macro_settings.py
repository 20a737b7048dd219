"""The canned replies a company offers its agents, their placeholders and what they do beside checked before they are kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from hub.desk import Desk
from hub.domain.access import Actor
from hub.domain.placeholder import open_placeholders, placeholders
from hub.domain.ticket import Priority, TicketStatus
from hub.errors import Invalid
from hub.models import Company, Macro
from hub.services.inbox.macros import KNOWN
from hub.services.settings.setup import QUEUES
from hub.services.staff.scope import find_administered, must_administer

LONGEST_NAME = 80
LONGEST_TEXT = 10_000
LONGEST_TAG = 40
MOST_TAGS = 10
STATUSES = (TicketStatus.OPEN, TicketStatus.PENDING, TicketStatus.ON_HOLD, TicketStatus.CLOSED)


@dataclass(frozen=True, slots=True)
class TypedMacro:
    """A canned reply as it is typed in; `tags` stand between commas."""

    name: str = ""
    text: str = ""
    status: str = ""
    queue: str = ""
    priority: str = ""
    tags: str = ""


def macros_of(desk: Desk, company: Company) -> list[Macro]:
    """Return a company's canned replies, by name."""
    query = select(Macro).where(Macro.company_id == company.id).order_by(func.lower(Macro.name), Macro.id)
    return list(desk.session.scalars(query))


def typed_of(macro: Macro) -> TypedMacro:
    """Return a canned reply as it would be typed in."""
    words = {name: str(macro.actions.get(name) or "") for name in ("status", "queue", "priority")}
    return TypedMacro(macro.name, macro.text, **words, tags=", ".join(macro.actions.get("tags", ())))


def keep_macro(desk: Desk, actor: Actor, company: Company, typed: TypedMacro, *, number: int | None = None) -> Macro:
    """Keep a canned reply, a new one or in the place of another; raises `Forbidden`, `NotFound` and `Invalid`."""
    must_administer(actor, company.id, "keep canned replies")
    macro = find_macro(desk, actor, number) if number is not None else Macro(company_id=company.id)
    name = " ".join(typed.name.replace("\0", "").split())
    if not name or len(name) > LONGEST_NAME:
        raise Invalid(f"Name: give it one of at most {LONGEST_NAME} characters.", field="name")
    if any(each is not macro and each.name.casefold() == name.casefold() for each in macros_of(desk, company)):
        raise Invalid(f"Name: there is a reply called {name} already.", field="name")
    text = typed.text.replace("\0", "").replace("\r\n", "\n").strip()
    if not text or len(text) > LONGEST_TEXT:
        raise Invalid(f"Text: write what is said, in at most {LONGEST_TEXT:,} characters.", field="text")
    macro.name, macro.text, macro.actions = name, text, _actions(typed)
    desk.session.add(macro)
    desk.session.flush()
    return macro


def remove_macro(desk: Desk, actor: Actor, number: int) -> Macro:
    """Remove a canned reply; what was sent with it stays. Raises `NotFound`."""
    macro = find_macro(desk, actor, number)
    desk.session.delete(macro)
    return macro


def find_macro(desk: Desk, actor: Actor, number: int) -> Macro:
    """Return a canned reply of a company whose settings an actor keeps; raises `NotFound`."""
    return find_administered(desk, actor, Macro, number, "There is no such reply.")


def left_to_agents(text: str) -> tuple[str, ...]:
    """Return the placeholders of a text that no ticket can fill in: agents do, before it is sent."""
    return tuple(each for each in open_placeholders(text) if placeholders(each)[0] not in KNOWN)


def _actions(typed: TypedMacro) -> dict[str, Any]:
    allowed = {"status": STATUSES, "queue": tuple(QUEUES), "priority": tuple(Priority)}
    actions: dict[str, Any] = {}
    for field, values in allowed.items():
        wanted = getattr(typed, field)
        if wanted and wanted not in values:
            raise Invalid(f"{field.capitalize()}: choose one of the list.", field=field)
        if wanted:
            actions[field] = wanted
    tags = [cleaned for each in typed.tags.replace("\0", "").split(",") if (cleaned := " ".join(each.split()))]
    if len(tags) > MOST_TAGS or any(len(each) > LONGEST_TAG for each in tags):
        raise Invalid(f"Tags: at most {MOST_TAGS}, each of at most {LONGEST_TAG} characters.", field="tags")
    return actions | ({"tags": list(dict.fromkeys(tags))} if tags else {})
