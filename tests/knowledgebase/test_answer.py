from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledgebase.answer import Answer, answer
from knowledgebase.article import Audience
from knowledgebase.gates import WHY, Gate
from knowledgebase.index import KnowledgeIndex
from knowledgebase.seed import first_articles
from tests.knowledgebase.articles import an_article

KEY = "I have lost my key, what should I do?"
UNCLEAR = "How can I reserve parking for the moving truck?"


@pytest.fixture(scope="module")
def index() -> KnowledgeIndex:
    return KnowledgeIndex(first_articles())


def ask(index: KnowledgeIndex, question: str, audience: Audience = Audience.RESIDENTS, **how: Any) -> Answer:
    return answer(question, audience=audience, index=index, **how)


def test_a_plain_question_is_answered_with_a_passage_and_a_text_message(index: KnowledgeIndex) -> None:
    said = ask(index, KEY)

    assert said.answered
    assert said.article is not None
    assert said.article.slug == "lost-key"
    assert said.why == "The article “I have lost my key” answers this."
    assert 80 < len(said.text) <= 600
    assert said.text.endswith((".", "!", "?"))
    assert "{link}" in said.sms
    assert 0.75 <= said.confidence <= 1


def test_an_email_with_greeting_and_signature_is_answered_by_its_question(index: KnowledgeIndex) -> None:
    said = ask(
        index,
        "Dear team,\n\nhow do I order a second key for the front door?\n\nMany thanks\nAylin Demir\nLindenhof 12, 3B",
    )

    assert said.article is not None
    assert said.article.slug == "order-a-key"


def test_what_is_not_answered_says_why_and_still_suggests(index: KnowledgeIndex) -> None:
    said = ask(index, "There is a smell of gas near my radiator")

    assert not said.answered
    assert said.gate is Gate.EMERGENCY
    assert said.why == "It may be an emergency: a person must read it now."
    assert (said.article, said.text, said.sms) == (None, "", "")
    assert 0 < len(said.alternatives) <= 3


@pytest.mark.parametrize(
    ("question", "gate"),
    [
        ("Water is dripping from the ceiling lamp", Gate.EMERGENCY),
        ("I locked myself out and my baby is inside", Gate.EMERGENCY),
        ("I can't pay my rent until Friday", Gate.MONEY),
        ("Please refund me the cost of the key", Gate.MONEY),
        ("My lawyer will hear about the mould", Gate.LEGAL),
        ("Am I entitled to a rent reduction?", Gate.LEGAL),
        ("What is the phone number of my neighbour?", Gate.PERSONAL),
        ("Have you received my rent for March?", Gate.PERSONAL),
        ("When does my lease end?", Gate.PERSONAL),
        ("I want to talk to a person about my key", Gate.PERSON),
        ("As an owner, where do I find the tax papers?", Gate.AUDIENCE),
        ("Where do I park my bike and how do I end my lease?", Gate.MATTERS),
        ("Can I keep a crocodile in the fountain?", Gate.SCORE),
        ("Can I keep an ostrich as a pet on my balcony during the football season?", Gate.COVERAGE),
        ("What do I do if I smell gas?", Gate.EMERGENCY),
        ("Thanks a lot!", Gate.EMPTY),
        ("", Gate.LANGUAGE),
        ("Zgubiłam klucz, co mam zrobić?", Gate.LANGUAGE),
    ],
)
def test_each_gate_stops_what_it_is_there_for(index: KnowledgeIndex, question: str, gate: Gate) -> None:
    said = ask(index, question)

    assert (said.answered, said.gate) == (False, gate)


def test_an_emergency_seen_by_triage_is_never_answered(index: KnowledgeIndex) -> None:
    said = ask(index, KEY, emergency=True)

    assert said.gate is Gate.EMERGENCY


def test_an_article_on_another_topic_than_the_message_is_not_sent(index: KnowledgeIndex) -> None:
    assert ask(index, KEY, topic="keys").answered
    assert ask(index, KEY, topic="locks").answered
    assert ask(index, KEY, topic="a-label-of-their-own").answered
    assert ask(index, KEY, topic="thanks").gate is Gate.TOPIC
    assert ask(index, UNCLEAR, topic="heating").gate is Gate.TOPIC


def test_a_very_clear_match_overrules_the_topic_that_triage_saw(index: KnowledgeIndex) -> None:
    assert ask(index, KEY, topic="rent-payment").answered


def test_a_look_up_is_not_answered_because_the_message_ends_with_what_to_do(index: KnowledgeIndex) -> None:
    said = ask(index, "Has my spare key been ordered? What should I do?")

    assert said.gate is Gate.PERSONAL


def test_an_article_that_only_a_person_sends_is_suggested() -> None:
    index = KnowledgeIndex(
        [an_article(automatic=False, phrasings=("When is the roof garden open?",)), an_article(slug="x", title="Bins")]
    )

    said = ask(index, "When is the roof garden open?")

    assert said.gate is Gate.BY_HAND
    assert said.alternatives[0].article.slug == "roof-garden"


def test_a_question_of_the_other_audience_is_left_to_a_person(index: KnowledgeIndex) -> None:
    assert ask(index, "How much reserve do you keep for each unit?").gate is not Gate.OPEN
    assert ask(index, "How do I order a name plate for the bell?", Audience.OWNERS).gate is not Gate.OPEN


def test_staff_articles_are_answered_to_nobody_outside() -> None:
    index = KnowledgeIndex([an_article(audience=Audience.STAFF, slug="canary", title="Where the master key is kept")])

    for audience in (Audience.RESIDENTS, Audience.OWNERS):
        said = ask(index, "Where is the master key kept?", audience)
        assert not said.answered
        assert said.alternatives == ()


def test_the_answer_is_in_the_language_of_the_question(index: KnowledgeIndex) -> None:
    spanish = ask(index, "He perdido las llaves, ¿qué hago?", language="en")
    german = ask(index, "Ich habe meinen Schlüssel verloren, was nun?", language="en")

    assert spanish.article is not None
    assert german.article is not None
    assert (spanish.article.language, german.article.language) == ("es", "de")
    assert "Responda 1 = resuelto" in spanish.sms
    assert "Antwort 1 = erledigt" in german.sms


def test_a_question_too_short_to_tell_is_taken_in_the_language_of_its_sender() -> None:
    index = KnowledgeIndex(
        [an_article(title="Sauna", body_markdown="Open daily.\n"), an_article(title="Sauna", language="de")]
    )

    said = ask(index, "Sauna?", language="de-AT")

    assert said.language == "de"


def test_a_stranger_needs_a_clearer_match_than_a_resident(index: KnowledgeIndex) -> None:
    question = "Where do I put the glass and paper?"

    known = ask(index, question)
    stranger = ask(index, question, sender_known=False)

    assert known.confidence == stranger.confidence
    assert (known.answered, stranger.answered) == (True, False)


def test_a_long_story_is_left_to_a_person(index: KnowledgeIndex) -> None:
    said = ask(index, KEY + " It was a long day." * 40)

    assert said.gate is Gate.LENGTH


@settings(deadline=None, max_examples=60)  # a busy machine is no failure
@given(
    st.text(max_size=200)
    | st.lists(
        st.sampled_from(["key", "¿", "lost", ".", "?", "\n", "und", "Miete", "y", "😀", "\x00", "rent"]), max_size=30
    ).map(" ".join)
)
def test_any_message_is_answered_or_gets_a_reason(question: str) -> None:
    said = ask(KnowledgeIndex([an_article()]), question)

    assert said.answered == (said.gate is Gate.OPEN) == (said.article is not None)
    assert said.why


def test_every_gate_has_its_sentence() -> None:
    assert set(WHY) == set(Gate)
