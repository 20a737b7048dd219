"""What arrived while nobody fetched for more than a day is answered by machines only after a person's click."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from channels.channel import Batch, Cursor
from hub.clock import FixedClock
from hub.desk import Desk
from hub.domain.access import Actor
from hub.models import ChannelAccount, OutboxRow
from hub.services.fetching import store_batch
from hub.services.held import count_held, discard_held, release_held
from hub.services.intake import receive
from hub.services.triage import triage
from tests.factories import make_agent, make_company
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
    return list(desk.session.scalars(select(OutboxRow.state)))


def test_acknowledgement_of_late_mail_waits_for_a_click(desk: Desk, clock: FixedClock) -> None:
    maria = fetched_after_a_gap(desk, clock, days=2)

    assert states(desk) == ["held"]
    assert count_held(desk, maria) == 1


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
