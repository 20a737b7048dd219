"""Messages and notes for programs, and their files."""

from __future__ import annotations

from base64 import b64encode
from datetime import timedelta

import pytest
from sqlalchemy import select

from hub.clock import FixedClock
from hub.desk import Desk
from hub.models import Company, Message, OutboxRow
from tests.api.arrivals import take_in
from tests.api.conftest import Program

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 16


def test_a_conversation_is_read_oldest_first(desk: Desk, company: Company, maria: Program) -> None:
    number = take_in(desk, company, "The tap drips.").ticket_id
    maria.post(f"/tickets/{number}/messages", json={"kind": "note", "text": "Call the owner first"})
    maria.post(f"/tickets/{number}/messages", json={"kind": "reply", "text": "We come at nine."})

    said = maria.get(f"/tickets/{number}/messages").get_json()["items"]

    assert [(each["kind"], each["direction"], each["visibility"], each["text"].strip()) for each in said] == [
        ("personal", "in", "public", "The tap drips."),
        ("note", "out", "internal", "Call the owner first"),
        ("reply", "out", "public", "We come at nine."),
    ]
    assert said[0]["author"] == {"kind": "contact", "name": "Aylin Demir", "address": "aylin@example.com"}
    assert said[2]["author"]["name"] == "Maria Keller"
    assert [each["state"] for each in said[2]["deliveries"]] == ["pending"]


def test_a_reply_leaves_as_one_outbox_row(desk: Desk, company: Company, maria: Program) -> None:
    number = take_in(desk, company).ticket_id

    answer = maria.post(f"/tickets/{number}/messages", json={"kind": "reply", "text": "We come.", "close": True})

    assert answer.status_code == 201
    row = desk.session.scalars(select(OutboxRow).where(OutboxRow.purpose == "reply")).one()
    assert (str(row.id), row.recipient) == (answer.get_json()["deliveries"][0]["id"], "aylin@example.com")
    assert maria.get(f"/tickets/{number}").get_json()["status"] == "closed"


def test_a_note_never_leaves(desk: Desk, company: Company, maria: Program) -> None:
    number = take_in(desk, company).ticket_id

    maria.post(f"/tickets/{number}/messages", json={"kind": "note", "text": "Call the owner first"})

    assert desk.session.scalars(select(OutboxRow)).all() == []


def test_a_file_is_what_its_bytes_say_and_comes_back_as_a_download(
    desk: Desk, company: Company, maria: Program
) -> None:
    number = take_in(desk, company).ticket_id
    file = {"name": "../../plan<x>.html", "type": "text/html", "data": b64encode(PNG).decode()}

    sent = maria.post(f"/tickets/{number}/messages", json={"kind": "note", "text": "Plan", "attachments": [file]})

    (kept,) = sent.get_json()["attachments"]
    assert (kept["content_type"], kept["size"]) == ("image/png", len(PNG))
    assert "/" not in kept["name"]
    answer = maria.get(kept["url"].removeprefix("/api/v1"))
    assert (answer.status_code, answer.data) == (200, PNG)
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("draft", "status", "field"),
    [
        ({"kind": "reply", "text": ""}, 422, "text"),
        ({"kind": "reply", "text": "  \n"}, 422, "body"),
        ({"kind": "shout", "text": "Hi"}, 422, "kind"),
        ({"text": "Hi"}, 422, "kind"),
        ({"kind": "note"}, 422, "text"),
        ({"kind": "note", "text": "Hi", "attachments": [{"name": "a", "data": "%%%"}]}, 422, "attachments.0.data"),
        ({"kind": "note", "text": "Hi", "attachments": [{"name": "a"}]}, 422, "attachments.0.data"),
        ({"kind": "note", "text": "x" * 100_001}, 422, "text"),
        ({"kind": "reply", "text": "Hi", "channel": "fax"}, 422, "channel"),
    ],
)
def test_a_message_that_cannot_be_written_names_its_field(
    desk: Desk, company: Company, maria: Program, draft: dict[str, object], status: int, field: str
) -> None:
    number = take_in(desk, company).ticket_id

    answer = maria.post(f"/tickets/{number}/messages", json=draft)

    assert answer.status_code == status
    assert answer.get_json()["errors"][0]["field"].startswith(field)
    assert len(desk.session.scalars(select(Message)).all()) == 1


def test_a_reply_to_what_was_not_read_yet_is_stopped(desk: Desk, company: Company, maria: Program) -> None:
    first = take_in(desk, company, Message_ID="<one@example.com>")
    take_in(desk, company, "It floods!", In_Reply_To="<one@example.com>")

    answer = maria.post(
        f"/tickets/{first.ticket_id}/messages", json={"kind": "reply", "text": "We come.", "last_seen": first.id}
    )

    assert answer.status_code == 409
    assert "wrote again" in answer.get_json()["detail"]


def test_a_conversation_has_pages_too(desk: Desk, company: Company, maria: Program, clock: FixedClock) -> None:
    number = take_in(desk, company).ticket_id
    for count in range(4):
        maria.post(f"/tickets/{number}/messages", json={"kind": "note", "text": f"Note {count}"})

    first = maria.get(f"/tickets/{number}/messages?limit=3").get_json()
    second = maria.get(f"/tickets/{number}/messages?limit=3&cursor={first['next']}").get_json()

    texts = [each["text"].strip() for each in (*first["items"], *second["items"])]
    assert texts == ["The tap drips.", "Note 0", "Note 1", "Note 2", "Note 3"]
    assert second["next"] is None


def test_a_reply_for_a_time_that_is_past_is_refused_by_its_field(
    desk: Desk, company: Company, maria: Program, clock: FixedClock
) -> None:
    path = f"/tickets/{take_in(desk, company).ticket_id}/messages"
    at = [(clock.at + timedelta(hours=hours)).isoformat() for hours in (-1, 1)]

    past, later = (maria.post(path, json={"kind": "reply", "text": "We come.", "send_at": each}) for each in at)

    assert (past.status_code, later.status_code) == (422, 201)
    assert past.get_json()["errors"][0]["field"] == "send_at"
    assert "past" in past.get_json()["detail"]
