"""Bad files, reliability.md 4 D, through every door that files come in by: mail, the public form, the photos of a text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from channels.message import MediaLink
from channels.sms import SmsChannel
from hub.desk import Desk
from hub.models import Attachment, Envelope, Message, SearchDocument, Ticket
from hub.services.intake import accept, receive
from tests.bad_input.rows import Row, ids, octets, read_rows, write_mail
from tests.bad_input.taking import Taking, heard
from tests.channels.scripted_server import Answer, ScriptedServer
from tests.channels.sms_values import ACCOUNT_SID, MESSAGE_SID, an_account
from tests.letters import arrive
from tests.web.visitors import token_on

ROWS = read_rows("files")
NAMED = [row for row in ROWS if all("name" in file for file in row["files"])]
UNREAD = [row for row in ROWS if "unread" in row["expect"]]
SINGLE = [row for row in NAMED if len(row["files"]) == 1 and octets(row["files"][0].get("data", "words"))]
BOUNDARY = b"the-form"
MEDIA = f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT_SID}/Messages/{MESSAGE_SID}/Media/ME1"
PARTS_LIMIT, SMALL_LIMIT = 1000, 200_000


@pytest.fixture(scope="module")
def mailed(taking: Taking) -> dict[str, list[Attachment]]:
    """Take all rows in by mail in one go, and return the files of each."""
    desk = taking.desk
    errors: list[str] = []
    with heard(errors), desk.transaction():
        kept = {row["id"]: accept(desk, arrive(write_mail(row), rcpt_to="desk@example.org")).id for row in ROWS}
    with heard(errors):
        while receive(desk):
            pass
    assert errors == []
    return {name: files_of(desk, number) for name, number in kept.items()}


@pytest.fixture(scope="module")
def posted(whole_app: APIFlask, taking: Taking) -> dict[str, list[Attachment]]:
    """Send each row by the public form as somebody at a machine of their own, and return its files."""
    desk, browser = taking.desk, whole_app.test_client()
    kept = {}
    for number, row in enumerate(NAMED):
        answer = post_form(browser, row["files"], address=f"192.0.2.{number + 1}")
        assert answer == 200, row["id"]
        kept[row["id"]] = desk.session.scalar(select(func.max(Envelope.id))) or 0
    while receive(desk):
        pass
    return {name: files_of(desk, number) for name, number in kept.items()}


@pytest.fixture(scope="module")
def twilio() -> Iterator[ScriptedServer]:
    with ScriptedServer() as server:
        yield server


def files_of(desk: Desk, envelope_id: int) -> list[Attachment]:
    desk.session.expire_all()
    envelope = desk.session.get_one(Envelope, envelope_id)
    assert envelope.state == "done", envelope.reason
    files = select(Attachment).where(Attachment.message_id == envelope.message_id)
    return list(desk.session.scalars(files.order_by(Attachment.id)))


def form_body(files: Sequence[Row]) -> bytes:
    """Return the public form as browsers write it, the names of its files as they stand in the row."""
    words = {"text": "See the files.", "email": "anna@example.com"}
    parts = [b'name="%s"\r\n\r\n%s' % (name.encode(), value.encode()) for name, value in words.items()]
    for file in files:
        head = b'name="files"; filename="%s"\r\nContent-Type: %s' % (octets(file["name"]), octets(file["type"]))
        parts.append(head + b"\r\n\r\n" + octets(file["data"]))
    lines = [b"--%s\r\nContent-Disposition: form-data; %s\r\n" % (BOUNDARY, part) for part in parts]
    return b"".join(lines) + b"--%s--\r\n" % BOUNDARY


def post_form(browser: FlaskClient, files: Sequence[Row], *, address: str, body: bytes = b"", **more: Any) -> int:
    """Send the public form and return how it was answered."""
    token = token_on(browser.get("/report").get_data(as_text=True))
    answer = browser.post(
        "/report",
        data=body or form_body(files),
        content_type=f"multipart/form-data; boundary={BOUNDARY.decode()}",
        headers={"X-CSRFToken": token},
        environ_base={"REMOTE_ADDR": address},
        **more,
    )
    return answer.status_code


def assert_outcome(row: Row, files: Sequence[Any]) -> None:
    """Hold the files of a row to its names and types, and every name to what any name must be."""
    expected: Mapping[str, Any] = row["expect"]
    names = [each.name for each in files]
    assert names == expected.get("names", names)
    assert [each.content_type for each in files] == expected.get("types", [each.content_type for each in files])
    assert len(files) <= expected.get("count_at_most", 100)
    assert len(files) == expected.get("count", len(files))
    assert all(len(each.encode()) <= expected.get("longest", 255) for each in names)
    assert all(name.startswith(start) for name, start in zip(names, expected.get("names_start", ()), strict=False))
    for name in names:
        assert name
        assert not set(name) & set('\0\r\n/\\\u202e"' if "names_lack" not in expected else "\0\r\n/\\")


@pytest.mark.parametrize("row", ROWS, ids=ids(ROWS))
def test_a_bad_file_in_a_mail_is_kept_and_only_downloaded(
    mailed: dict[str, list[Attachment]], taking: Taking, row: Row
) -> None:
    files = mailed[row["id"]]

    assert_outcome(row, files)
    assert_served_as_ours(taking.browser, row, files[:1])


@pytest.mark.parametrize("row", UNREAD, ids=ids(UNREAD))
def test_words_in_a_picture_are_no_words_of_the_message(
    mailed: dict[str, list[Attachment]], taking: Taking, row: Row
) -> None:
    session = taking.desk.session

    (number,) = {each.message_id for each in mailed[row["id"]]}
    message = session.get_one(Message, number)
    ticket = session.get_one(Ticket, message.ticket_id)
    indexed = session.scalars(select(SearchDocument.words).where(SearchDocument.subject_id == number)).all()

    said = f"{message.text} {message.reply_text} {ticket.subject} {ticket.preview} {indexed}".lower()
    assert message.text.strip() == "See the files."
    assert [word for word in row["expect"]["unread"] if word.lower() in said] == []


@pytest.mark.parametrize("row", NAMED, ids=ids(NAMED))
def test_a_bad_file_in_a_form_is_kept_and_only_downloaded(
    posted: dict[str, list[Attachment]], taking: Taking, row: Row
) -> None:
    files = posted[row["id"]]

    assert_outcome(row, files)
    assert_served_as_ours(taking.browser, row, files[:1])


def assert_served_as_ours(browser: FlaskClient, row: Row, files: Sequence[Attachment]) -> None:
    """Download files: never shown as pages, never named by their sender in a header that could be broken."""
    for each in files:
        answer = browser.get(f"/attachments/{each.public_id}")
        assert answer.status_code == 200
        assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
        assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "Set-Cookie" not in answer.headers
        shown = browser.get(f"/attachments/{each.public_id}/preview")
        assert shown.status_code == row["expect"].get("preview", shown.status_code)
        assert shown.status_code == 404 or shown.content_type == "image/webp"
        assert not [word for word in row["expect"].get("preview_lacks", ()) if word.encode() in shown.data]


@pytest.mark.parametrize("row", SINGLE, ids=ids(SINGLE))
def test_a_bad_file_of_a_text_is_fetched_as_what_it_is(twilio: ScriptedServer, row: Row) -> None:
    (file,) = row["files"]
    name = octets(file["name"]).decode("latin-1").translate({0: None, 10: None, 13: None, 34: None})
    headers = {"Content-Type": octets(file["type"]).decode("latin-1")}
    if len(name) < 2000:
        headers["Content-Disposition"] = f'inline; filename="{name}"'
    twilio.answer = Answer(200, octets(file["data"]), headers)

    found = SmsChannel().fetch_media(MediaLink(MEDIA, "image/jpeg"), an_account(api_base=twilio.url))

    named_elsewhere = {key: value for key, value in row["expect"].items() if key in ("types", "longest")}
    assert_outcome({"expect": named_elsewhere}, [found])
    assert found.data == octets(file["data"])
