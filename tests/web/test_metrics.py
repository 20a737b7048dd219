"""The metrics pages: every section, filtered by the address, its CSV the same as the screen, its tickets behind the numbers."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from hub.clock import FixedClock
from hub.domain.access import Role
from hub.models import Survey, TicketEvent
from hub.services.metrics.measuring import keep_measurements
from hub.services.metrics.sla_watch import watch_clocks
from hub.services.sending.reply import Draft, reply
from hub.services.tickets.tickets import Change, change_ticket
from tests.factories import make_agent, make_company, make_contact
from tests.services.steps import Office, mail, take_in, triage_all
from tests.web.visitors import sign_in

SECTIONS = ("response", "promises", "volume", "backlog", "nps", "agents")


@pytest.fixture
def ines(app: APIFlask, office: Office) -> FlaskClient:
    return sign_in(app, office.desk, make_agent(office.desk, office.company, "Ines Vogt", Role.MANAGER))


def answered(office: Office, clock: FixedClock, *, after: int) -> int:
    """Take a message in and answer it after some minutes, then close it."""
    (message,) = take_in(office.desk, mail())
    triage_all(office.desk)
    begun = clock.at
    clock.at = begun + timedelta(minutes=after)
    with office.desk.transaction():
        watch_clocks(office.desk)
        reply(office.desk, office.maria, message.ticket_id, Draft("We come at nine."))
        change_ticket(office.desk, office.maria, message.ticket_id, Change(status="closed", reason="done"))
    clock.at = begun
    return message.ticket_id


def score(office: Office, number: int, given: int, words: str = "") -> None:
    contact = make_contact(office.desk, office.company, f"Person {given}")
    now = office.desk.clock.now()
    office.desk.session.add(
        Survey(
            company_id=office.company.id, ticket_id=number, contact_id=contact.id, channel="email", score=given,
            comment=words, answered_at=now, created_at=now,
        )
    )  # fmt: skip
    office.desk.session.add(
        TicketEvent(
            company_id=office.company.id, ticket_id=number, kind="survey answered", actor_kind="contact",
            facts={"score": given}, created_at=now,
        )
    )  # fmt: skip
    office.desk.session.commit()


def measured(office: Office) -> None:
    with office.desk.transaction():
        keep_measurements(office.desk)


def figure(page: str, name: str) -> str:
    found = re.search(rf'<figure class="figure"\s+id="{name}".*?</figure>', page, re.DOTALL)
    assert found is not None, f"There is no figure {name}."
    return found[0]


def cells(shown: str) -> list[list[str]]:
    body = shown.partition("<tbody>")[2].partition("</tbody>")[0]
    rows = re.findall(r"<tr>(.*?)</tr>", body, re.DOTALL)
    return [
        [re.sub(r"<[^>]+>", "", each).strip() for each in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)]
        for row in rows
    ]


def test_answers_are_shown_as_average_median_and_ninetieth_beside_the_period_before(
    office: Office, ines: FlaskClient, clock: FixedClock
) -> None:
    now = clock.at
    clock.at = now - timedelta(days=7)
    answered(office, clock, after=100)
    clock.at = now
    for minutes in (10, 20, 90):
        answered(office, clock, after=minutes)
    measured(office)

    page = ines.get("/metrics/response?days=7").text

    first = figure(page, "first")
    assert [words in first for words in ("Average", "Median", "90 % within", "business hours", "wall clock")] == [
        True
    ] * 5
    assert "40 min" in first  # the average of ten, twenty and ninety minutes
    assert "20 min" in first
    assert "before: 1 h" in first
    assert "3 answers" in first


@pytest.mark.parametrize("section", SECTIONS)
def test_the_csv_of_every_figure_equals_its_table(
    office: Office, ines: FlaskClient, clock: FixedClock, section: str
) -> None:
    number = answered(office, clock, after=30)
    answered(office, clock, after=500)
    score(office, number, 3, "Nobody came")
    measured(office)

    page = ines.get(f"/metrics/{section}").text

    names = re.findall(r'<figure class="figure"\s+id="([a-z_]+)"', page)
    assert names
    for name in names:
        rows = list(csv.reader(io.StringIO(ines.get(f"/metrics/{section}/{name}.csv?days=30").text)))
        assert [[cell.lstrip("'") for cell in row] for row in rows[1:]] == cells(figure(page, name))


def test_a_filter_in_the_address_limits_every_number_and_stays_in_its_links(
    office: Office, ines: FlaskClient, clock: FixedClock
) -> None:
    answered(office, clock, after=10)
    (message,) = take_in(office.desk, mail())
    triage_all(office.desk)
    with office.desk.transaction():
        change_ticket(office.desk, office.maria, message.ticket_id, Change(queue="billing"))
        reply(office.desk, office.maria, message.ticket_id, Draft("It is booked."))
    measured(office)

    all_of_them = figure(ines.get("/metrics/response").text, "queues")
    billing = ines.get("/metrics/response?queue=billing&channel=email").text

    assert [row[:2] for row in cells(all_of_them)] == [["Billing", "1"], ["Maintenance", "1"]]
    assert [row[:2] for row in cells(figure(billing, "queues"))] == [["Billing", "1"]]
    assert "queue=billing&amp;channel=email&amp;figure=first_response" in billing


def test_every_number_opens_the_tickets_behind_it(office: Office, ines: FlaskClient, clock: FixedClock) -> None:
    first, second = answered(office, clock, after=10), answered(office, clock, after=600)
    measured(office)
    kept = figure(ines.get("/metrics/promises").text, "kept")
    link = re.search(r'href="(/metrics/tickets\?[^"]*promise_missed[^"]*first_response)"', kept)

    assert link is not None
    behind = ines.get(link[1].replace("&amp;", "&")).text
    everything = ines.get("/metrics/tickets?figure=first_response").text

    assert f"#{second}" in behind
    assert f"#{first}<" not in behind
    assert f"#{first}" in everything
    assert ines.get("/metrics/tickets?figure=nothing").status_code == 404


def test_scores_become_a_distribution_with_its_interval_and_few_are_called_few(
    office: Office, ines: FlaskClient, clock: FixedClock
) -> None:
    number = answered(office, clock, after=10)
    for given in (10, 10, 9, 8, 3):
        score(office, number, given, "Nobody came back to me" if given == 3 else "")
    measured(office)

    page = ines.get("/metrics/nps").text

    assert "NPS 40 from 5 answers. Too few answers to rely on." in page
    assert "95 % between" in page
    assert cells(figure(page, "nps"))[10] == ["10", "2"]
    assert "too few answers" in figure(page, "audience")
    assert "Nobody came back to me" in page
    assert "call back" in page


def test_an_agent_sees_their_own_figures_and_nobody_elses(
    app: APIFlask, office: Office, ines: FlaskClient, clock: FixedClock
) -> None:
    answered(office, clock, after=10)
    measured(office)
    maria = sign_in(app, office.desk, office.maria)
    jonas = sign_in(app, office.desk, make_agent(office.desk, office.company, "Jonas Weber"))

    team = cells(figure(ines.get("/metrics/agents").text, "agents"))
    own = cells(figure(maria.get("/me/figures").text, "agents"))

    assert team == own
    assert own[0][:2] == ["Maria Keller", "1"]
    assert own[0][-1] == "too few answers"
    assert cells(figure(jonas.get("/me/figures").text, "agents"))[0][:2] == ["Jonas Weber", "0"]
    assert [maria.get(f"/metrics/{each}").status_code for each in SECTIONS] == [403] * len(SECTIONS)
    assert maria.get("/metrics/tickets?figure=opened").status_code == 403


def test_another_companys_figures_are_out_of_reach(
    app: APIFlask, office: Office, ines: FlaskClient, clock: FixedClock
) -> None:
    answered(office, clock, after=10)
    measured(office)
    other = make_company(office.desk, "Hafen Homes")
    eve = sign_in(app, office.desk, make_agent(office.desk, other, "Eve Stone", Role.MANAGER))

    assert cells(figure(eve.get(f"/metrics/response?company={office.company.slug}").text, "queues")) == []
    assert "There was none" in eve.get("/metrics/tickets?figure=opened").text
    assert cells(figure(ines.get(f"/metrics/response?company={other.slug}").text, "queues")) != []


def test_what_waits_is_told_by_age_and_by_whom_it_waits_for(
    office: Office, ines: FlaskClient, clock: FixedClock
) -> None:
    begun = clock.at
    clock.at = begun - timedelta(days=5)
    take_in(office.desk, mail())
    triage_all(office.desk)
    clock.at = begun
    take_in(office.desk, mail())
    triage_all(office.desk)

    backlog = cells(figure(ines.get("/metrics/backlog").text, "waiting"))
    late = figure(ines.get("/metrics/promises").text, "late")

    assert backlog[0] == ["up to 1 day", "1", "0", "0", "1"]
    assert backlog[2] == ["3 to 7 days", "1", "0", "0", "1"]
    assert "1 answer is late." in late


def test_how_everything_is_counted_is_said_on_a_page_of_its_own(ines: FlaskClient) -> None:
    page = ines.get("/metrics/how").text

    assert "Machine answers" in page
    assert "Rocks (2016)" in page
