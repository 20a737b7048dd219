"""What a form of the portal, or of anybody, must hold: every mistake at once, by its field."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from channels.message import Attachment
from channels.portal import make_envelope
from hub.services.people.portal import MOST_BYTES, MOST_FILES, Words, find_mistakes
from hub.settings import MAXIMUM_BYTES
from hub.web.words import emergency_number


def words(text: str = "The tap drips.", **more: object) -> Words:
    return Words(uuid4(), text, **more)


def test_an_empty_form_of_a_stranger_names_what_is_missing_at_once() -> None:
    mistakes = find_mistakes(words(" "), signed_in=False)

    assert list(mistakes) == ["text", "email"]


def test_whoever_is_signed_in_need_not_say_how_to_be_answered() -> None:
    assert find_mistakes(words(), signed_in=True) == {}


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({"email": "mira.olsen"}, ["email"]),
        ({"phone": "at the door"}, ["phone"]),
        ({"email": "mira@", "phone": "x"}, ["email", "phone"]),
        ({"email": "mira@example.com"}, []),
        ({"phone": "030 23125 987"}, []),
    ],
)
def test_an_address_nobody_can_answer_is_refused_by_its_field(given: dict[str, str], wrong: list[str]) -> None:
    mistakes = find_mistakes(words(**given), signed_in=False, region="DE")

    assert list(mistakes) == wrong
    assert all(mistake.startswith(("Email address:", "Phone number:")) for mistake in mistakes.values())


def test_too_many_files_and_too_large_ones_are_refused_with_what_is_possible() -> None:
    small, large = Attachment("a.jpg", "image/jpeg", b"x"), Attachment("b.mov", "video/quicktime", bytes(MOST_BYTES))

    many = find_mistakes(words(files=[small] * (MOST_FILES + 1)), signed_in=True)
    much = find_mistakes(words(files=[small, large]), signed_in=True)

    assert many == {"files": "These are 31 files. Send at most 30 at once."}
    assert much == {"files": "These files have 36 MB. Send at most 35 MB at once."}


def test_the_largest_form_fits_into_an_envelope() -> None:
    largest = Attachment("b.mov", "video/quicktime", bytes(MOST_BYTES))

    envelope = make_envelope(
        form_id=uuid4(), received_at=datetime(2026, 3, 4, tzinfo=UTC), text="x" * 20_000, files=[largest]
    )

    assert len(envelope.raw) < MAXIMUM_BYTES


@pytest.mark.parametrize(("region", "number"), [("DE", "112"), ("US", "911"), ("GB", "999"), ("FR", "112")])
def test_whoever_is_in_danger_reads_the_number_of_their_country(region: str, number: str) -> None:
    assert emergency_number(region) == number
