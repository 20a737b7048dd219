"""Aylin Demir's ticket, open."""

from __future__ import annotations

from hub.web.viewmodels.conversation import (
    ComposerView,
    Delivery,
    EventGroup,
    EventLine,
    HeaderChip,
    Macro,
    MessageView,
    Promise,
    QueueGuess,
    Suggestion,
    Thread,
    TicketAlert,
    TicketPane,
    TriageBar,
)
from hub.web.viewmodels.parts import Attachment, Chip, Choice, Fact, Link
from hub.web.viewmodels.person import ContactLine, PanelItem, PanelSection, PersonPanel
from tools.samples.shell import at, choices, clock, facts

ITEMS = (
    EventGroup(
        id=1,
        summary="2 changes",
        lines=(
            EventLine(text="Filed under Maintenance by the model, 71 %", at=at("09:02")),
            EventLine(text="Maria Keller took the ticket", at=at("09:06")),
        ),
    ),
    MessageView(
        id=1,
        author="Aylin Demir",
        initials="AD",
        accessible_name="Message from Aylin Demir",
        at=at("09:02"),
        outbound=False,
        role="tenant",
        channel="Email",
        language="en",
        paragraphs=(
            "Hello, since yesterday evening there is no hot water in the whole flat.\nThe kitchen and the bath, both.",
            "My mother lives with me and she is 81. When can somebody come?",
        ),
        quoted=("On Monday Maria Keller wrote:\nthe window will be repaired on Friday.",),
        attachments=(
            Attachment(
                name="boiler.jpg",
                url="/attachments/1",
                size_words="412 KB",
                thumb_url="/static/favicon.svg",
                alt="Photo from Aylin Demir: boiler.jpg",
            ),
            Attachment(name="lease.pdf", url="/attachments/2", size_words="88 KB"),
        ),
        original_url="/messages/1/original",
        trust_note="Unverified sender: aylin@example.com",
        warning="Bank details from a sender who is not verified: confirm by phone before you change anything.",
    ),
    MessageView(
        id=2,
        author="Maria Keller",
        initials="MK",
        accessible_name="Message from Maria Keller",
        at=at("09:10"),
        outbound=True,
        channel="Email",
        paragraphs=(
            "Dear Ms Demir, I am so sorry, with your mother at home too.",
            "I have asked Tom to look at it today.",
        ),
        delivery=Delivery(words="Delivered 09:11", tone="ok"),
    ),
    EventGroup(
        id=2,
        lines=(
            EventLine(
                text="Tom Ritter: T-88 Boiler is blocked, part arrives Thursday", at=at("09:30"), url="/tasks/88"
            ),
        ),
    ),
    MessageView(
        id=3,
        author="Tom Ritter",
        initials="TR",
        accessible_name="Note from Tom Ritter, staff only",
        at=at("09:31"),
        outbound=True,
        internal=True,
        role="operations",
        paragraphs=("Boiler part ordered, arrives Thursday. Three flats are affected.",),
    ),
    MessageView(
        id=4,
        author="Maria Keller",
        initials="MK",
        accessible_name="Message from Maria Keller",
        at=at("09:40"),
        outbound=True,
        channel="SMS",
        channel_icon="smartphone",
        paragraphs=("The part for the boiler arrives on Thursday.",),
        delivery=Delivery(words="Not sent: the number does not exist.", tone="danger", retry_url="/messages/4/retry"),
    ),
)

THREAD = Thread(
    number=4711,
    subject="No hot water since yesterday",
    place="Lindenhof 12 · 3B",
    place_url="/units/31",
    clock=clock("Answer in 9 min", "warn"),
    clock_label="Answer clock: Answer in 9 min",
    chips=(
        HeaderChip(
            field="queue",
            label="Queue",
            words="Maintenance",
            command="queue",
            choices=choices("Maintenance", "Front desk", "Maintenance", "Leasing", "Billing", "Other"),
        ),
        HeaderChip(
            field="assignee",
            label="Assignee",
            words="Maria Keller",
            command="assignee",
            choices=choices("Maria Keller", "Maria Keller", "Jonas Weber"),
        ),
        HeaderChip(
            field="status",
            label="Status",
            words="Open",
            command="status",
            choices=choices("Open", "Open", "Waiting for tenant", "Waiting for operations", "Closed"),
        ),
        HeaderChip(
            field="priority",
            label="Priority",
            words="Normal",
            command="priority",
            choices=choices("Normal", "Low", "Normal", "High", "Urgent"),
        ),
    ),
    tags=(Chip(label="elderly-parent"),),
    offered_tags=choices("heating", "heating", "keys"),
    items=ITEMS,
    url="/inbox/mine/4711",
    change_url="/tickets/4711",
    header_url="/tickets/4711?part=header",
    messages_url="/tickets/4711?part=messages",
    list_url="/inbox/mine",
    alerts=(
        TicketAlert(
            text="An outage is open in this house: T-88 Boiler.",
            tone="info",
            press="Link to it",
            press_url="/tasks/88/link",
            links=(Link(label="Open T-88", url="/tasks/88"),),
        ),
    ),
    presence="Jonas Weber is replying…",
    print_url="/tickets/4711/print",
    task_url="/tickets/4711/tasks/new",
    merge_url="/tickets/4711/merge",
    promises=(Promise(label="Waive a fee…", url="/tickets/4711/allow/waive_fee", command="waive"),),
    block_url="/tickets/4711/block",
    snooze=(
        Choice(value="later", label="Later today, Mon 16 Nov 12:30"),
        Choice(value="tomorrow", label="Tomorrow, Tue 17 Nov 08:00"),
        Choice(value="task", label="When a task changes"),
    ),
    mine="maria.keller@example.org",
)

COMPOSER = ComposerView(
    action="/tickets/4711/messages",
    reply_label="Reply to Aylin Demir",
    recipients="to Aylin Demir",
    last_seen=4,
    channels=(
        Choice(value="email", label="by email to aylin.demir@example.org", selected=True),
        Choice(value="sms", label="by SMS to +49 30 23125 031"),
    ),
    reply_draft="Dear Ms Demir,\n\nthe part arrives on Thursday. ",
    draft_url="/tickets/4711/draft",
    draft_words="Draft saved",
    presence_url="/tickets/4711/presence",
    notices=("Aylin reads Türkçe.",),
    greeting="Hello Aylin Demir,",
    signature="Kind regards · Maria Keller",
    frame_language="en",
    macros=(Macro(title="Part ordered", text="The part is ordered and arrives on {{day}}."),),
    send_at=(Choice(value="2026-11-20T08:00:00+01:00", label="Send tomorrow at 8:00"),),
)

PERSON = PersonPanel(
    name="Aylin Demir",
    role="tenant",
    url="/people/31",
    live_url="/tickets/4711?part=person",
    contacts=(
        ContactLine(kind="Phone", words="+49 30 23125 031", icon="phone", url="tel:+493023125031"),
        ContactLine(kind="Email", words="aylin.demir@example.org", icon="mail", url="mailto:aylin.demir@example.org"),
    ),
    remarks=("Speaks Türkçe, prefers SMS", "Calm, 2 good ratings"),
    tags=(Chip(label="elderly-parent"), Chip(label="pays-on-time")),
    sections=(
        PanelSection(
            title="Home", facts=facts(("Unit", "Lindenhof 12, 3B"), ("Floor", "3rd"), ("Access", "Key box 4, dog"))
        ),
        PanelSection(
            title="Lease",
            facts=facts(
                ("Since", "1 May 2021"), ("Until", "open"), ("Rent", "1,140.00 €"), ("Last change", "January 2024")
            ),
        ),
        PanelSection(
            title="Balance",
            facts=(
                Fact(label="As of 18 Nov", value="0.00 €, nothing owed", tone="ok"),
                Fact(label="Deposit", value="", hidden=True),
            ),
        ),
        PanelSection(
            title="Open work",
            items=(
                PanelItem(
                    title="T-88 Boiler LH12",
                    url="/tasks/88",
                    words="Blocked",
                    tone="danger",
                    note="Part arrives Thursday · 3 tenants affected",
                ),
                PanelItem(title="T-61 Window seal", url="/tasks/61", words="Scheduled", note="Friday 8 to 10"),
            ),
            action=Link(label="New task", url="/tickets/4711/tasks/new"),
            action_command="task",
        ),
        PanelSection(
            title="Earlier",
            items=(
                PanelItem(title="Heating cold", url="/tickets/4310", words="closed · 9", note="12 October"),
                PanelItem(title="Name plate", url="/tickets/3991", words="closed", note="3 July"),
            ),
            action=Link(label="All 6", url="/people/31"),
        ),
    ),
    change=Link(label="Not Aylin? Change person", url="/tickets/4711/requester"),
)

TRIAGE = TriageBar(
    action="/tickets/4711/triage",
    sentence="Looks like",
    guesses=(
        QueueGuess(
            queue="Maintenance", words="71 %", label="Keep Maintenance", value="maintenance", command="keep pick-1"
        ),
        QueueGuess(
            queue="Front desk", words="18 %", label="Change to Front desk", value="front-desk", command="pick-2"
        ),
        QueueGuess(queue="Billing", words="6 %", label="Change to Billing", value="billing", command="pick-3"),
    ),
    because="Because of “no hot water”, “boiler”.",
)

SUGGESTIONS = (
    Suggestion(
        title="Heating or hot water fails: what we do",
        url="/help/residents/articles/12-no-hot-water",
        text="Hello Aylin,\n\nhere is what helps first: http://localhost/help/residents/articles/12-no-hot-water",
        fit="fits well",
        excerpt="Check first whether the whole house is affected.",
        audience="Residents",
    ),
    Suggestion(
        title="What to do in an emergency",
        url="/help/residents/articles/3-emergency",
        text="http://localhost/help/residents/articles/3-emergency",
        fit="may fit",
        excerpt="Gas, fire, water: whom to call.",
        audience="Residents",
    ),
)

PANE = TicketPane(thread=THREAD, composer=COMPOSER, person=PERSON, triage=TRIAGE, suggestions=SUGGESTIONS)
