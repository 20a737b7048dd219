"""The classifier learns from files and corrections, takes over without a restart, and can be taken back."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from classifiers.classifier import Classifier
from classifiers.examples import Example, starting_examples
from classifiers.labels import Queue
from hub.app import ClassifierOnDemand
from hub.desk import Desk
from hub.errors import Refused
from hub.models import Correction, Message, Prediction, Ticket
from hub.services.tickets.tickets import Change, change_ticket
from hub.services.triage.classifier_files import ClassifierFiles, open_classifier
from hub.services.triage.labelled import Labelled, read_corrections
from hub.services.triage.learning import learn, make_examples
from tests.factories import make_company, save
from tests.services.steps import Office, mail, take_in, triage_all


@pytest.fixture(scope="module")
def few() -> list[Example]:
    """The first English examples of each queue, calm and not: enough to learn from, and quickly."""
    kinds: dict[tuple[Queue, bool], list[Example]] = defaultdict(list)
    for each in starting_examples():
        if each.language == "en" and not each.of_danger:
            kinds[each.queue, bool(each.emergency)].append(each)
    return [each for kind in kinds.values() if len(kind) >= 20 for each in kind[:20]]


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    return open_classifier(ClassifierFiles(Path("nowhere")))


NEW = [
    f"the pigeons {words} on the balcony of the third floor" for words in ("nest", "sit", "breed", "leave dirt", "are")
]


def test_twenty_corrections_teach_a_new_kind_of_message(
    tmp_path: Path, few: list[Example], classifier: Classifier
) -> None:
    opened = ClassifierOnDemand(tmp_path)
    taught = [
        Labelled(f"{text} {again}", Queue.MAINTENANCE, topic="pest")
        for text in NEW
        for again in ("", "again", "daily", "!")
    ]
    before = opened()

    lesson = learn(ClassifierFiles(tmp_path), classifier, few, taught)

    assert lesson.refusal == ""
    assert opened() is not before
    (thought,) = opened().triage(["pigeons on the balcony, third floor, since monday"])
    assert (thought.topic, thought.queue) == ("pest", Queue.MAINTENANCE)


def test_twenty_corrections_of_agents_change_tomorrows_answer(
    office: Office, tmp_path: Path, few: list[Example]
) -> None:
    opened = ClassifierOnDemand(tmp_path)
    desk = replace(office.desk, open_classifier=opened)
    places = ("yard", "roof", "lobby", "cellar", "ramp", "deck", "gate", "attic", "porch", "court")
    texts = [
        f"The zorbulator by the {place} {trouble}" for place in places for trouble in ("glitches", "beeps all night")
    ]
    arrived = take_in(desk, *(mail(text, sender=f"p{number}@example.com") for number, text in enumerate(texts)))
    triage_all(desk)
    with desk.transaction():
        for message in arrived:
            change_ticket(desk, office.maria, message.ticket_id, Change(queue="billing"))
    (before,) = opened().triage(["our zorbulator on the balcony glitches"])

    lesson = learn(ClassifierFiles(tmp_path), opened(), few, read_corrections(desk))

    (message,) = take_in(desk, mail("our zorbulator on the balcony glitches", sender="new@example.com"))
    triage_all(desk)
    assert len(texts) == 20
    assert lesson.refusal == ""
    assert before.queue is not Queue.BILLING
    thought = desk.session.scalars(select(Prediction).where(Prediction.message_id == message.id)).one()
    assert thought.queue == "billing"


def test_mislabelled_examples_are_refused_and_the_present_classifier_stays(
    tmp_path: Path, few: list[Example], classifier: Classifier
) -> None:
    files = ClassifierFiles(tmp_path)
    wrong = [Labelled(f"{each.text} please", Queue.OTHER, topic="advertising") for each in few]

    lesson = learn(files, classifier, few, wrong)

    assert "right queue" in lesson.refusal
    assert files.present() is None


def test_too_little_to_learn_from_is_told(tmp_path: Path, few: list[Example], classifier: Classifier) -> None:
    with pytest.raises(Refused, match="too few"):
        learn(ClassifierFiles(tmp_path), classifier, few[:10], [])


def test_rolling_back_brings_the_classifier_before_back(
    tmp_path: Path, few: list[Example], classifier: Classifier
) -> None:
    files = ClassifierFiles(tmp_path)
    learn(files, classifier, few, [])
    first = files.present()
    learn(files, classifier, few, [Labelled("the lift hums", Queue.MAINTENANCE)])
    second = files.present()

    back = files.roll_back()

    assert first is not None
    assert back == first != second
    assert open_classifier(files).trouble == ""
    assert files.roll_back() is None


def test_where_only_the_queue_is_known_the_likeliest_topic_of_it_is_learned(classifier: Classifier) -> None:
    (example,) = make_examples([Labelled("The radiator stays cold since yesterday", Queue.MAINTENANCE)], classifier)

    assert example.topic == "heating"


def test_an_emergency_is_never_learned_as_a_calm_message(classifier: Classifier) -> None:
    (example,) = make_examples([Labelled("There is a smell of gas in my flat", Queue.BILLING)], classifier)

    assert example.emergency == "gas"


def make_message(desk: Desk, company_id: int, text: str, subject: str = "") -> Message:
    ticket = save(desk, Ticket(company_id=company_id, channel="sms", subject=subject, queue="maintenance"))
    return save(
        desk,
        Message(
            company_id=company_id,
            ticket_id=ticket.id,
            direction="in",
            author_kind="contact",
            channel="sms",
            subject=subject,
            reply_text=text,
        ),
    )


def correct(desk: Desk, message: Message, queue: str, **more: object) -> None:
    save(
        desk,
        Correction(
            company_id=message.company_id,
            ticket_id=message.ticket_id,
            message_id=message.id,
            queue_before="maintenance",
            queue_after=queue,
            source="correct",
            **more,
        ),
    )


def test_the_last_correction_of_a_message_counts_and_an_undone_one_does_not(desk: Desk) -> None:
    company = make_company(desk)
    twice = make_message(desk, company.id, "My rent went up", subject="Rent")
    undone = make_message(desk, company.id, "The tap drips")
    correct(desk, twice, "leasing")
    correct(desk, twice, "billing")
    correct(desk, undone, "billing", undone_at=desk.clock.now())

    rows = read_corrections(desk)

    assert [(each.text, each.queue) for each in rows] == [("Rent\nMy rent went up", Queue.BILLING)]


def test_corrections_of_one_company_can_be_learned_alone(desk: Desk) -> None:
    one, other = make_company(desk), make_company(desk)
    correct(desk, make_message(desk, one.id, "My rent went up"), "billing")
    correct(desk, make_message(desk, other.id, "The key is gone"), "front-desk")

    assert [each.text for each in read_corrections(desk, other.id)] == ["The key is gone"]
    assert len(read_corrections(desk)) == 2
