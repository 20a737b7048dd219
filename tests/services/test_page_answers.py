"""Whoever is paged takes an emergency by a code, a key or a button; nobody else does, and no guess."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from hub.clock import FixedClock
from hub.domain.access import Role
from hub.errors import NotFound
from hub.models import Page
from hub.services.emergencies.page_answers import MOST_WRONG_CODES, take_emergency
from hub.services.inbox.notices import read_notices
from tests.factories import make_agent, make_company, make_step
from tests.services.paging import FLOOD, INES, TOM, alarms, facts_of, pages, press, raise_one, say, told, wait
from tests.services.steps import (
    Office,
    mail,
    outbox,
    send_all,
    take_in,
    text_message,
    ticket_of,
    triage_all,
)

pytestmark = pytest.mark.usefixtures("ladder")


@pytest.mark.parametrize("words", ["ACK {}", "ack {}", " Ack: {}!", "acknowledged {}"])
def test_the_code_by_text_from_the_number_paged_stops_it(office: Office, clock: FixedClock, words: str) -> None:
    message = raise_one(office)
    clock.at += timedelta(minutes=3)

    say(office, words.format(alarms(office.desk)[0].code))

    (alarm,) = alarms(office.desk)
    assert (alarm.acknowledged_by, alarm.acknowledged_how, alarm.next_at) == ("Tom Ritter", "sms", None)
    assert wait(office, clock, 60) == 0
    assert pages(office.desk) == [TOM]
    (taken,) = facts_of(office.desk, message.ticket_id, "taken")
    assert taken == {"who": "Tom Ritter", "how": "sms", "minutes": 3}
    assert "yours" in told(office.desk, TOM)[-1].payload["text"]
    assert read_notices(office.desk, office.maria).emergencies == []


def test_an_answer_to_a_page_troubles_nobody_in_the_inbox(office: Office) -> None:
    raise_one(office)

    acked = say(office, f"ACK {alarms(office.desk)[0].code}")
    triage_all(office.desk)

    ticket = ticket_of(office.desk, acked)
    assert (ticket.status, ticket.waiting_since, ticket.requester_name) == ("closed", None, "Tom Ritter")
    assert outbox(office.desk, "acknowledgement", "survey") == []


def test_an_answer_in_the_middle_of_a_talk_leaves_that_ticket_open(office: Office) -> None:
    talk = say(office, "Which key opens the boiler room of number nine?")
    raise_one(office)

    say(office, f"ACK {alarms(office.desk)[0].code}")

    assert alarms(office.desk)[0].ended_at is not None
    assert ticket_of(office.desk, talk).status != "closed"


def test_a_wrong_code_stops_nothing_and_is_told(office: Office, clock: FixedClock) -> None:
    message = raise_one(office)
    wrong = f"{(int(alarms(office.desk)[0].code) + 1) % 10_000:04}"

    say(office, f"ACK {wrong}")

    assert alarms(office.desk)[0].ended_at is None
    assert wait(office, clock, 5) == 1
    assert "fits no open emergency" in told(office.desk, TOM)[-1].payload["text"]
    assert facts_of(office.desk, message.ticket_id, "wrong code") == [{"who": "Tom Ritter", "code": wrong}]


def test_codes_cannot_be_guessed_by_trying(office: Office) -> None:
    raise_one(office)
    code = alarms(office.desk)[0].code
    for tried in range(MOST_WRONG_CODES):
        say(office, f"ACK {(int(code) + tried + 1) % 10_000:04}")

    say(office, f"ACK {code}")

    assert alarms(office.desk)[0].ended_at is None
    assert "too many wrong codes" in told(office.desk, TOM)[-1].payload["text"]


def test_the_right_code_from_a_number_that_was_not_paged_stops_nothing(office: Office) -> None:
    raise_one(office)
    code = alarms(office.desk)[0].code

    not_yet = say(office, f"ACK {code}", phone=INES)
    stranger = say(office, f"ACK {code}", phone="+12025550188")
    by_mail = take_in(office.desk, mail(f"ACK {code}"))[0]

    assert alarms(office.desk)[0].ended_at is None
    assert {ticket_of(office.desk, each).status for each in (not_yet, stranger, by_mail)} == {"new"}


def test_the_code_of_another_companys_alarm_stops_nothing(office: Office) -> None:
    other = make_company(office.desk, "Hafen Homes", number="+12025550150")
    make_step(office.desk, other, "Tom Ritter", TOM)
    raise_one(office)

    take_in(
        office.desk,
        text_message(f"ACK {alarms(office.desk)[0].code}", sender=TOM, to="+12025550150"),
        company_id=other.id,
    )

    assert alarms(office.desk)[0].ended_at is None


def test_a_code_without_an_alarm_is_answered_with_what_became_of_it(office: Office, clock: FixedClock) -> None:
    raise_one(office)
    wait(office, clock, 5)
    code = alarms(office.desk)[0].code
    say(office, f"ACK {code}", phone=INES)

    say(office, f"ACK {code}", phone=TOM)

    assert alarms(office.desk)[0].acknowledged_by == "Ines Vogt"
    assert "was taken by Ines Vogt" in told(office.desk, TOM)[-1].payload["text"]


def test_pressing_one_in_the_call_stops_it_and_other_keys_do_not(office: Office, clock: FixedClock) -> None:
    raise_one(office)

    outcomes = [press(office, "2"), press(office, "1", phone=TOM), press(office, "1")]

    assert outcomes == ["2 was pressed", "taken", "already taken"]
    assert alarms(office.desk)[0].acknowledged_how == "voice"
    assert wait(office, clock, 60) == 0


def test_a_key_pressed_on_another_phone_or_for_another_company_counts_for_nothing(office: Office) -> None:
    raise_one(office)
    page = office.desk.session.scalars(select(Page).where(Page.channel == "voice")).one()
    with office.desk.transaction() as session:
        session.execute(update(Page).values(company_id=make_company(office.desk, "Hafen Homes").id))

    assert press(office, "1", phone=INES, page=page) == "no such page"
    assert press(office, "1", page=page) == "no such page"
    assert alarms(office.desk)[0].ended_at is None


def test_a_colleague_takes_it_by_a_button_and_operations_may_too(office: Office, clock: FixedClock) -> None:
    tom = make_agent(office.desk, office.company, "Tom Ritter", Role.OPERATIONS)
    for taker in (office.maria, tom):
        clock.at += timedelta(hours=1)
        (message,) = take_in(office.desk, mail(FLOOD))
        with office.desk.transaction():
            take_emergency(office.desk, taker, message.ticket_id)

    assert [each.acknowledged_by for each in alarms(office.desk)] == ["Maria Keller", "Tom Ritter"]
    assert read_notices(office.desk, office.maria).emergencies == []


def test_nobody_takes_an_emergency_of_another_company(office: Office) -> None:
    message = raise_one(office)
    other = make_agent(office.desk, make_company(office.desk, "Hafen Homes"), "Jonas Weber")

    with pytest.raises(NotFound), office.desk.transaction():
        take_emergency(office.desk, other, message.ticket_id)

    assert alarms(office.desk)[0].ended_at is None


def test_taking_it_calls_off_what_has_not_left(office: Office) -> None:
    raise_one(office)

    press(office, "1")
    send_all(office.desk)

    assert office.providers["voice"].sent == []
    assert {each.state for each in outbox(office.desk, "page")} == {"cancelled"}
