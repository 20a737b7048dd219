"""The demo goes in, is worked with, and is gone without a trace."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select, text

from classifiers.labels import TOPICS
from hub.db import Base
from hub.demo import load_demo, remove_demo
from hub.demo.script import read_length, read_play, read_stories
from hub.desk import Desk
from hub.doctor import count_invariants
from hub.models import (
    Agent,
    ChannelAccount,
    Company,
    Message,
    OutboxRow,
    Ticket,
)
from hub.services.intake import accept, receive
from hub.services.settings.configuration import read_directory
from hub.services.settings.public_company import company_of_host
from hub.services.settings.setup import connect_account, ensure_company
from tests.factories import make_agent, make_company, make_contact, make_lease, make_unit
from tests.letters import arrive, make_mail
from tests.services.steps import counted


@pytest.fixture
def demo(desk: Desk) -> Desk:
    """Return a fresh desk with the demo in."""
    with desk.transaction():
        ensure_company(desk)
    load_demo(desk)
    return desk


def snapshot(desk: Desk, table: str, condition: str = "true") -> list[str]:
    """Return the rows of a table as text, to compare whether anything changed."""
    return list(desk.session.scalars(text(f"SELECT to_jsonb(t)::text FROM {table} t WHERE {condition} ORDER BY 1")))


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
    assert {name: many for name, many in count_invariants(demo).items() if many} == {}


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
