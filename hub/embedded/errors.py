"""What can go wrong with the embedded servers."""

from __future__ import annotations

from hub.errors import HubError


class ServersFailed(HubError):
    """PostgreSQL or Valkey could not be started; the text says why and what to do."""
