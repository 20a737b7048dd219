from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.segments import Encoding, count_segments


@pytest.mark.parametrize(
    ("text", "encoding", "units", "segments"),
    [
        ("", Encoding.GSM7, 0, 0),
        ("a" * 160, Encoding.GSM7, 160, 1),
        ("a" * 161, Encoding.GSM7, 161, 2),
        ("a" * 306, Encoding.GSM7, 306, 2),
        ("a" * 307, Encoding.GSM7, 307, 3),
        ("€" * 80, Encoding.GSM7, 160, 1),
        ("€" * 81, Encoding.GSM7, 162, 2),
        ("a" * 152 + "€" + "a" * 153, Encoding.GSM7, 307, 3),  # the euro does not fit behind 152 and is not cut
        ("ж" * 70, Encoding.UCS2, 70, 1),
        ("ж" * 71, Encoding.UCS2, 71, 2),
        ("😀" * 35, Encoding.UCS2, 70, 1),
        ("ж" * 66 + "😀" + "ж" * 66, Encoding.UCS2, 134, 3),  # the pair does not fit behind 66 and is not cut
        ("ö" * 160, Encoding.GSM7, 160, 1),
        ("ç" + "a" * 69, Encoding.UCS2, 70, 1),  # only the capital Ç is in the alphabet
        ("`", Encoding.UCS2, 1, 1),
    ],
)
def test_a_text_is_counted_as_carriers_count(text: str, encoding: Encoding, units: int, segments: int) -> None:
    counted = count_segments(text)

    assert (counted.encoding, counted.units, counted.segments) == (encoding, units, segments)


def test_the_room_left_in_the_last_segment_is_told() -> None:
    assert count_segments("a" * 150).room == 10
    assert count_segments("a" * 161).room == 306 - 161


@given(st.text())
def test_one_more_character_never_costs_less(text: str) -> None:
    assert count_segments(text).segments <= count_segments(text + "a").segments
