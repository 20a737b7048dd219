"""Topics and the queues they belong to."""

import pytest

from classifiers.labels import TOPICS, Queue, needs_task, queue_of


def test_every_queue_has_topics() -> None:
    assert {topic.queue for topic in TOPICS.values()} == set(Queue)


def test_a_topic_knows_its_queue_and_whether_it_means_work() -> None:
    assert (queue_of("plumbing"), needs_task("plumbing")) == (Queue.MAINTENANCE, True)
    assert (queue_of("noise"), needs_task("noise")) == (Queue.FRONT_DESK, False)


def test_an_unknown_topic_means_no_work_and_has_no_queue() -> None:
    assert not needs_task("unclassified")
    with pytest.raises(KeyError):
        queue_of("unclassified")
