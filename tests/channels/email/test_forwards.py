"""Forwarded mail: the original sender is proposed, from the head of the forward only (freescout#2813)."""

from __future__ import annotations

import pytest

from channels.email.forwards import find_forward
from tests.channels.email.letters import a_letter, read

HEADS = [
    "---------- Forwarded message ---------\nFrom: Omar <omar@example.com>\nDate: Mon\nSubject: Cold\nTo: x@example.org",
    "Begin forwarded message:\n\n> From: Omar <omar@example.com>\n> Subject: Cold\n> To: x@example.org\n>",
    "-------- Weitergeleitete Nachricht --------\nBetreff: Cold\nDatum: Mon\nVon: Omar <omar@example.com>\nAn: x@example.org",
    "-------- Message transféré --------\nSujet : Cold\nDate : Mon\nDe : Omar <omar@example.com>\nPour : x@example.org",
    "---------- Doorgestuurd bericht ----------\nVan: Omar <omar@example.com>\nDatum: Mon\nOnderwerp: Cold\nAan: x",
    "________________________________\nFrom: Omar [mailto:omar@example.com] <omar@example.com>\nSent: Mon\nTo: x\nSubject: Cold",
    "-----Original Message-----\nFrom: Omar <omar@example.com>\n\nDate: Mon\nTo: x@example.org\nSubject: Cold",
]


@pytest.mark.parametrize("head", HEADS)
def test_the_original_sender_is_read_from_the_forwards_head(head: str) -> None:
    message = read(a_letter(f"FYI\n\n{head}\n\nCall eve@example.net. From: mallory@example.net", Subject="Fwd: Cold"))

    assert message.is_forward
    assert message.forwarded
    assert (message.forwarded.sender.value, message.forwarded.subject) == ("omar@example.com", "Cold")
    assert message.sender
    assert message.sender.value == "anna@example.com"


def test_what_is_handed_on_is_part_of_the_reply() -> None:
    message = read(a_letter(f"FYI\n\n{HEADS[0]}\n\nThe radiator is cold", Subject="WG: Cold"))

    assert "The radiator is cold" in message.reply_text


def test_an_attached_mail_names_its_sender() -> None:
    body = "--b\n\nFYI\n--b\nContent-Type: message/rfc822\n\nFrom: Omar <omar@example.com>\nSubject: Cold\n\nx\n--b--\n"
    message = read(a_letter(body, Subject="Fwd: Cold", Content_Type="multipart/mixed; boundary=b"))

    assert message.forwarded
    assert (message.forwarded.sender.value, message.forwarded.subject) == ("omar@example.com", "Cold")


@pytest.mark.parametrize("head", HEADS[5:])
def test_a_reply_with_a_header_block_is_no_forward(head: str) -> None:
    message = read(a_letter(f"Yes please\n\n{head}\n\nMay we come?", Subject="Re: Cold", In_Reply_To="<1@example.org>"))

    assert not message.is_forward
    assert message.reply_text == "Yes please"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Hello",
        "On Mon, 16 Nov 2026 at 17:20, Desk <desk@example.org> wrote:\n> From: x\n> To: y",
        "From: here to there",
    ],
)
def test_other_mail_is_no_forward(text: str) -> None:
    assert find_forward(text, answers=False) is None


def test_a_forward_whose_head_cannot_be_read_names_nobody() -> None:
    message = read(a_letter("Begin forwarded message:\nHello there", Subject="Fwd: x"))

    assert message.is_forward
    assert message.forwarded is None
