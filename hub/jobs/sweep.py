"""Every 30 seconds: what a lost wake-up or a dead process left behind."""

from __future__ import annotations

from hub.jobs import loops
from hub.jobs.context import desk_for_job
from hub.services import idempotency
from hub.services.help import given_answers, help_searches
from hub.services.inbox import notifications, presence
from hub.services.sending import sending
from hub.services.tickets import snoozing, undoing


def sweep() -> None:
    """Free rows of dead senders, wake snoozed tickets, close what stayed silent, forget old keys, and hurry every loop."""
    with desk_for_job() as desk:
        with desk.transaction():
            sending.release_lost(desk)
            snoozing.wake_due(desk)
            given_answers.close_silent(desk)
            help_searches.forget_old_searches(desk)
            idempotency.forget_old_keys(desk)
            notifications.forget_old_notifications(desk)
            presence.forget_absent(desk)
            undoing.forget_old_undos(desk)
        for name in ("receive", "triage", "send", "apply", "media"):
            loops.wake(name)
