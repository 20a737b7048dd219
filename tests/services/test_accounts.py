"""Who is signed in: links used once, codes counted, nothing told about whom we know."""

from __future__ import annotations

import re
from datetime import timedelta

import pyotp
import pytest
from sqlalchemy import func, select, update

from hub.clock import FixedClock
from hub.desk import Desk
from hub.domain.access import Role
from hub.errors import Invalid, NotFound, Refused
from hub.models import Agent, Company, Contact, Identity, OutboxRow, SignIn, SignInLink
from hub.services import accounts, second_factor
from hub.services.accounts import LINK_LIFE, MOST_LINKS, MOST_WRONG_CODES, PEOPLE_LIFE, STAFF_LIFE
from tests.factories import make_agent, make_company, make_contact
from tests.services.steps import Office, outbox

PASSWORD = "correct horse battery staple"
MARIA = "maria@example.org"


@pytest.fixture
def maria(office: Office) -> Agent:
    """Return an agent who has a password."""
    with office.desk.transaction() as session:
        session.execute(update(Agent).values(email=MARIA))
        accounts.set_password(office.desk, office.maria.agent_id or 0, PASSWORD)
    office.desk.session.expire_all()
    return office.desk.session.get_one(Agent, office.maria.agent_id)


def token_in(words: str) -> str:
    found = re.search(r"/login/link/(\S+)", words)
    assert found is not None
    return found[1]


def staff_link(desk: Desk, email: str = MARIA) -> str:
    with desk.transaction():
        return token_in(accounts.make_agent_link(desk, email))


def code_for(office: Office, address: str) -> str:
    """Ask for a portal code and read it where it is sent."""
    with office.desk.transaction():
        accounts.request_portal_link(office.desk, office.company, address)
    found = re.search(r"code is (\d{6})", outbox(office.desk, "sign_in")[-1].payload["text"])
    assert found is not None
    return found[1]


def sign_in(desk: Desk, email: str = MARIA, password: str = PASSWORD, code: str = "") -> accounts.SignedIn:
    with desk.transaction():
        return accounts.sign_in_with_password(desk, email, password, code)


def test_a_link_signs_in_once(office: Office, maria: Agent) -> None:
    token = staff_link(office.desk)
    with office.desk.transaction():
        signed_in = accounts.sign_in_with_link(office.desk, token)

    with pytest.raises(Refused, match="used or is older"), office.desk.transaction():
        accounts.sign_in_with_link(office.desk, token)

    row = accounts.find_sign_in(office.desk, signed_in.secret)
    assert row is not None
    assert row.agent_id == maria.id


def test_looking_at_a_link_changes_nothing(office: Office, maria: Agent) -> None:
    token = staff_link(office.desk)

    for _ in range(5):
        accounts.read_link(office.desk, token)

    assert office.desk.session.new == office.desk.session.dirty
    with office.desk.transaction():
        assert accounts.sign_in_with_link(office.desk, token).agent_id == maria.id


def test_a_link_works_for_fifteen_minutes(office: Office, maria: Agent, clock: FixedClock) -> None:
    in_time, late = staff_link(office.desk), staff_link(office.desk)
    clock.at += LINK_LIFE - timedelta(seconds=1)
    accounts.read_link(office.desk, in_time)
    clock.at += timedelta(seconds=1)

    with pytest.raises(Refused):
        accounts.sign_in_with_link(office.desk, late)


@pytest.mark.parametrize("token", ["", " ", "None", "0", "[]", "x" * 5000, "a\0b", "ü"])
def test_no_other_word_is_a_link(office: Office, maria: Agent, token: str) -> None:
    staff_link(office.desk)

    with pytest.raises(Refused):
        accounts.sign_in_with_link(office.desk, token)


def test_using_one_link_ends_the_others_of_the_same_person(office: Office, maria: Agent) -> None:
    first, second = staff_link(office.desk), staff_link(office.desk)
    with office.desk.transaction():
        accounts.sign_in_with_link(office.desk, second)

    with pytest.raises(Refused):
        accounts.sign_in_with_link(office.desk, first)


def test_only_hashes_of_links_and_sign_ins_are_kept(office: Office, maria: Agent) -> None:
    token = staff_link(office.desk)
    signed_in = sign_in(office.desk)

    kept = [bytes(each) for each in office.desk.session.scalars(select(SignInLink.token_hash))]
    kept += [bytes(each) for each in office.desk.session.scalars(select(SignIn.secret_hash))]
    assert all(token.encode() not in each and signed_in.secret.encode() not in each for each in kept)


def test_a_password_signs_in_and_every_mistake_gets_the_same_words(office: Office, maria: Agent) -> None:
    assert sign_in(office.desk).agent_id == maria.id
    words = set()
    for email, password in [(MARIA, "wrong"), ("nobody@example.org", PASSWORD), ("", ""), ("a\0@example.org", "x")]:
        with pytest.raises(Refused) as refusal:
            sign_in(office.desk, email, password)
        words.add(str(refusal.value))

    assert len(words) == 1


def test_an_address_is_found_in_any_spelling_of_its_letters(office: Office, maria: Agent) -> None:
    assert sign_in(office.desk, f"  {MARIA.upper()} ").agent_id == maria.id


def test_somebody_who_left_cannot_sign_in_and_is_out_at_once(office: Office, maria: Agent) -> None:
    token = staff_link(office.desk)
    with office.desk.transaction() as session:
        session.execute(update(Agent).values(active=False))
    office.desk.session.expire_all()

    with pytest.raises(Refused):
        sign_in(office.desk)
    with pytest.raises(NotFound):
        staff_link(office.desk)
    with office.desk.transaction():
        signed_in = accounts.sign_in_with_link(office.desk, token)
    assert accounts.actor_of(office.desk, signed_in.agent_id or 0) is None


def test_a_short_password_is_refused_by_the_name_of_its_field(office: Office, maria: Agent) -> None:
    with pytest.raises(Invalid, match="at least 12 characters") as refusal:
        accounts.set_password(office.desk, maria.id, "short")

    assert refusal.value.field == "password"


def test_a_new_password_ends_every_other_sign_in(office: Office, maria: Agent) -> None:
    before = sign_in(office.desk)
    make_agent(office.desk, office.company, "Jonas Weber")

    with office.desk.transaction():
        accounts.set_password(office.desk, maria.id, "another long pass phrase")

    assert accounts.find_sign_in(office.desk, before.secret) is None


def test_signing_out_ends_this_sign_in_and_no_other(office: Office, maria: Agent) -> None:
    here, there = sign_in(office.desk), sign_in(office.desk)

    with office.desk.transaction():
        accounts.end_sign_ins(office.desk, secret=here.secret)
        accounts.end_sign_ins(office.desk)

    assert accounts.find_sign_in(office.desk, here.secret) is None
    assert accounts.find_sign_in(office.desk, there.secret) is not None


def test_staff_sign_in_again_after_a_day_and_people_after_a_month(
    office: Office, maria: Agent, clock: FixedClock
) -> None:
    staff = sign_in(office.desk)
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
            sign_in(office.desk, code=code)

    assert sign_in(office.desk, code=totp.at(clock.at)).agent_id == maria.id


def test_a_code_counts_once(office: Office, maria: Agent, clock: FixedClock) -> None:
    totp = with_second_factor(office, maria, clock)
    code = totp.at(clock.at)
    sign_in(office.desk, code=code)

    with pytest.raises(Refused):
        sign_in(office.desk, code=code)


def test_a_clock_a_little_off_does_no_harm(office: Office, maria: Agent, clock: FixedClock) -> None:
    totp = with_second_factor(office, maria, clock)

    assert sign_in(office.desk, code=totp.at(clock.at - timedelta(seconds=30))).agent_id == maria.id
    assert sign_in(office.desk, code=totp.at(clock.at + timedelta(seconds=30))).agent_id == maria.id


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

    assert sign_in(office.desk).agent_id == maria.id


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


def test_the_fifth_wrong_code_ends_it(office: Office) -> None:
    make_contact(office.desk, office.company, email="aylin@example.com")
    code = code_for(office, "aylin@example.com")
    wrong = "000000" if code != "000000" else "000001"

    for _ in range(MOST_WRONG_CODES):
        with office.desk.transaction():
            assert accounts.sign_in_with_code(office.desk, office.company, "aylin@example.com", wrong) is None
    with office.desk.transaction():
        assert accounts.sign_in_with_code(office.desk, office.company, "aylin@example.com", code) is None


def test_a_code_is_good_for_its_own_address_company_and_quarter_of_an_hour(office: Office, clock: FixedClock) -> None:
    make_contact(office.desk, office.company, email="aylin@example.com")
    make_contact(office.desk, office.company, "Ben", email="ben@example.com")
    other = make_company(office.desk, "Hafen Homes")
    make_contact(office.desk, other, email="aylin@example.com")
    code = code_for(office, "aylin@example.com")

    def tried(company: Company, address: str) -> bool:
        with office.desk.transaction():
            return accounts.sign_in_with_code(office.desk, company, address, code) is not None

    assert not tried(office.company, "ben@example.com")
    assert not tried(other, "aylin@example.com")
    clock.at += LINK_LIFE
    assert not tried(office.company, "aylin@example.com")


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "٠٠٠٠٠٠", "\0"])
def test_what_is_no_code_is_refused(office: Office, code: str) -> None:
    make_contact(office.desk, office.company, email="aylin@example.com")
    code_for(office, "aylin@example.com")

    with office.desk.transaction():
        assert accounts.sign_in_with_code(office.desk, office.company, "aylin@example.com", code) is None


@pytest.mark.parametrize("address", ["nobody@example.com", "+12025550199", "", "a\0b", "x" * 400, "not an address"])
def test_an_unknown_address_is_answered_like_a_known_one_and_written_to_nobody(office: Office, address: str) -> None:
    with office.desk.transaction():
        known = accounts.request_portal_link(office.desk, office.company, address)
        staff = accounts.request_agent_link(office.desk, address)

    assert (known, staff) == (None, None)
    assert office.desk.session.scalar(select(func.count()).select_from(OutboxRow)) == 0


def test_an_address_gets_five_links_an_hour_whoever_asks(office: Office, clock: FixedClock) -> None:
    make_contact(office.desk, office.company, email="aylin@example.com")
    for _ in range(MOST_LINKS + 5):
        with office.desk.transaction():
            accounts.request_portal_link(office.desk, office.company, "aylin@example.com")
    within_the_hour = len(outbox(office.desk, "sign_in"))
    clock.at += timedelta(hours=1, seconds=1)
    with office.desk.transaction():
        accounts.request_portal_link(office.desk, office.company, "aylin@example.com")

    assert (within_the_hour, len(outbox(office.desk, "sign_in"))) == (MOST_LINKS, MOST_LINKS + 1)


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
