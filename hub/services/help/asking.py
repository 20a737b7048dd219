"""Asking the help centre by hand: what it would say to a message, by the same way a message takes."""

from __future__ import annotations

from dataclasses import replace

from classifiers.classifier import UNCLASSIFIED
from hub.desk import Desk
from hub.services.help.answering import may_be_danger
from knowledgebase.answer import Answer, answer
from knowledgebase.article import Audience

EMPTY = "This help centre has no articles yet: 'hub kb seed' publishes the first ones, 'hub kb import' your own."


def ask(desk: Desk, company_id: int, question: str, *, audience: Audience, language: str = "") -> Answer:
    """Return the answer to a question, with triage's verdict on topic and emergency; `why` says what stood in the way."""
    thought = desk.open_classifier().triage([question])[0]
    with desk.shelves.index_of(desk.session, company_id) as index:
        found = answer(
            question,
            audience=audience,
            index=index,
            language=language,
            topic=None if thought.topic == UNCLASSIFIED else thought.topic,
            emergency=may_be_danger(question, thought),
        )
        return found if index.languages(audience) else replace(found, why=EMPTY)
