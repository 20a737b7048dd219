"""The same POST with the same key is done once, and answered alike for a day."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from apiflask import APIFlask
from sqlalchemy import func, select

from hub.clock import FixedClock
from hub.desk import Desk
from hub.domain.access import Role
from hub.models import Company, Contact, Envelope, IdempotencyKey, Message
from hub.services.idempotency import forget_old_keys
from tests.api.arrivals import take_in
from tests.api.conftest import Program, program_as
from tests.letters import make_mail

KEY = {"Idempotency-Key": "reply-4711-1"}
MAIL = {"from": "aylin@example.com", "subject": "Tap", "text": "It drips."}


def counted(desk: Desk, model: type) -> int:
    return desk.session.scalar(select(func.count()).select_from(model)) or 0


def test_the_same_request_again_gets_the_first_answer_and_is_not_done_twice(
    desk: Desk, company: Company, maria: Program
) -> None:
    path = f"/tickets/{take_in(desk, company).ticket_id}/messages"

    answers = [maria.post(path, json={"kind": "note", "text": "Call the owner"}, headers=KEY) for _ in range(3)]

    assert [each.status_code for each in answers] == [201] * 3
    assert len({each.data for each in answers}) == 1
    assert [each.headers.get("Idempotent-Replayed") for each in answers] == [None, "true", "true"]
    assert counted(desk, Message) == 2


def test_another_request_with_the_same_key_is_refused(desk: Desk, maria: Program) -> None:
    maria.post("/inbound/email", json=MAIL, headers=KEY)

    other = maria.post("/inbound/email", json={**MAIL, "text": "It floods."}, headers=KEY)
    elsewhere = maria.post("/contacts", json={"name": "Jan Novak"}, headers=KEY)

    assert (other.status_code, elsewhere.status_code) == (409, 409)
    assert (counted(desk, Envelope), counted(desk, Contact)) == (1, 0)


def test_a_raw_message_has_its_key_too(desk: Desk, maria: Program) -> None:
    raw = make_mail()

    first, second = (
        maria.post("/inbound/email", data=raw, content_type="message/rfc822", headers=KEY) for _ in range(2)
    )
    other = maria.post("/inbound/email", data=raw + b"!", content_type="message/rfc822", headers=KEY)

    assert first.get_json() == second.get_json()
    assert (other.status_code, counted(desk, Envelope)) == (409, 1)


def test_a_key_is_its_accounts_own(app: APIFlask, desk: Desk, company: Company, maria: Program) -> None:
    jonas = program_as(app, desk, company, Role.AGENT, name="Jonas Weber")

    answers = [each.post("/inbound/email", json=MAIL, headers=KEY) for each in (maria, jonas)]

    assert len({each.get_json()["id"] for each in answers}) == 2


def test_a_request_that_failed_may_be_mended_under_its_key(desk: Desk, maria: Program) -> None:
    failed = maria.post("/contacts", json={"name": "Jan", "phones": ["12"]}, headers=KEY)

    mended = maria.post("/contacts", json={"name": "Jan", "phones": ["+12025550199"]}, headers=KEY)

    assert (failed.status_code, mended.status_code) == (422, 201)


def test_twenty_at_once_are_done_once(app: APIFlask, desk: Desk, maria: Program) -> None:
    start = Barrier(20)

    def call(_: int) -> tuple[int, bytes]:
        start.wait(timeout=20)
        program = Program(app.test_client(), maria.token, maria.agent_id)
        answer = program.post("/inbound/email", json=MAIL, headers=KEY)
        return answer.status_code, answer.data

    with ThreadPoolExecutor(20) as threads:
        answers = set(threads.map(call, range(20)))

    assert {status for status, _ in answers} == {202}
    assert (len(answers), counted(desk, Envelope)) == (1, 1)


def test_a_key_is_kept_for_a_day_and_then_forgotten(desk: Desk, maria: Program, clock: FixedClock) -> None:
    maria.post("/inbound/email", json=MAIL, headers=KEY)
    clock.at += timedelta(hours=24)
    maria.post("/inbound/email", json=MAIL, headers=KEY)
    assert counted(desk, Envelope) == 1

    clock.at += timedelta(hours=2)
    maria.post("/inbound/email", json=MAIL, headers=KEY)
    assert counted(desk, Envelope) == 2

    clock.at += timedelta(days=2)
    with desk.transaction():
        forget_old_keys(desk)

    assert counted(desk, IdempotencyKey) == 0


@pytest.mark.parametrize("key", ["", "x" * 256, "a\tb", "ä"])
def test_a_key_that_is_none_is_refused(maria: Program, key: str) -> None:
    answer = maria.post("/contacts", json={"name": "Jan"}, headers={"Idempotency-Key": key})

    assert answer.status_code == 400
    assert "Idempotency-Key" in answer.get_json()["detail"]
