"""The pages before any sign-in: three doors, a report without an account, the survey."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID, uuid4

from flask import Blueprint, render_template, request

from hub.errors import Refused
from hub.models import Company, Survey
from hub.services.metrics import surveys
from hub.services.people import portal
from hub.services.settings.public_company import company_of_host
from hub.web.desk import current_desk
from hub.web.forms import form_id, photo_field, posted_files
from hub.web.guards import anybody, guarded
from hub.web.helpful import LOOK, helpful_box, look_first
from hub.web.language import _
from hub.web.limits import limiter
from hub.web.shell import public_shell
from hub.web.turns import in_turn
from hub.web.viewmodels.parts import Choice, Field, Form, Link
from hub.web.viewmodels.portal import SentPage
from hub.web.viewmodels.public import Door, DoorsPage, ReportPage
from hub.web.viewmodels.survey import SurveyPage, ThanksPage
from hub.web.words import danger_words, emergency_number

front = guarded(Blueprint("front", __name__), anybody)


def company() -> Company:
    """Return the company whose page is read."""
    return company_of_host(current_desk(), request.host)


@front.get("/")
def doors() -> str:
    """Show the way in for everybody; in the demo, what to try."""
    demo = current_desk().settings.demo
    page = DoorsPage(
        shell=public_shell(company()),
        title=company().name,
        intro=_("How can we help?"),
        doors=(
            Door(
                title=_("I live or own here"),
                text=_("Report something, ask, see how your request stands."),
                url="/portal",
                icon="house",
            ),
            Door(
                title=_("Customer service"), text=_("The inbox: answer people."), url="/login?next=/inbox", icon="inbox"
            ),
            Door(
                title=_("Operations"), text=_("The board: get the work done."), url="/login?next=/board", icon="wrench"
            ),
        ),
        try_this=_("Try this: text “no hot water” from a resident's phone and watch the inbox.") if demo else "",
        try_link=Link(label=_("Open the sandbox"), url="/sandbox") if demo else None,
        report=Link(label=_("Report something without signing in"), url="/report"),
    )
    return render_template("public/doors.html", page=page)


@front.get("/report")
def report() -> str:
    """Ask what is wrong, without an account."""
    return _report_page(subject=request.args.get("subject", "")[:200])


@front.post("/report")
@limiter.limit("20 per hour")
@in_turn
def send_report() -> str | tuple[str, int]:
    """Take a report from anybody; what it says is never sent to the address it names."""
    desk = current_desk()
    mine = company()
    form = request.form
    if form.get("way", "") == LOOK:
        return _report_page(subject=form.get("subject", "")[:200])
    words = portal.Words(
        form_id(),
        form.get("text", ""),
        subject=form.get("subject", "")[:200],
        name=form.get("name", "")[:200],
        email=form.get("email", ""),
        phone=form.get("phone", ""),
        unit=form.get("unit", "")[:200],
        files=posted_files(),
    )
    mistakes = portal.find_mistakes(words, signed_in=False, region=mine.region)
    if mistakes:
        return _report_page(subject=words.subject, mistakes=mistakes), 422
    with desk.transaction():
        portal.submit(desk, mine.id, words, signed_in=None)
    page = SentPage(
        shell=public_shell(mine),
        title=_("We have your message"),
        number="",
        next_steps=(
            _("A person reads it and answers by email or text."),
            _("If anybody is in danger, call %(number)s.", number=emergency_number(mine.region)),
        ),
        links=(Link(label=_("Back to the start"), url="/"),),
    )
    return render_template("public/sent.html", page=page)


@front.get("/nps/<uuid:public_id>")
def survey(public_id: UUID) -> str:
    """Ask the one question, or show what was answered; a score in the link is picked, never sent by itself."""
    found = surveys.find_survey(current_desk(), public_id)
    if surveys.is_settled(current_desk(), found):
        return _thanks(_("You have answered this question already. Thank you!"))
    given = "" if found.score is None else str(found.score)
    return _survey_page(found, picked=request.args.get("score", given), comment=found.comment or "")


@front.post("/nps/<uuid:public_id>")
@limiter.limit("30 per hour")
def answer_survey(public_id: UUID) -> str | tuple[str, int]:
    """Take the answer."""
    desk = current_desk()
    score, comment = request.form.get("score", ""), request.form.get("comment", "")
    if not score.isdecimal() or not score.isascii() or int(score[:3]) > 10:
        found = surveys.find_survey(desk, public_id)
        return _survey_page(found, error=_("Choose a number from 0 to 10."), comment=comment), 422
    try:
        with desk.transaction():
            surveys.answer_survey(desk, public_id, score=int(score[:3]), comment=comment)
    except Refused as error:
        return _thanks(str(error)), 409
    return _thanks(
        _("Your answer has arrived. It goes to the people who helped you."),
        Link(label=_("Change my answer"), url=f"/nps/{public_id}"),
    )


def _thanks(text: str, *links: Link) -> str:
    page = ThanksPage(
        shell=public_shell(company()),
        title=_("Thank you"),
        text=text,
        links=(*links, Link(label=_("Help"), url="/help")),
    )
    return render_template("survey/thanks.html", page=page)


def _survey_page(found: Survey, *, picked: str = "", error: str = "", comment: str = "") -> str:
    mine = current_desk().session.get(Company, found.company_id)
    assert mine is not None
    page = SurveyPage(
        shell=public_shell(mine),
        title=_("One question"),
        about=_("About your request #%(n)s", n=found.ticket_id)
        if found.answered_at is None
        else _("Your answer about request #%(n)s. You can change it within a day.", n=found.ticket_id),
        question=_("How likely are you to recommend %(company)s to a friend?", company=mine.name),
        scores=tuple(Choice(value=str(n), label=str(n), selected=str(n) == picked) for n in range(11)),
        lowest=_("0: not at all"),
        highest=_("10: very likely"),
        comment=Field(
            name="comment", label=_("Why?"), kind="textarea", value=comment, optional=True, rows=3, maxlength=4000
        ),
        action=f"/nps/{found.public_id}",
        submit=_("Send"),
        error=error,
    )
    return render_template("survey/question.html", page=page)


def _report_page(*, subject: str = "", mistakes: Mapping[str, str] | None = None) -> str:
    mine = company()
    form = request.form
    wrong = mistakes or {}
    fields = (
        Field(name="form_id", label="", kind="hidden", value=str(uuid4())),
        Field(
            name="text",
            label=_("What happened, and where?"),
            kind="textarea",
            rows=6,
            value=form.get("text", ""),
            error=wrong.get("text", ""),
            helpful=helpful_box(mine.id, _audience(), f"{subject} {form.get('text', '')}", place="report"),
        ),
        Field(name="audience", label="", kind="hidden", value=_audience()),
        Field(name="subject", label=_("In a few words"), value=subject, optional=True),
        Field(name="name", label=_("Your name"), value=form.get("name", ""), autocomplete="name", optional=True),
        Field(
            name="email",
            label=_("Email"),
            kind="email",
            value=form.get("email", ""),
            autocomplete="email",
            hint=_("Or your phone number: one of the two, so that we can answer."),
            error=wrong.get("email", ""),
        ),
        Field(
            name="phone",
            label=_("Phone"),
            kind="tel",
            value=form.get("phone", ""),
            autocomplete="tel",
            error=wrong.get("phone", ""),
        ),
        Field(
            name="unit",
            label=_("Your home"),
            value=form.get("unit", ""),
            hint=_("Such as Lindenhof 12, 3B"),
            optional=True,
        ),
        photo_field(wrong.get("files", "")),
    )
    shell = public_shell(mine)
    page = ReportPage(
        shell=shell,
        title=_("Report something"),
        form=Form(action="/report", fields=fields, submit=_("Send"), multipart=True, also=look_first()),
        emergency=danger_words(mine.region),
        emergency_call=Link(label=shell.phone_words, url=shell.phone_url) if shell.phone_url else None,
    )
    return render_template("public/report.html", page=page)


def _audience() -> str:
    """Return whose help centre may help here: residents', unless somebody comes from the owners'."""
    return "owners" if request.values.get("audience", "") == "owners" else "residents"
