"""Sign-in tokens (FreeScout CVE-2026-27637, CVE-2026-41902 and GHSA-jqj5, osTicket 85a76f40): guessable, endless, empty or kept over.

Our rule: 256 random bits, kept as a hash, good once, for fifteen minutes, for one person and purpose; nothing empty is a token. The
browser's session is a new one at sign-in, and signing out ends it on the server.
"""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import quote, urljoin, urlsplit

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from hub.clock import FixedClock
from hub.errors import NotFound, Refused
from hub.models import Agent, Company, SignIn, SignInLink
from hub.services.staff import accounts
from hub.services.staff.accounts import LINK_LIFE, MOST_WRONG_CODES
from hub.web.limits import limiter
from tests.factories import make_agent, make_company, make_contact
from tests.services.coming_in import MARIA, PASSWORD, by_password, code_for, staff_link
from tests.services.steps import Office
from tests.web.visitors import token_on, visit


def test_a_link_signs_in_once(office: Office, maria: Agent) -> None:
    token = staff_link(office.desk)
    with office.desk.transaction():
        signed_in = accounts.sign_in_with_link(office.desk, token)

    with pytest.raises(Refused, match="used or is older"), office.desk.transaction():
        accounts.sign_in_with_link(office.desk, token)

    row = accounts.find_sign_in(office.desk, signed_in.secret)
    assert row is not None
    assert row.agent_id == maria.id


def test_a_link_works_for_fifteen_minutes(office: Office, maria: Agent, clock: FixedClock) -> None:
    in_time, late = staff_link(office.desk), staff_link(office.desk)
    clock.at += LINK_LIFE - timedelta(seconds=1)
    accounts.read_link(office.desk, in_time)
    clock.at += timedelta(seconds=1)

    with pytest.raises(Refused):
        accounts.sign_in_with_link(office.desk, late)


def test_no_other_word_is_a_link(office: Office, maria: Agent) -> None:
    staff_link(office.desk)

    for token in ("", " ", "None", "0", "[]", "x" * 5000, "a\0b", "ü"):
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
    signed_in = by_password(office.desk)

    kept = [bytes(each) for each in office.desk.session.scalars(select(SignInLink.token_hash))]
    kept += [bytes(each) for each in office.desk.session.scalars(select(SignIn.secret_hash))]
    assert all(token.encode() not in each and signed_in.secret.encode() not in each for each in kept)


def test_somebody_who_left_cannot_sign_in_and_is_out_at_once(office: Office, maria: Agent) -> None:
    token = staff_link(office.desk)
    with office.desk.transaction() as session:
        session.execute(update(Agent).values(active=False))
    office.desk.session.expire_all()

    with pytest.raises(Refused):
        by_password(office.desk)
    with pytest.raises(NotFound):
        staff_link(office.desk)
    with office.desk.transaction():
        signed_in = accounts.sign_in_with_link(office.desk, token)
    assert accounts.actor_of(office.desk, signed_in.agent_id or 0) is None


def test_a_new_password_ends_every_other_sign_in(office: Office, maria: Agent) -> None:
    before = by_password(office.desk)
    make_agent(office.desk, office.company, "Jonas Weber")

    with office.desk.transaction():
        accounts.set_password(office.desk, maria.id, "another long pass phrase")

    assert accounts.find_sign_in(office.desk, before.secret) is None


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


NOTHING = ["", " ", "null", "None", "[]", "{}", "0", "true", "false", "undefined", "%00", "..", "\u202e", "x" * 5000]


@pytest.mark.parametrize("token", NOTHING)
def test_nothing_at_all_is_no_token(app: APIFlask, office: Office, token: str) -> None:
    browser = visit(app)
    page = token_on(browser.get("/login").text)

    link = browser.post(f"/login/link/{quote(token, safe='')}", data={"csrf_token": page}).status_code
    bearer = browser.get("/api/v1/tickets", headers={"Authorization": f"Bearer {quote(token)}"}).status_code

    assert 400 <= link < 500
    assert bearer == 401
    assert browser.get("/me").status_code == 302


@pytest.mark.parametrize("code", [*NOTHING[:9], "00000", "0000000", "000000"])
def test_nothing_at_all_is_no_code(app: APIFlask, office: Office, code: str) -> None:
    make_contact(office.desk, office.company, email="aylin@example.com")
    browser = visit(app)
    page = token_on(browser.get("/portal/sign-in").text)
    browser.post("/portal/sign-in", data={"csrf_token": page, "address": "aylin@example.com"})

    answer = browser.post("/portal/code", data={"csrf_token": page, "code": code})

    assert answer.status_code == 422
    assert browser.get("/portal").status_code == 302


def session_of(browser: FlaskClient) -> str:
    cookie = browser.get_cookie("session")
    return cookie.value if cookie is not None else ""


def test_a_session_planted_before_sign_in_is_worth_nothing_after(app: APIFlask, office: Office, maria: Agent) -> None:
    browser, thief = visit(app), visit(app)
    page = token_on(browser.get("/login").text)
    planted = session_of(browser)
    thief.set_cookie("session", planted)

    browser.post("/login", data={"csrf_token": page, "email": MARIA, "password": PASSWORD})

    assert browser.get("/me").status_code == 200
    assert session_of(browser) not in {planted, ""}
    assert thief.get("/me").status_code == 302


def test_a_session_kept_after_signing_out_is_worth_nothing(app: APIFlask, office: Office, maria: Agent) -> None:
    browser, thief = visit(app), visit(app)
    page = token_on(browser.get("/login").text)
    browser.post("/login", data={"csrf_token": page, "email": MARIA, "password": PASSWORD})
    thief.set_cookie("session", session_of(browser))
    before = thief.get("/me").status_code

    browser.post("/logout", data={"csrf_token": token_on(browser.get("/me").text)})

    assert (before, thief.get("/me").status_code) == (200, 302)


def test_an_edited_session_signs_nobody_in(app: APIFlask, office: Office, maria: Agent) -> None:
    browser, thief = visit(app), app.test_client(use_cookies=False)
    form = {"csrf_token": token_on(browser.get("/login").text), "email": MARIA, "password": PASSWORD}
    browser.post("/login", data=form)
    mine = session_of(browser)

    statuses = {
        each: thief.get("/me", headers={"Cookie": f"session={each}"}).status_code
        for each in (mine, mine[:-1], f"{mine}x", mine.swapcase(), mine[::-1], "x" * 10_000, "")
    }

    assert [each for each, status in statuses.items() if status == 200] == [mine]


ELSEWHERE = [
    *(
        "//evil.example",
        "/\\evil.example",
        "https:evil.example",
        "https://evil.example",
        "javascript:alert(1)",
        "\t//evil.example",
    ),
    *(
        "/\t/evil.example",
        "/%09/evil.example\n",
        "\\\\evil.example",
        "http:/evil.example",
        "/" + "x" * 5000 + "\r\nX: y",
        "evil.example",
    ),
]


def test_after_signing_in_nobody_is_led_elsewhere(app: APIFlask, office: Office, maria: Agent) -> None:
    for wanted in ELSEWHERE:
        limiter.reset()
        browser = visit(app)
        form = {"csrf_token": token_on(browser.get("/login").text), "email": MARIA, "password": PASSWORD}

        answer = browser.post(f"/login?next={quote(wanted, safe='')}", data=form)

        target = urlsplit(urljoin("http://localhost/login", answer.headers["Location"].replace("\\", "/")))
        assert (answer.status_code, target.netloc) == (302, "localhost"), wanted
