"""Who is known (osTicket 86165c2e, FreeScout GHSA-jvmv, Zammad CVE-2022-35488): a different answer told whether somebody has an account.

Our rule: the same status, page and address for known and unknown, what is sent goes by the outbox, a wrong password costs the same
work for everybody, and no header resets a limit.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta

import pytest
from apiflask import APIFlask
from sqlalchemy import func, select

from hub.clock import FixedClock
from hub.errors import Refused
from hub.models import Agent, OutboxRow
from hub.services.staff import accounts
from hub.services.staff.accounts import MOST_LINKS
from tests.factories import make_contact
from tests.services.coming_in import MARIA, PASSWORD, by_password
from tests.services.steps import Office, outbox
from tests.web.visitors import token_on, visit


@pytest.mark.parametrize("address", ["nobody@example.com", "+12025550199", "", "a\0b", "x" * 400, "not an address"])
def test_an_unknown_address_is_answered_like_a_known_one_and_written_to_nobody(office: Office, address: str) -> None:
    with office.desk.transaction():
        accounts.request_portal_link(office.desk, office.company, address)
        accounts.request_agent_link(office.desk, address)

    assert office.desk.session.scalar(select(func.count()).select_from(OutboxRow)) == 0


def test_a_password_signs_in_and_every_mistake_gets_the_same_words(office: Office, maria: Agent) -> None:
    assert by_password(office.desk).agent_id == maria.id
    words = set()
    for email, password in [(MARIA, "wrong"), ("nobody@example.org", PASSWORD), ("", ""), ("a\0@example.org", "x")]:
        with pytest.raises(Refused) as refusal:
            by_password(office.desk, email, password)
        words.add(str(refusal.value))

    assert len(words) == 1


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


def asked(app: APIFlask, path: str, **form: str) -> tuple[int, str, str]:
    """Return what a fresh browser is told: status, address and page, with what differs for every visitor taken out."""
    browser = visit(app)
    token = token_on(browser.get(path).text)
    answer = browser.post(path, data={"csrf_token": token, **form}, environ_overrides={"REMOTE_ADDR": "198.51.100.33"})
    followed = browser.get(answer.headers["Location"]).text if answer.status_code == 302 else ""
    return answer.status_code, answer.headers.get("Location", ""), plain(answer.text + followed, form)


def plain(page: str, form: Mapping[str, str]) -> str:
    for each in form.values():
        page = page.replace(each, "typed")
    return re.sub(r'name="csrf[_-]token" (?:value|content)="[^"]+"', "", page)


def test_known_and_unknown_people_are_told_the_same(app: APIFlask, office: Office) -> None:
    for number in range(8):
        make_contact(office.desk, office.company, email=f"known{number:02}@example.com")

    known = {asked(app, "/portal/sign-in", address=f"known{number:02}@example.com") for number in range(8)}
    unknown = {asked(app, "/portal/sign-in", address=f"other{number:02}@example.com") for number in range(8)}

    assert known == unknown
    assert len(outbox(office.desk, "sign_in")) == 8


def test_staff_who_ask_for_a_link_are_told_the_same_as_strangers(app: APIFlask, office: Office, maria: Agent) -> None:
    answers = {asked(app, "/login", email=each, way="link") for each in (MARIA, "nobody@example.org", "x" * 300)}

    assert {(status, address) for status, address, _ in answers} == {(200, "")}
    assert len(answers) == 1
    assert [each.recipient for each in outbox(office.desk, "sign_in")] == [MARIA]


def test_wrong_passwords_are_told_the_same(app: APIFlask, office: Office, maria: Agent) -> None:
    known = asked(app, "/login", email=MARIA, password="not the one")
    unknown = asked(app, "/login", email="mario@example.org", password="not the one")

    assert known == unknown
    assert known[0] == 401


def test_a_wrong_code_is_told_the_same_whether_one_was_sent_or_not(app: APIFlask, office: Office) -> None:
    make_contact(office.desk, office.company, email="known@example.com")

    def told(address: str) -> list[tuple[int, str]]:
        browser = visit(app)
        token = token_on(browser.get("/portal/sign-in").text)
        browser.post("/portal/sign-in", data={"csrf_token": token, "address": address})
        answers = [browser.post("/portal/code", data={"csrf_token": token, "code": "000000"}) for _ in range(6)]
        return [(each.status_code, plain(each.text, {"address": address})) for each in answers]

    assert told("known@example.com") == told("other@example.com")


@pytest.mark.parametrize("address", ["aylin@example.com", "nobody@example.com"])
def test_the_limit_of_an_address_holds_whatever_the_machine_says_it_is(
    app: APIFlask, office: Office, address: str
) -> None:
    make_contact(office.desk, office.company, email="aylin@example.com")
    browser = visit(app)
    token = token_on(browser.get("/portal/sign-in").text)

    statuses = [
        browser.post(
            "/portal/sign-in",
            data={"csrf_token": token, "address": address},
            headers={"X-Forwarded-For": f"192.0.2.{number}", "X-Real-IP": f"192.0.2.{number}"},
            environ_overrides={"REMOTE_ADDR": f"198.51.100.{number}"},
        ).status_code
        for number in range(8)
    ]

    assert statuses == [302] * 5 + [429] * 3
    assert len(outbox(office.desk, "sign_in")) in {0, 5}
