"""Orders: on a craftsman's phone, on the task, and the directory of craftsmen."""

from __future__ import annotations

from dataclasses import replace

from hub.web.viewmodels.board import BoardFilter, TaskOrder
from hub.web.viewmodels.order import CraftsmenPage, OrderPage, TapPage
from hub.web.viewmodels.parts import Attachment, Choice, EmptyState, Field, Form, Link, Table
from tools.samples.shell import choices, facts, public, staff
from tools.samples.staff import TASK

PHOTO = Attachment(
    name="Photo 1",
    url="/o/x/photos/1?whole",
    size_words="",
    thumb_url="/static/favicon.svg",
    whole_url="/static/favicon.svg",
    alt="Photo 1",
)
PROPOSE = Form(
    action="/o/x",
    submit="Propose this time",
    fields=(
        Field(name="propose_on", label="Day", kind="date"),
        Field(name="propose_at", label="Time", kind="select", choices=choices("08:00–10:00", "10:00–12:00")),
    ),
)
DECLINE = Form(
    action="/o/x",
    submit="Decline",
    fields=(Field(name="decline_reason", label="Why? The team sees this.", kind="textarea", optional=True),),
)
OFFERED = OrderPage(
    shell=public(),
    title="Order O-312 · Hofer Plumbing",
    subject="Blocked drain, kitchen",
    status="Offered",
    tone="neutral",
    said="Lindenhof Care asks you to do this. Name and door come once you have accepted.",
    facts=facts(("Where", "Park 3, 10999 Berlin"), ("Costs at most", "€180.00"), ("Photo", "Needed when it is done")),
    scope=("The drain under the kitchen sink is blocked.", "Clear it."),
    action="/o/x",
    form_id="f",
    photos=(PHOTO,),
    times=(Choice(value="a", label="Wed 18 Mar 09:00–11:00"), Choice(value="b", label="Wed 18 Mar 14:00–16:00")),
    accept_step="accept",
    propose=PROPOSE,
    decline=DECLINE,
)
ACCEPTED = replace(
    OFFERED,
    status="Accepted",
    tone="ok",
    said="You come on Wed 18 Mar 09:00–11:00.",
    times=(),
    visit=facts(("Home", "Park 3 1A, 2nd floor"), ("Name", "Novak"), ("Way in", "Key box 2")),
    arrive_step="arrive",
    own_photos=(replace(PHOTO, name="Your photo 1", alt="Your photo 1"),),
    finish=Form(
        action="/o/x",
        submit="Finish order",
        multipart=True,
        fields=(
            Field(
                name="photos",
                label="Take photo",
                kind="file",
                accept="image/*",
                hint="Up to 6 photos.",
                error="Add a photo of the finished work, or say why there is none.",
                multiple=True,
                most_files=6,
                most_bytes=1000,
            ),
            Field(name="report", label="What did you do?", kind="textarea", rows=3, optional=True),
        ),
    ),
    more=Form(action="/o/x", submit="Ask for it", fields=(Field(name="more_amount", label="What does it cost?"),)),
    give_up=Form(
        action="/o/x", submit="Say so", fields=(Field(name="give_up_reason", label="Why can it not be finished?"),)
    ),
)
ON_TASK = replace(
    TASK,
    orders=(
        TaskOrder(
            number="O-312",
            words="Hofer Plumbing",
            status="Another time proposed",
            tone="warn",
            next="Next: you",
            action="/orders/312",
            facts=facts(("What", "Clear the drain"), ("When", "Wed 18 Mar 14:00–16:00")),
            photos=(replace(PHOTO, name="Craftsman's photo 1", alt="Craftsman's photo 1"),),
            buttons=(
                Choice(value="agree", label="Agree to Wed 14:00–16:00"),
                Choice(value="cancel", label="Cancel O-312"),
            ),
            again=Form(
                action="/orders/312",
                submit="Offer this time",
                fields=(
                    Field(name="again_on", label="Other day", kind="date"),
                    Field(name="again_at", label="Other time", kind="select", choices=choices("08:00–10:00")),
                ),
            ),
        ),
    ),
)
CRAFTSMEN = CraftsmenPage(
    shell=staff("Board"),
    title="Craftsmen",
    action="/craftsmen",
    filters=(BoardFilter(name="trade", label="Trade", choices=choices("All trades", "plumbing", "heating")),),
    area_label="Area",
    area="Park",
    table=Table(
        caption="Craftsmen",
        headings=("Name", "Trade", "Area", "Insured until", "Open orders"),
        rows=(("Hofer Plumbing", "plumbing", "everywhere", "Mar 3, 2027", "2"),),
        numeric=frozenset({4}),
    ),
    views=(Link(label="Board", url="/board"), Link(label="Craftsmen", url="/craftsmen", current=True)),
)

TAP = TapPage(
    shell=public(),
    title="T-88 Boiler LH12",
    intro="Tom Ritter, one tap does it.",
    facts=facts(("Status", "To do"), ("Where", "Lindenhof 12")),
    text=("No hot water in the whole flat.",),
    form=Form(
        action="/t/token",
        fields=(
            Field(name="words", label="Blocked because", kind="textarea"),
            Field(name="until", label="Until", kind="date"),
        ),
        submit="Blocked",
    ),
)
PAGES = {
    "task-tap": ("order/tap.html", {"page": TAP}),
    "order-offered": ("order/page.html", {"page": OFFERED}),
    "order-accepted": ("order/page.html", {"page": ACCEPTED}),
    "order-wrong": ("order/page.html", {"page": replace(OFFERED, error="Choose one of the times.")}),
    "task-orders": ("board/task.html", {"page": ON_TASK}),
    "craftsmen": ("board/craftsmen.html", {"page": CRAFTSMEN}),
    "craftsmen-none": (
        "board/craftsmen.html",
        {"page": replace(CRAFTSMEN, empty=EmptyState(title="No craftsman matches."))},
    ),
}
