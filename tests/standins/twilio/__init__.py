"""A stateful stand-in of Twilio Programmable Messaging, with as much Voice as paging needs."""

from tests.standins.twilio.lifecycle import NOTHING, ORDINARY, Plan
from tests.standins.twilio.server import TwilioStandIn

__all__ = ["NOTHING", "ORDINARY", "Plan", "TwilioStandIn"]
