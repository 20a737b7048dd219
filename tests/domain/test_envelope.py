"""Which envelopes are read first, and how Message-IDs are known again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.envelope import Lane, choose_lane
from hub.domain.reference import hash_id


@pytest.mark.parametrize("channel", ["sms", "portal", "slack", "whatsapp"])
def test_a_text_is_never_behind_a_backlog_of_mail(channel: str) -> None:
    assert choose_lane(channel, history=False) < choose_lane("email", history=False) < Lane.HISTORY


@pytest.mark.parametrize("channel", ["sms", "email"])
def test_old_mail_comes_last(channel: str) -> None:
    assert choose_lane(channel, history=True) is Lane.HISTORY


@given(st.text())
def test_a_message_id_is_known_with_and_without_its_brackets(word: str) -> None:
    bare = word.strip().strip("<>").strip()

    assert hash_id(f" <{bare}> ") == hash_id(bare)
    assert len(hash_id(word)) == 32


@given(st.text(), st.text())
def test_different_ids_have_different_hashes(one: str, other: str) -> None:
    assert (hash_id(one) == hash_id(other)) == (one.strip().strip("<>") == other.strip().strip("<>"))
