"""What agents begin to write stays theirs, and comes back."""

from __future__ import annotations

import pytest

from hub.desk import Desk
from hub.domain.access import Actor, Role
from hub.domain.presence import BEAT
from hub.errors import Forbidden, Invalid, NotFound, Stale
from hub.models import Ticket
from hub.services.inbox.around import look_around
from hub.services.inbox.drafts import end_draft, save_draft
from hub.services.inbox.presence import be_present, present_at
from hub.services.sending.reply import Draft, reply
from tests.factories import make_agent, make_company, make_contact, save


@pytest.fixture
def ticket(desk: Desk) -> Ticket:
    company = make_company(desk, mail="desk@example.org")
    aylin = make_contact(desk, company, email="aylin@example.com", role="resident")
    return save(
        desk,
        Ticket(
            company_id=company.id, contact_id=aylin.id, channel="email", subject="Tap", requester_name="Aylin Demir"
        ),
    )


@pytest.fixture
def maria(desk: Desk, ticket: Ticket) -> Actor:
    return colleague(desk, ticket, "Maria Keller")


def colleague(desk: Desk, ticket: Ticket, name: str, role: Role = Role.AGENT) -> Actor:
    from hub.models import Company  # noqa: PLC0415 - one line of one helper

    return make_agent(desk, desk.session.get_one(Company, ticket.company_id), name, role)


def kept(desk: Desk, actor: Actor, ticket: Ticket) -> tuple[str, str]:
    found = look_around(desk, actor, [ticket.id], opened=ticket.id).drafts
    return found.reply, found.note


def test_reply_and_note_are_two_drafts_and_nobody_elses(desk: Desk, ticket: Ticket, maria: Actor) -> None:
    jonas = colleague(desk, ticket, "Jonas Weber")

    save_draft(desk, maria, ticket.id, "reply", "Dear Ms Demir")
    save_draft(desk, maria, ticket.id, "note", "Call the owner")

    assert kept(desk, maria, ticket) == ("Dear Ms Demir", "Call the owner")
    assert kept(desk, jonas, ticket) == ("", "")
    assert look_around(desk, maria, [ticket.id], opened=None).drafts.tickets == {ticket.id}


def test_a_saving_that_comes_after_the_sending_brings_nothing_back(desk: Desk, ticket: Ticket, maria: Actor) -> None:
    save_draft(desk, maria, ticket.id, "reply", "Dear Ms Dem", form_id="one")
    end_draft(desk, maria, ticket.id, "reply", form_id="one")

    save_draft(desk, maria, ticket.id, "reply", "Dear Ms Demir", form_id="one")
    after_sending = kept(desk, maria, ticket)
    save_draft(desk, maria, ticket.id, "reply", "One thing more", form_id="two")

    assert after_sending == ("", "")
    assert kept(desk, maria, ticket) == ("One thing more", "")


def test_a_text_rubbed_out_is_no_draft(desk: Desk, ticket: Ticket, maria: Actor) -> None:
    save_draft(desk, maria, ticket.id, "reply", "Dear", form_id="one")
    save_draft(desk, maria, ticket.id, "reply", "  ", form_id="one")

    found = look_around(desk, maria, [ticket.id], opened=ticket.id).drafts

    assert (found.tickets, found.reply) == (frozenset(), "")


def test_who_may_not_write_keeps_no_draft(desk: Desk, ticket: Ticket, maria: Actor) -> None:
    tom = colleague(desk, ticket, "Tom Ritter", Role.OPERATIONS)
    elsewhere = make_agent(desk, make_company(desk, "Other"), "Ann Other")

    with pytest.raises(NotFound):
        save_draft(desk, tom, ticket.id, "reply", "Hello")
    with pytest.raises(NotFound):
        save_draft(desk, elsewhere, ticket.id, "reply", "Hello")
    with pytest.raises(Invalid):
        save_draft(desk, maria, ticket.id, "letter", "Hello")


def test_a_colleague_at_the_ticket_is_seen_until_they_leave_or_fall_silent(
    desk: Desk, ticket: Ticket, maria: Actor
) -> None:
    jonas = colleague(desk, ticket, "Jonas Weber")
    be_present(desk, jonas, ticket.id, "viewing")

    while_looking = be_present(desk, maria, ticket.id, "viewing")
    be_present(desk, jonas, ticket.id, "replying")
    while_writing = present_at(desk, maria, [ticket.id])[ticket.id]
    be_present(desk, jonas, ticket.id, "left")
    after_leaving = present_at(desk, maria, [ticket.id])
    be_present(desk, jonas, ticket.id, "replying")
    desk.clock.at += 4 * BEAT  # type: ignore[attr-defined]  # the clock of tests
    after_silence = present_at(desk, maria, [ticket.id])

    assert [(each.name, each.replying) for each in (*while_looking, *while_writing)] == [
        ("Jonas Weber", False),
        ("Jonas Weber", True),
    ]
    assert (after_leaving, after_silence) == ({}, {})


def test_an_answer_a_colleague_has_just_given_holds_mine(desk: Desk, ticket: Ticket, maria: Actor) -> None:
    jonas = colleague(desk, ticket, "Jonas Weber")
    theirs = reply(desk, jonas, ticket.id, Draft("Tom comes at nine.", last_said=0))

    with pytest.raises(Stale, match="Jonas Weber has just answered"):
        reply(desk, maria, ticket.id, Draft("We send somebody.", last_said=0))
    mine = reply(desk, maria, ticket.id, Draft("And he brings the part.", last_said=theirs.id))

    assert mine.text == "And he brings the part."


def test_operations_never_keep_a_reply(desk: Desk, ticket: Ticket) -> None:
    everything = Actor(name="Nobody", everything=True)

    with pytest.raises(Forbidden):
        save_draft(desk, everything, ticket.id, "reply", "Hello")
