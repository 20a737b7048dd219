"""What belongs to tasks beside their page: tickets to link, telling all, work elsewhere."""

from __future__ import annotations

from dataclasses import replace

from hub.web.viewmodels.board import ElsewherePage
from hub.web.viewmodels.inbox import BulkPage, FormPage, LinkPage, LinkRow
from hub.web.viewmodels.parts import EmptyState, Field, Form, Link, Table
from tools.samples.shell import choices, staff

ELSEWHERE = ElsewherePage(
    shell=staff("Board"),
    title="Work elsewhere",
    text="Other programs own these tasks: what they last said stands here and is changed there.",
    views=(Link(label="Board", url="/board"), Link(label="Work elsewhere", url="/board/elsewhere", current=True)),
    table=Table(
        caption="Work elsewhere",
        headings=("Task", "State", "What they say", "As of", "Ticket"),
        rows=(("property-meld M-7", "Vendor assigned", "Hofer comes on Wednesday", "2 h ago", "#4711"),),
        urls=("https://meld.example.org/7",),
    ),
    export=Link(label="Download as CSV", url="/board/elsewhere.csv"),
    form=Form(
        action="/board/elsewhere",
        fields=(Field(name="file", label="CSV or XLSX file", kind="file"),),
        submit="Take it over",
        multipart=True,
    ),
)
LINKS = LinkPage(
    shell=staff("Board"),
    title="Tickets that wait for T-88 too",
    text="Boiler LH12",
    action="/tasks/88/tickets",
    question="hot water",
    heading="Found",
    rows=(
        LinkRow(
            label="#4712 Cold shower",
            url="/tickets/4712",
            words="Omar Haddad · Lindenhof 12, 2A · 3 h",
            action="/tasks/88/tickets/4712",
            button="Link #4712",
        ),
    ),
    back=Link(label="Back to T-88", url="/tasks/88"),
)
TELL = BulkPage(
    shell=staff("Board"),
    title="Tell all who wait for T-88",
    text="Each gets a reply of their own.",
    form=Form(
        action="/tasks/88/tell",
        fields=(
            Field(name="text", label="Your words", kind="textarea", value="Hello {{name}}"),
            Field(name="number", key="4711", label="#4711 Aylin Demir", kind="checkbox", value="4711", checked=True),
            Field(name="number", key="4712", label="#4712 Omar Haddad", kind="checkbox", value="4712", checked=True),
        ),
        submit="Tell them",
    ),
    back=Link(label="Back to T-88", url="/tasks/88"),
)
NEW_TASK = FormPage(
    shell=staff("Inbox"),
    title="New task from #4711",
    text="Lindenhof 12, 3B. Names, numbers and addresses are taken out: look once more.",
    kinds=(
        Link(label="Repair", url="/tickets/4711/tasks/new?kind=repair", current=True),
        Link(label="Key", url="/tickets/4711/tasks/new?kind=key"),
    ),
    others=(Form(action="/tasks/88/tickets/4711", fields=(), submit="Let it wait for T-88 Boiler LH12 instead"),),
    form=Form(
        action="/tickets/4711/tasks",
        submit="Make the task",
        fields=(
            Field(name="team", label="Team", kind="select", choices=choices("Maintenance", "Maintenance", "Leasing")),
            Field(name="title", label="Title", value="No hot water"),
            Field(name="text", label="What is to do", kind="textarea", value="No hot water since yesterday."),
        ),
        cancel=Link(label="Back to the ticket", url="/tickets/4711"),
    ),
)
PAGES = {
    "new-task": ("inbox/form.html", {"page": NEW_TASK}),
    "task-link": ("inbox/link.html", {"page": LINKS}),
    "task-link-none": (
        "inbox/link.html",
        {"page": replace(LINKS, rows=(), empty=EmptyState(title="No open ticket matches."))},
    ),
    "elsewhere": ("board/elsewhere.html", {"page": ELSEWHERE}),
    "elsewhere-none": (
        "board/elsewhere.html",
        {"page": replace(ELSEWHERE, form=None, empty=EmptyState(title="Nothing yet."))},
    ),
    "task-tell": ("inbox/bulk.html", {"page": TELL}),
}
