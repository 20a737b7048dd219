"""Aylin Demir's portal, and the pages of somebody who has no account."""

from __future__ import annotations

from dataclasses import replace

from hub.web.viewmodels.parts import Attachment, Choice, EmptyState, Field, Form, Link, Pagination
from hub.web.viewmodels.portal import (
    Action,
    Announcement,
    EnterCodePage,
    FixedQuestion,
    NewRequestPage,
    PortalHome,
    PortalMessage,
    RequestListPage,
    RequestPage,
    RequestRow,
    SentPage,
    SignInPage,
    Step,
)
from hub.web.viewmodels.public import Door, DoorsPage, ErrorPage, LinkPage, LoginPage, ReportPage
from hub.web.viewmodels.survey import SurveyPage, ThanksPage
from tools.samples.shell import at, public

REPORT = Link(label="Report a problem", url="/portal/requests/new/damage/1")
CALL = Link(label="Call 112", url="tel:112")
OPEN = (
    RequestRow(
        title="No hot water",
        url="/portal/requests/a1",
        status="Being repaired",
        tone="info",
        next_news="Next news from us: Thursday 16:00",
        number="#4711",
    ),
    RequestRow(
        title="Window seal",
        url="/portal/requests/a2",
        status="We are on it",
        next_news="Friday 8 to 10",
        number="#4655",
    ),
)
CLOSED = (RequestRow(title="Name plate", url="/portal/requests/a3", status="Done", tone="ok", number="#3991"),)

HOME = PortalHome(
    shell=public("Home", signed_in=True),
    title="Home — Lindenhof Property Services",
    greeting="Hello Aylin",
    place="Lindenhof 12 · 3B",
    report=REPORT,
    actions=(
        Action(label="Name plate", url="/portal/requests/new/name-plate/1", icon="id-card"),
        Action(label="Key lost", url="/portal/requests/new/key-loss/1", icon="key-round"),
        Action(label="Question", url="/portal/requests/new/question/1", icon="circle-help"),
        Action(label="Send a document", url="/portal/requests/new/document/1", icon="file-text"),
    ),
    requests=OPEN,
    all_requests=Link(label="All requests", url="/portal/requests"),
    announcements=(
        Announcement(title="Water off Thursday 9 to 11,", text="whole house.", url="/portal/announcements"),
    ),
)
SIGN_IN = SignInPage(
    shell=public(),
    title="Sign in",
    form=Form(
        action="/portal/sign-in",
        submit="Send me a code",
        fields=(
            Field(
                name="address",
                label="Email address or mobile number",
                hint="The one we know from your lease.",
                autocomplete="username",
            ),
        ),
    ),
    staff=Link(label="I work here", url="/login"),
)
SIGN_IN_WRONG = replace(
    SIGN_IN,
    form=replace(
        SIGN_IN.form,
        fields=(
            replace(
                SIGN_IN.form.fields[0],
                value="aylin",
                error="Enter an email address like name@example.org, or a number.",
            ),
        ),
    ),
)
CODE = EnterCodePage(
    shell=public(),
    title="Enter the code",
    sent_to="If we know aylin.demir@example.org, a code is on its way. It works for 15 minutes.",
    form=Form(
        action="/portal/code",
        submit="Sign in",
        fields=(Field(name="code", label="Code", kind="code", autocomplete="one-time-code", hint="6 digits"),),
    ),
    again=Link(label="Send another code", url="/portal/sign-in"),
)
LIST = RequestListPage(
    shell=public("Requests", signed_in=True),
    title="My requests",
    open=OPEN,
    closed=CLOSED,
    report=REPORT,
    pagination=Pagination(more="Show earlier", more_url="?after=x"),
)
NONE = replace(
    LIST,
    open=(),
    closed=(),
    pagination=None,
    empty=EmptyState(title="Nothing open.", text="Tell us when something is broken."),
)
WRITE = Form(
    action="/portal/requests/a1/messages",
    submit="Send",
    multipart=True,
    fields=(
        Field(name="text", label="Your message", kind="textarea", rows=4),
        Field(
            name="photos", label="Photos", kind="file", accept="image/*", multiple=True, optional=True, hint="Up to 6."
        ),
    ),
)
REQUEST = RequestPage(
    shell=public("Requests", signed_in=True),
    title="No hot water",
    number="#4711",
    back=Link(label="Requests", url="/portal/requests"),
    steps=(
        Step(label="Received", state="done", words="done"),
        Step(label="We are on it", state="done", words="done"),
        Step(label="Being repaired", state="now", words="now"),
        Step(label="Done", state="later", words="later"),
    ),
    sentence="The part for the boiler arrives on Thursday.",
    next_news="Next news from us: Thursday 16:00",
    messages=(
        PortalMessage(
            author="You",
            at=at("Tue 09:02"),
            own=True,
            paragraphs=("Since yesterday evening there is no hot water.",),
            attachments=(
                Attachment(
                    name="boiler.jpg",
                    url="/a/1",
                    size_words="412 KB",
                    thumb_url="/static/favicon.svg",
                    alt="Your photo: boiler.jpg",
                ),
            ),
            state="by email",
        ),
        PortalMessage(
            author="Maria",
            at=at("Tue 09:10"),
            paragraphs=("I am so sorry, with your mother at home too.", "I have asked Tom to look today."),
        ),
    ),
    form=WRITE,
    fixed=FixedQuestion(action="/portal/requests/a1/fixed", question="Is it fixed?"),
)
NEW = NewRequestPage(
    shell=public("Report", signed_in=True),
    title="Where is the problem?",
    intro="So we send the right person.",
    step="Step 2 of 5",
    back=Link(label="Back", url="/portal/requests/new/damage/1"),
    emergency="Smell of gas or fire? Leave the house first.",
    emergency_call=CALL,
    helpful=(Link(label="No hot water: what to check first", url="/help/residents/articles/12-no-hot-water"),),
    worked=Link(label="It worked", url="/portal/requests/new/damage/worked"),
    form=Form(
        action="/portal/requests/new/damage/2",
        submit="Continue",
        fields=(
            Field(
                name="where",
                label="Room",
                kind="radio",
                error="Choose where the problem is, or “I am not sure”.",
                choices=(
                    Choice(value="kitchen", label="Kitchen"),
                    Choice(value="bathroom", label="Bathroom"),
                    Choice(value="stairs", label="Stairs or outside", hint="Also the cellar and the bins"),
                    Choice(value="unsure", label="I am not sure"),
                ),
            ),
            Field(name="enter", label="You may enter when I am out", kind="checkbox", checked=True),
            Field(name="day", label="From when on?", kind="date", optional=True),
        ),
    ),
)
SENT = SentPage(
    shell=public("Report", signed_in=True),
    title="We have it",
    number="Number #4711",
    next_steps=("Maria reads it today.", "You hear from us by Thursday 16:00, by SMS."),
    links=(Link(label="See this request", url="/portal/requests/a1"), Link(label="Home", url="/portal")),
)
DOORS = DoorsPage(
    shell=public(),
    title="Welcome",
    intro="One desk for residents, owners and the people who keep the houses running.",
    doors=(
        Door(
            title="I live here",
            text="Report a problem, ask a question, see your requests.",
            url="/portal",
            icon="house",
        ),
        Door(title="I answer people", text="The inbox of customer service.", url="/inbox", icon="inbox"),
        Door(title="I get work done", text="The board of operations.", url="/board", icon="wrench"),
    ),
    try_this="Try this: text “no hot water” from a resident’s phone.",
    try_link=Link(label="Open the sandbox", url="/sandbox"),
    report=Link(label="Report something without signing in", url="/report"),
)
REPORT_PAGE = ReportPage(
    shell=public(),
    title="Report a problem",
    intro="You need no account. Tell us where, and how to reach you.",
    emergency="Smell of gas, fire, or water you cannot stop? Leave and call.",
    emergency_call=CALL,
    form=Form(
        action="/report",
        submit="Send",
        multipart=True,
        error="We could not check your last attempt: send it again.",
        fields=(
            Field(name="name", label="Your name", autocomplete="name"),
            Field(
                name="address",
                label="Email address",
                kind="email",
                autocomplete="email",
                error="Enter an email address like name@example.org.",
            ),
            Field(
                name="place",
                label="House and flat",
                kind="select",
                choices=(Choice(value="1", label="Lindenhof 12"), Choice(value="2", label="Park 3")),
            ),
            Field(name="text", label="What happened?", kind="textarea"),
            Field(name="photos", label="Photos", kind="file", accept="image/*", multiple=True, optional=True),
        ),
    ),
)
LOGIN = LoginPage(
    shell=public(),
    title="Staff sign-in",
    form=Form(
        action="/login",
        submit="Sign in",
        error="That address, password or code is not right. After five tries we wait a minute.",
        fields=(
            Field(
                name="email",
                label="Email address",
                kind="email",
                autocomplete="username",
                value="maria.keller@example.org",
            ),
            Field(name="password", label="Password", kind="password", autocomplete="current-password"),
            Field(
                name="code",
                label="Code of your authenticator",
                kind="code",
                optional=True,
                autocomplete="one-time-code",
            ),
            Field(name="next", label="", kind="hidden", value="/inbox"),
        ),
    ),
    residents=Link(label="I live here", url="/portal"),
)
LINK = LinkPage(
    shell=public(),
    title="Sign in as Aylin Demir?",
    text="The link from your message works once, for 15 minutes.",
    form=Form(action="/login/link/x", submit="Sign in", fields=()),
    other=Link(label="That is not me", url="/"),
)
ERROR = ErrorPage(
    shell=public(),
    title="This page is not here",
    text="The address may be mistyped, or the page was removed. Nothing you wrote is lost.",
    actions=(Link(label="Home", url="/"), Link(label="Help", url="/help")),
    reference="7f3a",
)
SURVEY = SurveyPage(
    shell=public(),
    title="How did we do?",
    about="No hot water, #4711, closed on Thursday by Maria.",
    question="How likely are you to recommend us to a neighbour?",
    scores=tuple(Choice(value=str(score), label=str(score), selected=score == 9) for score in range(11)),
    lowest="0 not at all",
    highest="10 certainly",
    comment=Field(name="comment", label="Why?", kind="textarea", rows=3, optional=True),
    action="/nps/x",
    submit="Send",
)
THANKS = ThanksPage(
    shell=public(), title="Thank you", text="Maria reads every answer.", links=(Link(label="Home", url="/portal"),)
)

PAGES = {
    "portal-home": ("portal/home.html", {"page": HOME}),
    "portal-sign-in": ("portal/sign_in.html", {"page": SIGN_IN}),
    "portal-sign-in-wrong": ("portal/sign_in.html", {"page": SIGN_IN_WRONG}),
    "portal-code": ("portal/enter_code.html", {"page": CODE}),
    "portal-requests": ("portal/requests.html", {"page": LIST}),
    "portal-requests-none": ("portal/requests.html", {"page": NONE}),
    "portal-request": ("portal/request.html", {"page": REQUEST}),
    "portal-new": ("portal/new_request.html", {"page": NEW}),
    "portal-sent": ("portal/sent.html", {"page": SENT}),
    "doors": ("public/doors.html", {"page": DOORS}),
    "report": ("public/report.html", {"page": REPORT_PAGE}),
    "report-sent": ("public/sent.html", {"page": SENT}),
    "login": ("auth/login.html", {"page": LOGIN}),
    "link": ("auth/link.html", {"page": LINK}),
    "error": ("error.html", {"page": ERROR}),
    "survey": ("survey/question.html", {"page": SURVEY}),
    "survey-wrong": ("survey/question.html", {"page": replace(SURVEY, error="Choose a number from 0 to 10.")}),
    "survey-thanks": ("survey/thanks.html", {"page": THANKS}),
}
