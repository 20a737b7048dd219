"""A stateful stand-in of Slack: Web API, interactivity and events of one workspace."""

from tests.standins.slack.server import SlackStandIn

__all__ = ["SlackStandIn"]
