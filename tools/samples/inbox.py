"""Maria's inbox with Aylin Demir's ticket open."""

from __future__ import annotations

from dataclasses import replace

from hub.domain.highlight import cut_passage, mark
from hub.web.viewmodels.conversation import Held, Insertion
from hub.web.viewmodels.inbox import (
    BulkBar,
    BulkPage,
    FilterPage,
    InboxPage,
    PaperPage,
    TicketList,
    TicketRow,
    ViewLink,
)
from hub.web.viewmodels.parts import Chip, Choice, EmptyState, Field, Form, Link, Pagination, Table, Toast
from tools.samples.conversation import COMPOSER, ITEMS, PANE, THREAD
from tools.samples.shell import at, clock, staff

VIEWS = (
    ViewLink(label="Triage", url="/inbox/triage", count="4", command="go-triage"),
    ViewLink(label="Mine", url="/inbox/mine", count="12", current=True),
    ViewLink(label="Unassigned", url="/inbox/unassigned", count="7", command="go-unassigned"),
    ViewLink(label="Waiting", url="/inbox/waiting", count="21", command="go-waiting"),
    ViewLink(label="Snoozed", url="/inbox/snoozed", count="3"),
    ViewLink(label="Mentions", url="/inbox/mentions", count="1"),
    ViewLink(label="Sent", url="/inbox/sent"),
    ViewLink(label="Closed", url="/inbox/closed"),
    ViewLink(label="All", url="/inbox/all"),
)


def _row(number: int, who: str, unit: str, words: str, age: str, **more: object) -> TicketRow:
    """Return one row of the list, `words` being its subject, a dash and its preview."""
    subject, _, preview = words.partition(" — ")
    row = TicketRow(
        number=number,
        url=f"/inbox/mine/{number}",
        accessible_name=f"{number}, {who}, {unit}, {subject}, waiting {age}",
        who=who,
        unit=unit,
        subject=subject,
        preview=preview,
        age=at(age),
        channel="Email",
        queue="Maintenance",
        status_words="Open",
        company="Lindenhof",
    )
    return replace(row, **more)  # type: ignore[arg-type]


ROWS = (
    _row(
        4733,
        "Omar Haddad",
        "Lindenhof 12 2A",
        "Water through the kitchen ceiling — it is pouring on the lamp",
        "2 min",
        emergency=True,
        unread=True,
        clock=clock("Answer in 13 min", "warn"),
    ),
    _row(
        4711,
        "Aylin Demir",
        "Lindenhof 12 3B",
        "No hot water since yesterday — Since yesterday evening there is no hot water",
        "9 min",
        selected=True,
        unread=True,
        draft=True,
        blocker="Task blocked",
    ),
    _row(
        4709,
        "Jan Novak",
        "Park 3 1A",
        "Key lost, need a copy — I lost my mailbox key on the way",
        "34 min",
        clock=clock("Late by 4 min", "late"),
        channel="SMS",
        channel_icon="smartphone",
    ),
    _row(
        4702,
        "R. Brandt",
        "owner",
        "Statement March wrong — The reserve on page two is",
        "2 h",
        queue="Billing",
        clock=clock("Clock paused", "paused"),
    ),
    _row(4698, "Dilara Aksoy", "Lindenhof 12 1C", "Name plate for the new flat — We are married now", "3 h"),
    _row(
        4690,
        "Pavel Horák",
        "Park 3 4B",
        "Kitchen window does not close — Since the storm",
        "5 h",
        blocker="Maria replying",
    ),
    _row(4688, "Grace Okafor", "Seestraße 7 2C", "Moving out at the end of March — I would like to give notice", "1 d"),
    _row(
        4671,
        "Luis Ortega",
        "Seestraße 7 4A",
        "Radiator cold in one room — The living room is fine",
        "1 d",
        unread=True,
    ),
    _row(4669, "Ewa Kowalska", "Park 3 2D", "Noise at night — The neighbours upstairs again", "2 d"),
    _row(
        4660, "Thomas Beck", "owner", "Approval for the roof — Please send me the second quote", "2 d", queue="Billing"
    ),
    _row(4655, "Aylin Demir", "Lindenhof 12 3B", "Window seal — Friday is fine", "3 d"),
    _row(4641, "Sofia Rossi", "Lindenhof 12 4D", "Parking space 14 — Somebody stands on it", "4 d", queue="Front desk"),
)

LIST = TicketList(
    title="Mine",
    count_words="12 tickets",
    rows=ROWS,
    url="/inbox/mine",
    live_url="/inbox/mine?part=list",
    sorts=(
        Link(label="Most urgent first", url="?sort=urgent", current=True),
        Link(label="Newest first", url="?sort=new"),
    ),
    filters=(Chip(label="Lindenhof 12", remove_url="/inbox/mine"),),
    filter_url="/inbox/mine/filter?property=1",
    keep=Link(label="Keep this view", url="/inbox/mine/keep?property=1"),
    pagination=Pagination(more="Show 50 more", more_url="/inbox/mine?after=x"),
    bulk=BulkBar(
        action="/tickets/bulk?view=mine",
        groups=(("Assign", (Choice(value="assignee:me", label="Assign to me"),)),),
    ),
)
BULK = BulkPage(
    shell=staff("Inbox"),
    title="Reply to all 2",
    text="Each gets a reply of their own.",
    table=Table(
        caption="Who gets it",
        headings=("Ticket", "Person", "About"),
        rows=(("#4711", "Aylin Demir", "No hot water"), ("#4733", "Omar Haddad", "Water through the ceiling")),
    ),
    form=Form(
        action="/tickets/reply-to-all",
        fields=(Field(name="text", label="Your words", kind="textarea"),),
        submit="Send them",
        also=Choice(value="look", label="Look first"),
    ),
    back=Link(label="Back to the list", url="/inbox/mine"),
)

PAGE = InboxPage(
    shell=staff("Inbox", toast=True),
    title="(12) Mine — Inbox",
    views=VIEWS,
    saved_views=(ViewLink(label="Lindenhof", url="/inbox/v-1", count="9"), ViewLink(label="Owners", url="/inbox/v-2")),
    list=LIST,
    ticket=PANE,
    pane="list",
)
PHONE_TICKET = replace(PAGE, pane="ticket", shell=staff("Inbox", emergency=True))
NOTE = replace(
    PAGE,
    pane="ticket",
    shell=staff("Inbox"),
    ticket=replace(
        PANE, triage=None, suggestions=(), composer=replace(COMPOSER, kind="note", note_draft="Call the owner first.")
    ),
)
HELD = replace(
    PAGE,
    pane="ticket",
    ticket=replace(
        PANE,
        triage=None,
        composer=replace(
            COMPOSER,
            counts_segments=True,
            held=Held(
                text="Aylin wrote again while you were writing.", confirm="Send anyway", keep_as_note="Keep as note"
            ),
        ),
    ),
)
EMPTY = replace(
    PAGE,
    shell=staff("Inbox"),
    ticket=None,
    list=replace(
        LIST,
        rows=(),
        filters=(),
        pagination=None,
        count_words="0 tickets",
        empty=EmptyState(
            title="Nobody is waiting.",
            text="34 answered today, average 11 min.",
            actions=(Link(label="Snoozed (3)", url="/inbox/snoozed"),),
        ),
    ),
    nothing_open=EmptyState(title="No ticket is open.", text="Choose one from the list."),
)
COMFORTABLE = replace(PAGE, list=replace(LIST, density="comfortable"), shell=staff("Inbox"))
FOUND = replace(
    PAGE,
    shell=staff("Inbox"),
    title="Search: boiler",
    list=replace(
        LIST,
        title="Search",
        count_words="",
        search_value="boilr T-88",
        density="comfortable",
        rows=tuple(
            replace(
                each,
                unit="",
                found_who=mark(f"{each.who} · {each.unit}", ["Aylin"]),
                found_subject=mark(each.subject, ["hot"]),
                found_passage=cut_passage("Good morning, the boiler is cold since yesterday.", ["boiler"]),
            )
            for each in ROWS[:4]
        ),
        filters=(),
        remarks=("Nothing is called exactly so: these are spelt nearly like it.",),
        things=(Link(label="T-88 Boiler LH12", url="/tasks/88"),),
    ),
)
COMPACT = replace(PAGE, list=replace(LIST, density="compact"), shell=staff("Inbox"))

FILTER = FilterPage(
    shell=staff("Inbox"),
    title="Filter Mine",
    action="/inbox/mine",
    fields=tuple(
        Field(name=name, label=label, kind="select", choices=(Choice(value="", label="Any", selected=True),))
        for name, label in (("status", "Status"), ("queue", "Queue"), ("property", "Property"))
    ),
    submit="Show",
    clear=Link(label="Clear filters", url="/inbox/mine"),
)
PAPER = PaperPage(
    shell=staff("Inbox"),
    title="#4711 No hot water since yesterday",
    company="Lindenhof Property Services",
    person="Aylin Demir, Lindenhof 12 3B",
    thread=THREAD,
    switch=Link(label="With notes for staff", url="/tickets/4711/print?notes"),
    back=Link(label="Back to the ticket", url="/tickets/4711"),
)
INSERTIONS = (
    Insertion(group="Answers", title="No hot water", text="Check the tap first.", more="Check the tap first."),
    Insertion(group="Replies", title="Photo, please", text="Could you send us a photo?", more="Could you send us"),
    Insertion(group="Actions", title="Snooze", command="snooze"),
)
PAGES = {
    "inbox": ("inbox/page.html", {"page": PAGE}),
    "inbox-ticket": ("inbox/page.html", {"page": PHONE_TICKET}),
    "inbox-note": ("inbox/page.html", {"page": NOTE}),
    "inbox-held": ("inbox/page.html", {"page": HELD}),
    "inbox-empty": ("inbox/page.html", {"page": EMPTY}),
    "inbox-comfortable": ("inbox/page.html", {"page": COMFORTABLE}),
    "inbox-paper": ("inbox/paper.html", {"page": PAPER}),
    "inbox-filter": ("inbox/filter.html", {"page": FILTER}),
    "inbox-bulk": ("inbox/bulk.html", {"page": BULK}),
    "inbox-found": ("inbox/page.html", {"page": FOUND}),
    "inbox-compact": ("inbox/page.html", {"page": COMPACT}),
}
FRAGMENTS = {
    "inbox/_changed.html": {"page": PAGE, "toasts": (Toast(text="Moved to Front desk", undo_url="/undo/1"),)},
    "inbox/_list.html": {"page": PAGE},
    "inbox/_filter.html": {"page": FILTER},
    "inbox/_row.html": {"row": ROWS[0]},
    "inbox/_ticket.html": {"page": PAGE},
    "inbox/_thread.html": {"page": PAGE},
    "inbox/_header.html": {"thread": THREAD},
    "inbox/_messages.html": {"thread": THREAD},
    "inbox/_message.html": {"message": ITEMS[1]},
    "inbox/_proposals.html": {"page": PAGE},
    "inbox/_insertions.html": {"insertions": INSERTIONS},
    "inbox/_snooze.html": {"thread": THREAD},
    "inbox/_tags.html": {"thread": THREAD},
    "inbox/_bulk.html": {"page": PAGE},
    "inbox/_composer.html": {"page": HELD},
    "inbox/_person.html": {"page": PAGE},
    "inbox/_views.html": {"page": PAGE},
}
