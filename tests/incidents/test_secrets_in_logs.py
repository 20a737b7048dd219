"""Secrets in logs (FreeScout GHSA-9cm3 and many more): who could read a log could sign in as anybody it had seen.

Our rule: what processes say leaves out tokens, passwords and cookies, and of addresses a part, also in tracebacks; what people wrote
stays out of the database's errors.
"""

from __future__ import annotations

import io
import logging
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from apiflask import APIFlask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from hub.clock import FixedClock
from hub.domain.delivery import UNDO
from hub.logs import DiscreetFormatter, discreet
from hub.models import Agent
from hub.services.staff import accounts
from tests.factories import make_contact
from tests.incidents.letters import AYLIN
from tests.services.coming_in import MARIA, PASSWORD, code_for, staff_link
from tests.services.steps import Office, answer, mail, send_all, text_message
from tests.web.visitors import token_on, visit

TOKEN = "Zq3kP9vX7mN2bL5cR8tY1wE4uI6oA0sD"
ROOT = Path(__file__).resolve().parents[2]
SECRETS = {
    "a bearer token": (f"Authorization: Bearer fd_{TOKEN}", TOKEN),
    "a header in a dictionary": (f"{{'Authorization': 'Bearer fd_{TOKEN}', 'Accept': '*/*'}}", TOKEN),
    "a header in a list": (f"[('authorization', 'Basic {TOKEN}')]", TOKEN),
    "a token alone": (f"no such token: fd_{TOKEN}", TOKEN),
    "a cookie": (f"Cookie: session={TOKEN}; theme=dark", TOKEN),
    "a cookie that is set": (f"Set-Cookie: session={TOKEN}; HttpOnly", TOKEN),
    "a sign-in link": (f"GET /login/link/{TOKEN} HTTP/1.1", TOKEN),
    "a link that sets the desk up": (f"http://desk.example.org/setup/{TOKEN}", TOKEN),
    "a mailbox": (f"imaps://desk:{TOKEN}@mail.example.org:993/INBOX", TOKEN),
    "a mail server": (f"smtp://desk@example.org:{TOKEN}@mail.example.org", TOKEN),
    "a database": (f"postgresql+psycopg://hub:{TOKEN}@127.0.0.1/hub", TOKEN),
    "a setting": (f"TWILIO_AUTH_TOKEN={TOKEN}", TOKEN),
    "a setting in words": (f"HUB_SECRET_KEY: {TOKEN}", TOKEN),
    "json": (f'{{"signing_secret": "{TOKEN}", "bot_token":"xoxb-{TOKEN}"}}', TOKEN),
    "a slack token": (f"token xoxb-{TOKEN} revoked", TOKEN),
    "a form": (f"csrf_token={TOKEN}&text=x", TOKEN),
    "a password typed": ("email=maria@example.org&password=correct-horse", "correct-horse"),
    "a reply address": ("RCPT TO:<desk+3mv.1.abcdefghijklmnopqrstuvwxyz@example.org>", "abcdefghijklmnop"),
    "a mail address": ("550 aylin.demir@example.com unknown", "aylin.demir"),
    "a phone number": ("could not text +12025550123", "2025550123"),
    "a phone number in groups": ("could not text +49 30 23125 000", "23125"),
}


@pytest.mark.parametrize("kind", SECRETS)
def test_a_secret_is_left_out_and_the_rest_is_told(kind: str) -> None:
    entry, secret = SECRETS[kind]

    told = discreet(f"first {entry}\nsecond line")

    assert secret not in told
    assert told.startswith("first ")
    assert told.endswith("\nsecond line")


@pytest.mark.parametrize(
    "entry",
    [
        "Envelope 4711 could not be filed.",
        "2026-11-16 09:00:00,123 WARNING hub.worker: Redis is away (ConnectionError): the loops go on without wake-ups.",
        "UIDs of INBOX at mail.example.org are new: walking all of it again.",
        'File "/srv/hub/services/tokens.py", line 12, in token_of',
        "The signature did not fit; the password was empty.",
        "outbox row 6f0f9a52-5d1b-4f3c-9d8e-2b7c6a5e4f30 at http://127.0.0.1:8000/tickets/4711?view=all",
    ],
)
def test_what_helps_is_told_as_it_is(entry: str) -> None:
    assert discreet(entry) == entry


@pytest.fixture
def told() -> Iterator[io.StringIO]:
    """Listen to everything that any part of a process says, as its log writes it."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(DiscreetFormatter("%(levelname)s %(name)s %(message)s"))
    root, before = logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield written
    root.removeHandler(handler)
    root.setLevel(before)


def test_a_day_at_the_desk_leaves_no_secret_in_its_log(
    app: APIFlask, office: Office, maria: Agent, told: io.StringIO, clock: FixedClock
) -> None:
    make_contact(office.desk, office.company, email=AYLIN)
    token = staff_link(office.desk)
    code = code_for(office, AYLIN)
    with office.desk.transaction():
        bearer = accounts.create_api_token(office.desk, MARIA)
    browser = visit(app)
    page = token_on(browser.get("/login").text)
    browser.post("/login", data={"csrf_token": page, "email": MARIA, "password": PASSWORD})
    browser.get(f"/login/link/{token}")
    browser.get("/api/v1/tickets", headers={"Authorization": f"Bearer {bearer}"})
    address = reply_address_of(office, clock)
    logging.getLogger("hub.test").error(
        "A view failed at %s with %s", f"/login/link/{token}", dict(browser.get("/me").request.headers)
    )

    log = told.getvalue()
    cookie = browser.get_cookie("session")

    assert "A view failed" in log
    assert cookie is not None
    for secret in (token, bearer, PASSWORD, code, cookie.value, page, address, AYLIN, "+12025550123"):
        assert secret not in log


def reply_address_of(office: Office, clock: FixedClock) -> str:
    """Answer a mail and a text, let both leave, and return the secret address the mail is answered at."""
    row = answer(office, mail(sender=AYLIN))
    answer(office, text_message("No water"))
    clock.at += UNDO
    send_all(office.desk)
    found: str = row.payload["reply_to"]["value"]
    return found


def test_what_somebody_wrote_is_in_no_error_of_the_database(office: Office) -> None:
    with pytest.raises(DBAPIError) as refusal:
        office.desk.session.execute(text("SELECT 1 / 0 WHERE :words <> ''"), {"words": "zinnia-4711"}).all()
    office.desk.session.rollback()

    assert "zinnia-4711" not in str(refusal.value)
    assert "[SQL parameters hidden" in str(refusal.value)


def test_a_traceback_is_as_discreet_as_its_message(told: io.StringIO) -> None:
    try:
        raise ValueError(f"Bearer fd_{TOKEN}")  # noqa: TRY301 - to have a traceback
    except ValueError:
        logging.getLogger("hub.test").exception("It failed for %s", AYLIN)

    assert "Traceback" in told.getvalue()
    assert TOKEN not in told.getvalue()
    assert AYLIN not in told.getvalue()


def test_processes_and_their_server_write_such_logs() -> None:
    program = "\n".join(
        (
            "import logging, os",
            "logging.getLogger('gunicorn.error').addHandler(logging.StreamHandler())  # as gunicorn does",
            "from hub.logs import set_up_logging",
            "set_up_logging(os.environ)",
            *(f"logging.getLogger({each!r}).error('Bearer fd_{TOKEN}')" for each in ("hub.worker", "gunicorn.error")),
        )
    )

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT)

    assert done.stderr.count("[hidden]") >= 3
    assert TOKEN not in done.stderr
