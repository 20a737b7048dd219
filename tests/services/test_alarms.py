"""An emergency pages the ladder, step by step, until somebody takes it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import delete, func, select, update

from channels.message import Outcome, Receipt
from hub.clock import FixedClock
from hub.domain.access import Role
from hub.errors import Refused
from hub.models import Alarm, OnCallStep, OutboxRow, Page, Ticket
from hub.services.emergencies.alarms import MOST_ALARMS_OF_A_COMPANY, PAGED_ANEW_AFTER, climb
from hub.services.emergencies.page_answers import page_emergency_again
from hub.services.inbox.notices import read_notices
from hub.services.sending.sending import send
from hub.services.tickets.tickets import Change, change_ticket
from tests.factories import make_agent, make_company, make_step
from tests.services.paging import FLOOD, INES, KARL, TOM, alarms, facts_of, pages, press, raise_one, say, wait
from tests.services.steps import (
    Office,
    answer,
    events_of,
    mail,
    outbox,
    send_all,
    take_in,
    text_message,
    triage_all,
)

pytestmark = pytest.mark.usefixtures("ladder")


def test_the_first_step_is_paged_at_once_by_text_and_by_call(office: Office) -> None:
    message = raise_one(office, "My name is Aylin, call me on +1 202 555 0177: water is pouring through the ceiling")
    send_all(office.desk)

    (alarm,) = alarms(office.desk)
    (page,) = [each for each in office.providers["sms"].sent if each.recipients[0].value == TOM]
    (call,) = office.providers["voice"].sent
    assert f"#{message.ticket_id} flood at " in page.text
    assert f"ACK {alarm.code}" in page.text
    assert "+1 202 555 0177" not in page.text
    assert call.recipients[0].value == TOM
    assert "Press 1" in call.text
    keys_to = office.desk.session.scalars(select(Page.id).where(Page.channel == "voice")).one()
    assert dict(call.card or {}) == {"keys_to": f"http://desk.example.org/hooks/sms/voice?page={keys_to}"}


def test_pages_and_safety_texts_leave_by_a_lane_of_their_own_behind_no_backlog(
    office: Office, clock: FixedClock
) -> None:
    for sender in ("+12025550171", "+12025550172", "+12025550173"):
        answer(office, text_message("When is the yard swept?", sender=sender))
    clock.at += timedelta(minutes=1)
    message = raise_one(office)

    tried = send(office.desk, channels=("sms",), urgent=True)

    assert tried == 2
    assert [each.recipients[0].value for each in office.providers["sms"].sent] == [message.author_address, TOM]


def test_it_climbs_after_the_steps_minutes_and_not_before(office: Office, clock: FixedClock) -> None:
    raise_one(office)

    early = wait(office, clock, 4.9)
    late = wait(office, clock, 0.1)

    assert (early, late) == (0, 1)
    assert pages(office.desk) == pages(office.desk, "voice") == [TOM, INES]


def test_after_the_last_step_everybody_is_told_and_it_begins_again(office: Office, clock: FixedClock) -> None:
    message = raise_one(office)
    tom = make_agent(office.desk, office.company, "Tom Ritter", Role.OPERATIONS)
    shown = [read_notices(office.desk, tom).emergencies]
    for minutes in (5, 10, 5):
        wait(office, clock, minutes)
        shown.append(read_notices(office.desk, tom).emergencies)

    assert pages(office.desk) == [TOM, INES, TOM, INES]
    assert [len(each) for each in shown] == [0, 0, 1, 1]
    assert (shown[-1][0].unanswered, shown[-1][0].phone, shown[-1][0].seen) == (True, "", False)
    assert events_of(office.desk, message.ticket_id).count("nobody answered") == 1
    assert [each["round"] for each in facts_of(office.desk, message.ticket_id, "paged")] == [1, 1, 2, 2]


def test_closing_the_ticket_ends_the_paging_and_says_so(office: Office, clock: FixedClock) -> None:
    message = raise_one(office)
    triage_all(office.desk)
    with office.desk.transaction():
        change = Change(status="closed", reason="False alarm: a spilt bucket.")
        change_ticket(office.desk, office.maria, message.ticket_id, change)

    wait(office, clock, 5)

    assert pages(office.desk) == [TOM]
    assert {each.state for each in outbox(office.desk, "page")} == {"cancelled"}
    assert "alarm ended" in events_of(office.desk, message.ticket_id)


def test_a_step_taken_twice_pages_once(office: Office, clock: FixedClock) -> None:
    raise_one(office)
    clock.at += timedelta(minutes=5)

    climbed = [climb(office.desk), climb(office.desk)]

    assert climbed == [1, 0]
    assert pages(office.desk) == [TOM, INES]


def test_a_step_that_was_not_committed_is_left_to_the_next_worker(office: Office, clock: FixedClock) -> None:
    raise_one(office)
    clock.at += timedelta(minutes=5)
    office.desk.session.execute(update(Alarm).values(place=2, next_at=None))
    office.desk.session.rollback()  # all that remains of a worker that was killed in its step

    climbed = climb(office.desk)

    assert climbed == 1
    assert pages(office.desk) == [TOM, INES]


def test_the_same_danger_told_again_pages_nobody_while_it_climbs_or_was_just_taken(
    office: Office, clock: FixedClock
) -> None:
    raise_one(office)
    raise_one(office, "Water still pours through the ceiling")
    press(office, "1")
    clock.at += PAGED_ANEW_AFTER - timedelta(seconds=1)
    raise_one(office)
    before = len(pages(office.desk))

    clock.at += timedelta(seconds=1)
    raise_one(office)

    assert (before, len(pages(office.desk))) == (1, 2)


def test_a_number_that_said_stop_gets_no_text_but_is_called_and_colleagues_are_told(office: Office) -> None:
    say(office, "STOP")

    message = raise_one(office)
    send_all(office.desk)

    assert pages(office.desk) == []
    assert [each.recipients[0].value for each in office.providers["voice"].sent] == [TOM]
    (why,) = facts_of(office.desk, message.ticket_id, "page not sent")
    assert "said STOP" in str(why["reason"])
    assert "Call" in str(why["reason"])


def test_a_company_that_can_page_by_nothing_goes_on_to_the_next_step_within_a_minute(
    office: Office, clock: FixedClock
) -> None:
    lone = make_company(office.desk, "Hafen Homes", mail="hafen@example.org")
    make_step(office.desk, lone, "Tom Ritter", TOM, wait_minutes=60)
    make_step(office.desk, lone, "Ines Vogt", INES, wait_minutes=60)
    (message,) = take_in(office.desk, mail(FLOOD, rcpt_to="hafen@example.org"))

    wait(office, clock, 1)

    whys = facts_of(office.desk, message.ticket_id, "page not sent")
    assert [each["who"] for each in whys][::2] == ["Tom Ritter", "Ines Vogt"]


def test_floods_wake_nobody_for_ever_but_everybody_sees_them(office: Office) -> None:
    with office.desk.transaction() as session:
        first = raise_one(office)
        session.flush()
        for _ in range(MOST_ALARMS_OF_A_COMPANY - 1):
            session.add(
                Alarm(
                    company_id=office.company.id,
                    ticket_id=first.ticket_id,
                    kind="flood",
                    code="0000",
                    created_at=office.desk.clock.now(),
                    ended_at=office.desk.clock.now(),
                )
            )

    (message,) = take_in(office.desk, mail(FLOOD, sender="somebody@example.com"))

    assert pages(office.desk) == [TOM]
    assert "page not sent" in events_of(office.desk, message.ticket_id)
    assert read_notices(office.desk, office.maria).emergencies[0].unanswered


def test_a_ladder_arranged_meanwhile_is_climbed_as_it_is_now(office: Office, clock: FixedClock) -> None:
    raise_one(office)
    with office.desk.transaction() as session:
        session.execute(delete(OnCallStep).where(OnCallStep.phone == INES))
    make_step(office.desk, office.company, "Karl Amsel", KARL)

    wait(office, clock, 5)

    assert pages(office.desk) == [TOM, KARL]


def test_a_company_without_a_ladder_shows_the_bar_at_once_and_pages_once_it_has_one(
    office: Office, clock: FixedClock
) -> None:
    with office.desk.transaction() as session:
        session.execute(delete(OnCallStep))
    message = raise_one(office)
    wait(office, clock, 1)
    unanswered = read_notices(office.desk, office.maria).emergencies[0].unanswered

    make_step(office.desk, office.company, "Karl Amsel", KARL)
    wait(office, clock, 1)

    assert unanswered
    assert events_of(office.desk, message.ticket_id).count("nobody on call") == 1
    assert pages(office.desk) == [KARL]


def test_paging_again_takes_the_next_step_but_not_within_a_minute(office: Office, clock: FixedClock) -> None:
    message = raise_one(office)

    def again() -> None:
        with office.desk.transaction():
            page_emergency_again(office.desk, office.maria, message.ticket_id)

    with pytest.raises(Refused, match="a moment ago"):
        again()
    clock.at += timedelta(minutes=2)
    again()

    assert pages(office.desk) == [TOM, INES]
    assert alarms(office.desk)[0].next_at == clock.at + timedelta(minutes=10)


def test_a_call_that_nobody_picks_up_is_a_line_of_the_story(office: Office) -> None:
    office.providers["voice"].answers = [Receipt(Outcome.FAILED, error="The call could not be made: no credit.")]
    message = raise_one(office)

    send_all(office.desk)

    assert "not sent" in events_of(office.desk, message.ticket_id)
    rows = office.desk.session.scalar(select(func.count()).select_from(OutboxRow).where(OutboxRow.state == "failed"))
    assert rows == 1
    assert office.desk.session.get_one(Ticket, message.ticket_id).emergency
