"""The portal's addresses for who is signed in: own requests, new ones, answers with photos."""

from __future__ import annotations

from datetime import datetime
from textwrap import shorten
from uuid import UUID, uuid4

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from hub.domain.ticket import Direction, TicketStatus
from hub.domain.verdict import Verdict
from hub.errors import Forbidden, Invalid
from hub.models import Company, Contact, Identity, Message, Ticket
from hub.services.help import given_answers
from hub.services.metrics.surveys import open_survey_of
from hub.services.operations import fix_checks
from hub.services.people import portal
from hub.services.tickets.files import PICTURES
from hub.web.announcing import announcements
from hub.web.answer_question import question, settled_words
from hub.web.desk import current_desk
from hub.web.fixed_question import fixed_question, fixed_words, said_by
from hub.web.forms import form_id, photo_field, posted_files
from hub.web.guards import PORTAL_SIGN_IN, end, guarded, present_contact, resident
from hub.web.helpful import LOOK, helpful_box, look_first
from hub.web.language import _
from hub.web.limits import limiter
from hub.web.shell import public_shell
from hub.web.turns import in_turn
from hub.web.viewmodels.parts import Attachment, EmptyState, Field, Form, Link, Tone
from hub.web.viewmodels.portal import (
    Action,
    NewRequestPage,
    PortalHome,
    PortalMessage,
    RequestListPage,
    RequestPage,
    RequestRow,
    SentPage,
    Step,
)
from hub.web.viewmodels.shell import NavItem, PublicShell
from hub.web.words import danger_words, lines_of, moment, size_words

rooms = guarded(Blueprint("portal", __name__, url_prefix="/portal"), resident)
SUBJECTS = {"damage": "Report a problem", "name-plate": "Name plate", "key-loss": "Key lost", "question": "Question"}
NAMED = ("name-plate", "key-loss")
SUBJECT_LENGTH = 80


@rooms.post("/sign-out")
def sign_out() -> Response:
    """End the sign-in of a resident, owner or craftsman."""
    end(PORTAL_SIGN_IN)
    return redirect("/")


@rooms.get("")
def home() -> str:
    """Show what a person can do here and how their requests stand."""
    contact, _identity = person()
    desk = current_desk()
    place = portal.home_of(desk, contact)
    requests = [each for each in portal.list_requests(desk, contact) if each.status != TicketStatus.CLOSED]
    page = PortalHome(
        shell=_shell(contact),
        title=_("Home"),
        greeting=_("Hello %(name)s", name=contact.name) if contact.name else _("Hello"),
        place=place.label if place else "",
        report=Link(label=_("Report a problem"), url="/portal/requests/new/damage"),
        actions=(
            Action(label=_("Name plate"), url="/portal/requests/new/name-plate", icon="id-card"),
            Action(label=_("Key lost"), url="/portal/requests/new/key-loss", icon="key-round"),
            Action(label=_("Question"), url="/portal/requests/new/question", icon="message-square-text"),
        ),
        requests=tuple(_row(each) for each in requests),
        all_requests=Link(label=_("All my requests"), url="/portal/requests"),
        announcements=announcements(
            desk.session.get_one(Company, contact.company_id),
            audience=portal.audience_of(desk, contact),
            property_id=place.property_id if place else None,
        ),
        empty=EmptyState(title=_("You have no open requests.")) if not requests else None,
    )
    return render_template("portal/home.html", page=page)


@rooms.get("/requests")
def requests() -> str:
    """List a person's requests, open ones first."""
    contact, _identity = person()
    found = portal.list_requests(current_desk(), contact)
    page = RequestListPage(
        shell=_shell(contact),
        title=_("My requests"),
        open=tuple(_row(each) for each in found if each.status != TicketStatus.CLOSED),
        closed=tuple(_row(each) for each in found if each.status == TicketStatus.CLOSED),
        report=Link(label=_("Report a problem"), url="/portal/requests/new/damage"),
        empty=EmptyState(title=_("You have not written to us yet.")) if not found else None,
    )
    return render_template("portal/requests.html", page=page)


@rooms.get("/requests/<uuid:public_id>")
def show_request(public_id: UUID) -> str:
    """Show one request: where it stands, what was said, and a place to answer."""
    contact, _identity = person()
    return _request_page(contact, public_id)


@rooms.post("/requests/<uuid:public_id>")
@limiter.limit("60 per hour")
@in_turn
def answer_request(public_id: UUID) -> str | Response | tuple[str, int]:
    """Take an answer, with photos."""
    contact, identity = person()
    desk = current_desk()
    newest = max((each.id for each in portal.find_request(desk, contact, public_id).messages), default=0)
    words = portal.Words(
        form_id(), request.form.get("text", ""), name=contact.name, ticket=str(public_id), files=posted_files()
    )
    try:
        with desk.transaction():
            portal.submit(desk, contact.company_id, words, signed_in=identity)
    except Invalid as error:
        return _request_page(contact, public_id, error=str(error), field=error.field), 422
    return redirect(f"/portal/requests/{public_id}?after={newest}")


@rooms.post("/requests/<uuid:public_id>/answer")
@limiter.limit("60 per hour")
def judge_answer(public_id: UUID) -> Response:
    """Take what somebody says of the answer from the help centre."""
    contact, _identity = person()
    desk = current_desk()
    ticket = portal.find_request(desk, contact, public_id).ticket
    verdict = Verdict.SOLVED if request.form.get("said", "") == Verdict.SOLVED else Verdict.PERSON
    with desk.transaction():
        given_answers.settle_in_portal(desk, ticket.id, verdict)
    return redirect(f"/portal/requests/{public_id}")


@rooms.post("/requests/<uuid:public_id>/fixed")
@limiter.limit("60 per hour")
def say_if_fixed(public_id: UUID) -> Response:
    """Take what somebody says of finished work."""
    contact, _identity = person()
    desk = current_desk()
    ticket = portal.find_request(desk, contact, public_id).ticket
    with desk.transaction():
        said = said_by(request.form.get("fixed", ""))
        fix_checks.settle_in_portal(desk, ticket.id, said, request.form.get("words", ""))
    return redirect(f"/portal/requests/{public_id}")


@rooms.get("/requests/new/<kind>")
def new_request(kind: str) -> str:
    """Ask what somebody wants to tell us."""
    contact, _identity = person()
    return _new_page(contact, kind)


@rooms.post("/requests/new/<kind>")
@limiter.limit("30 per hour")
@in_turn
def create_request(kind: str) -> str | Response | tuple[str, int]:
    """Take a new request."""
    contact, identity = person()
    desk = current_desk()
    text = request.form.get("text", "")
    if request.form.get("way", "") == LOOK:
        return _new_page(contact, kind, text=text)
    subject = request.form.get("subject", "").strip() or (
        SUBJECTS[kind] if kind in NAMED else shorten(text, SUBJECT_LENGTH, placeholder="…") or "A photo"
    )
    words = portal.Words(form_id(), text, subject=subject, name=contact.name, files=posted_files())
    try:
        with desk.transaction():
            portal.submit(desk, contact.company_id, words, signed_in=identity)
    except Invalid as error:
        return _new_page(contact, kind, error=str(error), field=error.field, text=text), 422
    page = SentPage(
        shell=_shell(contact),
        title=_("We have your message"),
        number="",
        next_steps=(
            _("You get a number in a moment; it is in your list."),
            _("A person reads it and answers here."),
            _("If it is urgent, call us."),
        ),
        links=(Link(label=_("My requests"), url="/portal/requests"),),
    )
    return render_template("portal/sent.html", page=page)


def person() -> tuple[Contact, Identity]:
    """Return who is signed in."""
    found = present_contact()
    if found is None:
        raise Forbidden("Sign in first.")
    return found


def _shell(contact: Contact) -> PublicShell:
    desk = current_desk()
    company = desk.session.get(Company, contact.company_id)
    assert company is not None
    items = (
        ("Home", "/portal", "house"),
        ("Report", "/portal/requests/new/damage", "wrench"),
        ("Messages", "/portal/requests", "message-square-text"),
    )
    navigation = tuple(
        NavItem(label=_(label), url=url, icon=icon, current=request.path == url) for label, url, icon in items
    )
    return public_shell(company, person=contact.name or _("me"), navigation=navigation)


def _row(ticket: Ticket) -> RequestRow:
    status, tone = _state(ticket)
    news = (
        _("Next news from us by %(when)s", when=_when(ticket.news_due_at))
        if ticket.news_due_at and ticket.waiting_since
        else ""
    )
    return RequestRow(
        title=ticket.subject,
        url=f"/portal/requests/{ticket.public_id}",
        status=status,
        tone=tone,
        next_news=news,
        number=f"#{ticket.id}",
    )


def _state(ticket: Ticket) -> tuple[str, Tone]:
    if ticket.status == TicketStatus.CLOSED:
        return _("Done"), "ok"
    if ticket.blocker:
        return _("Being repaired"), "info"
    return (
        (_("We answered"), "info")
        if ticket.status == TicketStatus.PENDING
        else (_("We are on it"), "info")
        if ticket.assignee_id
        else (_("Received"), "neutral")
    )


def _when(at: datetime | None) -> str:
    return moment(at, current_desk().clock.now(), "Europe/Berlin").words if at else ""


def _request_page(contact: Contact, public_id: UUID, *, error: str = "", field: str = "") -> str:
    desk = current_desk()
    found = portal.find_request(desk, contact, public_id)
    ticket = found.ticket
    reached = (
        3
        if ticket.status == TicketStatus.CLOSED
        else 2
        if ticket.blocker
        else 1
        if ticket.assignee_id or ticket.first_response_at
        else 0
    )
    arriving = _is_arriving(found)
    given = given_answers.sent_answer_of(desk, ticket.id)
    check = fix_checks.check_of(desk, ticket.id)
    survey = open_survey_of(desk, ticket, contact.id)
    labels = (_("Received"), _("We are on it"), _("Being repaired"), _("Done"))
    spoken = (_("done"), _("now"), _("later"))
    steps = []
    for at, label in enumerate(labels):
        place = 0 if at < reached or reached == 3 else 1 if at == reached else 2
        steps.append(Step(label=label, state=("done", "now", "later")[place], words=spoken[place]))
    fields = (
        Field(name="form_id", label="", kind="hidden", value=str(uuid4())),
        Field(
            name="text",
            label=_("Your message"),
            kind="textarea",
            rows=4,
            value=request.form.get("text", ""),
            error=error if field == "text" else "",
        ),
        photo_field(error if field == "files" else ""),
    )
    page = RequestPage(
        shell=_shell(contact),
        title=ticket.subject,
        number=f"#{ticket.id}",
        back=Link(label=_("My requests"), url="/portal/requests"),
        steps=tuple(steps),
        sentence=_("Your message is on its way to us.") if arriving else _state(ticket)[0],
        again=Link(label=_("Show it"), url=request.full_path) if arriving else None,
        next_news=_("Next news from us by %(when)s", when=_when(ticket.news_due_at))
        if ticket.news_due_at and ticket.waiting_since
        else "",
        messages=tuple(_message(each, found) for each in found.messages),
        form=Form(action=f"/portal/requests/{public_id}", fields=fields, submit=_("Send"), multipart=True),
        fixed=fixed_question(f"/portal/requests/{public_id}/fixed", check) if check else None,
        fixed_settled=fixed_words(check) if check else "",
        survey=Link(label=_("How likely are you to recommend us? Answer one question"), url=f"/nps/{survey.public_id}")
        if survey
        else None,
        solved=question(f"/portal/requests/{public_id}/answer", given) if given else None,
        settled=settled_words(given) if given else "",
        closed=_("This request is done. If something is still wrong, just write.")
        if ticket.status == TicketStatus.CLOSED
        else "",
    )
    return render_template("portal/request.html", page=page)


def _is_arriving(found: portal.Request) -> bool:
    """Tell whether what somebody has just sent is not on the ticket yet: nothing of theirs followed what was there."""
    after = request.args.get("after", "")
    known = int(after) if after.isascii() and after.isdecimal() and len(after) < 19 else None
    return known is not None and all(each.id <= known or each.direction != Direction.IN for each in found.messages)


def _message(message: Message, found: portal.Request) -> PortalMessage:
    own = message.direction == Direction.IN
    text = message.reply_text if own else message.text
    files = tuple(
        Attachment(
            name=each.name,
            url=f"/attachments/{each.public_id}",
            size_words=size_words(each.size),
            thumb_url=f"/attachments/{each.public_id}/preview" if each.content_type in PICTURES else "",
            whole_url=f"/attachments/{each.public_id}/preview?whole" if each.content_type in PICTURES else "",
            alt=each.name,
        )
        for each in found.files.get(message.id, ())
    )
    return PortalMessage(
        author=_("You") if own else message.author_name,
        at=moment(message.created_at, current_desk().clock.now(), "Europe/Berlin"),
        paragraphs=lines_of(text),
        own=own,
        attachments=files,
    )


def _new_page(contact: Contact, kind: str, *, error: str = "", field: str = "", text: str = "") -> str:
    title = _(SUBJECTS.get(kind, SUBJECTS["question"]))
    fields = (
        Field(name="form_id", label="", kind="hidden", value=str(uuid4())),
        Field(
            name="text",
            label=_("What happened, and where?"),
            kind="textarea",
            rows=6,
            value=text,
            error=error if field == "text" else "",
            helpful=helpful_box(contact.company_id, portal.audience_of(current_desk(), contact), text, place="portal"),
        ),
        photo_field(error if field == "files" else ""),
    )
    shell = _shell(contact)
    page = NewRequestPage(
        shell=shell,
        title=title,
        form=Form(
            action=f"/portal/requests/new/{kind}",
            fields=fields,
            submit=_("Send"),
            multipart=True,
            also=look_first(),
        ),
        back=Link(label=_("Back"), url="/portal"),
        emergency=danger_words(current_desk().session.get_one(Company, contact.company_id).region),
        emergency_call=Link(label=shell.phone_words, url=shell.phone_url) if shell.phone_url else None,
    )
    return render_template("portal/new_request.html", page=page)
