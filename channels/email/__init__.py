"""Email: mailboxes in, a sending server out."""

from channels.email.channel import EmailChannel

__all__ = ["EmailChannel"]
