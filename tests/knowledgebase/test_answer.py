from __future__ import annotations

import pytest

from knowledgebase.answer import Answer, answer
from knowledgebase.article import Audience
from knowledgebase.gates import Gate
from knowledgebase.index import KnowledgeIndex
from knowledgebase.seed import first_articles


@pytest.fixture(scope="module")
def index() -> KnowledgeIndex:
    return KnowledgeIndex(first_articles())


def ask(index: KnowledgeIndex, question: str, audience: Audience = Audience.RESIDENTS, **how: object) -> Answer:
    return answer(question, audience=audience, index=index, **how)  # type: ignore[arg-type]


def test_a_plain_question_is_answered_with_a_passage(index: KnowledgeIndex) -> None:
    said = ask(index, "I have lost my key, what do I do now?")

    assert said.answered
    assert said.article is not None
    assert said.article.slug == "lost-key"
    assert "key" in said.text
    assert 80 < len(said.text) <= 600


def test_an_answer_names_its_gate_and_why(index: KnowledgeIndex) -> None:
    said = ask(index, "There is a smell of gas in the kitchen")

    assert not said.answered
    assert said.gate is Gate.EMERGENCY
    assert said.why == "It may be an emergency: a person must read it now."
    assert said.text == ""
