"""One text to the people of several tickets, as separate replies: nobody sees that others got it too."""

from __future__ import annotations

from collections.abc import Sequence

from hub.desk import Desk
from hub.domain.access import Actor
from hub.domain.placeholder import fill
from hub.errors import HubError, Invalid
from hub.models import Company
from hub.services.inbox.macros import values_of
from hub.services.sending.reply import Draft, reply
from hub.services.tickets.tickets import find_ticket
from hub.services.tickets.undoing import Done, Failure

MOST = 50


def reply_to_all(desk: Desk, actor: Actor, numbers: Sequence[int], text: str) -> Done:
    """Reply on each of some tickets by its own channel, its placeholders filled in for its person.

    What cannot be sent is in `failures` with its reason and holds nothing else up. Raises `Invalid` for an empty text or more
    than fifty tickets.
    """
    wanted = list(dict.fromkeys(numbers))
    if not text.strip():
        raise Invalid("Write something first: the text is empty.", field="text")
    if not wanted or len(wanted) > MOST:
        raise Invalid(f"Choose between one and {MOST} tickets.", field="number")
    failures = []
    for number in wanted:
        try:
            with desk.session.begin_nested():
                reply(desk, actor, number, Draft(words_for(desk, actor, number, text)))
        except HubError as error:
            failures.append(Failure(number, str(error)))
    failed = {each.number for each in failures}
    return Done(tuple(each for each in wanted if each not in failed), tuple(failures))


def words_for(desk: Desk, actor: Actor, number: int, text: str) -> str:
    """Return the text as the person of one ticket gets it; raises `NotFound`."""
    ticket = find_ticket(desk, actor, number)
    return fill(text, values_of(ticket, desk.session.get_one(Company, ticket.company_id), actor))
