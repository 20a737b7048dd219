"""The inbox's addresses: views, tickets, and what agents do there. Everything also works without script."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from flask import Blueprint, abort, make_response, redirect, render_template, request
from markupsafe import escape
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response as AnyResponse

from channels.sniff import safe_file_name, sniff
from hub.domain.access import Ability
from hub.domain.ticket import TicketStatus
from hub.errors import HubError, Invalid, Refused, Stale
from hub.services import reply as writing
from hub.services import sending, tickets
from hub.services.inbox import VIEWS, Filters
from hub.services.outbox import find_row
from hub.web.desk import current_desk
from hub.web.guards import actor, came_from, guarded, staff
from hub.web.inbox.once import Answer, Sent, once
from hub.web.inbox.pages import first_number, inbox_page, next_number, place_of, ticket_pane
from hub.web.inbox.rows import Place
from hub.web.language import _
from hub.web.shell import add_toast, staff_shell
from hub.web.viewmodels.board import NewTaskPage
from hub.web.viewmodels.conversation import Held, TicketPane
from hub.web.viewmodels.inbox import InboxPage
from hub.web.viewmodels.parts import Field, Form, Link, Toast

start = guarded(Blueprint("start", __name__), staff())
inbox = guarded(Blueprint("inbox", __name__), staff(Ability.READ_TICKETS))
NEXT_VIEWS = frozenset(VIEWS)


@start.get("/inbox")
def home() -> AnyResponse:
    """Go to the first view that has something to do; operations have their work on the board."""
    who = actor()
    if not who.can_anywhere(Ability.READ_TICKETS):
        return redirect("/board")
    for view in ("mine", "triage", "unassigned"):
        if first_number(who, place_of(who, view, Filters())):
            return redirect(f"/inbox/{view}")
    return redirect("/inbox/mine")


@inbox.get("/inbox/<view>")
def show_view(view: str) -> str | AnyResponse:
    """Show a view with its most urgent ticket open; on a phone, and for a fragment, the list alone."""
    who = actor()
    place = place_of(who, view, _filters(), _number(request.args.get("open", "")))
    if request.args.get("part") == "list":
        page = inbox_page(who, Place(place.view, place.filters, place.now, None, place.companies))
        return render_template("inbox/_list.html", page=page)
    cursor = request.args.get("cursor", "")
    first = None if cursor or "list" in request.args else first_number(who, place)
    opened = Place(place.view, place.filters, place.now, first, place.companies)
    page = inbox_page(who, opened, cursor=cursor)
    return render_template("inbox/page.html", page=_list_first(page))


@inbox.get("/inbox/<view>/<int:number>")
def show_ticket(view: str, number: int) -> str | AnyResponse:
    """Show a ticket beside its list; alone where the page already has the list."""
    who = actor()
    place = place_of(who, view, _filters(), number)
    desk = current_desk()
    with desk.transaction():
        tickets.mark_read(tickets.find_ticket(desk, who, number))
    if _wants_fragment():
        return _pane(place)
    return render_template("inbox/page.html", page=inbox_page(who, place))


@inbox.get("/tickets/<int:number>")
def ticket(number: int) -> str | AnyResponse:
    """Lead to a ticket in the view it belongs to, or give one part of it."""
    who = actor()
    part = request.args.get("part", "")
    place = place_of(who, _view(), Filters(), number)
    if not part:
        tickets.find_ticket(current_desk(), who, number)
        return redirect(place.url(number))
    after = _number(request.args.get("after", "")) or 0
    pane = ticket_pane(who, place, number, after=after if part == "messages" else 0)
    if part == "messages":
        return render_template("inbox/_messages.html", thread=pane.thread)
    page = inbox_page(who, Place(place.view, place.filters, place.now, None, place.companies))
    page = _with_pane(page, pane)
    template = {"header": "inbox/_header.html", "person": "inbox/_person.html"}.get(part)
    if template is None:
        abort(404)
    return render_template(template, page=page, thread=pane.thread)


@inbox.patch("/tickets/<int:number>")
def change(number: int) -> str | AnyResponse:
    """Change a fact of a ticket; a closed one gives way to the next."""
    who = actor()
    desk = current_desk()
    place = place_of(who, _view(), _filters(), number)
    form = request.form
    assignee = form.get("assignee")
    wanted = tickets.Change(
        queue=form.get("queue"),
        assignee_id=who.agent_id if assignee == "me" else _number(assignee or ""),
        unassign=assignee == "",
        priority=form.get("priority"),
        status=form.get("status"),
        reason=form.get("reason", ""),
    )
    try:
        with desk.transaction():
            changed = tickets.change_ticket(desk, who, number, wanted)
    except (Refused, Invalid) as error:
        if wanted.status == TicketStatus.CLOSED and not wanted.reason:
            return _ask_why(place, number)
        add_toast(str(error))
        return _after_change(place, number)
    if changed.status == "closed" and wanted.status:
        add_toast(_("Closed #%(n)s", n=number))
        return _go_on(place, number)
    return _after_change(place, number)


@inbox.get("/tickets/<int:number>/close")
def close(number: int) -> str:
    """Ask why a ticket may be closed although work is open."""
    who = actor()
    tickets.find_ticket(current_desk(), who, number)
    fields = (
        Field(name="_method", label="", kind="hidden", value="PATCH"),
        Field(name="status", label="", kind="hidden", value=TicketStatus.CLOSED),
        Field(name="reason", label=_("Why may it be closed all the same?"), autofocus=True),
    )
    back = Link(label=_("Back to the ticket"), url=f"/tickets/{number}")
    page = NewTaskPage(
        shell=staff_shell(who, place="inbox"),
        title=_("Close #%(n)s while work is open", n=number),
        text=_("Operations still work on this. The reason stands in the ticket's history."),
        form=Form(action=f"/tickets/{number}?view={_view()}", fields=fields, submit=_("Close the ticket"), cancel=back),
    )
    return render_template("inbox/new_task.html", page=page)


@inbox.post("/tickets/<int:number>/triage")
def triage(number: int) -> str | AnyResponse:
    """Keep or correct what the model proposed, in one key."""
    who = actor()
    desk = current_desk()
    place = place_of(who, _view(), _filters(), number)
    with desk.transaction():
        tickets.change_ticket(desk, who, number, tickets.Change(queue=request.form.get("queue", "")))
    return _after_change(place, number)


@inbox.post("/tickets/<int:number>/messages")
def write(number: int) -> str | AnyResponse:
    """Send a reply or add a note."""
    who = actor()
    desk = current_desk()
    place = place_of(who, _view(), _filters(), number)
    form = request.form
    confirmed = form.get("confirm", "")
    note = form.get("kind") == "note" or confirmed == "note"
    text = form.get("body_note" if form.get("kind") == "note" else "body_reply") or form.get("body", "")
    files = _files(request.files.getlist("files"))
    channel = form.get("channel", "")

    def send() -> Answer:
        if note:
            writing.write_note(desk, who, number, text, files=files)
            return Answer()
        last_seen = None if confirmed == "send" else _number(form.get("last_seen", ""))
        draft = writing.Draft(text, channel, last_seen, form.get("then") == "close", files=files)
        sent = writing.reply(desk, who, number, draft)
        undo_url = f"/messages/{sent.public_id}/undo?view={place.view}" if sent.channel != "portal" else ""
        return Answer(_("Sending to %(name)s", name=_recipients(sent.facts)), undo_url)

    filled = Sent(form.get("form_id", ""), number, "note" if note else "reply", text, channel, files)
    try:
        with desk.transaction():
            answer = once(desk, who, filled, send)
    except (Refused, Invalid) as error:
        return _not_sent(place, number, error, text, note=note)
    if note:
        return _go_on(place, number, stay=True)
    add_toast(answer.words, undo_url=answer.undo_url)
    return _go_on(place, number, stay=form.get("then") == "stay")


@inbox.post("/messages/<uuid:public_id>/undo")
def undo(public_id: UUID) -> str | AnyResponse:
    """Take a reply back that has not left; its words are in the composer again."""
    who = actor()
    desk = current_desk()
    try:
        with desk.transaction():
            text, number = writing.undo_reply(desk, who, public_id)
    except Refused as error:
        if _wants_fragment():
            return _say(str(error))
        add_toast(str(error))
        return redirect(came_from("/inbox"))
    place = place_of(who, _view(), _filters(), number)
    page = inbox_page(who, place, draft=text)
    if not _wants_fragment():
        return render_template("inbox/page.html", page=page)
    response = make_response(render_template("inbox/_ticket.html", page=page))
    response.headers["HX-Push-Url"] = place.url(number)
    return response


@inbox.post("/outbox/<uuid:outbox_id>/retry")
def retry(outbox_id: UUID) -> AnyResponse:
    """Try a failed message again."""
    who = actor()
    desk = current_desk()
    with desk.transaction():
        row = find_row(desk, who, outbox_id)
        sending.retry(desk, row)
    add_toast(_("Trying again"))
    return redirect(f"/tickets/{row.ticket_id}")


def _ask_why(place: Place, number: int) -> AnyResponse:
    """Lead to the page that asks for the reason."""
    url = f"/tickets/{number}/close?view={place.view}"
    if not _wants_fragment():
        return redirect(url)
    response = make_response("", 204)
    response.headers["HX-Redirect"] = url
    return response


def _go_on(place: Place, number: int, *, stay: bool = False) -> str | AnyResponse:
    """Go to the next ticket of the view, or stay on this one."""
    who = actor()
    following = number if stay else next_number(who, place, number)
    if not _wants_fragment():
        return redirect(place.url(following))
    moved = Place(place.view, place.filters, place.now, following, place.companies)
    response = make_response(_pane(moved))
    response.headers["HX-Push-Url"] = moved.url(following)
    return response


def _after_change(place: Place, number: int) -> str | AnyResponse:
    """Show the ticket's head again, and say what happened."""
    if not _wants_fragment():
        return redirect(place.url(number))
    if request.headers.get("HX-Target") == "ticket":
        return _pane(place)
    who = actor()
    page = _with_pane(
        inbox_page(who, Place(place.view, place.filters, place.now, None, place.companies)),
        ticket_pane(who, place, number),
    )
    return render_template(
        "inbox/_changed.html", page=page, thread=page.ticket.thread if page.ticket else None, toasts=page.shell.toasts
    )


def _not_sent(place: Place, number: int, error: HubError, text: str, *, note: bool) -> AnyResponse:
    """Say why nothing was sent; what was typed stays."""
    who = actor()
    pane = ticket_pane(who, place, number)
    stale = isinstance(error, Stale)
    composer = replace(
        pane.composer,
        kind="note" if note else "reply",
        reply_draft="" if note else text,
        note_draft=text if note else "",
        error="" if stale else str(error),
        held=Held(text=str(error), confirm=_("Send anyway"), keep_as_note=_("Keep as note")) if stale else None,
    )
    page = _with_pane(inbox_page(who, place), replace(pane, composer=composer))
    template = "inbox/_composer.html" if _wants_fragment() else "inbox/page.html"
    response = make_response(render_template(template, page=page))
    response.headers.update({"HX-Retarget": "#composer", "HX-Reswap": "outerHTML"})
    response.status_code = 409 if stale else 422
    return response


def _say(words: str) -> AnyResponse:
    """Say something and change nothing of the page."""
    response = make_response(render_template("inbox/_said.html", toasts=(Toast(text=words),)))
    response.headers["HX-Reswap"] = "none"
    return response


def _pane(place: Place) -> str:
    page = inbox_page(actor(), place)
    said = render_template("inbox/_said.html", toasts=page.shell.toasts) if page.shell.toasts else ""
    return f"<title>{escape(page.title)}</title>" + render_template("inbox/_ticket.html", page=page) + said


def _with_pane(page: InboxPage, pane: TicketPane) -> InboxPage:
    return replace(page, ticket=pane)


def _list_first(page: InboxPage) -> InboxPage:
    """Show the list on a phone, though a ticket is open beside it on a desk."""
    return replace(page, pane="list")


def _wants_fragment() -> bool:
    return request.headers.get("HX-Request") == "true" and request.headers.get("HX-History-Restore-Request") != "true"


def _view() -> str:
    view = request.args.get("view", "all")
    return view if view in NEXT_VIEWS else "all"


def _filters() -> Filters:
    chosen = {name: value.replace("\0", "") for name, value in request.args.items()}
    words = {name: chosen.get(name, "") for name in ("queue", "channel", "tag", "company")}
    return Filters(**words, property_id=_number(chosen.get("property", "")))


def _number(words: str) -> int | None:
    return int(words) if words.isascii() and words.isdecimal() and len(words) < 19 else None


def _files(uploads: list[FileStorage]) -> list[writing.File]:
    found = []
    for each in uploads:
        data = each.stream.read()
        if data:
            found.append(writing.File(safe_file_name(each.filename or ""), sniff(data), data))
    return found


def _recipients(facts: dict[str, list[dict[str, str]]]) -> str:
    return ", ".join(each["name"] or each["address"] for each in facts.get("to", []))
