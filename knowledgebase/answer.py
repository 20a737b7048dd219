"""Answer a question from the help centre, or say nothing and why. The one function that every face uses."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from knowledgebase.article import Article, Audience
from knowledgebase.gates import MOST_WORDS, WHY, Gate, check_match, check_matter, names_second_matter
from knowledgebase.index import Hit, KnowledgeIndex
from knowledgebase.language import UNKNOWN, detect_language
from knowledgebase.passages import passage, text_message
from knowledgebase.sentences import read_message
from knowledgebase.topics import may_answer
from knowledgebase.words import read_words

ALTERNATIVES = 3
OTHER = {Audience.RESIDENTS: Audience.OWNERS, Audience.OWNERS: Audience.RESIDENTS}


@dataclass(frozen=True, slots=True)
class Alternative:
    """An article an agent may send instead, with how alike it is, 0 to 1."""

    article: Article
    score: float


@dataclass(frozen=True, slots=True)
class Answer:
    """What the help centre says to a question.

    `why` is a sentence for staff, `gate` what stopped the answer (`open`: nothing). `article`, `text` (a passage of at
    most 600 letters) and `sms` (at most two segments, with `{link}` where the short link belongs) are there only when
    `answered`. `confidence` is the chance, 0 to 1, that the best article is the right one. `alternatives` are the
    nearest articles, best first, answered or not: suggestions for an agent.
    """

    answered: bool
    why: str
    gate: Gate
    language: str
    confidence: float = 0.0
    article: Article | None = None
    text: str = ""
    sms: str = ""
    alternatives: tuple[Alternative, ...] = ()


def answer(
    question: str,
    *,
    audience: Audience,
    index: KnowledgeIndex,
    language: str = "",
    topic: str | None = None,
    emergency: bool = False,
    sender_known: bool = True,
) -> Answer:
    """Answer a question with a passage of an article, only where it is safe and fits; otherwise say why not.

    `language` is the sender's usual one, counting where the text itself is too short to tell. `topic` is the label that
    triage gave, if any, `emergency` its verdict. A stranger (`sender_known` false) is answered only by a clear match.
    """
    message = read_message(question)
    spoken = _language(question, language, index.languages(audience))
    if not spoken:
        return Answer(False, WHY[Gate.LANGUAGE], Gate.LANGUAGE, UNKNOWN)
    asked = message.question
    hits = index.search(asked, audience=audience, language=spoken, limit=10)
    others = index.search(asked, audience=OTHER[audience], language=spoken, limit=1) if audience in OTHER else []

    def search(text: str) -> Sequence[Hit]:
        return index.search(text, audience=audience, language=spoken, limit=10)

    gate = Gate.EMERGENCY if emergency else check_matter(question, audience, spoken)
    if gate is Gate.OPEN and not read_words(asked, spoken).items:
        gate = Gate.EMPTY
    if gate is Gate.OPEN and len(question.split()) > MOST_WORDS:
        gate = Gate.LENGTH
    if gate is Gate.OPEN:
        gate = check_match(hits, others, sender_known=sender_known)
    if gate is Gate.OPEN and topic and not may_answer(topic, hits[0].article.topic):
        gate = Gate.TOPIC
    if gate is Gate.OPEN and names_second_matter(message, hits[0], search):
        gate = Gate.MATTERS
    return _answer(asked, spoken, gate, hits)


def _language(question: str, usual: str, written: frozenset[str]) -> str:
    """Choose the language to answer in: that of the question, or the sender's where the question does not tell."""
    detected = detect_language(question)
    if detected in written:
        return detected
    usual = usual.lower().split("-")[0]
    # A text long enough to be told, in none of our languages, is not answered in another.
    return usual if usual in written and detected == UNKNOWN and len(question.split()) < 5 else ""


def _answer(asked: str, language: str, gate: Gate, hits: Sequence[Hit]) -> Answer:
    best = hits[0] if hits else None
    why = WHY[gate].format(
        article=best.article.title if best else "",
        second=hits[1].article.title if len(hits) > 1 else "",
        unknown=", ".join(best.unknown) if best else "",
    )
    alternatives = tuple(Alternative(hit.article, round(hit.score, 3)) for hit in hits[:ALTERNATIVES])
    confidence = _confidence(hits)
    if gate is not Gate.OPEN or best is None:
        return Answer(False, why, gate, language, confidence, alternatives=alternatives)
    article = best.article
    return Answer(
        True, why, gate, language, confidence, article, passage(article, asked), text_message(article), alternatives
    )


def _confidence(hits: Sequence[Hit]) -> float:
    """Turn likeness, coverage and the distance to the next article into a chance (fitted on questions of our own)."""
    if not hits:
        return 0.0
    best = hits[0]
    margin = 1 - hits[1].score / best.score if len(hits) > 1 else 1.0
    weight = 5.0 * best.score + 3.0 * best.coverage + 1.5 * margin - 4.0
    return round(1 / (1 + math.exp(-weight)), 3)
