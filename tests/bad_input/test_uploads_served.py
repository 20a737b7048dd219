"""Uploads that are too much or lie about it, reliability.md 4 D22, D23 and D25, said byte by byte to `hub web` as it runs.

Each is answered with a sentence; nothing of it is kept; the process that served it goes on, and has found no mistake of ours.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import pytest
from apiflask import APIFlask
from sqlalchemy import func, select

from hub.clock import FixedClock
from hub.desk import Desk
from hub.embedded import Addresses
from hub.models import Agent, Envelope
from hub.services.staff.accounts import create_api_token
from hub.settings import MAXIMUM_BYTES
from tests.bad_input.conftest import emptied
from tests.bad_input.rows import write_mail
from tests.bad_input.test_files import BOUNDARY, form_body
from tests.bad_input.web_process import Answer, WebProcess, chunked
from tests.conftest import SECRET
from tests.factories import make_agent, make_company

FILE = {"name": "a.txt", "type": "text/plain", "data": "words"}
GOOD = form_body([FILE])
MULTIPART = b"Content-Type: multipart/form-data; boundary=" + BOUNDARY + b"\r\n"
FIELDS = b"Content-Type: application/x-www-form-urlencoded\r\n"
MEGABYTE = bytes(1024 * 1024)
TOO_MUCH = MAXIMUM_BYTES + 3 * len(MEGABYTE)
END = b"--%s--\r\n" % BOUNDARY
SHORT = b"Content-Type: multipart/form-data; boundary=b\r\n"
EMPTY_PART = b"--b\r\nContent-Disposition:form-data;name=x\r\n\r\n\r\n"


class Site:
    """The public form and the programs' door of one company, served by a process of their own."""

    def __init__(self, web: WebProcess, desk: Desk, token: str) -> None:
        self.web = web
        self.desk = desk
        self._token = token

    def post(self, head: bytes, *body: bytes, program: bool = False, hang_up: bool = False) -> Answer:
        """Post something to the form, or as a program, in whatever pieces and under whatever head."""
        path = b"/api/v1/inbound/email" if program else b"/report"
        known = b"Authorization: Bearer %s\r\nHost: x\r\n" % self._token.encode() if program else self.web.open_form()
        return self.web.say(b"POST %s HTTP/1.1\r\n" % path + known + head + b"\r\n", *body, hang_up=hang_up)

    def stored(self) -> int:
        self.desk.session.rollback()
        return self.desk.session.scalar(select(func.count()).select_from(Envelope)) or 0


@pytest.fixture(scope="module")
def site(
    whole_app: APIFlask, clock: FixedClock, servers: Addresses, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """Lend a company whose pages are served."""
    folder = tmp_path_factory.mktemp("served")
    environ = {
        "HUB_HOME": str(folder),
        "HUB_DATABASE_URL": servers.database_url,
        "HUB_SECRET_KEY": SECRET,
        "HUB_REDIS_URL": "",
    }
    with emptied(whole_app, clock) as desk:
        maria = make_agent(desk, make_company(desk, mail="desk@example.org"))
        token = create_api_token(desk, desk.session.get_one(Agent, maria.agent_id).email)
        desk.session.commit()
        with WebProcess(environ, folder / "web.log") as web:
            yield Site(web, desk, token)


@pytest.fixture
def untroubled(site: Site) -> Iterator[Site]:
    """Lend the site, and see afterwards that it found no mistake of ours, still serves and has kept nothing."""
    before, said = site.stored(), site.web.said()
    yield site
    assert not re.search("ERROR|Traceback", site.web.said().removeprefix(said))
    assert site.stored() == before
    assert site.web.say(b"GET /report HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").status == 200


def length(number: int | str) -> bytes:
    return f"Content-Length: {number}\r\n".encode()


def endless(piece: bytes, size: int) -> Iterable[bytes]:
    """Yield a piece until it has been as much as a size."""
    return (piece for _ in range(-(-size // len(piece))))


def test_an_upload_that_does_not_say_how_long_it_is_is_taken_like_any(site: Site) -> None:
    before = site.stored()

    answer = site.post(MULTIPART + b"Transfer-Encoding: chunked\r\n", chunked([GOOD[:100], GOOD[100:]]))

    assert (answer.status, site.stored()) == (200, before + 1)


@pytest.mark.parametrize("program", [False, True], ids=["form", "program"])
def test_d22_an_upload_that_says_it_is_too_large_is_refused_at_once_with_what_may_be_sent(
    untroubled: Site, program: bool
) -> None:
    kind = b"Content-Type: message/rfc822\r\n" if program else MULTIPART

    answer = untroubled.post(kind + length(TOO_MUCH), GOOD, program=program)

    assert answer.status == 413
    assert "50 MB" in answer.words


@pytest.mark.parametrize("program", [False, True], ids=["form", "program"])
def test_d22_somebody_who_sends_all_of_what_is_too_large_still_reads_why_it_was_refused(
    untroubled: Site, program: bool
) -> None:
    kind = b"Content-Type: message/rfc822\r\n" if program else MULTIPART

    answer = untroubled.post(kind + length(TOO_MUCH), *endless(MEGABYTE, TOO_MUCH), program=program)

    assert answer.status == 413
    assert "50 MB" in answer.words


@pytest.mark.parametrize("program", [False, True], ids=["form", "program"])
def test_d22_an_upload_without_a_length_is_refused_once_it_is_too_large(untroubled: Site, program: bool) -> None:
    kind = b"Content-Type: message/rfc822\r\n" if program else MULTIPART
    start = b"" if program else form_body([FILE]).removesuffix(b"\r\n" + END)
    chunk = b"%x\r\n%s\r\n" % (len(MEGABYTE), MEGABYTE)
    first = b"%x\r\n%s\r\n" % (len(start), start) if start else b""

    answer = untroubled.post(
        kind + b"Transfer-Encoding: chunked\r\n", first, *endless(chunk, TOO_MUCH), b"0\r\n\r\n", program=program
    )

    assert answer.status == 413
    assert "50 MB" in answer.words


@pytest.mark.parametrize(
    ("said", "sent"),
    [
        pytest.param(length(len(GOOD) - 60), GOOD, id="less than comes"),
        pytest.param(length(len(GOOD) + 5000), GOOD.removesuffix(END), id="more than comes"),
        pytest.param(length(len(GOOD)), GOOD[:-200], id="breaks off"),
        pytest.param(length(-1), GOOD, id="negative"),
        pytest.param(length(f"+{len(GOOD)}"), GOOD, id="with a sign"),
        pytest.param(length("many"), GOOD, id="in letters"),
        pytest.param(length("9" * 400), GOOD, id="of 400 digits"),
        pytest.param(length(len(GOOD)) + length(len(GOOD) - 1), GOOD, id="two lengths"),
        pytest.param(length(len(GOOD)) + b"Transfer-Encoding: chunked\r\n", chunked([GOOD]), id="a length and chunks"),
        pytest.param(b"Transfer-Encoding: chunked\r\n", b"zz\r\n" + GOOD, id="a chunk of no length"),
        pytest.param(b"Transfer-Encoding: chunked\r\n", b"ffffffffffffffff\r\n" + GOOD, id="a chunk without end"),
        pytest.param(b"Transfer-Encoding: chunked\r\n", b"64\r\n" + GOOD[:100] + b"\r\n", id="chunks that break off"),
        pytest.param(b"Transfer-Encoding: chunked, gzip\r\n", chunked([GOOD]), id="chunks packed"),
    ],
)
def test_d22_an_upload_that_lies_about_its_length_is_refused_and_leaves_nothing(
    untroubled: Site, said: bytes, sent: bytes
) -> None:
    answer = untroubled.post(MULTIPART + said, sent, hang_up=True)

    assert 400 <= answer.status < 500 or answer.status == 501
    assert "Traceback" not in answer.words


@pytest.mark.parametrize("missing", [1, 5000])
def test_d25_a_mail_of_a_program_that_breaks_off_is_not_taken_for_a_whole_one(untroubled: Site, missing: int) -> None:
    mail = write_mail({"id": "D25"})

    answer = untroubled.post(
        b"Content-Type: message/rfc822\r\n" + length(len(mail) + missing), mail, program=True, hang_up=True
    )

    assert answer.status == 400


@pytest.mark.parametrize(
    ("head", "piece", "end", "count"),
    [
        pytest.param(SHORT, EMPTY_PART, b"--b--\r\n", 1_001, id="1,001 parts"),
        pytest.param(SHORT, EMPTY_PART, b"--b--\r\n", 1_000_000, id="1,000,000 parts"),
        pytest.param(FIELDS, b"a=&", b"", 1_000_000, id="1,000,000 fields"),
    ],
)
def test_d23_a_form_of_very_many_parts_is_refused_in_words(
    untroubled: Site, head: bytes, piece: bytes, end: bytes, count: int
) -> None:
    body = piece * count + end

    answer = untroubled.post(head + length(len(body)), body)

    assert answer.status == 413
    assert "1,000 parts" in answer.words
