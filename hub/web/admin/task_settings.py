"""The pages on which is set how operations work."""

from __future__ import annotations

from hub.web.admin import assignees, slack, task_mail, webhooks

TASK_SETTINGS = (assignees, slack, task_mail, webhooks)
