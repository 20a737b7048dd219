"""Uploads that are too much, reliability.md 4 D22 to D26: refused with words, and nothing of them stays."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from hub.desk import Desk
from hub.models import Attachment, Envelope, Identity
from hub.services.people.portal import MOST_FILES
from tests.bad_input.rows import write_mail
from tests.bad_input.test_files import BOUNDARY, form_body
from tests.factories import make_company, make_contact
from tests.letters import arrive
from tests.services.steps import take_in
from tests.web.visitors import sign_in_person, token_on

FILE = {"name": "a.txt", "type": "text/plain", "data": "words"}
FORM = f"multipart/form-data; boundary={BOUNDARY.decode()}"
SMALL_LIMIT = 200_000


@pytest.fixture
def browser(app: APIFlask, desk: Desk) -> FlaskClient:
    make_company(desk, mail="desk@example.org")
    return app.test_client()


@pytest.fixture
def small_limit(app: APIFlask) -> Iterator[None]:
    """Take in less than usual, so that too much is little."""
    usual = app.config["MAX_CONTENT_LENGTH"]
    app.config["MAX_CONTENT_LENGTH"] = SMALL_LIMIT
    yield
    app.config["MAX_CONTENT_LENGTH"] = usual


def send(
    browser: FlaskClient, body: bytes, *, length: int | None = None, address: str = "198.51.100.7"
) -> tuple[int, str]:
    """Post the public form and return how it was answered."""
    token = token_on(browser.get("/report").get_data(as_text=True))
    answer = browser.post(
        "/report",
        input_stream=BytesIO(body),
        content_length=length if length is not None else len(body),
        content_type=FORM,
        headers={"X-CSRFToken": token},
        environ_base={"REMOTE_ADDR": address},
    )
    return answer.status_code, answer.get_data(as_text=True)


def stored(desk: Desk) -> int:
    return desk.session.scalar(select(func.count()).select_from(Envelope)) or 0


def test_d22_more_than_may_be_uploaded_is_refused_with_what_may(
    browser: FlaskClient, desk: Desk, small_limit: None
) -> None:
    status, words = send(browser, form_body([{**FILE, "data": "x" * SMALL_LIMIT}]))

    assert status == 413
    assert "large" in words
    assert stored(desk) == 0


@pytest.mark.parametrize("count", [1_001, 5_000])
def test_d23_a_form_of_very_many_parts_is_refused(browser: FlaskClient, desk: Desk, count: int) -> None:
    part = b'--%s\r\nContent-Disposition: form-data; name="x"\r\n\r\n\r\n' % BOUNDARY

    status, words = send(browser, part * count + b"--%s--\r\n" % BOUNDARY)

    assert (status, stored(desk)) == (413, 0)
    assert "large" in words


def test_more_files_than_may_be_are_named_by_their_field(browser: FlaskClient, desk: Desk) -> None:
    status, words = send(browser, form_body([FILE] * (MOST_FILES + 1)))

    assert (status, stored(desk)) == (422, 0)
    assert f"These are {MOST_FILES + 1} files." in words


@pytest.mark.filterwarnings(
    "ignore:Exception ignored in.*Spooled:pytest.PytestUnraisableExceptionWarning"
)  # the parser lets it go
def test_d25_an_upload_that_breaks_off_leaves_nothing(browser: FlaskClient, desk: Desk) -> None:
    whole = form_body([{**FILE, "data": "x" * 10_000}])

    status, _ = send(browser, whole[:-200], length=len(whole))

    assert 400 <= status < 500
    assert stored(desk) == 0


def test_d26_a_file_of_somebody_else_is_not_there(app: APIFlask, desk: Desk) -> None:
    company = make_company(desk, mail="desk@example.org")
    other = make_contact(desk, company, "Omar Haddad", email="omar@example.com")
    identity = desk.session.scalars(select(Identity).where(Identity.contact_id == other.id)).one()
    theirs = write_mail({"id": "D26", "files": [FILE]})
    take_in(desk, arrive(theirs, rcpt_to="desk@example.org"))
    file = desk.session.scalars(select(Attachment)).one()

    for browser in (sign_in_person(app, desk, other, identity), app.test_client()):
        for path in (f"/attachments/{file.public_id}", f"/attachments/{file.public_id}/preview"):
            assert browser.get(path).status_code == 404
