"""The demo: believable at first sight, whole for every promise of the core, and gone without a trace."""

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
from classifiers.labels import TOPICS
from hub.app import desk_of
from hub.clock import FixedClock
from hub.db import Base
from hub.demo import load_demo, remove_demo
from hub.demo.script import read_length, read_play, read_stories
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
    OutboxRow,
    Ownership,
    Property,
    Survey,
    Task,
    Ticket,
    Unit,
)
from hub.services.accounts import actor_of
from hub.services.configuration import read_directory
from hub.services.inbox import count_views, list_tickets, open_conversation
from hub.services.intake import accept, receive
from hub.services.person import find_person
from hub.services.public_company import company_of_host
from hub.services.reports import make_report
from hub.services.setup import connect_account, ensure_company
from tests.conftest import MONDAY_MORNING
from tests.factories import make_agent, make_company, make_contact, make_lease, make_unit
from tests.letters import arrive, make_mail

MARIA, JONAS, TOM, INES, ADMIN = (each.email for each in STAFF)
PERSONAL_NUMBERS = re.compile(r"\+4930231259?\d+|\+1202555\d{4}|\+447700900\d{3}")


@pytest.fixture
def demo(desk: Desk) -> Desk:
    """Return a fresh desk with the demo in."""
    with desk.transaction():
        ensure_company(desk)
    load_demo(desk)
    return desk


def actor(desk: Desk, email: str) -> Actor:
    found = actor_of(desk, desk.session.scalars(select(Agent.id).where(Agent.email == email)).one())
    assert found is not None
    return found


def counted(desk: Desk) -> dict[str, int]:
    """Return how many rows each table has."""
    return {
        table.name: desk.session.scalar(select(func.count()).select_from(table)) or 0
        for table in Base.metadata.sorted_tables
    }


def snapshot(desk: Desk, table: str, condition: str = "true") -> list[str]:
    """Return the rows of a table as text, to compare whether anything changed."""
    return list(desk.session.scalars(text(f"SELECT to_jsonb(t)::text FROM {table} t WHERE {condition} ORDER BY 1")))


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

    def test_maria_has_twelve_tickets_and_every_view_has_some(self, seen: Desk) -> None:
        maria = actor(seen, MARIA)

        counts = count_views(seen, maria)
        mine = list_tickets(seen, maria, "mine").tickets

        assert counts["mine"] == len(mine) == 12
        assert all(counts.values())
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
        assert open_conversation(seen, maria, ticket.id).suggestions
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


def test_mail_of_a_resident_of_the_demo_continues_their_ticket(demo: Desk) -> None:
    row = demo.session.scalars(
        select(OutboxRow)
        .join(Ticket, Ticket.id == OutboxRow.ticket_id)
        .where(Ticket.requester_name == "Aylin Demir", Ticket.status == "open", OutboxRow.channel == "email")
        .order_by(OutboxRow.position.desc())
    ).first()
    assert row is not None

    with demo.transaction():
        raw = make_mail(
            "16:00 is fine.",
            sender="aylin.demir@example.com",
            to=row.payload["reply_to"]["value"],
            In_Reply_To=f"<{row.rfc_message_id}>",
        )
        accept(demo, arrive(raw))
    while receive(demo):
        pass

    newest = demo.session.scalars(select(Message).order_by(Message.id.desc()).limit(1)).one()
    assert (newest.ticket_id, newest.facts["threaded_by"]) == (row.ticket_id, "token")


def test_taken_out_the_desk_is_as_before(desk: Desk) -> None:
    with desk.transaction():
        ensure_company(desk)
    before = counted(desk)
    load_demo(desk)

    remove_demo(desk)

    assert counted(desk) == before
    assert ensure_company(desk).name == "My company"


def test_taken_out_it_leaves_the_rows_of_other_companies_alone(desk: Desk) -> None:
    company = make_company(desk, "Ahorn", mail="ahorn@example.org", number="+493023125955")
    make_agent(desk, company, "Bettina Ahorn")
    make_lease(desk, make_unit(desk, company), make_contact(desk, company, "Nora Lindt", email="nora@example.com"))
    with desk.transaction():
        accept(desk, arrive(make_mail(sender="nora@example.com", to="ahorn@example.org")))
    while receive(desk):
        pass
    tables = [table.name for table in Base.metadata.sorted_tables]
    before = {name: snapshot(desk, name) for name in tables}

    load_demo(desk)
    remove_demo(desk)

    assert {name: snapshot(desk, name) for name in tables} == before


def test_taken_out_it_leaves_what_real_people_put_into_its_first_company(demo: Desk) -> None:
    first = ensure_company(demo)
    real = make_agent(demo, first, "Bettina Ahorn")
    with demo.transaction():
        connect_account(demo, first, "email", "desk@example.com", {"smtp_url": "smtp://desk:pass@mail.example.com"})
        accept(demo, arrive(make_mail("Is anybody there?", sender="nora@example.net", to="desk@example.com")))
    while receive(demo):
        pass

    remove_demo(demo)

    company = demo.session.scalars(select(Company)).one()
    assert (company.id, company.name, company.demo) == (first.id, "My company", False)
    ticket = demo.session.scalars(select(Ticket)).one()
    assert ticket.requester_name == "nora@example.net"
    assert demo.session.scalars(select(ChannelAccount.address)).all() == ["desk@example.com"]
    assert demo.session.scalars(select(Agent.id)).all() == [real.agent_id]
    assert set(count_invariants(demo).values()) == {0}


def test_a_company_in_use_is_not_taken_over(desk: Desk) -> None:
    with desk.transaction():
        mine = ensure_company(desk)
    make_contact(desk, mine, "Nora Lindt", email="nora@example.com")

    load_demo(desk)

    assert ensure_company(desk).name == "My company"
    assert desk.session.scalar(select(func.count()).select_from(Company)) == 4


def test_begun_anew_it_is_the_first_company_again(demo: Desk) -> None:
    remove_demo(demo)
    load_demo(demo)

    assert company_of_host(demo, "localhost").name == "Lindenhof Property Care"
    assert demo.session.scalar(select(func.count()).select_from(Ticket)) == 200


def test_accounts_of_the_environment_stay_in_the_place_of_the_invented_ones(desk: Desk) -> None:
    with desk.transaction():
        company = ensure_company(desk)
        connect_account(desk, company, "sms", "+12025550123", {"account_sid": "AC", "auth_token": "t"})

    load_demo(desk)

    first = read_directory(desk).account_of_company("sms", company.id)
    assert first is not None
    assert first.address.value == "+12025550123"
    assert (
        desk.session.scalar(
            select(func.count())
            .select_from(ChannelAccount)
            .where(ChannelAccount.company_id == company.id, ChannelAccount.channel == "sms")
        )
        == 1
    )


def test_every_story_can_be_told() -> None:
    stories = read_stories()

    assert len(stories) == 200
    assert all(each.topic in TOPICS and each.lines[0].kind == "person" for each in stories)
    assert all(bool(each.subject) == (each.channel != "sms") for each in stories)
    texts = [line.text for each in stories for line in each.talk]
    assert len(texts) == len(set(texts))


def test_a_play_is_read_with_its_options_paragraphs_and_signs() -> None:
    (story,) = read_play(
        'Title\n\n=== email heating mine who="Aylin Demir" age=1h5m\nCold\n> One.\n> Two.\n< Soon.\n* 9 Fine\n'
    )

    assert (story.subject, story.options["who"], story.age) == ("Cold", "Aylin Demir", timedelta(hours=1, minutes=5))
    assert [(each.kind, each.text) for each in story.lines] == [
        ("person", "One.\n\nTwo."),
        ("reply", "Soon."),
        ("score", "9 Fine"),
    ]


def test_a_length_of_time_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="2d3h10m"):
        read_length("soon")
