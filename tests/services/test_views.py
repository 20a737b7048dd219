"""The views of the inbox: what agents sent lately, what filters leave, and the views that are kept."""

from __future__ import annotations

import pytest

from hub.desk import Desk
from hub.domain.access import Actor, Grant, Role
from hub.errors import Forbidden, Invalid, NotFound
from hub.models import Company, Ticket
from hub.services.inbox.filters import Filters, filter_choices, names_of, read_filters
from hub.services.inbox.inbox import list_tickets
from hub.services.inbox.saved_views import (
    address_of,
    change_saved,
    count_with_saved,
    keep_view,
    remove_saved,
    saved_views,
)
from hub.services.sending.reply import Draft, reply, undo_reply, write_note
from hub.services.tickets.news import newest_event_id, news_since
from hub.services.tickets.tickets import Change, change_ticket
from tests.factories import make_agent, make_company, make_contact, make_lease, make_unit
from tests.services.steps import mail, take_in


@pytest.fixture
def company(desk: Desk) -> Company:
    company = make_company(desk, mail="desk@example.org")
    aylin = make_contact(desk, company, email="aylin@example.com", role="resident")
    make_lease(desk, make_unit(desk, company), aylin)
    return company


@pytest.fixture
def maria(desk: Desk, company: Company) -> Actor:
    return make_agent(desk, company)


def arrived(desk: Desk, subject: str, sender: str = "Jan Novak <jan@example.com>") -> Ticket:
    message = take_in(desk, mail("Please help me.", subject=subject, sender=sender))[0]
    return desk.session.get_one(Ticket, message.ticket_id)


def changed(desk: Desk, actor: Actor, ticket: Ticket, **change: object) -> None:
    with desk.transaction():
        change_ticket(desk, actor, ticket.id, Change(**change))


def subjects(desk: Desk, actor: Actor, view: str = "all", **filters: object) -> list[str]:
    page = list_tickets(desk, actor, view, filters=Filters(**filters))
    return sorted(each.subject for each in page.tickets)


def test_what_an_agent_sent_lately_is_neither_their_notes_nor_others_replies(
    desk: Desk, company: Company, maria: Actor
) -> None:
    jonas = make_agent(desk, company, "Jonas Weber")
    answered, noted, others, taken_back = (arrived(desk, each) for each in ("Tap", "Key", "Roof", "Bell"))
    with desk.transaction():
        reply(desk, maria, answered.id, Draft("We come."))
        write_note(desk, maria, noted.id, "Ask the owner.")
        reply(desk, jonas, others.id, Draft("We come."))
        sent = reply(desk, maria, taken_back.id, Draft("We do not come."))
    with desk.transaction():
        undo_reply(desk, maria, sent.public_id)

    assert subjects(desk, maria, "sent") == ["Tap"]


def test_each_filter_leaves_what_it_names(desk: Desk, company: Company, maria: Actor) -> None:
    jonas = make_agent(desk, company, "Jonas Weber")
    tap = arrived(desk, "Tap", "Aylin Demir <aylin@example.com>")
    key = arrived(desk, "Key")
    changed(desk, maria, tap, assignee_id=jonas.agent_id, queue="maintenance", priority="high", tags=("heating",))
    changed(desk, maria, key, status="pending")

    assert subjects(desk, maria) == ["Key", "Tap"]
    for filters in (
        {"status": "new"},
        {"waiting": "us"},
        {"queue": "maintenance"},
        {"assignee": str(jonas.agent_id)},
        {"priority": "high"},
        {"tag": "heating"},
        {"property_id": tap.property_id},
    ):
        assert subjects(desk, maria, **filters) == ["Tap"], filters
    assert subjects(desk, jonas, assignee="me") == ["Tap"]
    for filters in ({"status": "pending"}, {"waiting": "person"}, {"assignee": "none"}):
        assert subjects(desk, maria, **filters) == ["Key"], filters
    for filters in ({"waiting": "operations"}, {"channel": "sms"}, {"tag": "heat"}, {"queue": "billing", "tag": "x"}):
        assert subjects(desk, maria, **filters) == [], filters
    assert subjects(desk, maria, channel="email", company=company.slug) == ["Key", "Tap"]


def test_an_address_with_nonsense_in_it_filters_by_the_rest() -> None:
    words = {"assignee": "-1", "waiting": "godot", "property": "9" * 30, "tag": " a\0b ", "other": "x", "queue": ""}

    assert read_filters(words).words == {"tag": "ab"}


def test_filters_are_offered_from_the_companies_that_are_served(desk: Desk, company: Company, maria: Actor) -> None:
    park = make_company(desk, "Park Homes")
    make_agent(desk, park, "Lea Blum")
    make_agent(desk, company, "Tom Ritter", Role.OPERATIONS)
    foreign = make_unit(desk, park, "Park 3", "1A")

    known = filter_choices(desk, maria)
    names = names_of(desk, maria, Filters(property_id=foreign.property_id, assignee=str(maria.agent_id)))

    assert [name for _, name in known.assignees] == ["Maria Keller"]
    assert [name for _, name in known.properties] == ["Lindenhof 12"]
    assert known.companies == ((company.slug, company.name),)
    assert names == {"property": str(foreign.property_id), "assignee": "Maria Keller"}


def test_a_kept_view_is_counted_with_the_others_and_its_count_is_told(
    desk: Desk, company: Company, maria: Actor
) -> None:
    with desk.transaction():
        saved = keep_view(desk, maria, " Jan's  post ", view="all", filters=Filters(tag="keys", channel="email"))
    key = arrived(desk, "Key")
    arrived(desk, "Tap")
    before = newest_event_id(desk)
    changed(desk, maria, key, tags=("keys",))

    counts = count_with_saved(desk, maria, saved_views(desk, maria))
    told = news_since(desk, maria, before)[-1].data["views"]

    assert saved.name == "Jan's post"
    assert address_of(saved) == "/inbox/all?tag=keys&channel=email"
    assert counts[address_of(saved)] == 1
    assert counts["/inbox/unassigned"] == 2
    assert told[address_of(saved)] == "1"


def test_own_views_are_the_agents_and_shared_ones_their_colleagues_too(
    desk: Desk, company: Company, maria: Actor
) -> None:
    jonas = make_agent(desk, company, "Jonas Weber")
    lea = make_agent(desk, make_company(desk, "Park Homes"), "Lea Blum")
    with desk.transaction():
        keep_view(desk, maria, "Mine alone", view="all", filters=Filters(tag="keys"))
        shared = keep_view(desk, maria, "Heating", view="all", filters=Filters(tag="heating"), share=company.slug)

    names = {each.name: [kept.name for kept in saved_views(desk, each)] for each in (maria, jonas, lea)}

    assert names == {"Maria Keller": ["Heating", "Mine alone"], "Jonas Weber": ["Heating"], "Lea Blum": []}
    with pytest.raises(Forbidden), desk.transaction():
        change_saved(desk, jonas, shared.id, "Cold")
    with pytest.raises(NotFound), desk.transaction():
        remove_saved(desk, lea, shared.id)
    with desk.transaction():
        change_saved(desk, maria, shared.id, "Cold flats")
    assert [each.name for each in saved_views(desk, maria)] == ["Cold flats", "Mine alone"]
    assert saved_views(desk, jonas) == []


def test_an_administrator_removes_a_shared_view_of_somebody_who_has_left(
    desk: Desk, company: Company, maria: Actor
) -> None:
    robin = make_agent(desk, company, "Robin Sander", Role.ADMIN)
    with desk.transaction():
        shared = keep_view(desk, maria, "Heating", view="all", filters=Filters(tag="heating"), share=company.slug)

    with desk.transaction():
        remove_saved(desk, robin, shared.id)

    assert saved_views(desk, maria) == []


@pytest.mark.parametrize(
    ("name", "share", "field"),
    [("  ", "", "name"), ("x" * 41, "", "name"), ("heating", "", "name"), ("New", "park", "share")],
)
def test_a_mistake_names_the_field_and_keeps_nothing(
    desk: Desk, company: Company, maria: Actor, name: str, share: str, field: str
) -> None:
    with desk.transaction():
        keep_view(desk, maria, "Heating", view="all", filters=Filters(tag="heating"))

    with pytest.raises(Invalid) as refused, desk.transaction():
        keep_view(desk, maria, name, view="all", filters=Filters(tag="x"), share=share)

    assert refused.value.field == field
    assert len(saved_views(desk, maria)) == 1


def test_a_view_shared_with_one_company_shows_each_reader_only_what_they_may_see(
    desk: Desk, company: Company, maria: Actor
) -> None:
    park = make_company(desk, "Park Homes")
    both = Actor(maria.agent_id, maria.name, {company.id: Grant(Role.AGENT), park.id: Grant(Role.AGENT)})
    billing = make_agent(desk, company, "Lea Blum", queues=["billing"])
    arrived(desk, "Tap")
    with desk.transaction():
        saved = keep_view(desk, both, "By mail", view="all", filters=Filters(channel="email"), share=company.slug)

    counts = {each.name: count_with_saved(desk, each, saved_views(desk, each)) for each in (both, billing)}

    assert counts["Maria Keller"][address_of(saved)] == 1
    assert counts["Lea Blum"][address_of(saved)] == 0
