"""The live stream: what is committed is heard by every open page that may hear it, once, and nothing else is."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import update

from hub.desk import Desk
from hub.domain.access import Actor, Role
from hub.models import Agent, Company, Ticket
from hub.services.sending.reply import write_note
from hub.web.live import PING
from tests.factories import make_agent, make_company
from tests.services.steps import mail, take_in, ticket_of
from tests.web.visitors import sign_in

PATIENCE = 4 * PING


@pytest.fixture
def company(desk: Desk) -> Company:
    return make_company(desk, mail="desk@example.org")


@pytest.fixture
def ticket(desk: Desk, company: Company) -> Ticket:
    (message,) = take_in(desk, mail())
    return ticket_of(desk, message)


class OpenPage:
    """A page somebody has open: what its stream tells it comes in beside the test."""

    def __init__(self, browser: FlaskClient, last: str = "") -> None:
        self.told: list[str] = []
        self._came = threading.Condition()
        self.ended = False
        headers = {"Last-Event-ID": last} if last else {}
        self.thread = threading.Thread(target=self._listen, args=(browser, headers))
        self.thread.start()
        self.until("retry:")

    def _listen(self, browser: FlaskClient, headers: dict[str, str]) -> None:
        for piece in browser.get("/events?topics=inbox", headers=headers).iter_encoded():
            with self._came:
                self.told.append(piece.decode())
                self._came.notify()
        with self._came:
            self.ended = True
            self._came.notify()

    def until(self, words: str) -> str:
        """Wait until some words came and return the piece they came in."""
        with self._came:
            assert self._came.wait_for(lambda: any(words in each for each in self.told), PATIENCE), self.told
            return next(each for each in self.told if words in each)

    def until_end(self) -> None:
        """Wait until the server has ended the stream."""
        with self._came:
            assert self._came.wait_for(lambda: self.ended, PATIENCE), self.told

    def times(self, words: str) -> int:
        """Return how often some words came."""
        return "".join(self.told).count(words)


@pytest.fixture
def open_page(app: APIFlask, desk: Desk, ticket: Ticket) -> Iterator[Callable[..., OpenPage]]:
    """Open pages for agents; in the end all of them leave the company, and with that their streams end."""
    pages: list[OpenPage] = []

    def open_one(actor: Actor, last: str = "") -> OpenPage:
        pages.append(OpenPage(sign_in(app, desk, actor), last))
        return pages[-1]

    yield open_one
    with desk.transaction() as session:
        session.execute(update(Agent).values(active=False))
        desk.tell({"company": ticket.company_id, "kind": "look"})
    for each in pages:
        each.thread.join(PATIENCE)
        assert not each.thread.is_alive()


def note(desk: Desk, actor: Actor, ticket: Ticket, words: str) -> int:
    with desk.transaction():
        return write_note(desk, actor, ticket.id, words).id


def test_every_open_page_hears_of_a_message_and_then_of_the_counts(
    desk: Desk, company: Company, ticket: Ticket, open_page: Callable[..., OpenPage]
) -> None:
    maria, jonas = make_agent(desk, company), make_agent(desk, company, name="Jonas Weber")
    pages = [open_page(maria), open_page(jonas), open_page(jonas)]

    message = note(desk, jonas, ticket, "Call the owner first.")

    for each in pages:
        each.until(f'"message": {message}')
        assert '"/inbox/unassigned": "1"' in each.until("event: list")
        assert each.times(f'"message": {message}') == 1


def test_a_page_that_comes_back_hears_what_it_has_missed_and_that_once(
    desk: Desk, company: Company, ticket: Ticket, open_page: Callable[..., OpenPage]
) -> None:
    maria = make_agent(desk, company)
    first = note(desk, maria, ticket, "One.")
    before = open_page(maria, "0").until(f'"message": {first}')
    missed = note(desk, maria, ticket, "Two.")

    page = open_page(maria, before.partition("\n")[0].removeprefix("id: "))
    page.until(f'"message": {missed}')
    now = note(desk, maria, ticket, "Three.")
    page.until(f'"message": {now}')

    assert [page.times(f'"message": {each}\n') + page.times(f'"message": {each}}}') for each in (missed, now)] == [1, 1]


def test_nobody_hears_of_another_company_and_who_has_left_hears_nothing_more(
    desk: Desk, company: Company, ticket: Ticket, open_page: Callable[..., OpenPage]
) -> None:
    maria = make_agent(desk, company)
    stranger = make_agent(desk, make_company(desk, "Park Homes"), name="Lea Sommer", role=Role.ADMIN)
    elsewhere, here = open_page(stranger), open_page(maria)

    unheard = note(desk, maria, ticket, "Not for others.")
    here.until(f'"message": {unheard}')
    with desk.transaction() as session:
        session.execute(update(Agent).where(Agent.id == stranger.agent_id).values(active=False))
    note(desk, maria, ticket, "Nor this.")
    elsewhere.until_end()

    assert elsewhere.times('"message"') == 0
