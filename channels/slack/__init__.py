"""Operations in Slack: a card out for each task, button presses and thread replies back in."""

from channels.slack.channel import SlackChannel

__all__ = ["SlackChannel"]
