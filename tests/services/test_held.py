"""What arrived while nobody fetched for more than a day is answered by machines only after a person's click."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from channels.channel import Batch, Cursor
from hub.clock import FixedClock
from hub.desk import Desk
from hub.domain.access import Actor, Role
from hub.models import ChannelAccount, Company, OutboxRow
from hub.services.inbox.notices import read_notices
from hub.services.intake import receive
from hub.services.intake.fetching import store_batch
from hub.services.sending.held import EXPIRED, discard_held, release_held
from hub.services.triage.triage import triage
from tests.factories import make_agent, make_company, save
from tests.letters import arrive, make_mail


def fetched_after_a_gap(desk: Desk, clock: FixedClock, *, days: float) -> Actor:
    """Fetch one mail after a pause and return an agent who may decide."""
    company = make_company(desk, mail="desk@example.org")
    account = desk.session.scalars(select(ChannelAccount)).one()
    with desk.transaction():
        store_batch(desk, account.id, Batch((), Cursor("1")))
    clock.at += timedelta(days=days)
    with desk.transaction():
        store_batch(desk, account.id, Batch((arrive(make_mail(), source="imap:1"),), Cursor("2")))
    receive(desk)
    triage(desk)
    return make_agent(desk, company)


def states(desk: Desk) -> list[str]:
    """Return the states of what leaves."""
    desk.session.expire_all()
    return list(desk.session.scalars(select(OutboxRow.state).order_by(OutboxRow.id)))


def test_acknowledgement_of_late_mail_waits_for_a_click(desk: Desk, clock: FixedClock) -> None:
    maria = fetched_after_a_gap(desk, clock, days=2)

    assert states(desk) == ["held"]
    assert read_notices(desk, maria).held == 1


def test_one_click_lets_it_go(desk: Desk, clock: FixedClock) -> None:
    maria = fetched_after_a_gap(desk, clock, days=2)

    with desk.transaction():
        released = release_held(desk, maria)

    assert (released, states(desk)) == (1, ["pending"])


def test_one_click_throws_it_away(desk: Desk, clock: FixedClock) -> None:
    maria = fetched_after_a_gap(desk, clock, days=2)

    with desk.transaction():
        discard_held(desk, maria)

    assert states(desk) == ["cancelled"]


def test_mail_after_a_short_pause_is_acknowledged_at_once(desk: Desk, clock: FixedClock) -> None:
    fetched_after_a_gap(desk, clock, days=0.5)

    assert states(desk) == ["pending"]


def test_another_companys_agent_cannot_let_it_go(desk: Desk, clock: FixedClock) -> None:
    fetched_after_a_gap(desk, clock, days=2)
    stranger = make_agent(desk, make_company(desk, "Elsewhere"))

    with desk.transaction():
        released = release_held(desk, stranger)

    assert (released, states(desk)) == (0, ["held"])


def held_row(desk: Desk, company: Company, purpose: str) -> OutboxRow:
    """Return a message of no ticket, as a restore holds it."""
    now = desk.clock.now()
    return save(
        desk,
        OutboxRow(
            id=uuid4(),
            company_id=company.id,
            channel="email",
            purpose=purpose,
            recipient="aylin@example.org",
            payload={"text": "Hello"},
            state="held",
            error="Held: the desk was restored.",
            next_at=now,
            give_up_at=now,
        ),
    )


def test_what_belongs_to_no_ticket_is_let_go_by_its_companys_agents_alone(desk: Desk) -> None:
    company = make_company(desk)
    maria, stranger = make_agent(desk, company), make_agent(desk, make_company(desk, "Elsewhere"))
    tom = make_agent(desk, company, "Tom Ritter", Role.OPERATIONS)
    held_row(desk, company, "consent")
    seen = [read_notices(desk, each).held for each in (maria, stranger, tom)]

    with desk.transaction():
        released = [release_held(desk, each) for each in (stranger, tom, maria)]

    assert seen == [1, 0, 0]
    assert (released, states(desk)) == ([0, 0, 1], ["pending"])


@pytest.mark.parametrize("decide", [release_held, discard_held])
def test_a_sign_in_link_that_was_held_is_dropped_whatever_is_decided(
    desk: Desk, decide: Callable[[Desk, Actor], int]
) -> None:
    company = make_company(desk)
    maria = make_agent(desk, company)
    row = held_row(desk, company, "sign_in")
    waits = read_notices(desk, maria).held

    with desk.transaction():
        decided = decide(desk, maria)

    desk.session.refresh(row)
    assert (waits, decided) == (0, 0)
    assert (row.state, row.error) == ("cancelled", EXPIRED)
