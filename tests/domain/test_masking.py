"""What operations read names nobody and reaches nobody, and still says when."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.masking import mask

SEPARATORS = st.sampled_from(["", " ", "-", ".", "/"])
dates = st.dates(date(1990, 1, 1), date(2049, 12, 31))
spoken_dates = st.one_of(
    dates.map(lambda day: day.isoformat()),
    dates.map(lambda day: f"{day:%d.%m.%Y}"),
    dates.map(lambda day: f"{day.day}.{day.month}.{day:%y}"),
    dates.map(lambda day: f"{day:%m/%d/%Y}"),
    dates.map(lambda day: f"{day:%d.%m.}"),
)
names = st.text(st.characters(categories=("Lu", "Ll")), min_size=3, max_size=12)
words = st.sampled_from(
    ["water", "drips", "since", "the", "kitchen", "please", "come", "3rd floor", "4 weeks", "#4711"]
)


@st.composite
def phones(draw: st.DrawFn) -> str:
    """Draw a number kept for fiction, as people write it."""
    first, second, third = draw(
        st.sampled_from(
            [("+1202", "555", "01"), ("+447700", "900", "1"), ("030", "23125", "0"), ("0049 30", "23125", "0")]
        )
    )
    join = draw(SEPARATORS)
    return f"{first}{join}{second}{join}{third}{draw(st.integers(10, 99))}"


@given(phones(), st.lists(words, max_size=4))
def test_no_phone_number_is_left(phone: str, around: list[str]) -> None:
    text = f"{' '.join(around)} call {phone}, {' '.join(around)}"

    masked = mask(text)

    assert "[phone]" in masked
    assert phone not in masked
    assert masked.startswith(" ".join(around))


@given(st.emails(), st.lists(words, max_size=3))
def test_no_plain_mail_address_is_left(address: str, around: list[str]) -> None:
    local = "".join(each for each in address.partition("@")[0] if each.isalnum() or each in "._-") or "anna"

    masked = mask(f"{' '.join(around)} {local}@example.org {' '.join(around)}")

    assert "example.org" not in masked
    assert "[email]" in masked


@given(names, st.lists(words, max_size=4))
def test_no_given_name_is_left_however_it_is_spelt(name: str, around: list[str]) -> None:
    text = f"{name} {' '.join(around)} {name.upper()}, {name.lower()}"

    masked = mask(text, names=[f"Anna {name}"])

    assert name not in masked.replace("[name]", "").split()


@given(spoken_dates, words)
def test_a_date_stays(day: str, word: str) -> None:
    assert day in mask(f"{word} on {day} please")


@given(st.text())
def test_any_text_can_be_masked_and_masking_again_changes_nothing(text: str) -> None:
    masked = mask(text, names=["Aylin Demir"])

    assert mask(masked, names=["Aylin Demir"]) == masked


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("Call +49 30 23125 014 or 030/23125-015.", "Call [phone] or [phone]."),
        ("Ring 01.23.45.67.89 after six", "Ring [phone] after six"),
        ("Pay to DE89 3704 0044 0532 0130 00 please", "Pay to [account] please"),
        ("my iban is gb29 nwbk 6016 1331 9268 19", "my iban is [account]"),
        ("Write to jürgen.groß@example.org!", "Write to [email]!"),
        ("Aylin Demir's bell and Demirs key", "[name] bell and [name] key"),
        ("Since 16.11.2026 at 9:30, 3 times", "Since 16.11.2026 at 9:30, 3 times"),
        ("2026-11-16 0170 1234567", "2026-11-16 [phone]"),
        ("Flat 12, 3 rooms, 950 euros, #471123456", "Flat 12, 3 rooms, 950 euros, #471123456"),
        ("Frau Demir-Yildiz and Herr Demir", "Frau [name] and Herr [name]"),
    ],
)
def test_examples_read_as_they_should(text: str, masked: str) -> None:
    assert mask(text, names=["Aylin Demir-Yildiz"]) == masked


def test_a_name_of_two_letters_is_masked_only_as_it_is_spelt() -> None:
    assert mask("Mr Li says li'l water", names=["Li"]) == "Mr [name] says li'l water"
