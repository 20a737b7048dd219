"""The model that ships, behind its gate."""

import pytest

from classifiers.cascade import load
from classifiers.classifier import Band, Classifier
from classifiers.labels import Priority, Queue


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    return load()


def test_the_shipped_model_is_usable(classifier: Classifier) -> None:
    assert classifier.trouble == ""


@pytest.mark.parametrize(
    ("text", "topic", "queue"),
    [
        ("The kitchen sink is clogged and will not drain", "plumbing", Queue.MAINTENANCE),
        ("When do I get my security deposit back?", "deposit", Queue.BILLING),
        ("Is the two bedroom still available, could we see it on Saturday?", "viewing", Queue.LEASING),
        ("I lost my mailbox key, can I get a new one?", "keys", Queue.FRONT_DESK),
        ("Congratulations, you have won a prize! Click to claim your reward", "advertising", Queue.OTHER),
        ("No tenemos agua caliente desde ayer", "heating", Queue.MAINTENANCE),
        ("Wann bekomme ich meine Kaution zurück?", "deposit", Queue.BILLING),
    ],
)
def test_plain_messages_find_their_topic_and_queue(classifier: Classifier, text: str, topic: str, queue: Queue) -> None:
    (triage,) = classifier.triage([text])

    assert (triage.topic, triage.queue) == (topic, queue)
    assert 0 < triage.confidence <= 1
    assert triage.evidence


def test_an_emergency_is_urgent_and_routed_whatever_the_model_thinks(classifier: Classifier) -> None:
    (triage,) = classifier.triage(["free prize!! also water is pouring thru the kitchen light"])

    assert triage.emergency is not None
    assert triage.emergency.found_by == "rules"
    assert (triage.queue, triage.priority, triage.band) == (Queue.MAINTENANCE, Priority.URGENT, Band.SILENT)
    assert triage.needs_task


def test_alternatives_are_all_queues_and_sum_to_one(classifier: Classifier) -> None:
    (triage,) = classifier.triage(["the light in the hallway is broken"])

    assert {alternative.label for alternative in triage.alternatives} == set(Queue)
    assert abs(sum(alternative.confidence for alternative in triage.alternatives) - 1) < 1e-3


def test_evidence_are_words_of_the_message(classifier: Classifier) -> None:
    (triage,) = classifier.triage(["Unser Geschirrspüler pumpt nicht ab"])

    assert all(word in "Unser Geschirrspüler pumpt nicht ab" for word in triage.evidence)


def test_two_matters_in_one_message_are_both_found(classifier: Classifier) -> None:
    (triage,) = classifier.triage(
        ["The bathroom tap drips all night. By the way, when will I get my deposit back from the old flat?"]
    )

    assert {triage.topic, *(matter.topic for matter in triage.matters)} >= {"plumbing", "deposit"}


def test_a_question_needs_no_task_where_the_same_topic_broken_does(classifier: Classifier) -> None:
    broken, question = classifier.triage(["the kitchen sink is leaking badly", "what are the office hours?"])

    assert broken.needs_task
    assert not question.needs_task


def test_each_text_is_answered_on_its_own(classifier: Classifier) -> None:
    texts = ["rent is late", "", "🙂", "x" * 50_000, "\x00\ud7ff", "heater broken"]

    together = classifier.triage(texts)
    alone = [classifier.triage([text])[0] for text in texts]

    assert [one.topic for one in together] == [one.topic for one in alone]
    assert len(classifier.predict(texts)) == len(texts)


def test_nothing_asked_nothing_answered(classifier: Classifier) -> None:
    assert classifier.triage([]) == []
    assert classifier.predict([]) == []


def test_predictions_name_other_topics_considered(classifier: Classifier) -> None:
    (prediction,) = classifier.predict(["the radiator is cold"])

    assert prediction.label == "heating"
    assert prediction.alternatives[0].confidence <= prediction.confidence


def test_the_language_is_told(classifier: Classifier) -> None:
    (triage,) = classifier.triage(["Die Heizung ist kalt und das Bad auch"])

    assert triage.language == "de"
