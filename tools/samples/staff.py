"""The board, a task, the metrics, the settings and the sandbox."""

from __future__ import annotations

from dataclasses import replace

from hub.web.viewmodels.admin import AdminForm, AdminHome, Setting, SettingGroup
from hub.web.viewmodels.board import (
    BoardFilter,
    BoardPage,
    Checklist,
    Column,
    LinkedTicket,
    Move,
    Step,
    TaskCard,
    TaskPage,
)
from hub.web.viewmodels.charts import Amount, lying_bars, score_bars, standing_bars
from hub.web.viewmodels.conversation import EventLine
from hub.web.viewmodels.inbox import HeldPage
from hub.web.viewmodels.metrics import Comment, Figure, MetricsPage, StatTile
from hub.web.viewmodels.parts import Attachment, Banner, Chip, Choice, EmptyState, Field, Form, Link, Table
from hub.web.viewmodels.sandbox import MailItem, PhoneMessage, SandboxPage
from tools.samples.shell import at, choices, clock, facts, public, staff

STATUSES = ("To do", "Scheduled", "With craftsman", "In progress", "Blocked", "Done")


def _card(number: int, title: str, place: str, **more: object) -> TaskCard:
    """Return a card that can go to every column."""
    card = TaskCard(
        number=f"T-{number}",
        url=f"/tasks/{number}",
        title=title,
        place=place,
        status="To do",
        change_url=f"/tasks/{number}",
        moves=tuple(
            Move(
                status=label.lower().replace(" ", "_"),
                label=label,
                words=f"Move to {label}",
                moved=f"T-{number} moved to {label}",
            )
            for label in STATUSES
        ),
    )
    return replace(card, **more)  # type: ignore[arg-type]


CARDS = {
    "To do": (
        _card(90, "Key copy", "Park 3 · 1A", date="due today", date_tone="warn", waiting="1 ticket waiting"),
        _card(
            93,
            "Ceiling, water",
            "Lindenhof 12 · 2A",
            date="now",
            date_tone="danger",
            urgent=True,
            waiting="1 ticket waiting",
        ),
    ),
    "Scheduled": (_card(61, "Window seal", "Lindenhof 12 · 3B", date="Fri 8 to 10", who="Tom Ritter"),),
    "With craftsman": (_card(77, "Drain blocked", "Park 3 · 2D", date="accepted, Wed 9", who="Hofer Plumbing"),),
    "Blocked": (
        _card(
            88,
            "Boiler LH12",
            "Lindenhof 12",
            reason="Part arrives Thursday",
            waiting="3 tickets waiting",
            who="Tom Ritter",
        ),
    ),
}
BOARD = BoardPage(
    shell=staff("Board"),
    title="Board",
    action="/board",
    columns=tuple(
        Column(
            status=label.lower().replace(" ", "_"),
            label=label,
            count=str(len(CARDS.get(label, ()))),
            cards=CARDS.get(label, ()),
            more=Link(label="All done", url="/board/list?status=done") if label == "Done" else None,
        )
        for label in STATUSES
    ),
    filters=(
        BoardFilter(name="trade", label="Trade", choices=choices("All trades", "All trades", "Plumbing")),
        BoardFilter(name="property", label="Property", choices=choices("All houses", "All houses", "Lindenhof 12")),
    ),
    views=(Link(label="Board", url="/board", current=True), Link(label="List", url="/board/list")),
    create=Link(label="New task", url="/tasks/new"),
    mirror=Chip(label="Slack #ops, synced 10:42", tone="ok"),
)
TASK = TaskPage(
    shell=staff("Board"),
    title="T-88 Boiler LH12",
    number="T-88",
    subject="Boiler LH12",
    place="Lindenhof 12",
    status="Blocked",
    status_tone="danger",
    change_url="/tasks/88",
    statuses=choices("Blocked", *STATUSES),
    facts=facts(
        ("Team", "Maintenance"), ("Assignee", "Tom Ritter"), ("Priority", "High"), ("Access", "Key box 4, dog")
    ),
    events=(
        EventLine(text="Blocked: part arrives Thursday", at=at("Tue 09:30")),
        EventLine(text="Made from #4711", at=at("Tue 09:11")),
    ),
    tickets=(LinkedTicket(label="#4711", words="2 d", url="/tickets/4711", unlink_url="/tasks/88/tickets/4711"),),
    for_agents=(Link(label="Tell all 3", url="/tasks/88/tell"),),
    waiting="3 people wait for this",
    text=("No hot water in the whole flat, kitchen and bath.",),
    photos=(
        Attachment(
            name="boiler.jpg", url="/a/1", size_words="412 KB", thumb_url="/static/favicon.svg", alt="boiler.jpg"
        ),
    ),
    board=Link(label="Board", url="/board"),
    clock=clock("Late by 4 min", "late"),
    blocked=Form(
        action="/tasks/88/blocked",
        submit="Save",
        fields=(
            Field(name="reason", label="Why?", hint="Customer service tells people these words.", error="Say why."),
            Field(name="until", label="Until when?", kind="date"),
        ),
    ),
    checklist=Checklist(
        title="Checklist: 1 of 2",
        steps=(
            Step(name="looked", label="Looked at", done=True, words="Tom Ritter, Tue 09:12"),
            Step(name="repaired", label="Repaired", done=False),
        ),
        action="/tasks/88/checklist",
    ),
    details=Form(
        action="/tasks/88/details",
        submit="Save",
        fields=(Field(name="cost", label="Cost", value="180.50", optional=True),),
    ),
    question=Form(
        action="/tasks/88/questions",
        submit="Ask customer service",
        fields=(Field(name="text", label="Question", kind="textarea"),),
    ),
    answer=Form(
        action="/tasks/88/comments",
        submit="Answer operations",
        fields=(Field(name="comment", label="Your answer: may we come at nine?", kind="textarea"),),
    ),
    order=Form(
        action="/tasks/88/orders",
        submit="Order",
        fields=(Field(name="craftsman", label="Craftsman", kind="select", choices=choices("", "Hofer Plumbing")),),
    ),
)
HELD = HeldPage(
    shell=staff("Inbox"),
    title="Automatic messages that wait",
    text="They answer messages that lay in a mailbox for more than a day, or a restored desk may have sent them before.",
    table=Table(
        caption="Automatic messages that wait",
        headings=("Ticket", "To", "Text", "Why it waits"),
        rows=(
            (
                "#4711",
                "aylin.demir@example.org",
                "We have your message: it is number #4711.",
                "It answers a message that lay unfetched for more than a day.",
            ),
        ),
    ),
    send=Form(action="/held/send", fields=(), submit="Send them all"),
    discard=Form(action="/held/discard", fields=(), submit="Discard them all"),
    empty=EmptyState(title="Nothing waits."),
)
TABLE = Table(
    caption="First responses by time",
    headings=("Time", "This period", "Before"),
    rows=(("up to 5 min", "41", "30"), ("up to 15 min", "88", "71"), ("up to 1 h", "23", "40")),
    numeric=frozenset({1, 2}),
)
SCORES = (1, 0, 0, 1, 0, 2, 3, 6, 14, 22, 31)
METRICS = MetricsPage(
    shell=staff("Metrics"),
    title="Metrics",
    period="1 to 19 November 2026, compared with 13 to 31 October",
    sections=(
        Link(label="All", url="/metrics", current=True),
        Link(label="Response", url="/metrics/response"),
        Link(label="NPS", url="/metrics/nps"),
    ),
    action="/metrics",
    filters=(
        Field(name="from", label="From", kind="date", value="2026-11-01"),
        Field(name="to", label="To", kind="date", value="2026-11-19"),
        Field(name="property", label="Property", kind="select", choices=choices("All", "All", "Lindenhof 12")),
    ),
    figures=(
        Figure(
            id="response",
            question="How fast do we answer?",
            answer="On average in 14 minutes of business time, 3 minutes faster than before.",
            tiles=(
                StatTile(
                    label="Average",
                    value="14 min",
                    change="3 min faster",
                    tone="ok",
                    basis="152 first answers, business hours",
                ),
                StatTile(
                    label="Median",
                    value="9 min",
                    change="1 min faster",
                    tone="ok",
                    basis="152 first answers",
                    url="/inbox/all",
                ),
                StatTile(
                    label="90th percentile",
                    value="41 min",
                    change="6 min slower",
                    tone="warn",
                    basis="152 first answers",
                ),
            ),
            chart=standing_bars(
                [
                    Amount(label="5 min", value=41, words="41"),
                    Amount(label="15 min", value=88, words="88"),
                    Amount(label="1 h", value=23, words="23", kind="late"),
                    Amount(label="4 h", value=0, words="0", kind="late"),
                ]
            ),
            table=TABLE,
            csv=Link(label="CSV", url="/metrics/response.csv"),
            tickets=Link(label="152 tickets", url="/inbox/all"),
            rule="From the first message to the first answer by a person. Automatic answers do not count.",
        ),
        Figure(
            id="nps",
            question="Do they like us?",
            answer="NPS 58 (95 % between 46 and 70), 80 answers of 210 asked.",
            chart=score_bars(SCORES),
            legend=(
                ("detractor", "0 to 6, 7 answers"),
                ("passive", "7 and 8, 20 answers"),
                ("promoter", "9 and 10, 53 answers"),
            ),
            table=Table(
                caption="Answers by score",
                headings=("Score", "Answers"),
                rows=tuple((str(s), str(n)) for s, n in enumerate(SCORES)),
                numeric=frozenset({1}),
            ),
        ),
        Figure(
            id="waiting",
            question="What waits?",
            answer="19 tickets, 4 of them longer than three days.",
            chart=lying_bars(
                [
                    Amount(label="up to 1 day", value=11, words="11"),
                    Amount(label="1 to 3 days", value=4, words="4"),
                    Amount(label="longer", value=4, words="4", kind="late"),
                ]
            ),
            table=replace(TABLE, caption="Open tickets by age"),
        ),
    ),
    comments=(
        Comment(
            score="3", tone="danger", text="Nobody told me about the part.", who="Jan Novak, #4709", url="/tickets/4709"
        ),
    ),
)
ADMIN = AdminHome(
    shell=staff("Admin"),
    title="Settings",
    groups=(
        SettingGroup(
            title="Ways in and out",
            settings=(
                Setting(label="Mailboxes", url="/admin/mailboxes", words="2, last fetched a minute ago"),
                Setting(label="Numbers", url="/admin/channels", words="1"),
            ),
        ),
        SettingGroup(title="People", settings=(Setting(label="Users and roles", url="/admin/users", words="5"),)),
    ),
)
MAILBOX = AdminForm(
    shell=staff("Admin"),
    title="Mailbox",
    back=Link(label="Mailboxes", url="/admin/mailboxes"),
    intro="Mail that comes here becomes tickets of Lindenhof Property Services.",
    saved=Banner(text="Saved. Fetching begins within a minute.", tone="ok"),
    form=Form(
        action="/admin/mailboxes/1",
        submit="Save",
        fields=(
            Field(name="host", label="Server", value="imap.example.org"),
            Field(
                name="password",
                label="Password",
                kind="password",
                hint="Kept encrypted.",
                error="The server refused this password.",
            ),
        ),
        cancel=Link(label="Cancel", url="/admin/mailboxes"),
    ),
    table=replace(TABLE, caption="Last fetches"),
    rows=(
        Link(label="office@example.org", url="/admin/mailboxes/1"),
        Link(label="desk@example.org", url="/admin/mailboxes/2"),
    ),
    others=(Form(action="/admin/mailboxes/1/test", submit="Test this mailbox", fields=()),),
    empty=EmptyState(title="No mailbox yet."),
)
SANDBOX = SandboxPage(
    shell=public(),
    title="Sandbox",
    people=(
        Choice(value="1", label="Aylin Demir, Lindenhof 12 3B", selected=True),
        Choice(value="2", label="Jan Novak, Park 3 1A"),
    ),
    person="1",
    person_name="Aylin",
    phone_number="+49 30 23125 031",
    mail_address="aylin.demir@example.org",
    texts=(
        PhoneMessage(text="no hot water", at=at("09:02"), own=True),
        PhoneMessage(text="Call: Emergency. flood, at 3B. Press 1 to take it.", at=at("09:03"), own=False, page="7"),
        PhoneMessage(text="Thank you, #4711. You hear from us by 13:00.", at=at("09:02"), own=False),
    ),
    mails=(
        MailItem(
            subject="Your request #4711",
            sender="Lindenhof Property Services",
            at=at("09:03"),
            paragraphs=("We have it.",),
            reply_url="/sandbox.html",
        ),
    ),
    action="/sandbox",
    sms_action="/sandbox/sms",
    key_action="/sandbox/keys",
    mail_action="/sandbox/mail",
    inbox=Link(label="Open the inbox alone", url="/inbox.html"),
    live_url="/sandbox-devices.html",
    portal=Link(label="Aylin’s portal", url="/portal-home.html"),
    try_text="Try this: text “no hot water”, then answer it on the right.",
)

PAGES = {
    "board": ("board/page.html", {"page": BOARD}),
    "board-empty": (
        "board/page.html",
        {"page": replace(BOARD, columns=(), filters=(), mirror=None, empty=EmptyState(title="Nothing to do."))},
    ),
    "board-list": (
        "board/page.html",
        {
            "page": replace(
                BOARD, columns=(), rows=tuple(card for cards in CARDS.values() for card in cards), shape="list"
            )
        },
    ),
    "task": ("board/task.html", {"page": TASK}),
    "held": ("inbox/held.html", {"page": HELD}),
    "metrics": ("metrics/page.html", {"page": METRICS}),
    "admin": ("admin/home.html", {"page": ADMIN}),
    "admin-form": ("admin/form.html", {"page": MAILBOX}),
    "sandbox": ("sandbox/page.html", {"page": SANDBOX}),
    "sandbox-devices": ("sandbox/_devices.html", {"page": SANDBOX}),
}
FRAGMENTS = {"sandbox/_devices.html": {"page": SANDBOX}}
