"""The pages on which is set what agents work with."""

from __future__ import annotations

from hub.web.admin import branding, colleagues, greetings, macros, queues, tags

INBOX_SETTINGS = (branding, colleagues, greetings, macros, queues, tags)
