"""Slow expressions (CVE-2022-25598 and many more: one crafted line kept a pattern busy for hours).

Our rule: what strangers write is read in a time that grows with its length and no faster, and what is endless is cut.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from channels.email.markdown import markdown_to_html
from channels.email.quotes import reply_text
from channels.html import html_to_text, safe_html, text_to_html
from classifiers.emergencies import find_all
from hub.domain.bank_details import find_accounts
from hub.domain.masking import mask
from hub.logs import discreet
from hub.services.inbox.finding import search_tickets
from tests.services.steps import Office, mail, take_in

LONG = 100_000
PIECES = {
    "quotes": "> ",
    "a line without a space": "x",
    "a word without end": "ab",
    "a number without end": "1",
    "a danger again and again": "I smell gas. ",
    "spaces": " ",
    "line ends": "\n",
    "quotes below quotes": "> > x\n>> y\n",
    "attributions": "On Monday, 16 November 2026 at 09:00 Maria Keller wrote ",
    "header blocks": "From: a@example.com\nSent: Monday\nTo: b@example.com\nSubject: x\n",
    "halves of addresses": "a@",
    "an address without end": "a.b@c.",
    "phone numbers": "+49 30 ",
    "account numbers": "DE89 3704 0044 ",
    "links": "https://example.com/a/",
    "open brackets": "[](",
    "backslashes": "\\",
    "signatures": "-- \n",
    "signs": "*_~`",
    "numbers of tickets": "[#1] ",
    "cookies": "cookie: token=",
}
READERS: dict[str, Callable[[str], object]] = {
    "reply": reply_text,
    "html of a text": text_to_html,
    "text of html": html_to_text,
    "safe html": safe_html,
    "accounts": find_accounts,
    "a log": discreet,
    "mask": mask,
    "the composer": markdown_to_html,
    "danger": find_all,
}


@pytest.mark.parametrize("reader", READERS)
def test_endless_texts_are_read_in_two_seconds_each(reader: str) -> None:
    for name, piece in PIECES.items():
        endless = piece * (LONG // len(piece))

        # A busy machine, or the collector, may have the first go at it.
        soon = any(seconds_of(READERS[reader], endless) < 2 for _ in range(2))

        assert soon, name


def seconds_of(read: Callable[[str], object], text: str) -> float:
    began = time.thread_time()
    read(text)
    return time.thread_time() - began


@pytest.mark.parametrize(
    "subject", ["Re: " * 50_000, "Re[2]: " * 20_000, "[#1]" * 50_000, "=?utf-8?q?" + "?" * 100_000, "\t" * 100_000]
)
def test_an_endless_subject_is_cut(office: Office, subject: str) -> None:
    raw = b"Subject: " + subject.encode() + b"\nFrom: aylin@example.com\nTo: desk@example.org\n\nHello"
    began = time.thread_time()

    (message,) = take_in(office.desk, raw)

    assert time.thread_time() - began < 4
    assert len(message.subject) <= 998


@pytest.mark.parametrize(
    "question", ["(a*)*b", "a & | (", '"' * 5000, "% _ \\" * 2000, "!!!", "x" * 10_000, "'" * 3000, "the " * 3000]
)
def test_no_question_keeps_the_search_busy(office: Office, question: str) -> None:
    take_in(office.desk, mail())
    began = time.monotonic()

    search_tickets(office.desk, office.maria, question)

    assert time.monotonic() - began < 10
