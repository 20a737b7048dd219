"""From bytes that arrived to a message on a ticket: accept, then receive."""

from hub.services.intake.accept import Accepted, accept, accept_all
from hub.services.intake.lookout import Lookout
from hub.services.intake.receive import receive

__all__ = ["Accepted", "Lookout", "accept", "accept_all", "receive"]
