"""Who is signed in: links used once, codes counted, nothing told about whom we know."""

from __future__ import annotations

from datetime import timedelta

import pyotp
import pytest
from sqlalchemy import func, select, update

from hub.clock import FixedClock
from hub.domain.access import Role
from hub.errors import Invalid, Refused
from hub.models import Agent, Contact, Identity
from hub.services.staff import accounts, second_factor
from hub.services.staff.accounts import PEOPLE_LIFE, STAFF_LIFE
from tests.factories import make_contact
from tests.services.coming_in import MARIA, by_password, code_for, token_in
from tests.services.steps import Office, outbox


def test_an_address_is_found_in_any_spelling_of_its_letters(office: Office, maria: Agent) -> None:
    assert by_password(office.desk, f"  {MARIA.upper()} ").agent_id == maria.id


def test_a_short_password_is_refused_by_the_name_of_its_field(office: Office, maria: Agent) -> None:
    with pytest.raises(Invalid, match="at least 12 characters") as refusal:
        accounts.set_password(office.desk, maria.id, "short")

    assert refusal.value.field == "password"


def test_signing_out_ends_this_sign_in_and_no_other(office: Office, maria: Agent) -> None:
    here, there = by_password(office.desk), by_password(office.desk)

    with office.desk.transaction():
        accounts.end_sign_ins(office.desk, secret=here.secret)
        accounts.end_sign_ins(office.desk)

    assert accounts.find_sign_in(office.desk, here.secret) is None
    assert accounts.find_sign_in(office.desk, there.secret) is not None


def test_staff_sign_in_again_after_a_day_and_people_after_a_month(
    office: Office, maria: Agent, clock: FixedClock
) -> None:
    staff = by_password(office.desk)
    make_contact(office.desk, office.company, email="aylin@example.com")
    code = code_for(office, "aylin@example.com")
    with office.desk.transaction():
        person = accounts.sign_in_with_code(office.desk, office.company, "aylin@example.com", code)
    assert person is not None

    clock.at += STAFF_LIFE
    after_a_day = [accounts.find_sign_in(office.desk, each.secret) is not None for each in (staff, person)]
    clock.at += PEOPLE_LIFE

    assert after_a_day == [False, True]
    assert accounts.find_sign_in(office.desk, person.secret) is None


def with_second_factor(office: Office, maria: Agent, clock: FixedClock) -> pyotp.TOTP:
    """Turn the second factor on and let its first code grow old."""
    with office.desk.transaction():
        uri = second_factor.begin_totp(office.desk, maria.id)
        totp = pyotp.parse_uri(uri)
        assert isinstance(totp, pyotp.TOTP)
        second_factor.confirm_totp(office.desk, maria.id, totp.at(clock.at))
    clock.at += timedelta(minutes=5)
    return totp


def test_with_the_second_factor_on_a_password_alone_is_not_enough(
    office: Office, maria: Agent, clock: FixedClock
) -> None:
    totp = with_second_factor(office, maria, clock)

    for code in ("", "000000", "٠٠٠٠٠٠", totp.at(clock.at - timedelta(minutes=5))):
        with pytest.raises(Refused):
            by_password(office.desk, code=code)

    assert by_password(office.desk, code=totp.at(clock.at)).agent_id == maria.id


def test_a_code_counts_once(office: Office, maria: Agent, clock: FixedClock) -> None:
    totp = with_second_factor(office, maria, clock)
    code = totp.at(clock.at)
    by_password(office.desk, code=code)

    with pytest.raises(Refused):
        by_password(office.desk, code=code)


def test_a_clock_a_little_off_does_no_harm(office: Office, maria: Agent, clock: FixedClock) -> None:
    totp = with_second_factor(office, maria, clock)

    assert by_password(office.desk, code=totp.at(clock.at - timedelta(seconds=30))).agent_id == maria.id
    assert by_password(office.desk, code=totp.at(clock.at + timedelta(seconds=30))).agent_id == maria.id


def test_a_mailed_link_alone_does_not_pass_the_second_factor(office: Office, maria: Agent, clock: FixedClock) -> None:
    totp = with_second_factor(office, maria, clock)
    with office.desk.transaction():
        accounts.request_agent_link(office.desk, MARIA)
    token = token_in(outbox(office.desk, "sign_in")[0].payload["text"])

    with pytest.raises(Refused, match="code of your authenticator"), office.desk.transaction():
        accounts.sign_in_with_link(office.desk, token)
    with office.desk.transaction():
        signed_in = accounts.sign_in_with_link(office.desk, token, code=totp.at(clock.at))

    assert signed_in.agent_id == maria.id


def test_a_second_factor_not_yet_confirmed_asks_for_nothing(office: Office, maria: Agent) -> None:
    with office.desk.transaction():
        second_factor.begin_totp(office.desk, maria.id)

    assert by_password(office.desk).agent_id == maria.id


def test_a_person_signs_in_by_the_code_they_were_sent(office: Office) -> None:
    aylin = make_contact(office.desk, office.company, email="aylin@example.com")
    code = code_for(office, " AYLIN@example.com ")

    with office.desk.transaction():
        signed_in = accounts.sign_in_with_code(office.desk, office.company, "aylin@example.com", f" {code} ")

    assert signed_in is not None
    assert signed_in.contact_id == aylin.id
    assert office.desk.session.scalars(select(Identity.confirmed_at)).one() is not None


def test_a_person_signs_in_by_a_phone_number_in_any_spelling(office: Office) -> None:
    make_contact(office.desk, office.company, phone="+12025550123")

    code = code_for(office, "(202) 555-0123")
    with office.desk.transaction():
        signed_in = accounts.sign_in_with_code(office.desk, office.company, "+1 202 555 0123", code)

    assert signed_in is not None
    assert outbox(office.desk, "sign_in")[0].channel == "sms"


def test_a_blocked_person_gets_no_link(office: Office, clock: FixedClock) -> None:
    make_contact(office.desk, office.company, email="aylin@example.com")
    with office.desk.transaction() as session:
        session.execute(update(Contact).values(blocked_at=clock.at))

    with office.desk.transaction():
        accounts.request_portal_link(office.desk, office.company, "aylin@example.com")

    assert outbox(office.desk) == []


def test_the_link_people_get_is_under_the_address_that_was_configured(office: Office) -> None:
    make_contact(office.desk, office.company, email="aylin@example.com")

    code_for(office, "aylin@example.com")

    assert f"{office.desk.settings.base_url}/login/link/" in outbox(office.desk, "sign_in")[0].payload["text"]


def test_an_invitation_gives_a_role_and_a_second_one_changes_it(office: Office) -> None:
    def invited(role: str) -> Role:
        with office.desk.transaction():
            link = accounts.invite_agent(office.desk, office.company, email="New@Example.org", role=role)
        with office.desk.transaction():
            signed_in = accounts.sign_in_with_link(office.desk, token_in(link))
        actor = accounts.actor_of(office.desk, signed_in.agent_id or 0)
        assert actor is not None
        return actor.grants[office.company.id].role

    assert (invited("agent"), invited("operations")) == (Role.AGENT, Role.OPERATIONS)
    assert office.desk.session.scalar(select(func.count()).where(Agent.email == "new@example.org")) == 1


def test_an_invitation_to_no_address_is_refused(office: Office) -> None:
    with pytest.raises(Invalid) as refusal:
        accounts.invite_agent(office.desk, office.company, email="no address", role="agent")

    assert refusal.value.field == "email"


def test_a_token_of_the_api_acts_as_its_agent_until_they_leave(office: Office, maria: Agent) -> None:
    with office.desk.transaction():
        token = accounts.create_api_token(office.desk, MARIA)
    with office.desk.transaction():
        found = accounts.actor_of_token(office.desk, token)
    with office.desk.transaction() as session:
        session.execute(update(Agent).values(active=False))
    office.desk.session.expire_all()

    assert found is not None
    assert found.agent_id == maria.id
    assert accounts.actor_of_token(office.desk, token) is None
    assert accounts.actor_of_token(office.desk, "") is None
    assert accounts.actor_of_token(office.desk, token[:-1]) is None
