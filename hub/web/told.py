"""What an agent was told of: a log, newest first, and the bell that counts what they have not looked at."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from hub.domain.access import Ability
from hub.domain.notification import Notice
from hub.services.inbox.notifications import Told, list_notifications, see_all
from hub.web.desk import current_desk
from hub.web.guards import actor, companies_served, guarded, staff
from hub.web.language import _
from hub.web.shell import staff_shell
from hub.web.viewmodels.me import NoticeRow, NoticesPage
from hub.web.viewmodels.parts import EmptyState, Link, Pagination
from hub.web.words import moment

told = guarded(Blueprint("told", __name__, url_prefix="/me/notifications"), staff(Ability.READ_TICKETS))


@told.get("")
def show() -> str:
    """Show what the reader was told of, or the bell alone."""
    desk, who = current_desk(), actor()
    if request.args.get("part") == "bell":
        return render_template("me/_bell.html", shell=staff_shell(who))
    found = list_notifications(desk, who, cursor=request.args.get("cursor", ""))
    zones = {number: each.time_zone for number, each in companies_served().items()}
    page = NoticesPage(
        shell=staff_shell(who, topics="inbox"),
        title=_("Notifications"),
        rows=tuple(_row(each, zones[each.ticket.company_id]) for each in found.items),
        see_action="/me/notifications/seen",
        empty=EmptyState(
            title=_("Nobody has asked for you yet."),
            text=_(
                "Here stands who names you, gives you a ticket or answers on yours, and what is late or did not arrive."
            ),
            actions=(Link(label=_("Inbox"), url="/inbox"),),
        ),
        pagination=Pagination(more=_("Show 50 more"), more_url=f"/me/notifications?cursor={found.next}")
        if found.next
        else None,
    )
    return render_template("me/notifications.html", page=page)


@told.post("/seen")
def see() -> Response:
    """Note that the reader has seen all of them."""
    desk = current_desk()
    with desk.transaction():
        see_all(desk, actor())
    return redirect("/me/notifications")


def notice_words(kind: str, name: str) -> str:
    """Return what somebody is told of, in words."""
    return {
        Notice.MENTION: _("%(name)s asks you", name=name),
        Notice.ASSIGNED: _("%(name)s gave it to you", name=name),
        Notice.ANSWER: _("%(name)s wrote", name=name),
        Notice.LATE: _("It is late"),
        Notice.FAILED: _("Your answer did not arrive"),
    }[Notice(kind)]


def _row(each: Told, zone: str) -> NoticeRow:
    kept, ticket = each.notification, each.ticket
    return NoticeRow(
        words=notice_words(kept.kind, kept.by_name or _("Frontdesk")),
        ticket=f"#{ticket.id} {ticket.subject}",
        url=f"/tickets/{ticket.id}",
        at=moment(kept.created_at, current_desk().clock.now(), zone),
        unseen=kept.seen_at is None,
    )
