"""The demo: believable at first sight, and whole for every promise of the core."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import timedelta

import pytest
from apiflask import APIFlask
from sqlalchemy import func, select, text

from channels.address import canonical_email, canonical_phone
from channels.channel import Channel
from channels.message import Envelope as Arrival
from channels.message import InboundMessage
from hub.app import desk_of
from hub.clock import FixedClock
from hub.db import Base
from hub.demo import load_demo
from hub.demo.staff import STAFF
from hub.desk import Desk
from hub.doctor import count_invariants
from hub.domain.access import Actor
from hub.domain.business_hours import is_open
from hub.domain.task import TaskState
from hub.models import (
    Agent,
    Attachment,
    ChannelAccount,
    Company,
    Contact,
    Envelope,
    Identity,
    Lease,
    LeaseParty,
    Message,
    Ownership,
    Property,
    Survey,
    Task,
    Ticket,
    Unit,
)
from hub.services.inbox.conversation import open_conversation
from hub.services.inbox.inbox import count_views, list_tickets
from hub.services.metrics.measuring import keep_measurements
from hub.services.metrics.reports import make_report
from hub.services.people.person import find_person
from hub.services.settings.configuration import read_directory
from hub.services.settings.public_company import company_of_host
from hub.services.settings.setup import ensure_company
from hub.services.staff.accounts import actor_of
from tests.conftest import MONDAY_MORNING
from tests.services.steps import counted

MARIA, JONAS, TOM, INES, ADMIN = (each.email for each in STAFF)
PERSONAL_NUMBERS = re.compile(r"\+4930231259?\d+|\+1202555\d{4}|\+447700900\d{3}")


def actor(desk: Desk, email: str) -> Actor:
    found = actor_of(desk, desk.session.scalars(select(Agent.id).where(Agent.email == email)).one())
    assert found is not None
    return found


def parsed(channels: Mapping[str, Channel], row: Envelope) -> InboundMessage:
    arrival = Arrival(row.channel, row.source, "key", row.raw or b"", row.received_at, row.facts)
    read = channels[row.channel].parse(arrival)
    assert isinstance(read, InboundMessage), read
    return read


@pytest.fixture(scope="class")
def seen(whole_app: APIFlask, clock: FixedClock) -> Iterator[Desk]:
    """Lend a desk with the demo in to tests that only look at it."""
    clock.at = MONDAY_MORNING
    with whole_app.app_context():
        desk = desk_of(whole_app)
        with desk.transaction():
            ensure_company(desk)
        load_demo(desk)
        yield desk
        desk.session.rollback()
        tables = ", ".join(f'"{table.name}"' for table in Base.metadata.sorted_tables)
        desk.session.execute(text(f"TRUNCATE {tables} RESTART IDENTITY CASCADE"))
        desk.session.commit()


class TestAtFirstSight:
    """What the demo looks like: loaded once, only looked at."""

    def test_three_companies_of_700_90_and_40_homes_and_the_first_is_the_first_of_the_desk(self, seen: Desk) -> None:
        homes = seen.session.execute(
            select(Company.name, func.count()).join(Unit, Unit.company_id == Company.id).group_by(Company.name)
        ).all()

        assert sorted(count for _, count in homes) == [40, 90, 700]
        assert company_of_host(seen, "anything.example.org").name == "Lindenhof Property Care"
        assert seen.session.scalar(select(func.count()).select_from(Company)) == 3

    def test_a_second_time_nothing_changes(self, seen: Desk) -> None:
        before = counted(seen)

        load_demo(seen)

        assert counted(seen) == before

    def test_every_promise_of_the_core_holds(self, seen: Desk) -> None:
        assert set(count_invariants(seen).values()) == {0}

    def test_two_hundred_tickets_in_every_queue_status_channel_and_task_state(self, seen: Desk) -> None:
        session = seen.session
        tickets = session.scalars(select(Ticket)).all()

        assert len(tickets) == 200
        assert {each.queue for each in tickets} == {"front-desk", "maintenance", "leasing", "billing", "other"}
        assert {each.status for each in tickets} == {"new", "open", "pending", "on_hold", "closed"}
        assert {each.channel for each in tickets} == {"email", "sms", "portal"}
        assert set(session.scalars(select(Task.state))) == set(TaskState)
        now = seen.clock.now()
        assert all(now - timedelta(days=200) < each.created_at <= now for each in tickets)
        assert all(each.last_activity_at <= now for each in tickets)

    def test_maria_has_twelve_tickets_and_every_view_but_that_of_mentions_has_some(self, seen: Desk) -> None:
        maria = actor(seen, MARIA)

        counts = count_views(seen, maria)
        mine = list_tickets(seen, maria, "mine").tickets

        assert counts["mine"] == len(mine) == 12
        assert {view for view, count in counts.items() if not count} == {"mentions"}
        assert all(each.requester_name and each.unit_label and each.due_at for each in mine)
        assert {"Aylin Demir", "Jan Novak", "Omar Haddad", "R. Brandt"} <= {each.requester_name for each in mine}

    def test_aylin_is_known_with_all_her_panel_shows(self, seen: Desk) -> None:
        maria = actor(seen, MARIA)
        ticket = next(
            each for each in list_tickets(seen, maria, "mine").tickets if each.requester_name == "Aylin Demir"
        )

        person = find_person(seen, maria, ticket)

        assert person.contact is not None
        assert (person.contact.language, bool(person.contact.tags)) == ("en", True)
        assert person.home is not None
        assert person.unit is not None
        assert (person.home.name, person.unit.label) == ("Lindenhof 12", "3B")
        assert person.lease is not None
        assert (person.lease.balance_cents, person.balance_shown) == (0, True)
        assert person.lease.balance_on is not None
        assert person.rent is not None
        assert len(person.earlier) >= 1
        assert open_conversation(seen, ticket).suggestions
        assert [each.state for each in person.tasks] == ["in_progress"]

    def test_the_others_of_the_fixture_live_own_and_work_where_they_should(self, seen: Desk) -> None:
        session = seen.session
        homes = session.execute(
            select(Contact.name, Property.name, Unit.label, Lease.balance_cents)
            .join(LeaseParty, LeaseParty.contact_id == Contact.id)
            .join(Lease, Lease.id == LeaseParty.lease_id)
            .join(Unit, Unit.id == Lease.unit_id)
            .join(Property, Property.id == Unit.property_id)
            .where(Contact.name.in_(["Jan Novak", "Omar Haddad"]))
            .order_by(Contact.name)
        ).all()

        assert [tuple(each) for each in homes] == [
            ("Jan Novak", "Park 3", "1A", -32_000),
            ("Omar Haddad", "Lindenhof 12", "2A", 0),
        ]
        owner = session.scalars(select(Contact).where(Contact.name == "R. Brandt")).one()
        assert session.scalars(select(Ownership.contact_id).where(Ownership.contact_id == owner.id)).all()
        firm = session.scalars(select(Contact).where(Contact.name == "Hofer Plumbing")).one()
        assert (firm.role, firm.trade) == ("craftsman", "plumbing")

    def test_staff_have_their_roles_and_the_companies_never_close(self, seen: Desk) -> None:
        roles = {
            each: {grant.role for grant in actor(seen, each).grants.values()} for each in (MARIA, TOM, INES, ADMIN)
        }
        directory = read_directory(seen)
        now = seen.clock.now()

        assert roles == {MARIA: {"agent"}, TOM: {"operations"}, INES: {"manager"}, ADMIN: {"admin"}}
        assert all(
            is_open(calendar, now + timedelta(hours=hour))
            for calendar in directory.calendars.values()
            for hour in range(170)
        )
        assert all(
            directory.account_of_company(kind, each) for kind in ("email", "sms") for each in directory.companies
        )

    def test_metrics_have_something_to_say_about_both_periods(self, seen: Desk) -> None:
        with seen.transaction():
            keep_measurements(seen)
        report = make_report(seen, actor(seen, INES), days=30)

        scored = seen.session.scalar(
            select(func.count(Survey.score)).where(Survey.answered_at > seen.clock.now() - timedelta(days=62))
        )
        assert (scored or 0) >= 25
        assert report.response is not None
        assert report.response_before is not None
        assert report.response.median < report.response_before.median
        assert report.nps is not None
        assert report.corrections > 0

    def test_what_came_in_reads_as_what_is_shown(self, seen: Desk) -> None:
        """The raw bytes under every message give its words again: whoever opens the original sees the same."""
        rows = seen.session.execute(select(Envelope, Message).join(Message, Message.id == Envelope.message_id)).all()

        files: dict[int, list[str]] = {}
        for number, name in seen.session.execute(select(Attachment.message_id, Attachment.sha256)):
            files.setdefault(number, []).append(name)

        assert len(files) == 3
        for envelope, message in rows:
            read = parsed(seen.channels, envelope)
            assert read.sender is not None
            assert read.sender.value == message.author_address
            assert read.text.strip() == message.text.strip()
            assert [each.data for each in read.attachments] == [
                seen.storage.get(each) for each in files.get(message.id, [])
            ]
            if message.channel == "email":
                assert (read.message_id, read.subject) == (message.facts["message_id"], message.subject)
                assert read.reply_text.split("\n\n")[0] == message.reply_text.split("\n\n")[0]

    def test_nobody_in_it_can_be_a_real_person(self, seen: Desk) -> None:
        """Every address is at a name kept for examples, every number from a range kept for fiction, and in its canonical form."""
        found = Counter(seen.session.execute(select(Identity.kind, Identity.value)).all())

        for kind, value in found:
            if kind == "email":
                assert value.endswith(("@example.com", "@example.org", ".example.com"))
                assert canonical_email(value) == value
            else:
                assert PERSONAL_NUMBERS.fullmatch(value)
                assert canonical_phone(value) == value
        assert all(
            address.endswith("@example.org") or PERSONAL_NUMBERS.fullmatch(address)
            for address in seen.session.scalars(select(ChannelAccount.address))
        )
