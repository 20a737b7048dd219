"""Scripts from outside (osTicket 68dcaa2e, FreeScout GHSA-jpq8, Roundcube CVE-2026-48849): a name ran in the agent's page.

Our rule: words from outside are text on every page, the secondary ones too, and HTML from outside passes one list of what may stay.
The content policy and the sandboxed frame would stop what still came through; a browser shows that in tests/journeys.
"""

from __future__ import annotations

from html.parser import HTMLParser
from urllib.parse import quote
from uuid import uuid4

from apiflask import APIFlask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from channels.html import html_to_text, plain_text, safe_html
from channels.message import Attachment as File
from channels.portal import make_envelope
from hub.domain.access import Role
from hub.models import Identity, Ticket
from hub.services.operations.handmade_tasks import make_task
from hub.services.sending.reply import write_note
from tests.channels.hostile_html import REMOTE, SCRIPTS, assert_harmless
from tests.conftest import MONDAY_MORNING
from tests.factories import make_agent, make_contact, make_lease, make_unit
from tests.incidents.letters import AYLIN
from tests.letters import arrive, make_mail
from tests.services.steps import Office, mail, take_in, text_message, triage_all
from tests.web.visitors import sign_in, sign_in_person

CANARY = '"><img src=x onerror=alert("{at}")><script>alert({at})</script>{{{{7*7}}}}'


def canary(at: int) -> str:
    return CANARY.format(at=at)


class Markup(HTMLParser):
    """Collects what would run in a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.running: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        facts = dict(attrs)
        if tag == "script" and not (facts.get("src") or "").startswith("/static/"):
            self.running.append(tag)
        self.running += [f"{tag} {name}" for name in facts if name.startswith("on")]
        self.running += [
            f"{tag} {name}={value}"
            for name, value in facts.items()
            if (value or "").strip().lower().startswith("javascript:")
        ]
        if facts.get("src") == "x":
            self.running.append(f"{tag} src=x")


def test_words_from_outside_are_text_on_every_page(app: APIFlask, office: Office) -> None:
    desk = office.desk
    unit = make_unit(desk, office.company, building=canary(1), label=canary(2))
    aylin = make_contact(desk, office.company, canary(3), email=AYLIN)
    make_lease(desk, unit, aylin)
    file = File(canary(4), "text/plain", b"x")
    raw = make_mail(canary(5), sender=AYLIN, subject=canary(6), Cc="x <cc@example.com>")
    (message, other, _, _, _) = take_in(
        desk,
        arrive(raw, rcpt_to="desk@example.org"),
        make_envelope(
            form_id=uuid4(),
            received_at=MONDAY_MORNING,
            text=canary(7),
            source="form",
            name=canary(8),
            email="b@example.com",
            subject=canary(9),
            unit=canary(10),
            files=[file],
        ),
        text_message(canary(11)),
        arrive(
            b"From: " + canary(12).encode() + b"\nSubject: " + canary(13).encode() + b"\n\n" + canary(14).encode(),
            rcpt_to="desk@example.org",
        ),
        mail(canary(15), sender="b@example.com", subject="Re: " + canary(9), Reply_To="c@example.net"),
    )
    triage_all(desk)
    with desk.transaction():
        write_note(desk, office.maria, message.ticket_id, canary(16))
        make_task(desk, office.maria, message.ticket_id, team="maintenance", title=canary(17), text=canary(18))
    admin = make_agent(desk, office.company, canary(19), role=Role.ADMIN)
    tickets = list(desk.session.scalars(select(Ticket.id)))
    identity = desk.session.scalars(select(Identity).where(Identity.contact_id == aylin.id)).one()
    staff = [
        *(f"/inbox/all/{each}" for each in tickets),
        "/inbox",
        "/inbox/all",
        "/board",
        "/search?q=alert",
        "/held",
        "/metrics",
        "/me",
        "/sandbox",
    ]
    staff += [
        f"/search?q={quote(canary(20))}",
        f"/tickets/{quote(canary(21), safe='')}",
        f"/inbox/{quote(canary(22), safe='')}",
        f"/login?next={quote(canary(23))}",
    ]
    mine = desk.session.get_one(Ticket, message.ticket_id).public_id
    people = [
        "/portal",
        "/portal/requests",
        f"/portal/requests/{mine}",
        f"/report?subject={quote(canary(24))}",
        f"/help/residents/search?q={quote(canary(25))}",
        f"/portal/sign-in?address={quote(canary(26))}",
        f"/no/{quote(canary(27), safe='')}",
    ]
    claims = {
        "User-Agent": canary(28),
        "Referer": canary(29),
        "X-Forwarded-For": canary(30),
        "Accept-Language": canary(31),
    }
    pages = []
    for browser, paths in (
        (sign_in(app, desk, office.maria), staff),
        (sign_in(app, desk, admin), staff),
        (sign_in_person(app, desk, aylin, identity), people),
    ):
        pages += [
            (each, browser.get(each, headers=claims, follow_redirects=True).get_data(as_text=True)) for each in paths
        ]

    running = [(path, Markup(page).running) for path, page in pages if Markup(page).running]

    assert running == []
    assert sum("&lt;img src=x" in page for _, page in pages) > 10
    assert not [
        path for path, page in pages if "{{7*7}}".replace("{{", "").replace("}}", "") not in page and "49}}" in page
    ]
    assert other.ticket_id in tickets


@given(
    st.lists(
        st.sampled_from([*SCRIPTS, *REMOTE, "<p>", "</div>", "<table>", "text", "'", '"', "<", "-->"]), max_size=12
    )
)
def test_hostile_html_in_any_mixture_neither_runs_nor_loads(pieces: list[str]) -> None:
    assert_harmless(safe_html("".join(pieces)).html)


@given(st.text(alphabet="<>/='\"abimgsrc onhtp:&;!-\x00", max_size=200))
def test_any_text_becomes_harmless_html_and_text(source: str) -> None:
    assert_harmless(safe_html(source).html)
    html_to_text(source)
    plain_text(source)
