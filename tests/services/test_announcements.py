"""Notices: who is told what on which days, and which ticket seems to be about one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from hub.clock import FixedClock
from hub.domain.access import Role
from hub.errors import Forbidden, Invalid, NotFound
from hub.models import Message, Notice, Ticket
from hub.services.help.announcements import (
    Announcement,
    announce,
    current_notices,
    end_notice,
    notices_about,
    select_notices_for,
)
from tests.factories import make_agent, make_company, make_unit
from tests.services.steps import Office, mail, take_in, ticket_of

MONDAY = date(2026, 11, 16)
WATER = Announcement(
    title="No water on Thursday",
    text="The water is off from 9 to 12 while a valve is changed. Please fill a bucket.",
    starts_on=MONDAY,
    ends_on=MONDAY + timedelta(days=3),
)


def told(office: Office, **more: object) -> list[str]:
    return [each.title for each in current_notices(office.desk, office.company, **more)]


def said(office: Office, written: Announcement = WATER) -> int:
    with office.desk.transaction():
        return announce(office.desk, office.maria, office.company, written).id


def asked(office: Office, text: str) -> tuple[Ticket, Message]:
    (message,) = take_in(office.desk, mail(text))
    return ticket_of(office.desk, message), message


@pytest.mark.parametrize(("days", "shown"), [(-1, False), (0, True), (3, True), (4, False)])
def test_a_notice_is_told_from_its_first_day_to_its_last(
    office: Office, clock: FixedClock, days: int, shown: bool
) -> None:
    said(office)

    clock.at += timedelta(days=days)

    assert (told(office) == [WATER.title]) is shown


def test_what_is_for_one_building_is_told_there_alone(office: Office) -> None:
    here, there = make_unit(office.desk, office.company), make_unit(office.desk, office.company, "Park 3", "1A")
    said(office, replace(WATER, property_id=here.property_id))

    assert told(office, property_id=here.property_id) == [WATER.title]
    assert told(office, property_id=there.property_id) == []
    assert told(office) == []


def test_owners_are_not_told_what_is_for_residents(office: Office) -> None:
    said(office)
    said(office, replace(WATER, title="Meeting", audience="owners"))
    said(office, replace(WATER, title="Closed", audience="everybody"))

    assert told(office, audience="residents") == ["Closed", WATER.title]
    assert told(office, audience="owners") == ["Closed", "Meeting"]


def test_another_company_tells_nothing_here(office: Office) -> None:
    other = make_company(office.desk, "Park Homes")
    boss = make_agent(office.desk, other, "Robin Sander", Role.ADMIN)
    with office.desk.transaction():
        notice = announce(office.desk, boss, other, WATER)

    assert told(office) == []
    with pytest.raises(NotFound):
        end_notice(office.desk, office.maria, notice.id)
    with pytest.raises(Forbidden):
        announce(office.desk, office.maria, other, WATER)


def held(office: Office, ticket: Ticket) -> list[Notice]:
    """Return what holds today for the people of a ticket."""
    return list(office.desk.session.scalars(select_notices_for(ticket, office.desk.clock.now().date())))


@pytest.mark.parametrize("text", ["Why is there no water in the kitchen?", "Is the water back? The valve?"])
def test_a_ticket_in_the_words_of_a_notice_seems_to_be_about_it(office: Office, text: str) -> None:
    said(office)
    ticket, message = asked(office, text)

    found = notices_about(held(office, ticket), ticket, [message])

    assert [each.title for each in found] == ([WATER.title] if "valve" in text.casefold() else [])


def test_a_ticket_on_the_topic_of_a_notice_is_about_it(office: Office) -> None:
    said(office, replace(WATER, topic="plumbing"))
    ticket, message = asked(office, "Nothing comes out of the tap!")
    ticket.topic = "plumbing"

    assert len(notices_about(held(office, ticket), ticket, [message])) == 1


def test_another_matter_is_offered_no_notice(office: Office) -> None:
    said(office)
    ticket, message = asked(office, "May I keep a dog?")

    assert notices_about(held(office, ticket), ticket, [message]) == []


def test_a_notice_taken_back_is_told_no_more(office: Office) -> None:
    number = said(office)

    with office.desk.transaction():
        end_notice(office.desk, office.maria, number)

    assert told(office) == []


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (replace(WATER, title=" "), "title"),
        (replace(WATER, text="x" * 2001), "text"),
        (replace(WATER, starts_on=None), "starts_on"),
        (replace(WATER, ends_on=None), "ends_on"),
        (replace(WATER, ends_on=MONDAY - timedelta(days=1)), "ends_on"),
        (replace(WATER, ends_on=MONDAY + timedelta(days=400)), "ends_on"),
        (replace(WATER, audience="staff"), "audience"),
        (replace(WATER, property_id=999), "property"),
    ],
)
def test_what_is_no_notice_is_refused_by_field(office: Office, wrong: Announcement, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        announce(office.desk, office.maria, office.company, wrong)

    assert refused.value.field == field
