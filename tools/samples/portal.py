"""Aylin Demir's portal."""

from __future__ import annotations

from dataclasses import replace

from hub.web.viewmodels.parts import (
    Announcement,
    Attachment,
    Choice,
    EmptyState,
    Field,
    Form,
    Link,
    Pagination,
    Question,
)
from hub.web.viewmodels.portal import (
    Action,
    EnterCodePage,
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
IS_IT_FIXED = Question(
    action="/portal/requests/a1/fixed",
    question="Is it fixed?",
    name="fixed",
    choices=(
        Choice(value="yes", label="Yes, it is fixed", selected=True),
        Choice(value="no", label="No, not yet"),
    ),
    words=Field(name="words", label="If not: what is still wrong?", kind="textarea", optional=True, rows=3),
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
    fixed=IS_IT_FIXED,
    survey=Link(label="How likely are you to recommend us? Answer one question", url="/nps/x"),
)
NEW = NewRequestPage(
    shell=public("Report", signed_in=True),
    title="Where is the problem?",
    intro="So we send the right person.",
    step="Step 2 of 5",
    back=Link(label="Back", url="/portal/requests/new/damage/1"),
    emergency="Smell of gas or fire? Leave the house first.",
    emergency_call=CALL,
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
}
