"""Replies as a browser sends them: the page is asked for, then what its form holds is sent, and the next ticket comes."""

from __future__ import annotations

import http.client
import re
import time
from dataclasses import asdict
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from bench._inbox_ground import Inbox
from bench._inbox_visits import Server, figures_of

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
SEEN = re.compile(r'name="last_seen" value="(\d+)"')
WARM = 5


def time_replies(server: Server, box: Inbox, times: int) -> dict[str, Any]:
    """Return how long it takes from submitting a reply to the next ticket, each on a ticket of its own."""
    connection = server.connect()
    taken = []
    size = 0
    for number in range(1, times + WARM + 1):
        ticket = 4 * number
        cookie, page = _open(connection, box.cookies[0], ticket)
        seconds, size = _reply(connection, cookie, page, ticket)
        taken.append(seconds)
    counted = taken[WARM:]
    return asdict(figures_of(counted, len(counted) / sum(counted), size))


def _open(connection: http.client.HTTPConnection, cookie: str, ticket: int) -> tuple[str, str]:
    connection.request("GET", f"/inbox/all/{ticket}", headers={"Cookie": cookie})
    answer = connection.getresponse()
    page = answer.read().decode()
    given = answer.getheader("Set-Cookie", "").partition(";")[0]
    return given or cookie, page


def _reply(connection: http.client.HTTPConnection, cookie: str, page: str, ticket: int) -> tuple[float, int]:
    token, seen = TOKEN.search(page), SEEN.search(page)
    assert token is not None
    assert seen is not None
    words = {
        "csrf_token": token.group(1),
        "form_id": str(uuid4()),
        "kind": "reply",
        "body_reply": "Good morning, somebody comes at nine tomorrow.",
        "last_seen": seen.group(1),
        "then": "next",
    }
    kind = "application/x-www-form-urlencoded"
    headers = {"Cookie": cookie, "HX-Request": "true", "Content-Type": kind}
    begins = time.perf_counter()
    connection.request("POST", f"/tickets/{ticket}/messages?view=mine", body=urlencode(words), headers=headers)
    answer = connection.getresponse()
    body = answer.read()
    assert answer.status == 200, answer.status
    return time.perf_counter() - begins, len(body)
