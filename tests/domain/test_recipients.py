"""One message to several people who fare differently, attempt after attempt."""

from __future__ import annotations

from collections.abc import Mapping

from hypothesis import given
from hypothesis import strategies as st

from hub.domain.recipients import Standing, Word, reasons, stand, still_tried

PEOPLE = ("anna@example.com", "ben@example.com", "cem@example.com")
LATER, NEVER = Word("450 Later", final=False), Word("550 Nobody", final=True)


def standing_of(standings: Mapping[str, Mapping[str, str]]) -> list[str]:
    return [found["standing"] for found in standings.values()]


def test_as_long_as_all_fare_alike_nothing_is_noted() -> None:
    assert stand({}, PEOPLE, {}, last=False) == {}
    assert stand({}, PEOPLE, dict.fromkeys(PEOPLE, LATER), last=False) == {}
    assert stand({}, PEOPLE[:1], {PEOPLE[0]: NEVER}, last=True) == {}


def test_whoever_was_refused_for_now_is_still_tried_and_the_others_are_not() -> None:
    first = stand({}, PEOPLE, {PEOPLE[1]: LATER, PEOPLE[2]: NEVER}, last=False)
    second = stand(first, PEOPLE, {}, last=False)

    assert standing_of(first) == ["taken", "waiting", "refused"]
    assert still_tried(first) == PEOPLE[1:2]
    assert reasons(first) == "450 Later; 550 Nobody"
    assert standing_of(second) == ["taken", "taken", "refused"]
    assert reasons(second) == "550 Nobody"


def test_after_the_last_attempt_nobody_waits() -> None:
    first = stand({}, PEOPLE, {PEOPLE[1]: LATER}, last=False)

    given_up = stand(first, PEOPLE, {PEOPLE[1]: LATER}, last=True)

    assert standing_of(given_up) == ["taken", "refused", "taken"]
    assert still_tried(given_up) == ()


@given(st.lists(st.dictionaries(st.sampled_from(PEOPLE), st.sampled_from([LATER, NEVER])), max_size=6))
def test_nobody_who_has_it_or_never_will_is_ever_tried_again(attempts: list[dict[str, Word]]) -> None:
    standings: dict[str, dict[str, str]] = {}

    for number, words in enumerate(attempts, start=1):
        tried = still_tried(standings) or (PEOPLE if not standings else ())
        after = stand(standings, PEOPLE, {each: words[each] for each in tried if each in words}, last=number == 6)
        for each, found in standings.items():
            if found["standing"] != Standing.WAITING:
                assert after[each] == found
        standings = after
        if standings and not still_tried(standings):
            break
