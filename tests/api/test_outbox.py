"""The outbox for programs: what leaves, what has left, and what would sign somebody in."""

from __future__ import annotations

from dataclasses import replace

from apiflask import APIFlask
from sqlalchemy import select

from hub.desk import Desk
from hub.domain.delivery import OutboxState, Purpose
from hub.models import Agent, Company, OutboxRow
from hub.services.sending.outbox_list import body_shown
from hub.services.sending.sending import send
from hub.services.staff.accounts import request_agent_link
from tests.api.arrivals import take_in
from tests.api.conftest import Program


def reply(program: Program, number: int, text: str = "We come at nine.") -> str:
    answer = program.post(f"/tickets/{number}/messages", json={"kind": "reply", "text": text})
    found: str = answer.get_json()["deliveries"][0]["id"]
    return found


def listed(program: Program, query: str = "") -> list[tuple[str, str]]:
    return [(each["id"], each["state"]) for each in program.get(f"/outbox{query}").get_json()["items"]]


def test_what_leaves_is_listed_newest_first(desk: Desk, company: Company, maria: Program) -> None:
    message = take_in(desk, company, "The tap drips.", subject="Tap")
    first, second = reply(maria, message.ticket_id), reply(maria, message.ticket_id, "Or at ten.")

    rows = maria.get("/outbox").get_json()["items"]

    assert [each["id"] for each in rows] == [second, first]
    row = rows[1]
    assert (row["state"], row["recipient"], row["body"]) == ("pending", "aylin@example.com", "We come at nine.")
    assert row["subject"] == f"Re: Tap [#{message.ticket_id}]"
    assert row["ticket"] == message.ticket_id
    assert row == maria.get(f"/outbox/{first}").get_json()


def test_the_cancelled_are_listed_only_when_asked_for(desk: Desk, company: Company, maria: Program) -> None:
    number = take_in(desk, company).ticket_id
    kept, cancelled = reply(maria, number), reply(maria, number)
    row = desk.session.scalars(select(OutboxRow).where(OutboxRow.id == cancelled)).one()
    row.state = OutboxState.CANCELLED
    desk.session.commit()

    assert listed(maria) == [(kept, "pending")]
    assert listed(maria, "?state=cancelled") == [(cancelled, "cancelled")]
    assert listed(maria, "?state=failed") == []
    assert maria.get("/outbox?state=lost").status_code == 422


def test_a_failed_message_is_tried_again_with_the_same_id(desk: Desk, company: Company, maria: Program) -> None:
    outbox_id = reply(maria, take_in(desk, company).ticket_id)
    assert maria.post(f"/outbox/{outbox_id}/retry").status_code == 409
    row = desk.session.scalars(select(OutboxRow)).one()
    row.state, row.error = OutboxState.FAILED, "550 no such mailbox"
    desk.session.commit()

    answer = maria.post(f"/outbox/{outbox_id}/retry")

    assert (answer.status_code, answer.get_json()["state"]) == (202, "pending")
    send(desk)
    assert listed(maria) == [(outbox_id, "accepted")]


def test_what_would_sign_somebody_in_is_shown_only_where_nothing_is_real(
    app: APIFlask, desk: Desk, company: Company, maria: Program
) -> None:
    with desk.transaction():
        request_agent_link(desk, desk.session.get_one(Agent, maria.agent_id).email)
    row = desk.session.scalars(select(OutboxRow).where(OutboxRow.purpose == Purpose.SIGN_IN)).one()

    real = replace(desk, settings=replace(desk.settings, demo=False, outside="real"))

    assert "/login/link/" in (body_shown(desk, row) or "")
    assert body_shown(real, row) is None
