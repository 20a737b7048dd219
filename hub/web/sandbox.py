"""The demo's sandbox: a resident's phone and mailbox beside the inbox. It exists only in the demo, without sign-in only here."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Flask, redirect, render_template, request
from werkzeug.wrappers import Response

from channels.sms.hook import TAKING_KEY
from hub.domain.access import Ability, Actor
from hub.errors import Forbidden, Invalid
from hub.models import Company
from hub.services import sandbox as other_side
from hub.services.settings.public_company import company_of_host
from hub.services.staff.accounts import start_sign_in
from hub.web.desk import current_desk
from hub.web.guards import anybody, begin, guarded, on_this_machine, present_actor, safe_next
from hub.web.language import _
from hub.web.shell import public_shell
from hub.web.viewmodels.parts import Choice, Link
from hub.web.viewmodels.sandbox import MailItem, PhoneMessage, SandboxPage
from hub.web.words import moment

INBOX = "/inbox/all?list=1"

sandbox = guarded(Blueprint("sandbox", __name__, url_prefix="/sandbox"), anybody)


def register_sandbox(app: Flask) -> None:
    """Register the sandbox where there is a demo; elsewhere its addresses do not exist."""
    if app.extensions["desk"].settings.demo:
        app.register_blueprint(sandbox)


@sandbox.before_request
def check_visitor() -> Response | None:
    """Let people in who sit at this machine, and staff who have signed in."""
    if on_this_machine() or present_actor() is not None:
        return None
    return redirect("/login?next=/sandbox")


@sandbox.get("")
def show() -> str:
    """Show both sides of the desk; who is nobody yet comes in as the first agent by the press of a button."""
    desk = current_desk()
    who = other_side.find_resident(desk, request.args.get("person", ""))
    if request.args.get("part") == "devices":
        return render_template("sandbox/_devices.html", page=_page(who))
    return render_template("sandbox/page.html", page=_page(who))


@sandbox.post("/texts")
def text() -> str | Response | tuple[str, int]:
    """Send a text from the resident's phone."""
    desk = current_desk()
    who = other_side.find_resident(desk, request.form.get("person", ""))
    try:
        with desk.transaction():
            other_side.write_text(desk, who, request.form.get("text", ""))
    except Invalid as error:
        return render_template("sandbox/page.html", page=_page(who, text_error=str(error))), 422
    return _answer(who)


@sandbox.post("/keys")
def key() -> str | Response:
    """Press 1 in a call."""
    desk = current_desk()
    who = other_side.find_resident(desk, request.form.get("person", ""))
    with desk.transaction():
        other_side.press_key(desk, who, request.form.get("page", ""), TAKING_KEY)
    return _answer(who)


@sandbox.post("/mails")
def mail() -> str | Response | tuple[str, int]:
    """Send a mail from the resident's mailbox."""
    desk = current_desk()
    who = other_side.find_resident(desk, request.form.get("person", ""))
    form = request.form
    try:
        with desk.transaction():
            other_side.write_mail(
                desk, who, form.get("subject", "")[:200], form.get("text", ""), answers=_uuid(form.get("answers", ""))
            )
    except Invalid as error:
        return render_template("sandbox/page.html", page=_page(who, mail_error=str(error))), 422
    return _answer(who)


@sandbox.post("/enter")
def enter() -> Response:
    """Sign in as one of the demo's staff, at this machine only."""
    if not on_this_machine():
        raise Forbidden("The demo's staff can be entered without a link only at the machine it runs on.")
    desk = current_desk()
    with desk.transaction():
        agent = other_side.find_host(desk, request.form.get("who", ""))
        signed_in = start_sign_in(desk, agent_id=agent.id)
    begin(signed_in)
    return redirect(safe_next(request.form.get("next", "")) or "/inbox")


def _answer(who: other_side.Resident) -> str | Response:
    if request.headers.get("HX-Request") == "true":
        return render_template("sandbox/_devices.html", page=_page(who))
    return redirect(f"/sandbox?person={who.key}")


def _page(who: other_side.Resident, *, text_error: str = "", mail_error: str = "") -> SandboxPage:
    desk = current_desk()
    company = desk.session.get_one(Company, who.company_id)
    now = desk.clock.now()
    answers = _uuid(request.args.get("reply", ""))
    answered = other_side.find_mail(desk, who, answers) if answers else None
    agent = present_actor()
    host = other_side.find_host(desk)
    return SandboxPage(
        shell=public_shell(company_of_host(desk, request.host)),
        title=_("Sandbox"),
        people=tuple(
            Choice(value=each.key, label=f"{each.name}, {each.company}", selected=each.key == who.key)
            for each in other_side.list_residents(desk)
        ),
        person=who.key,
        person_name=who.name,
        phone_number=who.phone,
        mail_address=who.mail,
        texts=tuple(
            PhoneMessage(
                text=each.text,
                at=moment(each.at, now, company.time_zone),
                own=each.own,
                page=str(each.page or ""),
            )
            for each in other_side.texts_of(desk, who)
        ),
        mails=tuple(
            MailItem(
                subject=each.subject or _("(no subject)"),
                sender=each.sender,
                at=moment(each.at, now, company.time_zone),
                paragraphs=tuple(line for line in each.text.split("\n") if line.strip()),
                own=each.own,
                reply_url=f"/sandbox?person={who.key}&reply={each.reply}#mail-form" if each.reply else "",
            )
            for each in other_side.mails_of(desk, who)
        ),
        action="/sandbox",
        sms_action="/sandbox/texts",
        key_action="/sandbox/keys",
        mail_action="/sandbox/mails",
        inbox=Link(label=_("The inbox alone"), url=INBOX),
        live_url=f"/sandbox?part=devices&person={who.key}",
        portal=Link(label=_("The portal"), url=f"/portal/sign-in?address={who.mail}"),
        try_text=_("Text “no hot water” and watch the agent’s inbox; the answer comes back here."),
        answers=str(answers) if answered else "",
        subject=_answer_subject(answered.subject) if answered else "",
        text_error=text_error,
        mail_error=mail_error,
        host_text=_host_text(agent),
        host=_("Come in as %(name)s", name=host.name) if on_this_machine() else "",
        host_action="/sandbox/enter",
        host_address=host.email,
    )


def _host_text(agent: Actor | None) -> str:
    """Return why the inbox is not shown yet, nothing to who may see it."""
    if agent is None:
        return _("The agent’s side: come in to see what arrives, and to answer it.")
    if agent.can_anywhere(Ability.READ_TICKETS):
        return ""
    return _("Whoever you are signed in as does not work in the inbox.")


def _answer_subject(subject: str) -> str:
    return subject if subject.lower().startswith("re:") else f"Re: {subject}"


def _uuid(words: str) -> UUID | None:
    try:
        return UUID(words)
    except ValueError:
        return None
