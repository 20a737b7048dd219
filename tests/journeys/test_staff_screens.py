"""Every screen of the inbox as it is in the running product: by day and by night, what it weighs, and that nobody else is asked."""

from __future__ import annotations

import gzip

import pytest
from playwright.sync_api import Response, expect

from tests.journeys.visiting import Program, Visits

pytestmark = [pytest.mark.browser, pytest.mark.servers, pytest.mark.slow]

MARIA, ROBIN = "Maria Keller", "Robin Sander"
MOST_BYTES = 150_000
WEIGHED = {"script", "stylesheet", "font"}
VIEWS = ("triage", "unassigned", "waiting", "snoozed", "mentions", "sent", "closed", "all")
OF_AGENTS = (
    *(f"/inbox/{view}?list=1" for view in VIEWS),
    "/inbox/all/filter",
    "/inbox/all/keep",
    "/search?q=water",
    "/search?q=",
    "/tickets/new",
    "/tickets/new?channel=email",
    "/me",
    "/me/notifications",
)
OF_A_TICKET = ("/merge", "/allow/waive_fee", "/allow/book_visit", "/allow/order_key", "/tasks/new", "/print")
OF_ADMINISTRATORS = (
    "",
    "/colleagues",
    "/branding",
    "/greetings?language=de",
    "/macros",
    "/tags",
    "/queues",
    "/business-hours",
    "/promises",
)


def test_the_inbox_is_light_and_asks_nobody_else(visits: Visits) -> None:
    window = visits.window(key=visits.key_of(MARIA))
    page = window.new_page()
    loaded: list[Response] = []

    def keep(response: Response) -> None:
        loaded.append(response)

    page.on("response", keep)

    page.goto(f"{visits.product.url}/inbox", wait_until="load")
    expect(page.get_by_role("list", name="Tickets")).to_be_visible()

    found = {each.url: each for each in tuple(loaded)}
    kinds = {url: each.request.resource_type for url, each in found.items()}
    sizes = {url: len(gzip.compress(found[url].body(), 9)) for url, kind in kinds.items() if kind in WEIGHED}
    assert set(kinds.values()) >= {"script", "stylesheet"}
    assert sum(sizes.values()) <= MOST_BYTES, sizes
    assert all(url.startswith(visits.product.url) for url in kinds)
    assert visits.problems == []


@pytest.mark.parametrize("dark", [False, True])
def test_an_open_ticket_is_for_everybody_by_day_and_by_night(visits: Visits, dark: bool) -> None:
    page = visits.open("/inbox/mine", who=MARIA, dark=dark)

    expect(page.get_by_role("list", name="Messages")).to_be_visible()
    visits.check(page)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    visits.check(page)


def test_every_screen_of_agents_is_for_everybody(visits: Visits, program: Program) -> None:
    number = program.mail("The cellar light", "The light in the cellar is broken.")
    page = visits.open("/inbox/mine", who=MARIA)

    for path in (*OF_AGENTS, *(f"/tickets/{number}{each}" for each in OF_A_TICKET)):
        answer = page.goto(f"{visits.product.url}{path}")
        assert answer is not None
        assert answer.status == 200, path
        visits.check(page)


def test_every_setting_of_the_inbox_is_for_everybody_at_night(visits: Visits) -> None:
    page = visits.open("/admin", who=ROBIN, dark=True)

    for path in OF_ADMINISTRATORS:
        answer = page.goto(f"{visits.product.url}/admin{path}")
        assert answer is not None
        assert answer.status == 200, path
        visits.check(page)
