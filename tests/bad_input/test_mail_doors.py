"""Bad mail, reliability.md 4 A to C, by the other doors that take whole mails: a mail server by SMTP, and a program.

What a mailbox brings is in `test_mail.py`, with the outcome of every row. Here each row is handed in at each door: it is stored
byte for byte or refused in words; and what needs no child to read comes to the same as from a mailbox.
"""

from __future__ import annotations

import smtplib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from apiflask import APIFlask
from sqlalchemy import func, select

from hub.desk import Desk
from hub.listener import open_listener
from hub.models import Agent, Attachment, Envelope, Message, Ticket
from hub.services.intake import receive
from hub.services.intake.envelopes import read_raw
from hub.services.staff.accounts import create_api_token
from tests.bad_input.rows import Row, ids, write_mail
from tests.bad_input.taking import Outcome, Taking, heard
from tests.bad_input.test_mail import CHECKS, ROWS

# Rows of a mailbox alone are what only a server can give out: a mail without a byte, or one so large that only its size is told.
OPEN = [row for row in ROWS if row.get("doors") != ["mailbox"]]
LARGEST_FILED = 200_000
# What does not depend on who vouches for the sender, on what was there before, or on the time that others took.
SAME_EVERYWHERE = {
    *("subject", "subject_has", "subject_length", "name", "sender", "sent_at", "text", "has", "lacks"),
    *("html_has", "html_lacks", "frame_lacks", "no_html", "files", "file_count", "state", "pictures_off"),
}
LONGEST_LINE = 4 * 1024 * 1024


@dataclass
class Door:
    """What was handed in at one door, and what became of it."""

    answers: dict[str, str] = field(default_factory=dict)
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)


def hand_in(taking: Taking, put: Callable[[bytes], str]) -> Door:
    """Hand every row in, then file what a worker would read by itself."""
    desk, door = taking.desk, Door()
    kept: dict[str, int] = {}
    with heard(door.errors):
        for row in OPEN:
            before = newest(desk)
            door.answers[row["id"]] = put(write_mail(row))
            if newest(desk) > before:
                kept[row["id"]] = newest(desk)
        small = select(Envelope.id).where(Envelope.id.in_(kept.values()), Envelope.size < LARGEST_FILED)
        waiting = list(desk.session.scalars(small.order_by(Envelope.id)))
        for start in range(0, len(waiting), 20):
            receive(desk, only=waiting[start : start + 20])
    for row in OPEN:
        if row["id"] in kept:
            door.outcomes[row["id"]] = look(desk, row, kept[row["id"]])
    return door


def newest(desk: Desk) -> int:
    desk.session.rollback()
    return desk.session.scalar(select(func.coalesce(func.max(Envelope.id), 0))) or 0


def look(desk: Desk, row: Row, number: int) -> Outcome:
    envelope = desk.session.get_one(Envelope, number)
    found = Outcome(row["id"], row, state=envelope.state)
    found.kept = read_raw(desk, envelope).removesuffix(b"\r\n") == write_mail(row).removesuffix(b"\r\n")
    found.message = desk.session.get(Message, envelope.message_id) if envelope.message_id else None
    ticket = found.message.ticket_id if found.message else envelope.stub_ticket_id
    found.ticket = desk.session.get(Ticket, ticket) if ticket else None
    if found.message is not None:
        files = select(Attachment).where(Attachment.message_id == found.message.id).order_by(Attachment.id)
        found.files = list(desk.session.scalars(files))
    return found


@pytest.fixture(scope="module")
def by_smtp(whole_app: APIFlask, taking: Taking) -> Iterator[Door]:
    """Hand every row in by SMTP, at the listener that `hub fetch` opens."""
    listener = open_listener(whole_app, "127.0.0.1:0")
    listener.start()

    def put(raw: bytes) -> str:
        with smtplib.SMTP("127.0.0.1", listener.port, timeout=60) as server:
            try:
                server.sendmail("postmaster@example.com", ["desk@example.org"], raw)
            except smtplib.SMTPResponseException as refusal:
                return f"{refusal.smtp_code} {refusal.smtp_error!r}"
        return "250"

    yield hand_in(taking, put)
    listener.stop()


@pytest.fixture(scope="module")
def by_program(whole_app: APIFlask, taking: Taking) -> Door:
    """Hand every row in as a program does."""
    email = taking.desk.session.scalars(select(Agent.email).where(Agent.id == taking.office.maria.agent_id)).one()
    token = create_api_token(taking.desk, email)
    taking.desk.session.commit()
    client = whole_app.test_client()

    def put(raw: bytes) -> str:
        answer = client.post(
            "/api/v1/inbound/email",
            data=raw,
            content_type="message/rfc822",
            headers={"Authorization": f"Bearer {token}"},
        )
        return f"{answer.status_code} {answer.get_data(as_text=True)}"

    return hand_in(taking, put)


@pytest.mark.parametrize("row", OPEN, ids=ids(OPEN))
def test_bad_mail_by_smtp_is_stored_or_refused_in_words(by_smtp: Door, row: Row) -> None:
    answer = by_smtp.answers[row["id"]]

    assert by_smtp.errors == []
    if max(map(len, write_mail(row).split(b"\r\n"))) > LONGEST_LINE:
        assert answer.startswith("500 ")
        return
    assert answer == "250"
    assert_same_as_from_a_mailbox(by_smtp.outcomes[row["id"]], row)


@pytest.mark.parametrize("row", OPEN, ids=ids(OPEN))
def test_bad_mail_from_a_program_is_stored(by_program: Door, row: Row) -> None:
    answer = by_program.answers[row["id"]]

    assert by_program.errors == []
    assert answer.startswith("202 ")
    assert_same_as_from_a_mailbox(by_program.outcomes[row["id"]], row)


def assert_same_as_from_a_mailbox(found: Outcome, row: Row) -> None:
    """Hold a row to what it is from a mailbox, as far as that is the same at every door."""
    assert found.kept
    if found.state == "new":  # read in a child, which test_mail.py does once for all doors
        assert len(write_mail(row)) >= LARGEST_FILED
        return
    assert found.ticket is not None or found.state == "duplicate"
    if "before" in row or "answered" in row or found.state == "duplicate":
        return
    for name, expected in ({"state": "done"} | row["expect"]).items():
        if name in SAME_EVERYWHERE:
            CHECKS[name](found, expected)
