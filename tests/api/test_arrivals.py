"""Mail that programs hand in, and what became of what arrived."""

from __future__ import annotations

from base64 import b64encode
from email.parser import BytesHeaderParser
from email.policy import compat32

import pytest
from apiflask import APIFlask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from hub.desk import Desk
from hub.domain.access import Role
from hub.models import Company, Envelope, Membership, Message
from hub.services.intake import receive
from hub.services.intake.inbound_mail import Letter, named_in, write_letter
from hub.services.sending.reply import File
from tests.api.conftest import Program, program_as
from tests.factories import make_company, save
from tests.letters import WRITTEN, make_mail

MAIL = {"from": "Aylin Demir <aylin@example.com>", "subject": "No hot water", "text": "Since yesterday."}


def take_all(desk: Desk) -> list[Message]:
    while receive(desk):
        pass
    return list(desk.session.scalars(select(Message).order_by(Message.id)))


def test_a_mail_described_in_json_becomes_a_ticket(desk: Desk, company: Company, maria: Program) -> None:
    photo = {"name": "tap.png", "type": "image/png", "data": b64encode(b"\x89PNG\r\n\x1a\n123").decode()}
    mail = {**MAIL, "to": "desk@example.org", "html": "<p>Since <b>yesterday</b>.</p>", "attachments": [photo]}

    answer = maria.post("/inbound/email", json=mail)

    assert answer.status_code == 202
    (message,) = take_all(desk)
    assert (message.subject, message.text.strip(), message.author_name) == (
        "No hot water",
        "Since yesterday.",
        "Aylin Demir",
    )
    assert "<b>yesterday</b>" in message.safe_html
    shown = maria.get(answer.get_json()["url"].removeprefix("/api/v1")).get_json()
    assert (shown["state"], shown["ticket"], shown["message"]) == ("done", message.ticket_id, message.id)
    files = maria.get(f"/tickets/{message.ticket_id}/messages").get_json()["items"][0]["attachments"]
    assert [each["name"] for each in files] == ["tap.png"]


def test_raw_bytes_are_kept_as_they_came(desk: Desk, company: Company, maria: Program) -> None:
    raw = make_mail("Grüße", subject="Schlüssel")

    answer = maria.post("/inbound/email", data=raw, content_type="message/rfc822")

    number = answer.get_json()["id"]
    again = maria.get(f"/envelopes/{number}/raw")
    assert (again.data, again.mimetype) == (raw, "message/rfc822")
    assert maria.get(f"/envelopes/{number}").get_json()["state"] == "new"
    assert take_all(desk)[0].subject == "Schlüssel"


@pytest.mark.parametrize("raw", [b"\x00" * 1000, b"nonsense", b"\r\n", b"From: <>\r\n\r\n", b"\xff\xfe" * 50])
def test_any_bytes_are_taken_and_seen_by_somebody(desk: Desk, company: Company, maria: Program, raw: bytes) -> None:
    answer = maria.post("/inbound/email", data=raw, content_type="message/rfc822")

    take_all(desk)
    shown = maria.get(f"/envelopes/{answer.get_json()['id']}").get_json()
    assert shown["state"] in {"done", "parked"}
    assert maria.get(f"/tickets/{shown['ticket']}").status_code == 200


def test_a_parked_message_is_read_again_when_asked(desk: Desk, company: Company, maria: Program) -> None:
    number = maria.post("/inbound/email", data=b"\0" * 1000, content_type="message/rfc822").get_json()["id"]
    take_all(desk)
    assert maria.get(f"/envelopes/{number}").get_json()["state"] == "parked"

    answer = maria.post(f"/envelopes/{number}/retry")

    assert (answer.status_code, answer.get_json()["state"]) == (202, "new")
    assert maria.post(f"/envelopes/{number}/retry").status_code == 404


def test_the_same_bytes_twice_are_one_message_and_the_second_says_so(
    desk: Desk, company: Company, maria: Program
) -> None:
    raw = make_mail()
    first, second = (
        maria.post("/inbound/email", data=raw, content_type="message/rfc822").get_json()["id"] for _ in range(2)
    )

    (message,) = take_all(desk)

    shown = maria.get(f"/envelopes/{second}").get_json()
    assert (shown["state"], shown["duplicate_of"], shown["ticket"]) == ("duplicate", first, message.ticket_id)


def test_a_mail_goes_to_the_company_it_is_addressed_to(app: APIFlask, desk: Desk, company: Company) -> None:
    other = make_company(desk, "Ahornhaus", mail="ahorn@example.org")
    both = program_as(app, desk, company, Role.AGENT)
    save(desk, Membership(company_id=other.id, agent_id=both.agent_id, role="agent"))

    both.post("/inbound/email", json={**MAIL, "to": ["Ahornhaus <ahorn+t.1@example.org>"]})
    both.post("/inbound/email", data=make_mail(to="ahorn@example.org"), content_type="message/rfc822")
    both.post("/inbound/email", json=MAIL)

    owners = desk.session.scalars(select(Envelope.company_id).order_by(Envelope.id)).all()
    assert owners == [other.id, other.id, company.id]


def test_a_mail_never_lands_in_a_company_its_program_does_not_serve(
    desk: Desk, company: Company, maria: Program
) -> None:
    make_company(desk, "Ahornhaus", mail="ahorn@example.org")

    maria.post("/inbound/email", json={**MAIL, "to": "ahorn@example.org"})
    maria.post("/inbound/email", data=make_mail(to="ahorn@example.org"), content_type="message/rfc822")

    assert set(desk.session.scalars(select(Envelope.company_id))) == {company.id}


def test_operations_take_no_mail_in(company: Company, tom: Program) -> None:
    assert tom.post("/inbound/email", json=MAIL).status_code == 403


@pytest.mark.parametrize(
    ("mail", "field"),
    [
        ({"subject": "Hi"}, "from"),
        ({**MAIL, "from": "Aylin"}, "from"),
        ({**MAIL, "from": "a@b@c"}, "from"),
        ({**MAIL, "from": "a@x.example\r\nBcc: v@example.org"}, "from"),
        ({**MAIL, "from": ["a@example.org"]}, "from"),
        ({**MAIL, "to": "nobody"}, "to"),
        ({**MAIL, "to": ["desk@example.org", 5]}, "to"),
        ({**MAIL, "attachments": [{"name": "x", "data": "no base64!"}]}, "attachments.0.data"),
        ({**MAIL, "bcc": "x@example.org"}, "bcc"),
    ],
)
def test_a_mail_that_cannot_be_written_names_its_field(
    desk: Desk, company: Company, maria: Program, mail: dict[str, object], field: str
) -> None:
    answer = maria.post("/inbound/email", json=mail)

    assert answer.status_code == 422
    assert answer.get_json()["errors"][0]["field"].startswith(field)
    assert desk.session.scalars(select(Envelope)).all() == []


def test_a_subject_cannot_become_a_header(desk: Desk, company: Company, maria: Program) -> None:
    answer = maria.post(
        "/inbound/email", json={**MAIL, "subject": "=?utf-8?q?a=0D=0ABcc=3A_v=40example.org?=\r\nBcc: v@example.org"}
    )

    raw = maria.get(f"/envelopes/{answer.get_json()['id']}/raw").data
    assert b"\nBcc:" not in raw


def test_a_described_mail_proves_no_sender(desk: Desk, company: Company, maria: Program) -> None:
    maria.post("/inbound/email", json=MAIL)

    assert take_all(desk)[0].trust == "unverified"


@given(st.text(max_size=80), st.text(max_size=40), st.text(max_size=40))
def test_no_text_adds_a_line_to_the_head(subject: str, name: str, file_name: str) -> None:
    letter = Letter(
        sender=f"{name.replace('<', '').replace('>', '')} <aylin@example.com>",
        recipients=["desk@example.org"],
        subject=f"{subject} =?utf-8?q?a=0D=0ABcc=3A_v=40example.org?=",
        text="Hello",
        files=[File(f"{file_name}=?utf-8?q?a=0D=0AX-Evil=3A_1?=", "text/plain", b"x")],
    )

    raw = write_letter(WRITTEN, letter, "")

    names = [name for name, _ in BytesHeaderParser(policy=compat32).parsebytes(raw).items()]
    assert sorted(names) == ["Content-Type", "Date", "From", "MIME-Version", "Message-ID", "Subject", "To"]
    assert b"\nBcc:" not in raw
    assert b"\nX-Evil:" not in raw


@given(st.binary(max_size=600))
def test_addresses_are_found_in_any_bytes(head: bytes) -> None:
    assert all("@" in each for each in named_in(head))


def test_addresses_are_found_on_folded_lines_and_only_in_the_head() -> None:
    raw = b"To: A <a@example.org>,\r\n b@example.org\r\nSubject: x@example.org\r\nCC: c@example.org\r\n\r\nTo: d@example.org\r\n"

    assert named_in(raw) == ["a@example.org", "b@example.org", "c@example.org"]


def test_a_letter_with_a_broken_line_is_refused_in_a_sentence_of_ours(company: Company, maria: Program) -> None:
    letter = {"from": "jan@example.org", "to": "desk@example.org", "text": "Hello", "message_id": "a\nb"}

    answer = maria.post("/inbound/email", json=letter)

    assert answer.status_code == 422
    assert answer.get_json()["errors"] == [{"field": "message_id", "detail": "write it in one line"}]
