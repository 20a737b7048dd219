"""The page of automatic messages that wait for a click."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template
from werkzeug.wrappers import Response

from hub.domain.access import Ability
from hub.models import OutboxRow
from hub.services.sending import held
from hub.web.desk import current_desk
from hub.web.guards import actor, guarded, staff
from hub.web.language import _, ngettext
from hub.web.shell import add_toast, staff_shell
from hub.web.viewmodels.inbox import HeldPage
from hub.web.viewmodels.parts import EmptyState, Form, Link, Table

held_messages = guarded(Blueprint("held", __name__, url_prefix="/held"), staff(Ability.WRITE_TO_PEOPLE))


@held_messages.get("")
def show() -> str:
    """Show what waits, and ask what to do with it."""
    who = actor()
    rows = held.list_held(current_desk(), who)
    table = Table(
        caption=_("Automatic messages that wait"),
        headings=(_("Ticket"), _("To"), _("Text"), _("Why it waits")),
        rows=tuple(_row(each) for each in rows),
    )
    page = HeldPage(
        shell=staff_shell(who, place="inbox"),
        title=_("Automatic messages that wait"),
        text=_(
            "They answer messages that lay in a mailbox for more than a day, or a restored desk may have sent them before. "
            "Send them only if they still make sense."
        ),
        table=table if rows else None,
        send=Form(action="/held/send", fields=(), submit=_("Send them all")),
        discard=Form(action="/held/discard", fields=(), submit=_("Discard them all")),
        empty=EmptyState(title=_("Nothing waits."), actions=(Link(label=_("Inbox"), url="/inbox"),)),
    )
    return render_template("inbox/held.html", page=page)


def _row(waiting: OutboxRow) -> tuple[str, ...]:
    ticket = f"#{waiting.ticket_id}" if waiting.ticket_id is not None else _("none")
    text = str(waiting.payload.get("text", ""))[:160]
    why = waiting.error or _("It answers a message that lay unfetched for more than a day.")
    return ticket, waiting.recipient, text, why


@held_messages.post("/send")
def send() -> Response:
    """Let them go."""
    desk = current_desk()
    with desk.transaction():
        count = held.release_held(desk, actor())
    add_toast(ngettext("%(num)s message leaves", "%(num)s messages leave", count))
    return redirect("/inbox")


@held_messages.post("/discard")
def discard() -> Response:
    """Throw them away."""
    desk = current_desk()
    with desk.transaction():
        count = held.discard_held(desk, actor())
    add_toast(ngettext("%(num)s message discarded", "%(num)s messages discarded", count))
    return redirect("/inbox")
