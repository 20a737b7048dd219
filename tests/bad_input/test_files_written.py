"""Bad files, reliability.md 4 D, through the doors of people we know: the portal, the composer of the staff, programs.

A row is kept as its file is, under a name that is harmless, or refused with a sentence that names the field; what leaves again
with a reply is the same file, in a mail whose fields we wrote.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import default
from functools import cache
from urllib.parse import unquote
from uuid import uuid4

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from channels.email.outgoing import build_mail
from hub.clock import FixedClock
from hub.desk import Desk
from hub.models import Agent, Attachment, Identity, Message, OutboxRow, Ticket
from hub.services.intake import receive
from hub.services.sending.parcels import files_of, read_message
from hub.services.staff.accounts import create_api_token
from tests.bad_input.conftest import emptied
from tests.bad_input.rows import Row, octets, read_rows
from tests.bad_input.taking import heard
from tests.bad_input.test_files import BOUNDARY, NAMED, assert_outcome, assert_served_as_ours
from tests.bad_input.test_mail import FIELDS_OF_ANSWERS
from tests.factories import make_agent, make_company, make_contact
from tests.services.steps import mail, take_in
from tests.web.visitors import sign_in, sign_in_person, token_on

FORM = f"multipart/form-data; boundary={BOUNDARY.decode()}"
ROWS = read_rows("files")
FORMS, PROGRAMS = ("portal", "composer"), ("program", "reply")
ALIKE = {"portal": "answer", "composer": "note"}  # doors that read a form as another does: a few rows show it
FEW = {"D03", "D05", "D08", "D10-page"}
LEAVES = ("composer", "reply")
# A name that a program has to mend is named to it; NUL stands in no text of ours.
REFUSED = {
    "D03": (400, "the character NUL"),
    "D03-crlf": (422, "attachments.0.name"),
    "D06-long": (422, "attachments.0.name"),
}


@dataclass(frozen=True)
class Kept:
    """How a door answered, what it said, and the message that came of it with its files."""

    status: int
    words: str
    message: Message | None
    files: list[Attachment]


@dataclass
class House:
    """A company, a person who `asked` in the portal, a colleague and a program who answer what was `written` by mail."""

    app: APIFlask
    desk: Desk
    colleague: FlaskClient
    person: FlaskClient
    program_token: str
    asked: Ticket
    written: Ticket
    errors: list[str] = field(default_factory=list)
    tokens: dict[FlaskClient, str] = field(default_factory=dict)

    def take(self, door: str, row: Row) -> Kept:
        """Hand the files of a row in at a door, and file what came of it."""
        before = self.newest()
        with heard(self.errors):
            answer: TestResponse = getattr(self, door)(row)
            while receive(self.desk):
                pass
        self.desk.session.expire_all()
        message = self.desk.session.scalars(select(Message).where(Message.id > before)).one_or_none()
        files = select(Attachment).where(Attachment.message_id == (message.id if message else 0))
        kept = list(self.desk.session.scalars(files.order_by(Attachment.id)))
        return Kept(answer.status_code, answer.get_data(as_text=True), message, kept)

    def newest(self) -> int:
        return self.desk.session.scalar(select(func.coalesce(func.max(Message.id), 0))) or 0

    def portal(self, row: Row) -> TestResponse:
        """Begin a request in the portal."""
        return self._post(self.person, "/portal/requests/new/other", row, {"text": "See the files."})

    def answer(self, row: Row) -> TestResponse:
        """Answer on one's own request in the portal."""
        return self._post(self.person, f"/portal/requests/{self.asked.public_id}", row, {"text": "See the files."})

    def composer(self, row: Row) -> TestResponse:
        """Reply as a colleague does."""
        words = {"kind": "reply", "body_reply": "See the files.", "then": "stay"}
        return self._post(self.colleague, f"/tickets/{self.written.id}/messages?view=all", row, words)

    def note(self, row: Row) -> TestResponse:
        """Write a note as a colleague does."""
        words = {"kind": "note", "body_note": "See the files."}
        return self._post(self.colleague, f"/tickets/{self.written.id}/messages?view=all", row, words)

    def program(self, row: Row) -> TestResponse:
        """Hand a mail in, described field by field."""
        said = {"from": "anna@example.com", "to": "desk@example.org", "subject": "Files", "text": "See the files."}
        return self._call("/api/v1/inbound/email", row, said)

    def reply(self, row: Row) -> TestResponse:
        """Reply as a program does."""
        return self._call(f"/api/v1/tickets/{self.written.id}/messages", row, {"kind": "reply", "text": "See them."})

    def _post(self, browser: FlaskClient, path: str, row: Row, words: Mapping[str, str]) -> TestResponse:
        return browser.post(
            path,
            data=form_body({**words, "form_id": str(uuid4())}, row),
            content_type=FORM,
            headers={"X-CSRFToken": self._token_of(browser)},
            environ_base={"REMOTE_ADDR": f"192.0.2.{ROWS.index(row) + 1}"},
        )

    def _token_of(self, browser: FlaskClient) -> str:
        if browser not in self.tokens:
            page = f"/inbox/all/{self.written.id}" if browser is self.colleague else "/portal/requests/new/other"
            self.tokens[browser] = token_on(browser.get(page).get_data(as_text=True))
        return self.tokens[browser]

    def _call(self, path: str, row: Row, body: Mapping[str, str]) -> TestResponse:
        files = [
            {"name": name_of(file), "data": b64encode(data_of(row, number)).decode("ascii")}
            for number, file in enumerate(row["files"])
        ]
        head = {"Authorization": f"Bearer {self.program_token}"}
        return self.app.test_client().post(path, json={**body, "attachments": files}, headers=head)


@cache
def drawn(name: str) -> tuple[bytes, ...]:
    """Return the bytes of a row's files: drawn once for all doors."""
    row = next(each for each in ROWS if each["id"] == name)
    return tuple(octets(file.get("data", "words")) for file in row["files"])


def data_of(row: Row, number: int) -> bytes:
    return drawn(row["id"])[number]


def name_of(file: Row) -> str:
    """Return a file's name as a text, decoded where the row has it as it stands in a mail."""
    if "name" in file:
        return octets(file["name"]).decode("utf-8", "replace")
    return unquote(str(file["head"]).partition("utf-8''")[2])


def form_body(words: Mapping[str, str], row: Row) -> bytes:
    """Return a form as browsers write it, the names of its files as they stand in the row."""
    parts = [b'name="%s"\r\n\r\n%s' % (name.encode(), value.encode()) for name, value in words.items()]
    for number, file in enumerate(row["files"]):
        if "name" in file:
            head = b'name="files"; filename="%s"' % octets(file["name"])
        else:
            head = b'name="files"; ' + octets(file["head"]).partition(b"attachment; ")[2]
        kind = octets(file.get("type", "application/octet-stream"))
        parts.append(head + b"\r\nContent-Type: %s\r\n\r\n" % kind + data_of(row, number))
    lines = [b"--%s\r\nContent-Disposition: form-data; %s\r\n" % (BOUNDARY, part) for part in parts]
    return b"".join(lines) + b"--%s--\r\n" % BOUNDARY


@pytest.fixture(scope="module")
def house(whole_app: APIFlask, clock: FixedClock) -> Iterator[House]:
    """Lend a house whose people, staff and programs write on one ticket."""
    with emptied(whole_app, clock) as desk:
        company = make_company(desk, mail="desk@example.org")
        maria = make_agent(desk, company)
        anna = make_contact(desk, company, "Anna", email="anna@example.com")
        identity = desk.session.scalars(select(Identity).where(Identity.contact_id == anna.id)).one()
        asked, written = take_in(desk, mail(sender="Anna <anna@example.com>"), mail(sender="ben@example.com"))
        token = create_api_token(desk, desk.session.get_one(Agent, maria.agent_id).email)
        desk.session.commit()
        colleague, person = sign_in(whole_app, desk, maria), sign_in_person(whole_app, desk, anna, identity)
        tickets = [desk.session.get_one(Ticket, each.ticket_id) for each in (asked, written)]
        yield House(whole_app, desk, colleague, person, token, *tickets)
        drawn.cache_clear()


AT_FORMS = [(door, row) for row in ROWS for door in FORMS]
AT_FORMS += [(ALIKE[door], row) for door, row in AT_FORMS if row["id"] in FEW]
AT_PROGRAMS = [(door, row) for row in ROWS if row["id"] not in {"D08", "D08-gap"} for door in PROGRAMS]


@pytest.mark.parametrize(("door", "row"), AT_FORMS, ids=[f"{door}-{row['id']}" for door, row in AT_FORMS])
def test_a_bad_file_that_people_and_staff_choose_is_kept_and_only_downloaded(house: House, door: str, row: Row) -> None:
    kept = house.take(door, row)

    assert kept.status in {200, 302}, kept.words[:300]
    assert_kept(house, door, row, kept)


@pytest.mark.parametrize(("door", "row"), AT_PROGRAMS, ids=[f"{door}-{row['id']}" for door, row in AT_PROGRAMS])
def test_a_bad_file_from_a_program_is_kept_or_its_field_is_named(house: House, door: str, row: Row) -> None:
    kept = house.take(door, row)

    assert house.errors == []
    if row["id"] in REFUSED:
        status, words = REFUSED[row["id"]]
        assert (kept.status, kept.message) == (status, None)
        assert words in kept.words
        return
    assert kept.status in {201, 202}, kept.words[:300]
    assert_kept(house, door, row, kept)


def assert_kept(house: House, door: str, row: Row, kept: Kept) -> None:
    """Hold what was handed in at a door to its row, and a reply to the mail that will leave."""
    assert house.errors == []
    assert kept.message is not None
    if row in NAMED:
        assert_outcome(row, kept.files)
    assert [each.name for each in kept.files if set(each.name) & set("\0\r\n/\\\u202e")] == []
    assert_served_as_ours(house.colleague, row, kept.files[:1])
    if door in LEAVES:
        assert_leaves_unchanged(house, kept)


def assert_leaves_unchanged(house: House, kept: Kept) -> None:
    """Read the mail that will leave: fields of ours alone, and the files as they are kept."""
    assert kept.message is not None
    row = house.desk.session.scalars(select(OutboxRow).where(OutboxRow.message_id == kept.message.id)).one()
    files = files_of(house.desk, [row]).get(kept.message.id, [])
    built = build_mail(read_message(house.desk, row, files), house.desk.clock.now())
    letter = message_from_bytes(built.data, policy=default)
    assert set(letter.keys()) <= FIELDS_OF_ANSWERS
    assert [each.get_filename() for each in letter.iter_attachments()] == [each.name for each in kept.files]
