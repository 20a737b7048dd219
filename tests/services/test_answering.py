"""What the help centre says to a message, and when it says nothing whatever its articles hold."""

from __future__ import annotations

import pytest

from classifiers.classifier import Band, Triage
from classifiers.emergencies import Emergency, EmergencyKind
from classifiers.labels import Priority, Queue
from hub.services.help.answering import may_be_danger

CALM = Triage("electrical", Queue.MAINTENANCE, Priority.NORMAL, 0.9, Band.SILENT)
RINGING = Triage(
    "electrical", Queue.MAINTENANCE, Priority.URGENT, 0.9, Band.SILENT, emergency=Emergency(EmergencyKind.FIRE)
)


@pytest.mark.parametrize(
    ("words", "thought", "danger"),
    [
        ("Where may bicycles stand?", CALM, False),
        ("Where may bicycles stand?", RINGING, True),
        ("My microwave sparked because I left a spoon in, my own fault, works fine again", CALM, True),
    ],
    ids=["neither rules nor model hear one", "triage rings", "rules hear one that does not ring"],
)
def test_where_there_may_be_danger_no_machine_answers(words: str, thought: Triage, danger: bool) -> None:
    assert may_be_danger(words, thought) is danger
