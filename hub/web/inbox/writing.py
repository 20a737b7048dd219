"""Writing on a ticket: replies and notes, sent once, taken back, tried again; drafts, and who else is here."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from flask import Blueprint, make_response, redirect, render_template, request
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.wrappers import Response as AnyResponse

from channels.sniff import safe_file_name, sniff
from hub.domain.access import Ability
from hub.errors import HubError, Invalid, Refused, Stale
from hub.models import Company, Message
from hub.services.inbox.drafts import end_draft, save_draft, settle_draft
from hub.services.inbox.presence import be_present, present_at
from hub.services.sending import reply as replying
from hub.services.sending import sending
from hub.services.sending.outbox import find_row
from hub.services.tickets.tickets import Change, find_ticket
from hub.services.tickets.undoing import change_undoably
from hub.web.desk import current_desk
from hub.web.guards import actor, came_from, guarded, staff
from hub.web.inbox.asked import asked_filters, asked_place, asked_view, number_in, wants_fragment
from hub.web.inbox.once import Answer, Sent, once
from hub.web.inbox.pages import inbox_page, open_ticket, place_of, ticket_pane
from hub.web.inbox.panes import go_on, say, with_pane
from hub.web.inbox.rows import Place, presence_words
from hub.web.language import _
from hub.web.shell import add_toast
from hub.web.viewmodels.conversation import Held
from hub.web.viewmodels.parts import Toast
from hub.web.words import clock_time

writing = guarded(Blueprint("writing", __name__), staff(Ability.READ_TICKETS))


@writing.post("/tickets/<int:number>/messages")
def write(number: int) -> str | AnyResponse:
    """Send a reply or add a note."""
    who = actor()
    desk = current_desk()
    place = place_of(who, asked_view(), asked_filters(), number)
    form = request.form
    confirmed = form.get("confirm", "")
    note = form.get("kind") == "note" or confirmed == "note"
    text = form.get("body_note" if form.get("kind") == "note" else "body_reply") or form.get("body", "")
    files = _files(request.files.getlist("files"))
    channel = form.get("channel", "")
    kind = "note" if form.get("kind") == "note" else "reply"

    def send() -> Answer:
        ticket = find_ticket(desk, who, number)
        settle_draft(desk, who, ticket, kind, form_id=form.get("form_id", ""))
        if note:
            replying.write_note(desk, who, number, text, files=files)
            return Answer()
        draft = _draft_in(form, text, files, confirmed=confirmed == "send")
        sent = replying.reply(desk, who, number, draft)
        undo_url = f"/messages/{sent.public_id}/undo?{place.words}" if sent.channel != "portal" else ""
        zone = desk.session.get_one(Company, ticket.company_id).time_zone
        return Answer(_sent_words(sent, draft.send_at, zone), undo_url)

    filled = Sent(form.get("form_id", ""), number, "note" if note else "reply", text, channel, files)
    try:
        with desk.transaction():
            answer = once(desk, who, filled, send)
    except (Refused, Invalid) as error:
        return _not_sent(place, number, error, text, note=note)
    if note:
        return go_on(place, number, stay=True)
    add_toast(answer.words, undo_url=answer.undo_url)
    return go_on(place, number, stay=form.get("then") == "stay")


@writing.post("/messages/<uuid:public_id>/undo")
def undo(public_id: UUID) -> str | AnyResponse:
    """Take a reply back that has not left; its words are in the composer again."""
    who = actor()
    desk = current_desk()
    try:
        with desk.transaction():
            text, number = replying.undo_reply(desk, who, public_id)
            save_draft(desk, who, number, "reply", text)
    except Refused as error:
        if wants_fragment():
            return say(str(error))
        add_toast(str(error))
        return redirect(came_from("/inbox"))
    place = place_of(who, asked_view(), asked_filters(), number)
    if not wants_fragment():
        return render_template("inbox/page.html", page=inbox_page(who, place, draft=text))
    opened = open_ticket(ticket_pane(who, place, number, draft=text))
    response = make_response(render_template("inbox/_ticket.html", page=opened))
    response.headers["HX-Push-Url"] = place.url(number)
    return response


@writing.put("/tickets/<int:number>/draft")
def keep(number: int) -> AnyResponse:
    """Keep what was typed so far; who begins to answer a ticket that is nobody's takes it."""
    who = actor()
    desk = current_desk()
    form = request.form
    kind, text = request.args.get("kind", ""), form.get("body", "")
    with desk.transaction():
        ticket = save_draft(desk, who, number, kind, text, form_id=form.get("form_id", ""))
        if kind != "reply" or not text.strip() or ticket.assignee_id is not None:
            return make_response("", 204)
        _ticket, way_back = change_undoably(desk, who, number, Change(assignee_id=who.agent_id))
    taken = Toast(text=_("#%(n)s is yours now", n=number), undo_url=f"/undo/{way_back}?{asked_place()}")
    return make_response(render_template("inbox/_said.html", toasts=(taken,)))


@writing.delete("/tickets/<int:number>/draft")
def discard(number: int) -> AnyResponse:
    """Throw a draft away."""
    desk = current_desk()
    with desk.transaction():
        end_draft(desk, actor(), number, request.args.get("kind", ""), form_id=request.form.get("form_id", ""))
    return make_response("", 204)


@writing.post("/tickets/<int:number>/presence")
def presence(number: int) -> AnyResponse:
    """Note that somebody looks, writes or has left, and answer who else is there."""
    desk = current_desk()
    with desk.transaction():
        present = be_present(desk, actor(), number, request.form.get("state", ""))
    answer = make_response(presence_words(present))
    answer.mimetype = "text/plain"
    return answer


@writing.get("/tickets/<int:number>/presence")
def who_is_here(number: int) -> AnyResponse:
    """Answer who else is at a ticket."""
    who = actor()
    find_ticket(current_desk(), who, number)
    answer = make_response(presence_words(present_at(current_desk(), who, [number]).get(number, [])))
    answer.mimetype = "text/plain"
    return answer


@writing.post("/outbox/<uuid:outbox_id>/retry")
def retry(outbox_id: UUID) -> AnyResponse:
    """Try a failed message again."""
    who = actor()
    desk = current_desk()
    with desk.transaction():
        row = find_row(desk, who, outbox_id)
        sending.retry(desk, row)
    add_toast(_("Trying again"))
    return redirect(f"/tickets/{row.ticket_id}")


def _not_sent(place: Place, number: int, error: HubError, text: str, *, note: bool) -> AnyResponse:
    """Say why nothing was sent; what was typed stays."""
    who = actor()
    pane = ticket_pane(who, place, number)
    stale = isinstance(error, Stale)
    composer = replace(
        pane.composer,
        kind="note" if note else "reply",
        reply_draft=pane.composer.reply_draft if note else text,
        note_draft=text if note else pane.composer.note_draft,
        error="" if stale else str(error),
        held=Held(text=str(error), confirm=_("Send anyway"), keep_as_note=_("Keep as note")) if stale else None,
    )
    pane = replace(pane, composer=composer)
    if wants_fragment():
        response = make_response(render_template("inbox/_composer.html", page=open_ticket(pane)))
    else:
        page = with_pane(inbox_page(who, replace(place, number=None)), pane)
        response = make_response(render_template("inbox/page.html", page=page))
    response.headers.update({"HX-Retarget": "#composer", "HX-Reswap": "outerHTML"})
    response.status_code = 409 if stale else 422
    return response


def _draft_in(form: MultiDict[str, str], text: str, files: list[replying.File], *, confirmed: bool) -> replying.Draft:
    """Return the reply a composer holds; one confirmed has been read again and is sent whatever came since."""
    return replying.Draft(
        text,
        channel=form.get("channel", ""),
        last_seen=None if confirmed else number_in(form.get("last_seen", "")),
        last_said=None if confirmed else number_in(form.get("last_said", "")),
        close=form.get("then") == "close",
        send_at=_send_at(form.get("send_at", "")),
        files=files,
        macros=[each for each in map(number_in, form.getlist("macro")) if each is not None],
        to=form.getlist("to") if "chooses" in form else None,
    )


def _send_at(words: str) -> datetime | None:
    if not words:
        return None
    try:
        return datetime.fromisoformat(words)
    except ValueError as error:
        raise Invalid(_("Choose a time that is still to come."), field="send_at") from error


def _sent_words(sent: Message, at: datetime | None, zone: str) -> str:
    name = _recipients(sent.facts)
    if at is not None:
        return _("Goes to %(name)s %(time)s", name=name, time=clock_time(at, zone))
    return _("Sending to %(name)s", name=name)


def _files(uploads: list[FileStorage]) -> list[replying.File]:
    found = []
    for each in uploads:
        data = each.stream.read()
        if data:
            found.append(replying.File(safe_file_name(each.filename or ""), sniff(data), data))
    return found


def _recipients(facts: dict[str, list[dict[str, str]]]) -> str:
    return ", ".join(each["name"] or each["address"] for each in facts.get("to", []))
