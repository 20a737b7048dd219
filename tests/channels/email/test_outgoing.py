"""The final bytes: exactly the fields and recipients intended, whatever words are in them (CVE-2024-6923, T-25)."""

from __future__ import annotations

import email
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.email.markdown import markdown_to_html
from channels.email.outgoing import RefusedToBuild, build_mail
from channels.message import Attachment, OutboundMessage
from tests.channels.email.letters import NOW, OUTBOX_ID, a_message, an_address, read


def built(message: OutboundMessage) -> EmailMessage:
    parsed = email.message_from_bytes(build_mail(message, NOW).data, policy=policy.default)
    assert isinstance(parsed, EmailMessage)
    return parsed


def test_a_message_has_text_and_html() -> None:
    mail = built(a_message(text="We come **at nine**\n- with a key"))

    plain, rich = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain
    assert rich
    assert plain.get_content().splitlines() == ["We come **at nine**", "- with a key"]
    assert "<strong>at nine</strong>" in rich.get_content()
    assert "<li>with a key</li>" in rich.get_content()


def test_given_html_is_sent_as_it_is() -> None:
    rich = built(a_message(html="<p>We come <i>at nine</i></p>")).get_body(("html",))

    assert rich
    assert "<p>We come <i>at nine</i></p>" in rich.get_content()


def test_threading_headers_name_what_is_answered_and_ourselves() -> None:
    mail = built(
        a_message(
            message_id=f"<{OUTBOX_ID}.t4711@example.org>",
            in_reply_to="tap-2@example.com",
            references=("tap-1@example.com", "<tap-2@example.com>"),
            reply_to=an_address("desk+3mv.1.abc@example.org", "Desk"),
        )
    )

    assert mail["Message-ID"] == f"<{OUTBOX_ID}.t4711@example.org>"
    assert mail["In-Reply-To"] == "<tap-2@example.com>"
    assert str(mail["References"]).split() == [
        "<tap-1@example.com>",
        "<tap-2@example.com>",
        f"<{OUTBOX_ID}.t4711@example.org>",
    ]
    assert mail["Reply-To"].addresses[0].addr_spec == "desk+3mv.1.abc@example.org"
    assert mail["X-Hub-Outbox"] == str(OUTBOX_ID)


def test_every_attempt_has_the_same_message_id() -> None:
    first = build_mail(a_message(), NOW)
    again = build_mail(a_message(), datetime(2026, 11, 23, tzinfo=UTC))

    assert first.message_id == again.message_id == f"{OUTBOX_ID}@example.org"


def test_machine_mail_says_so_and_a_persons_does_not() -> None:
    machine, person = built(a_message(automatic=True)), built(a_message())

    assert (machine["Auto-Submitted"], machine["X-Auto-Response-Suppress"]) == ("auto-replied", "All")
    assert machine["X-Hub-Loop"] == "example.org"
    assert not {"Auto-Submitted", "X-Auto-Response-Suppress", "X-Hub-Loop"} & set(person.keys())


def test_our_own_machine_mail_is_never_answered_by_another_desk() -> None:
    assert not read(build_mail(a_message(automatic=True), NOW).data).may_answer


def test_files_and_inline_pictures_come_along() -> None:
    message = a_message(
        html='<p><img src="cid:plan@example.org"></p>',
        attachments=(
            Attachment("Grundriß.pdf", "application/pdf", b"%PDF-1.4"),
            Attachment(
                "plan.png", "image/png", b"\x89PNG\r\n\x1a\n", disposition="inline", content_id="plan@example.org"
            ),
            Attachment("a\r\nb/../c", "message/rfc822", b"From: x\r\n\r\ny"),
        ),
    )

    received = read(build_mail(message, NOW).data)

    assert [(one.name, one.data, one.disposition) for one in received.attachments] == [
        ("plan.png", b"\x89PNG\r\n\x1a\n", "inline"),
        ("Grundriß.pdf", b"%PDF-1.4", "attachment"),
        ("c", b"From: x\r\n\r\ny", "attachment"),
    ]


@given(
    st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=120).filter(
        lambda text: text == text.strip()
    )
)
def test_a_subject_arrives_as_it_was_written(subject: str) -> None:
    assert read(build_mail(a_message(subject=subject), NOW).data).subject == subject


@pytest.mark.parametrize(
    "recipient",
    [
        "anna@[192.0.2.1]",
        "x" * 300 + "@example.org",
        "anna@" + "x" * 300,
        "",
        "anna",
        "anna@example.org\r\nBcc: x@y",
        "a b@example.org",
    ],
)
def test_what_cannot_be_mailed_is_refused_with_the_remedy(recipient: str) -> None:
    with pytest.raises(RefusedToBuild, match=r"^Recipient: "):
        build_mail(a_message(recipients=(an_address(recipient),)), NOW)


def test_a_message_to_nobody_is_refused() -> None:
    with pytest.raises(RefusedToBuild, match="choose at least one"):
        build_mail(a_message(recipients=()), NOW)


def test_a_quoted_address_is_written_back_correctly() -> None:
    assert (
        b'To: "a b"@example.com\r\n' in build_mail(a_message(recipients=(an_address('"a b"@example.com'),)), NOW).data
    )


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("**bold** and *italic*", "<p><strong>bold</strong> and <em>italic</em></p>\n"),
        ("one\ntwo", "<p>one<br>\ntwo</p>\n"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n"),
        ("[us](https://example.org)", '<p><a href="https://example.org" rel="noopener noreferrer">us</a></p>\n'),
        (
            "see https://example.org/a.",
            '<p>see <a href="https://example.org/a" rel="noopener noreferrer">https://example.org/a</a>.</p>\n',
        ),
        ("[us](javascript:alert(1))", "<p>[us](javascript:alert(1))</p>\n"),
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>\n"),
        ("# no heading", "<p># no heading</p>\n"),
        ("2 * 3 * 4", "<p>2 * 3 * 4</p>\n"),
    ],
)
def test_the_composers_light_markdown(text: str, html: str) -> None:
    assert markdown_to_html(text) == html
