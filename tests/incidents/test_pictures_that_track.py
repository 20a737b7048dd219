"""Pictures that track (Roundcube feImage and CVE-2026-48843, FreeScout): opening a mail told its sender when and where it was read.

Our rule: nothing is loaded from elsewhere until somebody asks, and then by the desk, never by the reader's browser. Styles that load,
place or hide are taken out, and links keep only targets a person can judge.
"""

from __future__ import annotations

import re

import pytest
from apiflask import APIFlask

from channels.html import safe_html
from tests.channels.hostile_html import REMOTE, SCRIPTS, Reader, assert_harmless
from tests.services.steps import Office, take_in
from tests.web.visitors import sign_in


def test_remote_images_stay_off_and_are_counted_until_asked_for() -> None:
    source = "<img src='https://track.example.net/a.gif?id=1' alt=logo><img src=//cdn.example.net/b.png>"

    off = safe_html(source)
    shown = safe_html(source, rewrite_remote=lambda url: f"/proxy?url={url}")

    assert off.remote_images == 2
    assert 'data-remote-src="https://track.example.net/a.gif?id=1"' in off.html
    assert " src=" not in off.html
    assert '<img src="/proxy?url=https://track.example.net/a.gif?id=1" alt="logo">' in shown.html


@pytest.mark.parametrize(
    ("href", "kept"),
    [
        ("https://example.org/a?b=c", "https://example.org/a?b=c"),
        ("//example.org/a", "https://example.org/a"),
        ("mailto:desk@example.org?bcc=x@example.net&body=hi", "mailto:desk@example.org"),
        ("/relative", None),
        ("tel:+12025550123", None),
        ("sms:+12025550123", None),
        ("https://example.org/" + "x" * 3_000, None),
    ],
)
def test_links_keep_only_targets_a_person_can_judge(href: str, kept: str | None) -> None:
    ((_, attributes),) = Reader(safe_html(f'<a href="{href}" target=_top>x</a>').html).tags

    assert attributes.get("href") == kept
    assert attributes["rel"] == "noopener noreferrer nofollow"
    assert "target" not in attributes


def test_what_a_sender_hides_is_shown_and_told() -> None:
    safe = safe_html('<p style="display:none">pay to this account</p><p style="color:#fff;font-size:0">x</p>')

    assert safe.hidden_text
    assert "none" not in safe.html
    assert "#fff" not in safe.html
    assert "pay to this account" in safe.html


@pytest.mark.parametrize("source", SCRIPTS + REMOTE)
def test_hostile_html_neither_runs_nor_loads(source: str) -> None:
    assert_harmless(safe_html(f"<p>before</p>{source}<p>after</p>").html)


def test_a_mail_is_shown_in_a_frame_that_may_load_from_nowhere_else(app: APIFlask, office: Office) -> None:
    raw = (
        b"From: aylin@example.com\nTo: desk@example.org\nContent-Type: text/html\n\n<p>Hello</p>"
        + "".join(REMOTE).encode()
    )
    (message,) = take_in(office.desk, raw)
    browser = sign_in(app, office.desk, office.maria)

    frame = browser.get(f"/messages/{message.public_id}/html")
    pictures = browser.get(f"/messages/{message.public_id}/html?pictures")

    policy = frame.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert "allow-scripts" not in policy
    for page in (frame, pictures):
        sources = re.findall(r"\ssrc=\"([^\"]*)\"", page.text)
        assert [each for each in sources if not each.startswith("/messages/")] == []
