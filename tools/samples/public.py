"""The pages of somebody who has no account, or has just followed a link."""

from __future__ import annotations

from dataclasses import replace

from hub.web.viewmodels.parts import Choice, Field, Form, Link, Question
from hub.web.viewmodels.public import AnswerPage, Door, DoorsPage, ErrorPage, FixedPage, LinkPage, LoginPage, ReportPage
from hub.web.viewmodels.survey import SurveyPage, ThanksPage
from tools.samples.help import HELPFUL
from tools.samples.portal import CALL, IS_IT_FIXED, SENT
from tools.samples.shell import public

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
            Field(name="text", label="What happened?", kind="textarea", helpful=HELPFUL),
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
SOLVED = Choice(value="solved", label="This solved it", selected=True)
PERSON = Choice(value="person", label="I still need a person")
ANSWER = AnswerPage(
    shell=public(),
    title="Did this solve it?",
    about="About your request #4711",
    name="No hot water: what to check first",
    language="en",
    paragraphs=("Ask a neighbour whether theirs is cold as well.", "Then look at the switch by the boiler."),
    article=Link(label="Read the whole article", url="/help/residents/articles/12-no-hot-water"),
    question=Question(action="/a/x", question="Did this solve it?", name="said", choices=(SOLVED, PERSON)),
)
ANSWERED = replace(
    ANSWER,
    title="Thank you",
    settled="Your request is closed as solved. If you need a person after all, say so here.",
    article=None,
    gone="The article has been taken out of the help centre since.",
    question=Question(action="/a/x", question="Did this solve it?", name="said", choices=(PERSON,)),
)
FIXED = FixedPage(
    shell=public(),
    title="Is it fixed?",
    about="About your request #184",
    question=replace(IS_IT_FIXED, action="/fixed/x"),
)

PAGES = {
    "answer": ("public/answer.html", {"page": ANSWER}),
    "answer-settled": ("public/answer.html", {"page": ANSWERED}),
    "fixed": ("public/fixed.html", {"page": FIXED}),
    "fixed-settled": (
        "public/fixed.html",
        {"page": replace(FIXED, settled="You said that it is not fixed yet. We look at it again and write to you.")},
    ),
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
