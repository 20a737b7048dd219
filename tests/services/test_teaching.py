"""The classifier learns by itself: at fifty corrections, or in the night after a day with any, and once from each."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from hub.clock import FixedClock
from hub.domain.learning import ENOUGH
from hub.models import Company, Correction
from hub.services.triage.classifier_files import ClassifierFiles
from hub.services.triage.teaching import note_taught, teach
from tests.factories import save
from tests.services.steps import Office, mail, take_in

BERLIN = ZoneInfo("Europe/Berlin")
NOON = datetime(2026, 11, 16, 12, 0, tzinfo=BERLIN)
NIGHT = datetime(2026, 11, 17, 2, 30, tzinfo=BERLIN)


@pytest.fixture
def files(tmp_path: Path) -> ClassifierFiles:
    return ClassifierFiles(tmp_path)


def correct(office: Office, times: int) -> None:
    (message,) = take_in(office.desk, mail())
    for _ in range(times):
        save(
            office.desk,
            Correction(
                company_id=message.company_id,
                ticket_id=message.ticket_id,
                message_id=message.id,
                queue_before="maintenance",
                queue_after="billing",
                source="correct",
            ),
        )


def looked(office: Office, files: ClassifierFiles, at: datetime, clock: FixedClock) -> bool:
    """Look whether learning is due at a moment; what tells is whether it was started."""
    started: list[bool] = []
    clock.at = at
    teach(office.desk, files, lambda: started.append(True))
    return bool(started)


def test_fifty_corrections_are_learned_from_at_once(office: Office, files: ClassifierFiles, clock: FixedClock) -> None:
    correct(office, ENOUGH - 1)
    too_few = looked(office, files, NOON, clock)
    correct(office, 1)

    assert (too_few, looked(office, files, NOON, clock)) == (False, True)


def test_a_few_corrections_wait_for_the_night(office: Office, files: ClassifierFiles, clock: FixedClock) -> None:
    correct(office, 1)

    assert (looked(office, files, NOON, clock), looked(office, files, NIGHT, clock)) == (False, True)


def test_nothing_is_learned_from_twice(office: Office, files: ClassifierFiles, clock: FixedClock) -> None:
    correct(office, ENOUGH)
    first = looked(office, files, NIGHT, clock)

    again = [looked(office, files, NIGHT + timedelta(hours=hours), clock) for hours in (0, 1, 24)]

    assert (first, again) == (True, [False, False, False])


def test_what_is_tried_out_in_the_demo_teaches_nothing(
    office: Office, files: ClassifierFiles, clock: FixedClock
) -> None:
    with office.desk.transaction() as session:
        session.get_one(Company, office.company.id).demo = True
    correct(office, ENOUGH)

    assert not looked(office, files, NIGHT, clock)


def test_a_night_without_corrections_teaches_nothing(office: Office, files: ClassifierFiles, clock: FixedClock) -> None:
    assert not looked(office, files, NIGHT, clock)


def test_what_was_taught_by_hand_is_not_taught_again(office: Office, files: ClassifierFiles, clock: FixedClock) -> None:
    correct(office, ENOUGH)
    note_taught(office.desk, files)

    assert not looked(office, files, NIGHT + timedelta(days=1), clock)


def test_a_note_nobody_can_read_is_no_note(files: ClassifierFiles) -> None:
    files.folder.mkdir()
    (files.folder / "taught").write_text("many yesterday", encoding="ascii")

    assert files.taught().correction == 0
