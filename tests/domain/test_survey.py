"""NPS: whom to ask, what counts as an answer, and the number."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.survey import FEWEST, NUMBERS, is_only_thanks, may_ask, net_promoter_score, read_score

NOW = datetime(2026, 11, 16, 9, tzinfo=UTC)
scores = st.integers(0, 10)


@pytest.mark.parametrize(
    ("text", "score", "comment"),
    [
        ("9", 9, ""),
        (" 10 ", 10, ""),
        ("10!!", 10, ""),
        ("0", 0, ""),
        ("ten", 10, ""),
        ("Ten!", 10, ""),
        ("zehn", 10, ""),
        ("ocho", 8, ""),
        ("10/10", 10, ""),
        ("8/10 thanks", 8, "thanks"),
        ("8 out of 10", 8, ""),
        ("9 von 10", 9, ""),
        ("2/10 heating still cold", 2, "heating still cold"),
        ("9, always quick", 9, "always quick"),
        ("10 - very kind people", 10, "very kind people"),
        ("9 Thank you very much!", 9, "Thank you very much"),
        ("9. Danke", 9, "Danke"),
        ("10 :)", 10, ""),
        ("9️⃣", 9, ""),
        ("７", 7, ""),
        ("3! nobody came", 3, "nobody came"),
        ("0\nThe lift is still broken", 0, "The lift is still broken"),
    ],
)
def test_an_answer_is_read_with_its_comment(text: str, score: int, comment: str) -> None:
    assert read_score(text) == (score, comment)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "11",
        "100",
        "-3",
        "9.5",
        "9,5",
        "7/8",
        "2-3 days",
        "3, 4 days without water",
        "3 days without water",
        "Two days without water",
        "One thing: my heating is off",
        "one two",
        "5 leaks",
        "3. Stock, Heizung kaputt",
        "4-Zimmer-Wohnung zu verkaufen?",
        "9:30 suits me",
        "10 Uhr passt",
        "The heating is still off and nobody answers!",
        "STOP",
        "1a",
        "9 10",
        "8 or 9",
    ],
)
def test_a_message_is_not_taken_for_an_answer(text: str) -> None:
    assert read_score(text) is None


@given(scores, st.sampled_from(["", " ", "!", "!!!", ".", "/10", " / 10", " out of 10", " thanks", " 👍"]))
def test_every_score_is_read_however_it_ends(score: int, end: str) -> None:
    read = read_score(f"{score}{end}")

    assert read is not None
    assert read[0] == score


@given(st.sampled_from(sorted(NUMBERS)))
def test_every_number_word_is_an_answer_alone_and_none_before_other_words(word: str) -> None:
    assert read_score(word.upper()) == (NUMBERS[word], "")
    assert read_score(f"{word} neighbours complain") is None


@given(st.text())
def test_any_text_is_read_without_a_failure_and_scores_stay_in_range(text: str) -> None:
    read = read_score(text)

    assert read is None or 0 <= read[0] <= 10


@given(st.integers(min_value=11))
def test_no_larger_number_is_a_score(number: int) -> None:
    assert read_score(str(number)) is None


def test_thanks_need_no_reader_and_words_do() -> None:
    assert is_only_thanks("Thank you!")
    assert is_only_thanks("👍")
    assert not is_only_thanks("thanks, but the tap drips")


@pytest.mark.parametrize(
    ("promoters", "passives", "detractors", "score"),
    [(1, 0, 0, 100), (0, 1, 0, 0), (0, 0, 1, -100), (5, 3, 2, 30), (50, 30, 20, 30), (2, 5, 3, -10)],
)
def test_the_score_is_promoters_minus_detractors_in_percent(
    promoters: int, passives: int, detractors: int, score: float
) -> None:
    nps = net_promoter_score([10] * promoters + [8] * passives + [3] * detractors)

    assert nps is not None
    assert nps.score == pytest.approx(score)
    assert (nps.promoters, nps.detractors, nps.answers) == (promoters, detractors, promoters + passives + detractors)


@pytest.mark.parametrize(
    ("promoters", "passives", "detractors", "low", "high"),
    # worked by hand from Rocks (2016): pseudo-observations of 3/4, 3/2 and 3/4, and 1.96 standard errors
    [
        (5, 3, 2, -19.0514, 65.2052),
        (50, 30, 20, 14.0509, 44.2016),
        (20, 0, 0, 69.6830, 100.0),
        (2, 5, 3, -45.9029, 30.5183),
    ],
)
def test_the_interval_is_the_published_one(
    promoters: int, passives: int, detractors: int, low: float, high: float
) -> None:
    nps = net_promoter_score([9] * promoters + [7] * passives + [6] * detractors)

    assert nps is not None
    assert [nps.low, nps.high] == pytest.approx([low, high], abs=0.001)


@given(st.lists(scores, min_size=1, max_size=400))
def test_the_interval_is_sound_and_holds_the_score_of_any_sample_large_enough(answers: list[int]) -> None:
    nps = net_promoter_score(answers)

    assert nps is not None
    assert -100 <= nps.low <= nps.high <= 100
    assert len(answers) < FEWEST or nps.low <= nps.score <= nps.high


@given(st.lists(scores, min_size=1, max_size=50))
def test_more_of_the_same_answers_narrow_the_interval(answers: list[int]) -> None:
    few, many = net_promoter_score(answers), net_promoter_score(answers * 4)

    assert few is not None
    assert many is not None
    assert many.high - many.low < few.high - few.low
    assert many.score == pytest.approx(few.score)


def test_no_answers_are_no_score() -> None:
    assert net_promoter_score([]) is None


def test_a_person_is_asked_once_in_ninety_days() -> None:
    def asked(days: float) -> bool:
        last = NOW - timedelta(days=days)
        return may_ask(now=NOW, last_asked_at=last, opted_out=False, former_resident=False)

    assert not asked(89.99)
    assert asked(90)
    assert may_ask(now=NOW, last_asked_at=None, opted_out=False, former_resident=False)


@pytest.mark.parametrize(("opted_out", "former"), [(True, False), (False, True), (True, True)])
def test_nobody_is_asked_after_stop_or_after_moving_out(opted_out: bool, former: bool) -> None:
    assert not may_ask(now=NOW, last_asked_at=None, opted_out=opted_out, former_resident=former)
