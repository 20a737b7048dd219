"""Signed reply addresses and Message-IDs (reliability.md 2.1, A62)."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.email.threads import (
    ReplyToken,
    find_tokens,
    make_message_id,
    make_token,
    parse_token,
    read_message_id,
    read_token,
    reply_address,
)
from tests.channels.email.letters import a_letter, read

KEY, OLD_KEY, OTHER_KEY = b"the key in force", b"the key before it", b"the key of a stranger"
ANNA, OMAR = "anna@example.com", "omar@example.com"
OUTBOX_ID = UUID("6f0f9a52-5d1b-4f3c-9d8e-2b7c6a5e4f30")
numbers = st.integers(0, 2**40)


@given(numbers, numbers, st.emails())
def test_a_token_is_read_by_whom_it_was_given_to(company: int, ticket: int, recipient: str) -> None:
    token = make_token([KEY, OLD_KEY], company, ticket, recipient)

    assert read_token([KEY], token, [recipient]) == ReplyToken(company, ticket)
    assert read_token([OTHER_KEY, KEY], token.upper(), [OMAR, recipient.upper()]) == ReplyToken(company, ticket)


def test_the_previous_key_is_accepted_too() -> None:
    token = make_token([OLD_KEY], 1, 4711, ANNA)

    assert read_token([KEY, OLD_KEY], token, [ANNA]) == ReplyToken(1, 4711)
    assert read_token([KEY], token, [ANNA]) is None


def test_a_token_is_worth_nothing_to_anybody_else() -> None:
    token = make_token([KEY], 1, 4711, ANNA)

    assert read_token([KEY], token, [OMAR]) is None
    assert read_token([KEY], token, []) is None
    assert read_token([], token, [ANNA]) is None


@given(st.integers(0, 40), st.sampled_from("abcdefghijklmnopqrstuvwxyz234567.0"))
def test_a_token_with_one_letter_changed_is_none(place: int, letter: str) -> None:
    token = make_token([KEY], 1, 4711, ANNA)
    place %= len(token)
    changed = token[:place] + letter + token[place + 1 :]

    assert changed == token or read_token([KEY], changed, [ANNA]) is None


@given(st.text(max_size=80))
def test_any_text_is_a_token_or_none(text: str) -> None:
    assert read_token([KEY], text, [ANNA]) is None
    find_tokens([text])


def test_the_ticket_of_a_token_can_be_looked_up_before_it_is_checked() -> None:
    assert parse_token(make_token([KEY], 3, 4711, ANNA)) == ReplyToken(3, 4711)
    assert parse_token("zzzzzzzzzzzzz.1." + "a" * 26) is None


def test_the_longest_reply_address_fits_its_limit() -> None:
    token = make_token([KEY], 36**8 - 1, 2**62, ANNA)

    for own in ("desk@example.org", "a-desk-with-a-rather-long-name@example.org"):
        address = reply_address(token, own)
        assert len(address.partition("@")[0]) <= 64
        assert address == address.lower()
        assert find_tokens([address]) == (token,)


def test_no_token_is_made_without_a_key_or_for_impossible_numbers() -> None:
    with pytest.raises(ValueError, match="key"):
        make_token([], 1, 4711, ANNA)
    with pytest.raises(ValueError, match="negative"):
        make_token([KEY], -1, 4711, ANNA)


@pytest.mark.parametrize("field", ["To", "Cc", "Delivered_To", "X_Original_To", "Envelope_To", "Resent_To"])
def test_a_token_is_found_in_every_recipient_field(field: str) -> None:
    token = make_token([KEY], 1, 4711, ANNA)

    message = read(a_letter(**{field: f"Desk <{reply_address(token, 'Desk@Example.ORG').upper()}>"}))

    assert message.reply_tokens == (token,)


def test_the_envelopes_recipient_comes_first_and_each_token_once() -> None:
    mine, other = make_token([KEY], 1, 4711, ANNA), make_token([KEY], 1, 4712, ANNA)
    to = ", ".join(reply_address(token, "desk@example.org") for token in (other, mine))

    message = read(a_letter(To=to), rcpt_to=reply_address(mine, "desk@example.org"))

    assert message.reply_tokens == (mine, other)


def test_a_message_id_names_outbox_row_and_ticket_and_never_changes() -> None:
    message_id = make_message_id(OUTBOX_ID, 4711, "example.org")

    assert message_id == f"{OUTBOX_ID}.t4711@example.org"
    assert read_message_id(f"<{message_id.upper()}>") == (OUTBOX_ID, 4711)
    assert read_message_id(make_message_id(OUTBOX_ID, None, "example.org")) == (OUTBOX_ID, None)
    assert read_message_id("tap-1@example.com") is None


def test_answered_ids_come_nearest_first() -> None:
    message = read(
        a_letter(In_Reply_To="<3@example.org>", References="<1@example.org> <2@example.org> <3@example.org>")
    )

    assert message.reference_ids == ("3@example.org", "2@example.org", "1@example.org")
    assert message.references == ("1@example.org", "2@example.org", "3@example.org")
    assert message.in_reply_to == ("3@example.org",)
