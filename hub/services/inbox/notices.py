"""What stands above every page of the staff: open emergencies, messages that are not sorted, messages that wait for a click."""

from __future__ import annotations

from dataclasses import dataclass

from hub.desk import Desk
from hub.domain.access import Ability, Actor
from hub.services.emergencies.emergencies import OpenEmergency, select_emergencies
from hub.services.inbox.notifications import select_unseen_count
from hub.services.sending.held import select_held_count
from hub.services.together import read_together
from hub.services.triage.classifier_trouble import select_trouble


@dataclass(frozen=True, slots=True)
class Notices:
    """What an actor is to notice whatever page they are on; `trouble` is why no classifier looked at the newest message.

    `unseen` is how many notifications they have not looked at.
    """

    emergencies: list[OpenEmergency]
    trouble: str
    held: int
    unseen: int


def read_notices(desk: Desk, actor: Actor) -> Notices:
    """Return what stands above an actor's pages, in one statement."""
    emergencies, trouble, held, unseen = read_together(
        desk.session, select_emergencies(actor), select_trouble(), select_held_count(actor), select_unseen_count(actor)
    )
    newest = sorted((OpenEmergency(*each) for each in emergencies), key=lambda each: -each.number)
    reads = actor.can_anywhere(Ability.READ_TICKETS)
    return Notices(newest, next(iter(trouble), "") if reads else "", held[0], unseen[0])
